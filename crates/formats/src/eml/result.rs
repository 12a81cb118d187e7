//! EML_NL 520: the result as the central committee fixed it: who is elected, and how.

use std::io::BufRead;

use super::{
    EmlError,
    common::{
        ElectionIdentity, Named, PersonName, Selected, affiliation, below, check_new, each,
        election, found, once, person, selected,
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
        "Contest" => {
            each(cursor, "Selection", |cursor, child| selection(&mut lists, cursor, child))
        }
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
    match selected(list, candidate, lists.len(), element)? {
        Selected::List(list) => {
            check_new(element, "list", &list.id, lists.iter().map(|known| &*known.list.id))?;
            lists.push(ElectedList { list, elected: Vec::new() });
        }
        Selected::Candidate((rank, person)) => {
            let by_preference = found(ranking, element, "a Ranking")?;
            let elected = ElectedPerson { rank, person, by_preference };
            if let Some(list) = lists.last_mut() {
                list.elected.push(elected);
            }
        }
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
