//! How much a definition may ask for.
//!
//! A few kilobytes can name more than fits in any memory: a thousand lists of 65,535 candidates, in
//! a thousand contests. Whoever verifies a stranger's bundle does not pay for that. Everything here is
//! counted before anything is made of it, and lies far beyond any election.

use std::collections::BTreeMap;

use crate::{
    Check, ElectionError, FormSpec, Head, RuleRow, Section, SectionBody, SelectionSpec, Texts,
};

/// Languages of an election: each has a text of every finding.
pub const MOST_LANGUAGES: u64 = 64;
/// Kinds of unit, contests, forms, channels and rules across units; of a form its sections and its
/// rules. They are looked up one after the other.
pub const MOST_NAMED: u64 = 1_000;
/// Extra columns of units.csv: 100 for a million units are 2.4 GB.
pub const MOST_ATTRIBUTES: u64 = 100;
/// Selections of all contests with their candidates, and fields of all forms: four lists of 65,535
/// candidates. A parliament of 27 lists of 80 has 2,187.
pub const MOST_COLUMNS: u64 = 262_144;
/// Bytes of a field's code, and of what stands before a selection in one.
pub const MOST_CODE: u64 = 64;
/// Fields that the rules and sums of all forms name, a section counted as its fields.
pub const MOST_RULED: u64 = 1_000_000;
/// Groups of a caucus worksheet: its arithmetic holds each against each.
pub const MOST_GROUPS: u64 = 100;
/// How often a rule's text may say `{fields}`, each of which is replaced by all of them.
pub const MOST_FIELDS_TOLD: u64 = 4;
/// Cells of a table with a row for every unit: a million units with 200 figures each, or 3.2 GB of
/// sums. A parliament of 10,465 stations and 2,187 figures has 23 million.
pub const MOST_CELLS: u64 = 200_000_000;

/// Asks no more than it may, with this many units?
pub(crate) fn check_limits(head: &Head, units: usize) -> Result<(), ElectionError> {
    let units = units as u64;
    most("election.json", "languages", MOST_LANGUAGES, head.languages.len())?;
    most("election.json", "kinds of unit", MOST_NAMED, head.kinds.len())?;
    most("election.json", "attributes", MOST_ATTRIBUTES, head.attributes.len())?;
    most("election.json", "contests", MOST_NAMED, head.contests.len())?;
    most("election.json", "forms", MOST_NAMED, head.forms.len())?;
    most("election.json", "rules across units", MOST_NAMED, head.across.len())?;
    most("election.json", "channels", MOST_NAMED, head.signatures.channels.len())?;
    let contests = Contests::new(head);
    check_columns(head, &contests, units)?;
    check_standing(head, units)?;
    check_forms(head, &contests, units)?;
    head.across.iter().try_for_each(|rule| check_told("across", &rule.code, &rule.text))
}

fn most(
    place: &str,
    what: &'static str,
    most: u64,
    found: impl TryInto<u64>,
) -> Result<(), ElectionError> {
    let found = found.try_into().unwrap_or(u64::MAX);
    if found <= most {
        return Ok(());
    }
    Err(ElectionError::TooMany { place: place.to_owned(), what, most, found })
}

/// How many selections a contest has: lists, and candidates on them.
#[derive(Clone, Copy, Default)]
struct Size {
    lists: u64,
    candidates: u64,
}

/// The contests by their ids. A name that leads nowhere counts for nothing here; whoever follows it
/// refuses it.
struct Contests<'a>(BTreeMap<&'a str, Size>);

impl<'a> Contests<'a> {
    fn new(head: &'a Head) -> Self {
        let sizes: BTreeMap<&str, Size> =
            head.selections.iter().map(|(name, list)| (name.as_str(), size(list))).collect();
        let of = |name: &str| sizes.get(name).copied().unwrap_or_default();
        Self(head.contests.iter().map(|c| (c.id.as_str(), of(&c.selections))).collect())
    }

    fn get(&self, id: &str) -> Size {
        self.0.get(id).copied().unwrap_or_default()
    }

    /// How many fields a section has.
    fn fields(&self, section: &Section) -> u64 {
        match &section.body {
            SectionBody::Fields { fields } => fields.len() as u64,
            SectionBody::Selections { contest, .. } | SectionBody::Quotient { contest, .. } => {
                self.get(contest).lists
            }
            SectionBody::Candidates { contest, .. } => self.get(contest).candidates,
        }
    }
}

fn size(list: &[SelectionSpec]) -> Size {
    let candidates = list.iter().map(|selection| selection.candidates.count() as u64).sum();
    Size { lists: list.len() as u64, candidates }
}

/// The figures of the tally.
fn check_columns(head: &Head, contests: &Contests<'_>, units: u64) -> Result<(), ElectionError> {
    let mut columns = 0;
    for contest in &head.contests {
        let Size { lists, candidates } = contests.get(&contest.id);
        columns += lists + candidates;
        let place = format!("contest {:?}", contest.id);
        most(&place, "selections with all contests above it", MOST_COLUMNS, columns)?;
    }
    most("the tally", "figures of all units", MOST_CELLS, units * columns)
}

/// Who stands where: each unit that a selection names is marked with all inside it.
fn check_standing(head: &Head, units: u64) -> Result<(), ElectionError> {
    let named: u64 = head.selections.values().flatten().map(|s| s.within.len() as u64).sum();
    most("selections", "units on whose ballot one stands", MOST_CELLS, units * named)
}

fn check_forms(head: &Head, contests: &Contests<'_>, units: u64) -> Result<(), ElectionError> {
    let (mut fields, mut ruled) = (0, 0);
    for form in &head.forms {
        let place = format!("form {:?}", form.id);
        most(&place, "sections", MOST_NAMED, form.sections.len())?;
        most(&place, "rules", MOST_NAMED, form.rules.len())?;
        form.sections.iter().try_for_each(|section| check_codes(form, section))?;
        form.rules.iter().try_for_each(|rule| check_told(&place, &rule.code, &rule.text))?;
        let sections = Sections::new(form, contests);
        fields += sections.fields();
        most(&place, "fields with all forms above it", MOST_COLUMNS, fields)?;
        most(&place, "figures of all units", MOST_CELLS, units * sections.fields())?;
        ruled += sections.ruled(form);
        most(&place, "fields in rules and sums with all forms above it", MOST_RULED, ruled)?;
        most(&place, "groups of a caucus", MOST_GROUPS, sections.groups(form))?;
    }
    Ok(())
}

fn check_codes(form: &FormSpec, section: &Section) -> Result<(), ElectionError> {
    let place = || format!("section {:?} of form {:?}", section.id, form.id);
    let check = |code: &String| most(&place(), "bytes of a code", MOST_CODE, code.len());
    match &section.body {
        SectionBody::Fields { fields } => fields.iter().try_for_each(|field| check(&field.code)),
        SectionBody::Selections { prefix, .. } | SectionBody::Quotient { prefix, .. } => {
            check(prefix)
        }
        SectionBody::Candidates { .. } => Ok(()),
    }
}

fn check_told(place: &str, code: &str, text: &Texts) -> Result<(), ElectionError> {
    let place = format!("rule {code:?} of {place}");
    let told = |text: &String| {
        let found = text.matches("{fields}").count();
        most(&place, "times {fields} in a text", MOST_FIELDS_TOLD, found)
    };
    match text {
        Texts::Same(text) => told(text),
        Texts::Each(texts) => texts.values().try_for_each(told),
    }
}

/// How many fields each section of a form has.
struct Sections<'a>(BTreeMap<&'a str, u64>);

impl<'a> Sections<'a> {
    fn new(form: &'a FormSpec, contests: &Contests<'_>) -> Self {
        let mut sizes = BTreeMap::new();
        for section in &form.sections {
            *sizes.entry(section.id.as_str()).or_default() += contests.fields(section);
        }
        Self(sizes)
    }

    fn fields(&self) -> u64 {
        self.0.values().sum()
    }

    fn section(&self, id: &str) -> u64 {
        self.0.get(id).copied().unwrap_or_default()
    }

    /// A code is one field, `@section` all of a section.
    fn named(&self, names: &[String]) -> u64 {
        names.iter().map(|name| name.strip_prefix('@').map_or(1, |id| self.section(id))).sum()
    }

    fn ruled(&self, form: &FormSpec) -> u64 {
        let sums = form.sections.iter().flat_map(|section| match &section.body {
            SectionBody::Fields { fields } => fields.as_slice(),
            _ => &[],
        });
        let sums: u64 = sums.map(|field| self.named(&field.sum)).sum();
        sums + form.rules.iter().map(|rule| self.of_rule(rule)).sum::<u64>()
    }

    fn of_rule(&self, rule: &RuleRow) -> u64 {
        match &rule.check {
            Check::SumEquals { parts: one, .. }
            | Check::TotalGiven { parts: one, .. }
            | Check::OneTicked { ticks: one, .. }
            | Check::ZeroWhen { fields: one, .. }
            | Check::NotAllZero { of: one } => self.named(one),
            Check::SumsEqual { left: one, right: other }
            | Check::SumAtMost { parts: one, limit: other }
            | Check::BothOrNeither { some: one, also: other } => {
                self.named(one) + self.named(other)
            }
            Check::ListTotalsGiven { totals: one, candidates: other }
            | Check::ListSums { totals: one, candidates: other }
            | Check::ListsEqual { left: one, right: other } => {
                self.section(one) + self.section(other)
            }
            Check::TickTrue { .. }
            | Check::DifferenceIs { .. }
            | Check::ShareBelow { .. }
            | Check::DifferenceBelow { .. }
            | Check::NotZero { .. }
            | Check::AtMost { .. }
            | Check::Caucus { .. } => 0,
        }
    }

    fn groups(&self, form: &FormSpec) -> u64 {
        form.caucus.as_ref().map_or(0, |caucus| self.section(&caucus.first))
    }
}
