//! The only door from what somebody typed to figures.

use election::{Count, Presence, UnitIndex};

use crate::{FieldIndex, Finding, Forms, Layout, RuleRef, sheet};

/// A form as it was typed: it may be wrong in any way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form<'a, C> {
    /// The id of the unit that it says it is of.
    pub unit: &'a str,
    /// Field codes with whole numbers.
    pub counts: C,
}

/// The figures of one unit's form: every field exists, stands on the unit's ballot and is in
/// range. They may still contradict each other; then they carry the findings that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returns {
    unit: UnitIndex,
    form: u32,
    counts: Box<[Option<Count>]>,
    findings: Option<Box<Findings>>,
}

/// The checks that failed, of the few forms of which any did.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Findings(Vec<Finding>);

/// Why a form cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The definition has no such unit.
    #[error("{found:?} is no unit of this election")]
    UnknownUnit {
        /// The id found.
        found: String,
    },
    /// The unit fills in no form.
    #[error("{unit} fills in no form")]
    NoForm {
        /// The unit.
        unit: String,
    },
    /// The unit's form has no such field.
    #[error("the form of {unit} has no field {field:?}")]
    UnknownField {
        /// The unit.
        unit: String,
        /// The code found.
        field: String,
    },
    /// The field is about a selection that does not stand on this unit's ballot.
    #[error("{field} does not stand on the ballot of {unit}")]
    NotOnBallot {
        /// The unit.
        unit: String,
        /// The field.
        field: String,
    },
    /// The paper does not carry this field: others settle it.
    #[error("{field} is worked out from other fields and not filled in, found {found}")]
    NotOnPaper {
        /// The field.
        field: String,
        /// The number found.
        found: i64,
    },
    /// The number is none that the field can hold, whether it was typed or worked out.
    #[error("{field} takes 0 to {most}, found {found}")]
    OutOfRange {
        /// The field.
        field: String,
        /// The largest number it takes.
        most: Count,
        /// The number found.
        found: i64,
    },
    /// A field that must be filled in is not.
    #[error("{field} of {unit} is not filled in")]
    Missing {
        /// The unit.
        unit: String,
        /// The field.
        field: String,
    },
}

impl<'a, 'c, C> Form<'a, C>
where
    C: IntoIterator<Item = (&'c str, i64)>,
{
    /// Reads the form: what cannot be read is refused, everything else is kept and checked.
    pub fn close(self, forms: &Forms) -> Result<Returns, Refusal> {
        let election = forms.election();
        let unknown = || Refusal::UnknownUnit { found: self.unit.to_owned() };
        let unit = election.units().find(self.unit).ok_or_else(unknown)?;
        let no_form = || Refusal::NoForm { unit: self.unit.to_owned() };
        let (form, layout) = forms.of(unit).ok_or_else(no_form)?;
        let mut counts = vec![None; layout.fields.len()].into_boxed_slice();
        for (code, number) in self.counts {
            let (field, count) = read_field(forms, layout, unit, code, number)?;
            if let Some(slot) = counts.get_mut(field) {
                *slot = Some(count);
            }
        }
        check_complete(forms, layout, unit, &counts)?;
        sheet::derive(layout, election.units(), unit, &mut counts)?;
        let findings = find(forms, unit, form, layout, &counts);
        // A definition has a thousand forms at most.
        let form = u32::try_from(form).unwrap_or(u32::MAX);
        let findings = (!findings.is_empty()).then(|| Box::new(Findings(findings)));
        Ok(Returns { unit, form, counts, findings })
    }
}

fn read_field(
    forms: &Forms,
    layout: &Layout,
    unit: UnitIndex,
    code: &str,
    number: i64,
) -> Result<(FieldIndex, Count), Refusal> {
    let of = || forms.election().units().get(unit).id.to_string();
    // A name of its own costs an allocation, and nearly every field is right.
    let field = || code.to_owned();
    let found = layout.find(code).and_then(|index| Some((index, layout.fields.get(index)?)));
    let Some((index, spec)) = found else {
        return Err(Refusal::UnknownField { unit: of(), field: field() });
    };
    if !spec.is_on_paper() {
        return Err(Refusal::NotOnPaper { field: field(), found: number });
    }
    if !stands(forms, spec.selection, unit) {
        return Err(Refusal::NotOnBallot { unit: of(), field: field() });
    }
    let count = u64::try_from(number).ok().and_then(|n| Count::new(n).ok());
    match count.filter(|c| *c <= spec.at_most) {
        Some(count) => Ok((index, count)),
        None => Err(Refusal::OutOfRange { field: field(), most: spec.at_most, found: number }),
    }
}

fn stands(forms: &Forms, selection: Option<(usize, usize)>, unit: UnitIndex) -> bool {
    let election = forms.election();
    let selection = selection.and_then(|(contest, selection)| {
        election.contests().all().get(contest)?.selections.get(selection)
    });
    selection.is_none_or(|s| election.on_ballot(s, unit))
}

fn check_complete(
    forms: &Forms,
    layout: &Layout,
    unit: UnitIndex,
    counts: &[Option<Count>],
) -> Result<(), Refusal> {
    let missing = layout.fields.iter().zip(counts).find(|(field, count)| {
        count.is_none()
            && field.is_on_paper()
            && field.presence == Presence::Required
            && stands(forms, field.selection, unit)
    });
    match missing {
        Some((field, _)) => Err(Refusal::Missing {
            unit: forms.election().units().get(unit).id.to_string(),
            field: field.code.to_string(),
        }),
        None => Ok(()),
    }
}

/// Runs every check of the form, in the order of its rows.
fn find(
    forms: &Forms,
    unit: UnitIndex,
    form: usize,
    layout: &Layout,
    counts: &[Option<Count>],
) -> Vec<Finding> {
    let sheet = sheet::Sheet { units: forms.election().units(), unit, counts };
    let kind = sheet.units.get(unit).kind;
    let mut findings = Vec::new();
    for (rule, test) in layout.tests.iter().enumerate().filter(|(_, t)| t.applies_to(kind)) {
        let before = findings.len();
        findings.extend(test.failures(&sheet).into_iter().map(|failure| Finding {
            unit,
            rule: RuleRef::Form(form, rule),
            fields: failure.fields,
            expected: failure.expected,
            found: failure.found,
        }));
        if test.stops() && findings.len() > before {
            break;
        }
    }
    findings
}

impl Returns {
    /// The unit.
    #[must_use]
    pub fn unit(&self) -> UnitIndex {
        self.unit
    }

    /// Its form, as a place in [`Forms::layouts`].
    #[must_use]
    pub fn form(&self) -> usize {
        usize::try_from(self.form).unwrap_or(usize::MAX)
    }

    /// The figures by field; unknown is `None`.
    #[must_use]
    pub fn counts(&self) -> &[Option<Count>] {
        &self.counts
    }

    /// The figure of one field.
    #[must_use]
    pub fn get(&self, field: FieldIndex) -> Option<Count> {
        self.counts.get(field).copied().flatten()
    }

    /// The checks that failed.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.findings.as_ref().map_or(&[], |findings| &findings.0)
    }
}
