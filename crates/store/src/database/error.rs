//! What can go wrong with a file of this crate, by operation.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// What SQLite or the disk below it said, by kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// `SQLITE_FULL`: no room for another page.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its file system does not take writes from this process.
    #[error("the file cannot be written (read-only)")]
    ReadOnly,
    /// A read, write or fsync failed below SQLite.
    #[error("the disk failed (SQLite code {code})")]
    Io {
        /// SQLite's extended result code, `SQLITE_IOERR_…`.
        code: i32,
    },
    /// The file is no database, or its pages contradict each other.
    #[error("the file is damaged or is not a database")]
    Damaged,
    /// Any other refusal, which this crate has no reason to expect.
    #[error("SQLite refused: {message} (code {code})")]
    Refused {
        /// SQLite's extended result code; 0 where SQLite was not asked.
        code: i32,
        /// SQLite's own words.
        message: String,
    },
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        let code = error.sqlite_error().map_or(0, |error| error.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Fault::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Fault::ReadOnly,
            Some(ErrorCode::SystemIoFailure) => Fault::Io { code },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Damaged,
            _ => Fault::Refused { code, message: error.to_string() },
        }
    }
}

/// Why making or opening gave no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is something at the path already; nothing is ever overwritten.
    #[error("{}: exists already, and a {what} is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// What should be there, such as "log".
        what: &'static str,
    },
    /// There is no such file at the path.
    #[error("{}: there is no {what}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What should be there, such as "log".
        what: &'static str,
    },
    /// The file is in use. Two writers would fork a log.
    #[error("{}: another process holds this {what}", path.display())]
    Held {
        /// The file.
        path: PathBuf,
        /// What should be there, such as "log".
        what: &'static str,
    },
    /// A database, but not one of this program (SQLite's `application_id`).
    #[error("{}: not a {what}: expected application id {expected}, found {found}", path.display())]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// What should be there, such as "log".
        what: &'static str,
        /// The id that every such file carries.
        expected: i32,
        /// The id in the file.
        found: i32,
    },
    /// A file of another version (SQLite's `user_version`).
    #[error("{}: expected a {what} of version {expected}, found version {found}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// What should be there, such as "log".
        what: &'static str,
        /// The version that this program reads and writes.
        expected: i32,
        /// The version in the file.
        found: i32,
    },
    /// Entries and checkpoints disagree: no append of this crate leaves that behind.
    #[error("{}: the newest checkpoint covers {checkpoint} entries, the log holds {entries}",
        path.display())]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// The size of the newest checkpoint, 0 when there is none.
        checkpoint: u64,
        /// The number of entries.
        entries: u64,
    },
    /// The file, its lock or its folder could not be opened or synced.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file or folder that failed.
        path: PathBuf,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
    /// SQLite could not open, set up or read the file.
    #[error("{}: {fault}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        fault: Fault,
    },
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A position is missing.
    #[error("expected the entry at position {expected}, found {found} next")]
    Gap {
        /// The position that should have come.
        expected: u64,
        /// The position that came, or the end of the range.
        found: u64,
    },
    /// More was asked for than the log holds.
    #[error("expected at least {expected} entries, found {found}")]
    Ends {
        /// The size that was asked for.
        expected: u64,
        /// The size of the log.
        found: u64,
    },
    /// An id is not a SHA-256.
    #[error("entry {position}: expected an id of 32 bytes, found {found}")]
    IdLength {
        /// The position of the entry.
        position: u64,
        /// The number of bytes found.
        found: usize,
    },
    /// SQLite could not read the file.
    #[error("the file cannot be read: {0}")]
    Disk(#[from] Fault),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> ReadError {
        ReadError::Disk(error.into())
    }
}
