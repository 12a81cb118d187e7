//! Verifying: a whole night is played into a folder, published, and checked as anyone would. The
//! floor is the check of the same signatures alone, on as many threads.

use std::{
    cell::RefCell,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tally::Keys;
use verify::{Options, Pages, Progress, Stage};

use super::{
    Goal, Measured, median,
    setting::{Scratch, Setting},
};
use crate::{
    args::Speed,
    exit::Stop,
    places::Places,
    progress,
    replay::Replay,
    serve::{self, Server},
    sources::Disk,
    verdict::read_policy,
};

/// So often is the bundle verified.
const TIMES: usize = 3;

pub(super) fn run(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    let scratch = setting.rehearsal()?;
    let log = serve::runtime()?.block_on(play(setting, &scratch))?;
    let (mut floors, mut records, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for time in 1..=TIMES {
        progress::show(&format!("verify: {time} of {TIMES}"));
        let started = Instant::now();
        let held = verify::check_signatures(&log.keys, &log.notes, setting.threads);
        floors.push(started.elapsed().as_secs_f64());
        if held < log.notes.len() {
            return Err(Stop::failed(format_args!("only {held} signatures hold")));
        }
        let timed = verify_once(setting, &scratch)?;
        records.push(timed.records.as_secs_f64());
        wholes.push(timed.whole.as_secs_f64());
    }
    let (value, floor) = (median(records), median(floors));
    let goal = Goal::new("at most 1.15 of the floor", value <= 1.15 * floor);
    let records = Measured { name: "verify-records", value, unit: "s", floor: Some(floor), goal };
    let value = median(wholes);
    let goal = Goal::new("under 1.5 s", value < 1.5);
    let whole = Measured { name: "verify-bundle", value, unit: "s", floor: Some(floor), goal };
    Ok(vec![records, whole])
}

/// What the floor is measured with.
struct Played {
    keys: Arc<Keys>,
    notes: Vec<Vec<u8>>,
}

/// Sends the night, releases it, and waits until all of it is published.
async fn play(setting: &Setting, scratch: &Scratch) -> Result<Played, Stop> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut server = Server::start(scratch.path(), any_port, &[]).await?;
    let replay = Replay::new(&server.url(), scratch.target(server.intake.rulebook())?)?;
    replay.release().await?;
    let line = async |sent, total| format!("verify: making the bundle, {sent} of {total} sent");
    replay.send_all(setting.night()?, Speed::Max, line).await?;
    let export = server.intake.export(0).await.map_err(Stop::failed)?;
    let keys = server.intake.look(|desk| Arc::clone(desk.ledger().keys())).await;
    progress::show("verify: publishing");
    server.until_published(export.size).await?;
    server.stop().await;
    // The definition is pinned by its hash; verifying it checks no signature.
    let notes = export.entries.into_iter().skip(1).filter_map(|entry| entry.note);
    Ok(Played { keys: keys.map_err(Stop::failed)?, notes: notes.collect() })
}

struct Timed {
    /// Checkpoint, tiles, packs, signatures, fold.
    records: Duration,
    /// With every file read and hashed, and the figures drawn again.
    whole: Duration,
}

fn verify_once(setting: &Setting, scratch: &Scratch) -> Result<Timed, Stop> {
    let places = Places::new(scratch.path());
    let started = Instant::now();
    let policy = read_policy(&places.policy())?;
    let options =
        Options { policy: Some(&policy), seen: None, pages: Pages::Hash, threads: setting.threads };
    let parts = RefCell::new(Vec::new());
    let part = |now: Progress| {
        if now.done == 0 {
            parts.borrow_mut().push((now.stage, started.elapsed()));
        }
    };
    let report = verify::verify(&Disk::open(&places.bundle())?, &options, &part);
    let whole = started.elapsed();
    if let Some(failure) = report.failed.first() {
        return Err(Stop::failed(format_args!("{}: {}", failure.file, failure.found)));
    }
    let parts = parts.into_inner();
    let begin = |stage| parts.iter().find(|(part, _)| *part == stage).map(|(_, at)| *at);
    let span = begin(Stage::Figures).zip(begin(Stage::Log));
    let records = span.map(|(end, start)| end.saturating_sub(start));
    let records = records.ok_or_else(|| Stop::failed("verify says when it comes to the log"))?;
    Ok(Timed { records, whole })
}
