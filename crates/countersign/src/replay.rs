//! `countersign replay`: a recorded night through the real intake, signed as it would have been.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use formats::NightEntry;
use http::client::{Fetcher, Sender, Sent};
use rehearsal::{Rehearsal, Signer};
use tally::Rulebook;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};

use crate::{
    args::{ReplayArgs, Speed},
    clock, definition,
    exit::Stop,
    folder, progress, say, serve,
};

/// How many stations send at the same time.
const CONNECTIONS: usize = 32;
/// How long a station goes on trying.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most that a server says of its seed.
const MAX_SEED: u64 = 1 << 10;

pub(crate) fn run(args: &ReplayArgs) -> Result<ExitCode, Stop> {
    let night = folder::night(&args.folder)?;
    let entries = folder::until(&night, args.until.as_deref())?.to_vec();
    let server = args.server.trim_end_matches('/').to_owned();
    let target = Target::find(&server)?;
    let (speed, hold) = (args.speed, args.hold);
    let sent = serve::runtime()?.block_on(async {
        let replay = Replay::new(&server, target)?;
        if !hold {
            replay.release().await?;
        }
        replay.send_all(entries, speed, async |done, total| format!("{done} of {total} sent")).await
    })?;
    progress::done();
    say::line(format_args!(
        "{} records sent and receipted, {} of them known already",
        sent.all, sent.known
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What a server says of itself: its definition, and the seed of its rehearsal.
pub(crate) struct Target {
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) rehearsal: Rehearsal,
}

impl Target {
    fn find(server: &str) -> Result<Self, Stop> {
        let fetcher = Fetcher::default();
        let rulebook = definition::of_server(server)?;
        let seed = fetcher.fetch(&format!("{server}/v1/rehearsal"), MAX_SEED).map_err(|error| {
            Stop::input(format_args!("{error}: a recorded night can only be replayed into a rehearsal that listens on its own machine"))
        })?;
        let seed: serde_json::Value = serde_json::from_slice(&seed).map_err(Stop::input)?;
        let seed = seed.get("seed").and_then(|s| s.as_str()).unwrap_or_default();
        let seed: record::Digest = seed.parse().map_err(Stop::input)?;
        Ok(Self { rulebook, rehearsal: Rehearsal { seed: *seed.as_bytes() } })
    }

    /// Who writes for this server.
    pub(crate) fn signer(&self) -> Signer {
        Signer::new(Arc::clone(&self.rulebook), self.rehearsal)
    }
}

/// How many records were receipted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SentCount {
    pub(crate) all: usize,
    pub(crate) known: usize,
}

/// A night on its way.
pub(crate) struct Replay {
    target: Target,
    sender: Sender,
    done: Arc<AtomicUsize>,
}

impl Replay {
    pub(crate) fn new(server: &str, target: Target) -> Result<Self, Stop> {
        let sender = Sender::new(server, CONNECTIONS, PATIENCE).map_err(Stop::input)?;
        Ok(Self { target, sender, done: Arc::default() })
    }

    /// Releases the whole election; the release moment is past.
    pub(crate) async fn release(&self) -> Result<(), Stop> {
        let release = self.target.signer().release().map_err(Stop::failed)?;
        self.sender.send(release.note).await.map(|_| ()).map_err(Stop::failed)
    }

    /// Sends everything. What one unit hands in stays in its order; different units do not wait
    /// for each other.
    pub(crate) async fn send_all(
        &self,
        entries: Vec<NightEntry>,
        speed: Speed,
        line: impl AsyncFn(usize, usize) -> String,
    ) -> Result<SentCount, Stop> {
        let total = entries.len();
        let mut stations = JoinSet::new();
        let queues = (0..CONNECTIONS).map(|_| self.open_station(&mut stations)).collect();
        let feeding = feed(entries, speed, queues);
        let watching = async {
            loop {
                progress::show(&line(self.done.load(Ordering::Relaxed), total).await);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let sending = async {
            feeding.await;
            join(stations).await
        };
        tokio::select! {
            sent = sending => sent,
            () = watching => Ok(SentCount::default()),
        }
    }
}

impl Replay {
    /// A place from which some of the units send, and the way to give it work.
    fn open_station(
        &self,
        stations: &mut JoinSet<Result<SentCount, Stop>>,
    ) -> mpsc::Sender<NightEntry> {
        let (queue, inbox) = mpsc::channel(8);
        let station = Station {
            signer: self.target.signer(),
            sender: self.sender.clone(),
            done: Arc::clone(&self.done),
        };
        stations.spawn(station.run(inbox));
        queue
    }
}

/// Gives each entry to the station that sends for its unit, at its time.
async fn feed(entries: Vec<NightEntry>, speed: Speed, queues: Vec<mpsc::Sender<NightEntry>>) {
    let pace = Pace::new(speed, &entries);
    for entry in entries {
        pace.wait(&entry).await;
        let mut hash = DefaultHasher::new();
        entry.unit.hash(&mut hash);
        let place = usize::try_from(hash.finish() % CONNECTIONS as u64).unwrap_or(0);
        let Some(queue) = queues.get(place) else { return };
        // A station that stopped says why when it is joined.
        if queue.send(entry).await.is_err() {
            return;
        }
    }
}

async fn join(mut stations: JoinSet<Result<SentCount, Stop>>) -> Result<SentCount, Stop> {
    let mut sum = SentCount::default();
    while let Some(ended) = stations.join_next().await {
        let sent = ended.map_err(Stop::failed)??;
        sum = SentCount { all: sum.all + sent.all, known: sum.known + sent.known };
    }
    Ok(sum)
}

/// When each entry is sent.
struct Pace {
    start: Instant,
    first: Option<i64>,
    speed: Speed,
}

impl Pace {
    fn new(speed: Speed, entries: &[NightEntry]) -> Self {
        let first = entries.iter().find_map(|entry| entry.at).map(election::Instant::seconds);
        Self { start: Instant::now(), first, speed }
    }

    async fn wait(&self, entry: &NightEntry) {
        if let (Speed::Times(times), Some(first), Some(at)) = (self.speed, self.first, entry.at) {
            let seconds = u64::try_from(at.seconds().saturating_sub(first)).unwrap_or(0);
            let after = Duration::from_secs(seconds) / times;
            tokio::time::sleep_until(self.start + after).await;
        }
    }
}

/// Those units whose records go one after the other.
struct Station {
    signer: Signer,
    sender: Sender,
    done: Arc<AtomicUsize>,
}

impl Station {
    async fn run(mut self, mut inbox: mpsc::Receiver<NightEntry>) -> Result<SentCount, Stop> {
        let mut count = SentCount::default();
        while let Some(entry) = inbox.recv().await {
            // Making keys and signing takes most of a millisecond: not on the sockets' thread.
            let mut signer = self.signer;
            let signing = tokio::task::spawn_blocking(move || {
                let signed = signer.record(&entry, clock::now());
                (signer, entry.unit, signed)
            });
            let (signer, unit, signed) = signing.await.map_err(Stop::failed)?;
            self.signer = signer;
            let sent = self.sender.send(signed.map_err(Stop::failed)?.note).await;
            let sent = sent.map_err(|e| Stop::failed(format_args!("{unit}: {e}")))?;
            count.all += 1;
            count.known += usize::from(matches!(sent, Sent::Known(_)));
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(count)
    }
}
