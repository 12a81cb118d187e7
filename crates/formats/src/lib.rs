//! Files of others, read: EML_NL counts and the recorded night of an election folder.
//! It does not check a figure against another and touches no disk: text comes in, values go out.
//! The converter makes folders with it, the replay and `countersign tally` read them with it.
//!
//! A row of a recorded night, and what becomes of it:
//!
//! ```
//! let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
//! let night = formats::Night::parse(&[
//!     file("labels.txt", "evening\n"),
//!     file("01-n10-1.csv", "unit,channel,A,B\n0668::SB1,app,437,\n"),
//! ])?;
//! let formats::What::Returns { form, counts } = &night.entries()[0].what else { panic!() };
//! assert_eq!((&**form, counts.len(), counts[0].1), ("n10-1", 1, 437)); // B is unknown, not 0
//! # Ok::<(), formats::NightError>(())
//! ```
//!
//! Words of a format stay in here: EML's `Cast` leaves as the eligible voters, its
//! `UncountedVotes` as the voters admitted.

pub mod dutch;
pub mod eml;
mod night;

pub use night::{Night, NightEntry, NightError, UnknownLabel, What};
