//! Records folded in the order of the log, and their figures summed up the tree of units.
//! It reads no bytes, and it decides nothing that rules leave open: where two readings contradict each other it says so and waits for people.
//! The desk admits records by it, the site is drawn from it, and a verifier repeats it.
//!
//! ```text
//! Rulebook   what the definition fixes: forms, officers, who must sign what
//! Keys       who may sign, from which position of the log to which
//! Registry   who got a one-time code to enrol a key with, and why keys came and went
//! Board      for each unit its readings by witness, which of them counts, and why
//! Sums       for each unit and figure: the sum, and how many units it is the sum of
//! Ledger     all of them: judge a record, then apply it
//! ```
//!
//! Folding depends on the order of the log and on nothing else: no clock, no arrival times.

mod access;
mod attest;
mod board;
mod few;
mod history;
mod judge;
mod keys;
mod ledger;
mod names;
mod place;
mod prepare;
mod refusal;
mod registry;
mod rulebook;
mod sums;
mod table;
mod turnout;
mod unit;

pub use access::Access;
pub use attest::check_attest;
pub use board::Board;
pub use few::Few;
pub use history::{KeyChange, KeyEvent};
pub use judge::Admission;
pub use keys::{Key, KeyIndex, Keys, Scope};
pub use ledger::Ledger;
pub use prepare::{Invited, Member, Prepared, What, check_definition, prepare};
pub use refusal::Refusal;
pub use registry::{Given, Registry};
pub use rulebook::{Rulebook, RulebookError};
pub use sums::{Cell, Sums};
pub use turnout::{TurnoutReport, TurnoutState};
pub use unit::{
    Assurance, Chain, ChainKey, Change, Contradiction, Made, Person, Persons, Placement, Reading,
    UnitState,
};

#[cfg(test)]
mod tests;
