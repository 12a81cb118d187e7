//! What is asked of `countersign seats`: one JSON object.

use std::collections::BTreeMap;

use election::{Fraction, Method, NamedQuota};
use serde::Deserialize;

use crate::{Person, VoteValue};

/// The quota of [`Method::Hamilton`]; with `assigned`, a fraction of votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Quota {
    /// By its name.
    Named(NamedQuota),
    /// As it is.
    Votes(Fraction),
}

/// What a threshold is a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdOf {
    /// All valid votes.
    #[default]
    Valid,
    /// All eligible voters.
    Eligible,
}

/// A question about seats.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The law.
    pub method: Method,
    /// How many seats there are.
    #[serde(default)]
    pub seats: Option<u64>,
    /// The lists.
    pub lists: Vec<List>,
    /// The share that a list must have to take part.
    #[serde(default)]
    pub threshold: Option<Fraction>,
    /// Of what.
    #[serde(default)]
    pub threshold_of: ThresholdOf,
    /// How many may vote.
    #[serde(default)]
    pub eligible_votes: Option<u64>,
    /// The lots that were drawn, in the order in which they are asked: winners, as a list's number
    /// or `list/candidate`.
    #[serde(default)]
    pub lots: Vec<String>,
    /// Seats by list that stand already; then only who is elected is asked.
    #[serde(default)]
    pub assigned: Option<BTreeMap<String, u64>>,
    /// For Hamilton, or with `assigned`.
    #[serde(default)]
    pub quota: Option<Quota>,
    /// Units whose votes the lists do not have yet; then it is also asked what can still change.
    #[serde(default)]
    pub unheard: Option<Vec<Unheard>>,
    /// For the Senate: what a vote of each province weighs, where votes are told by province.
    #[serde(default)]
    pub vote_values: Option<BTreeMap<String, VoteValue>>,
}

impl Request {
    /// A question without seats or lists, to be filled in.
    #[must_use]
    pub fn new(method: Method) -> Self {
        Self {
            method,
            seats: None,
            lists: Vec::new(),
            threshold: None,
            threshold_of: ThresholdOf::default(),
            eligible_votes: None,
            lots: Vec::new(),
            assigned: None,
            quota: None,
            vote_values: None,
            unheard: None,
        }
    }

    /// A question about lists of which only the number and all votes are known.
    #[must_use]
    pub fn of_totals(
        method: Method,
        seats: u64,
        totals: impl IntoIterator<Item = (u64, u64)>,
    ) -> Self {
        let lists = totals.into_iter();
        let list = |(number, total)| List { number, total: Some(total), ..List::default() };
        Self { seats: Some(seats), lists: lists.map(list).collect(), ..Self::new(method) }
    }
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Its number.
    pub number: u64,
    /// Its name, for whoever reads the request.
    #[serde(default)]
    pub name: Option<String>,
    /// Votes by candidate, in list order.
    #[serde(default)]
    pub votes: Option<Vec<u64>>,
    /// Votes for the whole list, where nothing is known of its candidates.
    #[serde(default)]
    pub total: Option<u64>,
    /// How many candidates it has; as many as have votes, unless told.
    #[serde(default)]
    pub candidates: Option<u64>,
    /// The group that it belongs to, which takes part as one list.
    #[serde(default)]
    pub combination: Option<String>,
    /// Candidates who died: by their place on the list from 1, or as `people` names them.
    #[serde(default)]
    pub deceased: Vec<Person>,
    /// Votes by district and place, where the list is not the same in all districts.
    #[serde(default)]
    pub districts: Option<BTreeMap<String, Vec<u64>>>,
    /// Who stands at each place, by district.
    #[serde(default)]
    pub people: Option<BTreeMap<String, Vec<String>>>,
    /// For the Senate: votes by candidate, in list order, of each province, before they are weighed.
    #[serde(default)]
    pub provinces: Option<BTreeMap<String, Vec<u64>>>,
}

/// A unit that was not heard yet, or whose votes are held or disputed. None of its votes are among
/// those of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unheard {
    /// Which.
    pub unit: String,
    /// The most votes that it can bring, where nothing is known of it.
    #[serde(default)]
    pub eligible: Option<u64>,
    /// The lists that stand there; all, unless told.
    #[serde(default)]
    pub lists: Option<Vec<String>>,
    /// Votes by list as it was told, more than once; one of these readings is true.
    #[serde(default)]
    pub readings: Option<Vec<BTreeMap<String, u64>>>,
}
