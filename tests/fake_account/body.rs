//! A response's body as it goes out: whole, in pieces, or broken off.
//!
//! Must not know what it says.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

/// Holds what is still to be sent.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    parts: VecDeque<Part>,
    /// How many bytes the head promises.
    promised: u64,
}

#[derive(Debug)]
enum Part {
    Data(Bytes),
    Wait(Duration),
    Waiting(Pin<Box<Sleep>>),
    Break,
}

impl Outgoing {
    /// Sends all at once.
    pub(crate) fn whole(body: String) -> Self {
        let promised = body.len() as u64;
        Self {
            parts: VecDeque::from([Part::Data(body.into())]),
            promised,
        }
    }

    /// Sends pieces with pauses between.
    pub(crate) fn slow(body: String, pieces: usize, pause: Duration) -> Self {
        let promised = body.len() as u64;
        let body = Bytes::from(body);
        let size = body.len().div_ceil(pieces.max(1)).max(1);
        let mut parts = VecDeque::new();
        for start in (0..body.len()).step_by(size) {
            let end = body.len().min(start + size);
            parts.push_back(Part::Data(body.slice(start..end)));
            parts.push_back(Part::Wait(pause));
        }
        Self { parts, promised }
    }

    /// Promises all and breaks off in the middle.
    pub(crate) fn broken(body: String) -> Self {
        let promised = body.len() as u64;
        let half = Bytes::from(body).slice(..(promised / 2) as usize);
        // The pause lets the first half leave before the connection goes.
        let pause = Part::Wait(Duration::from_millis(20));
        Self {
            parts: VecDeque::from([Part::Data(half), pause, Part::Break]),
            promised,
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            match self.parts.pop_front() {
                None => return Poll::Ready(None),
                Some(Part::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Part::Break) => {
                    return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
                }
                Some(Part::Wait(pause)) => {
                    let sleep = Box::pin(tokio::time::sleep(pause));
                    self.parts.push_front(Part::Waiting(sleep));
                }
                Some(Part::Waiting(mut sleep)) => {
                    if sleep.as_mut().poll(context).is_pending() {
                        self.parts.push_front(Part::Waiting(sleep));
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.parts.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
