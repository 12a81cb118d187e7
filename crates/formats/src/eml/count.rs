//! EML_NL 510: counts of a station (510a), a municipality (510b), a district (510c) or the country
//! (510d), one shape for all four.

use std::io::BufRead;

use super::{
    EmlError,
    common::{
        ElectionIdentity, Named, Selected, affiliation, authority, below, check_new, contest, each,
        election, found, named, once, selected,
    },
    cursor::{Cursor, Element},
    postcode::split_postcode,
};

/// What a count says beside the votes of its units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountFile {
    /// Which of the four: `510a`, `510b`, `510c` or `510d`.
    pub kind: String,
    /// Whose count it is (AuthorityIdentifier): `1667`, Reusel-De Mierden.
    pub authority: Named,
    /// The election.
    pub election: ElectionIdentity,
    /// Its contests: a district by number, `geen` (no districts) or `alle`.
    pub contests: Vec<ContestVotes>,
}

/// A contest with its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestVotes {
    /// Its id, and its name where it has one.
    pub contest: Named,
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

/// The schema has 16 reasons.
const MOST_REASONS: usize = 100;
/// The most lists of a unit and candidates of a list: ten times what an election ever had.
const MOST: usize = 1_000;

/// Is this the id of a count?
pub(super) fn is_count(kind: &str) -> bool {
    matches!(kind, "510a" | "510b" | "510c" | "510d")
}

/// Reads a count inside its root.
pub(super) fn read<R: BufRead>(
    cursor: &mut Cursor<R>,
    root: &Element,
    kind: &str,
    each_unit: impl FnMut(UnitVotes),
) -> Result<CountFile, EmlError> {
    let mut reading = Reading { each_unit, authority: None, election: None, contests: Vec::new() };
    cursor.children(|cursor, child| reading.top(cursor, child))?;
    Ok(CountFile {
        kind: kind.to_owned(),
        authority: found(reading.authority, root, "an AuthorityIdentifier")?,
        election: found(reading.election, root, "an ElectionIdentifier")?,
        contests: reading.contests,
    })
}

/// A file while it is read.
struct Reading<F> {
    each_unit: F,
    authority: Option<Named>,
    election: Option<ElectionIdentity>,
    contests: Vec<ContestVotes>,
}

impl<F: FnMut(UnitVotes)> Reading<F> {
    /// A child of EML.
    fn top<R: BufRead>(
        &mut self,
        cursor: &mut Cursor<R>,
        element: &Element,
    ) -> Result<(), EmlError> {
        match element.name() {
            "ManagingAuthority" => authority(&mut self.authority, cursor),
            "Count" => {
                below(cursor, &["Election"], &mut |cursor, part| self.election_part(cursor, part))
            }
            _ => Ok(()),
        }
    }

    fn election_part<R: BufRead>(
        &mut self,
        cursor: &mut Cursor<R>,
        element: &Element,
    ) -> Result<(), EmlError> {
        match element.name() {
            "ElectionIdentifier" => election(&mut self.election, cursor, element),
            "Contests" => each(cursor, "Contest", |cursor, _| self.contest(cursor)),
            _ => Ok(()),
        }
    }

    fn contest<R: BufRead>(&mut self, cursor: &mut Cursor<R>) -> Result<(), EmlError> {
        let place = self.contests.len();
        let mut read = ContestVotes { contest: Named::default(), total: None };
        cursor.children(|cursor, child| match child.name() {
            "ContestIdentifier" => {
                read.contest = contest(cursor, child)?;
                Ok(())
            }
            "TotalVotes" => {
                let votes = votes(cursor, |_, _| Ok(()))?;
                once(&mut read.total, votes, child)
            }
            "ReportingUnitVotes" => {
                (self.each_unit)(unit(cursor, child, place)?);
                Ok(())
            }
            _ => Ok(()),
        })?;
        self.contests.push(read);
        Ok(())
    }
}

fn unit<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
    contest: usize,
) -> Result<UnitVotes, EmlError> {
    let mut unit = None;
    let votes = votes(cursor, |cursor, child| match child.name() {
        "ReportingUnitIdentifier" => once(&mut unit, named(cursor, child)?, child),
        _ => Ok(()),
    })?;
    let Named { id, name } = found(unit, element, "a ReportingUnitIdentifier")?;
    let (name, postcode) = split_postcode(&name);
    Ok(UnitVotes { contest, id, name: name.to_owned(), postcode, votes })
}

/// The figures in an element; children that are none go to `other`.
fn votes<R: BufRead>(
    cursor: &mut Cursor<R>,
    mut other: impl FnMut(&mut Cursor<R>, &Element) -> Result<(), EmlError>,
) -> Result<Votes, EmlError> {
    let mut votes = Votes::default();
    cursor.children(|cursor, child| match child.name() {
        "Selection" => selection(&mut votes.lists, cursor, child),
        "Cast" => once(&mut votes.eligible, cursor.number(child)?, child),
        "TotalCounted" => once(&mut votes.for_candidates, cursor.number(child)?, child),
        "RejectedVotes" => reason(&mut votes.rejected, cursor, child),
        "UncountedVotes" => reason(&mut votes.reasons, cursor, child),
        _ => other(cursor, child),
    })?;
    Ok(votes)
}

fn reason<R: BufRead>(
    reasons: &mut Vec<(String, u64)>,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    let code = element.required("ReasonCode")?;
    let number = cursor.number(element)?;
    if reasons.len() >= MOST_REASONS {
        return Err(element.fail(&format!("at most {MOST_REASONS} reasons"), "one more"));
    }
    if reasons.iter().any(|(known, _)| *known == code) {
        return Err(element.fail("each reason once", &format!("a second {code:?}")));
    }
    reasons.push((code, number));
    Ok(())
}

/// A selection is a list, or a candidate of the list before it.
fn selection<R: BufRead>(
    lists: &mut Vec<ListVotes>,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    let (mut list, mut candidate, mut count) = (None, None, None);
    cursor.children(|cursor, child| match child.name() {
        "AffiliationIdentifier" => once(&mut list, affiliation(cursor, child)?, child),
        "Candidate" => once(&mut candidate, self::candidate(cursor)?, child),
        "ValidVotes" => once(&mut count, cursor.number(child)?, child),
        _ => Ok(()),
    })?;
    match selected(list, candidate, lists.len(), element)? {
        Selected::List(list) => {
            check_room_for(element, "list", &list.id, lists.iter().map(|known| &*known.list.id))?;
            lists.push(ListVotes { list, votes: count, candidates: Vec::new() });
        }
        Selected::Candidate(candidate) => {
            let Some(list) = lists.last_mut() else { return Ok(()) };
            check_candidate(element, &candidate, list)?;
            list.candidates.push(CandidateVotes { votes: count, ..candidate });
        }
    }
    Ok(())
}

/// A list or a candidate stands once in a unit, and there are only so many.
fn check_room_for<'k>(
    element: &Element,
    what: &str,
    id: &str,
    known: impl ExactSizeIterator<Item = &'k str>,
) -> Result<(), EmlError> {
    if known.len() >= MOST {
        return Err(element.fail(&format!("at most {MOST} of a kind"), &format!("{what} {id}")));
    }
    check_new(element, what, id, known)
}

/// Candidates come in the order of their numbers, and then nobody has to be looked for.
fn check_candidate(
    element: &Element,
    candidate: &CandidateVotes,
    list: &ListVotes,
) -> Result<(), EmlError> {
    let Some(id) = candidate.id.as_deref() else { return Ok(()) };
    let number = |id: &str| id.parse::<usize>().ok();
    let last = list.candidates.last().and_then(|last| last.id.as_deref()).and_then(number);
    if number(id).is_none_or(|number| number == 0 || number > MOST) || id.starts_with('0') {
        let expected = format!("a candidate's number from 1 to {MOST}");
        return Err(element.fail(&expected, &format!("{id:?}")));
    }
    match last < number(id) && list.candidates.len() < MOST {
        true => Ok(()),
        false => {
            let known: Vec<&str> =
                list.candidates.iter().filter_map(|known| known.id.as_deref()).collect();
            check_room_for(element, "candidate", id, known.into_iter())
        }
    }
}

fn candidate<R: BufRead>(cursor: &mut Cursor<R>) -> Result<CandidateVotes, EmlError> {
    let mut candidate = CandidateVotes::default();
    cursor.children(|cursor, child| {
        if child.name() == "CandidateIdentifier" {
            candidate.id = child.attribute("Id")?;
            candidate.short_code = child.attribute("ShortCode")?;
            cursor.children(|cursor, part| short_code(&mut candidate, cursor, part))?;
        }
        Ok(())
    })?;
    Ok(candidate)
}

/// The schema takes the short code as an attribute and as an element.
fn short_code<R: BufRead>(
    candidate: &mut CandidateVotes,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    if element.name() == "ShortCode" {
        candidate.short_code = Some(cursor.text()?);
    }
    Ok(())
}
