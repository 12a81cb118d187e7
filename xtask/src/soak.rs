//! `cargo xtask soak`: what takes too long for the gate. Each job adds a dated line to
//! docs/soak.md, also when it fails: a page of successes only would prove nothing.
//!
//! A job says itself how much it did, as `10000 nights` somewhere in its output. One that did less
//! than was asked has failed, so that a test which does not read its variable is noticed.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;
use std::time::Instant;

use crate::gate::count_before;
use crate::steps::{cargo_command, expect_success, output, step, watch};
use crate::{date, fuzz, rebuild, root, tools};

/// One long job.
struct Job {
    name: &'static str,
    /// What is done, for the page.
    what: &'static str,
    work: Work,
    /// At least so many of these must have been done.
    least: (u64, &'static str),
}

enum Work {
    /// A call of cargo, words apart by blanks, with a variable.
    Cargo(&'static str, (&'static str, &'static str)),
    /// `cargo mutants` with these words, of each day's part only: all of them take a week.
    Mutants(&'static str),
    /// Each fuzz target with so many inputs.
    Fuzz(u64),
    /// The release build twice, in two folders.
    Rebuild,
}

/// Parts that the mutation tests are run in, one a day: some thirty mutants each.
const MUTANT_SHARDS: u64 = 120;

const JOBS: &[Job] = &[
    Job {
        name: "nights",
        what: "10,000 simulated nights",
        work: Work::Cargo("test --release -p sim -- --nocapture", ("COUNTERSIGN_NIGHTS", "10000")),
        least: (10_000, "nights"),
    },
    Job {
        name: "kills",
        what: "500 kills of the real server under load",
        work: Work::Cargo(
            "test --release -p countersign --test kill -- --nocapture",
            ("COUNTERSIGN_KILLS", "500"),
        ),
        least: (500, "kills"),
    },
    Job {
        name: "stops",
        what: "the real server stopped before every call on a record's way to disk and public",
        work: Work::Cargo(
            "test -p countersign --test stop_points -- --nocapture",
            ("COUNTERSIGN_STOPS", "1"),
        ),
        least: (100, "stops"),
    },
    Job {
        name: "fuzz",
        what: "100,000 random inputs for each property of what reads and counts",
        work: Work::Cargo(
            "test --release --lib -p election -p form -p record -p tlog -p tally -p outcome -p formats",
            ("PROPTEST_CASES", "100000"),
        ),
        least: (1, "passed"),
    },
    Job {
        name: "fuzz-long",
        what: "1,000,000 inputs for each fuzz target, guided by coverage",
        work: Work::Fuzz(1_000_000),
        least: (20_000_000, "inputs"),
    },
    Job {
        name: "editions",
        what: "2,000 random nights: what a publisher keeps is what another would write",
        work: Work::Cargo("test --release --lib -p publish", ("PROPTEST_CASES", "2000")),
        least: (1, "passed"),
    },
    Job {
        name: "rebuild",
        what: "the programs built twice, in two folders, and compared byte for byte",
        work: Work::Rebuild,
        least: (2, "programs"),
    },
    Job {
        name: "mutants",
        what: "the day's 120th of the mutation tests of form, record, tlog, tally, outcome, formats, verify",
        work: Work::Mutants(
            "--sharding round-robin -p form -p record -p tlog -p tally -p outcome -p formats -p verify",
        ),
        least: (1, "caught"),
    },
];

/// Runs the jobs that are named, or all of them. One that fails does not stop the others.
///
/// # Errors
/// The reasons of all jobs that failed or could not run, or a name that is no job's.
pub(crate) fn run(names: &[OsString]) -> Result<(), String> {
    let mut failures = Vec::new();
    for job in choose(names)? {
        if let Err(reason) = step(job.name, job.what, || soak(job)) {
            failures.push(reason);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

fn choose(names: &[OsString]) -> Result<Vec<&'static Job>, String> {
    if names.is_empty() {
        return Ok(JOBS.iter().collect());
    }
    names.iter().map(|name| find(&name.to_string_lossy())).collect()
}

fn find(name: &str) -> Result<&'static Job, String> {
    let known: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    JOBS.iter()
        .find(|job| job.name == name)
        .ok_or_else(|| format!("no job is called {name}; there are: {}", known.join(", ")))
}

fn soak(job: &Job) -> Result<(), String> {
    let start = Instant::now();
    let result = attempt(job);
    let seconds = start.elapsed().as_secs();
    write_down(&result_line(&date::today(), &commit()?, job, &result, seconds))?;
    result.map(drop)
}

/// Runs the job and says how much it did: `10000 nights`.
fn attempt(job: &Job) -> Result<String, String> {
    let mut command = match job.work {
        Work::Cargo(words, (variable, value)) => {
            let mut command = cargo_command(&words.split(' ').collect::<Vec<_>>());
            command.env(variable, value);
            command
        }
        Work::Mutants(words) => {
            let mut command = tools::cargo_mutants()?;
            command.args(words.split(' '));
            command
                .arg("--shard")
                .arg(format!("{}/{MUTANT_SHARDS}", date::day_number() % MUTANT_SHARDS));
            command
        }
        Work::Fuzz(inputs) => {
            return amount(&fuzz::all(inputs, fuzz::Corpus::Kept)?, job.least);
        }
        Work::Rebuild => return amount(&rebuild::compare()?, job.least),
    };
    let (status, text) = watch(&mut command)?;
    expect_success(&command, status)?;
    amount(&text, job.least)
}

/// The largest number before the word; a job may count on its way.
fn amount(text: &str, (least, word): (u64, &str)) -> Result<String, String> {
    match text.lines().map(|line| count_before(line, word)).max() {
        Some(done) if done >= least => Ok(format!("{done} {word}")),
        done => Err(format!("{} {word}, but {least} were asked", done.unwrap_or(0))),
    }
}

fn commit() -> Result<String, String> {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"]).current_dir(root());
    output(git).map(|text| text.trim().to_owned())
}

fn result_line(
    date: &str,
    commit: &str,
    job: &Job,
    result: &Result<String, String>,
    seconds: u64,
) -> String {
    let verdict = match result {
        Ok(count) => count.clone(),
        Err(reason) => format!("FAILED: {reason}"),
    };
    format!("| {date} | {commit} | {} | {} | {verdict} | {seconds} |\n", job.name, job.what)
}

fn write_down(line: &str) -> Result<(), String> {
    let page = root().join("docs").join("soak.md");
    let file = OpenOptions::new().append(true).open(&page);
    file.and_then(|mut file| file.write_all(line.as_bytes()))
        .map_err(|error| format!("{}: {error}", page.display()))
}

#[cfg(test)]
mod tests {
    use super::{JOBS, amount, choose, result_line};

    #[test]
    fn jobs_are_chosen_by_name() {
        assert_eq!(choose(&[]).unwrap().len(), JOBS.len());
        assert_eq!(choose(&["kills".into()]).unwrap()[0].name, "kills");
        let reason = choose(&["sleep".into()]).map(|jobs| jobs.len());
        assert_eq!(
            reason,
            Err("no job is called sleep; there are: nights, kills, stops, fuzz, fuzz-long, editions, rebuild, mutants"
                .to_owned())
        );
    }

    #[test]
    fn a_job_must_have_done_what_was_asked() {
        for (text, expected) in [
            ("", Err("0 nights, but 10 were asked".to_owned())),
            ("test result: ok. 99 passed", Err("0 nights, but 10 were asked".to_owned())),
            ("9 nights", Err("9 nights, but 10 were asked".to_owned())),
            ("5 nights\nsim: 10 nights, all held\n", Ok("10 nights".to_owned())),
        ] {
            assert_eq!(amount(text, (10, "nights")), expected, "{text}");
        }
    }

    #[test]
    fn both_ends_of_a_job_are_written_down() {
        for (result, expected) in [
            (
                Ok("10000 nights".to_owned()),
                "| 2026-11-21 | abc | nights | 10,000 simulated nights | 10000 nights | 9 |\n",
            ),
            (
                Err("seed 4".to_owned()),
                "| 2026-11-21 | abc | nights | 10,000 simulated nights | FAILED: seed 4 | 9 |\n",
            ),
        ] {
            assert_eq!(result_line("2026-11-21", "abc", &JOBS[0], &result, 9), expected);
        }
    }
}
