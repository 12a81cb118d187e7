//! The log against real files: what it refuses, what it keeps, and what it survives.

mod crash;
mod full;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

/// An entry that can be recognised by its position.
pub(super) fn append_one(log: &mut Log, position: u64, note: &[u8]) -> Result<(), AppendError> {
    let entry = NewEntry { id: id_of(position), note, received: UnixMillis(1_583_190_000_000) };
    log.append(position, &[entry], &checkpoint(position + 1))
}

pub(super) fn id_of(position: u64) -> [u8; 32] {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&position.to_be_bytes());
    id
}

pub(super) fn checkpoint(size: u64) -> SignedCheckpoint {
    SignedCheckpoint { size, note: format!("example.org/log\n{size}\n").into_bytes() }
}

pub(super) fn create() -> (TempDir, PathBuf, Log) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let log = Log::create(&path).unwrap();
    (folder, path, log)
}

fn log_of(size: u64) -> (TempDir, PathBuf, Log) {
    let (folder, path, mut log) = create();
    for position in 0..size {
        append_one(&mut log, position, format!("note {position}").as_bytes()).unwrap();
    }
    (folder, path, log)
}

pub(super) fn positions(log: &Log, from: u64, to: u64) -> Result<Vec<u64>, ReadError> {
    let mut seen = Vec::new();
    log.for_each(from, to, |entry| {
        assert_eq!(entry.id, id_of(entry.position));
        seen.push(entry.position);
        ControlFlow::Continue(())
    })?;
    Ok(seen)
}

/// Changes the file behind the log's back, as a mistaken hand would.
fn tamper(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_was_appended_is_read_back_after_a_reopen() {
    let (_folder, path, log) = log_of(3);
    drop(log);
    let log = Log::open(&path).unwrap();
    assert_eq!(log.size(), Ok(3));
    assert_eq!(positions(&log, 0, 3), Ok(vec![0, 1, 2]));
    assert_eq!(log.note(2), Ok(Some(b"note 2".to_vec())));
    assert_eq!(log.note(3), Ok(None));
    log.for_each(1, 2, |entry| {
        let note = b"note 1";
        let received = UnixMillis(1_583_190_000_000);
        assert_eq!(entry, StoredEntry { position: 1, id: id_of(1), note, received });
        ControlFlow::Continue(())
    })
    .unwrap();
}

#[test]
fn reading_can_break_off() {
    let (_folder, _, log) = log_of(3);
    let mut seen = 0;
    log.for_each(0, 3, |_| {
        seen += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn a_range_is_half_open_and_within_the_log() {
    let (_folder, _, log) = log_of(3);
    #[track_caller]
    fn check(log: &Log, from: u64, to: u64, expected: Result<&[u64], &ReadError>) {
        assert_eq!(positions(log, from, to).as_deref(), expected);
    }
    check(&log, 0, 0, Ok(&[]));
    check(&log, 1, 3, Ok(&[1, 2]));
    check(&log, 3, 3, Ok(&[]));
    check(&log, 2, 1, Ok(&[]));
    check(&log, 0, 4, Err(&ReadError::Ends { expected: 4, found: 3 }));
    check(&log, 0, u64::MAX, Err(&ReadError::Ends { expected: u64::MAX, found: 3 }));
}

#[test]
fn an_append_that_does_not_fit_leaves_the_log_as_it_was() {
    let (_folder, _, mut log) = log_of(2);
    #[track_caller]
    fn check(log: &mut Log, from: u64, entries: usize, size: u64, expected: &AppendError) {
        let entry = NewEntry { id: [0; 32], note: b"", received: UnixMillis(0) };
        let appended = log.append(from, &vec![entry; entries], &checkpoint(size));
        assert_eq!(appended.as_ref(), Err(expected));
        assert_eq!((log.size(), log.commits()), (Ok(2), 2));
        assert_eq!(log.latest_checkpoint(), Ok(Some(checkpoint(2))));
    }
    let log = &mut log;
    check(log, 1, 1, 2, &AppendError::Moved { expected: 1, found: 2 });
    check(log, 3, 1, 4, &AppendError::Moved { expected: 3, found: 2 });
    check(log, u64::MAX, 0, u64::MAX, &AppendError::Moved { expected: u64::MAX, found: 2 });
    check(log, 2, 1, 2, &AppendError::CheckpointSize { expected: 3, found: 2 });
    check(log, 2, 3, 4, &AppendError::CheckpointSize { expected: 5, found: 4 });
    check(log, 2, 0, 2, &AppendError::SecondCheckpoint { size: 2 });
    append_one(log, 2, b"next").unwrap();
}

#[test]
fn a_batch_costs_one_commit_whatever_its_size() {
    let (_folder, _, mut log) = create();
    log.append(0, &[], &checkpoint(0)).unwrap();
    assert_eq!(log.commits(), 1, "an empty log has a checkpoint too");
    let ids: Vec<_> = (0..1000).map(id_of).collect();
    let entry = |id: &[u8; 32]| NewEntry { id: *id, note: &[7; 1500], received: UnixMillis(0) };
    let batch: Vec<_> = ids.iter().map(entry).collect();
    log.append(0, &batch, &checkpoint(1000)).unwrap();
    assert_eq!(log.commits(), 2);
    assert_eq!(positions(&log, 0, 1000).unwrap().len(), 1000);
}

#[test]
fn a_receipt_rests_on_the_first_checkpoint_that_covers_it() {
    let (_folder, _, mut log) = create();
    assert_eq!(log.latest_checkpoint(), Ok(None));
    for (from, to) in [(0, 1), (1, 4), (4, 6)] {
        let entry = |n| NewEntry { id: id_of(n), note: b"", received: UnixMillis(0) };
        let batch: Vec<_> = (from..to).map(entry).collect();
        log.append(from, &batch, &checkpoint(to)).unwrap();
    }
    #[track_caller]
    fn check(found: Result<Option<SignedCheckpoint>, ReadError>, expected: Option<u64>) {
        assert_eq!(found.unwrap(), expected.map(checkpoint));
    }
    check(log.checkpoint_covering(0), Some(1));
    check(log.checkpoint_covering(1), Some(4));
    check(log.checkpoint_covering(3), Some(4));
    check(log.checkpoint_covering(5), Some(6));
    check(log.checkpoint_covering(6), None);
    check(log.checkpoint_at(4), Some(4));
    check(log.checkpoint_at(5), None);
    check(log.latest_checkpoint(), Some(6));
}

#[test]
fn only_one_may_hold_the_log() {
    let (_folder, path, log) = log_of(1);
    let held = OpenError::Held { path: path.clone(), what: "log" };
    assert_eq!(Log::open(&path).unwrap_err(), held);
    assert_eq!(Log::create(&path).unwrap_err(), held);
    assert!(held.to_string().ends_with("log.db: another process holds this log"));
    drop(log);
    assert_eq!(
        Log::create(&path).unwrap_err(),
        OpenError::Exists { path: path.clone(), what: "log" }
    );
    Log::open(&path).unwrap();
}

#[test]
fn a_database_tool_cannot_come_in_between() {
    let (_folder, path, log) = log_of(1);
    let other = Connection::open(&path).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    let read = other.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, u64>(0));
    assert_eq!(read.unwrap_err().sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    drop(log);
}

#[test]
fn a_file_that_is_no_log_is_named_for_what_it_is() {
    #[track_caller]
    fn check(make: impl Fn(&Path), expected: impl Fn(PathBuf) -> OpenError) {
        let (_folder, path, log) = log_of(2);
        drop(log);
        make(&path);
        assert_eq!(Log::open(&path).unwrap_err(), expected(path));
    }
    check(|path| fs::remove_file(path).unwrap(), |path| OpenError::Missing { path, what: "log" });
    check(
        |path| fs::write(path, [b'x'; 4096]).unwrap(),
        |path| OpenError::Disk { path, fault: Fault::Damaged },
    );
    check(
        |path| fs::write(path, "").unwrap(),
        |path| OpenError::OtherKind { path, what: "log", expected: 0x4353_4c47, found: 0 },
    );
    check(
        |path| tamper(path, "PRAGMA application_id = 7"),
        |path| OpenError::OtherKind { path, what: "log", expected: 0x4353_4c47, found: 7 },
    );
    check(
        |path| tamper(path, "PRAGMA user_version = 3"),
        |path| OpenError::Version { path, what: "log", expected: 2, found: 3 },
    );
    check(
        |path| tamper(path, "DELETE FROM entry WHERE position = 1"),
        |path| OpenError::Inconsistent { path, checkpoint: 2, entries: 1 },
    );
    check(
        |path| tamper(path, "DELETE FROM checkpoint WHERE size = 2"),
        |path| OpenError::Inconsistent { path, checkpoint: 1, entries: 2 },
    );
}

#[test]
fn a_hole_or_a_wrong_id_is_found_on_reading() {
    #[track_caller]
    fn check(sql: &str, expected: ReadError) {
        let (_folder, path, log) = log_of(4);
        drop(log);
        tamper(&path, sql);
        let log = Log::open(&path).unwrap();
        assert_eq!(positions(&log, 0, 4), Err(expected));
    }
    check("DELETE FROM entry WHERE position = 1", ReadError::Gap { expected: 1, found: 2 });
    check(
        "PRAGMA ignore_check_constraints = 1; UPDATE entry SET id = x'0a' WHERE position = 2",
        ReadError::IdLength { position: 2, found: 1 },
    );
}

#[test]
fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::MetadataExt;
    let (folder, _, log) = log_of(1);
    let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    files.sort_by_key(fs::DirEntry::file_name);
    let names: Vec<_> = files.iter().map(fs::DirEntry::file_name).collect();
    assert_eq!(names, ["log.db", "log.db-wal", "log.db.lock"]);
    assert!(files.iter().all(|file| file.metadata().unwrap().mode() & 0o077 == 0));
    drop(log);
}
