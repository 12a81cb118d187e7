//! What all Dutch elections share: kinds of unit, figures, the form of Model N 10-1 and its rules.
//! The texts stand in `data/`; here is only how a definition is put together from them.

use std::collections::BTreeMap;

use election::{
    AcrossRule, AttributeKind, AttributeSpec, Calendar, ContestSpec, FieldSpec, FormSpec, Head,
    Instant, Kind, Presence, SectionBody, SelectionSpec, SignaturePolicy, Texts,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::ConvertError;

/// `data/dutch.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dutch {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) figures: Vec<SelectionSpec>,
    pub(crate) contests: Vec<ContestSpec>,
    pub(crate) across: Vec<AcrossRule>,
    pub(crate) signatures: SignaturePolicy,
}

/// What one Dutch election has of its own.
pub(crate) struct Own<'a> {
    pub(crate) id: String,
    pub(crate) name: Texts,
    /// The day of the vote.
    pub(crate) date: jiff::civil::Date,
    /// The kinds of unit in it, by id.
    pub(crate) kinds: &'a [&'a str],
    pub(crate) lists: Vec<SelectionSpec>,
    /// The figures of voters and ballots that some form of it carries, by id.
    pub(crate) figures: &'a [&'a str],
    pub(crate) forms: Vec<FormSpec>,
}

impl Dutch {
    /// Reads the shared texts.
    ///
    /// # Errors
    /// When the file beside the converter is broken.
    pub(crate) fn read() -> Result<Self, ConvertError> {
        json(include_str!("../data/dutch.json"))
    }

    /// The definition of one election.
    ///
    /// # Errors
    /// When its day is none that a clock has.
    pub(crate) fn head(self, own: Own<'_>) -> Result<Head, ConvertError> {
        let close = polls_close(own.date)?;
        let figures = self.figures.into_iter().filter(|f| own.figures.contains(&&*f.id)).collect();
        let selections = [("lists".to_owned(), own.lists), ("figures".to_owned(), figures)];
        let postcode = AttributeSpec { id: "postcode".to_owned(), kind: AttributeKind::Text };
        Ok(Head {
            id: own.id,
            name: own.name,
            languages: vec!["nl".into(), "en".into()],
            calendar: Calendar {
                zone: "Europe/Amsterdam".to_owned(),
                polls_close: close,
                release: close,
            },
            kinds: self.kinds.into_iter().filter(|k| own.kinds.contains(&&*k.id)).collect(),
            attributes: vec![postcode],
            selections: BTreeMap::from(selections),
            contests: self.contests,
            heard: None,
            outcome: None,
            forms: own.forms,
            across: self.across,
            signatures: self.signatures,
        })
    }
}

/// Polling stations close at 21:00 (Kieswet J 1), which is the release moment too. The rule for
/// summer time is written out, so that the folder does not depend on a machine's tables: last
/// Sunday of March to last Sunday of October (directive 2000/84/EC).
fn polls_close(date: jiff::civil::Date) -> Result<Instant, ConvertError> {
    let bad = |e: jiff::Error| ConvertError::Definition(e.to_string());
    let zone = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").map_err(bad)?;
    let close = date.at(21, 0, 0, 0).to_zoned(zone).map_err(bad)?;
    Ok(Instant::from_seconds(close.timestamp().as_second()))
}

/// The paper form of a polling station with all its rules.
///
/// # Errors
/// When the file beside the converter is broken.
pub(crate) fn n10_1() -> Result<FormSpec, ConvertError> {
    json(include_str!("../data/n10-1.json"))
}

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, ConvertError> {
    serde_json::from_str(text).map_err(|e| ConvertError::Definition(e.to_string()))
}

/// The form with only those sections, fields and rules; a section without fields goes too.
pub(crate) fn keep(
    mut form: FormSpec,
    section: impl Fn(&str) -> bool,
    field: impl Fn(&str) -> bool,
    rule: impl Fn(&str) -> bool,
) -> FormSpec {
    for fields in plain_fields(&mut form) {
        fields.retain(|f| field(&f.code));
    }
    form.sections.retain(|s| {
        let empty = matches!(&s.body, SectionBody::Fields { fields } if fields.is_empty());
        section(&s.id) && !empty
    });
    form.rules.retain(|r| rule(&r.code));
    form
}

/// The fields that a form names one by one, section by section.
pub(crate) fn plain_fields(form: &mut FormSpec) -> impl Iterator<Item = &mut Vec<FieldSpec>> {
    form.sections.iter_mut().filter_map(|section| match &mut section.body {
        SectionBody::Fields { fields } => Some(fields),
        _ => None,
    })
}

/// Lets every field of the form be left empty: a file may leave it out.
pub(crate) fn make_optional(form: &mut FormSpec) {
    plain_fields(form).flatten().for_each(|field| field.presence = Presence::Optional);
    for section in &mut form.sections {
        if let SectionBody::Selections { presence, .. } | SectionBody::Candidates { presence, .. } =
            &mut section.body
        {
            *presence = Presence::Optional;
        }
    }
}
