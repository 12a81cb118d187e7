//! The grammar of a count: which element holds what.

use super::{
    CandidateVotes, ContestVotes, CountFile, ElectionIdentity, EmlError, ListVotes, Named,
    UnitVotes, Votes,
    cursor::{Cursor, Element},
    postcode::split_postcode,
};

const KINDS: [&str; 4] = ["510a", "510b", "510c", "510d"];

/// Reads a count from the text of its file. The votes of each unit go to `each_unit` as soon as
/// they are read, so that memory holds one unit at a time; what is left comes back at the end.
/// Elements that a count need not have are skipped.
///
/// # Errors
/// The first place where the text is no well-formed XML or no count. Units before it have gone to
/// `each_unit` by then.
pub fn read_count(xml: &str, each_unit: impl FnMut(UnitVotes)) -> Result<CountFile, EmlError> {
    let mut cursor = Cursor::new(xml);
    let mut reading = Reading { each_unit, authority: None, election: None, contests: Vec::new() };
    let mut file = None;
    cursor.root(|cursor, root| {
        let kind = kind(cursor, root)?;
        cursor.children(|cursor, child| reading.top(cursor, child))?;
        let missing = |what: &str| cursor.fail_in(root, what, "none");
        file = Some(CountFile {
            kind,
            authority: reading.authority.take().ok_or_else(|| missing("an AuthorityIdentifier"))?,
            election: reading.election.take().ok_or_else(|| missing("an ElectionIdentifier"))?,
            contests: std::mem::take(&mut reading.contests),
        });
        Ok(())
    })?;
    let empty = EmlError { line: 1, byte: 0, expected: "a count".into(), found: "none".into() };
    file.ok_or(empty)
}

fn kind(cursor: &Cursor<'_>, root: &Element<'_>) -> Result<String, EmlError> {
    let name = root.name();
    if name != "EML" {
        return Err(cursor.fail_in(root, "<EML>", &format!("<{name}>")));
    }
    let id = cursor.required(root, "Id")?;
    if KINDS.contains(&&*id) {
        return Ok(id);
    }
    Err(cursor.fail_in(root, "a count, 510a to 510d", &format!("{id:?}")))
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
    fn top(&mut self, cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<(), EmlError> {
        match element.name() {
            "ManagingAuthority" => cursor.children(|cursor, child| match child.name() {
                "AuthorityIdentifier" => {
                    let authority = named(cursor, child)?;
                    once(&mut self.authority, authority, cursor, child)
                }
                _ => Ok(()),
            }),
            "Count" => cursor.children(|cursor, child| match child.name() {
                "Election" => cursor.children(|cursor, part| self.election_part(cursor, part)),
                _ => Ok(()),
            }),
            _ => Ok(()),
        }
    }

    fn election_part(
        &mut self,
        cursor: &mut Cursor<'_>,
        element: &Element<'_>,
    ) -> Result<(), EmlError> {
        match element.name() {
            "ElectionIdentifier" => {
                let election = election(cursor, element)?;
                once(&mut self.election, election, cursor, element)
            }
            "Contests" => cursor.children(|cursor, child| match child.name() {
                "Contest" => self.contest(cursor),
                _ => Ok(()),
            }),
            _ => Ok(()),
        }
    }

    fn contest(&mut self, cursor: &mut Cursor<'_>) -> Result<(), EmlError> {
        let contest = self.contests.len();
        let mut read = ContestVotes { id: String::new(), total: None };
        cursor.children(|cursor, child| match child.name() {
            "ContestIdentifier" => {
                read.id = cursor.required(child, "Id")?;
                Ok(())
            }
            "TotalVotes" => {
                let votes = votes(cursor, |_, _| Ok(()))?;
                once(&mut read.total, votes, cursor, child)
            }
            "ReportingUnitVotes" => {
                (self.each_unit)(unit(cursor, child, contest)?);
                Ok(())
            }
            _ => Ok(()),
        })?;
        self.contests.push(read);
        Ok(())
    }
}

fn named(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Named, EmlError> {
    Ok(Named { id: cursor.required(element, "Id")?, name: cursor.text()? })
}

fn election(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<ElectionIdentity, EmlError> {
    let id = cursor.required(element, "Id")?;
    let mut read = ElectionIdentity { id, ..ElectionIdentity::default() };
    cursor.children(|cursor, child| {
        let slot = match child.name() {
            "ElectionName" => &mut read.name,
            "ElectionCategory" => &mut read.category,
            "ElectionSubcategory" => &mut read.subcategory,
            "ElectionDate" => &mut read.date,
            _ => return Ok(()),
        };
        let text = cursor.text()?;
        once(slot, text, cursor, child)
    })?;
    Ok(read)
}

fn unit(
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
    contest: usize,
) -> Result<UnitVotes, EmlError> {
    let mut unit = None;
    let votes = votes(cursor, |cursor, child| {
        if child.name() != "ReportingUnitIdentifier" {
            return Ok(());
        }
        let read = named(cursor, child)?;
        once(&mut unit, read, cursor, child)
    })?;
    let missing = || cursor.fail_in(element, "a ReportingUnitIdentifier", "none");
    let Named { id, name } = unit.ok_or_else(missing)?;
    let (name, postcode) = split_postcode(&name);
    Ok(UnitVotes { contest, id, name: name.to_owned(), postcode, votes })
}

/// The figures in an element; children that are none go to `other`.
fn votes(
    cursor: &mut Cursor<'_>,
    mut other: impl FnMut(&mut Cursor<'_>, &Element<'_>) -> Result<(), EmlError>,
) -> Result<Votes, EmlError> {
    let mut votes = Votes::default();
    cursor.children(|cursor, child| match child.name() {
        "Selection" => selection(&mut votes.lists, cursor, child),
        "Cast" => number(&mut votes.eligible, cursor, child),
        "TotalCounted" => number(&mut votes.for_candidates, cursor, child),
        "RejectedVotes" => reason(&mut votes.rejected, cursor, child),
        "UncountedVotes" => reason(&mut votes.reasons, cursor, child),
        _ => other(cursor, child),
    })?;
    Ok(votes)
}

fn number(
    slot: &mut Option<u64>,
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<(), EmlError> {
    let number = cursor.number(element)?;
    once(slot, number, cursor, element)
}

fn reason(
    reasons: &mut Vec<(String, u64)>,
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<(), EmlError> {
    let code = cursor.required(element, "ReasonCode")?;
    let number = cursor.number(element)?;
    if reasons.iter().any(|(known, _)| *known == code) {
        return Err(cursor.fail_in(element, "each reason once", &format!("a second {code:?}")));
    }
    reasons.push((code, number));
    Ok(())
}

/// A selection is a list, or a candidate of the list before it.
fn selection(
    lists: &mut Vec<ListVotes>,
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<(), EmlError> {
    let (mut list, mut candidate, mut count) = (None, None, None);
    cursor.children(|cursor, child| match child.name() {
        "AffiliationIdentifier" => {
            let read = affiliation(cursor, child)?;
            once(&mut list, read, cursor, child)
        }
        "Candidate" => {
            let read = self::candidate(cursor)?;
            once(&mut candidate, read, cursor, child)
        }
        "ValidVotes" => number(&mut count, cursor, child),
        _ => Ok(()),
    })?;
    match (list, candidate, lists.last_mut()) {
        (Some(list), None, _) => {
            lists.push(ListVotes { list, votes: count, candidates: Vec::new() });
            Ok(())
        }
        (None, Some(candidate), Some(list)) => {
            list.candidates.push(CandidateVotes { votes: count, ..candidate });
            Ok(())
        }
        (None, Some(_), None) => Err(cursor.fail_in(element, "a list first", "a candidate")),
        (Some(_), Some(_), _) => Err(cursor.fail_in(element, "a list or a candidate", "both")),
        (None, None, _) => Err(cursor.fail_in(element, "a list or a candidate", "neither")),
    }
}

fn affiliation(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Named, EmlError> {
    let mut list = Named { id: cursor.required(element, "Id")?, name: String::new() };
    cursor.children(|cursor, child| {
        if child.name() == "RegisteredName" {
            list.name = cursor.text()?;
        }
        Ok(())
    })?;
    Ok(list)
}

fn candidate(cursor: &mut Cursor<'_>) -> Result<CandidateVotes, EmlError> {
    let mut candidate = CandidateVotes::default();
    cursor.children(|cursor, child| {
        if child.name() == "CandidateIdentifier" {
            candidate.id = cursor.attribute(child, "Id")?;
            candidate.short_code = cursor.attribute(child, "ShortCode")?;
            cursor.children(|cursor, part| short_code(&mut candidate, cursor, part))?;
        }
        Ok(())
    })?;
    Ok(candidate)
}

/// The schema takes the short code as an attribute and as an element.
fn short_code(
    candidate: &mut CandidateVotes,
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<(), EmlError> {
    if element.name() == "ShortCode" {
        candidate.short_code = Some(cursor.text()?);
    }
    Ok(())
}

/// Two figures for one thing contradict each other, even where they are equal.
fn once<T>(
    slot: &mut Option<T>,
    value: T,
    cursor: &Cursor<'_>,
    element: &Element<'_>,
) -> Result<(), EmlError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(cursor.fail_in(element, &format!("one <{}>", element.name()), "a second")),
    }
}
