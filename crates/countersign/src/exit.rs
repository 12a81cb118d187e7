//! Why the program stops, and with which status.

use std::{fmt::Display, path::Path, process::ExitCode};

/// A check failed.
pub(crate) const FAILED: u8 = 1;
/// Bad input or usage.
pub(crate) const BAD_INPUT: u8 = 2;
/// It could not be checked.
pub(crate) const UNCHECKED: u8 = 3;

/// One line for standard error: file, place, what was expected, what was found.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Stop {
    message: String,
    status: u8,
}

impl Stop {
    /// Bad input or usage.
    pub(crate) fn input(message: impl Display) -> Self {
        Self { message: message.to_string(), status: BAD_INPUT }
    }

    /// Bad input in a file.
    pub(crate) fn file(path: &Path, problem: impl Display) -> Self {
        Self::input(format_args!("{}: {problem}", path.display()))
    }

    /// Something that worked so far no longer does.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self { message: message.to_string(), status: FAILED }
    }

    /// Nothing was found to be wrong, because nothing could be looked at.
    pub(crate) fn unchecked(message: impl Display) -> Self {
        Self { message: message.to_string(), status: UNCHECKED }
    }

    /// The status that it exits with.
    pub(crate) fn status(&self) -> ExitCode {
        ExitCode::from(self.status)
    }
}
