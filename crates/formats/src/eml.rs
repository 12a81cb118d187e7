//! EML_NL, the Electoral Council's standard for files of an election: definitions (110a), polling
//! stations (110b), lists of candidates (230b, 230c), counts (510a to 510d) and results (520). The schemas
//! are those of the Electoral Council (EML_NL 1.x).
//!
//! A file is read from front to back and never held as a whole. Every error names its place.
//! Elements that a file need not have are skipped.

mod assembly;
mod candidates;
mod common;
mod count;
mod cursor;
mod definition;
mod error;
mod fields;
mod places;
mod postcode;
mod result;
mod stations;
#[cfg(test)]
mod tests;

use std::io::BufRead;

pub use assembly::{
    Asked, Assembled, Assembly, AssemblyError, NoSeats, StatedTotal, station_form, sum_form,
};
pub use candidates::{Candidate, CandidateList, CandidateLists};
pub use common::{ElectionIdentity, Named, PersonName};
pub use count::{CandidateVotes, ContestVotes, CountFile, ListVotes, UnitVotes, Votes};
pub use definition::{Definition, Region, RegionId};
pub use error::EmlError;
pub use fields::field_of_reason;
pub use postcode::split_postcode;
pub use result::{ElectedList, ElectedPerson, ResultFile};
pub use stations::{Station, StationList};

/// A file of any kind that is read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// 110a.
    Definition(Definition),
    /// 110b.
    Stations(StationList),
    /// 230b or 230c.
    Candidates(CandidateLists),
    /// 510a to 510d.
    Count(CountFile),
    /// 520.
    Result(ResultFile),
}

/// Reads a file of whichever kind. Of a count, the votes of each unit go to `each_unit` as soon as
/// they are read, so that memory holds one unit at a time.
///
/// # Errors
/// The first place where the file is no well-formed XML, or none of these kinds. Units before it
/// have gone to `each_unit` by then.
pub fn read(input: impl BufRead, each_unit: impl FnMut(UnitVotes)) -> Result<Document, EmlError> {
    common::root(input, |cursor, root, kind| match kind {
        "110a" => definition::read(cursor, root).map(Document::Definition),
        "110b" => stations::read(cursor, root).map(Document::Stations),
        "230b" | "230c" => candidates::read(cursor, root).map(Document::Candidates),
        "520" => result::read(cursor, root).map(Document::Result),
        kind if count::is_count(kind) => {
            count::read(cursor, root, kind, each_unit).map(Document::Count)
        }
        other => {
            Err(root.fail("110a, 110b, 230b, 230c, 510a to 510d or 520", &format!("{other:?}")))
        }
    })
}

/// Reads a count, and refuses a file of another kind.
///
/// # Errors
/// As [`read`].
pub fn read_count(
    input: impl BufRead,
    each_unit: impl FnMut(UnitVotes),
) -> Result<CountFile, EmlError> {
    common::root(input, |cursor, root, kind| match count::is_count(kind) {
        true => count::read(cursor, root, kind, each_unit),
        false => Err(root.fail("a count, 510a to 510d", &format!("{kind:?}"))),
    })
}
