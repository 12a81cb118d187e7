//! EML_NL 510: counts of a station (510a), a municipality (510b), a district (510c) or the country
//! (510d), one shape for all four. The schemas are those of the Electoral Council (EML_NL 1.x).

mod cursor;
mod error;
mod fields;
mod postcode;
mod read;
#[cfg(test)]
mod tests;

pub use error::EmlError;
pub use fields::field_of_reason;
pub use postcode::split_postcode;
pub use read::read_count;

/// What a count says beside the votes of its units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountFile {
    /// Which of the four: `510a`, `510b`, `510c` or `510d`.
    pub kind: String,
    /// Whose count it is (AuthorityIdentifier): `1667`, Reusel-De Mierden.
    pub authority: Named,
    /// The election.
    pub election: ElectionIdentity,
    /// Its contests, in EML_NL one: a district by number, `geen` (no districts) or `alle`.
    pub contests: Vec<ContestVotes>,
}

/// An id with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name; empty where the file has none.
    pub name: String,
}

/// The election that a count is of (ElectionIdentifier).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElectionIdentity {
    /// Its id, such as `GR2022_ReuselDeMierden`.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its category: `GR`, `PS`, `TK`, `EP`, …
    pub category: Option<String>,
    /// Its subcategory, such as `GR1`. Real files contradict the number of seats here: ask the
    /// seats, not this.
    pub subcategory: Option<String>,
    /// The day of the vote, `2022-03-16`.
    pub date: Option<String>,
}

/// A contest with its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestVotes {
    /// Its id.
    pub id: String,
    /// Its total as the committee wrote it (TotalVotes): a second figure, not a sum made here.
    pub total: Option<Votes>,
}

/// The votes of one unit (ReportingUnitVotes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitVotes {
    /// The contest, as a place in [`CountFile::contests`].
    pub contest: usize,
    /// Its id, such as `1667::SB1`.
    pub id: String,
    /// Its name, without the postcode.
    pub name: String,
    /// The postcode behind the name, as `5541 KB`.
    pub postcode: Option<String>,
    /// Its votes.
    pub votes: Votes,
}

/// Figures of a unit or of a total. What the file does not say is `None` or not there, never 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// Eligible voters (EML: `Cast`), Z on the form. Some municipalities write 0 or a placeholder.
    pub eligible: Option<u64>,
    /// Votes for candidates (EML: `TotalCounted`), E on the form.
    pub for_candidates: Option<u64>,
    /// Ballots that are no vote for anyone, by reason: `blanco`, `ongeldig`.
    pub rejected: Vec<(String, u64)>,
    /// Voters admitted and differences explained (EML: `UncountedVotes`), by reason.
    pub reasons: Vec<(String, u64)>,
    /// The lists, in file order.
    pub lists: Vec<ListVotes>,
}

/// The votes of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListVotes {
    /// The list: its number and registered name.
    pub list: Named,
    /// Its total.
    pub votes: Option<u64>,
    /// Its candidates, in file order.
    pub candidates: Vec<CandidateVotes>,
}

/// The votes of a candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CandidateVotes {
    /// The place on the list; a national 510d names candidates by short code only.
    pub id: Option<String>,
    /// The short code, such as `JansA`.
    pub short_code: Option<String>,
    /// The votes.
    pub votes: Option<u64>,
}
