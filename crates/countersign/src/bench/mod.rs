//! `countersign bench`: how fast it is, each number beside a floor measured in the same run.
//!
//! A machine that is slow, or busy with others, slows the floor as well, so a ratio says more than
//! a number does.

mod append;
mod bundle;
mod disk;
mod eml;
mod figures;
mod intake;
mod million;
mod records;
mod seats;
mod setting;
mod table;

use std::process::ExitCode;

use serde_json::json;

use crate::{args::BenchArgs, exit::Stop, progress, say};
use setting::Setting;

/// Numbers that come from one piece of work.
struct Bench {
    names: &'static [&'static str],
    when: When,
    run: fn(&Setting) -> Result<Vec<Measured>, Stop>,
}

/// When a piece of work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// When one of its names is given, or none at all.
    Always,
    /// When one of its names is given: it takes many minutes.
    Named,
}

const BENCHES: [Bench; 9] = [
    Bench { names: &["fsync"], when: When::Always, run: disk::fsync },
    Bench { names: &["intake", "intake-p99"], when: When::Always, run: intake::single },
    Bench { names: &["batch"], when: When::Always, run: intake::batch },
    Bench {
        names: &["append", "append-p99", "append-fsyncs"],
        when: When::Always,
        run: append::run,
    },
    Bench { names: &["tally", "tally-update"], when: When::Always, run: figures::run },
    Bench { names: &["seats"], when: When::Always, run: seats::run },
    Bench { names: &["eml", "eml-memory"], when: When::Always, run: eml::run },
    Bench { names: &["verify-records", "verify-bundle"], when: When::Always, run: bundle::run },
    Bench {
        names: &["verify-million", "verify-million-memory", "verify-million-station"],
        when: When::Named,
        run: million::run,
    },
];

/// A number beside its floor.
#[derive(Clone, Debug)]
struct Measured {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// What the bare work takes, or how much of it is possible; in the same unit.
    floor: Option<f64>,
    /// What it should be.
    goal: Option<Goal>,
}

/// What a number should be, in words, and whether it is.
#[derive(Clone, Debug)]
struct Goal {
    words: String,
    met: bool,
}

pub(crate) fn run(args: &BenchArgs) -> Result<ExitCode, Stop> {
    check_names(&args.names)?;
    let wanted = |name: &str| args.names.is_empty() || args.names.iter().any(|n| n == name);
    let setting = Setting::new(&args.election, args.stations);
    let mut all = Vec::new();
    let due = |bench: &&Bench| bench.when == When::Always || !args.names.is_empty();
    let due = BENCHES.iter().filter(due);
    for bench in due.filter(|bench| bench.names.iter().any(|name| wanted(name))) {
        all.extend((bench.run)(&setting)?);
    }
    progress::done();
    all.retain(|measured| wanted(measured.name));
    if args.json {
        say::line(as_json(&all))?;
    } else {
        say::text(table::print(&all, setting.threads))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check_names(names: &[String]) -> Result<(), Stop> {
    let known: Vec<&str> = BENCHES.iter().flat_map(|bench| bench.names).copied().collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            Err(Stop::input(format_args!("expected one of {}, found {name:?}", known.join(", "))))
        }
        None => Ok(()),
    }
}

fn as_json(all: &[Measured]) -> serde_json::Value {
    let rows = all.iter().map(|m| {
        json!({
            "name": m.name,
            "value": rounded(m.value),
            "unit": m.unit,
            "floor": m.floor.map(rounded),
            "ratio": m.ratio().map(rounded),
        })
    });
    rows.collect()
}

/// To three decimals; nothing here is measured more finely than that.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

impl Measured {
    /// How far it is from its floor.
    fn ratio(&self) -> Option<f64> {
        self.floor.filter(|floor| *floor > 0.0).map(|floor| self.value / floor)
    }
}

impl Goal {
    fn new(words: impl Into<String>, met: bool) -> Option<Self> {
        Some(Self { words: words.into(), met })
    }
}

/// The middle one; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Measured, median};

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn a_ratio_is_of_the_floor_and_of_no_other() {
        let ratio = |floor| {
            Measured { name: "intake", value: 3.0, unit: "records/s", floor, goal: None }.ratio()
        };
        assert_eq!(ratio(Some(4.0)), Some(0.75));
        assert_eq!(ratio(Some(0.0)), None);
        assert_eq!(ratio(None), None);
    }
}
