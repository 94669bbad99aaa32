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

/// Query strings, forms, credentials, and bodies in every content encoding; the first byte chooses the encoding.
#[test]
fn http_requests() {
    let gzip: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcbH\xcd\xc9\xc9\x07\x00\x86\xa6\x106\x05\x00\x00\x00";
    let zlib: &[u8] = b"x\x9c\xcbH\xcd\xc9\xc9\x07\x00\x06,\x02\x15";
    let zstd: &[u8] = b"(\xb5/\xfd\x04\x00)\x00\x00hello\xf5\xcc\x9b\x8a";
    let lz4: &[u8] = b"\x04\"M\x18`@\x82\x05\x00\x00\x80hello\x00\x00\x00\x00";
    let form: &[u8] = b"--X\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nSELECT 1\r\n--X--\r\n";
    let url: &[u8] = b"query=SELECT+%7Bx%3AInt8%7D&param_x=1&max_threads=2&session_timeout=5&wait_end_of_query=1";
    let seeds = [gzip, zlib, zstd, lz4, form, url, b"dXNlcjpwYTpzcw=="];
    let seeds = seeds.iter().enumerate().map(|(i, s)| [&[i as u8], *s].concat()).collect();
    let words: &[&[u8]] = &[b"--X", b"\r\n", b"%", b"&", b"=", b"name=", b"\x1f\x8b\x08"];
    Target::new("http", seeds).words(words).run(olly_compat_clickhouse::fuzz_http);
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
