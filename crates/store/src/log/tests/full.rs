//! A real file system that runs full under the log. The batch is refused by name, the log stays
//! whole and readable, and takes the same batch once there is room.

#[path = "../../../../../tests/small_disk.rs"]
mod small_disk;

use super::*;

#[test]
fn a_full_disk_is_refused_by_name_and_damages_nothing() {
    small_disk::run("1m", "log::tests::full::child_fills_the_disk");
}

/// The other half, inside the namespace.
#[test]
fn child_fills_the_disk() {
    let Some(disk) = small_disk::inside() else { return };
    let path = disk.join("log.db");
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![0; 300_000]).unwrap();
    let mut log = Log::create(&path).unwrap();

    let size = fill(&mut log);
    assert_eq!(positions(&log, 0, size), Ok((0..size).collect::<Vec<_>>()));
    assert_eq!(append_one(&mut log, size, &[b'n'; 9000]), Err(AppendError::Disk(Fault::DiskFull)));

    fs::remove_file(&ballast).unwrap();
    append_one(&mut log, size, &[b'n'; 9000]).unwrap();
    drop(log);
    check_whole(&path, size + 1);
    println!("the disk was full at {size} entries");
}

/// Appends until it is refused; nothing of the refused batch is there.
fn fill(log: &mut Log) -> u64 {
    for size in 0.. {
        let appended = append_one(log, size, &[b'n'; 9000]);
        if let Err(error) = appended {
            assert_eq!(error, AppendError::Disk(Fault::DiskFull));
            assert_eq!((log.size(), log.commits()), (Ok(size), size));
            return size;
        }
    }
    unreachable!("1 MiB is full before the numbers are")
}

fn check_whole(path: &Path, size: u64) {
    let log = Log::open(path).unwrap();
    assert_eq!(positions(&log, 0, size), Ok((0..size).collect::<Vec<_>>()));
    assert_eq!(log.size(), Ok(size));
    let verdict =
        log.db.connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(verdict.unwrap(), "ok");
}
