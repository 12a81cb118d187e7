//! Why the forms of a definition are refused.

/// The first thing in a form's definition that does not hold together, with its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Something is named that the form or the election does not have.
    #[error("form {form:?}: {place} names the {what} {id:?}, which is not there")]
    Undefined {
        /// The form.
        form: String,
        /// Where it is named.
        place: String,
        /// What kind of thing it would be.
        what: &'static str,
        /// The name that leads nowhere.
        id: String,
    },
    /// A sum has a part that is worked out itself, and not before it.
    #[error("form {form:?}: {id:?} is the sum of {part:?}, which is not worked out before it")]
    SumBelow {
        /// The form.
        form: String,
        /// The sum.
        id: String,
        /// The part.
        part: String,
    },
    /// Two sections are held against each other, and their fields are not about the same things.
    #[error(
        "form {form:?}: {place}: sections {left:?} and {right:?} are not about the same selections \
         in the same order"
    )]
    Unlike {
        /// The form.
        form: String,
        /// Where they are held against each other.
        place: String,
        /// One section.
        left: String,
        /// The other.
        right: String,
    },
    /// Two fields have one code, or two sections one id.
    #[error("form {form:?}: {id:?} is defined twice")]
    Twice {
        /// The form.
        form: String,
        /// The code or id.
        id: String,
    },
    /// A unit elects more delegates than any caucus does, and the arithmetic would take for ever.
    #[error("form {form:?}: unit {unit:?} elects at most {most} delegates, found {found}")]
    Delegates {
        /// The form.
        form: String,
        /// The unit.
        unit: String,
        /// The most there may be.
        most: u64,
        /// How many there are.
        found: u64,
    },
    /// Two fields of one form add to the same figure.
    #[error("form {form:?}: {id:?} adds to the figure that {other:?} adds to")]
    AddedTwice {
        /// The form.
        form: String,
        /// The field.
        id: String,
        /// The field before it.
        other: String,
    },
    /// A figure is collected by a unit and again by one inside it, so it would be added twice.
    #[error("{contest}.{selection} is collected by form {outer:?} and, inside it, by {inner:?}")]
    CollectedTwice {
        /// The contest.
        contest: String,
        /// The selection.
        selection: String,
        /// The form of the outer unit.
        outer: String,
        /// The form of the inner unit.
        inner: String,
    },
}
