//! A real process, killed with SIGKILL at random moments. What it acknowledged is in the log.
//!
//! The killed process is this test program itself, started again for one test with `LOG` set. A kill
//! proves that nothing acknowledged is still in the process; that nothing is still in the machine's
//! memory is the fsync's part, which no kill can test.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;

const LOG: &str = "STORE_TEST_LOG";
const KILLS: usize = 20;

/// The other half of the test below: appends until it is killed, and says after each append how
/// large the log is now.
#[test]
fn child_appends_until_it_is_killed() {
    let Some(path) = env::var_os(LOG) else { return };
    let mut log = Log::open(Path::new(&path)).unwrap();
    let mut out = std::io::stdout();
    loop {
        let from = log.size().unwrap();
        let ids: Vec<_> = (from..from + 1 + from % 8).map(id_of).collect();
        let entry = |id| NewEntry { id, note: &[b'n'; 1500], received: UnixMillis(0) };
        let batch: Vec<_> = ids.into_iter().map(entry).collect();
        let size = from + u64::try_from(batch.len()).unwrap();
        log.append(from, &batch, &checkpoint(size)).unwrap();
        writeln!(out, "acknowledged {size}").unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let (_folder, path, log) = create();
    drop(log);
    let mut before = 0;
    for kill in 0..KILLS {
        // The number of lines read varies the moment; the race between reader and writer does more.
        let acknowledged = run_and_kill(&path, 1 + kill * 7 % 40);
        let log = Log::open(&path).unwrap();
        let size = log.size().unwrap();
        assert!(before < acknowledged, "kill {kill}: {acknowledged} after {before}");
        assert!(acknowledged <= size, "kill {kill}: {acknowledged} acknowledged, {size} there");
        assert_eq!(positions(&log, 0, size), Ok((0..size).collect::<Vec<_>>()));
        assert_eq!(log.latest_checkpoint(), Ok(Some(checkpoint(size))));
        before = size;
    }
}

/// Starts the child, kills it after `lines` acknowledgements, and gives back the last one that it
/// had written by then.
fn run_and_kill(path: &Path, lines: usize) -> u64 {
    let mut child = start(path);
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = out.lines().filter_map(|line| {
        // The test harness begins the first line with the name of the test.
        line.unwrap().split_once("acknowledged ").map(|(_, size)| size.parse().unwrap())
    });
    let seen = acknowledged.nth(lines - 1).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.last().unwrap_or(seen)
}

fn start(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "log::tests::crash::child_appends_until_it_is_killed", "--nocapture"])
        .env(LOG, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
