//! The checks themselves: each kind of row is one small function over a sheet.

mod caucus;
mod differences;
mod lists;
mod sums;

use election::{Check, Comparison, Election, FormSpec, Relation, RuleRow, Then};

use crate::{FieldIndex, Figure, Layout, SpecError, sheet::Sheet};

/// What a check found wrong: where to look, and both numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) fields: Vec<FieldIndex>,
    pub(crate) expected: Figure,
    pub(crate) found: Figure,
}

impl Failure {
    fn numbers(fields: Vec<FieldIndex>, expected: u64, found: u64) -> Self {
        Self { fields, expected: Figure::Number(expected), found: Figure::Number(found) }
    }
}

/// A check with its names resolved.
type Run = Box<dyn Fn(&Sheet<'_>) -> Vec<Failure> + Send + Sync>;

/// One row of rules, ready to run.
pub(crate) struct Test {
    /// The kinds of unit that it asks; none: all.
    only: Vec<usize>,
    then: Then,
    run: Run,
}

impl Test {
    pub(crate) fn new(
        election: &Election,
        form: &FormSpec,
        rule: &RuleRow,
        layout: &Layout,
    ) -> Result<Self, SpecError> {
        let names = Names { election, form, rule, layout };
        let only = rule.only.iter().map(|kind| names.kind(kind)).collect::<Result<_, _>>()?;
        Ok(Self { only, then: rule.then, run: compile(&names, &rule.check)? })
    }

    pub(crate) fn applies_to(&self, kind: usize) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }

    pub(crate) fn stops(&self) -> bool {
        self.then == Then::Stop
    }

    pub(crate) fn failures(&self, sheet: &Sheet<'_>) -> Vec<Failure> {
        (self.run)(sheet)
    }
}

fn compile(names: &Names<'_>, check: &Check) -> Result<Run, SpecError> {
    match check {
        Check::SumEquals { parts, total } => sums::sum_equals(names, parts, total),
        Check::SumsEqual { left, right } => sums::sums_equal(names, left, right),
        Check::SumAtMost { parts, limit } => sums::sum_at_most(names, parts, limit),
        Check::TotalGiven { total, parts } => sums::total_given(names, total, parts),
        Check::BothOrNeither { some, also } => sums::both_or_neither(names, some, also),
        Check::NotAllZero { of } => sums::not_all_zero(names, of),
        Check::NotZero { field } => sums::not_zero(names, field),
        Check::AtMost { field, limit } => sums::at_most(names, field, limit),
        Check::TickTrue { tick, when } => differences::tick_true(names, tick, when),
        Check::OneTicked { ticks, when } => differences::one_ticked(names, ticks, when.as_ref()),
        Check::ZeroWhen { fields, when } => differences::zero_when(names, fields, when),
        Check::DifferenceIs { field, larger, smaller } => {
            differences::difference_is(names, field, larger, smaller)
        }
        Check::ShareBelow { part, whole, share } => {
            differences::share_below(names, part, whole, *share)
        }
        Check::DifferenceBelow { left, right, whole, share, count } => {
            differences::difference_below(names, [left, right, whole], *share, *count)
        }
        Check::ListTotalsGiven { totals, candidates } => {
            lists::totals_given(names, totals, candidates)
        }
        Check::ListSums { totals, candidates } => lists::sums(names, totals, candidates),
        Check::ListsEqual { left, right } => lists::equal(names, left, right),
        Check::Caucus { asks } => caucus::compile(names, *asks),
    }
}

/// Looks up the names in one rule.
pub(crate) struct Names<'a> {
    pub(crate) election: &'a Election,
    pub(crate) form: &'a FormSpec,
    pub(crate) rule: &'a RuleRow,
    pub(crate) layout: &'a Layout,
}

impl Names<'_> {
    fn field(&self, code: &str) -> Result<FieldIndex, SpecError> {
        self.layout.find(code).ok_or_else(|| self.undefined("field", code))
    }

    fn fields(&self, names: &[String]) -> Result<Vec<FieldIndex>, SpecError> {
        let each = names
            .iter()
            .map(|name| self.layout.named(name).ok_or_else(|| self.undefined("field", name)));
        Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn section(&self, id: &str) -> Result<std::ops::Range<FieldIndex>, SpecError> {
        let section = self.layout.section(id).ok_or_else(|| self.undefined("section", id))?;
        Ok(section.fields.clone())
    }

    /// Two sections whose fields belong together, one by one.
    fn alike(
        &self,
        left: &str,
        right: &str,
    ) -> Result<[std::ops::Range<FieldIndex>; 2], SpecError> {
        let both = [self.section(left)?, self.section(right)?];
        let [one, other] = both.each_ref().map(|section| self.layout.run(section));
        if Layout::alike(self.election, one, other) {
            return Ok(both);
        }
        let (left, right) = (left.to_owned(), right.to_owned());
        Err(SpecError::Unlike { form: self.form.id.clone(), place: self.place(), left, right })
    }

    fn kind(&self, id: &str) -> Result<usize, SpecError> {
        let place = self.election.head().kinds.iter().position(|kind| kind.id == id);
        place.ok_or_else(|| self.undefined("kind of unit", id))
    }

    fn comparison(&self, when: &Comparison) -> Result<Compared, SpecError> {
        Ok(Compared { left: self.field(&when.left)?, is: when.is, right: self.field(&when.right)? })
    }

    fn undefined(&self, what: &'static str, id: &str) -> SpecError {
        let (form, place) = (self.form.id.clone(), self.place());
        SpecError::Undefined { form, place, what, id: id.to_owned() }
    }

    fn place(&self) -> String {
        format!("rule {:?}", self.rule.code)
    }
}

/// A comparison of two fields with their names resolved.
#[derive(Clone, Copy)]
struct Compared {
    left: FieldIndex,
    is: Relation,
    right: FieldIndex,
}

impl Compared {
    /// Does it hold? Unknown when a figure is.
    fn holds(&self, sheet: &Sheet<'_>) -> Option<bool> {
        let (left, right) = sheet.get(self.left).zip(sheet.get(self.right))?;
        Some(match self.is {
            Relation::Equal => left == right,
            Relation::More => left > right,
            Relation::Fewer => left < right,
            Relation::Unequal => left != right,
        })
    }
}
