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
    cursor.children(|cursor, child| match child.name() == *first {
        true => below(cursor, rest, read),
        false => Ok(()),
    })
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
    cursor.children(|cursor, child| match child.name() {
        "AuthorityIdentifier" => once(slot, named(cursor, child)?, child),
        _ => Ok(()),
    })
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
    let mut read = Named { id: element.required("Id")?, name: String::new() };
    cursor.children(|cursor, child| {
        if child.name() == "ContestName" {
            read.name = cursor.text()?;
        }
        Ok(())
    })?;
    Ok(read)
}

/// A list's number and registered name (AffiliationIdentifier).
pub(super) fn affiliation<R: BufRead>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<Named, EmlError> {
    let mut list = Named { id: element.required("Id")?, name: String::new() };
    // As the schema has it: 1 and 01 would be two lists.
    let number = list.id.bytes().all(|b| b.is_ascii_digit()) && !list.id.starts_with('0');
    if !number || list.id.is_empty() {
        return Err(element.fail("a list's number", &format!("{:?}", list.id)));
    }
    cursor.children(|cursor, child| {
        if child.name() == "RegisteredName" {
            list.name = cursor.text()?;
        }
        Ok(())
    })?;
    Ok(list)
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
