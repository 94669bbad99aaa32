//! Clients that keep the server waiting, with limits short enough to be met in a test.

use crate::fake::{Server, numbers, start_on};
use crate::native::{Client, Packet};
use olly_compat_clickhouse::service::{ListenerOptions, Waits};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a test that finds a limit missing waits for.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

async fn server(waits: Waits) -> Server {
    start_on(&[("number", "UInt64")], 100, ListenerOptions { waits, ..ListenerOptions::default() }).await
}

/// A result that no socket's buffers hold.
async fn with_a_large_result(waits: Waits) -> Server {
    let s = server(waits).await;
    s.stored.lock().unwrap().extend((0..80).map(|_| numbers(100_000)));
    s
}

async fn until(what: &str, happened: impl Fn() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    let waiting = async {
        while !happened() {
            ticks.tick().await;
        }
    };
    assert!(tokio::time::timeout(LONG, waiting).await.is_ok(), "{what} did not come");
}

/// Waits until the server has given every connection up.
async fn until_given_up(s: &Server) {
    until("the end of the connection", || s.connections.open() == 0).await;
}

#[tokio::test]
async fn native_silence_inside_of_a_packet_is_told_and_ends() {
    let s = server(Waits { idle: LONG, receive: SHORT, send: LONG }).await;
    let mut c = Client::connect(&s, 54_460, false).await;
    // Between queries it may be silent for longer; then half of a query comes.
    tokio::time::sleep(2 * SHORT).await;
    c.output.write_all(&[1, 5, b'h']).await.unwrap();
    let told = tokio::time::timeout(LONG, c.packet()).await.unwrap();
    assert!(matches!(&told, Packet::Exception(209, _)), "{told:?}");
    until_given_up(&s).await;
}

#[tokio::test]
async fn native_a_connection_without_a_query_is_closed_after_a_while() {
    let s = server(Waits { idle: SHORT, receive: LONG, send: LONG }).await;
    let _c = Client::connect(&s, 54_460, false).await;
    until_given_up(&s).await;
}

#[tokio::test]
async fn native_silence_inside_of_an_insert_is_told_and_ends() {
    let s = server(Waits { idle: LONG, receive: SHORT, send: LONG }).await;
    let mut c = Client::connect(&s, 54_460, false).await;
    c.query("INSERT INTO t FORMAT Native").await;
    let mut told = c.packet().await;
    while !matches!(told, Packet::Exception(..)) {
        told = tokio::time::timeout(LONG, c.packet()).await.unwrap();
    }
    assert!(matches!(&told, Packet::Exception(209, _)), "{told:?}");
    until_given_up(&s).await;
    assert!(s.stored.lock().unwrap().is_empty());
}

#[tokio::test]
async fn native_a_client_that_takes_nothing_of_its_result_is_given_up() {
    let s = with_a_large_result(Waits { idle: LONG, receive: LONG, send: SHORT }).await;
    let mut c = Client::connect(&s, 54_460, false).await;
    c.query("SELECT * FROM t").await;
    until_given_up(&s).await;
}

#[tokio::test]
async fn http_a_client_that_takes_nothing_of_its_result_is_given_up() {
    let s = with_a_large_result(Waits { idle: LONG, receive: LONG, send: SHORT }).await;
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    socket.write_all(b"GET /?query=SELECT+*+FROM+t HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    until("the query", || !s.seen.lock().unwrap().is_empty()).await;
    until_given_up(&s).await;
    // What was on its way is all there is: the end of the chunked body never comes.
    let mut got = Vec::new();
    let _ = socket.read_to_end(&mut got).await;
    assert!(got.starts_with(b"HTTP/1.1 200") && !got.ends_with(b"0\r\n\r\n"), "{} bytes", got.len());
}

#[tokio::test]
async fn a_client_that_reads_on_gets_all_of_it() {
    let s = with_a_large_result(Waits { idle: LONG, receive: SHORT, send: LONG }).await;
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    let request = b"GET /?query=SELECT+*+FROM+t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut got = Vec::new();
    tokio::time::timeout(LONG, socket.read_to_end(&mut got)).await.unwrap().unwrap();
    assert!(got.ends_with(b"0\r\n\r\n"), "{} bytes", got.len());
}
