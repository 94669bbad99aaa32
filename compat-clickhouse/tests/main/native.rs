//! The native protocol, spoken by hand at several revisions.

use crate::fake::{Server, numbers, start};
use olly_compat_clickhouse::block::Block;
use olly_compat_clickhouse::codec::native::Framing;
use olly_compat_clickhouse::codec::{put_string, put_varint};
use olly_compat_clickhouse::compress::{Frames, Method, compress};
use olly_compat_clickhouse::input::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

pub struct Client {
    pub input: Reader<OwnedReadHalf>,
    pub output: OwnedWriteHalf,
    revision: u64,
    compressed: bool,
}

#[derive(Debug, PartialEq)]
pub enum Packet {
    Data(usize, usize),
    Exception(i32, String),
    Progress,
    Pong,
    End,
    Info(u64),
    Events,
}

impl Client {
    pub async fn connect(server: &Server, revision: u64, compressed: bool) -> Client {
        let socket = TcpStream::connect(("127.0.0.1", server.native)).await.unwrap();
        let (read, output) = socket.into_split();
        let mut c = Client { input: Reader::new(read), output, revision, compressed };
        let mut out = Vec::new();
        put_varint(0, &mut out);
        put_string("test", &mut out);
        [1, 2, revision].iter().for_each(|n| put_varint(*n, &mut out));
        ["default", "default", ""].iter().for_each(|t| put_string(t, &mut out));
        c.output.write_all(&out).await.unwrap();
        assert_eq!(read_varint(&mut c.input).await.unwrap(), 0);
        assert_eq!(read_utf8(&mut c.input, 100).await.unwrap(), "ClickHouse");
        assert_eq!(read_varint(&mut c.input).await.unwrap(), 25);
        assert_eq!(read_varint(&mut c.input).await.unwrap(), 8);
        assert_eq!(read_varint(&mut c.input).await.unwrap(), 54_460);
        assert_eq!(read_utf8(&mut c.input, 100).await.unwrap(), "UTC");
        assert_eq!(read_utf8(&mut c.input, 100).await.unwrap(), "here");
        read_varint(&mut c.input).await.unwrap();
        if revision >= 54_458 {
            let mut out = Vec::new();
            put_string("", &mut out);
            c.output.write_all(&out).await.unwrap();
        }
        c
    }

    fn block(&self, b: &Block, out: &mut Vec<u8>) {
        put_varint(2, out);
        put_string("", out);
        let framing = Framing { revision: self.revision };
        if self.compressed {
            let mut plain = Vec::new();
            framing.write(b, &mut plain).unwrap();
            compress(&plain, Method::Zstd, out).unwrap();
        } else {
            framing.write(b, out).unwrap();
        }
    }

    pub async fn query(&mut self, sql: &str) {
        let mut out = Vec::new();
        put_varint(1, &mut out);
        put_string("", &mut out);
        out.push(1);
        ["", "", "0.0.0.0:0"].iter().for_each(|t| put_string(t, &mut out));
        if self.revision >= 54_449 {
            out.extend_from_slice(&[0; 8]);
        }
        out.push(1);
        ["u", "h", "client"].iter().for_each(|t| put_string(t, &mut out));
        [1, 2, self.revision].iter().for_each(|n| put_varint(*n, &mut out));
        put_string("", &mut out);
        if self.revision >= 54_448 {
            put_varint(0, &mut out);
        }
        if self.revision >= 54_401 {
            put_varint(3, &mut out);
        }
        if self.revision >= 54_442 {
            out.push(0);
        }
        if self.revision >= 54_453 {
            out.extend_from_slice(&[0, 0, 0]);
        }
        if self.revision >= 54_429 {
            put_string("max_block_size", &mut out);
            put_varint(1, &mut out);
            put_string("1000", &mut out);
        } else {
            put_string("max_block_size", &mut out);
            put_varint(1000, &mut out);
            put_string("network_zstd_compression_level", &mut out);
            put_varint(5, &mut out);
            put_string("totals_mode", &mut out);
            put_string("after_having_exclusive", &mut out);
        }
        put_string("", &mut out);
        if self.revision >= 54_441 {
            put_string("", &mut out);
        }
        put_varint(2, &mut out);
        put_varint(u64::from(self.compressed), &mut out);
        put_string(sql, &mut out);
        if self.revision >= 54_459 {
            put_string("p", &mut out);
            put_varint(2, &mut out);
            put_string("'it\\'s'", &mut out);
            put_string("", &mut out);
        }
        self.block(&Block::default(), &mut out);
        self.output.write_all(&out).await.unwrap();
    }

    pub async fn packet(&mut self) -> Packet {
        match read_u8(&mut self.input).await.unwrap() {
            1 => {
                read_utf8(&mut self.input, 100).await.unwrap();
                let framing = Framing { revision: self.revision };
                let b = if self.compressed {
                    framing.read(&mut Frames::new(&mut self.input)).await
                } else {
                    framing.read(&mut self.input).await
                };
                let b = b.unwrap().unwrap();
                Packet::Data(b.columns.len(), b.rows)
            }
            2 => {
                let code = i32::from_le_bytes(read_array(&mut self.input).await.unwrap());
                assert_eq!(read_utf8(&mut self.input, 1000).await.unwrap(), "DB::Exception");
                let text = read_utf8(&mut self.input, 10_000).await.unwrap();
                read_utf8(&mut self.input, 10_000).await.unwrap();
                assert_eq!(read_u8(&mut self.input).await.unwrap(), 0);
                Packet::Exception(code, text)
            }
            3 => {
                let n = 3 + if self.revision >= 54_420 { 2 } else { 0 } + if self.revision >= 54_460 { 1 } else { 0 };
                for _ in 0..n {
                    read_varint(&mut self.input).await.unwrap();
                }
                Packet::Progress
            }
            4 => Packet::Pong,
            5 => Packet::End,
            6 => {
                let rows = read_varint(&mut self.input).await.unwrap();
                for _ in 0..2 {
                    read_varint(&mut self.input).await.unwrap();
                }
                read_u8(&mut self.input).await.unwrap();
                read_varint(&mut self.input).await.unwrap();
                read_u8(&mut self.input).await.unwrap();
                Packet::Info(rows)
            }
            14 => {
                read_utf8(&mut self.input, 100).await.unwrap();
                let b = Framing { revision: self.revision }.read(&mut self.input).await.unwrap().unwrap();
                assert_eq!((b.columns.len(), b.rows), (6, 0));
                Packet::Events
            }
            other => panic!("packet {other}"),
        }
    }

    /// The packets that carry the answer, up to its end.
    async fn answer(&mut self) -> Vec<Packet> {
        let mut out = Vec::new();
        loop {
            let p = self.packet().await;
            match p {
                Packet::Progress | Packet::Events => {}
                Packet::End | Packet::Exception(..) => {
                    out.push(p);
                    return out;
                }
                p => out.push(p),
            }
        }
    }
}

const REVISIONS: [u64; 5] = [54_412, 54_429, 54_451, 54_460, 54_480];

#[tokio::test]
async fn selects_at_every_revision() {
    let server = start(&[("a", "UInt64")]).await;
    for revision in REVISIONS {
        for compressed in [false, true] {
            let mut c = Client::connect(&server, revision, compressed).await;
            // What a newer client sends is by the smaller revision.
            c.revision = revision.min(54_460);
            for _ in 0..2 {
                c.query("SELECT number").await;
                let want = [Packet::Data(1, 0), Packet::Data(1, 3), Packet::Info(3), Packet::Data(0, 0), Packet::End];
                assert_eq!(c.answer().await, want, "{revision}");
                c.output.write_all(&[4]).await.unwrap();
                assert_eq!(c.packet().await, Packet::Pong);
            }
            let seen = server.seen.lock().unwrap().last().cloned().unwrap();
            assert!(seen.settings.contains(&("max_block_size".to_string(), "1000".to_string())));
            if revision >= 54_459 {
                assert_eq!(seen.parameters, [("p".to_string(), "it's".to_string())]);
            }
        }
    }
}

#[tokio::test]
async fn errors_leave_the_connection() {
    let server = start(&[("a", "UInt64")]).await;
    let mut c = Client::connect(&server, 54_460, false).await;
    c.query("SELECT * FROM nowhere").await;
    let [Packet::Exception(60, text)] = &c.answer().await[..] else { panic!() };
    assert!(text.starts_with("DB::Exception: Table default.nowhere"), "{text}");
    c.query("SELECT broken").await;
    let answer = c.answer().await;
    assert!(
        matches!(answer.as_slice(), [Packet::Data(1, 0), Packet::Data(1, 1000), Packet::Exception(395, _)]),
        "{answer:?}"
    );
    c.query("SELECT number").await;
    assert_eq!(c.answer().await.last(), Some(&Packet::End));
}

#[tokio::test]
async fn cancel_ends_the_stream() {
    let server = start(&[("a", "UInt64")]).await;
    let mut c = Client::connect(&server, 54_460, true).await;
    c.query("SELECT endless").await;
    assert_eq!(c.packet().await, Packet::Data(1, 0));
    assert_eq!(c.packet().await, Packet::Data(1, 10));
    c.output.write_all(&[3]).await.unwrap();
    assert_eq!(c.answer().await, [Packet::End]);
    c.query("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a").await;
    assert_eq!(c.answer().await, [Packet::End]);
}

#[tokio::test]
async fn inserts_with_and_without_data() {
    let server = start(&[("number", "UInt64")]).await;
    for revision in [54_412, 54_451, 54_460] {
        let mut c = Client::connect(&server, revision, revision != 54_451).await;
        server.stored.lock().unwrap().clear();
        c.query("INSERT INTO t (number) VALUES").await;
        assert_eq!(c.packet().await, Packet::Data(1, 0));
        for _ in 0..3 {
            let mut out = Vec::new();
            c.block(&numbers(1000), &mut out);
            c.output.write_all(&out).await.unwrap();
            if revision >= 54_456 {
                assert_eq!(c.packet().await, Packet::Events);
            }
        }
        let mut out = Vec::new();
        c.block(&Block::default(), &mut out);
        c.output.write_all(&out).await.unwrap();
        assert_eq!(c.answer().await, [Packet::End]);
        assert_eq!(server.stored.lock().unwrap().iter().map(|b| b.rows).sum::<usize>(), 3000);
        c.query("INSERT INTO t VALUES (1), (2)").await;
        assert_eq!(c.answer().await, [Packet::End]);
        assert_eq!(server.stored.lock().unwrap().iter().map(|b| b.rows).sum::<usize>(), 3002);
    }
}

#[tokio::test]
async fn a_refused_block_is_told_once_and_the_rest_is_skipped() {
    let server = start(&[("refused", "UInt64")]).await;
    let mut c = Client::connect(&server, 54_460, false).await;
    c.query("INSERT INTO t (refused) FORMAT Native").await;
    assert_eq!(c.packet().await, Packet::Data(1, 0));
    let mut b = numbers(10);
    b.columns[0].0 = "refused".to_string();
    let mut out = Vec::new();
    for _ in 0..5 {
        c.block(&b, &mut out);
    }
    c.block(&Block::default(), &mut out);
    c.output.write_all(&out).await.unwrap();
    assert!(matches!(c.packet().await, Packet::Exception(16, _)));
    c.query("SELECT number").await;
    assert_eq!(c.answer().await.last(), Some(&Packet::End));
}

#[tokio::test]
async fn strangers() {
    let server = start(&[("a", "UInt64")]).await;
    let mut socket = TcpStream::connect(("127.0.0.1", server.native)).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut text = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut socket, &mut text).await.unwrap();
    let ports = [format!("Port {} is for clickhouse-client", server.native), format!("port {} for HTTP", server.http)];
    assert!(text.starts_with("HTTP/1.0 400 Bad Request") && ports.iter().all(|p| text.contains(p)), "{text}");

    let socket = TcpStream::connect(("127.0.0.1", server.native)).await.unwrap();
    let (read, mut output) = socket.into_split();
    let mut out = Vec::new();
    put_varint(0, &mut out);
    put_string("test", &mut out);
    [1, 2, 54_460].iter().for_each(|n| put_varint(*n, &mut out));
    ["default", "eve", "x"].iter().for_each(|t| put_string(t, &mut out));
    output.write_all(&out).await.unwrap();
    let mut input = Reader::new(read);
    assert_eq!(read_u8(&mut input).await.unwrap(), 2);
    assert_eq!(i32::from_le_bytes(read_array(&mut input).await.unwrap()), 516);
}
