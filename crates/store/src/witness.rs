//! What a witness remembers: of each log the largest checkpoint that it cosigned. One SQLite file.
//!
//! ```text
//! log   origin                 size      note
//!       example.org/iowa-2020  1711      example.org/iowa-2020\n1711\nq83v…\n\n— …
//! ```
//!
//! It grows with the number of logs and not with their length.

use std::path::Path;

use rusqlite::{OptionalExtension, TransactionBehavior};

use crate::database::{Database, Fault, Kind, OpenError, ReadError};

const WITNESS: Kind = Kind {
    name: "witness's file",
    // "CSWT" in ASCII.
    application_id: 0x4353_5754,
    version: 1,
    tables: "
    CREATE TABLE log (
        origin TEXT PRIMARY KEY,
        size   INTEGER NOT NULL,
        note   BLOB NOT NULL
    ) STRICT;",
};

/// A checkpoint that the witness cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// How many entries it covers.
    pub size: u64,
    /// The log's signed checkpoint with the witness's cosignature; this crate does not read it.
    pub note: Vec<u8>,
}

/// The file, held by this process alone for as long as the value lives.
#[derive(Debug)]
pub struct Memory(Database);

/// Why a checkpoint was not remembered. Then it must not be cosigned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RememberError {
    /// Another one was remembered meanwhile.
    #[error("expected a checkpoint over {expected} entries to be remembered, found {found}")]
    Moved {
        /// The size that the caller built on; 0 for a log that is new to the witness.
        expected: u64,
        /// The size in the file.
        found: u64,
    },
    /// SQLite could not write or sync.
    #[error("nothing was written: {0}")]
    Disk(#[from] Fault),
}

impl From<rusqlite::Error> for RememberError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl Memory {
    /// Makes a new file and holds it.
    ///
    /// A witness that has lost its file must not begin a new one with the same key: it would
    /// cosign a second history. So nothing is made where something is missing; see
    /// [`Memory::open`].
    ///
    /// # Errors
    /// [`OpenError::Exists`] when there is anything at `path`.
    pub fn create(path: &Path) -> Result<Self, OpenError> {
        Database::create(path, &WITNESS).map(Self)
    }

    /// Opens a file and holds it.
    ///
    /// # Errors
    /// [`OpenError::Missing`] when there is none; otherwise what the file is instead.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Database::open(path, &WITNESS).map(Self)
    }

    /// The largest checkpoint of a log that was cosigned; `None` for a log that is new.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest(&self, origin: &str) -> Result<Option<Remembered>, ReadError> {
        let sql = "SELECT size, note FROM log WHERE origin = ?1";
        let row = self
            .0
            .connection
            .prepare_cached(sql)?
            .query_row([origin], |row| Ok(Remembered { size: row.get(0)?, note: row.get(1)? }));
        Ok(row.optional()?)
    }

    /// Remembers a checkpoint instead of the one of size `from` (compare and swap; 0 for a log that
    /// is new). When it returns `Ok`, it survives a loss of power: only now may the cosignature
    /// leave.
    ///
    /// # Errors
    /// When another one was remembered meanwhile, or the disk fails. Nothing has changed then.
    pub fn remember(
        &mut self,
        origin: &str,
        from: u64,
        checkpoint: &Remembered,
    ) -> Result<(), RememberError> {
        let behaviour = TransactionBehavior::Immediate;
        let change = self.0.connection.transaction_with_behavior(behaviour)?;
        let sql = "SELECT coalesce(max(size), 0) FROM log WHERE origin = ?1";
        let found = change.prepare_cached(sql)?.query_row([origin], |row| row.get(0))?;
        if found != from {
            return Err(RememberError::Moved { expected: from, found });
        }
        let sql = "INSERT INTO log (origin, size, note) VALUES (?1, ?2, ?3)
                   ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note";
        let Remembered { size, note } = checkpoint;
        change.prepare_cached(sql)?.execute((origin, size, note))?;
        // Dying before the commit is durable: the witness has promised nothing to anybody.
        Ok(change.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    fn create() -> (TempDir, PathBuf, Memory) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("witness.db");
        let memory = Memory::create(&path).unwrap();
        (folder, path, memory)
    }

    fn checkpoint(size: u64) -> Remembered {
        Remembered { size, note: format!("log\n{size}\n").into_bytes() }
    }

    #[test]
    fn the_largest_checkpoint_of_each_log_is_remembered() {
        let (_folder, path, mut memory) = create();
        assert_eq!(memory.latest("one"), Ok(None));
        memory.remember("one", 0, &checkpoint(3)).unwrap();
        memory.remember("two", 0, &checkpoint(0)).unwrap();
        memory.remember("one", 3, &checkpoint(9)).unwrap();
        drop(memory);
        let memory = Memory::open(&path).unwrap();
        assert_eq!(memory.latest("one"), Ok(Some(checkpoint(9))));
        assert_eq!(memory.latest("two"), Ok(Some(checkpoint(0))));
    }

    #[test]
    fn what_was_remembered_meanwhile_is_not_overwritten() {
        let (_folder, _, mut memory) = create();
        memory.remember("one", 0, &checkpoint(3)).unwrap();
        for (from, expected) in [(0, 0), (2, 2), (4, 4)] {
            let moved = RememberError::Moved { expected, found: 3 };
            assert_eq!(memory.remember("one", from, &checkpoint(9)), Err(moved));
        }
        assert_eq!(memory.latest("one"), Ok(Some(checkpoint(3))));
    }

    #[test]
    fn a_file_is_neither_shared_nor_made_anew() {
        let (folder, path, memory) = create();
        let what = "witness's file";
        let held = OpenError::Held { path: path.clone(), what };
        assert_eq!(Memory::open(&path).unwrap_err(), held);
        drop(memory);
        let exists = OpenError::Exists { path: path.clone(), what };
        assert_eq!(Memory::create(&path).unwrap_err(), exists);
        let gone = folder.path().join("gone.db");
        let missing = OpenError::Missing { path: gone.clone(), what };
        assert_eq!(Memory::open(&gone).unwrap_err(), missing);
        let kind = OpenError::OtherKind {
            path: path.clone(),
            what: "log",
            expected: 0x4353_4c47,
            found: 0x4353_5754,
        };
        assert_eq!(crate::log::Log::open(&path).unwrap_err(), kind);
    }
}
