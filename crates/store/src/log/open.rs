//! Making and opening the log file: who may hold it, and whether it is a log at all.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::files::{parent, sync_folder};

use super::{Fault, Log, OpenError, size_of};

/// SQLite's `application_id`: "CSLG" in ASCII, so that `file(1)` and this program know a log.
const APPLICATION_ID: i32 = 0x4353_4c47;

/// SQLite's `user_version`: the version of the two tables below.
const VERSION: i32 = 1;

const TABLES: &str = "
    CREATE TABLE entry (
        position INTEGER PRIMARY KEY,
        id       BLOB NOT NULL CHECK (length(id) = 32),
        note     BLOB NOT NULL,
        received INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE checkpoint (
        size INTEGER PRIMARY KEY,
        note BLOB NOT NULL
    ) STRICT;";

impl Log {
    /// Makes a new, empty log and holds it. The file is readable by its owner alone: before the
    /// release it holds figures that nobody may see.
    ///
    /// # Errors
    /// [`OpenError::Exists`] when there is anything at `path`: also what a crash in the middle of
    /// this call left there, which [`Log::open`] does not take for a log.
    pub fn create(path: &Path) -> Result<Log, OpenError> {
        let lock = lock(path)?;
        create_file(path)?;
        let db = connect(path)?;
        disk(path, set_up(&db))?;
        let folder = parent(path);
        sync_folder(folder).map_err(|error| file_error(folder, &error))?;
        Ok(Log { db, commits: 0, _lock: lock })
    }

    /// Opens a log and holds it. What a crash left in SQLite's WAL is taken in or dropped here,
    /// batch by whole batch.
    ///
    /// # Errors
    /// [`OpenError::Held`] when another process holds it; otherwise what the file is instead.
    pub fn open(path: &Path) -> Result<Log, OpenError> {
        if !path.is_file() {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        let lock = lock(path)?;
        let db = connect(path)?;
        check_kind(&db, path)?;
        disk(path, make_durable(&db))?;
        let log = Log { db, commits: 0, _lock: lock };
        check_sizes(&log, path)?;
        Ok(log)
    }
}

/// Takes the exclusive lock on `<log>.lock`. The kernel gives it back when the process ends, however
/// it ends, so there is no stale lock to clear after a crash.
///
/// SQLite locks too, but would say "database is locked" after a while of waiting, and would let a
/// second process in between two transactions if its locking mode were ever changed.
fn lock(path: &Path) -> Result<File, OpenError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&beside);
    let file = file.map_err(|error| file_error(&beside, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Held { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(file_error(&beside, &error)),
    }
}

/// SQLite gives its WAL the permissions of this file.
fn create_file(path: &Path) -> Result<(), OpenError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(OpenError::Exists { path: path.to_owned() })
        }
        Err(error) => Err(file_error(path, &error)),
    }
}

/// Opens the database for one thread at a time. With the exclusive locking mode SQLite keeps its
/// WAL index in memory: no shared-memory file, which on a full disk could not grow.
fn connect(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = disk(path, Connection::open_with_flags(path, flags))?;
    disk(path, db.busy_timeout(Duration::ZERO))?;
    disk(path, db.pragma_update(None, "locking_mode", "EXCLUSIVE"))?;
    Ok(db)
}

/// Tables, id and version appear in one transaction: a file either is a log or carries no id.
fn set_up(db: &Connection) -> rusqlite::Result<()> {
    make_durable(db)?;
    db.execute_batch(&format!(
        "BEGIN; {TABLES} PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {VERSION}; COMMIT;"
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
fn check_kind(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = disk(path, db.pragma_query_value(None, "application_id", |row| row.get(0)))?;
    if found != APPLICATION_ID {
        return Err(OpenError::NotALog { path: path.to_owned(), expected: APPLICATION_ID, found });
    }
    let found = disk(path, db.pragma_query_value(None, "user_version", |row| row.get(0)))?;
    if found != VERSION {
        return Err(OpenError::Version { path: path.to_owned(), expected: VERSION, found });
    }
    Ok(())
}

/// The second half of the pair: [`Log::append`] wrote entries and checkpoint together.
fn check_sizes(log: &Log, path: &Path) -> Result<(), OpenError> {
    let entries = disk(path, size_of(&log.db))?;
    let sql = "SELECT coalesce(max(size), 0) FROM checkpoint";
    let checkpoint = disk(path, log.db.query_row(sql, [], |row| row.get(0)))?;
    if checkpoint != entries {
        return Err(OpenError::Inconsistent { path: path.to_owned(), checkpoint, entries });
    }
    Ok(())
}

fn file_error(path: &Path, error: &io::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), kind: error.kind() }
}

/// Names the file beside what SQLite said about it.
fn disk<T>(path: &Path, result: rusqlite::Result<T>) -> Result<T, OpenError> {
    result.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy) => OpenError::Held { path: path.to_owned() },
        _ => OpenError::Disk { path: path.to_owned(), fault: Fault::from(error) },
    })
}
