//! One SQLite file that one process holds: how it is made, held and recognised.

mod error;

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::files::{parent, sync_folder};

pub use error::{Fault, OpenError, ReadError};

/// A kind of file: what it is called in errors, how it is recognised, and what is in it.
pub(crate) struct Kind {
    /// As in "there is no log".
    pub(crate) name: &'static str,
    /// SQLite's `application_id`, so that `file(1)` and this program know it.
    pub(crate) application_id: i32,
    /// SQLite's `user_version`: the version of the tables.
    pub(crate) version: i32,
    /// The statements that make them.
    pub(crate) tables: &'static str,
}

/// The file, held by this process alone for as long as the value lives.
#[derive(Debug)]
pub(crate) struct Database {
    /// Owned by this value only; SQLite's own lock on the file is exclusive as well.
    pub(crate) connection: Connection,
    /// The lock beside the database. It stands last, so that it is given up after the connection
    /// is closed.
    _lock: File,
}

impl Database {
    /// Makes a new file and holds it. It is readable by its owner alone.
    pub(crate) fn create(path: &Path, kind: &Kind) -> Result<Self, OpenError> {
        let lock = lock(path, kind)?;
        create_file(path, kind)?;
        let connection = connect(path, kind)?;
        disk(path, kind, set_up(&connection, kind))?;
        let folder = parent(path);
        sync_folder(folder).map_err(|error| file_error(folder, &error))?;
        Ok(Self { connection, _lock: lock })
    }

    /// Opens a file and holds it. What a crash left in SQLite's WAL is taken in or dropped here,
    /// transaction by whole transaction.
    pub(crate) fn open(path: &Path, kind: &Kind) -> Result<Self, OpenError> {
        if !path.is_file() {
            return Err(OpenError::Missing { path: path.to_owned(), what: kind.name });
        }
        let lock = lock(path, kind)?;
        let connection = connect(path, kind)?;
        check_kind(&connection, path, kind)?;
        disk(path, kind, make_durable(&connection))?;
        Ok(Self { connection, _lock: lock })
    }
}

/// Takes the exclusive lock on `<file>.lock`. The kernel gives it back when the process ends, however
/// it ends, so there is no stale lock to clear after a crash.
///
/// SQLite locks too, but would say "database is locked" after a while of waiting, and would let a
/// second process in between two transactions if its locking mode were ever changed.
fn lock(path: &Path, kind: &Kind) -> Result<File, OpenError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&beside);
    let file = file.map_err(|error| file_error(&beside, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(OpenError::Held { path: path.to_owned(), what: kind.name })
        }
        Err(TryLockError::Error(error)) => Err(file_error(&beside, &error)),
    }
}

/// SQLite gives its WAL the permissions of this file.
fn create_file(path: &Path, kind: &Kind) -> Result<(), OpenError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(OpenError::Exists { path: path.to_owned(), what: kind.name })
        }
        Err(error) => Err(file_error(path, &error)),
    }
}

/// Opens the database for one thread at a time. With the exclusive locking mode SQLite keeps its
/// WAL index in memory: no shared-memory file, which on a full disk could not grow.
fn connect(path: &Path, kind: &Kind) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = disk(path, kind, Connection::open_with_flags(path, flags))?;
    disk(path, kind, db.busy_timeout(Duration::ZERO))?;
    disk(path, kind, db.pragma_update(None, "locking_mode", "EXCLUSIVE"))?;
    Ok(db)
}

/// Tables, id and version appear in one transaction: a file either is of its kind or carries no id.
fn set_up(db: &Connection, kind: &Kind) -> rusqlite::Result<()> {
    let Kind { application_id, version, tables, .. } = kind;
    make_durable(db)?;
    db.execute_batch(&format!(
        "BEGIN; {tables} PRAGMA application_id = {application_id};
         PRAGMA user_version = {version}; COMMIT;"
    ))
}

/// WAL with `synchronous=FULL`: a commit is one append to one file and one fsync of it. (`NORMAL`
/// would skip that fsync and lose acknowledged records with the power.)
fn make_durable(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| {
        let mode: String = row.get(0)?;
        assert_eq!(mode, "wal", "SQLite refused the write-ahead log");
        Ok(())
    })?;
    db.pragma_update(None, "synchronous", "FULL")
}

/// Says what the file is before anything in it is changed.
fn check_kind(db: &Connection, path: &Path, kind: &Kind) -> Result<(), OpenError> {
    let found = disk(path, kind, db.pragma_query_value(None, "application_id", |row| row.get(0)))?;
    if found != kind.application_id {
        return Err(OpenError::OtherKind {
            path: path.to_owned(),
            what: kind.name,
            expected: kind.application_id,
            found,
        });
    }
    let found = disk(path, kind, db.pragma_query_value(None, "user_version", |row| row.get(0)))?;
    if found != kind.version {
        return Err(OpenError::Version {
            path: path.to_owned(),
            what: kind.name,
            expected: kind.version,
            found,
        });
    }
    Ok(())
}

fn file_error(path: &Path, error: &io::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), kind: error.kind() }
}

/// Names the file beside what SQLite said about it.
pub(crate) fn disk<T>(
    path: &Path,
    kind: &Kind,
    result: rusqlite::Result<T>,
) -> Result<T, OpenError> {
    result.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy) => {
            OpenError::Held { path: path.to_owned(), what: kind.name }
        }
        _ => OpenError::Disk { path: path.to_owned(), fault: Fault::from(error) },
    })
}
