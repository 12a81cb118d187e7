//! EML_NL 230b: the lists of candidates, by district.

use std::io::BufRead;

use super::{
    EmlError,
    common::{
        ElectionIdentity, Named, PersonName, affiliation, below, contest, election, found, once,
        person,
    },
    cursor::{Cursor, Element},
};

/// Lists of candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateLists {
    /// The election.
    pub election: ElectionIdentity,
    /// The lists of each contest: a district by number, or `geen`.
    pub contests: Vec<(Named, Vec<CandidateList>)>,
}

/// A list of candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateList {
    /// Its number and registered name.
    pub list: Named,
    /// How it stands to the party's lists elsewhere: alone, one of several that are alike, or in a
    /// group, as the file says it (`op zichzelf staande lijst`, `lijstengroep`, …).
    pub kind: String,
    /// Its candidates, by place.
    pub candidates: Vec<Candidate>,
}

/// A place on a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The place, from 1.
    pub place: u64,
    /// The short code, such as `JansA`, where the file has one.
    pub short_code: Option<String>,
    /// Who stands there.
    pub person: PersonName,
}

/// Reads lists of candidates inside their root.
pub(super) fn read<R: BufRead>(
    cursor: &mut Cursor<R>,
    root: &Element,
) -> Result<CandidateLists, EmlError> {
    let (mut identity, mut contests) = (None, Vec::new());
    below(cursor, &["CandidateList", "Election"], &mut |cursor, part| match part.name() {
        "ElectionIdentifier" => election(&mut identity, cursor, part),
        "Contest" => {
            contests.push(lists(cursor, part)?);
            Ok(())
        }
        _ => Ok(()),
    })?;
    Ok(CandidateLists { election: found(identity, root, "an ElectionIdentifier")?, contests })
}

fn lists<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(Named, Vec<CandidateList>), EmlError> {
    let (mut id, mut lists) = (None, Vec::new());
    cursor.children(|cursor, child| match child.name() {
        "ContestIdentifier" => once(&mut id, contest(cursor, child)?, child),
        "Affiliation" => {
            lists.push(list(cursor, child)?);
            Ok(())
        }
        _ => Ok(()),
    })?;
    Ok((found(id, element, "a ContestIdentifier")?, lists))
}

fn list<R: BufRead>(cursor: &mut Cursor<R>, element: &Element) -> Result<CandidateList, EmlError> {
    let (mut list, mut kind, mut candidates) = (None, String::new(), Vec::new());
    cursor.children(|cursor, child| match child.name() {
        "AffiliationIdentifier" => once(&mut list, affiliation(cursor, child)?, child),
        "Type" => {
            kind = cursor.text()?;
            Ok(())
        }
        "Candidate" => {
            candidates.push(candidate(cursor, child, candidates.len())?);
            Ok(())
        }
        _ => Ok(()),
    })?;
    Ok(CandidateList { list: found(list, element, "an AffiliationIdentifier")?, kind, candidates })
}

/// Places run from 1 on: a gap would give everyone behind it somebody else's votes.
fn candidate<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
    before: usize,
) -> Result<Candidate, EmlError> {
    let mut read = Candidate::default();
    let mut place = None;
    cursor.children(|cursor, child| match child.name() {
        "CandidateIdentifier" => {
            read.short_code = child.attribute("ShortCode")?;
            once(&mut place, child.required("Id")?, child)
        }
        _ => person(&mut read.person, cursor, child),
    })?;
    let place = found(place, element, "a CandidateIdentifier")?;
    let expected = before + 1;
    if place != expected.to_string() {
        return Err(element.fail(&format!("candidate {expected}"), &format!("{place:?}")));
    }
    read.place = expected as u64;
    Ok(read)
}
