//! The paper's fields and their arithmetic: from what somebody typed to figures that are
//! well-formed and carry their findings.
//! It does not know who typed them, when, or how they came; and it never corrects a figure.
//! The phone in the polling station, the desk and the public verifier run these same functions.
//!
//! ```text
//! Form { unit: "1667::SB1", counts: {A: 700, B: 61, D: 761, E.1: 201, …} }
//!    │ Form::close: the only door
//!    ├─► Returns { counts by field, findings: [F.202 error "lists add up to 750, E says 751"] }
//!    └─► Refusal   "E.9 does not stand on the ballot of 1667::SB1"
//! ```
//!
//! A form that breaks its own rules is not refused: paper leads, people make mistakes, and a figure
//! that is flagged is worth more than one that is missing. Refused is only what cannot be read.

pub mod caucus;
mod checks;
mod close;
mod finding;
mod layout;
mod sheet;
mod spec;

pub use close::{Form, Refusal, Returns};
pub use finding::{Figure, Finding, RuleRef};
pub use layout::{Field, FieldIndex, Forms, Layout, SectionFields};
pub use spec::SpecError;

#[cfg(test)]
mod tests;
