//! One seed, one election night: the pure crates from form to desk, with everything around them
//! that can go wrong made up and held in one hand.
//! It does no IO, reads no clock and throws no dice but its own, and it knows nothing of the real
//! store and the real server, which have tests of their own.
//! Nobody builds on it; `cargo test` runs a hundred nights, `cargo xtask soak nights` many more.
//!
//! ```text
//! seed ─► Night { shape, ops: [Enrol, Count, Send, Deliver, Crash { after: Stored }, …] }
//!           │ Night::run: for each operation
//!           ├─► people      officers, stations, areas, and somebody who forges
//!           ├─► network     loses, doubles, delays, reorders
//!           ├─► desk        the real one: check, propose, commit, abandon, recover
//!           ├─► disk        takes all of an append or nothing, and survives every crash
//!           └─► checks      the log only grows, receipts hold, nothing sealed is public, and
//!                           the board is what the model makes of the bare list of records
//! ```
//!
//! What is simulated and what counts as failure stands in `docs/simulation.md`.

mod cast;
mod check;
mod dice;
mod disk;
mod forge;
mod letter;
mod model;
mod net;
mod op;
mod people;
mod reason;
mod report;
mod run;
mod world;

pub use cast::Shape;
pub use letter::Way;
pub use op::{Figures, Forgery, Made, Night, Op, Step};
pub use reason::Reason;
pub use report::{Failure, Report, Seen, Violation};

/// Runs the night of a seed.
///
/// # Errors
/// With the seed, the operation and what did not hold after it.
pub fn night(seed: u64) -> Result<Report, Failure> {
    Night::of(seed).run().map_err(|failure| Failure { seed: Some(seed), ..failure })
}
