//! A real file system that runs full under the log. The batch is refused by name, the log stays
//! whole and readable, and takes the same batch once there is room.
//!
//! The small file system is a tmpfs in a mount namespace of its own (`unshare`), so that nothing is
//! left mounted, whatever happens to the test. Where that is not permitted the test says so.

use std::env;
use std::io::Write;
use std::process::Command;

use super::*;

const DISK: &str = "STORE_TEST_DISK";
const MOUNT: &str = "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"";

#[test]
fn a_full_disk_is_refused_by_name_and_damages_nothing() {
    if !unshare(&["true".as_ref()]).is_some_and(|output| output.status.success()) {
        // Past the test harness, which hides what passing tests print.
        writeln!(std::io::stderr(), "skipped: cannot mount a small file system here").unwrap();
        return;
    }
    let exe = env::current_exe().unwrap();
    let test = "log::tests::full::child_fills_the_disk";
    let command = [exe.as_os_str(), "--exact".as_ref(), test.as_ref(), "--nocapture".as_ref()];
    let output = unshare(&command).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("the disk was full"), "{output:?}");
}

/// Runs a command where a tmpfs of 1 MiB is mounted on a fresh folder; `None` without `unshare`.
fn unshare(command: &[&std::ffi::OsStr]) -> Option<std::process::Output> {
    let folder = tempfile::tempdir().unwrap();
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", MOUNT])
        .arg(folder.path())
        .args(command)
        .env(DISK, folder.path())
        .output()
        .ok()
}

/// The other half, inside the namespace.
#[test]
fn child_fills_the_disk() {
    let Some(disk) = env::var_os(DISK) else { return };
    let disk = Path::new(&disk);
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
    let verdict = log.db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(verdict.unwrap(), "ok");
}
