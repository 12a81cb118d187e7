//! Votes become seats: exact, and with every step kept.
//! It decides no tie. Where the law asks for a lot it stops, names those who are tied, and goes on
//! from the lots that people drew and wrote down. It knows no election, no file and no page.
//! `countersign seats` and `tally` ask it; pages and reports draw on its steps.
//!
//! ```text
//! CaucusRequest ─► caucus: who is viable, and the award
//! AwardRequest ─► award: for which attendances this award is legal
//! SatellitesRequest ─► satellites: a district's pool, by a declared reading
//! Request ─► Table: votes of lists and groups
//!              ├─ dutch     full seats, residual seats, majority, exhausted lists   (P 5 to P 10)
//!              ├─ divisor   largest quotients
//!              └─ quota     full quotas, largest remainders
//!          ─► elect: by preference, then in list order                              (P 15 to P 19a)
//!          ─► bounds: what units not yet heard can still change
//!          ─► Answer, with its steps
//! ```
//!
//! Votes of a list are 64-bit numbers, and comparisons are of products twice as wide as those need,
//! so nothing is rounded and nothing overflows.

mod amount;
mod answer;
mod award;
mod bounds;
mod caucus;
mod divisor;
mod dutch;
mod elect;
mod group;
mod lists;
mod lots;
mod parties;
mod quota;
mod ratio;
mod request;
mod room;
mod satellites;
mod seats;
mod senate;
mod table;

pub use amount::Amount;
pub use answer::{Answer, Complete, LotRequired, Person, Purpose, Step, StepKind, with_seats};
pub use award::{Attendees, AwardMethod, AwardRequest, Instead, Judged};
pub use bounds::{Bounds, ListBounds, Range, UnitBounds};
pub use caucus::{Caucus, CaucusMethod, CaucusRequest};
pub use elect::preference_threshold;
pub use election::{Method, NamedQuota};
pub use ratio::Ratio;
pub use request::{List, Quota, Request, ThresholdOf, Unheard};
pub use satellites::{Reading, Satellites, SatellitesMethod, SatellitesRequest, Site, SiteAward};
pub use seats::{answer, answer_award, answer_caucus, answer_json, answer_satellites, to_json};
pub use senate::{Province, VoteValue};

/// Why there is no answer yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A lot has to be drawn.
    Lot {
        /// For what.
        purpose: Purpose,
        /// Who are tied.
        among: Vec<String>,
        /// How many of them can have it.
        places: u64,
    },
    /// The question makes no sense.
    Bad(String),
}

#[cfg(test)]
mod tests;
