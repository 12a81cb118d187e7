//! Checks of the difference between voters admitted and ballots counted, of tick boxes, and of
//! shares that ask for a look.

use election::{Comparison, Fraction};

use super::{Failure, Names, Run};
use crate::SpecError;

pub(super) fn tick_true(n: &Names<'_>, tick: &str, when: &Comparison) -> Result<Run, SpecError> {
    let (tick, when) = (n.field(tick)?, n.comparison(when)?);
    Ok(Box::new(move |sheet| {
        let untrue = sheet.get(tick) == Some(1) && when.holds(sheet) == Some(false);
        let both = sheet.get(when.left).zip(sheet.get(when.right)).filter(|_| untrue);
        let fields = || vec![tick, when.left, when.right];
        both.map(|(left, right)| Failure::numbers(fields(), left, right)).into_iter().collect()
    }))
}

pub(super) fn one_ticked(
    n: &Names<'_>,
    ticks: &[String],
    when: Option<&Comparison>,
) -> Result<Run, SpecError> {
    let (ticks, when) = (n.fields(ticks)?, when.map(|w| n.comparison(w)).transpose()?);
    Ok(Box::new(move |sheet| {
        let asked = when.is_none_or(|when| when.holds(sheet) == Some(true));
        let ticked = sheet.known_sum(&ticks).unwrap_or(0);
        let wrong = asked && ticked != 1;
        wrong.then(|| Failure::numbers(ticks.clone(), 1, ticked)).into_iter().collect()
    }))
}

pub(super) fn zero_when(
    n: &Names<'_>,
    fields: &[String],
    when: &Comparison,
) -> Result<Run, SpecError> {
    let (fields, when) = (n.fields(fields)?, n.comparison(when)?);
    Ok(Box::new(move |sheet| {
        let filled = fields.iter().find_map(|f| sheet.get(*f).filter(|count| *count > 0));
        let filled = filled.filter(|_| when.holds(sheet) == Some(true));
        filled.map(|found| Failure::numbers(fields.clone(), 0, found)).into_iter().collect()
    }))
}

pub(super) fn difference_is(
    n: &Names<'_>,
    field: &str,
    larger: &str,
    smaller: &str,
) -> Result<Run, SpecError> {
    let (field, larger, smaller) = (n.field(field)?, n.field(larger)?, n.field(smaller)?);
    Ok(Box::new(move |sheet| {
        let difference = sheet.get(larger).zip(sheet.get(smaller));
        let difference = difference.and_then(|(l, s)| l.checked_sub(s)).filter(|d| *d > 0);
        let wrong = difference.zip(sheet.get(field)).filter(|(d, said)| d != said);
        let fields = || vec![field, larger, smaller];
        wrong.map(|(d, said)| Failure::numbers(fields(), d, said)).into_iter().collect()
    }))
}

pub(super) fn share_below(
    n: &Names<'_>,
    part: &str,
    whole: &str,
    share: Fraction,
) -> Result<Run, SpecError> {
    let (part, whole) = (n.field(part)?, n.field(whole)?);
    Ok(Box::new(move |sheet| {
        let both = sheet.get(part).zip(sheet.get(whole));
        let reached = both.filter(|(p, w)| *w > 0 && share.is_reached_by(*p, *w));
        let failure = |(p, w)| Failure::numbers(vec![part, whole], share.of_rounded_up(w), p);
        reached.map(failure).into_iter().collect()
    }))
}

/// `names` are left, right and whole.
pub(super) fn difference_below(
    n: &Names<'_>,
    names: [&String; 3],
    share: Fraction,
    count: u64,
) -> Result<Run, SpecError> {
    let [left, right, whole] = names;
    let (left, right, whole) = (n.field(left)?, n.field(right)?, n.field(whole)?);
    Ok(Box::new(move |sheet| {
        let both = sheet.get(left).zip(sheet.get(right)).zip(sheet.get(whole));
        let failed = both.and_then(|((l, r), w)| {
            let (difference, limit) = (l.abs_diff(r), share.of_rounded_up(w).min(count));
            (difference > 0 && difference >= limit).then_some((limit, difference))
        });
        let failure = |(limit, difference)| Failure::numbers(vec![left, right], limit, difference);
        failed.map(failure).into_iter().collect()
    }))
}
