//! The append-only log: dense positions from 0, each with its 32-byte id and its note, and the
//! signed checkpoints over them. One SQLite file, in WAL mode with `synchronous=FULL`.
//!
//! ```text
//! entry       position  id          note                        received (Unix milliseconds)
//!             0         5f2c…(32)   countersign/definition/v1…   1583190000000
//!             1         a07b…(32)   countersign/returns/v1…      1583190000215
//! checkpoint  size      note
//!             2         example.org/iowa-2020\n2\nq83v…\n\n— …
//!
//! cosigned    size      note: a checkpoint that was published, with its witnesses' lines
//! ```
//!
//! What always holds on the disk, whenever the power goes: the positions are 0, 1, 2, … without a
//! gap, and the newest checkpoint has exactly as many entries as the table. [`Log::open`] checks the
//! second, [`Log::for_each`] the first.
//!
//! The ids are not indexed: who asks "is this id known?" for every record keeps them in memory.

mod error;
mod open;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};

use crate::database::Database;

pub use crate::database::{Fault, OpenError, ReadError};
pub use error::AppendError;

/// Milliseconds since 1 January 1970, 00:00 UTC, as the caller's clock said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub i64);

/// One entry to append: its position follows from where it stands in the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewEntry<'a> {
    /// The leaf of the tree: SHA-256 of the note's text, as the caller computed it.
    pub id: [u8; 32],
    /// The signed note, byte for byte as it came in.
    pub note: &'a [u8],
    /// When the note came in.
    pub received: UnixMillis,
}

/// One entry as it stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredEntry<'a> {
    /// The place in the log, counted from 0.
    pub position: u64,
    /// The leaf of the tree.
    pub id: [u8; 32],
    /// The signed note, byte for byte as it came in.
    pub note: &'a [u8],
    /// When the note came in.
    pub received: UnixMillis,
}

/// A checkpoint signed by the log, after C2SP tlog-checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The number of entries it covers.
    pub size: u64,
    /// The signed note; the log does not read it.
    pub note: Vec<u8>,
}

/// The log file, held by this process alone for as long as the value lives.
#[derive(Debug)]
pub struct Log {
    db: Database,
    /// Transactions committed through this value; each cost one fsync before it returned.
    commits: u64,
}

impl Log {
    /// Appends a batch and the checkpoint that covers it, in one transaction: one fsync, however
    /// many entries. When it returns `Ok`, all of it survives a crash and a loss of power.
    ///
    /// `from` is the size of the log that the caller built `checkpoint` on (compare and swap). An
    /// empty batch is allowed, so that an empty log can have its checkpoint.
    ///
    /// # Errors
    /// Whatever the error, nothing of the batch is in the log and the log goes on working: a full
    /// disk takes the same batch again once there is room. Only after [`Fault::Io`] followed by a
    /// crash may the batch turn up, whole, at the next [`Log::open`]: the disk kept what it said it
    /// did not. Nobody holds a receipt for it then, and a sender who tries again finds it known.
    pub fn append(
        &mut self,
        from: u64,
        entries: &[NewEntry<'_>],
        checkpoint: &SignedCheckpoint,
    ) -> Result<(), AppendError> {
        let size = entries.iter().fold(from, |size, _| size.saturating_add(1));
        if checkpoint.size != size {
            return Err(AppendError::CheckpointSize { expected: size, found: checkpoint.size });
        }
        // Dying before the commit: SQLite finds frames without a commit mark in its WAL and drops
        // them. The batch was never there; its senders hold no receipt and send again.
        let change =
            self.db.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = size_of(&change)?;
        if found != from {
            return Err(AppendError::Moved { expected: from, found });
        }
        insert_entries(&change, from, entries)?;
        insert_checkpoint(&change, checkpoint)?;
        // Dying inside the commit: the fsync covers either the whole batch, commit mark included, or
        // the checksums of the WAL do not hold and the batch was never there.
        change.commit()?;
        // Dying here: the batch is in the log and nobody was told. The next start reads it like any
        // other; a sender who tries again is answered with the receipt of the first time.
        self.commits = self.commits.saturating_add(1);
        Ok(())
    }

    /// Reads the entries `from..to` in order, one at a time, until `visit` breaks off.
    ///
    /// # Errors
    /// [`ReadError::Ends`] when the log is shorter than `to`; otherwise what is wrong with the file,
    /// by position.
    pub fn for_each(
        &self,
        from: u64,
        to: u64,
        mut visit: impl FnMut(StoredEntry<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let size = self.size()?;
        if size < to {
            return Err(ReadError::Ends { expected: to, found: size });
        }
        let mut statement = self.db.connection.prepare_cached(
            "SELECT position, id, note, received FROM entry
             WHERE position >= ?1 AND position < ?2 ORDER BY position",
        )?;
        let mut rows = statement.query((from, to))?;
        for expected in from..to {
            let row = rows.next()?.ok_or(ReadError::Gap { expected, found: to })?;
            if visit(stored_entry(expected, row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The note at a position, or `None` when the log is not that long.
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn note(&self, position: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let sql = "SELECT note FROM entry WHERE position = ?1";
        Ok(self
            .db
            .connection
            .prepare_cached(sql)?
            .query_row([position], |row| row.get(0))
            .optional()?)
    }

    /// The first checkpoint that covers the entry at `position`: the one its receipt rests on.
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn checkpoint_covering(
        &self,
        position: u64,
    ) -> Result<Option<SignedCheckpoint>, ReadError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT 1";
        Ok(self
            .db
            .connection
            .prepare_cached(sql)?
            .query_row([position], signed_checkpoint)
            .optional()?)
    }

    /// The checkpoint over exactly `size` entries.
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn checkpoint_at(&self, size: u64) -> Result<Option<SignedCheckpoint>, ReadError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size = ?1";
        Ok(self
            .db
            .connection
            .prepare_cached(sql)?
            .query_row([size], signed_checkpoint)
            .optional()?)
    }

    /// The newest checkpoint; `None` only before the first [`Log::append`].
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, ReadError> {
        let sql = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1";
        Ok(self.db.connection.prepare_cached(sql)?.query_row([], signed_checkpoint).optional()?)
    }

    /// Keeps a checkpoint that witnesses cosigned, in a transaction of its own. One that is known
    /// with fewer lines is replaced: witnesses add to what they said and take nothing back.
    ///
    /// # Errors
    /// When the disk fails; the log is as it was.
    pub fn keep_cosigned(&mut self, checkpoint: &SignedCheckpoint) -> Result<(), AppendError> {
        let sql = "INSERT INTO cosigned (size, note) VALUES (?1, ?2)
                   ON CONFLICT (size) DO UPDATE SET note = excluded.note
                   WHERE length(excluded.note) > length(note)";
        let mut insert = self.db.connection.prepare_cached(sql)?;
        insert.execute((checkpoint.size, &checkpoint.note))?;
        self.commits = self.commits.saturating_add(1);
        Ok(())
    }

    /// The first cosigned checkpoint that covers the entry at `position`, if there is one by now.
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn cosigned_covering(&self, position: u64) -> Result<Option<SignedCheckpoint>, ReadError> {
        let sql = "SELECT size, note FROM cosigned WHERE size > ?1 ORDER BY size LIMIT 1";
        let mut select = self.db.connection.prepare_cached(sql)?;
        Ok(select.query_row([position], signed_checkpoint).optional()?)
    }

    /// The number of entries, read from the file.
    ///
    /// # Errors
    /// [`ReadError::Disk`] when the file cannot be read.
    pub fn size(&self) -> Result<u64, ReadError> {
        Ok(size_of(&self.db.connection)?)
    }

    /// How many transactions this value has committed: what a batch cost, for tests and figures.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits
    }
}

/// The last position plus one: O(log n), for the position is SQLite's own row number.
fn size_of(db: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce(max(position) + 1, 0) FROM entry";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

fn insert_entries(
    change: &Transaction<'_>,
    from: u64,
    entries: &[NewEntry<'_>],
) -> rusqlite::Result<()> {
    let mut insert = change.prepare_cached(
        "INSERT INTO entry (position, id, note, received) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, entry) in (from..).zip(entries) {
        insert.execute((position, entry.id, entry.note, entry.received.0))?;
    }
    Ok(())
}

/// The size is the primary key, so a second checkpoint over the same entries is refused: two signed
/// answers to one question are a fork or a mistake.
fn insert_checkpoint(
    change: &Transaction<'_>,
    checkpoint: &SignedCheckpoint,
) -> Result<(), AppendError> {
    let sql = "INSERT INTO checkpoint (size, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let rows = change.prepare_cached(sql)?.execute((checkpoint.size, &checkpoint.note))?;
    if rows == 0 {
        return Err(AppendError::SecondCheckpoint { size: checkpoint.size });
    }
    Ok(())
}

/// Reads one row and checks what was true when it was written: its place, and the length of its id.
fn stored_entry<'a>(expected: u64, row: &'a Row<'_>) -> Result<StoredEntry<'a>, ReadError> {
    let position = row.get(0)?;
    if position != expected {
        return Err(ReadError::Gap { expected, found: position });
    }
    let id = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
    let id = id.try_into().map_err(|_| ReadError::IdLength { position, found: id.len() })?;
    let note = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
    Ok(StoredEntry { position, id, note, received: UnixMillis(row.get(3)?) })
}

fn signed_checkpoint(row: &Row<'_>) -> rusqlite::Result<SignedCheckpoint> {
    Ok(SignedCheckpoint { size: row.get(0)?, note: row.get(1)? })
}
