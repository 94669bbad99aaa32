//! What clients send: native packets and compressed frames.

use futures::executor::block_on;
use olly_compat_clickhouse::compress::{Frames, Method, compress};
use olly_compat_clickhouse::input::{Input, Slice};
use olly_fuzz::Target;

#[test]
fn compressed_frames() {
    let seeds = [Method::Lz4, Method::Zstd, Method::None]
        .into_iter()
        .map(|method| {
            let mut frame = Vec::new();
            compress(&[b"telemetry ".repeat(50).as_slice(), &[7; 90]].concat(), method, &mut frame).unwrap();
            frame
        })
        .collect();
    Target::new("frames", seeds).run(|input| {
        let mut source = Slice(input);
        let mut frames = Frames::new(&mut source);
        while let Ok(true) = block_on(frames.more()) {
            let n = frames.buffered().len();
            frames.consume(n);
        }
    });
}

#[test]
fn native_packets() {
    // Hello of an old client, then Ping and a query without settings.
    let mut hello = vec![0];
    for text in ["ClickHouse client", "default", "default", ""] {
        if text == "default" && hello.len() < 25 {
            hello.extend([18, 16, 0x8c, 0xa9, 0x03]);
        }
        hello.push(text.len() as u8);
        hello.extend(text.as_bytes());
    }
    let query = [
        hello.clone(),
        vec![4, 1, 0, 0, 0, 2, 0, 8],
        b"SELECT 1".to_vec(),
        vec![2, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0],
    ]
    .concat();
    Target::new("native", vec![hello, query]).run(|input| block_on(olly_compat_clickhouse::native::fuzz(input)));
}
