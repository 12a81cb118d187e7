// A small real file system, for tests that fill it up: a tmpfs in a mount namespace of its own
// (`unshare`), so that nothing is left mounted, whatever happens to the test.
//
// A test of two halves takes this file in by its path. The first half runs the second one, another
// test of the same program, inside:
//
//     #[path = "../../../tests/small_disk.rs"]
//     mod small_disk;
//
//     small_disk::run("1m", "tests::child");             // in the one
//     let Some(disk) = small_disk::inside() else { return };   // in the other

#[path = "skipped.rs"]
mod skipped;

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Output},
};

const DISK: &str = "COUNTERSIGN_TEST_DISK";

/// Runs a test of this program where a small file system is, and shows that it did its work: it
/// prints "the disk was full". Where none may be mounted it says so, and nothing is checked.
#[track_caller]
pub(crate) fn run(size: &str, test: &str) {
    if !mounted(size, &["true".as_ref()]).is_some_and(|output| output.status.success()) {
        return skipped::say("a small file system: it may not be mounted here");
    }
    let exe = env::current_exe().unwrap();
    let command = [exe.as_os_str(), "--exact".as_ref(), test.as_ref(), "--nocapture".as_ref()];
    let output = mounted(size, &command).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("the disk was full"), "{output:?}");
}

/// The file system; `None` for a test that was not run on one.
pub(crate) fn inside() -> Option<PathBuf> {
    env::var_os(DISK).map(PathBuf::from)
}

/// Runs a command with a fresh file system; `None` without `unshare`.
fn mounted(size: &str, command: &[&OsStr]) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={size} tmpfs \"$0\" && exec \"$@\"");
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &mount])
        .arg(folder.path())
        .args(command)
        .env(DISK, folder.path())
        .output()
        .ok()
}
