//! Why a recorded night is refused.

/// The first thing in the folder `night` that cannot be read, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NightError {
    /// labels.txt is missing or empty.
    #[error("night/labels.txt: expected one label a line, found none")]
    NoLabels,
    /// A label is empty, has spaces around it, or stands there twice.
    #[error("night/labels.txt: line {line}: expected a label of its own, found {found:?}")]
    Label {
        /// Line in the file, from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A file's name does not say what is in it.
    #[error("night/{file}: expected a name such as 01-n10-1.csv or 02-turnout.csv")]
    FileName {
        /// The file's name.
        file: String,
    },
    /// A file is no table.
    #[error("night/{file}: line {line}: {problem}")]
    Table {
        /// The file's name.
        file: String,
        /// Line in the file, the header being line 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// The header lacks a column, or has one twice or one too many.
    #[error("night/{file}: line 1, column {column:?}: expected it {expected}, found it {found}")]
    Column {
        /// The file's name.
        file: String,
        /// The column's name.
        column: String,
        /// How often a header may have it.
        expected: &'static str,
        /// How often this one has it.
        found: usize,
    },
    /// A cell does not hold what its column asks for.
    #[error("night/{file}: line {line}, column {column:?}: expected {expected}, found {found:?}")]
    Cell {
        /// The file's name.
        file: String,
        /// Line in the file, the header being line 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What the column asks for.
        expected: &'static str,
        /// What the cell holds.
        found: String,
    },
    /// A row corrects what was never handed in.
    #[error(
        "night/{file}: line {line}: a correction, but {unit} handed in nothing through {channel} before"
    )]
    CorrectsNothing {
        /// The file's name.
        file: String,
        /// Line in the file, the header being line 1.
        line: u64,
        /// The unit.
        unit: String,
        /// The channel.
        channel: String,
    },
}

/// A label that the night does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no label {label:?}, expected one of: {}", labels.join(", "))]
pub struct UnknownLabel {
    /// What was asked for.
    pub label: String,
    /// What there is.
    pub labels: Vec<String>,
}
