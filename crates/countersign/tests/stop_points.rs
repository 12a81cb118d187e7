//! The real server, stopped dead before each of the calls by which a record becomes durable and
//! public: before the first, before the second, and so on until a run gets by without. After every
//! stop the whole log is checked again: it has every record that was acknowledged, where the receipt
//! says; it continues what the public saw last; and the bundle holds, before the next start and after.
//!
//! `tests/kill.rs` stops a loaded server at random moments; this one leaves no moment out. The calls
//! are counted by `strace`, by each thread for itself, from the server's start, from when a
//! record comes in, and from when the server is asked to stop. `COUNTERSIGN_STOPS=1` stops before every call; without it only before
//! some of those that build the bundle's twin, which nobody reads before it is swapped in.
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
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use http::client::Fetcher;
use record::RecordId;
use rehearsal::Signed;
use tlog::{Checkpoint, Policy, Proof, read_log};

use crate::{
    post::{post, try_post},
    program::countersign,
    server::Server,
    stations::Stations,
    strace::attach,
};

/// Few units, so that a bundle has few files.
const STATIONS: usize = 2;

/// The last call that strace counts to.
const LAST: u64 = 65_535;

/// From when calls are counted.
#[derive(Clone, Copy, Debug)]
enum From {
    /// The server's start.
    Start,
    /// When a record is about to come in, and everything before it is published.
    Record,
    /// When it is published, and the server is about to be asked to stop.
    End,
}

/// A kind of call, and how many stops before it there are at least: fewer, and the walk did not
/// reach what it is there for.
struct Walk {
    from: From,
    /// As the machine's kernel calls it; `?` before a name that not every kernel has.
    call: &'static str,
    /// Every so many-th call, unless all are asked for.
    stride: usize,
    least: usize,
}

const fn walk(from: From, call: &'static str, stride: usize, least: usize) -> Walk {
    Walk { from, call, stride, least }
}

/// SQLite writes with `pwrite64`, and the log is durable after its `fsync`; a bundle's files are
/// written and linked into a twin, flushed with `syncfs`, and swapped in with `renameat2`.
const WALKS: [Walk; 17] = [
    walk(From::Record, "pwrite64", 1, 4),
    walk(From::Record, "fsync", 1, 1),
    walk(From::Record, "fdatasync", 1, 0),
    walk(From::Record, "syncfs", 1, 1),
    walk(From::Record, "renameat2", 1, 1),
    walk(From::Record, "?rename,?renameat", 1, 0),
    walk(From::Record, "write", 5, 1),
    walk(From::Record, "linkat", 6, 1),
    walk(From::Record, "?mkdir,?mkdirat", 12, 1),
    walk(From::Record, "?unlink,unlinkat", 12, 1),
    walk(From::Start, "pwrite64", 1, 1),
    walk(From::Start, "fsync", 1, 1),
    walk(From::Start, "renameat2", 1, 1),
    walk(From::Start, "?unlink,unlinkat", 16, 1),
    walk(From::End, "pwrite64", 1, 0),
    walk(From::End, "fsync", 1, 0),
    walk(From::End, "?unlink,unlinkat", 1, 0),
];

#[test]
fn a_stop_before_any_call_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut night = Night::begin(folder.path());
    if !night.can_be_traced() {
        return skipped::say("strace, and leave to trace a program that runs");
    }
    let mut stops = 0;
    for Walk { from, call, stride, least } in WALKS {
        let stride = if env::var_os("COUNTERSIGN_STOPS").is_some() { 1 } else { stride };
        let moments = (1..).step_by(stride);
        let found = moments.take_while(|when| night.is_stopped(from, call, *when)).count();
        println!("from {from:?}, {call}, one of {stride}: {found} stops");
        assert!(found >= least, "from {from:?}, {call}: {found} stops, but {least} were expected");
        stops += found;
    }
    println!("{stops} stops, {} records acknowledged, none lost", night.acknowledged.len());
}

/// `strace`, which stops whom it traces before this call.
fn tracer(call: &str, when: u64, trace: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "--signal=none", "-o"]).arg(trace).arg(format!("--trace={call}"));
    strace.arg(format!("--inject={call}:signal=SIGKILL:when={when}"));
    strace
}

/// The call before which the server was stopped, as `strace` wrote it: it never came back.
fn last_call(trace: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(trace).unwrap()).into_owned();
    let line = text.lines().find(|line| line.ends_with("= ?"));
    line.map_or_else(|| "none".to_owned(), str::to_owned)
}

/// An election's folder, what was sent to it, and what it acknowledged.
struct Night {
    dir: PathBuf,
    policy: Policy,
    stations: Stations,
    /// A record whose sender has no receipt yet.
    waiting: Option<Signed>,
    acknowledged: Vec<(RecordId, String)>,
    /// Records in the log before the first station's.
    before: usize,
}

impl Night {
    fn begin(folder: &Path) -> Night {
        let (election, dir) = (folder.join("election"), folder.join("server"));
        fs::create_dir(&election).unwrap();
        stations::make_election(&election, STATIONS);
        stations::init(&dir, &election);
        let policy = fs::read_to_string(dir.join("policy.txt")).unwrap().parse().unwrap();
        let mut server = Server::start(&dir, Stdio::inherit());
        let url = server.url();
        let receipt: Proof =
            post(&url, &stations::signer(&url).release().unwrap().note).body.parse().unwrap();
        let stations = Stations::new(stations::signer(&url), 0..STATIONS);
        let before = usize::try_from(receipt.index()).unwrap() + 1;
        let night =
            Night { dir, policy, stations, waiting: None, acknowledged: Vec::new(), before };
        night.until_published(&mut server);
        assert!(server.stop().success());
        night
    }

    fn can_be_traced(&self) -> bool {
        let server = Server::start(&self.dir, Stdio::inherit());
        let traced = attach(tracer("fsync", LAST, &self.dir.with_extension("trace")), &server);
        assert!(server.stop().success());
        traced.is_some_and(|mut strace| strace.wait().unwrap().success())
    }

    /// Lets a station send a record to a server that is stopped before this call, and checks what
    /// is left. `false`: the server came to its own end.
    fn is_stopped(&mut self, from: From, call: &str, when: u64) -> bool {
        let trace = self.dir.with_extension("trace");
        let stopped = match from {
            From::Start => self.stop_from_start(call, when, &trace),
            From::Record | From::End => self.stop_while_running(from, call, when, &trace),
        };
        let public = self.public();
        let context = format!("from {from:?}, {call} {when}: {}", last_call(&trace));
        self.check_bundle(&context);
        self.recover(&context);
        self.check_bundle(&context);
        self.check_log(public.as_ref(), &context);
        stopped
    }

    fn stop_from_start(&mut self, call: &str, when: u64, trace: &Path) -> bool {
        let mut strace = tracer(call, when, trace);
        strace.arg("-D");
        let mut server = Server::under(strace, &self.dir);
        let url = server.url_if_alive();
        let published = url.and_then(|url| self.send_to(&mut server, &url));
        published.is_none() || !server.stop().success()
    }

    fn stop_while_running(&mut self, from: From, call: &str, when: u64, trace: &Path) -> bool {
        let mut server = Server::start(&self.dir, Stdio::inherit());
        let url = server.url();
        server.until_published();
        if matches!(from, From::End) {
            self.send_to(&mut server, &url).unwrap();
        }
        let mut strace = attach(tracer(call, when, trace), &server).unwrap();
        let sent = match from {
            From::Record => self.send_to(&mut server, &url),
            _ => Some(()),
        };
        let stopped = sent.is_none() || !server.stop().success();
        strace.wait().unwrap();
        stopped
    }

    /// Sends one record and waits until the public has it; `None` when the server died.
    fn send_to(&mut self, server: &mut Server, url: &str) -> Option<()> {
        let signed = self.waiting.take().unwrap_or_else(|| self.stations.next());
        let answer = try_post(url, &signed.note);
        match answer {
            Ok(answer) => self.take_receipt(&signed, answer.status, answer.body),
            Err(_) => {
                self.waiting = Some(signed);
                return None;
            }
        }
        self.until_published(server)
    }

    fn take_receipt(&mut self, signed: &Signed, status: u16, receipt: String) {
        assert!([200, 201].contains(&status), "{status}: {receipt}");
        self.acknowledged.push((signed.id, receipt));
    }

    fn until_published(&self, server: &mut Server) -> Option<()> {
        let size = (self.before + self.acknowledged.len()) as u64;
        while self.public().is_none_or(|public| public.size < size) {
            if server.child.try_wait().unwrap().is_some() {
                return None;
            }
            thread::yield_now();
        }
        Some(())
    }

    fn bundle(&self) -> PathBuf {
        self.dir.join("bundle")
    }

    /// The checkpoint that the public sees.
    fn public(&self) -> Option<Checkpoint> {
        let checkpoint = fs::read(self.bundle().join("checkpoint")).ok()?;
        Some(self.policy.accept(&checkpoint).unwrap().checkpoint)
    }

    /// The next server gives every receipt again, byte for byte, takes the record that was under
    /// way, and publishes everything.
    fn recover(&mut self, context: &str) {
        let mut server = Server::start(&self.dir, Stdio::inherit());
        let url = server.url();
        for (id, receipt) in &self.acknowledged {
            let again = Fetcher::default().fetch(&format!("{url}/v1/receipts/{id}"), 1 << 16);
            let again = again.unwrap_or_else(|error| panic!("{context}: {error}"));
            assert_eq!(String::from_utf8(again).unwrap(), *receipt, "{context}: {id}");
        }
        if let Some(signed) = self.waiting.take() {
            let answer = post(&url, &signed.note);
            self.take_receipt(&signed, answer.status, answer.body);
        }
        self.until_published(&mut server);
        assert!(server.stop().success(), "{context}");
    }

    /// The published log has each record once and where its receipt says, and continues
    /// every checkpoint that anybody was given.
    fn check_log(&self, public: Option<&Checkpoint>, context: &str) {
        let size = self.before + self.acknowledged.len();
        let read = |path: String| fs::read(self.bundle().join(path)).ok();
        let log = read_log(size as u64, |tile| read(tile.to_string())).unwrap();
        assert_eq!(log.entries.iter().collect::<BTreeSet<_>>().len(), size, "{context}: doubled");
        for (id, receipt) in &self.acknowledged {
            let receipt: Proof = receipt.parse().unwrap();
            let then = receipt.verify_under(id.as_bytes(), &self.policy).unwrap().checkpoint;
            let place = usize::try_from(receipt.index()).unwrap();
            assert_eq!(log.entries[place], *id.as_bytes(), "{context}: {id} at {place}");
            assert_eq!(log.tree.root_at(then.size), Ok(then.root), "{context}: forked");
        }
        for then in public.into_iter().chain(self.public().as_ref()) {
            assert_eq!(log.tree.root_at(then.size), Ok(then.root), "{context}: forked");
        }
    }

    /// What the public sees holds, whatever just happened to the server.
    fn check_bundle(&self, context: &str) {
        let (bundle, policy) = (self.bundle(), self.dir.join("policy.txt"));
        let (verify, option) = ("verify".as_ref(), "--policy".as_ref());
        let verdict = countersign(&[verify, bundle.as_os_str(), option, policy.as_os_str()]);
        assert_eq!(verdict.status, 0, "{context}: {}{}", verdict.out, verdict.err);
    }
}
