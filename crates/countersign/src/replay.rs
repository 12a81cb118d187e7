//! `countersign replay`: a recorded night through the real intake, signed as it would have been.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use election::Election;
use formats::{NightEntry, What};
use http::client::{Fetcher, Sender, Sent};
use record::{
    Body, Draft, Record, RecordId,
    body::{Release, Returns, Turnout},
    note::SigningKey,
};
use tally::Rulebook;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};

use crate::{
    args::{ReplayArgs, Speed},
    clock,
    exit::Stop,
    folder, progress,
    rehearsal::Rehearsal,
    serve,
};

/// How many stations send at the same time.
const CONNECTIONS: usize = 32;
/// How long a station goes on trying.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest definition that is fetched.
const MAX_DEFINITION: u64 = 16 << 20;

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
    println!("{} records sent and receipted, {} of them known already", sent.all, sent.known);
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
        let fetch = |path: &str| fetcher.fetch(&format!("{server}{path}"), MAX_DEFINITION);
        let note = fetch("/v1/definition").map_err(Stop::input)?;
        let record = Record::parse(&note).map_err(Stop::input)?;
        let rulebook = Rulebook::new(&record).map_err(Stop::input)?;
        let seed = fetch("/v1/rehearsal").map_err(|error| {
            Stop::input(format_args!("{error}: no recorded night can be replayed into a live log"))
        })?;
        let seed: serde_json::Value = serde_json::from_slice(&seed).map_err(Stop::input)?;
        let seed = seed.get("seed").and_then(|s| s.as_str()).unwrap_or_default();
        let seed: record::Digest = seed.parse().map_err(Stop::input)?;
        Ok(Self { rulebook: Arc::new(rulebook), rehearsal: Rehearsal { seed: *seed.as_bytes() } })
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
    target: Arc<Target>,
    sender: Sender,
    done: Arc<AtomicUsize>,
}

impl Replay {
    pub(crate) fn new(server: &str, target: Target) -> Result<Self, Stop> {
        let sender = Sender::new(server, CONNECTIONS, PATIENCE).map_err(Stop::input)?;
        Ok(Self { target: Arc::new(target), sender, done: Arc::default() })
    }

    /// As many officers as must sign release the whole election; the release moment is past.
    pub(crate) async fn release(&self) -> Result<(), Stop> {
        let (rulebook, rehearsal) = (&self.target.rulebook, self.target.rehearsal);
        let election = rulebook.election();
        let root = election.units().get(election.units().root()).id.to_string();
        // The moment itself, and not now: so the same release, sent twice, is the same record.
        let made = rulebook.release_moment().seconds();
        let (definition, salt) = (rulebook.definition(), rehearsal.salt("release"));
        let body = Body::Release(Release { definition, made, salt, unit: root });
        let names = (1..=rulebook.officers_needed()).map(Rehearsal::officer);
        let keys = names.map(|name| rehearsal.key(&name)).collect::<Result<Vec<_>, _>>();
        let note = sign(&body, &keys.map_err(Stop::failed)?)?.1;
        self.sender.send(note).await.map(|_| ()).map_err(Stop::failed)
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
            signer: Signer::new(Arc::clone(&self.target)),
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
            let note = self.signer.record(&entry)?;
            let sent = self.sender.send(note).await;
            let sent = sent.map_err(|e| Stop::failed(format_args!("{}: {e}", entry.unit)))?;
            count.all += 1;
            count.known += usize::from(matches!(sent, Sent::Known(_)));
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(count)
    }
}

/// Makes the records of some units, each unit's in its order.
pub(crate) struct Signer {
    target: Arc<Target>,
    /// For each unit and channel, the last number and record.
    last: HashMap<(String, Arc<str>), (u32, Option<RecordId>)>,
}

impl Signer {
    pub(crate) fn new(target: Arc<Target>) -> Self {
        Self { target, last: HashMap::new() }
    }

    /// Both members sign what stands on their paper.
    pub(crate) fn record(&mut self, entry: &NightEntry) -> Result<Vec<u8>, Stop> {
        let unit = entry.unit.to_string();
        let key = (unit.clone(), Arc::clone(&entry.channel));
        let (before, prev) = self.last.get(&key).copied().unwrap_or((0, None));
        let seq = before + 1;
        let rehearsal = self.target.rehearsal;
        let salt = rehearsal.salt(&format!("{unit} {} {seq}", entry.channel));
        let body = self.body(entry, seq, prev, salt);
        let election = self.target.rulebook.election();
        let keys = members(election, &entry.channel, &unit, rehearsal).map_err(Stop::failed)?;
        let (id, note) = sign(&body, &keys)?;
        let returns = matches!(body, Body::Returns(_));
        self.last.insert(key, (seq, if returns { Some(id) } else { prev }));
        Ok(note)
    }

    fn body(
        &self,
        entry: &NightEntry,
        seq: u32,
        prev: Option<RecordId>,
        salt: record::Salt,
    ) -> Body {
        let definition = self.target.rulebook.definition();
        let (channel, unit) = (entry.channel.to_string(), entry.unit.to_string());
        let at = entry.at.map(election::Instant::seconds);
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        match &entry.what {
            What::Turnout { admitted } => Body::Turnout(Turnout {
                admitted: signed(*admitted),
                channel,
                definition,
                made: at.unwrap_or_else(|| clock::now().seconds()),
                salt,
                seq,
                unit,
            }),
            What::Returns { counts, .. } => Body::Returns(Returns {
                channel,
                counts: counts.iter().map(|(c, n)| (c.to_string(), signed(*n))).collect(),
                definition,
                devices: 2,
                made: at,
                photo: None,
                prev,
                reason: entry.reason.clone(),
                salt,
                seq,
                unit,
            }),
        }
    }
}

/// The keys of as many members of a unit as the channel asks for.
fn members(
    election: &Election,
    channel: &str,
    unit: &str,
    rehearsal: Rehearsal,
) -> Result<Vec<SigningKey>, record::note::KeyError> {
    let policy = election.head().signatures.channels.get(channel);
    let persons = policy.map_or(1, |policy| usize::from(policy.persons));
    (1..=persons).map(|number| rehearsal.key(&Rehearsal::member(unit, number))).collect()
}

fn sign(body: &Body, keys: &[SigningKey]) -> Result<(RecordId, Vec<u8>), Stop> {
    let draft = Draft::new(body).map_err(Stop::failed)?;
    let note = draft.sign(&keys.iter().collect::<Vec<_>>()).map_err(Stop::failed)?;
    Ok((draft.id(), note))
}
