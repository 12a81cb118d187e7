//! `countersign verify`: a bundle, a policy, a verdict.

use std::{
    num::NonZeroUsize, path::Path, process::ExitCode, thread::available_parallelism, time::Instant,
};

use serde_json::json;
use store::files;
use tlog::Policy;
use verify::{Options, Origin, Pages, Report};

use crate::{
    args::VerifyArgs,
    exit::{FAILED, Stop, UNCHECKED},
    progress, say,
    sources::{Address, Disk, until_still},
};

/// So many failures are printed; the JSON has them all.
const SHOWN: usize = 20;

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode, Stop> {
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    let pages = if args.render { Pages::Render } else { Pages::Hash };
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = Options { policy: policy.as_ref(), pages, threads };
    let started = Instant::now();
    let quiet = args.json;
    let shown = |what: &str| {
        if !quiet {
            progress::show(&format!("checking {what}"));
        }
    };
    let report = match args.bundle.starts_with("http://") || args.bundle.starts_with("https://") {
        true => {
            let address = Address::open(&args.bundle)?;
            until_still(|| Ok(&address), &options, &shown)?
        }
        false => until_still(|| Disk::open(Path::new(&args.bundle)), &options, &shown)?,
    };
    if !quiet {
        progress::done();
    }
    let seconds = started.elapsed().as_secs_f64();
    if args.json {
        say::line(as_json(&report, seconds))?;
    } else {
        print(&report, seconds)?;
    }
    Ok(match (report.holds, report.origin) {
        (false, _) => ExitCode::from(FAILED),
        (true, Origin::Unproven) => ExitCode::from(UNCHECKED),
        (true, Origin::Pinned) => ExitCode::SUCCESS,
    })
}

pub(crate) fn read_policy(path: &Path) -> Result<Policy, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    let policy: Policy = text.parse().map_err(|e| Stop::file(path, e))?;
    if policy.definition().is_none() {
        return Err(Stop::file(
            path,
            "expected a line \"#definition\" with 64 hexadecimal digits, found none",
        ));
    }
    Ok(policy)
}

fn as_json(report: &Report, seconds: f64) -> serde_json::Value {
    let checked = report.checked.iter().map(|c| json!({ "what": c.what, "count": c.count }));
    let failed = report.failed.iter().map(
        |f| json!({ "file": f.file, "place": f.place, "expected": f.expected, "found": f.found }),
    );
    json!({
        "holds": report.holds,
        "origin": match report.origin { Origin::Pinned => "pinned", Origin::Unproven => "unproven" },
        "checked": checked.collect::<Vec<_>>(),
        "failed": failed.collect::<Vec<_>>(),
        "withheld": report.withheld,
        "unopenable": [],
        "seconds": seconds,
    })
}

fn print(report: &Report, seconds: f64) -> Result<(), Stop> {
    for checked in &report.checked {
        say::line(format_args!("  {:>9}  {}", checked.count, checked.what))?;
    }
    if !report.withheld.is_empty() {
        say::line(format_args!(
            "  {:>9}  records withheld: their ids are in the log, their texts are not published. Any \
             of them may be a return or a correction that changes a figure; when all is released, \
             only units that are held explain them",
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

fn verdict(report: &Report) -> &'static str {
    match (report.holds, report.origin) {
        (false, _) => {
            "DOES NOT HOLD. At least one published file is not what the log and its signers say."
        }
        (true, Origin::Unproven) => {
            "CONSISTENT IN ITSELF, ORIGIN UNPROVEN. Every figure follows from the records in this \
             bundle, but without --policy nothing says that they are this election's: anybody can \
             make such a bundle with keys of their own."
        }
        (true, Origin::Pinned) => {
            "HOLDS. Every published figure follows from records that were signed by enrolled keys \
             and stand in the log that the policy pins. This does not prove that the paper was \
             counted rightly, nor that the log shows everyone the same (that takes witnesses)."
        }
    }
}
