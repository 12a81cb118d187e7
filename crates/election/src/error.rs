//! Why a definition is refused.

/// The first thing in a definition that does not hold together, with its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElectionError {
    /// election.json is no JSON of the right shape; the message names line and column.
    #[error("election.json: {0}")]
    Head(String),
    /// units.csv cannot be read as a table.
    #[error("units.csv: line {line}: {problem}")]
    UnitRow {
        /// Line in the file, the header being line 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A column that every table of units must have is not there.
    #[error("units.csv: no column {column:?}")]
    UnitColumn {
        /// The missing column.
        column: String,
    },
    /// Two things have one id.
    #[error("{what} {id:?} is defined twice")]
    Twice {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Something is named that is not defined.
    #[error("{place} names the {what} {id:?}, which is not defined")]
    Undefined {
        /// Where it is named.
        place: String,
        /// What kind of thing it would be.
        what: &'static str,
        /// The id that leads nowhere.
        id: String,
    },
    /// An id has characters that ids do not have.
    #[error("{what} {id:?}: an id is 1 to 64 of A-Z a-z 0-9 : . _ -")]
    BadId {
        /// What kind of thing.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A form's id, which names a file, holds what no file's name holds everywhere.
    #[error("form {id:?}: its id is a file's name, and holds no colon")]
    FormId {
        /// The id.
        id: String,
    },
    /// The code of a field, or what stands before the selection in it, would break a table.
    #[error(
        "form {form:?}, section {section:?}: {code:?} is no code of a field: it is empty, or holds \
         white space, a comma, a quote or a control character"
    )]
    BadCode {
        /// The form.
        form: String,
        /// The section.
        section: String,
        /// The code, or the prefix of codes.
        code: String,
    },
    /// An election has no language to be shown in.
    #[error("languages: there is none")]
    NoLanguage,
    /// A language's code is none.
    #[error("languages: expected two letters a-z, found {found:?}")]
    BadLanguage {
        /// What was found instead.
        found: String,
    },
    /// The tree of units has no root, or several.
    #[error("the units have {found} roots, expected 1")]
    Roots {
        /// How many were found.
        found: usize,
    },
    /// A text lacks one of the election's languages.
    #[error("{place}: no text in {language:?}")]
    Untranslated {
        /// Whose text.
        place: String,
        /// The missing language.
        language: String,
    },
    /// It asks for more than any election needs, and perhaps for more than a memory holds.
    #[error("{place}: at most {most} {what}, found {found}")]
    TooMany {
        /// Where.
        place: String,
        /// Of what.
        what: &'static str,
        /// The most there may be.
        most: u64,
        /// How many were found.
        found: u64,
    },
    /// No assembly has so many seats.
    #[error("outcome: expected 1 to {most} seats, found {found}")]
    Seats {
        /// The most there may be.
        most: u64,
        /// How many were found.
        found: u64,
    },
    /// The calendar contradicts itself.
    #[error("calendar: {0}")]
    Calendar(String),
}
