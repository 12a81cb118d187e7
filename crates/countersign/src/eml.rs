//! `countersign tally FILE.eml.xml…`: the files that committees published, added up and checked as
//! a night of our own.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, ErrorKind},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use election::{Election, OutcomeRule};
use form::Forms;
use formats::eml::{Asked, Assembled, Assembly, ElectedList, NoSeats, ResultFile, StatedTotal};
use outcome::{Answer, Purpose, preference_threshold};
use publish::tally_report;
use serde_json::{Value, json};

use crate::{
    args::TallyArgs,
    exit::{FAILED, Stop},
    offline, progress, say, table,
};

/// Read at once; a file of a country is a few hundred times that.
const PIECE: usize = 1 << 16;

pub(crate) fn run(files: &[PathBuf], args: &TallyArgs) -> Result<ExitCode, Stop> {
    if args.until.is_some() {
        return Err(Stop::input("--until: expected a folder with a recorded night, found files"));
    }
    let Assembled { head, units, entries, unlike, no_seats, preference_threshold, result } =
        assemble(files, args)?;
    check_threshold(head.outcome.as_ref(), preference_threshold)?;
    let election = Election::new(head, &units).map_err(Stop::input)?;
    let forms = Arc::new(Forms::new(election).map_err(Stop::input)?);
    let board = offline::fold(&forms, &entries)?;
    let view = offline::view(&board, &entries);
    let answer = publish::outcome(&view);
    let official = result.as_ref().map(|result| Official::new(result, answer.as_ref()));
    match args.json {
        true => say::line(report(tally_report(&view), &unlike, no_seats, official.as_ref()))?,
        false => {
            say::text(table::night(&view))?;
            no_seats.iter().try_for_each(|why| say::line(format_args!("\n  No seats: {why}")))?;
            unlike.iter().try_for_each(|total| say::line(sentence(total)))?;
            official.iter().try_for_each(|official| say::text(official.sentence()))?;
        }
    }
    let differs = official.is_some_and(|official| official.equal == Some(false));
    Ok(if differs { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// A definition whose preference threshold is not the law's is of another law than the one that
/// would be applied.
fn check_threshold(rule: Option<&OutcomeRule>, defined: Option<u64>) -> Result<(), Stop> {
    let law = rule.and_then(|rule| preference_threshold(rule.method, rule.seats));
    match law.zip(defined) {
        Some((law, defined)) if law != defined => Err(Stop::input(format_args!(
            "the definition (110a): expected a preference threshold of {law} %, found {defined} %"
        ))),
        _ => Ok(()),
    }
}

/// The tally with what committees stated and what the official result says.
fn report(
    mut tally: Value,
    unlike: &[StatedTotal],
    no_seats: Option<NoSeats>,
    official: Option<&Official<'_>>,
) -> Value {
    if let Some(tally) = tally.as_object_mut() {
        tally.insert("stated".to_owned(), unlike.iter().map(stated).collect());
        tally.insert("no_seats".to_owned(), no_seats.map(|why| why.to_string()).into());
        tally.insert("official".to_owned(), official.map(Official::json).unwrap_or_default());
    }
    tally
}

fn assemble(files: &[PathBuf], args: &TallyArgs) -> Result<Assembled, Stop> {
    let mut assembly = Assembly::default();
    for (path, number) in files.iter().zip(1..) {
        let all = files.len();
        progress::show_at_terminal(&format!("{number} of {all} files: {}", path.display()));
        let file = open(path)?;
        assembly.read(&path.display().to_string(), file).map_err(Stop::input)?;
    }
    progress::done();
    assembly.finish(Asked { seats: args.seats, method: args.method }).map_err(Stop::input)
}

fn open(path: &Path) -> Result<BufReader<File>, Stop> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Stop::file(path, "there is no such file"),
        _ => Stop::file(path, error),
    })?;
    Ok(BufReader::with_capacity(PIECE, file))
}

fn stated(total: &StatedTotal) -> Value {
    let StatedTotal { unit, field, stated, sum, without } = total;
    json!({"unit": unit, "field": field, "expected": stated, "found": sum, "without": without})
}

fn sentence(total: &StatedTotal) -> String {
    let StatedTotal { unit, field, stated, sum, without } = total;
    let without = match without {
        0 => String::new(),
        some => format!(" ({some} of them leave it out)"),
    };
    format!(
        "  {unit}: {field} is {stated} as the committee stated it, its units add up to {sum}{without}"
    )
}

/// The official result beside ours: of each list with a seat, how many it has and how many of them
/// by preference.
struct Official<'r> {
    lists: BTreeMap<&'r str, Row>,
    /// Does ours say the same? `None` where ours says nothing.
    equal: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    seats: u64,
    /// Unknown where nobody can be said to be elected.
    preferred: Option<u64>,
}

impl<'r> Official<'r> {
    fn new(result: &'r ResultFile, answer: Option<&Answer>) -> Self {
        let row = |list: &'r ElectedList| {
            let preferred = list.elected.iter().filter(|one| one.by_preference).count() as u64;
            let row = Row { seats: list.elected.len() as u64, preferred: Some(preferred) };
            (&*list.list.id, row)
        };
        let lists: BTreeMap<&str, Row> = result.lists.iter().map(row).collect();
        let equal = answer.and_then(ours).map(|ours| {
            let same = |(list, row): (&&str, &Row)| {
                let ours = ours.get(*list).copied();
                ours.is_some_and(|ours| {
                    ours.seats == row.seats
                        && ours.preferred.is_none_or(|n| Some(n) == row.preferred)
                })
            };
            ours.len() == lists.len() && lists.iter().all(same)
        });
        Self { lists, equal }
    }

    fn json(&self) -> Value {
        let row = |row: &Row| json!({"seats": row.seats, "preferred": row.preferred});
        let lists: serde_json::Map<String, Value> =
            self.lists.iter().map(|(list, one)| ((*list).to_owned(), row(one))).collect();
        json!({"lists": lists, "equal": self.equal})
    }

    fn sentence(&self) -> String {
        let row = |(list, row): (&&str, &Row)| {
            format!("{list}: {} ({} by preference)", row.seats, row.preferred.unwrap_or(0))
        };
        let lists: Vec<String> = self.lists.iter().map(row).collect();
        match self.equal {
            Some(true) => "\n  The official result has the same seats.\n".to_owned(),
            Some(false) => format!("\n  THE OFFICIAL RESULT DIFFERS: {}\n", lists.join(", ")),
            None => format!("\n  The official result: {}\n", lists.join(", ")),
        }
    }
}

/// Our lists with a seat; `None` where they are not known. Where a lot only decides who is elected,
/// the seats stand.
fn ours(answer: &Answer) -> Option<BTreeMap<&str, Row>> {
    let (seats, preferred) = match answer {
        Answer::Complete(complete) => (&complete.seats, Some(&complete.preferred)),
        Answer::LotRequired(lot) if lot.purpose == Purpose::Preference => (&lot.seats, None),
        _ => return None,
    };
    let row = |(list, seats): (&'_ String, &u64)| Row {
        seats: *seats,
        preferred: preferred.and_then(|preferred| preferred.get(list)).copied(),
    };
    let seats = seats.iter().filter(|(_, seats)| **seats > 0);
    Some(seats.map(|one| (&**one.0, row(one))).collect())
}
