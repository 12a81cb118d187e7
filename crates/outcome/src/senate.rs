//! The Senate: members of the provinces' assemblies vote, and a vote weighs as much as the people
//! that it speaks for (chapter U of the Kieswet).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{List, Method, Request, Stop};

/// What a vote of one province weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum VoteValue {
    /// As it was announced.
    Announced(u64),
    /// As it follows from the law.
    Of(Province),
}

/// What a vote's value follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Its inhabitants.
    pub inhabitants: u64,
    /// The members of its assembly.
    pub members: u64,
}

impl VoteValue {
    /// U 2: the inhabitants divided by a hundred times the members, to the nearest whole number, a
    /// half upwards. `None` without members.
    #[must_use]
    pub fn get(self) -> Option<u64> {
        match self {
            Self::Announced(value) => Some(value),
            Self::Of(Province { inhabitants, members }) => {
                let parts = u128::from(members) * 200;
                let halves = u128::from(inhabitants) * 2 + parts / 2;
                u64::try_from(halves.checked_div(parts)?).ok()
            }
        }
    }
}

/// A request with the votes of provinces weighed and added up, and what they weigh.
pub(crate) struct Weighed {
    pub(crate) request: Request,
    pub(crate) vote_values: BTreeMap<String, u64>,
}

/// Weighs the votes; `None` where no vote is one of a province.
pub(crate) fn weighed(request: &Request) -> Result<Option<Weighed>, Stop> {
    let by_province = request.lists.iter().any(|list| list.provinces.is_some());
    let values = match (&request.vote_values, by_province) {
        (None, false) => return Ok(None),
        (None, true) => {
            return Err(bad("vote_values: expected those of each province, found none"));
        }
        (Some(_), _) if request.method != Method::NlSenate => {
            return Err(bad("vote_values: expected the method nl-senate, found another"));
        }
        (Some(values), _) => self::values(values)?,
    };
    // A unit's votes would have to be weighed too, and nobody says which province it is.
    if request.unheard.is_some() {
        return Err(bad("unheard: expected no vote_values beside it, found some"));
    }
    let lists = request.lists.iter().map(|list| {
        weigh(list, &values).map_err(|problem| bad(&format!("list {}: {problem}", list.number)))
    });
    let lists = lists.collect::<Result<_, _>>()?;
    let request = Request { lists, ..request.clone() };
    Ok(Some(Weighed { request, vote_values: values }))
}

fn bad(problem: &str) -> Stop {
    Stop::Bad(problem.to_owned())
}

fn values(values: &BTreeMap<String, VoteValue>) -> Result<BTreeMap<String, u64>, Stop> {
    let value = |(province, value): (&String, &VoteValue)| match value.get() {
        Some(number) => Ok((province.clone(), number)),
        None => Err(bad(&format!("vote_values: {province}: expected members, found none"))),
    };
    values.iter().map(value).collect()
}

/// Every candidate's votes, each as much as it weighs.
fn weigh(list: &List, values: &BTreeMap<String, u64>) -> Result<List, String> {
    let Some(provinces) = &list.provinces else {
        return Err("provinces: expected votes by province, found none".to_owned());
    };
    if list.votes.is_some() || list.total.is_some() || list.districts.is_some() {
        return Err("expected votes by province alone, found others beside them".to_owned());
    }
    let candidates = provinces.values().map(Vec::len).max().unwrap_or(0);
    let mut votes = vec![0_u64; candidates];
    for (province, counts) in provinces {
        let value = values
            .get(province)
            .ok_or_else(|| format!("provinces: expected a vote value of {province}, found none"))?;
        if counts.len() != candidates {
            let found = counts.len();
            return Err(format!(
                "provinces: {province}: expected {candidates} votes, found {found}"
            ));
        }
        for (sum, count) in votes.iter_mut().zip(counts) {
            let more = count.checked_mul(*value).and_then(|more| sum.checked_add(more));
            *sum =
                more.ok_or_else(|| format!("expected at most {} votes, found more", u64::MAX))?;
        }
    }
    Ok(List { votes: Some(votes), provinces: None, ..list.clone() })
}
