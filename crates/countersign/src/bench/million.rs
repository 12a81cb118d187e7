//! Verifying a country of a million stations, two signatures and two keys each, in the memory that
//! was promised: 300 MB and 128 bytes a key. Its floor is the check of the same signatures alone.
//!
//! The bundle is made for this and has no pages. It is verified by the program itself, as anyone
//! would, and what that holds at most is read from the system while it runs.

mod made;

use std::{
    env, fs,
    num::NonZeroUsize,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tally::Keys;

use super::{
    Goal, Measured,
    setting::{Scratch, Setting},
};
use crate::{exit::Stop, progress};
use made::Made;

/// How often what the verifier holds is read: it grows for minutes, and the most is told to the end.
const STEP: Duration = Duration::from_millis(5);
/// How often the floor may be passed in time.
const RATIO: f64 = 1.3;
/// What may be held beside the keys, in bytes.
const BASE: f64 = 300e6;
/// What may be held of each key, in bytes.
const OF_A_KEY: f64 = 128.0;

pub(super) fn run(setting: &Setting) -> Result<Vec<Measured>, Stop> {
    let scratch = Scratch::new()?;
    let made = made::make(scratch.path(), setting)?;
    let floor = signatures_alone(&made, setting.threads)?;
    progress::show("verify-million: verifying");
    let Verified { seconds, most } = verify(scratch.path())?;
    let goal = Goal::new("at most 1.3 of the floor", seconds <= RATIO * floor);
    let (name, unit) = ("verify-million", "s");
    let time = Measured { name, value: seconds, unit, floor: Some(floor), goal };
    let allowed = BASE + OF_A_KEY * made.keys.all().len() as f64;
    let memory = most.map(|most| {
        let goal = Goal::new(format!("at most {:.0} MB", allowed / 1e6), most <= allowed);
        let (name, unit) = ("verify-million-memory", "MB");
        let whole = Measured { name, value: most / 1e6, unit, floor: None, goal };
        let (name, unit) = ("verify-million-station", "bytes");
        let value = most / setting.stations.get() as f64;
        [whole, Measured { name, value, unit, floor: None, goal: None }]
    });
    Ok([time].into_iter().chain(memory.into_iter().flatten()).collect())
}

/// Seconds that the signatures of all records take, pack by pack: together they are larger than
/// memory may be.
fn signatures_alone(made: &Made, threads: NonZeroUsize) -> Result<f64, Stop> {
    let mut taken = Duration::ZERO;
    let keys: &Arc<Keys> = &made.keys;
    for (number, path) in made.packs.iter().enumerate() {
        if number % 100 == 0 {
            let all = made.packs.len();
            progress::show(&format!("verify-million: signatures alone, {number} of {all} packs"));
        }
        let bytes = fs::read(path).map_err(|e| Stop::file(path, e))?;
        let entries = publish::read_pack(&bytes).map_err(|e| Stop::file(path, e))?;
        // The definition is pinned by its hash; verifying it checks no signature.
        let signed = entries.into_iter().filter(|entry| entry.position > 0);
        let notes: Vec<Vec<u8>> = signed.map(|entry| entry.note.to_vec()).collect();
        let started = Instant::now();
        let held = verify::check_signatures(keys, &notes, threads);
        taken += started.elapsed();
        if held < notes.len() {
            return Err(Stop::failed(format_args!("only {held} signatures hold")));
        }
    }
    Ok(taken.as_secs_f64())
}

/// What a verification came to.
struct Verified {
    seconds: f64,
    /// What it held at most, in bytes, where the system says it.
    most: Option<f64>,
}

/// `countersign verify`, and what it holds while it runs.
fn verify(dir: &Path) -> Result<Verified, Stop> {
    let program = env::current_exe().map_err(Stop::failed)?;
    let mut command = Command::new(program);
    command.arg("verify").arg(made::bundle(dir)).arg("--policy").arg(made::policy(dir));
    let mut child = command.arg("--json").stdout(Stdio::piped()).spawn().map_err(Stop::failed)?;
    let mut most = None;
    while child.try_wait().map_err(Stop::failed)?.is_none() {
        most = held_at_most(&child).or(most);
        thread::sleep(STEP);
    }
    let output = child.wait_with_output().map_err(Stop::failed)?;
    let answer: Value = serde_json::from_slice(&output.stdout).map_err(Stop::failed)?;
    match answer.get("seconds").and_then(Value::as_f64).filter(|_| output.status.success()) {
        Some(seconds) => Ok(Verified { seconds, most }),
        None => Err(Stop::failed(format_args!("what was made does not hold: {answer}"))),
    }
}

/// What a process has held at most so far, in bytes.
fn held_at_most(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0)
}
