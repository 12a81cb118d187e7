//! What files of every kind have: who made them, the election, lists and people.

use std::io::BufRead;

use super::{
    EmlError,
    cursor::{Cursor, Element},
};

/// An id with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name; empty where the file has none.
    pub name: String,
}

/// The election that a file is of (ElectionIdentifier).
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
    /// The municipality, province or water board that votes, where it is not the whole country.
    pub domain: Option<String>,
    /// The day of the vote, `2022-03-16`.
    pub date: Option<String>,
}

/// Somebody who stands, as a list of candidates has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Initials, `J.A.`
    pub initials: String,
    /// The name that the person goes by.
    pub first: String,
    /// What stands before the last name, `van der`.
    pub prefix: String,
    /// The last name.
    pub last: String,
    /// The place where the person lives.
    pub town: String,
}

/// Reads a file whose root is EML with one of these ids, and steps behind its end.
pub(super) fn root<R: BufRead, T>(
    input: R,
    read: impl FnOnce(&mut Cursor<R>, &Element, &str) -> Result<T, EmlError>,
) -> Result<T, EmlError> {
    Cursor::new(input).root(|cursor, root| match root.name() {
        "EML" => read(cursor, root, &root.required("Id")?),
        name => Err(root.fail("<EML>", &format!("<{name}>"))),
    })
}

/// What is done with each child of an element.
pub(super) type EachChild<'r, R> = dyn FnMut(&mut Cursor<R>, &Element) -> Result<(), EmlError> + 'r;

/// Reads the children of every element that lies so deep below the one that was just opened, by the
/// names on the way down.
pub(super) fn below<R: BufRead>(
    cursor: &mut Cursor<R>,
    path: &[&str],
    read: &mut EachChild<'_, R>,
) -> Result<(), EmlError> {
    let Some((first, rest)) = path.split_first() else { return cursor.children(read) };
    each(cursor, first, |cursor, _| below(cursor, rest, read))
}

/// Reads every child of this name.
pub(super) fn each<R: BufRead>(
    cursor: &mut Cursor<R>,
    name: &str,
    mut read: impl FnMut(&mut Cursor<R>, &Element) -> Result<(), EmlError>,
) -> Result<(), EmlError> {
    cursor.children(|cursor, child| match child.name() == name {
        true => read(cursor, child),
        false => Ok(()),
    })
}

/// The text of the child of this name; empty where there is none.
fn text_of<R: BufRead>(cursor: &mut Cursor<R>, name: &str) -> Result<String, EmlError> {
    let mut text = String::new();
    each(cursor, name, |cursor, _| {
        text = cursor.text()?;
        Ok(())
    })?;
    Ok(text)
}

/// An element with an id whose text is a name.
pub(super) fn named<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<Named, EmlError> {
    Ok(Named { id: element.required("Id")?, name: cursor.text()? })
}

/// Whose file it is (ManagingAuthority).
pub(super) fn authority<R: BufRead>(
    slot: &mut Option<Named>,
    cursor: &mut Cursor<R>,
) -> Result<(), EmlError> {
    each(cursor, "AuthorityIdentifier", |cursor, child| once(slot, named(cursor, child)?, child))
}

/// ElectionIdentifier.
pub(super) fn election<R: BufRead>(
    slot: &mut Option<ElectionIdentity>,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    let mut read = ElectionIdentity { id: element.required("Id")?, ..Default::default() };
    cursor.children(|cursor, child| {
        let slot = match child.name() {
            "ElectionName" => &mut read.name,
            "ElectionCategory" => &mut read.category,
            "ElectionSubcategory" => &mut read.subcategory,
            "ElectionDomain" => &mut read.domain,
            "ElectionDate" => &mut read.date,
            _ => return Ok(()),
        };
        once(slot, cursor.text()?, child)
    })?;
    once(slot, read, element)
}

/// A contest's id and name (ContestIdentifier).
pub(super) fn contest<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<Named, EmlError> {
    Ok(Named { id: element.required("Id")?, name: text_of(cursor, "ContestName")? })
}

/// A list's number and registered name (AffiliationIdentifier).
pub(super) fn affiliation<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<Named, EmlError> {
    let id = element.required("Id")?;
    // As the schema has it: 1 and 01 would be two lists.
    let number = id.bytes().all(|b| b.is_ascii_digit()) && !id.starts_with('0');
    if !number || id.is_empty() {
        return Err(element.fail("a list's number", &format!("{id:?}")));
    }
    Ok(Named { id, name: text_of(cursor, "RegisteredName")? })
}

/// What a selection is.
pub(super) enum Selected<C> {
    /// A list.
    List(Named),
    /// A candidate of the list before it.
    Candidate(C),
}

/// Tells a list from a candidate; `lists` is the number of lists before.
pub(super) fn selected<C>(
    list: Option<Named>,
    candidate: Option<C>,
    lists: usize,
    element: &Element,
) -> Result<Selected<C>, EmlError> {
    match (list, candidate) {
        (Some(list), None) => Ok(Selected::List(list)),
        (None, Some(candidate)) if lists > 0 => Ok(Selected::Candidate(candidate)),
        (None, Some(_)) => Err(element.fail("a list first", "a candidate")),
        (Some(_), Some(_)) => Err(element.fail("a list or a candidate", "both")),
        (None, None) => Err(element.fail("a list or a candidate", "neither")),
    }
}

/// A second figure for one thing would contradict the first, or take its place.
pub(super) fn check_new<'k>(
    element: &Element,
    what: &str,
    id: &str,
    mut known: impl Iterator<Item = &'k str>,
) -> Result<(), EmlError> {
    match known.any(|known| known == id) {
        true => Err(element.fail(&format!("{what} {id} once"), "it again")),
        false => Ok(()),
    }
}

/// A part of a candidate that says who it is, if it is one.
pub(super) fn person<R: BufRead>(
    person: &mut PersonName,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    match element.name() {
        "CandidateFullName" => {
            below(cursor, &["PersonName"], &mut |cursor, part| name_part(person, cursor, part))
        }
        "QualifyingAddress" => address(person, cursor),
        _ => Ok(()),
    }
}

fn name_part<R: BufRead>(
    person: &mut PersonName,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    let initials = element.attribute("NameType")?.as_deref() == Some("Initials");
    let slot = match element.name() {
        "NameLine" if initials => &mut person.initials,
        "FirstName" => &mut person.first,
        "NamePrefix" => &mut person.prefix,
        "LastName" => &mut person.last,
        _ => return Ok(()),
    };
    *slot = cursor.text()?;
    Ok(())
}

/// The town stands in a Locality, and that in a Country for who lives abroad.
fn address<R: BufRead>(person: &mut PersonName, cursor: &mut Cursor<R>) -> Result<(), EmlError> {
    cursor.children(|cursor, child| match child.name() {
        "LocalityName" => {
            person.town = cursor.text()?;
            Ok(())
        }
        "Locality" | "Country" => address(person, cursor),
        _ => Ok(()),
    })
}

/// Two figures for one thing contradict each other, even where they are equal.
pub(super) fn once<T>(slot: &mut Option<T>, value: T, element: &Element) -> Result<(), EmlError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(element.fail(&format!("one <{}>", element.name()), "a second")),
    }
}

/// What must have been read by the end of an element.
pub(super) fn found<T>(slot: Option<T>, element: &Element, what: &str) -> Result<T, EmlError> {
    slot.ok_or_else(|| element.fail(what, "none"))
}
