//! Why a file is refused.

use super::places::Place;

/// The first place at which a file is not what it has to be, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, byte {byte}: expected {expected}, found {found}")]
pub struct EmlError {
    /// The line, from 1.
    pub line: usize,
    /// The byte, from 0; where all stands on one line, this is the one to look for.
    pub byte: usize,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl EmlError {
    pub(super) fn at(place: Place, expected: &str, found: &str) -> Self {
        let Place { line, byte } = place;
        Self { line, byte, expected: expected.to_owned(), found: found.to_owned() }
    }
}
