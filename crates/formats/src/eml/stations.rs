//! EML_NL 110b: the polling stations of a municipality, made before the vote.

use std::io::BufRead;

use super::{
    EmlError,
    common::{
        ElectionIdentity, Named, authority, below, contest, each, election, found, named, once,
    },
    cursor::{Cursor, Element},
    postcode::split_postcode,
};

/// The polling stations of a municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationList {
    /// Whose list it is.
    pub authority: Named,
    /// The election.
    pub election: ElectionIdentity,
    /// The contest: a district by number, or `geen`.
    pub contest: Named,
    /// The municipality (ReportingUnit).
    pub municipality: Named,
    /// Its eligible voters (EML: `MaxVotes`), if told.
    pub eligible: Option<u64>,
    /// Its stations, in file order.
    pub stations: Vec<Station>,
}

/// A polling station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Station {
    /// Its number in the municipality, as `SB` numbers of counts have it.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its postcode, as `5541 KB`.
    pub postcode: Option<String>,
    /// How many may vote there (EML: the text of `PollingStation`), if told; 0 where nobody is
    /// bound to a station.
    pub eligible: Option<u64>,
    /// `polling`, or another channel such as `postal`.
    pub channel: String,
}

/// Reads a list of stations inside its root.
pub(super) fn read<R: BufRead>(
    cursor: &mut Cursor<R>,
    root: &Element,
) -> Result<StationList, EmlError> {
    let mut reading = Reading::default();
    cursor.children(|cursor, child| match child.name() {
        "ManagingAuthority" => authority(&mut reading.authority, cursor),
        "ElectionEvent" => {
            below(cursor, &["Election"], &mut |cursor, part| reading.part(cursor, part))
        }
        _ => Ok(()),
    })?;
    Ok(StationList {
        authority: found(reading.authority, root, "an AuthorityIdentifier")?,
        election: found(reading.election, root, "an ElectionIdentifier")?,
        contest: found(reading.contest, root, "a ContestIdentifier")?,
        municipality: found(reading.municipality, root, "a ReportingUnitIdentifier")?,
        eligible: reading.eligible,
        stations: reading.stations,
    })
}

#[derive(Default)]
struct Reading {
    authority: Option<Named>,
    election: Option<ElectionIdentity>,
    contest: Option<Named>,
    municipality: Option<Named>,
    eligible: Option<u64>,
    stations: Vec<Station>,
}

impl Reading {
    /// A child of Election.
    fn part<R: BufRead>(
        &mut self,
        cursor: &mut Cursor<R>,
        element: &Element,
    ) -> Result<(), EmlError> {
        match element.name() {
            "ElectionIdentifier" => election(&mut self.election, cursor, element),
            "Contest" => cursor.children(|cursor, child| self.contest_part(cursor, child)),
            _ => Ok(()),
        }
    }

    fn contest_part<R: BufRead>(
        &mut self,
        cursor: &mut Cursor<R>,
        element: &Element,
    ) -> Result<(), EmlError> {
        match element.name() {
            "ContestIdentifier" => once(&mut self.contest, contest(cursor, element)?, element),
            "ReportingUnit" => each(cursor, "ReportingUnitIdentifier", |cursor, child| {
                once(&mut self.municipality, named(cursor, child)?, child)
            }),
            "MaxVotes" => {
                self.eligible = cursor.number_if_any(element)?;
                Ok(())
            }
            "PollingPlace" => {
                self.stations.push(station(cursor, element)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn station<R: BufRead>(cursor: &mut Cursor<R>, element: &Element) -> Result<Station, EmlError> {
    let channel = element.attribute("Channel")?.unwrap_or_default();
    let mut station = Station { channel, ..Station::default() };
    let mut number = None;
    cursor.children(|cursor, child| location(&mut station, &mut number, cursor, child))?;
    station.number = found(number, element, "a PollingStation")?;
    Ok(station)
}

/// A polling place holds a location, and that an address, a locality and a postcode.
fn location<R: BufRead>(
    station: &mut Station,
    number: &mut Option<String>,
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<(), EmlError> {
    match element.name() {
        "LocalityName" => {
            let text = cursor.text()?;
            let (name, postcode) = split_postcode(&text);
            name.clone_into(&mut station.name);
            station.postcode = station.postcode.take().or(postcode);
        }
        "PostalCodeNumber" => {
            station.postcode = Some(cursor.text()?).filter(|text| !text.is_empty());
        }
        "PollingStation" => {
            once(number, element.required("Id")?, element)?;
            station.eligible = cursor.number_if_any(element)?;
        }
        "PhysicalLocation" | "PostalLocation" | "OtherLocation" | "Address" | "Locality"
        | "PostalCode" => {
            cursor.children(|cursor, child| location(station, number, cursor, child))?;
        }
        _ => {}
    }
    Ok(())
}
