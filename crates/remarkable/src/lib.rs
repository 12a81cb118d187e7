//! Findings that need more than one unit to be seen: figures that ask for a look.
//! It never says why a figure is as it is, and never changes one; "fraud" is no word of this crate.
//! The desk, the public site and the verifier show what it finds beside the figures.
//!
//! ```text
//! 947861  first 4 7 0 22 …  final 0 8 0 25 …
//! 947876  first 4 7 0 22 …  final 0 8 0 25 …   D1: the same figures as 947861
//! ```

mod copies;

use form::Finding;
use tally::Board;

/// What the checks across units find on the readings that count, by unit.
#[must_use]
pub fn across(board: &Board) -> Vec<Finding> {
    copies::find(board)
}

#[cfg(test)]
mod tests;
