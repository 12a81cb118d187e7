//! Appending: records that are checked already go through the one writer, in process, by 128 clients
//! that each wait for their receipt. Judging, tree, checkpoint, transaction, receipt and at the end
//! the tiles are included. The floor is the bare group commit: the same clients, the same bytes, the
//! same transactions, and nothing else.

use std::{
    num::NonZeroUsize,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use desk::Checked;
use http::room::{Admit, Job, Room, Taken};
use store::{
    files,
    log::{Log, NewEntry, SignedCheckpoint, UnixMillis},
    writer::{Refused, Sender, Sequencer, Writer},
};
use tally::{Keys, Rulebook};
use tlog::tile;
use tokio::{sync::oneshot, task::JoinSet};

use super::{
    Goal, Measured, disk, records,
    setting::{Scratch, Setting},
};
use crate::{clock, exit::Stop, places::Places, progress, serve};

/// Stations that hand in at the same time, one record after the other.
const CLIENTS: usize = 128;
/// Room in the writer's queue: nobody is ever turned away.
const CAPACITY: NonZeroUsize = match NonZeroUsize::new(2 * CLIENTS) {
    Some(capacity) => capacity,
    None => NonZeroUsize::MIN,
};
/// The share of the bare group commit that must be reached.
const SHARE: f64 = 0.8;
/// Records a second that must be reached where the disk allows it.
const LEAST: f64 = 50_000.0;

/// What one way of appending came to.
struct Run {
    records: usize,
    taken: Duration,
    latencies: Vec<Duration>,
    commits: u64,
}

pub(super) fn run(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    let scratch = setting.rehearsal()?;
    let fsync = disk::median_seconds(&scratch)?;
    let checked = prepare(setting, &scratch)?;
    progress::show("append: bare group commit");
    let floor = bare(&scratch, &checked)?;
    progress::show("append: through the writer");
    let mut run = whole(&scratch, checked)?;
    let (rate, p99) = (run.rate(), run.p99().as_secs_f64() * 1e3);
    let is_fast = fsync < 0.5e-3;
    let least = if is_fast { LEAST } else { 0.0 };
    let words = format!("at least {SHARE} of the floor; under an fsync of 0.5 ms {LEAST:.0}/s");
    let goal = Goal::new(words, rate >= SHARE * floor.rate() && rate >= least);
    let p99_goal = Goal::new("under 25 where an fsync takes under 0.5 ms", p99 < 25.0);
    let commits = run.commits as f64 / run.records as f64 * 1e3;
    let few = Goal::new("one for each batch, as in the floor", run.commits <= 2 * floor.commits);
    Ok(vec![
        Measured {
            name: "append",
            value: rate,
            unit: "records/s",
            floor: Some(floor.rate()),
            goal,
        },
        Measured {
            name: "append-p99",
            value: p99,
            unit: "ms",
            floor: None,
            goal: p99_goal.filter(|_| is_fast),
        },
        Measured {
            name: "append-fsyncs",
            value: commits,
            unit: "per 1000 records",
            floor: Some(floor.commits as f64 / floor.records as f64 * 1e3),
            goal: few,
        },
    ])
}

impl Run {
    fn rate(&self) -> f64 {
        self.records as f64 / self.taken.as_secs_f64()
    }

    fn p99(&mut self) -> Duration {
        self.latencies.sort_unstable();
        self.latencies.get(self.latencies.len() * 99 / 100).copied().unwrap_or_default()
    }
}

/// Signs a night three times over and checks the signatures, before anything is measured.
fn prepare(setting: &Setting, scratch: &Scratch) -> Result<Vec<Vec<Checked>>, Stop> {
    progress::show("append: signing");
    let (_, room) = open(scratch)?;
    let rulebook = Arc::clone(room.desk().ledger().rulebook());
    let target = Arc::new(scratch.target(&rulebook)?);
    let rounds = records::sign(&target, &setting.night()?, setting.threads)?;
    progress::show("append: checking the signatures");
    let keys: &Keys = room.desk().ledger().keys();
    let rounds = rounds.iter().map(|notes| check_all(&rulebook, keys, notes, setting.threads));
    rounds.collect()
}

fn check_all(
    rulebook: &Rulebook,
    keys: &Keys,
    notes: &[Vec<u8>],
    threads: NonZeroUsize,
) -> Result<Vec<Checked>, Stop> {
    let check = |note: &Vec<u8>| Checked::check(rulebook, keys, note.clone()).map_err(Stop::failed);
    let share = notes.len().div_ceil(threads.get()).max(1);
    let parts: Vec<Result<Vec<Checked>, Stop>> = thread::scope(|scope| {
        let parts: Vec<_> = notes
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(check).collect()))
            .collect();
        let broken = || Err(Stop::failed("a thread that checks has stopped"));
        parts.into_iter().map(|part| part.join().unwrap_or_else(|_| broken())).collect()
    });
    let parts: Vec<Vec<Checked>> = parts.into_iter().collect::<Result<_, _>>()?;
    Ok(parts.into_iter().flatten().collect())
}

fn open(scratch: &Scratch) -> Result<(Log, Room), Stop> {
    let places = Places::new(scratch.path());
    let log = Log::open(&places.log()).map_err(Stop::failed)?;
    let key = places.ed25519("log", &serve::origin(scratch.path())?)?;
    let room = Room::open(&log, key, Box::new(clock::now)).map_err(Stop::failed)?;
    Ok((log, room))
}

/// Through the writer, and the tiles of what came in.
fn whole(scratch: &Scratch, checked: Vec<Vec<Checked>>) -> Result<Run, Stop> {
    let (log, room) = open(scratch)?;
    let (from, commits) = (room.desk().size(), log.commits());
    let (writer, sender) = Writer::spawn(log, room, CAPACITY).map_err(Stop::failed)?;
    let records = checked.iter().map(Vec::len).sum();
    let started = Instant::now();
    let latencies = send_all(&sender, checked, |checked, reply| {
        Job::Admit(Admit { checked, reply, place: None })
    })?;
    let (log, room) = writer.stop();
    write_tiles(scratch, &room, from)?;
    let (taken, commits) = (started.elapsed(), log.commits() - commits);
    let latencies = latencies.into_iter().map(|(answer, latency)| match answer {
        Ok(Taken::New(_)) => Ok(latency),
        other => Err(Stop::failed(format_args!("expected a new record, found {other:?}"))),
    });
    Ok(Run { records, taken, latencies: latencies.collect::<Result<_, _>>()?, commits })
}

/// The tiles that publishing the new entries takes.
fn write_tiles(scratch: &Scratch, room: &Room, from: u64) -> Result<(), Stop> {
    let size = room.desk().size();
    let ids = (0..size).filter_map(|position| room.desk().id(position));
    let ids: Vec<[u8; 32]> = ids.map(|id| *id.as_bytes()).collect();
    for tile in tile::new_tiles(from, size) {
        let bytes = tile.bytes(room.desk().tree(), &ids).map_err(Stop::failed)?;
        let path = scratch.path().join(tile.to_string().replace('/', "-"));
        files::write_scratch(&path, &bytes).map_err(Stop::failed)?;
    }
    Ok(())
}

/// Nothing but transactions.
struct Bare {
    size: u64,
}

struct BareJob {
    id: [u8; 32],
    note: Vec<u8>,
    reply: oneshot::Sender<bool>,
}

impl Sequencer for Bare {
    type Job = BareJob;

    fn sequence(&mut self, log: &mut Log, jobs: Vec<BareJob>) {
        let entries = jobs.iter().map(|job| NewEntry {
            id: job.id,
            note: &job.note,
            received: UnixMillis(0),
        });
        let entries: Vec<NewEntry<'_>> = entries.collect();
        let size = self.size + entries.len() as u64;
        // As long as a checkpoint of this log.
        let checkpoint = SignedCheckpoint { size, note: vec![b'-'; 230] };
        let held = log.append(self.size, &entries, &checkpoint).is_ok();
        self.size = if held { size } else { self.size };
        for job in jobs {
            let _ = job.reply.send(held);
        }
    }
}

fn bare(scratch: &Scratch, checked: &[Vec<Checked>]) -> Result<Run, Stop> {
    let job = |one: &Checked| (*one.id().as_bytes(), one.note().to_vec());
    let jobs: Vec<Vec<_>> = checked.iter().map(|round| round.iter().map(job).collect()).collect();
    let log = Log::create(&scratch.path().join("bare.db")).map_err(Stop::failed)?;
    let (writer, sender) = Writer::spawn(log, Bare { size: 0 }, CAPACITY).map_err(Stop::failed)?;
    let records = jobs.iter().map(Vec::len).sum();
    let started = Instant::now();
    let latencies = send_all(&sender, jobs, |(id, note), reply| BareJob { id, note, reply })?;
    let taken = started.elapsed();
    let (log, _) = writer.stop();
    if latencies.iter().any(|(held, _)| !held) {
        return Err(Stop::failed("a bare transaction failed"));
    }
    let latencies = latencies.into_iter().map(|(_, latency)| latency).collect();
    Ok(Run { records, taken, latencies, commits: log.commits() })
}

/// Every client sends its share, one after the other, each when the one before was answered. A
/// unit's records are always the same client's, so that a correction follows what it corrects.
fn send_all<T, J, A>(
    sender: &Sender<J>,
    rounds: Vec<Vec<T>>,
    job: impl Fn(T, oneshot::Sender<A>) -> J + Copy + Send + 'static,
) -> Result<Vec<(A, Duration)>, Stop>
where
    T: Send + 'static,
    J: Send + 'static,
    A: Send + 'static,
{
    let mut queues: Vec<Vec<T>> = (0..CLIENTS).map(|_| Vec::new()).collect();
    for (place, item) in rounds.into_iter().flat_map(|round| round.into_iter().enumerate()) {
        if let Some(queue) = queues.get_mut(place % CLIENTS) {
            queue.push(item);
        }
    }
    serve::runtime()?.block_on(async {
        let mut clients = JoinSet::new();
        for queue in queues {
            clients.spawn(send_each(sender.clone(), queue, job));
        }
        let mut answers = Vec::new();
        while let Some(sent) = clients.join_next().await {
            answers.extend(sent.map_err(Stop::failed)??);
        }
        Ok(answers)
    })
}

async fn send_each<T, J, A>(
    sender: Sender<J>,
    queue: Vec<T>,
    job: impl Fn(T, oneshot::Sender<A>) -> J,
) -> Result<Vec<(A, Duration)>, Stop> {
    let mut answers = Vec::with_capacity(queue.len());
    for item in queue {
        let (reply, answer) = oneshot::channel();
        let started = Instant::now();
        match sender.try_send(job(item, reply)) {
            Ok(()) => answers.push((answer.await.map_err(Stop::failed)?, started.elapsed())),
            Err(Refused::Full(_)) => return Err(Stop::failed("the writer's queue is full")),
            Err(Refused::Stopped(_)) => return Err(Stop::failed("the writer has stopped")),
        }
    }
    Ok(answers)
}
