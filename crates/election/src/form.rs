//! The paper: which fields a form has and what each of them counts.

use serde::{Deserialize, Serialize};

use crate::{Count, RuleRow, Texts};

/// The code of a field as it stands on the paper: `A`, `E.3`, `3/7`, `first.sanders`.
pub type FieldCode = String;

/// One paper form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    /// Its id.
    pub id: String,
    /// Its name on paper, such as `Model N 10-1`.
    pub name: Texts,
    /// Which kinds of unit fill it in. A kind fills in one form.
    pub kinds: Vec<String>,
    /// Its parts, in the paper's order.
    pub sections: Vec<Section>,
    /// Where the form is a caucus worksheet: what its sections mean to the caucus arithmetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caucus: Option<CaucusSpec>,
    /// The checks of this form, each one row.
    #[serde(default)]
    pub rules: Vec<RuleRow>,
}

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its id; a rule writes `@id` for all its fields.
    pub id: String,
    /// Its heading on paper.
    pub name: Texts,
    /// Which fields it has.
    pub body: SectionBody,
}

/// The fields of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SectionBody {
    /// Fields named one by one.
    Fields {
        /// The fields.
        fields: Vec<FieldSpec>,
    },
    /// One field for each selection of a contest (each list, not its candidates).
    Selections {
        /// The contest.
        contest: String,
        /// What stands before the selection's id in the field's code.
        prefix: String,
        /// Whether the figures go into the tally, or are a second figure for the same thing.
        #[serde(default)]
        source: FieldSource,
        /// Whether all must be filled in.
        #[serde(default)]
        presence: Presence,
    },
    /// One field for each candidate of each list of a contest; the code is `list/number`.
    Candidates {
        /// The contest.
        contest: String,
        /// Whether all must be filled in.
        #[serde(default)]
        presence: Presence,
    },
    /// One field for each selection of a contest that the paper does not carry because another
    /// section settles it: delegates from the published state delegate equivalents.
    Quotient {
        /// The contest.
        contest: String,
        /// What stands before the selection's id in the field's code.
        prefix: String,
        /// How it is settled.
        quotient: QuotientSpec,
    },
}

/// `field of section / (numerator / denominator)`, rounded half up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotientSpec {
    /// The section that settles it; its contest's decimals are taken off.
    pub section: String,
    /// The attribute of the unit above the line.
    pub numerator: String,
    /// The attribute of the unit below the line.
    pub denominator: String,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Its code on paper.
    pub code: FieldCode,
    /// Its label.
    pub name: Texts,
    /// Whether it must be filled in.
    #[serde(default)]
    pub presence: Presence,
    /// The largest count it takes; a tick box takes 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Count>,
    /// Where the paper does not carry it: the fields it is the sum of (codes, or `@section`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sum: Vec<String>,
    /// The figure of the tally that it adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsSpec>,
}

/// A figure of the tally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountsSpec {
    /// The contest.
    pub contest: String,
    /// The selection in it.
    pub selection: String,
}

/// Whether a field must be filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// A form without it cannot be read.
    #[default]
    Required,
    /// A form without it leaves the figure unknown, which is not 0.
    Optional,
}

/// Whether a field's figure goes into the tally.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldSource {
    /// It does.
    #[default]
    Tally,
    /// It is written a second time, for a check only.
    Control,
}

/// What the sections of a caucus worksheet mean. The arithmetic itself is in `form::caucus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaucusSpec {
    /// People by group in the first alignment.
    pub first: String,
    /// People by group in the final alignment.
    #[serde(rename = "final")]
    pub last: String,
    /// What was published as awarded, in state delegate equivalents.
    pub award: String,
    /// The same in delegates.
    pub delegates: String,
    /// The attribute that says how many delegates the unit elects.
    pub elects: String,
}
