//! Checks of lists against their candidates.

use std::collections::HashMap;

use super::{Failure, Names, Run};
use crate::{FieldIndex, Figure, SpecError};

/// A list's total and the fields of its candidates.
struct List {
    total: FieldIndex,
    candidates: Vec<FieldIndex>,
}

/// For each list with candidates, its total in one section and its candidates in another.
fn lists(n: &Names<'_>, totals: &str, candidates: &str) -> Result<Vec<List>, SpecError> {
    let (totals, candidates) = (n.section(totals)?, n.section(candidates)?);
    let selection = |field: FieldIndex| n.layout.fields.get(field).and_then(|f| f.selection);
    let list_of = |field: FieldIndex| {
        let (contest, candidate) = selection(field)?;
        let contest_rows = n.election.contests().all().get(contest)?;
        Some((contest, contest_rows.selections.get(candidate)?.list?))
    };
    let mut by_list: HashMap<_, Vec<FieldIndex>> = HashMap::new();
    for field in candidates {
        by_list.entry(list_of(field)).or_default().push(field);
    }
    let on_list = |total| by_list.get(&Some(selection(total)?)).cloned();
    Ok(totals.filter_map(|total| Some(List { total, candidates: on_list(total)? })).collect())
}

pub(super) fn totals_given(
    n: &Names<'_>,
    totals: &str,
    candidates: &str,
) -> Result<Run, SpecError> {
    let lists = lists(n, totals, candidates)?;
    Ok(Box::new(move |sheet| {
        let missing = lists.iter().filter(|list| sheet.get(list.total).is_none());
        let votes =
            missing.filter_map(|list| Some((list.total, sheet.known_sum(&list.candidates)?)));
        let failures = votes.filter(|(_, sum)| *sum > 0).map(|(total, sum)| Failure {
            fields: vec![total],
            expected: Figure::Number(sum),
            found: Figure::Text(String::new()),
        });
        failures.collect()
    }))
}

pub(super) fn sums(n: &Names<'_>, totals: &str, candidates: &str) -> Result<Run, SpecError> {
    let lists = lists(n, totals, candidates)?;
    Ok(Box::new(move |sheet| {
        let both = lists.iter().filter_map(|list| {
            Some((list.total, sheet.sum(&list.candidates)?, sheet.get(list.total)?))
        });
        let unequal = both.filter(|(_, sum, said)| sum != said);
        unequal.map(|(total, sum, said)| Failure::numbers(vec![total], sum, said)).collect()
    }))
}

pub(super) fn equal(n: &Names<'_>, left: &str, right: &str) -> Result<Run, SpecError> {
    let [left, right] = n.alike(left, right)?;
    let pairs: Vec<_> = left.zip(right).collect();
    Ok(Box::new(move |sheet| {
        let both =
            pairs.iter().filter_map(|(l, r)| Some((vec![*l, *r], sheet.get(*l)?, sheet.get(*r)?)));
        let unequal = both.filter(|(_, l, r)| l != r);
        unequal.map(|(fields, l, r)| Failure::numbers(fields, l, r)).collect()
    }))
}
