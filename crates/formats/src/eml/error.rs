//! Why a count is refused.

/// The first place at which a file is no count, and what was expected there.
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
