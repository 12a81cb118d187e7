//! A real process that publishes without pause, killed with SIGKILL at random moments. The folder
//! then holds one bundle, whole, and not an older one than was acknowledged.
//!
//! The killed process is this test program itself, started again for one test with `DIR` set.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

const DIR: &str = "STORE_TEST_BUNDLE";
const KILLS: usize = 20;
const FILES: usize = 30;

/// The other half of the test below: each bundle is some files that all hold its number.
#[test]
fn child_publishes_until_it_is_killed() {
    let Some(dir) = env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let mut writer = BundleWriter::open(dir).unwrap();
    let mut out = io::stdout();
    for number in version(dir) + 1.. {
        let changes: Vec<_> =
            (0..FILES).map(|i| file(&format!("f{}/{i}", i % 4), &number.to_string())).collect();
        writer.publish(&changes, &[]).unwrap();
        writeln!(out, "published {number}").unwrap();
    }
}

/// The number that every file holds; 0 for an empty folder.
#[track_caller]
fn version(dir: &Path) -> u64 {
    let files = read_folder(dir).unwrap();
    let Some((_, number)) = files.first() else { return 0 };
    assert_eq!(files.len(), FILES);
    assert!(files.iter().all(|(_, bytes)| bytes == number), "two bundles in one: {files:?}");
    String::from_utf8(number.clone()).unwrap().parse().unwrap()
}

#[test]
fn a_kill_leaves_one_whole_bundle() {
    let (_folder, dir, writer) = writer();
    drop(writer);
    for kill in 0..KILLS {
        let published = run_and_kill(&dir, 1 + kill % 5);
        let found = version(&dir);
        assert!(published <= found, "kill {kill}: {published} published, {found} there");
    }
    BundleWriter::open(&dir).unwrap().publish(&[], &[]).unwrap();
}

/// Starts the child, kills it after `lines` publications, and gives back the last one that it had
/// acknowledged by then.
fn run_and_kill(dir: &Path, lines: usize) -> u64 {
    let mut child = start(dir);
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut published = out.lines().filter_map(|line| {
        // The test harness begins the first line with the name of the test.
        line.unwrap().split_once("published ").map(|(_, number)| number.parse().unwrap())
    });
    let seen = published.nth(lines - 1).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    published.last().unwrap_or(seen)
}

fn start(dir: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "bundle::tests::crash::child_publishes_until_it_is_killed",
            "--nocapture",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
