//! What a server says to a record.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// A record that the server took in, with the text of its receipt (C2SP `tlog-proof`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is new.
    New(String),
    /// The server had it already.
    Known(String),
    /// It is in the log, and contradicts another record with its number.
    Fork(String),
}

impl Sent {
    /// The receipt's text.
    #[must_use]
    pub fn receipt(&self) -> &str {
        match self {
            Self::New(receipt) | Self::Known(receipt) | Self::Fork(receipt) => receipt,
        }
    }
}

/// What the server has against a record.
#[derive(Clone, Debug, PartialEq, Deserialize, thiserror::Error)]
#[error("{status} {code}: {message}")]
pub struct Refused {
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// The code, such as `out_of_range`.
    pub code: String,
    /// The field that it is about.
    pub field: Option<String>,
    /// What was expected: a number, a text, or nothing.
    pub expected: Value,
    /// What was found.
    pub found: Value,
    /// A sentence.
    pub message: String,
}

/// An answer that is no receipt.
#[derive(Debug)]
pub(super) enum Unsent {
    Refused(Box<Refused>),
    /// Not an answer that this server gives.
    Strange(StatusCode),
}

/// One item of a batch's answer, or the JSON of one refusal: that of a fork holds a receipt.
#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    status: u16,
    receipt: Option<String>,
    #[serde(flatten)]
    refused: Option<Box<Refused>>,
}

/// The answer to one record.
pub(super) fn read(status: StatusCode, body: Vec<u8>) -> Result<Sent, Unsent> {
    if status.is_success() {
        let receipt = String::from_utf8(body).map_err(|_| Unsent::Strange(status))?;
        return sent(status, receipt);
    }
    let item: Item = serde_json::from_slice(&body).map_err(|_| Unsent::Strange(status))?;
    item.answer(status)
}

impl Item {
    /// What became of one record of a batch.
    pub(super) fn in_batch(self) -> Result<Sent, Unsent> {
        // 0 is no status: the item is none of this server's.
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
        self.answer(status)
    }

    fn answer(self, status: StatusCode) -> Result<Sent, Unsent> {
        match (self.receipt, self.refused) {
            (Some(receipt), _) => sent(status, receipt),
            (None, Some(mut refused)) => {
                refused.status = status.as_u16();
                Err(Unsent::Refused(refused))
            }
            (None, None) => Err(Unsent::Strange(status)),
        }
    }
}

fn sent(status: StatusCode, receipt: String) -> Result<Sent, Unsent> {
    match status {
        StatusCode::CREATED => Ok(Sent::New(receipt)),
        StatusCode::OK => Ok(Sent::Known(receipt)),
        StatusCode::CONFLICT => Ok(Sent::Fork(receipt)),
        _ => Err(Unsent::Strange(status)),
    }
}
