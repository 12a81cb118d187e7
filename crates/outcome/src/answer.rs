//! What `countersign seats` answers, with every step that a person with a pencil would take.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};

use crate::{Bounds, Caucus, Judged, Ratio, Satellites};

/// An answer about seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Answer {
    /// All that can be said.
    Complete(Box<Complete>),
    /// All that can be said of a caucus.
    #[serde(rename = "complete")]
    Caucus(Caucus),
    /// Whether an award of a caucus is legal.
    #[serde(rename = "complete")]
    Judged(Judged),
    /// All that can be said of the satellites of a district.
    #[serde(rename = "complete")]
    Satellites(Satellites),
    /// A lot has to be drawn before anything more can be said.
    LotRequired(LotRequired),
    /// The question makes no sense.
    Error {
        /// Why.
        error: String,
    },
}

/// Seats, and who is elected where candidates are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Complete {
    /// Seats by list.
    pub seats: BTreeMap<String, u64>,
    /// Seats that nobody can take.
    pub unassigned: u64,
    /// How many votes make a full seat, where the law has such a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Ratio>,
    /// What a vote of each province weighs, where votes are told by province.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub vote_values: BTreeMap<String, u64>,
    /// Each step, in order.
    pub steps: Vec<Step>,
    /// By list, who is elected: by preference first, then in list order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub elected: BTreeMap<String, Vec<Person>>,
    /// By list, how many of those elected are so by preference: they come first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub preferred: BTreeMap<String, u64>,
    /// By list, who follows when a seat falls free.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub succession: BTreeMap<String, Vec<Person>>,
    /// What can still change, where that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
}

impl Complete {
    /// Who is elected on a list, in order of election, and whether by preference: those come first.
    #[must_use]
    pub fn ranked(&self, list: &str) -> Vec<(&Person, bool)> {
        let preferred = self.preferred.get(list).copied().unwrap_or(0);
        let elected = self.elected.get(list).into_iter().flatten().zip(0..);
        elected.map(|(person, rank)| (person, rank < preferred)).collect()
    }
}

/// The lists that have a seat, by number.
#[must_use]
pub fn with_seats(seats: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut lists: Vec<(&str, u64)> = seats
        .iter()
        .map(|(list, seats)| (&**list, *seats))
        .filter(|(_, seats)| *seats > 0)
        .collect();
    lists.sort_by_key(|(list, _)| (list.parse::<u64>().unwrap_or(u64::MAX), *list));
    lists
}

/// A candidate: the place on the list, or who it is where lists differ between districts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Person {
    /// The place on the list, from 1.
    Place(u64),
    /// As the request names them.
    Named(String),
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(place) => place.fmt(f),
            Self::Named(name) => name.fmt(f),
        }
    }
}

/// A tie that no rule breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LotRequired {
    /// What it is about.
    #[serde(rename = "for")]
    pub purpose: Purpose,
    /// Who are tied: lists, or `list/candidate`.
    pub among: Vec<String>,
    /// How many of them can have what is drawn for.
    pub seats_left: u64,
    /// The seats so far.
    pub seats: BTreeMap<String, u64>,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// What can still change, where that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
}

/// What a lot is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Equal averages: the winner gets the seat.
    LargestAverage,
    /// Equal surpluses: the winner gets the seat.
    LargestSurplus,
    /// Equal votes: the winner gets the seat.
    MostVotes,
    /// Equal claims to the last residual seat: the one drawn gives it to the list with the majority.
    AbsoluteMajority,
    /// Equal surpluses inside a group of lists: the winner gets the seat.
    GroupSurplus,
    /// Equal preference votes: the winner is elected.
    Preference,
    /// A caucus awards too many delegates: the one drawn loses one.
    Surplus,
    /// A caucus awards too few delegates: the winner gains one.
    Shortage,
}

impl Purpose {
    /// What has to be drawn, for people: whoever records the lot has to know what it decides.
    #[must_use]
    pub fn question(self, places: u64, among: &str) -> String {
        let drawn = match self {
            Self::LargestAverage => "equal averages: who gets a seat",
            Self::LargestSurplus | Self::GroupSurplus => "equal surpluses: who gets a seat",
            Self::MostVotes => "equal votes: who gets a seat",
            Self::AbsoluteMajority => {
                "who gives a seat up to the list with the majority of the votes"
            }
            Self::Preference => "equal preference votes: who is elected",
            Self::Surplus => "too many delegates: who loses one",
            Self::Shortage => "too few delegates: who gains one",
        };
        format!("a lot is to be drawn, {drawn}: {places} of {among}")
    }
}

/// One step on the way to the seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// The list that gets a seat, or loses it when it is exhausted.
    pub list: String,
    /// The list that a seat was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The average, surplus or number of quotas that decided it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Ratio>,
    /// How many seats the list has after it.
    pub seats: u64,
    /// The article that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<&'static str>,
    /// The averages, surpluses or votes of all lists that took part, where one was compared with
    /// the others; of several seats for one value they stand at the first.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    pub compared: Vec<(Arc<str>, Ratio)>,
}

fn as_map<S: Serializer>(compared: &[(Arc<str>, Ratio)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(compared.iter().map(|(list, value)| (&**list, value)))
}

impl Step {
    /// The step as a person would write it down.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { kind, list, from, value, seats, article, .. } = self;
        let article = article.map_or_else(String::new, |article| format!("{article:<5} "));
        let value = value.map_or_else(String::new, |value| format!(" ({value})"));
        let from = from.as_ref().map_or_else(String::new, |from| format!(" from list {from}"));
        format!("{article}{:<18} list {list}{from}{value}: {seats} seats", kind.name())
    }

    /// What was compared, the largest first.
    #[must_use]
    pub fn ranking(&self) -> Vec<(&str, Ratio)> {
        let mut ranking: Vec<(&str, Ratio)> =
            self.compared.iter().map(|(list, value)| (&**list, *value)).collect();
        ranking.sort_by(|(_, one), (_, other)| other.cmp(one));
        ranking
    }
}

impl StepKind {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full seats",
            Self::LargestAverage => "largest average",
            Self::LargestSurplus => "largest surplus",
            Self::MostVotes => "most votes",
            Self::AbsoluteMajority => "absolute majority",
            Self::Exhausted => "no candidate left",
            Self::Lot => "by lot",
        }
    }
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Full seats, all of a list at once; the value is its votes in quotas.
    Full,
    /// One seat to the largest average.
    LargestAverage,
    /// One seat to the largest surplus.
    LargestSurplus,
    /// One seat to the most votes.
    MostVotes,
    /// One seat to the list with more than half of the votes.
    AbsoluteMajority,
    /// A seat that a list has nobody for.
    Exhausted,
    /// A lot that was drawn: this list won it.
    Lot,
}
