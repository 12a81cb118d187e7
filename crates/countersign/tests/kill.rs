//! The real server under load, killed with SIGKILL at random moments. Nothing that it acknowledged
//! is lost, doubled or changed, and what the public sees is whole after every kill.
//!
//! A kill proves that nothing acknowledged was still in the process. That nothing was still in the
//! machine's memory is the fsync's part, which no kill can test.
//!
//! `COUNTERSIGN_KILLS` says how many kills, `COUNTERSIGN_SEED` when they come, as far as chance is
//! ours: who is quicker, clients or killer, the machine decides.
#![cfg(test)]

#[path = "common/dice.rs"]
mod dice;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "common/stations.rs"]
mod stations;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use http::client::{Fetcher, Sender, Sent};
use record::RecordId;
use tlog::{Policy, Proof, read_log};
use tokio::{runtime::Runtime, sync::watch, task::JoinSet};

use crate::{dice::Dice, program::countersign, server::Server, stations::Stations};

const KILLS: u64 = 50;
const CLIENTS: usize = 24;
const STATIONS: usize = 192;
/// A server is killed after at most so many more receipts.
const RECEIPTS: u64 = 40;
/// After each kill all new receipts are fetched again, and so many of the older ones.
const SAMPLE: usize = 100;
/// How long a client goes on asking a server that answers nothing useful.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let (kills, seed) = (number("COUNTERSIGN_KILLS", KILLS), number("COUNTERSIGN_SEED", 1));
    println!("SEED={seed}");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut night = Night::begin(folder.path());
    for kill in 0..kills {
        let context = format!("SEED={seed}, before kill {kill}");
        match dice.below(4) {
            0 => night.kill_while_starting(Duration::from_micros(dice.below(400_000))),
            _ => {
                let receipts = usize::try_from(dice.below(RECEIPTS)).unwrap();
                let after = Duration::from_micros(dice.below(5_000));
                night.kill_after(receipts, after, &mut dice, &context);
            }
        }
        night.check_bundle(&context);
    }
    let records = night.end();
    println!("{kills} kills, {records} records acknowledged, none lost");
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().unwrap())
}

type Receipts = BTreeMap<RecordId, String>;

/// What the clients share.
#[derive(Default)]
struct Acknowledged {
    receipts: Mutex<Receipts>,
    count: watch::Sender<usize>,
    over: AtomicBool,
}

/// An election's folder, and the clients that send records to whichever server runs on it.
struct Night {
    dir: PathBuf,
    policy: Policy,
    runtime: Runtime,
    clients: JoinSet<()>,
    acknowledged: Arc<Acknowledged>,
    /// The way to the server that runs.
    server: watch::Sender<Option<Sender>>,
    /// Records in the log before the first client.
    before: usize,
    /// Receipts that a later server gave again.
    confirmed: BTreeSet<RecordId>,
}

impl Night {
    fn begin(folder: &Path) -> Night {
        let (election, dir) = (folder.join("election"), folder.join("server"));
        fs::create_dir(&election).unwrap();
        stations::make_election(&election, STATIONS);
        stations::init(&dir, &election);
        let policy = fs::read_to_string(dir.join("policy.txt")).unwrap().parse().unwrap();
        let (runtime, clients) = (Runtime::new().unwrap(), JoinSet::new());
        let (acknowledged, server) = (Arc::default(), watch::Sender::new(None));
        let (before, confirmed) = (0, BTreeSet::new());
        let mut night =
            Night { dir, policy, runtime, clients, acknowledged, server, before, confirmed };
        night.open();
        night
    }

    /// The first server: officers release everything, and the clients begin.
    fn open(&mut self) {
        let mut server = Server::start(&self.dir, Stdio::inherit());
        let url = server.url();
        let release = stations::signer(&url).release().unwrap();
        let sender = Sender::new(&url, CLIENTS, PATIENCE).unwrap();
        let sent = self.runtime.block_on(sender.send(release.note)).unwrap();
        let receipt: Proof = sent.receipt().parse().unwrap();
        self.before = usize::try_from(receipt.index()).unwrap() + 1;
        for client in 0..CLIENTS {
            let numbers = (client..STATIONS).step_by(CLIENTS);
            let stations = Stations::new(stations::signer(&url), numbers);
            let (acknowledged, server) = (Arc::clone(&self.acknowledged), self.server.subscribe());
            self.clients.spawn_on(send_all(stations, acknowledged, server), self.runtime.handle());
        }
        server.kill();
    }

    fn kill_while_starting(&self, after: Duration) {
        let server = Server::start(&self.dir, Stdio::inherit());
        wait(after);
        server.kill();
    }

    /// Starts a server, checks receipts, and kills it when there are so many more.
    fn kill_after(&mut self, more: usize, after: Duration, dice: &mut Dice, context: &str) {
        let (server, seen) = self.start(context, |night, all| night.some(all, dice));
        self.wait_for(seen + more);
        wait(after);
        server.kill();
    }

    /// A server that has what the last one acknowledged; the clients send to it from now on.
    fn start(
        &mut self,
        context: &str,
        choose: impl FnOnce(&Night, &mut Receipts),
    ) -> (Server, usize) {
        let mut server = Server::start(&self.dir, Stdio::inherit());
        let url = server.url();
        let mut receipts = self.acknowledged.receipts.lock().unwrap().clone();
        let seen = receipts.len();
        choose(self, &mut receipts);
        check_receipts(&receipts, &url, context);
        self.confirmed.extend(receipts.into_keys());
        self.server.send_replace(Some(Sender::new(&url, CLIENTS, PATIENCE).unwrap()));
        (server, seen)
    }

    /// Leaves those that are new, and some of the others: all of them after each of many kills
    /// would be most of the work. The last server is asked for every one.
    fn some(&self, receipts: &mut Receipts, dice: &mut Dice) {
        let old: Vec<RecordId> = self.confirmed.iter().copied().collect();
        let limit = old.len().max(1) as u64;
        let draw = |_| old.get(usize::try_from(dice.below(limit)).unwrap()).copied();
        let chosen: BTreeSet<RecordId> = (0..SAMPLE).filter_map(draw).collect();
        receipts.retain(|id, _| !self.confirmed.contains(id) || chosen.contains(id));
    }

    fn wait_for(&mut self, receipts: usize) {
        let mut count = self.acknowledged.count.subscribe();
        let clients = &mut self.clients;
        self.runtime.block_on(async {
            tokio::select! {
                counted = count.wait_for(|count| *count >= receipts) => drop(counted.unwrap()),
                ended = clients.join_next() => panic!("a client ended: {ended:?}"),
            }
        });
    }

    fn bundle(&self) -> PathBuf {
        self.dir.join("bundle")
    }

    /// The public's side holds at every moment, except before there is one.
    fn check_bundle(&self, context: &str) {
        let (bundle, policy) = (self.bundle(), self.dir.join("policy.txt"));
        if !bundle.join("head.json").exists() {
            return;
        }
        let verdict = countersign(&[
            "verify".as_ref(),
            bundle.as_os_str(),
            "--policy".as_ref(),
            policy.as_os_str(),
        ]);
        assert_eq!(verdict.status, 0, "{context}: {}{}", verdict.out, verdict.err);
    }

    /// Lets every client come to an end, stops the last server as one should, and counts.
    fn end(mut self) -> usize {
        let (server, _) = self.start("at the end", |_, _| {});
        self.acknowledged.over.store(true, Ordering::Relaxed);
        let clients = std::mem::take(&mut self.clients);
        self.runtime.block_on(clients.join_all());
        let receipts = self.acknowledged.receipts.lock().unwrap().clone();
        let size = self.before + receipts.len();
        while self.published() != Some(size) {
            thread::yield_now();
        }
        assert!(server.stop().success());
        self.check_bundle("after a clean stop");
        self.check_log(size, &receipts);
        receipts.len()
    }

    /// How many records the published log has.
    fn published(&self) -> Option<usize> {
        let checkpoint = fs::read(self.bundle().join("checkpoint")).ok()?;
        usize::try_from(self.policy.accept(&checkpoint).unwrap().checkpoint.size).ok()
    }

    /// The published log has each record once, where its receipt says, and never had another past.
    fn check_log(&self, size: usize, receipts: &Receipts) {
        let read = |path: String| fs::read(self.bundle().join(path)).ok();
        let log = read_log(size as u64, |tile| read(tile.to_string())).unwrap();
        assert_eq!(log.entries.iter().collect::<BTreeSet<_>>().len(), size, "doubled");
        for (id, receipt) in receipts {
            let receipt: Proof = receipt.parse().unwrap();
            let accepted = receipt.verify_under(id.as_bytes(), &self.policy).unwrap();
            let place = usize::try_from(receipt.index()).unwrap();
            assert_eq!(log.entries[place], *id.as_bytes(), "{id} at {place}");
            let then = accepted.checkpoint;
            assert_eq!(log.tree.root_at(then.size), Ok(then.root), "the log forked");
        }
    }
}

/// Receipts, fetched again, are the same to the last byte.
fn check_receipts(receipts: &Receipts, url: &str, context: &str) {
    let fetcher = Fetcher::default();
    for (id, receipt) in receipts {
        let again = fetcher.fetch(&format!("{url}/v1/receipts/{id}"), 1 << 16);
        let again = again.unwrap_or_else(|error| panic!("{context}: {error}"));
        assert_eq!(String::from_utf8(again).unwrap(), *receipt, "{context}: {id}");
    }
}

/// A random moment. Nothing waits for it to be over, so it need not be exact.
fn wait(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        thread::yield_now();
    }
}

/// One client: it sends the next record when it holds the receipt of the last one.
async fn send_all(
    mut stations: Stations,
    acknowledged: Arc<Acknowledged>,
    mut server: watch::Receiver<Option<Sender>>,
) {
    while !acknowledged.over.load(Ordering::Relaxed) {
        let signed = stations.next();
        let receipt = send(&signed.note, &mut server).await;
        acknowledged.receipts.lock().unwrap().insert(signed.id, receipt);
        acknowledged.count.send_modify(|count| *count += 1);
    }
}

/// Sends one record to one server after the other until there is a receipt.
async fn send(note: &[u8], server: &mut watch::Receiver<Option<Sender>>) -> String {
    loop {
        let sender = server.borrow_and_update().clone();
        let sending = async {
            match sender {
                Some(sender) => sender.send(note.to_vec()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            sent = sending => match sent.unwrap() {
                Sent::New(receipt) | Sent::Known(receipt) => return receipt,
                Sent::Fork(_) => panic!("a record sent again became a fork"),
            },
            changed = server.changed() => changed.unwrap(),
        }
    }
}
