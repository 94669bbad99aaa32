//! A request's body that does not wait for ever, and that is heard out when the answer comes before its end.
//!
//! A client that is refused while it still sends (too large, too many, a wrong table) would not see why: a socket that is
//! closed over unread bytes is reset, and the answer in it is lost. So what is left of a body that nobody wants is read
//! and thrown away, within [`LINGER`] and [`LINGER_BYTES`], while the answer is on its way.

use hyper::HeaderMap;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long, and how much of, an unwanted body is read.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_BYTES: u64 = 512 << 20;

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Without a byte.
    pub idle: Duration,
    /// From the request's head to its last byte.
    pub whole: Option<Duration>,
}

/// Bodies that say they are at most this long are heard out in any case, and the connection goes on.
const SMALL: u64 = 1 << 20;

/// What became of a body, for who answers.
#[derive(Clone)]
pub struct Fate {
    ended: Arc<AtomicBool>,
    small: bool,
}

impl Fate {
    /// Whether no request can follow on this connection, because the rest of the body may be too long to be heard out.
    pub fn ends_connection(&self) -> bool {
        !self.small && !self.ended.load(Ordering::Acquire)
    }
}

/// A body under guard.
pub struct Guarded {
    body: Option<Incoming>,
    ended: Arc<AtomicBool>,
    patience: Patience,
    begun: Instant,
    last: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    /// Whether the rest is to be heard out: not in HTTP/2, where a stream ends alone.
    linger: bool,
    /// The client waits for `100 Continue` before it sends anything: then there is no rest.
    waits: bool,
}

impl Guarded {
    /// `linger`: the connection is HTTP/1's.
    pub fn new(body: Incoming, headers: &HeaderMap, patience: Patience, linger: bool) -> (Guarded, Fate) {
        let ended = Arc::new(AtomicBool::new(body.is_end_stream()));
        let waits = headers.contains_key("expect");
        let small = !waits && body.size_hint().exact().is_some_and(|n| n <= SMALL);
        let fate = Fate { ended: Arc::clone(&ended), small };
        let now = Instant::now();
        let guarded = Guarded { body: Some(body), ended, patience, begun: now, last: now, timer: None, linger, waits };
        (guarded, fate)
    }

    fn deadline(&self) -> Instant {
        let idle = self.last + self.patience.idle;
        self.patience.whole.map_or(idle, |whole| idle.min(self.begun + whole))
    }

    /// Whether the time is up; otherwise whoever polls is woken when it is.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let deadline = self.deadline();
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| {
            let late = format!(
                "the body did not come in time: nothing for {} s, or not all of it",
                self.patience.idle.as_secs()
            );
            io::Error::new(io::ErrorKind::TimedOut, late)
        })
    }
}

impl Body for Guarded {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        self.waits = false;
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.last = Instant::now();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(e))) => {
                self.body = None;
                Poll::Ready(Some(Err(io::Error::other(e))))
            }
            Poll::Ready(None) => {
                self.ended.store(true, Ordering::Release);
                self.body = None;
                Poll::Ready(None)
            }
            Poll::Pending => self.poll_late(cx).map(|e| {
                // The client is not heard out: it has been waited for.
                self.body = None;
                Some(Err(e))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let Some(body) = self.body.take() else { return };
        if !self.linger || self.waits || body.is_end_stream() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tokio::time::timeout(LINGER, hear_out(body)));
        }
    }
}

async fn hear_out(mut body: Incoming) {
    let mut heard = 0;
    while heard < LINGER_BYTES {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        match frame {
            Some(Ok(frame)) => heard += frame.data_ref().map_or(0, |d| d.len() as u64),
            _ => return,
        }
    }
}
