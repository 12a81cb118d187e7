//! EML_NL 520: the result as the central committee fixed it: who is elected, and how.

use std::io::BufRead;

use super::{
    EmlError,
    common::{
        ElectionIdentity, Named, PersonName, affiliation, below, election, found, once, person,
    },
    cursor::{Cursor, Element},
};

/// Who is elected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFile {
    /// The election.
    pub election: ElectionIdentity,
    /// The lists with a seat, in file order.
    pub lists: Vec<ElectedList>,
}

/// Who is elected on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectedList {
    /// Its number and registered name.
    pub list: Named,
    /// Who is elected, in file order.
    pub elected: Vec<ElectedPerson>,
}

/// Somebody who is elected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectedPerson {
    /// The rank in the result: no place on the list.
    pub rank: String,
    /// Who it is.
    pub person: PersonName,
    /// Elected by preference (Ranking 1), or in list order (2)?
    pub by_preference: bool,
}

/// Reads a result inside its root.
pub(super) fn read<R: BufRead>(
    cursor: &mut Cursor<R>,
    root: &Element,
) -> Result<ResultFile, EmlError> {
    let (mut identity, mut lists) = (None, Vec::new());
    below(cursor, &["Result", "Election"], &mut |cursor, part| match part.name() {
        "ElectionIdentifier" => election(&mut identity, cursor, part),
        "Contest" => cursor.children(|cursor, child| match child.name() {
            "Selection" => selection(&mut lists, cursor, child),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    Ok(ResultFile { election: found(identity, root, "an ElectionIdentifier")?, lists })
}

/// A selection is a list with a seat, or somebody elected on the list before it.
fn selection<R: BufRead>(
    lists: &mut Vec<ElectedList>,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    let (mut list, mut candidate, mut ranking) = (None, None, None);
    cursor.children(|cursor, child| match child.name() {
        "AffiliationIdentifier" => once(&mut list, affiliation(cursor, child)?, child),
        "Candidate" => once(&mut candidate, self::candidate(cursor, child)?, child),
        "Ranking" => once(&mut ranking, ranked(cursor, child)?, child),
        _ => Ok(()),
    })?;
    let again = |list: &Named| lists.iter().any(|known| known.list.id == list.id);
    if let Some(list) = list.as_ref().filter(|list| again(list)) {
        return Err(element.fail(&format!("list {} once", list.id), "it again"));
    }
    match (list, candidate, lists.last_mut()) {
        (Some(list), None, _) => lists.push(ElectedList { list, elected: Vec::new() }),
        (None, Some((rank, person)), Some(list)) => {
            let by_preference = found(ranking, element, "a Ranking")?;
            list.elected.push(ElectedPerson { rank, person, by_preference });
        }
        (None, Some(_), None) => return Err(element.fail("a list first", "a candidate")),
        (Some(_), Some(_), _) => return Err(element.fail("a list or a candidate", "both")),
        (None, None, _) => return Err(element.fail("a list or a candidate", "neither")),
    }
    Ok(())
}

fn ranked<R: BufRead>(cursor: &mut Cursor<R>, element: &Element) -> Result<bool, EmlError> {
    match cursor.number(element)? {
        1 => Ok(true),
        2 => Ok(false),
        other => Err(element.fail("1 (by preference) or 2 (list order)", &other.to_string())),
    }
}

fn candidate<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(String, PersonName), EmlError> {
    let (mut rank, mut read) = (None, PersonName::default());
    cursor.children(|cursor, child| match child.name() {
        "CandidateIdentifier" => once(&mut rank, child.required("Id")?, child),
        _ => person(&mut read, cursor, child),
    })?;
    Ok((found(rank, element, "a CandidateIdentifier")?, read))
}
