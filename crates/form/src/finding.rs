//! A failed check, with both numbers.

use std::fmt;

use election::{AcrossRule, Language, RuleRow, Severity, Texts, UnitIndex};

use crate::{FieldIndex, Forms};

/// What a check expected or found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// A whole number.
    Number(u64),
    /// Anything else: an exact decimal, an award, another unit's id. Empty for "not filled in".
    Text(String),
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) if text.is_empty() => "—".fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Which rule failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleRef {
    /// A rule of a form: the form's place, the rule's place in it.
    Form(usize, usize),
    /// A rule across units, by its place.
    Across(usize),
}

/// A failed check of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The unit.
    pub unit: UnitIndex,
    /// The rule that failed.
    pub rule: RuleRef,
    /// The fields to look at, as places in the unit's form.
    pub fields: Vec<FieldIndex>,
    /// What the rule expected.
    pub expected: Figure,
    /// What was found.
    pub found: Figure,
}

/// A rule's row, whichever table it stands in.
struct Row<'a> {
    code: &'a str,
    severity: Severity,
    source: &'a str,
    text: &'a Texts,
}

impl<'a> From<&'a RuleRow> for Row<'a> {
    fn from(row: &'a RuleRow) -> Self {
        Self { code: &row.code, severity: row.severity, source: &row.source, text: &row.text }
    }
}

impl<'a> From<&'a AcrossRule> for Row<'a> {
    fn from(row: &'a AcrossRule) -> Self {
        Self { code: &row.code, severity: row.severity, source: &row.source, text: &row.text }
    }
}

impl Forms {
    fn row(&self, rule: RuleRef) -> Option<Row<'_>> {
        let head = self.election().head();
        match rule {
            RuleRef::Form(form, rule) => Some(head.forms.get(form)?.rules.get(rule)?.into()),
            RuleRef::Across(rule) => Some(head.across.get(rule)?.into()),
        }
    }

    /// The code of a rule.
    #[must_use]
    pub fn code(&self, rule: RuleRef) -> &str {
        self.row(rule).map_or("", |row| row.code)
    }

    /// How bad a failure of a rule is.
    #[must_use]
    pub fn severity(&self, rule: RuleRef) -> Severity {
        self.row(rule).map_or(Severity::Error, |row| row.severity)
    }

    /// The law article, model or plan that asks for a rule.
    #[must_use]
    pub fn source(&self, rule: RuleRef) -> &str {
        self.row(rule).map_or("", |row| row.source)
    }

    /// The codes of a finding's fields.
    #[must_use]
    pub fn field_codes(&self, finding: &Finding) -> Vec<&str> {
        let layout = self.of(finding.unit).map(|(_, layout)| layout);
        let codes = finding.fields.iter();
        codes.map(|field| layout.map_or("", |layout| layout.code(*field))).collect()
    }

    /// What a finding says, in a language.
    #[must_use]
    pub fn sentence(&self, finding: &Finding, language: &Language) -> String {
        let Some(row) = self.row(finding.rule) else { return String::new() };
        let text = row.text.get(language);
        text.replace("{expected}", &finding.expected.to_string())
            .replace("{found}", &finding.found.to_string())
            .replace("{fields}", &self.field_codes(finding).join(", "))
    }
}
