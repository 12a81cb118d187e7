//! `countersign seats`: a question about seats on standard input, its answer on standard output.

mod caucus;

use std::{collections::BTreeMap, io::Read, process::ExitCode};

use outcome::{Answer, Bounds, Ratio, Step};

use crate::{
    args::SeatsArgs,
    exit::{BAD_INPUT, Stop},
    say,
};

/// The largest question: a country of districts with all candidates is some 10 MB.
const MOST: u64 = 256 << 20;

pub(crate) fn run(args: &SeatsArgs) -> Result<ExitCode, Stop> {
    let mut text = String::new();
    std::io::stdin()
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(|error| Stop::input(format_args!("standard input: {error}")))?;
    let answer = outcome::answer_json(&text);
    match args.steps {
        true => say::text(table(&answer))?,
        false => say::line(outcome::to_json(&answer))?,
    }
    Ok(match answer {
        Answer::Error { .. } => ExitCode::from(BAD_INPUT),
        _ => ExitCode::SUCCESS,
    })
}

/// Every step on a line of its own, and what came of them.
fn table(answer: &Answer) -> String {
    match answer {
        Answer::Error { error } => format!("{error}\n"),
        Answer::LotRequired(lot) => {
            let among = lot.among.join(", ");
            let question = lot.purpose.question(lot.seats_left, &among);
            let bounds = bounds(lot.bounds.as_ref(), &lot.seats);
            format!("{}{question}\n{bounds}", steps(&lot.steps))
        }
        Answer::Caucus(caucus) => caucus::room(caucus),
        Answer::Judged(judged) => caucus::judged(judged),
        Answer::Satellites(satellites) => caucus::satellites(satellites),
        Answer::Complete(complete) => {
            let seats = complete.seats.iter().filter(|(_, seats)| **seats > 0);
            let seats: String =
                seats.map(|(list, seats)| format!("list {list:>4}  {seats:>4} seats\n")).collect();
            let quota = complete.quota.map_or_else(String::new, |q| format!("quota {q}\n"));
            let bounds = bounds(complete.bounds.as_ref(), &complete.seats);
            format!("{quota}{}{seats}{bounds}", steps(&complete.steps))
        }
    }
}

fn steps(steps: &[Step]) -> String {
    let value = |(list, value): (&str, Ratio)| format!("{list}: {}", value.decimal());
    let compared = |step: &Step| {
        let ranking: Vec<String> = step.ranking().into_iter().map(value).collect();
        (!ranking.is_empty()).then(|| format!("      {}\n", ranking.join("   ")))
    };
    steps
        .iter()
        .map(|step| format!("{}\n{}", step.line(), compared(step).unwrap_or_default()))
        .collect()
}

/// What can still change: each list's seats now, at least and at most; then the units, those first
/// that can change most.
fn bounds(bounds: Option<&Bounds>, now: &BTreeMap<String, u64>) -> String {
    let Some(Bounds { lists, safe, open, units }) = bounds else { return String::new() };
    let list = |(list, bounds): (&String, &outcome::ListBounds)| {
        let now = now.get(list).map_or_else(|| "–".to_owned(), u64::to_string);
        let seats = bounds.seats;
        format!("list {list:>4}  {now:>4}  {:>8}  {:>7}\n", seats.least, seats.most)
    };
    let unit = |unit: &outcome::UnitBounds| {
        let outcome::UnitBounds { unit, unsure, alone } = unit;
        format!("{unit}: up to {unsure} votes, alone {alone} open\n")
    };
    let lists: String = lists.iter().map(list).collect();
    let units: String = units.iter().map(unit).collect();
    format!("            now  at least  at most\n{lists}{safe} seats safe, {open} open\n{units}")
}
