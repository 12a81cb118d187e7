//! `countersign tally FILE.eml.xml…`: the files that committees published, added up and checked as
//! a night of our own.

use std::{
    collections::BTreeMap,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use election::Election;
use form::Forms;
use formats::eml::{Asked, Assembled, Assembly, ResultFile, StatedTotal};
use publish::tally_report;
use serde_json::{Value, json};

use crate::{
    args::TallyArgs,
    exit::{FAILED, Stop},
    offline, table,
};

/// Read at once; a file of a country is a few hundred times that.
const PIECE: usize = 1 << 16;

pub(crate) fn run(files: &[PathBuf], args: &TallyArgs) -> Result<ExitCode, Stop> {
    if args.until.is_some() {
        return Err(Stop::input("--until: expected a folder with a recorded night, found files"));
    }
    let Assembled { head, units, entries, unlike, result } = assemble(files, args)?;
    let election = Election::new(head, &units).map_err(Stop::input)?;
    let forms = Arc::new(Forms::new(election).map_err(Stop::input)?);
    let board = offline::fold(&forms, &entries)?;
    let view = offline::view(&board, &entries);
    let mut report = tally_report(&view);
    let official = result.as_ref().map(|result| compare(result, &report["outcome"]));
    let differs = official.as_ref().is_some_and(|official| official["equal"] == false);
    if args.json {
        report["stated"] = unlike.iter().map(stated).collect();
        report["official"] = official.unwrap_or_default();
        println!("{report}");
    } else {
        print!("{}", table::night(&view));
        print!("{}", table::seats(&view, &report["outcome"]));
        unlike.iter().for_each(|total| println!("  {}", sentence(total)));
        official.iter().for_each(|official| print!("{}", table::official(official)));
    }
    Ok(if differs { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

fn assemble(files: &[PathBuf], args: &TallyArgs) -> Result<Assembled, Stop> {
    let mut assembly = Assembly::default();
    for path in files {
        let file = open(path)?;
        assembly.read(&path.display().to_string(), file).map_err(Stop::input)?;
    }
    assembly.finish(Asked { seats: args.seats, method: args.method }).map_err(Stop::input)
}

fn open(path: &Path) -> Result<BufReader<File>, Stop> {
    let file = File::open(path).map_err(|error| Stop::file(path, error))?;
    Ok(BufReader::with_capacity(PIECE, file))
}

fn stated(total: &StatedTotal) -> Value {
    let StatedTotal { unit, field, stated, sum } = total;
    json!({"unit": unit, "field": field, "expected": stated, "found": sum})
}

fn sentence(total: &StatedTotal) -> String {
    let StatedTotal { unit, field, stated, sum } = total;
    format!("{unit}: {field} is {stated} as the committee stated it, its units add up to {sum}")
}

/// Seats, and how many of them by preference, of the official result beside ours.
fn compare(result: &ResultFile, outcome: &Value) -> Value {
    let official: BTreeMap<&str, Value> = result
        .lists
        .iter()
        .map(|list| {
            let preferred = list.elected.iter().filter(|one| one.by_preference).count();
            (&*list.list.id, json!({"seats": list.elected.len(), "preferred": preferred}))
        })
        .collect();
    let ours = ours(outcome);
    let equal = ours.as_ref().map(|ours| {
        ours.len() == official.len()
            && official.iter().all(|(list, official)| {
                let ours = ours.get(*list);
                ours.is_some_and(|ours| alike(ours, official))
            })
    });
    json!({"lists": official, "equal": equal})
}

/// Lists with a seat; `None` where they are not known. Where a lot only decides who is elected,
/// the seats stand.
fn ours(outcome: &Value) -> Option<BTreeMap<&str, Value>> {
    let known = outcome["status"] == "complete" || outcome["for"] == "preference";
    let seats = outcome["seats"].as_object().filter(|_| known)?;
    let seats = seats.iter().filter(|(_, seats)| **seats != 0);
    let with_preferred = |(list, seats): (&'_ String, &Value)| json!({"seats": seats, "preferred": outcome["preferred"].get(list)});
    Some(seats.map(|row| (&**row.0, with_preferred(row))).collect())
}

/// Where nobody can be said to be elected, only seats are compared.
fn alike(ours: &Value, official: &Value) -> bool {
    let preferred = ours["preferred"].is_null() || ours["preferred"] == official["preferred"];
    ours["seats"] == official["seats"] && preferred
}
