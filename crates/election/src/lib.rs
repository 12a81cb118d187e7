//! What is decided before the polls open: units, contests, selections, forms, rules, calendar.
//! It is not what happened on the night: no figure that anyone counted stands here.
//! Every other crate builds on it, and the hash of its bytes stands in every record.
//!
//! An election is data, in a folder of two files:
//!
//! ```text
//! election.json   names, calendar, contests and their selections, forms with rules, signatures
//! units.csv       id,kind,parent,name,…   one row a reporting unit, parents before children
//! ```
//!
//! [`Election::new`] is the only door: a definition that does not hold together (a rule that names
//! a field its form does not have, a unit without a parent, a selection that stands nowhere) is
//! refused with the name of the culprit, so that nothing behind the door has to ask again.

mod ballot;
mod build;
mod contest;
mod count;
mod error;
mod form;
mod fraction;
mod head;
mod limits;
mod names;
mod outcome;
mod rule;
mod text;
mod time;
mod unit;

pub use contest::{
    Candidates, Column, Contest, ContestIndex, ContestSpec, Contests, Selection, SelectionSpec,
};
pub use count::{Count, CountError, Decimals, DecimalsError, Sum};
pub use error::ElectionError;
pub use form::{
    CaucusSpec, CountsSpec, FieldCode, FieldSource, FieldSpec, FormSpec, Presence, QuotientSpec,
    Section, SectionBody,
};
pub use fraction::{Fraction, FractionError};
pub use head::{Calendar, ChannelPolicy, Head, Heard, Kind, Mode, SignaturePolicy};
pub use limits::{
    MOST_ATTRIBUTES, MOST_CELLS, MOST_CODE, MOST_COLUMNS, MOST_FIELDS_TOLD, MOST_GROUPS,
    MOST_LANGUAGES, MOST_NAMED, MOST_RULED,
};
pub use outcome::{MOST_SEATS, Method, NamedQuota, OutcomeRule};
pub use rule::{
    AcrossCheck, AcrossRule, CaucusCheck, Check, Comparison, Relation, RuleRow, Severity, Then,
};
pub use text::{Language, Texts};
pub use time::{Instant, TimeError};
pub use unit::{
    AttributeKind, AttributeSpec, Unit, UnitId, UnitIdError, UnitIndex, UnitName, UnitRow,
    UnitRows, UnitTable, Units,
};

pub use build::Election;

#[cfg(test)]
mod tests;
