//! HTTP, spoken by hand.

use crate::fake::{Server, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn raw(server: &Server, request: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut socket = TcpStream::connect(("127.0.0.1", server.http)).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    socket.write_all(body).await.unwrap();
    let mut all = Vec::new();
    socket.read_to_end(&mut all).await.unwrap();
    let at = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&all[..at]).to_ascii_lowercase();
    let mut rest = all[at + 4..].to_vec();
    if head.contains("transfer-encoding: chunked") {
        rest = unchunk(&rest);
    }
    (head, rest)
}

fn unchunk(mut b: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(at) = b.windows(2).position(|w| w == b"\r\n") {
        let n = usize::from_str_radix(std::str::from_utf8(&b[..at]).unwrap(), 16).unwrap_or(0);
        if n == 0 {
            break;
        }
        out.extend_from_slice(&b[at + 2..at + 2 + n]);
        b = &b[at + 4 + n..];
    }
    out
}

async fn get(server: &Server, target: &str, headers: &str) -> (String, String) {
    let (head, body) =
        raw(server, &format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"), b"").await;
    (head, String::from_utf8_lossy(&body).into_owned())
}

async fn post(server: &Server, target: &str, headers: &str, body: &[u8]) -> (String, String) {
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    let (head, body) = raw(server, &request, body).await;
    (head, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn health_and_hints() {
    let s = start(&[("a", "UInt8")]).await;
    for path in ["/", "/ping", "/replicas_status"] {
        let (head, body) = get(&s, path, "").await;
        assert!(head.starts_with("http/1.1 200") && body == "Ok.\n", "{path} {head} {body}");
    }
    let (head, body) = get(&s, "/nope", "").await;
    assert!(head.starts_with("http/1.1 404") && body.starts_with("There is no handle /nope\n"));
    let (head, _) = get(&s, "/play", "").await;
    assert!(head.contains("text/html"));
    let (head, _) = raw(&s, "OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"").await;
    assert!(head.starts_with("http/1.1 204") && head.contains("access-control-allow-origin: *"), "{head}");
    let (head, body) = raw(&s, "POST /?query=SELECT+1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"").await;
    assert!(head.starts_with("http/1.1 411") && String::from_utf8_lossy(&body).starts_with("Code: 381."), "{head}");
}

/// A client that sends all of its body before it listens sees why it was refused.
#[tokio::test]
async fn a_refused_body_is_heard_out() {
    const SIZE: usize = 8 << 20;
    let s = start(&[("a", "UInt8")]).await;
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    let head = format!("POST /?query=SELECT+*+FROM+nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: {SIZE}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&vec![b' '; SIZE]).await.unwrap();
    let mut all = Vec::new();
    socket.read_to_end(&mut all).await.unwrap();
    let text = String::from_utf8_lossy(&all).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 400") && text.contains("connection: close"), "{text}");
    assert!(text.contains("max query size exceeded"), "{text}");
    // One that waits to be asked for its body is not asked.
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    let head =
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Encoding: br\r\nContent-Length: 9000000\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    socket.read_to_end(&mut all).await.unwrap();
    let text = String::from_utf8_lossy(&all);
    assert!(text.starts_with("HTTP/1.1 501") && text.contains("Content-Encoding br"), "{text}");
}

/// The limit of connections: the one too many is told, and there is room again when another has gone.
#[tokio::test]
async fn connections_are_limited() {
    let s = crate::fake::start_with(&[("a", "UInt8")], 2).await;
    let ask = |close: &'static str| {
        let port = s.http;
        async move {
            let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            socket.write_all(format!("GET /ping HTTP/1.1\r\nHost: x\r\n{close}\r\n").as_bytes()).await.unwrap();
            let mut first = vec![0; 4096];
            let n = socket.read(&mut first).await.unwrap();
            (socket, String::from_utf8_lossy(&first[..n]).into_owned())
        }
    };
    let (one, text) = ask("").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let native = TcpStream::connect(("127.0.0.1", s.native)).await.unwrap();
    // The native connection is counted when it was accepted, which it says with nothing.
    let mut refused = ask("").await;
    while !refused.1.contains("503") {
        drop(refused);
        refused = ask("").await;
    }
    assert!(refused.1.contains("Code: 202.") && refused.1.contains("2 are open"), "{}", refused.1);
    assert!(refused.1.contains("Connection: close") && refused.1.contains("Retry-After"), "{}", refused.1);
    let mut too_many = TcpStream::connect(("127.0.0.1", s.native)).await.unwrap();
    let mut told = Vec::new();
    too_many.read_to_end(&mut told).await.unwrap();
    assert_eq!((told[0], &told[1..5]), (2, &202i32.to_le_bytes()[..]));
    assert!(String::from_utf8_lossy(&told).contains("Too many connections"));
    drop((one, native));
    while !ask("Connection: close\r\n").await.1.starts_with("HTTP/1.1 200") {}
}

#[tokio::test]
async fn results_with_headers() {
    let s = start(&[("a", "UInt8")]).await;
    let (head, body) = get(&s, "/?query=SELECT+number&query_id=q1", "").await;
    assert_eq!(body, "0\n1\n2\n");
    for h in [
        "x-clickhouse-query-id: q1",
        "x-clickhouse-format: tabseparated",
        "x-clickhouse-timezone: utc",
        "x-clickhouse-summary: {\"read_rows\":\"3\"",
        "x-clickhouse-exception-tag: ",
        "keep-alive: timeout=",
        "content-type: text/tab-separated-values",
    ] {
        assert!(head.contains(h), "{h} in {head}");
    }
    let seen = s.seen.lock().unwrap().last().cloned().unwrap();
    assert_eq!(seen.settings, [("readonly".to_string(), "2".to_string())]);
    let (head, body) =
        post(&s, "/?param_x=5&max_threads=1", "X-ClickHouse-Format: JSONEachRow\r\n", b"SELECT {x:UInt8} AS number")
            .await;
    assert_eq!(body, "{\"number\":0}\n{\"number\":1}\n{\"number\":2}\n");
    assert!(head.contains("application/x-ndjson"));
    let seen = s.seen.lock().unwrap().last().cloned().unwrap();
    assert_eq!(seen.parameters, [("x".to_string(), "5".to_string())]);
    assert_eq!(seen.settings, [("max_threads".to_string(), "1".to_string())]);
    let (head, body) = post(&s, "/?wait_end_of_query=1&default_format=CSV", "", b"SELECT number").await;
    assert!(head.contains("content-length: 6"), "{head}");
    assert_eq!(body, "0\n1\n2\n");
}

#[tokio::test]
async fn errors_have_statuses_and_codes() {
    let s = start(&[("a", "UInt8")]).await;
    for (sql, status, code) in
        [("SELECT * FROM nowhere", "404", 60), ("SELEC", "400", 62), ("SELECT 1 FORMAT Nope", "404", 73)]
    {
        let (head, body) = post(&s, "/", "", sql.as_bytes()).await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{sql}: {head}");
        assert!(head.contains(&format!("x-clickhouse-exception-code: {code}")));
        assert!(
            body.starts_with(&format!("Code: {code}. DB::Exception: ")) && body.contains("(version 25.8.1.1"),
            "{body}"
        );
    }
    let (head, body) = get(&s, "/?query=SELECT+1&no_such_setting=1", "").await;
    assert!(head.starts_with("http/1.1 404") && body.contains("UNKNOWN_SETTING"), "{head} {body}");
    let (head, body) = get(&s, "/?query=SELECT+1&user=eve", "").await;
    assert!(head.starts_with("http/1.1 403") && body.starts_with("Code: 516."), "{head}");
    let (head, _) = get(&s, "/?query=SELECT+1&database=nope", "").await;
    assert!(head.contains("x-clickhouse-exception-code: 81"));
}

#[tokio::test]
async fn an_error_in_the_middle_is_tagged() {
    let s = start(&[("a", "UInt8")]).await;
    let (head, body) = post(&s, "/", "", b"SELECT broken").await;
    assert!(head.starts_with("http/1.1 200"));
    let at = head.find("x-clickhouse-exception-tag: ").unwrap() + 28;
    let tag = head.get(at..at + 16).unwrap();
    let tail = body.split("999\n").nth(1).unwrap();
    let message = tail.strip_prefix(&format!("\r\n__exception__\r\n{tag}\r\n")).unwrap();
    let message = message.strip_suffix(&format!(" {tag}\r\n__exception__\r\n")).unwrap();
    let (text, length) = message.rsplit_once('\n').unwrap();
    assert!(text.starts_with("Code: 395. DB::Exception: "), "{text}");
    assert_eq!(length.parse::<usize>().unwrap(), text.len() + 1);
    let (head, body) = post(&s, "/?wait_end_of_query=1", "", b"SELECT broken").await;
    assert!(head.starts_with("http/1.1 400") && body.starts_with("Code: 395."), "{head}");
}

#[tokio::test]
async fn inserts() {
    let s = start(&[("a", "UInt8"), ("b", "String")]).await;
    for (target, body) in [
        ("/?query=INSERT+INTO+t+FORMAT+TSV", "1\tx\n2\ty\n"),
        ("/", "INSERT INTO t VALUES (1, 'x'), (2, 'y')"),
        ("/?query=INSERT+INTO+t+VALUES+(1,'x'),(2,'y')", ""),
        ("/", "INSERT INTO t FORMAT JSONEachRow\n{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}"),
        ("/?query=INSERT+INTO+t+VALUES", "(1, 'x'), (2, 'y');"),
    ] {
        s.stored.lock().unwrap().clear();
        let (head, answer) = post(&s, target, "", body.as_bytes()).await;
        assert!(head.starts_with("http/1.1 200") && answer.is_empty(), "{target} {body}: {head} {answer}");
        assert!(head.contains("\"written_rows\":\"2\""), "{head}");
        let rows: usize = s.stored.lock().unwrap().iter().map(|b| b.rows).sum();
        assert_eq!(rows, 2);
    }
    // An expression is computed by the engine.
    s.stored.lock().unwrap().clear();
    let (head, answer) = post(&s, "/", "", b"INSERT INTO t VALUES (3 + 4, 'x')").await;
    assert!(head.starts_with("http/1.1 200"), "{answer}");
    let (_, body) = post(&s, "/", "", b"SELECT * FROM t").await;
    assert_eq!(body, "7\tx\n");
    // More data than SQL may have.
    s.stored.lock().unwrap().clear();
    let mut big = b"INSERT INTO t FORMAT TSV\n".to_vec();
    for i in 0..100_000 {
        big.extend_from_slice(format!("{}\trow {i}\n", i % 256).as_bytes());
    }
    let (head, _) = post(&s, "/", "", &big).await;
    assert!(head.contains("\"written_rows\":\"100000\""), "{head}");
    let (head, body) = post(&s, "/", "", format!("SELECT '{}'", "x".repeat(300_000)).as_bytes()).await;
    assert!(head.starts_with("http/1.1 400") && body.contains("Max query size exceeded"), "{head}");
}

#[tokio::test]
async fn compression_both_ways() {
    use std::io::{Read, Write};
    let s = start(&[("a", "UInt8")]).await;
    let get = |accept: &'static str| {
        let s = &s;
        async move {
            let r = format!(
                "GET /?query=SELECT+1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: {accept}\r\n\r\n"
            );
            raw(s, &r, b"").await
        }
    };
    let (head, body) = get("gzip").await;
    assert!(head.contains("content-encoding: gzip"));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "0\n1\n2\n");
    let (_, body) = get("zstd").await;
    assert_eq!(zstd::decode_all(&body[..]).unwrap(), b"0\n1\n2\n");
    let (head, body) = get("lz4, br;q=0").await;
    assert!(head.contains("content-encoding: lz4"));
    let mut text = String::new();
    lz4_flex::frame::FrameDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "0\n1\n2\n");
    let (head, body) =
        raw(&s, "GET /?query=SELECT+1&compress=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"").await;
    assert!(head.starts_with("http/1.1 200"));
    assert_eq!(body[16], 0x82);

    let data = b"INSERT INTO t FORMAT TSV\n1\n2\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(data).unwrap();
    let zst = zstd::encode_all(&data[..], 3).unwrap();
    let mut frames = Vec::new();
    olly_compat_clickhouse::compress::compress(data, olly_compat_clickhouse::compress::Method::Zstd, &mut frames)
        .unwrap();
    for (target, headers, body) in [
        ("/", "Content-Encoding: gzip\r\n", gz.finish().unwrap()),
        ("/", "Content-Encoding: zstd\r\n", zst),
        ("/?decompress=1", "", frames),
    ] {
        let (head, answer) = post(&s, target, headers, &body).await;
        assert!(head.contains("\"written_rows\":\"2\""), "{headers} {head} {answer}");
    }
    let (head, answer) = post(&s, "/", "Content-Encoding: gzip\r\n", b"not gzip").await;
    assert!(head.starts_with("http/1.1 400"), "{head} {answer}");
}

#[tokio::test]
async fn sessions_are_locked_and_reused() {
    let s = start(&[("a", "UInt8")]).await;
    let (head, body) = get(&s, "/?query=SELECT+1&session_id=x&session_check=1", "").await;
    assert!(head.contains("x-clickhouse-exception-code: 372"), "{head} {body}");
    for _ in 0..3 {
        let (head, _) = get(&s, "/?query=SELECT+1&session_id=x", "").await;
        assert!(head.starts_with("http/1.1 200"));
    }
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    socket.write_all(b"GET /?query=SELECT+endless&session_id=x HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut some = [0; 16];
    socket.read_exact(&mut some).await.unwrap();
    let (head, body) = get(&s, "/?query=SELECT+1&session_id=x", "").await;
    assert!(head.starts_with("http/1.1 500") && body.starts_with("Code: 373."), "{head} {body}");
    drop(socket);
    // The client has gone: its query ends and the session is free again.
    loop {
        let (head, _) = get(&s, "/?query=SELECT+1&session_id=x", "").await;
        if head.starts_with("http/1.1 200") {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn forms_and_external_tables() {
    let s = start(&[("a", "UInt8")]).await;
    let body = "--B\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nSELECT number\r\n--B\r\nContent-Disposition: form-data; \
        name=\"param_p\"\r\n\r\nv\r\n--B\r\nContent-Disposition: form-data; name=\"ext\"; filename=\"ext\"\r\n\r\n1\tx\n2\ty\n\r\n--B--\r\n";
    let (head, answer) = post(
        &s,
        "/?ext_structure=a+UInt8,+b+String",
        "Content-Type: multipart/form-data; boundary=B\r\n",
        body.as_bytes(),
    )
    .await;
    assert!(head.starts_with("http/1.1 200"), "{head} {answer}");
    let seen = s.seen.lock().unwrap().last().cloned().unwrap();
    assert_eq!(seen.parameters, [("p".to_string(), "v".to_string())]);
    assert_eq!((seen.external[0].0.as_str(), seen.external[0].1.rows), ("ext", 2));
}

#[tokio::test]
async fn connections_are_kept() {
    let s = start(&[("a", "UInt8")]).await;
    let mut socket = TcpStream::connect(("127.0.0.1", s.http)).await.unwrap();
    for _ in 0..3 {
        socket.write_all(b"GET /?query=SELECT+1&wait_end_of_query=1 HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut all = Vec::new();
        while !all.ends_with(b"0\n1\n2\n") {
            assert!(socket.read_buf(&mut all).await.unwrap() > 0);
        }
    }
}
