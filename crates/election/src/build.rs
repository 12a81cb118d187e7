//! The one door: a definition that holds together becomes an [`Election`].

use std::collections::HashSet;

use crate::{
    AcrossCheck, AttributeKind, Contest, Contests, ElectionError, FormSpec, Head, MOST_SEATS,
    Method, SectionBody, Selection, Texts, UnitIndex, UnitTable, Units,
    ballot::{BallotLines, Ballots},
    limits::check_limits,
    names::check_names,
};

/// An election's definition, checked and indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    head: Head,
    units: Units,
    contests: Contests,
    ballots: Ballots,
    /// For each kind of unit, the form it fills in.
    form_of_kind: Vec<Option<usize>>,
}

impl Election {
    /// Checks and indexes a definition.
    pub fn new(head: Head, table: &UnitTable) -> Result<Self, ElectionError> {
        check_names(&head)?;
        check_limits(&head, table.rows.len())?;
        check_texts(&head)?;
        check_once("kind", head.kinds.iter().map(|kind| &kind.id))?;
        check_once("attribute", head.attributes.iter().map(|attribute| &attribute.id))?;
        check_calendar(&head)?;
        let units = Units::build(table, &head.kinds, &head.attributes)?;
        let lines = BallotLines::new(&head.selections)?;
        let contests = Contests::build(&head.contests, &lines)?;
        let ballots = Ballots::build(&lines, &units)?;
        let form_of_kind = forms_by_kind(&head)?;
        check_heard(&head)?;
        check_outcome(&head)?;
        check_across(&head)?;
        Ok(Self { head, units, contests, ballots, form_of_kind })
    }

    /// The definition as it was written.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The tree of units.
    #[must_use]
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The contests.
    #[must_use]
    pub fn contests(&self) -> &Contests {
        &self.contests
    }

    /// Which form a unit fills in, as a place in [`Head::forms`]; most units with others inside
    /// them fill in none.
    #[must_use]
    pub fn form_of(&self, unit: UnitIndex) -> Option<usize> {
        self.form_of_kind.get(self.units.get(unit).kind).copied().flatten()
    }

    /// Does this selection stand on the ballot of this unit?
    #[must_use]
    pub fn on_ballot(&self, selection: &Selection, unit: UnitIndex) -> bool {
        self.ballots.stands(selection.ballot_line, unit)
    }

    /// Do the selections of a contest compete for the same votes, so that shares make sense? Those
    /// do to whom a form gives a section of their own; "blank" and "eligible" are fields named one
    /// by one.
    #[must_use]
    pub fn is_contested(&self, contest: &Contest) -> bool {
        let mut sections = self.head.forms.iter().flat_map(|form| &form.sections);
        sections.any(|section| match &section.body {
            SectionBody::Selections { contest: id, .. }
            | SectionBody::Quotient { contest: id, .. } => *id == contest.id,
            SectionBody::Candidates { .. } | SectionBody::Fields { .. } => false,
        })
    }

    /// Is this unit one of those whose figures the public waits for? Those are the places that
    /// count: units with a form and no units inside them.
    #[must_use]
    pub fn is_expected(&self, unit: UnitIndex) -> bool {
        self.units.get(unit).is_leaf() && self.form_of(unit).is_some()
    }
}

fn forms_by_kind(head: &Head) -> Result<Vec<Option<usize>>, ElectionError> {
    let mut by_kind = vec![None; head.kinds.len()];
    let mut ids = HashSet::new();
    for (number, form) in head.forms.iter().enumerate() {
        if !ids.insert(&form.id) {
            return Err(ElectionError::Twice { what: "form", id: form.id.clone() });
        }
        for kind in &form.kinds {
            let slot = slot_of_kind(head, form, kind, &mut by_kind)?;
            if slot.replace(number).is_some() {
                return Err(ElectionError::Twice { what: "form of kind", id: kind.clone() });
            }
        }
    }
    Ok(by_kind)
}

fn slot_of_kind<'a>(
    head: &Head,
    form: &FormSpec,
    kind: &str,
    by_kind: &'a mut [Option<usize>],
) -> Result<&'a mut Option<usize>, ElectionError> {
    let place = head.kinds.iter().position(|k| k.id == kind);
    place.and_then(|p| by_kind.get_mut(p)).ok_or_else(|| ElectionError::Undefined {
        place: format!("form {:?}", form.id),
        what: "kind of unit",
        id: kind.to_owned(),
    })
}

fn check_once<'a>(
    what: &'static str,
    ids: impl Iterator<Item = &'a String>,
) -> Result<(), ElectionError> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ElectionError::Twice { what, id: id.clone() });
        }
    }
    Ok(())
}

/// What the share heard is measured by is an attribute that holds numbers.
fn check_heard(head: &Head) -> Result<(), ElectionError> {
    let Some(heard) = &head.heard else { return Ok(()) };
    let mut attributes = head.attributes.iter();
    let count = attributes.any(|a| a.id == heard.attribute && a.kind == AttributeKind::Count);
    let (place, id) = ("heard".to_owned(), heard.attribute.clone());
    let undefined = ElectionError::Undefined { place, what: "attribute of numbers", id };
    if count { Ok(()) } else { Err(undefined) }
}

fn check_outcome(head: &Head) -> Result<(), ElectionError> {
    let Some(outcome) = &head.outcome else { return Ok(()) };
    let undefined = |what, id: &str| {
        let (place, id) = ("outcome".to_owned(), id.to_owned());
        Err(ElectionError::Undefined { place, what, id })
    };
    let Some(contest) = head.contests.iter().find(|contest| contest.id == outcome.contest) else {
        return undefined("contest", &outcome.contest);
    };
    let lists = head.selections.get(&contest.selections).into_iter().flatten();
    // Lots and seats name lists by their numbers.
    if let Some(list) = lists.into_iter().find(|list| !is_number(&list.id)) {
        return undefined("list number", &list.id);
    }
    if (outcome.method == Method::Hamilton) != outcome.quota.is_some() {
        let wanted = if outcome.quota.is_some() { "method" } else { "quota" };
        return undefined(wanted, "hamilton");
    }
    match outcome.seats {
        1..=MOST_SEATS => Ok(()),
        found => Err(ElectionError::Seats { most: MOST_SEATS, found }),
    }
}

/// One number has one name: "01" is none.
fn is_number(id: &str) -> bool {
    id.parse::<u64>().is_ok_and(|number| number.to_string() == id)
}

/// The checks across units name sections that some form has.
fn check_across(head: &Head) -> Result<(), ElectionError> {
    let there = |id: &String| {
        head.forms.iter().any(|form| form.sections.iter().any(|section| section.id == *id))
    };
    for rule in &head.across {
        let AcrossCheck::NoCopy { sections, .. } = &rule.check else { continue };
        if let Some(id) = sections.iter().find(|id| !there(id)) {
            let (place, id) = (format!("rule {:?}", rule.code), id.clone());
            return Err(ElectionError::Undefined { place, what: "section", id });
        }
    }
    Ok(())
}

fn check_calendar(head: &Head) -> Result<(), ElectionError> {
    let calendar = &head.calendar;
    if calendar.release < calendar.polls_close {
        return Err(ElectionError::Calendar(format!(
            "the release moment {} lies before the polls close at {}",
            calendar.release, calendar.polls_close
        )));
    }
    // jiff brings the table of zones along, so that every machine has the same one.
    match jiff::tz::TimeZone::get(&calendar.zone) {
        // It finds names in any case; one zone has one name.
        Ok(zone) if zone.iana_name() == Some(&calendar.zone) && !zone.is_unknown() => Ok(()),
        _ => Err(ElectionError::Calendar(format!("there is no zone {:?}", calendar.zone))),
    }
}

/// Every text stands in every language.
fn check_texts(head: &Head) -> Result<(), ElectionError> {
    let check = |place: String, texts: &Texts| match texts.missing(&head.languages) {
        Some(language) => {
            Err(ElectionError::Untranslated { place, language: language.as_str().to_owned() })
        }
        None => Ok(()),
    };
    check("name".to_owned(), &head.name)?;
    for kind in &head.kinds {
        check(format!("kind {:?}", kind.id), &kind.one)?;
        check(format!("kind {:?}", kind.id), &kind.many)?;
    }
    for (list, selection) in head.selections.iter().flat_map(|(l, s)| s.iter().map(move |s| (l, s)))
    {
        check(format!("selection {:?} of {list:?}", selection.id), &selection.name)?;
    }
    for contest in &head.contests {
        check(format!("contest {:?}", contest.id), &contest.name)?;
    }
    head.heard.iter().try_for_each(|heard| check("heard".to_owned(), &heard.name))?;
    head.forms.iter().try_for_each(|form| check_form_texts(form, &check))?;
    head.across.iter().try_for_each(|rule| check(format!("rule {:?}", rule.code), &rule.text))
}

fn check_form_texts(
    form: &FormSpec,
    check: &impl Fn(String, &Texts) -> Result<(), ElectionError>,
) -> Result<(), ElectionError> {
    let of_form = |what: &str, id: &str| format!("{what} {id:?} of form {:?}", form.id);
    check(format!("form {:?}", form.id), &form.name)?;
    for section in &form.sections {
        check(of_form("section", &section.id), &section.name)?;
        if let SectionBody::Fields { fields } = &section.body {
            fields.iter().try_for_each(|f| check(of_form("field", &f.code), &f.name))?;
        }
    }
    form.rules.iter().try_for_each(|rule| check(of_form("rule", &rule.code), &rule.text))
}
