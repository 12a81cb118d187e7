//! The other side: a fast sender of records, and a reader of published files.

mod answer;
mod connection;
mod fetch;
mod sender;

pub use answer::{Refused, Sent};
pub use fetch::{FetchError, Fetcher};
pub use sender::{SendError, Sender, UrlError};
