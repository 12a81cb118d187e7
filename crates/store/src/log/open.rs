//! Making and opening the log file: is it a log at all, and does it hold together?

use std::path::Path;

use crate::database::{Database, Kind, disk};

use super::{Log, OpenError, size_of};

const LOG: Kind = Kind {
    name: "log",
    // "CSLG" in ASCII.
    application_id: 0x4353_4c47,
    version: 2,
    tables: "
    CREATE TABLE entry (
        position INTEGER PRIMARY KEY,
        id       BLOB NOT NULL CHECK (length(id) = 32),
        note     BLOB NOT NULL,
        received INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE checkpoint (
        size INTEGER PRIMARY KEY,
        note BLOB NOT NULL
    ) STRICT;
    CREATE TABLE cosigned (
        size INTEGER PRIMARY KEY,
        note BLOB NOT NULL
    ) STRICT;",
};

impl Log {
    /// Makes a new, empty log and holds it. The file is readable by its owner alone: before the
    /// release it holds figures that nobody may see.
    ///
    /// # Errors
    /// [`OpenError::Exists`] when there is anything at `path`: also what a crash in the middle of
    /// this call left there, which [`Log::open`] does not take for a log.
    pub fn create(path: &Path) -> Result<Log, OpenError> {
        Ok(Log { db: Database::create(path, &LOG)?, commits: 0 })
    }

    /// Opens a log and holds it. What a crash left in SQLite's WAL is taken in or dropped here,
    /// batch by whole batch.
    ///
    /// # Errors
    /// [`OpenError::Held`] when another process holds it; otherwise what the file is instead.
    pub fn open(path: &Path) -> Result<Log, OpenError> {
        let log = Log { db: Database::open(path, &LOG)?, commits: 0 };
        check_sizes(&log, path)?;
        Ok(log)
    }
}

/// The second half of the pair: [`Log::append`] wrote entries and checkpoint together.
fn check_sizes(log: &Log, path: &Path) -> Result<(), OpenError> {
    let entries = disk(path, &LOG, size_of(&log.db.connection))?;
    let sql = "SELECT coalesce(max(size), 0) FROM checkpoint";
    let checkpoint = disk(path, &LOG, log.db.connection.query_row(sql, [], |row| row.get(0)))?;
    if checkpoint != entries {
        return Err(OpenError::Inconsistent { path: path.to_owned(), checkpoint, entries });
    }
    Ok(())
}
