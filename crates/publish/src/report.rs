//! The tally as JSON: the contract of `countersign tally --json`.

use election::{Contest, Severity, UnitIndex};
use form::{Figure, Finding, Forms};
use outcome::{Answer, List, Quota, Request};
use serde_json::{Map, Value, json};

use crate::{Edition, View};

/// The whole tally. Counts are whole numbers, exact decimals and fractions are texts, and a figure
/// that is not known is left out.
#[must_use]
pub fn tally_report(view: &View<'_>) -> Value {
    until_report(view, None)
}

/// The same up to a label of a recorded night.
#[must_use]
pub fn until_report(view: &View<'_>, until: Option<&str>) -> Value {
    let units = view.election().units();
    let (reported, expected) = view.board.progress(units.root());
    let areas = units.all().filter(|(_, unit)| !unit.is_leaf());
    let areas = areas.map(|(index, unit)| (unit.id.to_string(), figures(view, index).into()));
    let findings: Vec<Value> =
        view.findings().map(|finding| finding_json(view.board.forms(), finding)).collect();
    json!({
        "election": view.election().head().id,
        "until": until,
        "units_reported": reported,
        "units_expected": expected,
        "heard": heard(view, units.root()),
        "tallies": figures(view, units.root()),
        "areas": areas.collect::<Map<String, Value>>(),
        "findings": findings,
        "outcome": outcome(view).and_then(|answer| serde_json::to_value(answer).ok()),
    })
}

/// Seats, where the definition asks for them and every unit that is waited for has reported: of a
/// part of the votes they would say more than is known.
#[must_use]
pub fn outcome(view: &View<'_>) -> Option<Answer> {
    let election = view.election();
    let (reported, expected) = view.board.progress(election.units().root());
    let rule = election.head().outcome.as_ref().filter(|_| reported == expected);
    let contest =
        rule.and_then(|rule| election.contests().all().iter().find(|c| c.id == rule.contest));
    let (rule, contest) = rule.zip(contest)?;
    let lists = lists(view, contest);
    // A list's votes are those of its candidates. Where a form has other sums, who is elected is
    // not for us to say.
    let agree = |list: &List| {
        let sum: Option<u64> = list.votes.as_ref().map(|votes| votes.iter().sum());
        sum.is_none() || sum == list.total
    };
    let known = !rule.seats_only && lists.iter().all(agree);
    let lists = lists.into_iter().map(|list| match known {
        true => list,
        false => {
            let candidates = list.votes.as_ref().filter(|_| !rule.seats_only);
            List { candidates: candidates.map(|all| all.len() as u64), votes: None, ..list }
        }
    });
    let seats = Some(rule.seats);
    let lists = lists.collect();
    let quota = rule.quota.map(Quota::Named);
    Some(outcome::answer(&Request { seats, lists, quota, ..Request::new(rule.method) }))
}

/// All lists of a contest, with the votes of their candidates where all of these are known.
fn lists(view: &View<'_>, contest: &Contest) -> Vec<List> {
    let root = view.election().units().root();
    let sum = |at: usize| view.board.sums().get(root, contest.column(at));
    let all = || contest.selections.iter().enumerate();
    let lists = all().filter(|(_, list)| list.list.is_none()).filter_map(|(place, list)| {
        let candidates = all().filter(|(_, one)| one.list == Some(place));
        let votes: Option<Vec<u64>> = candidates.map(|(at, _)| sum(at)).collect();
        Some(List {
            number: list.id.parse().ok()?,
            total: Some(sum(place).unwrap_or(0)),
            votes: votes.filter(|votes| !votes.is_empty()),
            ..List::default()
        })
    });
    lists.collect()
}

/// The share heard, by contest.
fn heard(view: &View<'_>, area: UnitIndex) -> Map<String, Value> {
    let contests = view.election().contests().all().iter();
    let share = view.board.heard(area).map(|fraction| Value::from(fraction.to_string()));
    contests.filter_map(|contest| Some((contest.id.clone(), share.clone()?))).collect()
}

/// The figures of one area: contest, selection, number.
pub(crate) fn figures(view: &View<'_>, area: UnitIndex) -> Map<String, Value> {
    let contests = view.election().contests().all().iter();
    contests
        .map(|contest| (contest.id.clone(), contest_figures(view, area, contest).into()))
        .collect()
}

fn contest_figures(view: &View<'_>, area: UnitIndex, contest: &Contest) -> Map<String, Value> {
    let known = contest.columns().filter_map(|(column, selection)| {
        let sum = view.board.sums().get(area, column)?;
        let figure = match contest.decimals.is_whole() {
            true => Value::from(sum),
            false => Value::from(contest.decimals.print(sum)),
        };
        Some((selection.id.clone(), figure))
    });
    known.collect()
}

/// One finding, as it stands in the tally and in the data files.
#[must_use]
pub fn finding_json(forms: &Forms, finding: &Finding) -> Value {
    let text = forms.election().head().languages.iter().map(|language| {
        (language.as_str().to_owned(), Value::from(forms.sentence(finding, language)))
    });
    json!({
        "unit": forms.election().units().get(finding.unit).id.as_str(),
        "code": forms.code(finding.rule),
        "severity": severity(forms.severity(finding.rule)),
        "source": forms.source(finding.rule),
        "fields": forms.field_codes(finding),
        "expected": figure(&finding.expected),
        "found": figure(&finding.found),
        "text": text.collect::<Map<String, Value>>(),
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn figure(figure: &Figure) -> Value {
    match figure {
        Figure::Number(number) => Value::from(*number),
        Figure::Text(text) => Value::from(text.as_str()),
    }
}

/// What every data file says of itself.
pub(crate) fn edition_json(view: &View<'_>) -> Value {
    let Edition { sequence, size, time, mode } = view.edition;
    json!({
        "election": view.election().head().id,
        "mode": mode,
        "sequence": sequence,
        "size": size,
        "time": time,
    })
}
