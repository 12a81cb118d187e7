//! `countersign verify`: a bundle, a policy, a verdict.

use std::{
    num::NonZeroUsize, path::Path, process::ExitCode, thread::available_parallelism, time::Instant,
};

use browser::report_answer;
use serde_json::Value;
use store::files;
use tlog::{Policy, SplitView, Timestamp};
use verify::{Options, Origin, Pages, Progress, Report};

use crate::{
    args::VerifyArgs,
    exit::{FAILED, Stop, UNCHECKED},
    progress::{self, Bar},
    receipt, say,
    sources::{Address, Disk, is_address, until_still},
};

/// So many failures are printed; the JSON has them all.
const SHOWN: usize = 20;

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode, Stop> {
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    match (&args.bundle, &args.receipt, &args.record, &args.split_view) {
        (_, Some(receipt), Some(record), _) => {
            receipt::run(&receipt::Asked { receipt, record, args }, policy.as_ref())
        }
        (_, _, _, Some(proof)) => split_view(proof, policy.as_ref()),
        (Some(bundle), ..) => verify_bundle(bundle, args, policy.as_ref()),
        (None, ..) => Err(Stop::input("expected a bundle, found none")),
    }
}

fn verify_bundle(
    bundle: &str,
    args: &VerifyArgs,
    policy: Option<&Policy>,
) -> Result<ExitCode, Stop> {
    let pages = if args.render { Pages::Render } else { Pages::Hash };
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let seen = args.seen.as_deref().map(files::read).transpose().map_err(Stop::input)?;
    let options = Options { policy, seen: seen.as_deref(), pages, threads };
    let started = Instant::now();
    let quiet = args.json;
    let bar = Bar::new();
    let shown = |now: Progress| {
        if !quiet {
            bar.show(now.stage.name(), now.done, now.total);
        }
    };
    let report = match is_address(bundle) {
        true => {
            let address = Address::open(bundle)?;
            until_still(|| Ok(&address), &options, &shown)?
        }
        false => until_still(|| Disk::open(Path::new(bundle)), &options, &shown)?,
    };
    if !quiet {
        progress::done();
    }
    let seconds = started.elapsed().as_secs_f64();
    if args.json {
        say::line(timed(report_answer(&report), seconds))?;
    } else {
        print(&report, seconds)?;
    }
    keep_evidence(&report, args)?;
    Ok(status(report.holds, report.origin))
}

pub(crate) fn status(holds: bool, origin: Origin) -> ExitCode {
    match (holds, origin) {
        (false, _) => ExitCode::from(FAILED),
        (true, Origin::Unproven) => ExitCode::from(UNCHECKED),
        (true, Origin::Pinned) => ExitCode::SUCCESS,
    }
}

fn keep_evidence(report: &Report, args: &VerifyArgs) -> Result<(), Stop> {
    let Some(proof) = &report.split_view else { return Ok(()) };
    let Some(path) = &args.evidence else {
        say::complain("this log has shown two histories: --evidence FILE keeps the proof");
        return Ok(());
    };
    files::write(path, proof.to_string().as_bytes()).map_err(Stop::input)?;
    say::complain(format_args!(
        "this log has shown two histories, and {} proves it: countersign verify --split-view",
        path.display()
    ));
    Ok(())
}

/// Does the file prove that a log of the policy has shown two histories?
fn split_view(path: &Path, policy: Option<&Policy>) -> Result<ExitCode, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    let proof: SplitView = text.parse().map_err(|e| Stop::file(path, e))?;
    let mut reason = None;
    for log in policy.into_iter().flat_map(Policy::logs) {
        match proof.verify(log) {
            Ok((first, second)) => {
                say::line(format_args!(
                    "PROVED. {} has signed two histories: its checkpoint of {} entries does not \
                     begin as its checkpoint of {} entries does.",
                    log.name(),
                    second.size,
                    first.size
                ))?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => reason = Some(error),
        }
    }
    let reason = reason.map_or_else(|| "the policy has no log".to_owned(), |e| e.to_string());
    say::line(format_args!("NOT PROVED. {}: {reason}", path.display()))?;
    Ok(ExitCode::from(FAILED))
}

pub(crate) fn read_policy(path: &Path) -> Result<Policy, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    browser::read_policy(&text).map_err(|e| Stop::file(path, e))
}

/// The answer with how long it took.
pub(crate) fn timed(mut answer: Value, seconds: f64) -> Value {
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("seconds".to_owned(), seconds.into());
    }
    answer
}

fn print(report: &Report, seconds: f64) -> Result<(), Stop> {
    for checked in &report.checked {
        say::line(format_args!("  {:>9}  {}", checked.count, checked.what))?;
    }
    if !report.withheld.is_empty() {
        say::line(format_args!(
            "  {:>9}  records withheld: their ids are in the log, their texts are not published. Any \
             of them may be a return or a correction that changes a figure, or take away a key that \
             signed one; when all is released, only units that are held explain them",
            report.withheld.len()
        ))?;
    }
    for failure in report.failed.iter().take(SHOWN) {
        say::line(format_args!(
            "FAILED {}, {}: expected {}, found {}",
            failure.file, failure.place, failure.expected, failure.found
        ))?;
    }
    if report.failed.len() > SHOWN {
        say::line(format_args!("… and {} more (--json lists all)", report.failed.len() - SHOWN))?;
    }
    say::line(format_args!("{} ({seconds:.2} s)", verdict(report)))
}

fn verdict(report: &Report) -> String {
    match (report.holds, report.origin) {
        (false, _) => {
            "DOES NOT HOLD. At least one published file is not what the log and its signers say."
                .to_owned()
        }
        (true, Origin::Unproven) => {
            "CONSISTENT IN ITSELF, ORIGIN UNPROVEN. Every figure follows from the records in this \
             bundle, but without --policy nothing says that they are this election's: anybody can \
             make such a bundle with keys of their own."
                .to_owned()
        }
        (true, Origin::Pinned) => format!(
            "HOLDS. Every published figure follows from records that were signed by enrolled keys \
             and stand in the log that the policy pins. {} This does not prove that the paper was \
             counted rightly.",
            witnessed(&report.cosigned)
        ),
    }
}

/// What the witnesses add.
pub(crate) fn witnessed(cosigned: &[(String, Timestamp)]) -> String {
    let names: Vec<&str> = cosigned.iter().map(|(witness, _)| witness.as_str()).collect();
    match names.as_slice() {
        [] => "No witness says that the log shows everyone the same.".to_owned(),
        names => format!("Witnesses that saw the same log: {}.", names.join(", ")),
    }
}
