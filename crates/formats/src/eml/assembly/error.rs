//! Why files make no election.

use crate::{dutch::DutchError, eml::EmlError};

/// The first thing that keeps files from making one election.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssemblyError {
    /// A file cannot be read.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: EmlError,
    },
    /// A file does not fit the others.
    #[error("{file}: expected {expected}, found {found}")]
    Unlike {
        /// The file.
        file: String,
        /// What the others have.
        expected: String,
        /// What this one has.
        found: String,
    },
    /// Two files give one list different names.
    #[error("list {list}: expected one name, found {first:?} and {second:?}")]
    ListNames {
        /// The list's number.
        list: String,
        /// One name.
        first: String,
        /// The other.
        second: String,
    },
    /// No file says it.
    #[error("expected {0}, found none")]
    Missing(&'static str),
    /// An id that no unit can have.
    #[error("{0}")]
    Id(String),
    /// The definition that all Dutch elections share.
    #[error("the definition: {0}")]
    Dutch(#[from] DutchError),
}

impl AssemblyError {
    pub(super) fn unlike(file: &str, expected: String, found: String) -> Self {
        Self::Unlike { file: file.to_owned(), expected, found }
    }
}
