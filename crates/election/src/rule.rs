//! Rules as rows: a code, a severity, a kind of check from a small closed set, its source and its
//! text. The thresholds are data; the checks are functions in `form` and `remarkable`. There is no
//! expression language, so that a clerk can read every row.

use serde::{Deserialize, Serialize};

use crate::{Fraction, Texts};

/// How bad a failed check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The form does not close.
    Error,
    /// A person looks at it and accepts it with an explanation.
    Warning,
}

/// One check of one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRow {
    /// The code that a finding carries, such as `F.201`.
    pub code: String,
    /// How bad it is when the check fails.
    pub severity: Severity,
    /// The check.
    pub check: Check,
    /// The law article, model or plan that asks for it.
    pub source: String,
    /// What a finding says; `{expected}`, `{found}` and `{fields}` are filled in.
    pub text: Texts,
    /// Only these kinds of unit are checked; none named: all that fill in the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Whether a failure ends the checks of this form.
    #[serde(default)]
    pub then: Then,
}

/// What comes after a failed check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// The next check.
    #[default]
    GoOn,
    /// No other check: the form says nothing that could be checked.
    Stop,
}

/// A relation between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The left one equals the right one.
    Equal,
    /// The left one is larger.
    More,
    /// The left one is smaller.
    Fewer,
    /// They are not equal.
    Unequal,
}

/// Two fields and what must hold between them for a check to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The left field.
    pub left: String,
    /// What must hold.
    pub is: Relation,
    /// The right field.
    pub right: String,
}

/// The kinds of check. A field is named by its code; `@section` names all fields of a section.
/// A check says nothing where a figure that it needs is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// The parts add up to the total. Optional parts that are unknown count as 0 as long as one
    /// is known.
    SumEquals {
        /// The parts.
        parts: Vec<String>,
        /// The total.
        total: String,
    },
    /// Both sides add up to the same.
    SumsEqual {
        /// One side.
        left: Vec<String>,
        /// The other side.
        right: Vec<String>,
    },
    /// The parts add up to no more than the limit's parts.
    SumAtMost {
        /// The parts.
        parts: Vec<String>,
        /// The limit's parts.
        limit: Vec<String>,
    },
    /// The total is filled in when a part has votes.
    TotalGiven {
        /// The total.
        total: String,
        /// The parts.
        parts: Vec<String>,
    },
    /// A tick box is only ticked when what it says is true.
    TickTrue {
        /// The tick box.
        tick: String,
        /// What it says.
        when: Comparison,
    },
    /// Exactly one of these boxes is ticked.
    OneTicked {
        /// The boxes.
        ticks: Vec<String>,
        /// Only asked when this holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Comparison>,
    },
    /// These fields are 0.
    ZeroWhen {
        /// The fields.
        fields: Vec<String>,
        /// Only asked when this holds.
        when: Comparison,
    },
    /// A field holds the difference of two others, when the first of them is larger.
    DifferenceIs {
        /// The field.
        field: String,
        /// The larger one.
        larger: String,
        /// The smaller one.
        smaller: String,
    },
    /// A part stays below a share of the whole (a whole of 0 has no shares).
    ShareBelow {
        /// The part.
        part: String,
        /// The whole.
        whole: String,
        /// The share at which it asks for a look.
        share: Fraction,
    },
    /// Two fields differ by less than a share of the whole and by less than a number.
    DifferenceBelow {
        /// One field.
        left: String,
        /// The other.
        right: String,
        /// The whole.
        whole: String,
        /// The share at which it asks for a look.
        share: Fraction,
        /// The number at which it asks for a look.
        count: u64,
    },
    /// A field is not 0.
    NotZero {
        /// The field.
        field: String,
    },
    /// A field is no more than a limit (a limit of 0 is no limit: another check asks for it).
    AtMost {
        /// The field.
        field: String,
        /// The limit.
        limit: String,
    },
    /// Where one sum is above 0, the other is too.
    BothOrNeither {
        /// If these add up to more than 0,
        some: Vec<String>,
        /// these must too.
        also: Vec<String>,
    },
    /// Not every figure of these is 0.
    NotAllZero {
        /// The figures.
        of: Vec<String>,
    },
    /// The total of every list is filled in when a candidate of it has votes.
    ListTotalsGiven {
        /// The section with the lists' totals.
        totals: String,
        /// The section with their candidates.
        candidates: String,
    },
    /// The candidates of every list add up to its total.
    ListSums {
        /// The section with the lists' totals.
        totals: String,
        /// The section with their candidates.
        candidates: String,
    },
    /// Two sections have the same figure for every list.
    ListsEqual {
        /// One section.
        left: String,
        /// The other.
        right: String,
    },
    /// A check of the caucus arithmetic; the form says what its sections mean.
    Caucus {
        /// Which one.
        asks: CaucusCheck,
    },
}

/// The checks of the caucus arithmetic. T is the smallest viable group for the people present
/// (the first alignment's sum) and the delegates that the precinct elects; all but `Delegates`
/// need two delegates or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaucusCheck {
    /// No group that was viable in the first alignment has fewer people in the final one, unless
    /// it had to go because more groups were viable than there are delegates.
    ViableStays,
    /// Nothing is awarded to a group below T in the final alignment.
    AwardViable,
    /// Every viable group is awarded something, when there are no more of them than delegates.
    ViableAwarded,
    /// A smaller group is never awarded more than a larger one.
    AwardOrder,
    /// The delegates awarded are as many as the precinct elects.
    Delegates,
    /// The delegates are what the rules give for some attendance that the sums allow.
    AwardLegal,
    /// No more groups are viable than there are delegates.
    ViableFit,
}

/// A check across units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcrossRule {
    /// The code that a finding carries.
    pub code: String,
    /// How bad it is when the check fails.
    pub severity: Severity,
    /// The check.
    pub check: AcrossCheck,
    /// Who asks for it.
    pub source: String,
    /// What a finding says; `{found}` names the other unit.
    pub text: Texts,
}

/// The kinds of check across units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AcrossCheck {
    /// No two units have the same figures in all these sections, when the first section adds up
    /// to more than a number.
    NoCopy {
        /// The sections.
        sections: Vec<String>,
        /// The first section's sum must be above this.
        above: u64,
    },
    /// All readings of one form agree (W.001: a second entry differs from the first).
    ReadingsAgree,
}
