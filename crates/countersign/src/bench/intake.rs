//! The way in: HTTP on loopback, two signatures a record, a log on the disk. Clients, server and
//! disk share the same cores, as the floor does: the signature checks of the same records alone.
//!
//! ```text
//! round 1   floor: check all of it      then send all of it, 64 clients
//! round 2   floor …                     a machine that gets busy slows both
//! ```

use std::{
    net::SocketAddr,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, Instant},
};

use http::client::{Sender, Sent};
use tally::Keys;
use tokio::task::JoinSet;

use super::{
    Goal, Measured, disk, records,
    setting::{Scratch, Setting},
};
use crate::{
    exit::Stop,
    progress,
    serve::{self, Door},
};

/// Stations that send at the same time, one record after the other.
const CLIENTS: usize = 64;
/// Committees that send many records at a time: together not more than wait in the server's queue.
const BATCH_CLIENTS: usize = 8;
/// Records in one of their requests.
const BATCH: usize = 100;
/// How long a client goes on trying.
const PATIENCE: Duration = Duration::from_secs(60);
/// The share of the signature checks alone that taking records in must reach.
const SHARE: f64 = 0.5;

/// How records are sent.
#[derive(Clone, Copy)]
enum Way {
    Single,
    Batch,
}

/// What one way of sending came to.
#[derive(Default)]
struct Run {
    fsync: f64,
    records: usize,
    sending: Duration,
    checking: Duration,
    /// Of each request.
    latencies: Vec<Duration>,
}

pub(super) fn single(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    let mut run = measure(setting, Way::Single)?;
    let (rate, p99) = (run.rate(), run.p99().as_secs_f64() * 1e3);
    let fast_disk = run.fsync < 0.5e-3;
    let least = if fast_disk { 10_000.0 } else { 0.7 * CLIENTS as f64 / (2.0 * run.fsync) };
    let words = format!(
        "at least {SHARE} of the floor; at an fsync of {:.2} ms at least {least:.0}",
        run.fsync * 1e3
    );
    let goal = Goal::new(words, rate >= least && rate >= SHARE * run.floor());
    let floor = Some(run.floor());
    let p99_goal = Goal::new("under 25 where an fsync takes under 0.5 ms", p99 < 25.0);
    Ok(vec![
        Measured { name: "intake", value: rate, unit: "records/s", floor, goal },
        Measured {
            name: "intake-p99",
            value: p99,
            unit: "ms",
            floor: None,
            goal: p99_goal.filter(|_| fast_disk),
        },
    ])
}

pub(super) fn batch(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    let run = measure(setting, Way::Batch)?;
    let (value, floor) = (run.rate(), run.floor());
    let goal = Goal::new(format!("at least {SHARE} of the floor"), value >= SHARE * floor);
    Ok(vec![Measured { name: "batch", value, unit: "records/s", floor: Some(floor), goal }])
}

impl Run {
    /// Acknowledged records a second.
    fn rate(&self) -> f64 {
        self.records as f64 / self.sending.as_secs_f64()
    }

    /// Records a second whose signatures were checked and nothing else.
    fn floor(&self) -> f64 {
        self.records as f64 / self.checking.as_secs_f64()
    }

    fn p99(&mut self) -> Duration {
        self.latencies.sort_unstable();
        let at = self.latencies.len() * 99 / 100;
        self.latencies.get(at).copied().unwrap_or_default()
    }
}

fn measure(setting: &Setting, way: Way) -> Result<Run, Stop> {
    let scratch = setting.rehearsal()?;
    let fsync = disk::median_seconds(&scratch)?;
    serve::runtime()?.block_on(async {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let (door, _) = Door::open(scratch.path(), any_port, &[]).await?;
        let run = send(setting, &scratch, &door, way).await?;
        door.close().await;
        Ok(Run { fsync, ..run })
    })
}

async fn send(setting: &Setting, scratch: &Scratch, door: &Door, way: Way) -> Result<Run, Stop> {
    let name = match way {
        Way::Single => "intake",
        Way::Batch => "batch",
    };
    progress::show(&format!("{name}: signing"));
    let target = Arc::new(scratch.target(door.intake.rulebook())?);
    let rounds = records::sign(&target, &setting.night()?, setting.threads)?;
    let keys = door.intake.look(|desk| Arc::clone(desk.ledger().keys())).await;
    let keys = keys.map_err(Stop::failed)?;
    let sender = Sender::new(&door.url(), CLIENTS, PATIENCE).map_err(Stop::failed)?;
    let mut run = Run::default();
    for (number, notes) in (1..).zip(rounds) {
        progress::show(&format!("{name}: round {number}, {} records", notes.len()));
        run.records += notes.len();
        run.checking += check(&keys, &notes, setting.threads)?;
        let started = Instant::now();
        run.latencies.extend(send_round(&sender, notes, way).await?);
        run.sending += started.elapsed();
    }
    Ok(run)
}

/// The floor: the signatures of the same records.
fn check(keys: &Keys, notes: &[Vec<u8>], threads: NonZeroUsize) -> Result<Duration, Stop> {
    let started = Instant::now();
    let held = verify::check_signatures(keys, notes, threads);
    let elapsed = started.elapsed();
    if held < notes.len() {
        let records = notes.len();
        return Err(Stop::failed(format_args!("{held} signatures hold of {records} records")));
    }
    Ok(elapsed)
}

async fn send_round(sender: &Sender, notes: Vec<Vec<u8>>, way: Way) -> Result<Vec<Duration>, Stop> {
    let clients = match way {
        Way::Single => CLIENTS,
        Way::Batch => BATCH_CLIENTS,
    };
    let mut queues = vec![Vec::new(); clients];
    for (place, note) in notes.into_iter().enumerate() {
        if let Some(queue) = queues.get_mut(place % clients) {
            queue.push(note);
        }
    }
    let mut sending = JoinSet::new();
    for queue in queues {
        let sender = sender.clone();
        sending.spawn(async move {
            match way {
                Way::Single => send_each(&sender, queue).await,
                Way::Batch => send_batches(&sender, queue).await,
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(sent) = sending.join_next().await {
        latencies.extend(sent.map_err(Stop::failed)??);
    }
    Ok(latencies)
}

async fn send_each(sender: &Sender, notes: Vec<Vec<u8>>) -> Result<Vec<Duration>, Stop> {
    let mut latencies = Vec::with_capacity(notes.len());
    for note in notes {
        let started = Instant::now();
        acknowledged(sender.send(note).await)?;
        latencies.push(started.elapsed());
    }
    Ok(latencies)
}

async fn send_batches(sender: &Sender, notes: Vec<Vec<u8>>) -> Result<Vec<Duration>, Stop> {
    let notes = notes.into_iter().map(String::from_utf8).collect::<Result<Vec<_>, _>>();
    let notes = notes.map_err(Stop::failed)?;
    let mut latencies = Vec::new();
    for batch in notes.chunks(BATCH) {
        let started = Instant::now();
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        let answers = sender.send_all(&batch).await.map_err(Stop::failed)?;
        latencies.push(started.elapsed());
        answers.into_iter().try_for_each(acknowledged)?;
    }
    Ok(latencies)
}

/// A number of records counts only when every one of them has its receipt.
fn acknowledged(sent: Result<Sent, http::client::SendError>) -> Result<(), Stop> {
    match sent.map_err(Stop::failed)? {
        Sent::New(_) => Ok(()),
        other => Err(Stop::failed(format_args!("expected a new record, found {other:?}"))),
    }
}
