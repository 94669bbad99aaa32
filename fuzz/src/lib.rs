//! Fuzzing on the stable compiler: a decoder is a plain function of bytes, called with mutated seeds for some seconds under a
//! cap on what it may allocate.
//!
//! A target fails when an input makes it panic or take more than its cap. The input is written beside the target folder and
//! its path printed, with the seed of the run: `OLLY_FUZZ_SEED=… OLLY_FUZZ_SECONDS=… cargo test -p olly-fuzz NAME` repeats it,
//! `OLLY_FUZZ_INPUT=FILE` runs one input alone.
//! Invariant: the sequence of inputs is a pure function of (target, seed).

pub mod alloc;
pub mod mutate;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What one input may allocate at its peak, unless a target says otherwise.
pub const CAP: usize = 64 << 20;

/// A decoder under test.
pub struct Target<'a> {
    pub name: &'a str,
    /// Well-formed inputs to start from; the empty input is always tried too.
    pub seeds: Vec<Vec<u8>>,
    /// Words of the format, spliced into inputs.
    pub words: &'a [&'a [u8]],
    /// Peak bytes that one input may take.
    pub cap: usize,
}

impl<'a> Target<'a> {
    pub fn new(name: &'a str, seeds: Vec<Vec<u8>>) -> Target<'a> {
        Target { name, seeds, words: &[], cap: CAP }
    }

    pub fn words(mut self, words: &'a [&'a [u8]]) -> Target<'a> {
        self.words = words;
        self
    }

    /// Calls `decode` with every seed, then with mutated inputs for `OLLY_FUZZ_SECONDS` (20). Panics with the input's path
    /// when an input breaks the decoder. Prints how many inputs were tried.
    pub fn run(self, decode: impl Fn(&[u8])) {
        if let Ok(path) = std::env::var("OLLY_FUZZ_INPUT") {
            let input = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
            decode(&input);
            return;
        }
        quiet();
        let seconds = number("OLLY_FUZZ_SECONDS", 20);
        let seed = number("OLLY_FUZZ_SEED", 20_260_301);
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ fnv(self.name));
        let deadline = Instant::now() + Duration::from_secs(seconds);
        let (mut tried, mut peak) = (0u64, 0usize);
        let mut pool = self.seeds.clone();
        pool.push(Vec::new());
        for input in pool.clone() {
            peak = peak.max(self.one(&input, seed, &decode));
            tried += 1;
        }
        while Instant::now() < deadline {
            // A batch between two looks at the clock.
            for _ in 0..32 {
                let input = mutate::mutate(&mut rng, &pool, self.words);
                peak = peak.max(self.one(&input, seed, &decode));
                tried += 1;
                // Mutants of mutants: a small share replaces older ones.
                if tried.is_multiple_of(61) && input.len() < 1 << 16 {
                    if pool.len() < self.seeds.len() + 256 {
                        pool.push(input);
                    } else {
                        let at = self.seeds.len() + (tried as usize / 61) % 256;
                        pool[at] = input;
                    }
                }
            }
        }
        println!("fuzz {}: {tried} inputs in {seconds} s, peak {} KiB, seed {seed}", self.name, peak >> 10);
    }

    /// One input: its peak allocation.
    fn one(&self, input: &[u8], seed: u64, decode: &impl Fn(&[u8])) -> usize {
        let before = alloc::start();
        DECODING.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| decode(input)));
        DECODING.set(false);
        let peak = alloc::peak_since(before);
        let told = match result {
            Ok(()) if peak <= self.cap => return peak,
            Ok(()) => format!("took {peak} bytes, at most {}", self.cap),
            Err(_) => format!("panicked ({})", PANIC.take()),
        };
        let path = keep(self.name, input);
        panic!("{}: an input of {} bytes {told}; kept in {}; seed {seed}", self.name, input.len(), path.display());
    }
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
    /// What the last panic of this thread said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps quiet about panics while a decoder runs: some of its libraries' are caught and become errors, and what a backtrace
/// takes would count as its memory. One that is not caught is told with its input.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| match DECODING.get() {
            true => PANIC.set(info.to_string()),
            false => usual(info),
        }));
    });
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Writes a breaking input next to the test binary; returns where.
fn keep(name: &str, input: &[u8]) -> PathBuf {
    let folder = std::env::current_exe().ok().and_then(|p| p.parent().map(|p| p.join("fuzz"))).unwrap_or_default();
    let path = folder.join(format!("{name}-{:016x}", fnv(&format!("{input:?}"))));
    // The panic that follows tells of the input all the same, so a failure to keep it is not a second error.
    let _ = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, input));
    path
}
