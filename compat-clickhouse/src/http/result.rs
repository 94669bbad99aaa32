//! A result on its way out: progress while it is computed, its bytes piece by piece, errors in the middle.

use super::answer::{Answer, put, summary};
use super::encode::Encoder;
use super::request::Parameters;
use super::wire::Wire;
use super::{Body, full, session, status};
use crate::block::{Block, parted};
use crate::format::{self, Summary, Writer};
use crate::service::Service;
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::Response;
use hyper::body::Frame;
use olly_query::engine::RowStream;
use olly_types::budget::Reservation;
use olly_types::{Error, Result};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::mpsc;

/// Bytes of a result held back by `wait_end_of_query`; what is larger is streamed.
const WAIT_BYTES: usize = 64 << 20;

/// Room for text that is kept from block to block.
const KEPT_TEXT: usize = 1 << 20;
/// How long a client that does not read has for the news that its query has failed; then the connection is cut.
const TELL: Duration = Duration::from_secs(2);

/// A query that gives rows.
pub(super) struct Running {
    pub service: Arc<Service>,
    /// Nanoseconds since the epoch.
    pub started: i64,
    /// Held until the last row was sent.
    pub in_use: Option<session::InUse>,
    pub p: Parameters,
    /// How often progress is told in headers, if at all.
    pub progress: Option<Duration>,
    pub wire: Arc<Wire>,
}

impl Running {
    fn elapsed(&self) -> u64 {
        (self.service.backend.now().0 - self.started).max(0) as u64
    }
}

/// A step of a query, with header lines of its progress while it takes time.
async fn telling<T>(
    step: impl Future<Output = T>,
    every: Option<Duration>,
    wire: &Wire,
    told: impl Fn() -> String,
) -> T {
    let Some(every) = every else { return step.await };
    tokio::pin!(step);
    let mut ticks = tokio::time::interval(every);
    ticks.tick().await;
    loop {
        tokio::select! {
            done = &mut step => return done,
            _ = ticks.tick() => wire.header_line("X-ClickHouse-Progress", &told()),
        }
    }
}

/// The answer with a query's rows. Its status waits for the first block.
pub(super) async fn rows(
    mut rows: RowStream,
    wanted: Option<String>,
    q: Running,
    answer: &Answer,
) -> Result<Response<Body>> {
    let mut options = q.service.format_options(&rows.settings)?;
    options.native_revision = q.p.client_protocol_version;
    let name = rows.format.clone().or(wanted).unwrap_or_else(|| "TabSeparated".to_string());
    let found = format::find(&name).ok_or_else(|| format::unknown(&name))?;
    let writer = format::writer(found.name, &rows.header, &options)?;
    let encoder = Encoder::new(answer.frames, answer.encoding, answer.level)?;
    let counters = Arc::clone(&rows.counters);
    let (service, started, progress, wire) = (Arc::clone(&q.service), q.started, q.progress, Arc::clone(&q.wire));
    let told = || summary(&counters, (service.backend.now().0 - started).max(0) as u64);
    let first = telling(rows.next(), progress, &wire, told).await?;
    let mut pump = Pump {
        rows,
        writer,
        encoder,
        first,
        rest: None,
        text: Vec::new(),
        begun: false,
        ended: false,
        tag: answer.tag.clone(),
        query: q,
    };
    let mut early = Piece { bytes: Vec::new(), held: pump.rows.hold(0)? };
    if pump.query.p.wait_end_of_query {
        while early.bytes.len() < WAIT_BYTES {
            match telling(pump.step(), progress, &wire, told).await {
                Ok(Some(piece)) => {
                    early.held.grow(piece.held.bytes())?;
                    early.bytes.extend_from_slice(&piece.bytes);
                }
                Ok(None) => break,
                // Nothing was sent yet: the error has a status of its own.
                Err(e) => return Err(e),
            }
        }
    }
    let body = if pump.ended { full(Bytes::from_owner(early)) } else { stream(early, pump, answer.version) };
    let mut r = Response::new(body);
    answer.headers(r.headers_mut());
    put(r.headers_mut(), "content-type", found.content_type);
    put(r.headers_mut(), "x-clickhouse-format", found.name);
    put(r.headers_mut(), "x-clickhouse-summary", told());
    if progress.is_some() {
        put(r.headers_mut(), "x-clickhouse-progress", told());
    }
    if let Some(e) = answer.encoding {
        put(r.headers_mut(), "content-encoding", e.name());
    }
    Ok(r)
}

/// Bytes of a result, held of the query's memory until the socket has taken them.
struct Piece {
    bytes: Vec<u8>,
    held: Reservation,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Makes the bytes of a result, piece by piece.
struct Pump {
    rows: RowStream,
    writer: Box<dyn Writer>,
    encoder: Encoder,
    first: Option<Block>,
    /// What is left of a block that is too large for one piece.
    rest: Option<Block>,
    text: Vec<u8>,
    begun: bool,
    ended: bool,
    tag: String,
    query: Running,
}

impl Pump {
    /// The next piece, or None at the end.
    async fn step(&mut self) -> Result<Option<Piece>> {
        if self.ended {
            return Ok(None);
        }
        self.text.clear();
        let block = match self.rest.take() {
            Some(rest) => Some(rest),
            None if self.begun => self.rows.next().await?,
            None => {
                self.begun = true;
                self.writer.begin(&mut self.text)?;
                self.first.take()
            }
        };
        match block {
            Some(block) => {
                let (part, rest) = parted(block);
                self.writer.block(&part, &mut self.text)?;
                self.rest = rest;
                let bytes = self.encoder.push(&self.text)?;
                // The text of a large block must not stay beside its bytes.
                self.text.clear();
                self.text.shrink_to(KEPT_TEXT);
                let held = self.rows.hold(bytes.len())?;
                Ok(Some(Piece { bytes, held }))
            }
            None => {
                self.ended = true;
                let c = &self.rows.counters;
                let summary = Summary {
                    rows_before_limit: self.rows.rows_before_limit(),
                    elapsed_ns: self.query.elapsed(),
                    read_rows: c.read_rows.load(Relaxed),
                    read_bytes: c.read_bytes.load(Relaxed),
                    totals: self.rows.totals(),
                    extremes: self.rows.extremes(),
                };
                self.writer.end(&summary, &mut self.text)?;
                let mut out = if self.text.is_empty() { Vec::new() } else { self.encoder.push(&self.text)? };
                let encoder = std::mem::replace(&mut self.encoder, Encoder::new(false, None, 1)?);
                out.extend(encoder.finish()?);
                // The session is free as soon as the result is complete.
                self.query.in_use = None;
                let held = self.rows.hold(out.len())?;
                Ok(Some(Piece { bytes: out, held }))
            }
        }
    }

    /// An error in the middle: told in the body by the tag that the header gave.
    fn broken(mut self, e: &Error, version: &str) -> Vec<u8> {
        let message = status::text(e, version);
        let tag = &self.tag;
        let text = format!("\r\n__exception__\r\n{tag}\r\n{message}{} {tag}\r\n__exception__\r\n", message.len());
        let mut out = self.encoder.push(text.as_bytes()).unwrap_or_default();
        out.extend(self.encoder.finish().unwrap_or_default());
        out
    }
}

/// Pieces of a result; None behind the last, so that a task that fails does not look like one that has given all.
type Piecewise = io::Result<Option<Frame<Bytes>>>;
type Pieces = mpsc::Sender<Piecewise>;

/// Hands a piece over; waits for a client that reads slowly, but no longer than its query may take. False: the client has
/// gone.
async fn hand(send: &Pieces, piece: Piece, ended: impl Future<Output = Error>) -> Result<bool> {
    if piece.bytes.is_empty() {
        return Ok(true);
    }
    tokio::select! {
        sent = send.send(Ok(Some(Frame::data(Bytes::from_owner(piece))))) => Ok(sent.is_ok()),
        e = ended => Err(e),
    }
}

/// Everything up to the end; false where the client has gone.
async fn all(send: &Pieces, early: Piece, pump: &mut Pump) -> Result<bool> {
    let mut piece = early;
    loop {
        let cancel = pump.rows.cancel.clone();
        if !hand(send, piece, cancel.ended()).await? {
            return Ok(false);
        }
        // A block may be many pieces, and a client that reads fast never makes them wait.
        cancel.check()?;
        let step = tokio::select! {
            () = send.closed() => return Ok(false),
            step = pump.step() => step?,
        };
        match step {
            Some(next) => piece = next,
            None => return Ok(true),
        }
    }
}

/// Streams the rest of a result from a task; it ends when the client goes.
fn stream(early: Piece, mut pump: Pump, version: &'static str) -> Body {
    let (send, receive) = mpsc::channel::<Piecewise>(1);
    let wire = Arc::clone(&pump.query.wire);
    let rest = Rest { pieces: receive, wire: Arc::clone(&wire), broken: None };
    tokio::spawn(async move {
        let Err(e) = all(&send, early, &mut pump).await else {
            let _ = send.send(Ok(None)).await;
            return;
        };
        // The query ends here, whatever the client does.
        let bytes = pump.broken(&e, version);
        let told = async {
            let _ = send.send(Ok(Some(Frame::data(bytes.into())))).await;
            // Leaves the chunked encoding without its end, so that every client notices.
            let _ = send.send(Err(io::Error::other(e.to_string()))).await;
            send.closed().await;
        };
        if tokio::time::timeout(TELL, told).await.is_err() {
            wire.cut();
        }
    });
    StreamBody::new(rest).boxed()
}

/// Pieces of a body. hyper forgets what it has not sent yet when a body breaks, so the error waits until all was flushed.
struct Rest {
    pieces: mpsc::Receiver<Piecewise>,
    wire: Arc<Wire>,
    /// The error, and the flushes that were complete when the last piece had been handed over.
    broken: Option<(io::Error, u64)>,
}

impl futures::Stream for Rest {
    type Item = io::Result<Frame<Bytes>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.broken.is_none() {
            match ready!(self.pieces.poll_recv(cx)) {
                Some(Ok(piece)) => return Poll::Ready(piece.map(Ok)),
                ended => {
                    let failed = || io::Error::other("the task that makes the result failed");
                    let e = ended.and_then(Result::err).unwrap_or_else(failed);
                    let seen = self.wire.flushes();
                    self.broken = Some((e, seen));
                }
            }
        }
        let seen = self.broken.as_ref().map_or(0, |(_, seen)| *seen);
        ready!(self.wire.poll_flushed(seen, cx));
        Poll::Ready(self.broken.take().map(|(e, _)| Err(e)))
    }
}
