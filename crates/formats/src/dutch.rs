//! What all Dutch elections share: kinds of unit, figures, the form of Model N 10-1 and its rules.
//! The texts stand in `data/`; here is only how a definition is put together from them.

use std::collections::BTreeMap;

use election::{
    AcrossRule, AttributeKind, AttributeSpec, Calendar, ContestSpec, FieldSpec, FormSpec, Head,
    Instant, Kind, Presence, RuleRow, SectionBody, SelectionSpec, SignaturePolicy, Texts,
};
use serde::Deserialize;

/// A text that is kept beside the program, or a day, that makes no definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DutchError(String);

/// What stands in `data/dutch.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dutch {
    /// Kinds of unit.
    pub kinds: Vec<Kind>,
    /// Figures of voters and ballots.
    pub figures: Vec<SelectionSpec>,
    /// The contests.
    pub contests: Vec<ContestSpec>,
    /// Checks across readings and units.
    pub across: Vec<AcrossRule>,
    /// Who signs, by channel.
    pub signatures: SignaturePolicy,
}

/// What one Dutch election has of its own.
pub struct Own<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// The day of the vote.
    pub date: jiff::civil::Date,
    /// The kinds of unit in it, by id.
    pub kinds: &'a [&'a str],
    /// The lists.
    pub lists: Vec<SelectionSpec>,
    /// The figures of voters and ballots that some form of it carries, by id.
    pub figures: &'a [&'a str],
    /// The forms.
    pub forms: Vec<FormSpec>,
}

impl Dutch {
    /// Reads the shared texts.
    ///
    /// # Errors
    /// When the file beside the program is broken.
    pub fn read() -> Result<Self, DutchError> {
        serde_json::from_str(include_str!("../data/dutch.json")).map_err(broken)
    }

    /// The definition of one election.
    ///
    /// # Errors
    /// When its day is none that a clock has.
    pub fn head(self, own: Own<'_>) -> Result<Head, DutchError> {
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
fn polls_close(date: jiff::civil::Date) -> Result<Instant, DutchError> {
    let zone = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").map_err(broken)?;
    let close = date.at(21, 0, 0, 0).to_zoned(zone).map_err(broken)?;
    Ok(Instant::from_seconds(close.timestamp().as_second()))
}

/// The paper form of a polling station with all its rules.
///
/// # Errors
/// When the file beside the program is broken.
pub fn n10_1() -> Result<FormSpec, DutchError> {
    serde_json::from_str(include_str!("../data/n10-1.json")).map_err(broken)
}

/// What a committee's form over others has of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SumForm {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Texts,
    /// The checks that only it has.
    pub rules: Vec<RuleRow>,
}

/// What the form of a committee over others has of its own.
///
/// # Errors
/// When the file beside the program is broken.
pub fn na31_2() -> Result<SumForm, DutchError> {
    serde_json::from_str(include_str!("../data/na31-2.json")).map_err(broken)
}

fn broken(problem: impl std::fmt::Display) -> DutchError {
    DutchError(problem.to_string())
}

/// The form with only those sections, fields and rules; a section without fields goes too.
#[must_use]
pub fn keep(
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
pub fn plain_fields(form: &mut FormSpec) -> impl Iterator<Item = &mut Vec<FieldSpec>> {
    form.sections.iter_mut().filter_map(|section| match &mut section.body {
        SectionBody::Fields { fields } => Some(fields),
        _ => None,
    })
}

/// Lets every field of the form be left empty: a file may leave it out.
pub fn make_optional(form: &mut FormSpec) {
    plain_fields(form).flatten().for_each(|field| field.presence = Presence::Optional);
    for section in &mut form.sections {
        if let SectionBody::Selections { presence, .. } | SectionBody::Candidates { presence, .. } =
            &mut section.body
        {
            *presence = Presence::Optional;
        }
    }
}
