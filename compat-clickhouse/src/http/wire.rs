//! A connection's socket under hyper, with three things that hyper has no words for: header lines that go out while a query
//! still runs, knowing when a body's bytes have left, and an end to waiting for a client that does not take its answer.
//!
//! Invariant: bytes of ours go out only before the first byte of an answer's head.

use parking_lot::Mutex;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::Sleep;

/// Most bytes of early header lines that wait for a slow client; further lines are left out.
const MAX_EARLY: usize = 16 << 10;

/// What a connection's handler knows of its socket.
pub struct Wire {
    /// Flushes of hyper's that are complete.
    flushes: AtomicU64,
    waker: futures::task::AtomicWaker,
    /// Whether nothing more goes out, and who waits to write.
    cut: AtomicBool,
    writer: futures::task::AtomicWaker,
    out: Mutex<Out>,
}

struct Out {
    socket: OwnedWriteHalf,
    /// Early header lines that the socket did not take yet.
    waiting: Vec<u8>,
    /// The status line went out with the first early line: hyper's own is left out.
    begun: bool,
}

/// The socket as hyper reads and writes it.
pub struct Socket {
    read: OwnedReadHalf,
    wire: Arc<Wire>,
    /// How long the client may take nothing, and what runs meanwhile.
    patience: Duration,
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    /// A write's outcome, or the end of patience.
    fn patient(&mut self, polled: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if polled.is_ready() {
            self.stuck = None;
            return polled;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        stuck.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Both sides of a connection whose client may take nothing for so long.
pub fn split(socket: TcpStream, patience: Duration) -> (Socket, Arc<Wire>) {
    let (read, socket) = socket.into_split();
    let out = Mutex::new(Out { socket, waiting: Vec::new(), begun: false });
    let wire = Wire {
        flushes: AtomicU64::new(0),
        waker: Default::default(),
        cut: AtomicBool::new(false),
        writer: Default::default(),
        out,
    };
    let wire = Arc::new(wire);
    (Socket { read, wire: Arc::clone(&wire), patience, stuck: None }, wire)
}

impl Wire {
    /// Sends a header line of an answer whose head is yet to come, and with the first of them the status 200.
    pub fn header_line(&self, name: &str, value: &str) {
        let mut out = self.out.lock();
        let out = &mut *out;
        if out.waiting.len() > MAX_EARLY {
            return;
        }
        if !out.begun {
            out.begun = true;
            out.waiting.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
        }
        out.waiting.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        // What does not go out now goes before the rest of the head; an error will meet hyper, too.
        while !out.waiting.is_empty() {
            match out.socket.try_write(&out.waiting) {
                Ok(n) if n > 0 => drop(out.waiting.drain(..n)),
                _ => break,
            }
        }
    }

    /// Ends the connection at its next write: the client does not read.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        self.writer.wake();
        self.waker.wake();
    }

    /// The error of a connection that was cut; else the writer is woken when it is.
    fn whole(&self, cx: &Context<'_>) -> io::Result<()> {
        self.writer.register(cx.waker());
        if self.cut.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// Flushes that are complete so far.
    pub fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Acquire)
    }

    /// Ready when there were more flushes than `seen`.
    pub fn poll_flushed(&self, seen: u64, cx: &Context<'_>) -> Poll<()> {
        if self.flushes() > seen {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        if self.flushes() > seen { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Out {
    /// Sends the early lines that wait; then what of `bytes`, the beginning of a head, went out with them.
    fn poll_head(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        while !self.waiting.is_empty() {
            let n = ready!(Pin::new(&mut self.socket).poll_write(cx, &self.waiting))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.drain(..n);
        }
        // hyper makes a head in one piece.
        self.begun = false;
        Poll::Ready(Ok(bytes.windows(2).position(|w| w == b"\r\n").map_or(bytes.len(), |at| at + 2)))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire.whole(cx)?;
        let polled = {
            let mut out = self.wire.out.lock();
            if out.begun { out.poll_head(cx, bytes) } else { Pin::new(&mut out.socket).poll_write(cx, bytes) }
        };
        self.patient(polled, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.whole(cx)?;
        let polled = {
            let mut out = self.wire.out.lock();
            if out.begun {
                let first = pieces.iter().find(|p| !p.is_empty()).map_or(&[][..], |p| p);
                out.poll_head(cx, first)
            } else {
                Pin::new(&mut out.socket).poll_write_vectored(cx, pieces)
            }
        };
        self.patient(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.whole(cx)?;
        // hyper calls this when all it had is written.
        ready!(Pin::new(&mut self.wire.out.lock().socket).poll_flush(cx))?;
        self.wire.flushes.fetch_add(1, Ordering::AcqRel);
        self.wire.waker.wake();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire.out.lock().socket).poll_shutdown(cx)
    }
}
