//! The only crate that touches a database or the disk. It is not a model of elections: it moves
//! bytes, and knows neither what a note says nor what a tally is. The program builds on it, and
//! hands it what the pure crates decided.
//!
//! Five things live here:
//!
//! - [`log`]: the append-only log in one SQLite file. One call, one transaction, one fsync.
//! - [`writer`]: the one thread that owns the log. Whatever waits while an fsync runs goes into the
//!   next one together (natural group commit).
//! - [`witness`]: what a witness of other people's logs remembers, in one SQLite file.
//! - [`bundle`]: the published folder, replaced as a whole or not at all.
//! - [`files`]: keys and other single files, written whole or not at all.
//!
//! ```
//! use store::log::{Log, NewEntry, SignedCheckpoint, UnixMillis};
//!
//! let folder = tempfile::tempdir()?;
//! let mut log = Log::create(&folder.path().join("log.db"))?;
//! let entry = NewEntry { id: [7; 32], note: b"countersign/returns/v1", received: UnixMillis(0) };
//! log.append(0, &[entry], &SignedCheckpoint { size: 1, note: b"signed".to_vec() })?;
//! assert_eq!(log.size()?, 1);
//! assert_eq!(log.commits(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every error is comparable with `==` and says what the operating system or SQLite said, by kind.

pub mod bundle;
mod database;
pub mod files;
pub mod log;
pub mod witness;
pub mod writer;
