//! A form's definition with every name resolved, so that a form is a row of numbers.

use std::{collections::HashMap, ops::Range};

use election::{
    Column, Contest, Count, Decimals, Election, FieldSource, FieldSpec, FormSpec, Presence,
    Section, SectionBody, Texts, UnitIndex,
};

use crate::{SpecError, checks::Test};

/// The place of a field in its form.
pub type FieldIndex = usize;

/// Where a field's figure comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The paper carries it.
    Paper,
    /// It is the sum of other fields.
    Sum(Box<[FieldIndex]>),
    /// It is another field divided by a ratio of two attributes of the unit, rounded half up.
    Quotient { from: FieldIndex, decimals: Decimals, numerator: usize, denominator: usize },
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its code on paper.
    pub code: Box<str>,
    /// Its label.
    pub name: Texts,
    /// Decimals of its figure.
    pub decimals: Decimals,
    /// The contest and selection it is about, where it is about one.
    pub selection: Option<(usize, usize)>,
    /// The figure of the tally that it adds to.
    pub column: Option<Column>,
    pub(crate) presence: Presence,
    pub(crate) at_most: Count,
    pub(crate) origin: Origin,
}

impl Field {
    /// Does the paper carry it, so that a person fills it in?
    #[must_use]
    pub fn is_on_paper(&self) -> bool {
        self.origin == Origin::Paper
    }
}

/// A part of a form: a run of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionFields {
    /// Its id.
    pub id: Box<str>,
    /// Its heading.
    pub name: Texts,
    /// Its fields, as places in [`Layout::fields`].
    pub fields: Range<FieldIndex>,
}

/// One form, resolved.
pub struct Layout {
    /// The form's id.
    pub id: Box<str>,
    /// Its fields in the paper's order.
    pub fields: Vec<Field>,
    /// Its parts.
    pub sections: Vec<SectionFields>,
    pub(crate) tests: Vec<Test>,
    by_code: HashMap<Box<str>, FieldIndex>,
    by_column: HashMap<Column, FieldIndex>,
}

impl Layout {
    /// The place of the field with a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<FieldIndex> {
        self.by_code.get(code).copied()
    }

    /// The section with an id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&SectionFields> {
        self.sections.iter().find(|s| &*s.id == id)
    }

    /// The place of the field that adds to a figure of the tally.
    #[must_use]
    pub fn adds_to(&self, column: Column) -> Option<FieldIndex> {
        self.by_column.get(&column).copied()
    }

    /// The code of a field.
    #[must_use]
    pub fn code(&self, field: FieldIndex) -> &str {
        self.fields.get(field).map_or("", |f| &f.code)
    }

    /// The fields that a rule names: a code, or `@section`.
    pub(crate) fn named(&self, name: &str) -> Option<Vec<FieldIndex>> {
        match name.strip_prefix('@') {
            Some(id) => self.section(id).map(|s| s.fields.clone().collect()),
            None => self.find(name).map(|field| vec![field]),
        }
    }

    /// Are two runs of fields about the same selections, one by one? Only then does it say anything
    /// to hold the first of one against the first of the other.
    pub(crate) fn alike(election: &Election, left: &[Field], right: &[Field]) -> bool {
        let id = |field: &Field| {
            let (contest, selection) = field.selection?;
            Some(election.contests().all().get(contest)?.selections.get(selection)?.id.clone())
        };
        let same = |(left, right)| id(left).is_some_and(|left| Some(left) == id(right));
        left.len() == right.len() && left.iter().zip(right).all(same)
    }

    /// The fields of a section, themselves.
    pub(crate) fn run(&self, section: &Range<FieldIndex>) -> &[Field] {
        self.fields.get(section.clone()).unwrap_or_default()
    }

    fn push(&mut self, form: &str, field: Field) -> Result<(), SpecError> {
        let twice = self.by_code.insert(field.code.clone(), self.fields.len());
        if twice.is_some() {
            return Err(SpecError::Twice { form: form.to_owned(), id: field.code.into() });
        }
        let same = field.column.and_then(|column| self.by_column.insert(column, self.fields.len()));
        if let Some(other) = same {
            let (form, other) = (form.to_owned(), self.code(other).to_owned());
            return Err(SpecError::AddedTwice { form, id: field.code.into(), other });
        }
        self.fields.push(field);
        Ok(())
    }
}

/// An election with its forms resolved: what every reader of records needs.
pub struct Forms {
    election: Election,
    layouts: Vec<Layout>,
}

impl Forms {
    /// Resolves the forms of an election, or names the first thing that leads nowhere.
    pub fn new(election: Election) -> Result<Self, SpecError> {
        let specs = &election.head().forms;
        let layouts = specs.iter().map(|spec| Resolver { election: &election, spec }.layout());
        let forms = Self { layouts: layouts.collect::<Result<_, _>>()?, election };
        forms.check_collected_once()?;
        Ok(forms)
    }

    /// The election.
    #[must_use]
    pub fn election(&self) -> &Election {
        &self.election
    }

    /// All forms, in the definition's order.
    #[must_use]
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The form that a unit fills in, with its place.
    #[must_use]
    pub fn of(&self, unit: UnitIndex) -> Option<(usize, &Layout)> {
        let form = self.election.form_of(unit)?;
        Some((form, self.layouts.get(form)?))
    }

    /// A figure that a unit and one inside it both collect would be added twice.
    fn check_collected_once(&self) -> Result<(), SpecError> {
        let units = self.election.units();
        let mut seen = vec![false; self.layouts.len() * self.layouts.len()];
        for (index, _) in units.all() {
            let Some((inner, layout)) = self.of(index) else { continue };
            for (outer, above) in units.upwards(index).skip(1).filter_map(|u| self.of(u)) {
                match seen.get_mut(outer * self.layouts.len() + inner) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
                self.check_pair(above, layout)?;
            }
        }
        Ok(())
    }

    fn check_pair(&self, outer: &Layout, inner: &Layout) -> Result<(), SpecError> {
        let mut columns = inner.fields.iter().filter(|field| field.column.is_some());
        let both = columns.find(|f| f.column.is_some_and(|c| outer.by_column.contains_key(&c)));
        let Some((contest, selection)) = both.and_then(|f| f.selection) else { return Ok(()) };
        let contest = self.election.contests().all().get(contest);
        let selection = contest.and_then(|c| c.selections.get(selection));
        Err(SpecError::CollectedTwice {
            contest: contest.map_or_else(String::new, |c| c.id.clone()),
            selection: selection.map_or_else(String::new, |s| s.id.clone()),
            outer: outer.id.to_string(),
            inner: inner.id.to_string(),
        })
    }
}

/// Resolves one form.
struct Resolver<'a> {
    election: &'a Election,
    spec: &'a FormSpec,
}

impl Resolver<'_> {
    fn layout(&self) -> Result<Layout, SpecError> {
        let mut layout = Layout {
            id: self.spec.id.as_str().into(),
            fields: Vec::new(),
            sections: Vec::new(),
            tests: Vec::new(),
            by_code: HashMap::new(),
            by_column: HashMap::new(),
        };
        for section in &self.spec.sections {
            self.add_section(&mut layout, section)?;
        }
        self.resolve_sums(&mut layout)?;
        let tests =
            self.spec.rules.iter().map(|rule| Test::new(self.election, self.spec, rule, &layout));
        layout.tests = tests.collect::<Result<_, _>>()?;
        Ok(layout)
    }

    fn add_section(&self, layout: &mut Layout, section: &Section) -> Result<(), SpecError> {
        let start = layout.fields.len();
        if layout.section(&section.id).is_some() {
            return Err(SpecError::Twice { form: self.spec.id.clone(), id: section.id.clone() });
        }
        for field in self.section_fields(layout, section)? {
            layout.push(&self.spec.id, field)?;
        }
        let (id, fields) = (section.id.as_str().into(), start..layout.fields.len());
        layout.sections.push(SectionFields { id, name: section.name.clone(), fields });
        Ok(())
    }

    fn section_fields(&self, layout: &Layout, section: &Section) -> Result<Vec<Field>, SpecError> {
        match &section.body {
            SectionBody::Fields { fields } => fields.iter().map(|f| self.plain(f)).collect(),
            SectionBody::Selections { contest, prefix, source, presence } => {
                let (index, contest) = self.contest(&section.id, contest)?;
                let lists = of_contest(index, contest, prefix, |list| list.is_none());
                Ok(lists
                    .map(|f| Field { presence: *presence, ..with_source(f, *source) })
                    .collect())
            }
            SectionBody::Candidates { contest, presence } => {
                let (index, contest) = self.contest(&section.id, contest)?;
                let candidates = of_contest(index, contest, "", |list| list.is_some());
                Ok(candidates.map(|field| Field { presence: *presence, ..field }).collect())
            }
            SectionBody::Quotient { contest, prefix, quotient } => {
                let (index, contest) = self.contest(&section.id, contest)?;
                let from = layout
                    .section(&quotient.section)
                    .ok_or_else(|| self.undefined(&section.id, "section", &quotient.section))?;
                let numerator = self.attribute(&section.id, &quotient.numerator)?;
                let denominator = self.attribute(&section.id, &quotient.denominator)?;
                let fields = of_contest(index, contest, prefix, |list| list.is_none());
                let fields: Vec<Field> = fields.collect();
                if !Layout::alike(self.election, &fields, layout.run(&from.fields)) {
                    return Err(SpecError::Unlike {
                        form: self.spec.id.clone(),
                        place: section.id.clone(),
                        left: section.id.clone(),
                        right: quotient.section.clone(),
                    });
                }
                Ok(fields
                    .into_iter()
                    .zip(from.fields.clone())
                    .map(|(field, from)| {
                        let decimals =
                            layout.fields.get(from).map_or(Decimals::NONE, |f| f.decimals);
                        let origin = Origin::Quotient { from, decimals, numerator, denominator };
                        Field { presence: Presence::Optional, origin, ..field }
                    })
                    .collect())
            }
        }
    }

    fn plain(&self, spec: &FieldSpec) -> Result<Field, SpecError> {
        let counts = spec.counts.as_ref().map(|counts| {
            let (index, contest) = self.contest(&spec.code, &counts.contest)?;
            let selection = contest
                .find(&counts.selection)
                .ok_or_else(|| self.undefined(&spec.code, "selection", &counts.selection))?;
            Ok((index, contest, selection))
        });
        let counts = counts.transpose()?;
        Ok(Field {
            code: spec.code.as_str().into(),
            name: spec.name.clone(),
            decimals: counts.map_or(Decimals::NONE, |(_, contest, _)| contest.decimals),
            selection: counts.map(|(index, _, selection)| (index, selection)),
            column: counts.map(|(_, contest, selection)| contest.column(selection)),
            presence: spec.presence,
            at_most: spec.at_most.unwrap_or(Count::MAX),
            origin: Origin::Paper,
        })
    }

    /// Sums may name fields that stand further down, so they are resolved last.
    fn resolve_sums(&self, layout: &mut Layout) -> Result<(), SpecError> {
        let bodies = self.spec.sections.iter().map(|section| &section.body);
        let specs = bodies.filter_map(|body| match body {
            SectionBody::Fields { fields } => Some(fields),
            _ => None,
        });
        for spec in specs.flatten().filter(|spec| !spec.sum.is_empty()) {
            let parts = self.fields(layout, &spec.code, &spec.sum)?;
            let field = layout.find(&spec.code).and_then(|i| layout.fields.get_mut(i));
            if let Some(field) = field {
                field.origin = Origin::Sum(parts.into());
            }
        }
        self.check_sums(layout)
    }

    /// Figures are worked out from the top of the form to its end.
    fn check_sums(&self, layout: &Layout) -> Result<(), SpecError> {
        for (index, field) in layout.fields.iter().enumerate() {
            let Origin::Sum(parts) = &field.origin else { continue };
            let later = |part: &&FieldIndex| {
                **part >= index && layout.fields.get(**part).is_some_and(|f| !f.is_on_paper())
            };
            if let Some(part) = parts.iter().find(later) {
                return Err(SpecError::SumBelow {
                    form: self.spec.id.clone(),
                    id: field.code.to_string(),
                    part: layout.code(*part).to_owned(),
                });
            }
        }
        Ok(())
    }

    fn fields(
        &self,
        layout: &Layout,
        place: &str,
        names: &[String],
    ) -> Result<Vec<FieldIndex>, SpecError> {
        let named = names
            .iter()
            .map(|name| layout.named(name).ok_or_else(|| self.undefined(place, "field", name)));
        Ok(named.collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn contest(&self, place: &str, id: &str) -> Result<(usize, &Contest), SpecError> {
        let contests = self.election.contests();
        let found = contests.find(id).and_then(|i| Some((i, contests.all().get(i)?)));
        found.ok_or_else(|| self.undefined(place, "contest", id))
    }

    fn attribute(&self, place: &str, id: &str) -> Result<usize, SpecError> {
        let found = self.election.units().attribute(id);
        found.ok_or_else(|| self.undefined(place, "attribute", id))
    }

    fn undefined(&self, place: &str, what: &'static str, id: &str) -> SpecError {
        let (form, place) = (self.spec.id.clone(), place.to_owned());
        SpecError::Undefined { form, place, what, id: id.to_owned() }
    }
}

/// One field for each selection of a contest that is a list, or that is a candidate on one.
fn of_contest<'a>(
    index: usize,
    contest: &'a Contest,
    prefix: &'a str,
    wanted: impl Fn(Option<usize>) -> bool + 'a,
) -> impl Iterator<Item = Field> + 'a {
    let selections = contest.selections.iter().enumerate().filter(move |(_, s)| wanted(s.list));
    selections.map(move |(number, selection)| Field {
        code: format!("{prefix}{}", selection.id).into(),
        name: selection.name.clone(),
        decimals: contest.decimals,
        selection: Some((index, number)),
        column: Some(contest.column(number)),
        presence: Presence::Required,
        at_most: Count::MAX,
        origin: Origin::Paper,
    })
}

fn with_source(field: Field, source: FieldSource) -> Field {
    match source {
        FieldSource::Tally => field,
        FieldSource::Control => Field { column: None, ..field },
    }
}
