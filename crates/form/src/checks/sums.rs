//! Checks of sums and limits.

use super::{Failure, Names, Run};
use crate::{Figure, SpecError};

pub(super) fn sum_equals(n: &Names<'_>, parts: &[String], total: &str) -> Result<Run, SpecError> {
    let (parts, total) = (n.fields(parts)?, n.field(total)?);
    Ok(Box::new(move |sheet| {
        let sums = sheet.known_sum(&parts).zip(sheet.get(total)).filter(|(sum, said)| sum != said);
        sums.map(|(sum, said)| Failure::numbers(with(&parts, total), sum, said))
            .into_iter()
            .collect()
    }))
}

pub(super) fn sums_equal(
    n: &Names<'_>,
    left: &[String],
    right: &[String],
) -> Result<Run, SpecError> {
    let (left, right) = (n.fields(left)?, n.fields(right)?);
    Ok(Box::new(move |sheet| {
        let sums = sheet.sum(&left).zip(sheet.sum(&right)).filter(|(l, r)| l != r);
        let fields = || [&*left, &*right].concat();
        sums.map(|(l, r)| Failure::numbers(fields(), l, r)).into_iter().collect()
    }))
}

pub(super) fn sum_at_most(
    n: &Names<'_>,
    parts: &[String],
    limit: &[String],
) -> Result<Run, SpecError> {
    let (parts, limit) = (n.fields(parts)?, n.fields(limit)?);
    Ok(Box::new(move |sheet| {
        let sums = sheet.sum(&parts).zip(sheet.sum(&limit)).filter(|(sum, most)| sum > most);
        sums.map(|(sum, most)| Failure::numbers(parts.clone(), most, sum)).into_iter().collect()
    }))
}

pub(super) fn total_given(n: &Names<'_>, total: &str, parts: &[String]) -> Result<Run, SpecError> {
    let (parts, total) = (n.fields(parts)?, n.field(total)?);
    Ok(Box::new(move |sheet| {
        let sum = sheet.known_sum(&parts).filter(|sum| *sum > 0 && sheet.get(total).is_none());
        let missing = |sum| Failure {
            fields: vec![total],
            expected: Figure::Number(sum),
            found: Figure::Text(String::new()),
        };
        sum.map(missing).into_iter().collect()
    }))
}

pub(super) fn both_or_neither(
    n: &Names<'_>,
    some: &[String],
    also: &[String],
) -> Result<Run, SpecError> {
    let (some, also) = (n.fields(some)?, n.fields(also)?);
    Ok(Box::new(move |sheet| {
        let sums = sheet.sum(&some).zip(sheet.sum(&also)).filter(|(s, a)| *s > 0 && *a == 0);
        sums.map(|(s, a)| Failure::numbers(also.clone(), s, a)).into_iter().collect()
    }))
}

pub(super) fn not_all_zero(n: &Names<'_>, of: &[String]) -> Result<Run, SpecError> {
    let of = n.fields(of)?;
    Ok(Box::new(move |sheet| {
        let empty = sheet.sum(&of) == Some(0);
        empty.then(|| Failure::numbers(Vec::new(), 1, 0)).into_iter().collect()
    }))
}

pub(super) fn not_zero(n: &Names<'_>, field: &str) -> Result<Run, SpecError> {
    let field = n.field(field)?;
    Ok(Box::new(move |sheet| {
        let zero = sheet.get(field) == Some(0);
        zero.then(|| Failure::numbers(vec![field], 1, 0)).into_iter().collect()
    }))
}

pub(super) fn at_most(n: &Names<'_>, field: &str, limit: &str) -> Result<Run, SpecError> {
    let (field, limit) = (n.field(field)?, n.field(limit)?);
    Ok(Box::new(move |sheet| {
        let both = sheet.get(field).zip(sheet.get(limit)).filter(|(f, most)| *most > 0 && f > most);
        both.map(|(f, most)| Failure::numbers(vec![field, limit], most, f)).into_iter().collect()
    }))
}

fn with(parts: &[usize], total: usize) -> Vec<usize> {
    parts.iter().copied().chain([total]).collect()
}
