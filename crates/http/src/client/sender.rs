//! Sends records and does not give up at the first broken line: sending again is always safe,
//! because a record that is known has the same receipt.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Request, StatusCode, Uri, header, uri::Scheme},
};
use http_body_util::Full;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

use super::{
    Refused, Sent,
    answer::{self, Item, Unsent},
    connection::{Answer, Connection, Lost},
};

/// The first wait before a record is sent again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(10);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Sends records to one server over at most so many connections; clone it freely.
#[derive(Clone)]
pub struct Sender(Arc<Inner>);

struct Inner {
    /// Host and port.
    authority: String,
    patience: Duration,
    /// One place for each connection that may be open.
    places: Semaphore,
    /// Connections that nobody uses. The one used last is used first, so that few stay warm.
    idle: Mutex<Vec<Connection>>,
}

/// An address that no record can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address such as http://127.0.0.1:8080, found {found:?}")]
pub struct UrlError {
    /// What was found instead.
    pub found: String,
}

/// Why there is no receipt.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SendError {
    /// The server has something against the record.
    #[error(transparent)]
    Refused(#[from] Box<Refused>),
    /// There was no answer in all the time that the sender had patience.
    #[error("{authority}: no answer after {tries} tries: {reason}")]
    Unreachable {
        /// Host and port.
        authority: String,
        /// How often it was tried.
        tries: u32,
        /// What happened the last time.
        reason: String,
    },
    /// An answer that a server of this kind does not give.
    #[error("{authority}: expected a receipt or a reason, found an answer of status {status}")]
    Strange {
        /// Host and port.
        authority: String,
        /// Its status.
        status: u16,
    },
}

impl Sender {
    /// A sender to `http://HOST:PORT`. `patience` is how long one record is tried again, from its
    /// first try on.
    ///
    /// # Errors
    /// When the address is not of that shape.
    pub fn new(url: &str, connections: usize, patience: Duration) -> Result<Self, UrlError> {
        let bad = || UrlError { found: url.to_owned() };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let authority = uri.authority().filter(|_| uri.scheme() == Some(&Scheme::HTTP));
        let authority = authority.ok_or_else(bad)?;
        let authority = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
        let (places, idle) = (Semaphore::new(connections.max(1)), Mutex::new(Vec::new()));
        Ok(Self(Arc::new(Inner { authority, patience, places, idle })))
    }

    /// Sends one record. It waits for a free connection first, so any number may be sent at once.
    ///
    /// # Errors
    /// When the server refuses it, or does not answer for too long.
    pub async fn send(&self, note: impl Into<Bytes>) -> Result<Sent, SendError> {
        let Answer { status, body, .. } = self.persist("/v1/records", note.into()).await?;
        answer::read(status, body).map_err(|unsent| self.unsent(unsent))
    }

    /// Sends many records in one request; the server takes them in in this order. The answers
    /// stand in the same order, and those that say 429 or 503 are not tried again.
    ///
    /// # Errors
    /// When the server refuses the batch as a whole, or does not answer for too long.
    pub async fn send_all(
        &self,
        notes: &[&str],
    ) -> Result<Vec<Result<Sent, SendError>>, SendError> {
        let list = serde_json::Value::from(notes).to_string();
        let Answer { status, body, .. } = self.persist("/v1/records/batch", list.into()).await?;
        if status != StatusCode::OK {
            let answer = answer::read(status, body).map_err(|unsent| self.unsent(unsent));
            return answer.map(|sent| vec![Ok(sent)]);
        }
        let strange = |_| self.unsent(Unsent::Strange(status));
        let items: Vec<Item> = serde_json::from_slice(&body).map_err(strange)?;
        let answers = items.into_iter().map(Item::in_batch);
        Ok(answers.map(|answer| answer.map_err(|unsent| self.unsent(unsent))).collect())
    }

    fn unsent(&self, unsent: Unsent) -> SendError {
        match unsent {
            Unsent::Refused(refused) => refused.into(),
            Unsent::Strange(status) => {
                SendError::Strange { authority: self.0.authority.clone(), status: status.as_u16() }
            }
        }
    }

    /// Tries until there is an answer that will not change by itself.
    async fn persist(&self, path: &str, body: Bytes) -> Result<Answer, SendError> {
        // The semaphore is never closed.
        let _place = self.0.places.acquire().await;
        let (start, mut wait, mut tries) = (Instant::now(), FIRST_WAIT, 0);
        loop {
            tries += 1;
            // One attempt may take all the patience there is, but no more: a server that has
            // stopped in the middle never closes the connection.
            let left = self.0.patience.saturating_sub(start.elapsed()).max(FIRST_WAIT);
            let (after, reason) = match timeout(left, self.attempt(path, body.clone())).await {
                Ok(Ok(answer)) if !passes(answer.status) => return Ok(answer),
                Ok(Ok(answer)) => (answer.after, format!("status {}", answer.status.as_u16())),
                Ok(Err(lost)) => (None, lost.to_string()),
                Err(_) => (None, "no answer on an open connection".to_owned()),
            };
            if start.elapsed() >= self.0.patience {
                let authority = self.0.authority.clone();
                return Err(SendError::Unreachable { authority, tries, reason });
            }
            sleep(after.unwrap_or(wait)).await;
            wait = LONGEST_WAIT.min(wait * 2);
        }
    }

    async fn attempt(&self, path: &str, body: Bytes) -> Result<Answer, Lost> {
        let request =
            Request::post(path).header(header::HOST, &self.0.authority).body(Full::new(body))?;
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.0.authority).await?,
        };
        // A connection that fails is dropped; the next try opens another.
        let answer = connection.post(request).await?;
        if connection.is_open() {
            self.idle().push(connection);
        }
        Ok(answer)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does it help to try again?
fn passes(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::INSUFFICIENT_STORAGE
    )
}
