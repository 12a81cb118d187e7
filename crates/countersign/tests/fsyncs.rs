//! How often the disk is asked to keep something, counted by `strace` on the real server: one record
//! alone costs one fsync of the log, and many that come together share theirs. Every checkpoint is
//! one transaction, so receipts tell how many transactions there were.
#![cfg(test)]

#[path = "common/post.rs"]
mod post;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "../../../tests/skipped.rs"]
mod skipped;
#[path = "common/stations.rs"]
mod stations;
#[path = "common/strace.rs"]
mod strace;

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use tlog::{Checkpoint, Proof};

use crate::{post::post, server::Server, stations::Stations, strace::attach};

/// Stations that hand in.
const STATIONS: usize = 24;
/// What the first transaction may cost beside its own fsync: SQLite makes the head of a new
/// write-ahead log durable before anything behind it.
const HEADER: usize = 1;
/// Clients at the same time.
const CLIENTS: usize = 8;

#[test]
fn a_record_costs_one_fsync_and_many_share_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let (election, dir) = (folder.path().join("election"), folder.path().join("server"));
    fs::create_dir(&election).unwrap();
    stations::make_election(&election, STATIONS);
    stations::init(&dir, &election);
    let Some(alone) = count(&dir, 0..CLIENTS, 1) else {
        return skipped::say("strace, and leave to trace a program that runs");
    };
    assert_eq!(alone.checkpoints, alone.records, "one after the other");
    alone.check("one after the other");
    let together = count(&dir, CLIENTS..STATIONS, CLIENTS).unwrap();
    together.check("at the same time");
    println!("{} records at the same time took {} fsyncs", together.records, together.fsyncs);
}

/// What some records cost.
struct Cost {
    records: usize,
    /// Different checkpoints that their receipts rest on.
    checkpoints: usize,
    /// Of the log's own file.
    fsyncs: usize,
}

impl Cost {
    fn check(&self, context: &str) {
        let Self { records, checkpoints, fsyncs } = self;
        let most = checkpoints + HEADER;
        assert!((*checkpoints..=most).contains(fsyncs), "{context}: {fsyncs} for {checkpoints}");
        assert!(checkpoints <= records, "{context}: {checkpoints} for {records}");
    }
}

/// Every channel of these stations hands in, by so many clients. `None` where nothing may be traced.
fn count(dir: &Path, numbers: std::ops::Range<usize>, clients: usize) -> Option<Cost> {
    let mut server = Server::start(dir, Stdio::inherit());
    let url = server.url();
    server.until_published();
    let trace = dir.with_extension("trace");
    let Some(strace) = attach(tracer(&trace), &server) else {
        assert!(server.stop().success());
        return None;
    };
    let numbers: Vec<usize> = numbers.collect();
    let receipts: Vec<Proof> = thread::scope(|scope| {
        let shares = numbers.chunks(numbers.len().div_ceil(clients));
        let sending: Vec<_> = shares.map(|share| scope.spawn(|| hand_in(&url, share))).collect();
        sending.into_iter().flat_map(|sent| sent.join().unwrap()).collect()
    });
    // It ends with the server, when all calls are written down.
    server.kill();
    strace.wait_with_output().unwrap();
    let trace = fs::read_to_string(&trace).unwrap();
    let fsyncs = trace.lines().filter(|line| line.contains("sync(") && line.contains("-wal>"));
    let checkpoints: BTreeSet<u64> = receipts.iter().map(size).collect();
    let records = receipts.len();
    Some(Cost { records, checkpoints: checkpoints.len(), fsyncs: fsyncs.count() })
}

fn hand_in(url: &str, stations: &[usize]) -> Vec<Proof> {
    let mut stations = Stations::new(stations::signer(url), stations.iter().copied());
    let sent = (0..stations.papers()).map(|_| post(url, &stations.next().note));
    sent.map(|answer| {
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body.parse().unwrap()
    })
    .collect()
}

fn size(receipt: &Proof) -> u64 {
    let (text, _) = receipt.checkpoint().split_once("\n\n").unwrap();
    format!("{text}\n").parse::<Checkpoint>().unwrap().size
}

/// Writes down every fsync of the server, with the file's name.
fn tracer(trace: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "--trace=fsync,fdatasync", "-o"]).arg(trace);
    strace
}
