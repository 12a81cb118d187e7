//! The other side: a fast sender of records, a reader of published files, and the
//! one who asks witnesses.

mod answer;
mod connection;
mod fetch;
mod sender;
mod witness;

pub use answer::{Refused, Sent};
pub use fetch::{FetchError, Fetcher};
pub use sender::{SendError, Sender, UrlError};
pub use witness::{AskError, Asker, Said};
