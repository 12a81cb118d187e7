//! The use cases: a command and the time go in, verdicts and what is to be stored come out.
//! It opens no file, no socket and no clock, and it never answers anybody: whoever calls it does,
//! after the bytes are durable.
//! The server drives it with a database and a clock, the simulator with a model of both.
//!
//! ```text
//! bytes ─► Checked::check   parse, resolve, verify signatures       anywhere, in parallel
//!        ─► Desk::propose    judge against everything before it      one writer
//!             Proposal { verdicts, append: entries + signed checkpoint }
//!        ─► (the caller makes the append durable in one transaction)
//!        ─► Desk::commit     now it is so: receipts may leave
//!           Desk::abandon    it could not be stored: as if it had never come
//! ```

mod check;
mod desk;
mod propose;
mod recover;

pub use check::{Checked, Rejected};
pub use desk::Desk;
pub use propose::{Append, Entry, Proposal, SignError, Verdict};
pub use recover::{Recovery, RecoveryError, first_append};

#[cfg(test)]
mod tests;
