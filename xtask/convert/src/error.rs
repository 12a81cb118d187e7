//! Why a conversion stops.

use std::path::PathBuf;

/// The first thing that is not as it should be, with its place.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConvertError {
    /// Nobody said where the folder goes.
    #[error("where to? --out FOLDER is missing")]
    NoFolder,
    /// A file cannot be read or written.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: String,
    },
    /// A published table has no such column.
    #[error("{file}: line 1: no column {column:?}")]
    Column {
        /// The file.
        file: String,
        /// The missing column.
        column: String,
    },
    /// A cell of a published table does not hold what it should.
    #[error("{file}: line {line}, column {column:?}: expected {expected}, found {found:?}")]
    Cell {
        /// The file.
        file: String,
        /// The line, the header being line 1.
        line: u64,
        /// The column.
        column: String,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
    /// A table cannot be read or written as one.
    #[error("{file}: {problem}")]
    Table {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The source lacks something that the folder cannot do without.
    #[error("the source does not say {0}")]
    Missing(&'static str),
    /// The count cannot be read, or makes no election.
    #[error(transparent)]
    Eml(#[from] formats::eml::AssemblyError),
    /// What all Dutch elections share does not hold together.
    #[error(transparent)]
    Dutch(#[from] formats::dutch::DutchError),
    /// A part of the definition that is kept beside the converter, or the whole that came out of
    /// it, does not hold together.
    #[error("the definition: {0}")]
    Definition(String),
    /// The night that came out cannot be read back.
    #[error(transparent)]
    Night(#[from] formats::NightError),
}
