//! One keep-alive connection. Whoever sends a request also drives the connection meanwhile: a task
//! of its own for that would cost two wake-ups a record, on cores that the server needs.

use std::{io, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderMap, Request, StatusCode, header, response::Parts},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The largest answer: that to a full batch of a thousand receipts of 1.5 kB.
const MAX_ANSWER: usize = 16 << 20;

/// A connection that is open, as far as anyone knows.
pub(super) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    driver: http1::Connection<TokioIo<TcpStream>, Full<Bytes>>,
}

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// When the server asks to be asked again.
    pub(super) after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
pub(super) type Lost = Box<dyn std::error::Error + Send + Sync>;

impl Connection {
    pub(super) async fn open(authority: &str) -> Result<Self, Lost> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (requests, driver) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self { requests, driver })
    }

    /// Posts one body and waits for the answer.
    pub(super) async fn post(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, Lost> {
        let requests = &mut self.requests;
        let asking = async move {
            requests.ready().await?;
            let (Parts { status, headers, .. }, body) =
                requests.send_request(request).await?.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await?.to_bytes();
            Ok(Answer { status, after: retry_after(&headers), body: body.into() })
        };
        tokio::select! {
            biased;
            answer = asking => answer,
            ended = &mut self.driver => Err(ended.map_or_else(Lost::from, |()| closed())),
        }
    }

    /// Can it take another request, as far as anyone knows?
    pub(super) fn is_open(&self) -> bool {
        !self.requests.is_closed()
    }
}

fn closed() -> Lost {
    io::Error::from(io::ErrorKind::ConnectionAborted).into()
}

/// RFC 9110, 10.2.3, in seconds; this server writes no dates there.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
