//! The progress of a running query on a terminal: one line that is drawn again and erased.
//!
//! Invariant: nothing is written where standard error is no terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Queries that are done sooner show nothing.
const QUIET: Duration = Duration::from_millis(300);
const BAR: usize = 24;

/// What the server says of a running query.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub read_rows: u64,
    /// 0: unknown.
    pub total_rows: u64,
    pub read_bytes: u64,
    pub memory: u64,
    pub peak_memory: u64,
}

impl Figures {
    /// A row of the five figures, tab-separated.
    pub fn parse(row: &str) -> Option<Figures> {
        let mut fields = row.trim_end().split('\t').map(|f| f.parse::<i64>().map(|n| n.max(0) as u64));
        let mut next = || fields.next()?.ok();
        Some(Figures {
            read_rows: next()?,
            total_rows: next()?,
            read_bytes: next()?,
            memory: next()?,
            peak_memory: next()?,
        })
    }
}

/// The line of one query.
pub struct Progress {
    started: Instant,
    terminal: bool,
    drawn: bool,
    /// The last that was heard.
    pub figures: Figures,
}

impl Progress {
    /// `wanted`: not when the caller must stay silent.
    pub fn start(wanted: bool) -> Progress {
        let terminal = wanted && std::io::stderr().is_terminal();
        Progress { started: Instant::now(), terminal, drawn: false, figures: Figures::default() }
    }

    /// Whether asking for figures is worth it now.
    pub fn is_shown(&self) -> bool {
        self.terminal && self.started.elapsed() >= QUIET
    }

    pub fn draw(&mut self, figures: Figures) {
        let peak = figures.peak_memory.max(self.figures.peak_memory);
        self.figures = Figures { peak_memory: peak, ..figures };
        if !self.is_shown() {
            return;
        }
        let text = line(&self.figures, self.started.elapsed().as_secs_f64());
        // A terminal that is gone is no error of the query.
        let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
        let _ = std::io::stderr().flush();
        self.drawn = true;
    }

    /// Takes the line away, before rows or an error are written.
    pub fn erase(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
            let _ = std::io::stderr().flush();
        }
    }
}

fn line(f: &Figures, seconds: f64) -> String {
    let rate = f.read_rows as f64 / seconds.max(1e-9);
    let bar = match f.total_rows {
        0 => String::new(),
        total => {
            let share = (f.read_rows as f64 / total as f64).min(1.0);
            let filled = (share * BAR as f64) as usize;
            format!("[{}{}] {:>3.0} %  ", "=".repeat(filled), " ".repeat(BAR - filled), share * 100.0)
        }
    };
    let (memory, peak) = (bytes(f.memory), bytes(f.peak_memory));
    format!(
        "{bar}{} rows, {} rows/s, memory {memory}, peak {peak}, {seconds:.1} s",
        count(f.read_rows as f64),
        count(rate)
    )
}

/// `950`, `12.3 k`, `4.50 M`, `1.00 G`.
pub fn count(n: f64) -> String {
    match n {
        n if n >= 1e9 => format!("{:.2} G", n / 1e9),
        n if n >= 1e6 => format!("{:.2} M", n / 1e6),
        n if n >= 1e4 => format!("{:.1} k", n / 1e3),
        n => format!("{n:.0}"),
    }
}

/// Bytes in powers of 1024.
pub fn bytes(n: u64) -> String {
    match n as f64 / 1_048_576.0 {
        m if m >= 1024.0 => format!("{:.2} GiB", m / 1024.0),
        m => format!("{m:.1} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_rows_rate_and_peak() {
        let f = Figures::parse("5000000\t10000000\t40000000\t1048576\t3145728\n").unwrap();
        let text = line(&f, 2.0);
        assert_eq!(
            text,
            "[============            ]  50 %  5.00 M rows, 2.50 M rows/s, memory 1.0 MiB, peak 3.0 MiB, 2.0 s"
        );
        assert!(line(&Figures { total_rows: 0, ..f }, 2.0).starts_with("5.00 M rows"));
        assert_eq!(Figures::parse("x"), None);
        assert_eq!((count(999.0), count(12_345.0), bytes(3 << 30)), ("999".into(), "12.3 k".into(), "3.00 GiB".into()));
    }
}
