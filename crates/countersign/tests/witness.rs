//! A log and those who hold it to account: the real programs, over real sockets.
#![cfg(test)]

#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "common/stations.rs"]
mod stations;
#[path = "common/witness.rs"]
mod witness;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use http::client::{Fetcher, Sender, Sent};
use rehearsal::Signed;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    program::{Ended, countersign},
    server::Server,
    stations::Stations,
    witness::{Running, Witness, copy, put_witnesses},
};

/// A log of an election with stations that never run out of records.
struct Log {
    folder: TempDir,
    dir: PathBuf,
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let election = folder.path().join("election");
        fs::create_dir(&election).unwrap();
        stations::make_election(&election, 8);
        let dir = folder.path().join("log");
        stations::init(&dir, &election);
        Self { folder, dir }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn policy(&self) -> PathBuf {
        self.dir.join("policy.txt")
    }

    /// So many witnesses, all of this log, of whom a quorum must cosign.
    fn witnesses(&self, number: usize, quorum: usize) -> Vec<Witness> {
        let start = |n| Witness::start(&self.place(&format!("w{n}")), &self.policy(), ANY);
        let witnesses: Vec<Witness> = (1..=number).map(start).collect();
        put_witnesses(&self.dir, quorum, &witnesses.iter().collect::<Vec<_>>());
        witnesses
    }
}

const ANY: &str = "127.0.0.1:0";

/// Sends the next records of one station, in order.
fn send(url: &str, station: usize, number: usize) -> Vec<(Signed, Sent)> {
    let mut stations = Stations::new(stations::signer(url), station..=station);
    let sender = Sender::new(url, 1, Duration::from_secs(60)).unwrap();
    let runtime = Runtime::new().unwrap();
    let send = |_| {
        let signed = stations.next();
        let sent = runtime.block_on(sender.send(signed.note.clone())).unwrap();
        (signed, sent)
    };
    (0..number).map(send).collect()
}

fn verify(dir: &Path, policy: &Path, options: &[&OsStr]) -> Ended {
    let bundle = dir.join("bundle");
    let words = ["verify".as_ref(), bundle.as_os_str(), "--policy".as_ref(), policy.as_os_str()];
    countersign(&[words.as_slice(), options].concat())
}

/// Waits until the published log has this size and holds under its policy; the verdict.
fn until_holds(dir: &Path, size: usize) -> Value {
    loop {
        let checkpoint = fs::read_to_string(dir.join("bundle/checkpoint")).unwrap_or_default();
        if checkpoint.lines().nth(1) == Some(size.to_string().as_str()) {
            let ended = verify(dir, &dir.join("policy.txt"), &["--json".as_ref()]);
            if ended.status == 0 {
                return serde_json::from_str(&ended.out).unwrap();
            }
        }
        thread::yield_now();
    }
}

fn cosigned(verdict: &Value) -> Vec<&str> {
    let each = verdict["cosigned"].as_array().unwrap().iter();
    each.map(|one| one["witness"].as_str().unwrap()).collect()
}

/// Entries of a log in which nobody has sent anything.
fn entries_at_first(dir: &Path) -> usize {
    let checkpoint = fs::read_to_string(dir.join("bundle/checkpoint")).unwrap();
    checkpoint.lines().nth(1).unwrap().parse().unwrap()
}

#[test]
fn witnesses_stand_behind_what_is_published_and_behind_receipts() {
    let log = Log::new();
    let mut witnesses = log.witnesses(3, 2);
    let mut server = Server::start(&log.dir, Stdio::inherit());
    let url = server.url();
    server.until_published();
    let first = entries_at_first(&log.dir);
    assert_eq!(cosigned(&until_holds(&log.dir, first)), ["w1", "w2", "w3"]);

    // One that is down is not missed.
    witnesses.remove(1);
    let sent = send(&url, 0, 3);
    assert_eq!(cosigned(&until_holds(&log.dir, first + 3)), ["w1", "w3"]);

    let (signed, receipt) = &sent[1];
    let (record, plain) = (log.place("record"), log.place("receipt"));
    fs::write(&record, &signed.note).unwrap();
    fs::write(&plain, receipt.receipt()).unwrap();
    let verdict = check_receipt(&log, &plain, &record, 0);
    assert_eq!(
        (cosigned(&verdict["promise"]), &verdict["promise"]["quorum"]),
        (vec![], &false.into())
    );

    let later = log.place("cosigned");
    let path = format!("{url}/v1/receipts/{}/cosigned", signed.id);
    fs::write(&later, fetch_until_there(&path)).unwrap();
    let verdict = check_receipt(&log, &later, &record, 0);
    assert_eq!(cosigned(&verdict["promise"]), ["w1", "w3"]);
    assert_eq!(verdict["promise"]["quorum"], true);

    // Of another record it proves nothing.
    fs::write(&record, &sent[2].0.note).unwrap();
    check_receipt(&log, &later, &record, 1);
}

/// A receipt that witnesses stand behind follows once the edition is out.
fn fetch_until_there(url: &str) -> Vec<u8> {
    loop {
        if let Ok(receipt) = Fetcher::default().fetch(url, 1 << 16) {
            return receipt;
        }
        thread::yield_now();
    }
}

#[track_caller]
fn check_receipt(log: &Log, receipt: &Path, record: &Path, status: i32) -> Value {
    let words = ["verify".as_ref(), "--receipt".as_ref(), receipt.as_os_str()];
    let policy = log.policy();
    let options: [&OsStr; 5] = [
        "--record".as_ref(),
        record.as_ref(),
        "--policy".as_ref(),
        policy.as_ref(),
        "--json".as_ref(),
    ];
    let ended = countersign(&[words.as_slice(), &options].concat());
    assert_eq!(ended.status, status, "{}{}", ended.out, ended.err);
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn without_a_quorum_the_night_goes_on_and_the_verdict_says_so() {
    let log = Log::new();
    let mut witnesses = log.witnesses(2, 2);
    let mut server = Server::start(&log.dir, Stdio::inherit());
    let url = server.url();
    server.until_published();
    let first = entries_at_first(&log.dir);
    until_holds(&log.dir, first);
    let gone = witnesses.pop().unwrap();
    let (dir, address) = (gone.dir.clone(), gone.address().to_owned());
    drop(gone);

    let sent = send(&url, 0, 1);
    let size = (first + 1).to_string();
    while fs::read_to_string(log.dir.join("bundle/checkpoint")).unwrap().lines().nth(1)
        != Some(&size)
    {
        thread::yield_now();
    }
    let verdict = verify(&log.dir, &log.policy(), &[]);
    assert_eq!(verdict.status, 1);
    let expected = "quorum enough: 2 of its members were expected to have cosigned, found 1";
    assert!(verdict.out.contains(expected), "{}", verdict.out);
    let path = format!("{url}/v1/receipts/{}/cosigned", sent[0].0.id);
    let found = Fetcher::default().fetch(&path, 1 << 16).unwrap_err().to_string();
    assert!(found.ends_with("expected status 200, found 404"), "{found}");

    // It comes back, and the same entries are published once more with its line.
    let _back = Witness::start(&dir, &log.policy(), &address);
    assert_eq!(cosigned(&until_holds(&log.dir, first + 1)), ["w1", "w2"]);
}

#[test]
fn an_old_copy_of_the_log_signs_nothing() {
    let log = Log::new();
    let witnesses = log.witnesses(1, 1);
    let mut server = Server::start(&log.dir, Stdio::inherit());
    let url = server.url();
    server.until_published();
    let first = entries_at_first(&log.dir);
    send(&url, 0, 2);
    until_holds(&log.dir, first + 2);
    assert!(server.stop().success());
    let old = log.place("backup");
    copy(&log.dir, &old);

    let mut server = Server::start(&log.dir, Stdio::inherit());
    send(&server.url(), 1, 2);
    until_holds(&log.dir, first + 4);
    assert!(server.stop().success());

    let refused = serve(&old, &[]);
    assert_eq!(refused.status, 1, "{}", refused.out);
    let expected = format!("witness w1 has cosigned {} entries, found {}", first + 4, first + 2);
    assert!(refused.err.contains(&expected), "{}", refused.err);
    assert_eq!(refused.out, "", "it never said that records come in");
    let unknown = serve(&old, &["--ignore-witness", "w9"]);
    assert_eq!(unknown.status, 2, "{}", unknown.err);

    // The newest one starts, and a witness that is down stops nobody.
    drop(witnesses);
    let mut server = Server::start(&log.dir, Stdio::null());
    server.url();
    let mut server = Server::with(&old, Stdio::null(), &["--no-origin", "--ignore-witness", "w1"]);
    server.url();
}

/// Runs a server that is expected to end by itself.
fn serve(dir: &Path, options: &[&str]) -> Ended {
    let words = ["serve".as_ref(), dir.as_os_str(), "--listen".as_ref(), ANY.as_ref()];
    let options: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
    countersign(&[words.as_slice(), &options].concat())
}

/// One log, two histories: the two servers have the same key, and the third witness has two
/// memories. Two of three are a quorum for each history, so nobody notices who sees one of them
/// only. Whoever has seen both has proof; and all three are never had by both.
#[test]
fn two_histories_are_caught_and_proved() {
    let log = Log::new();
    let twin = log.place("twin");
    copy(&log.dir, &twin);
    let [one, two] = ["w1", "w2"].map(|name| Witness::start(&log.place(name), &log.policy(), ANY));
    let liar = Witness::start(&log.place("w3"), &log.policy(), ANY);
    put_witnesses(&log.dir, 2, &[&one, &two, &liar]);
    let strict = log.place("all-three.txt");
    fs::copy(log.policy(), &strict).unwrap();
    let text = fs::read_to_string(&strict).unwrap();
    fs::write(&strict, text.replace("group enough 2", "group enough all")).unwrap();

    // What the first history's servers see: the second witness is far away.
    let two_url = two.line.clone();
    let unreachable = |line: &str| line.rsplit_once(' ').unwrap().0.to_owned() + "\n";
    let without = |line: &str| {
        let policy = fs::read_to_string(log.policy()).unwrap();
        policy.replace(&format!("{line}\n"), &unreachable(line))
    };
    fs::write(twin.join("policy.txt"), without(&one.line)).unwrap();
    fs::write(log.dir.join("policy.txt"), without(&two_url)).unwrap();

    let first = night(&log.dir, 0);
    // The liar forgets what it cosigned.
    let key = log.place("w3");
    drop(liar);
    fs::remove_file(key.join("witness.db")).unwrap();
    make_memory(&key, &log);
    let address = text.lines().find(|line| line.starts_with("witness w3 ")).unwrap();
    let address = address.rsplit_once("http://").unwrap().1;
    let _liar = Witness::start(&key, &log.policy(), address);
    let second = night(&twin, 1);
    assert_eq!(first, second);

    let evidence = log.place("evidence.txt");
    let seen = log.dir.join("bundle/checkpoint");
    let options: [&OsStr; 4] =
        ["--seen".as_ref(), seen.as_ref(), "--evidence".as_ref(), evidence.as_ref()];
    for policy in [log.policy(), twin.join("policy.txt")] {
        assert_eq!(verify(&twin, &policy, &[]).status, 0, "two of three are fooled");
        assert_eq!(verify(&log.dir, &policy, &[]).status, 0, "two of three are fooled");
        let caught = verify(&twin, &policy, &options);
        assert_eq!(caught.status, 1, "{}", caught.out);
    }
    for dir in [&log.dir, &twin] {
        assert_eq!(verify(dir, &strict, &[]).status, 1, "no history has all three");
    }
    let proof = [OsStr::new("verify"), "--split-view".as_ref(), evidence.as_ref()];
    let proved = countersign(&[&proof[..], &["--policy".as_ref(), strict.as_ref()]].concat());
    assert_eq!(proved.status, 0, "{}", proved.out);
    assert!(proved.out.starts_with("PROVED. localhost/tiny has signed two histories"));

    // An honest witness that is shown the other history keeps the same proof itself.
    let again = serve_until_refused(&twin, &one.line);
    assert!(again.contains("witness w1 has cosigned other entries"), "{again}");
    let kept = fs::read_dir(&one.dir).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<PathBuf> =
        kept.filter(|path| path.to_string_lossy().contains("split-view")).collect();
    let proof = [OsStr::new("verify"), "--split-view".as_ref(), kept[0].as_ref()];
    let proved = countersign(&[&proof[..], &["--policy".as_ref(), strict.as_ref()]].concat());
    assert_eq!(proved.status, 0, "{}", proved.out);
}

/// Publishes what one station sends, and says how many entries that makes.
fn night(dir: &Path, station: usize) -> usize {
    let mut server = Server::start(dir, Stdio::null());
    let url = server.url();
    server.until_published();
    let first = entries_at_first(dir);
    send(&url, station, 3);
    until_holds(dir, first + 3);
    assert!(server.stop().success());
    first + 3
}

/// A witness's memory in which nothing stands, made by another witness.
fn make_memory(dir: &Path, log: &Log) {
    let fresh = log.place("fresh");
    drop(Witness::start(&fresh, &log.policy(), ANY));
    for file in fs::read_dir(&fresh).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_owned();
        if name.to_string_lossy().starts_with("witness.db") {
            fs::copy(&file, dir.join(name)).unwrap();
        }
    }
}

/// Starts a log that a witness will refuse; what it says.
fn serve_until_refused(dir: &Path, witness: &str) -> String {
    let path = dir.join("policy.txt");
    let policy = fs::read_to_string(&path).unwrap();
    let near = |line: &str| match witness.starts_with(line) {
        true => witness.to_owned(),
        false => line.to_owned(),
    };
    let lines = policy.lines().map(|line| near(line) + "\n");
    fs::write(&path, lines.collect::<String>()).unwrap();
    let ended = serve(dir, &[]);
    assert_eq!(ended.status, 1, "{}{}", ended.out, ended.err);
    ended.err
}

#[test]
fn a_witness_that_lost_its_memory_does_not_start() {
    let log = Log::new();
    let witness = Witness::start(&log.place("w1"), &log.policy(), ANY);
    let dir = witness.dir.clone();
    drop(witness);
    fs::remove_file(dir.join("witness.db")).unwrap();
    let policy = log.policy();
    let words = ["witness".as_ref(), dir.as_os_str(), "--policy".as_ref(), policy.as_os_str()];
    let refused = countersign(&words);
    assert_eq!(refused.status, 2, "{}", refused.out);
    assert!(refused.err.ends_with("there is no witness's file\n"), "{}", refused.err);
}

#[test]
fn a_mirror_keeps_serves_and_cosigns_what_holds() {
    let log = Log::new();
    let mut server = Server::with(&log.dir, Stdio::inherit(), &[]);
    let (url, site) = (server.url(), server.site());
    let first = entries_at_first(&log.dir);
    send(&url, 0, 3);
    until_holds(&log.dir, first + 3);
    let mirror = log.place("mirror");
    assert_eq!(catch_up(&mirror, &site, &log).status, 0);
    let same = |path: &str| {
        fs::read(mirror.join("bundle").join(path)).unwrap()
            == fs::read(log.dir.join("bundle").join(path)).unwrap()
    };
    assert!(same("head.json") && same("checkpoint") && same("index.html"));
    assert_eq!(verify(&mirror, &log.policy(), &[]).status, 0);

    // It follows by itself, serves what it keeps, and says what it cosigned.
    send(&url, 1, 2);
    until_holds(&log.dir, first + 5);
    let policy = log.policy();
    let words = ["mirror".as_ref(), mirror.as_os_str(), site.as_ref(), "--policy".as_ref()];
    let options: [&OsStr; 5] =
        [policy.as_ref(), "--listen".as_ref(), ANY.as_ref(), "--every".as_ref(), "1".as_ref()];
    let mut running = Running::start(&[words.as_slice(), &options].concat());
    let cosigned = running.says("what this mirror cosigned last: ");
    let again = running.says("the site is also at ").replace("the site is also at ", "");
    running.says(&format!("{} entries verified", first + 5));
    let at =
        countersign(&["verify".as_ref(), again.as_ref(), "--policy".as_ref(), policy.as_os_str()]);
    assert_eq!(at.status, 0, "{}{}", at.out, at.err);
    let id = http::witness::id_of("localhost/tiny").to_string();
    let latest = cosigned.rsplit_once(' ').unwrap().1.replace("ID", &id);
    let latest = String::from_utf8(Fetcher::default().fetch(&latest, 1 << 16).unwrap()).unwrap();
    assert_eq!(latest.lines().nth(1).unwrap(), (first + 5).to_string());
    assert_eq!(latest.lines().count(), 6, "the log's line and the mirror's: {latest}");
    drop(running);
    assert!(server.stop().success());
}

/// A mirror that has seen one history keeps it when it is shown another, and says so.
#[test]
fn a_mirror_keeps_what_it_has_when_the_log_goes_another_way() {
    let log = Log::new();
    let twin = log.place("twin");
    copy(&log.dir, &twin);
    let mirror = log.place("mirror");
    let sizes = [(&log.dir, 0, 0), (&twin, 1, 1)].map(|(dir, station, status)| {
        let mut server = Server::with(dir, Stdio::inherit(), &[]);
        let (url, site) = (server.url(), server.site());
        let first = entries_at_first(dir);
        send(&url, station, 3 + station);
        until_holds(dir, first + 3 + station);
        let ended = catch_up(&mirror, &site, &log);
        assert_eq!(ended.status, status, "{}{}", ended.out, ended.err);
        assert_eq!(ended.err.contains("a log has shown two histories: "), status == 1);
        assert!(server.stop().success());
        first + 3
    });
    let kept = fs::read_to_string(mirror.join("bundle/checkpoint")).unwrap();
    assert_eq!(kept.lines().nth(1).unwrap(), sizes[0].to_string());
    assert_eq!(verify(&mirror, &log.policy(), &[]).status, 0);
    let files = fs::read_dir(&mirror).unwrap().map(|entry| entry.unwrap().path());
    let proof = files.filter(|path| path.to_string_lossy().contains("split-view"));
    let proof = proof.last().unwrap();
    let policy = log.policy();
    let words = [OsStr::new("verify"), "--split-view".as_ref(), proof.as_ref()];
    let proved = countersign(&[&words[..], &["--policy".as_ref(), policy.as_ref()]].concat());
    assert_eq!(proved.status, 0, "{}", proved.out);
}

fn catch_up(mirror: &Path, site: &str, log: &Log) -> Ended {
    let policy = log.policy();
    let words = ["mirror".as_ref(), mirror.as_os_str(), site.as_ref(), "--policy".as_ref()];
    countersign(&[words.as_slice(), &[policy.as_ref(), "--once".as_ref()]].concat())
}
