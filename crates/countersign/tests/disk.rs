//! A real disk that runs full under a running server. Whoever sends meanwhile is told so and may
//! come again; nothing acknowledged is lost; and when there is room, everything goes on.
#![cfg(test)]

#[path = "common/post.rs"]
mod post;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "../../../tests/small_disk.rs"]
mod small_disk;
#[path = "common/stations.rs"]
mod stations;

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, ErrorKind, Write},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc::{self, Receiver},
    thread,
};

use http::client::Fetcher;
use record::RecordId;
use rehearsal::Signed;
use serde_json::Value;
use tlog::Policy;

use crate::{
    post::{Answer, post},
    program::countersign,
    server::Server,
    stations::Stations,
};

/// Enough that no unit has to correct what was refused.
const STATIONS: usize = 64;
/// So many records are sent at each step.
const SENT: usize = 24;

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    small_disk::run("16m", "child_runs_a_server_on_a_full_disk");
}

/// The other half, inside the namespace.
#[test]
fn child_runs_a_server_on_a_full_disk() {
    let Some(disk) = small_disk::inside() else { return };
    let mut night = Night::begin(&disk);
    let refused = night.send_to_full_disk();
    night.until_publisher_complains();
    fs::remove_file(&night.ballast).unwrap();
    night.send_again(&refused);
    night.until_published();

    let refused = night.send_to_full_disk();
    night = night.kill_and_restart();
    night.check_receipts();
    night.send_again(&refused);
    night.end();
    println!("the disk was full twice, and refused {} records the second time", refused.len());
}

/// A server on the disk, and what it acknowledged.
struct Night {
    dir: PathBuf,
    ballast: PathBuf,
    server: Server,
    complaints: Receiver<String>,
    url: String,
    stations: Stations,
    acknowledged: Vec<(RecordId, String)>,
    /// Records in the log before the first of ours.
    before: usize,
}

impl Night {
    fn begin(disk: &Path) -> Night {
        let (dir, ballast) = (disk.join("server"), disk.join("ballast"));
        let election = tempfile::tempdir().unwrap();
        stations::make_election(election.path(), STATIONS);
        stations::init(&dir, election.path());
        let (server, complaints, url) = start(&dir);
        let stations = Stations::new(stations::signer(&url), 0..STATIONS);
        let release = stations::signer(&url).release().unwrap();
        assert_eq!(post(&url, &release.note).status, 201);
        let before = log_size(&url);
        Night { dir, ballast, server, complaints, url, stations, acknowledged: Vec::new(), before }
    }

    fn send(&mut self, signed: &Signed) -> Answer {
        let answer = post(&self.url, &signed.note);
        if answer.status == 201 {
            self.acknowledged.push((signed.id, answer.body.clone()));
        }
        answer
    }

    /// Sends until so many were refused, and gives them back. A few may still find room: the log's
    /// file has some, and the publisher's drafts go when they cannot be finished.
    fn send_to_full_disk(&mut self) -> Vec<Signed> {
        let mut refused = Vec::new();
        while refused.len() < SENT {
            fill(&self.ballast);
            let signed = self.stations.next();
            let answer = self.send(&signed);
            if answer.status != 201 {
                check_refusal(&answer);
                refused.push(signed);
            }
        }
        self.check_receipts();
        refused
    }

    /// There is something to publish and no room for it.
    fn until_publisher_complains(&mut self) {
        while self.complaints.try_recv().is_err() {
            if self.is_published() {
                fs::remove_file(&self.ballast).unwrap();
                let signed = self.stations.next();
                assert_eq!(self.send(&signed).status, 201);
            }
            fill(&self.ballast);
        }
    }

    /// What was refused is taken as it is, and what was taken is known.
    fn send_again(&mut self, refused: &[Signed]) {
        for signed in refused {
            assert_eq!(self.send(signed).status, 201);
        }
        for signed in refused {
            let known = post(&self.url, &signed.note);
            let receipt = self.acknowledged.iter().find(|(id, _)| *id == signed.id).unwrap();
            assert_eq!((known.status, &known.body), (200, &receipt.1));
        }
    }

    /// Dies while the disk is full, and comes back when there is room.
    fn kill_and_restart(self) -> Night {
        fill(&self.ballast);
        self.server.kill();
        fs::remove_file(&self.ballast).unwrap();
        let (server, complaints, url) = start(&self.dir);
        Night { server, complaints, url, ..self }
    }

    fn check_receipts(&self) {
        for (id, receipt) in &self.acknowledged {
            let again =
                Fetcher::default().fetch(&format!("{}/v1/receipts/{id}", self.url), 1 << 16);
            assert_eq!(String::from_utf8(again.unwrap()).unwrap(), *receipt, "{id}");
        }
        assert_eq!(log_size(&self.url), self.before + self.acknowledged.len());
    }

    fn until_published(&self) {
        while !self.is_published() {
            thread::yield_now();
        }
    }

    /// Has the public everything that is in the log?
    fn is_published(&self) -> bool {
        let Ok(checkpoint) = fs::read(self.dir.join("bundle/checkpoint")) else { return false };
        let policy: Policy =
            fs::read_to_string(self.dir.join("policy.txt")).unwrap().parse().unwrap();
        let size = policy.accept(&checkpoint).unwrap().checkpoint.size;
        usize::try_from(size) == Ok(log_size(&self.url))
    }

    /// Everything is published, and holds.
    fn end(self) {
        self.check_receipts();
        self.until_published();
        assert!(self.server.stop().success());
        let (bundle, policy) = (self.dir.join("bundle"), self.dir.join("policy.txt"));
        let arguments =
            ["verify".as_ref(), bundle.as_os_str(), "--policy".as_ref(), policy.as_os_str()];
        let verdict = countersign(&arguments);
        assert_eq!(verdict.status, 0, "{}{}", verdict.out, verdict.err);
    }
}

/// A server, what it says on standard error, and where it listens.
fn start(dir: &Path) -> (Server, Receiver<String>, String) {
    let mut server = Server::start(dir, Stdio::piped());
    let err = BufReader::new(server.child.stderr.take().unwrap());
    let (sender, complaints) = mpsc::channel();
    // It ends with the server, and nobody needs to listen.
    thread::spawn(move || err.lines().try_for_each(|line| sender.send(line.unwrap())));
    let url = server.url();
    (server, complaints, url)
}

/// The server lives, and says how long its log is.
fn log_size(url: &str) -> usize {
    let progress = Fetcher::default().fetch(&format!("{url}/v1/progress"), 1 << 16).unwrap();
    let progress: Value = serde_json::from_slice(&progress).unwrap();
    usize::try_from(progress["log_size"].as_u64().unwrap()).unwrap()
}

/// Nobody's fault, in the shape of every refusal, with the hint to come again.
#[track_caller]
fn check_refusal(answer: &Answer) {
    assert_eq!(answer.status, 507, "{answer:?}");
    assert!(answer.head.contains("\r\nretry-after: 1"), "{answer:?}");
    let json = answer.json();
    assert_eq!(json["code"], "disk_full");
    let fields: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["code", "expected", "field", "found", "message"]);
    assert!(json["message"].as_str().is_some_and(|message| message.contains("full")), "{json}");
}

/// Leaves no room on the disk.
fn fill(ballast: &Path) {
    let mut file = File::options().create(true).append(true).open(ballast).unwrap();
    for chunk in [1 << 16, 1 << 12, 1] {
        let error = loop {
            if let Err(error) = file.write_all(&vec![0; chunk]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}
