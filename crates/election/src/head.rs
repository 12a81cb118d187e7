//! The definition as it is written in election.json.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    AcrossRule, AttributeSpec, ElectionError, FormSpec, Instant, Language, OutcomeRule,
    SelectionSpec, Texts, contest::ContestSpec,
};

/// election.json, field by field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its id, such as `nl-tk2025`; part of the log's name.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// Every text of the definition stands in all of these; the first is the default.
    pub languages: Vec<Language>,
    /// When what happens.
    pub calendar: Calendar,
    /// The kinds of unit, from the whole down.
    pub kinds: Vec<Kind>,
    /// The extra columns of units.csv.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeSpec>,
    /// Named lists of selections; several contests may be about the same one.
    pub selections: BTreeMap<String, Vec<SelectionSpec>>,
    /// The contests.
    pub contests: Vec<ContestSpec>,
    /// What the share of the election that was heard is measured in, beside a count of units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
    /// How votes become seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeRule>,
    /// The forms.
    pub forms: Vec<FormSpec>,
    /// Checks across units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub across: Vec<AcrossRule>,
    /// Who must sign what.
    pub signatures: SignaturePolicy,
}

impl Head {
    /// Reads election.json.
    ///
    /// # Errors
    /// When it is not JSON of the right shape.
    pub fn from_json(text: &str) -> Result<Self, ElectionError> {
        let fault = |e: serde_json::Error| ElectionError::Head(e.to_string());
        let head: Self = serde_json::from_str(text).map_err(fault)?;
        let written: Value = serde_json::from_str(text).map_err(fault)?;
        let printed = serde_json::to_value(&head).map_err(fault)?;
        match other_shape("election.json", &written, &printed) {
            Some(place) => Err(ElectionError::Head(format!("{place} is written in another form"))),
            None => Ok(head),
        }
    }
}

/// Where a value is written in a form that only serde takes: an array in the place of an object
/// whose keys are fixed, or an object in the place of a word. Another reader would refuse it.
fn other_shape(place: &str, written: &Value, printed: &Value) -> Option<String> {
    match (written, printed) {
        (Value::Object(written), Value::Object(printed)) => {
            let both =
                written.iter().filter_map(|(key, value)| Some((key, value, printed.get(key)?)));
            both.into_iter().find_map(|(key, written, printed)| {
                other_shape(&format!("{place}.{key}"), written, printed)
            })
        }
        (Value::Array(written), Value::Array(printed)) => {
            let both = (0..).zip(written.iter().zip(printed));
            both.into_iter().find_map(|(index, (written, printed)): (usize, _)| {
                other_shape(&format!("{place}[{index}]"), written, printed)
            })
        }
        (Value::Array(_) | Value::Object(_), _) => Some(place.to_owned()),
        _ => None,
    }
}

/// When what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The time zone in which the public reads times (IANA name).
    pub zone: String,
    /// The last moment at which a vote can be cast.
    pub polls_close: Instant,
    /// The release moment T: nothing about results is public before it.
    pub release: Instant,
}

/// A kind of unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its id, such as `polling-station`.
    pub id: String,
    /// Its name, one of them.
    pub one: Texts,
    /// Its name, many of them.
    pub many: Texts,
}

/// How the share heard is measured: by an attribute of the units, such as the state delegate
/// equivalents allotted to each, which the definition knows before anyone votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// The attribute.
    pub attribute: String,
    /// What it is called.
    pub name: Texts,
}

/// Who must sign what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignaturePolicy {
    /// For each way in which a record may come, how many persons sign it. A channel that is not
    /// named is not open.
    pub channels: BTreeMap<String, ChannelPolicy>,
    /// Whether nobody gets a key without a one-time code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub codes: bool,
    /// How many officers sign a release, a decision or a list of keys.
    pub officers: u8,
    /// How many registrars of an area sign a list of codes or keys of what lies in it; without it
    /// there are no registrars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registrars: Option<u8>,
}

impl SignaturePolicy {
    /// How many members of a unit speak for all of them: as many as the strictest channel asks for.
    #[must_use]
    pub fn committee(&self) -> u8 {
        self.channels.values().map(|channel| channel.persons).max().unwrap_or(1)
    }
}

/// Who must sign what comes this way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelPolicy {
    /// How many different persons.
    pub persons: u8,
}

/// Whether a log is the real thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Real people's records.
    Live,
    /// A recorded or invented night; its keys can never sign into a live log.
    Rehearsal,
}
