//! EML_NL 110a: what a central committee decides before: the seats, the preference threshold, the
//! tree of regions and the parties that registered a name.

use std::io::BufRead;

use super::{
    EmlError,
    common::{ElectionIdentity, Named, below, contest, each, election, found, once},
    cursor::{Cursor, Element},
};

/// An election's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The election.
    pub election: ElectionIdentity,
    /// Its contests: a district by number, `geen` (no districts) or `alle`.
    pub contests: Vec<Named>,
    /// How many seats there are.
    pub seats: u64,
    /// Whoever has more than this share of the quota is elected by preference, in per cent.
    pub preference_threshold: u64,
    /// The regions, from the largest on.
    pub regions: Vec<Region>,
    /// The registered names of parties.
    pub parties: Vec<String>,
}

/// A region of the election tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// What it is and its number; the country has none in some files.
    pub id: RegionId,
    /// Its name.
    pub name: String,
    /// The region that it belongs to.
    pub superior: Option<RegionId>,
    /// The committees that it has: `CSB` (central), `HSB` (district), `SB` (station), …
    pub committees: Vec<String>,
}

/// A region's category and number: numbers are unique within a category only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionId {
    /// `STAAT`, `KIESKRING`, `PROVINCIE`, `GEMEENTE`, `WATERSCHAP`, …
    pub category: String,
    /// Its number there.
    pub number: Option<String>,
}

/// Reads a definition inside its root.
pub(super) fn read<R: BufRead>(
    cursor: &mut Cursor<R>,
    root: &Element,
) -> Result<Definition, EmlError> {
    let mut reading = Reading::default();
    let path = ["ElectionEvent", "Election"];
    below(cursor, &path, &mut |cursor, part| reading.part(cursor, part))?;
    Ok(Definition {
        election: found(reading.election, root, "an ElectionIdentifier")?,
        contests: reading.contests,
        seats: found(reading.seats, root, "a NumberOfSeats")?,
        preference_threshold: found(reading.threshold, root, "a PreferenceThreshold")?,
        regions: reading.regions,
        parties: reading.parties,
    })
}

#[derive(Default)]
struct Reading {
    election: Option<ElectionIdentity>,
    contests: Vec<Named>,
    seats: Option<u64>,
    threshold: Option<u64>,
    regions: Vec<Region>,
    parties: Vec<String>,
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
            "Contest" => each(cursor, "ContestIdentifier", |cursor, child| {
                self.contests.push(contest(cursor, child)?);
                Ok(())
            }),
            "NumberOfSeats" => once(&mut self.seats, cursor.number(element)?, element),
            "PreferenceThreshold" => once(&mut self.threshold, cursor.number(element)?, element),
            "ElectionTree" => each(cursor, "Region", |cursor, child| {
                self.regions.push(region(cursor, child)?);
                Ok(())
            }),
            "RegisteredParties" => each(cursor, "RegisteredParty", |cursor, _| {
                each(cursor, "RegisteredAppellation", |cursor, _| {
                    self.parties.push(cursor.text()?);
                    Ok(())
                })
            }),
            _ => Ok(()),
        }
    }
}

fn region<R: BufRead>(cursor: &mut Cursor<R>, element: &Element) -> Result<Region, EmlError> {
    let id = RegionId {
        category: element.required("RegionCategory")?,
        number: element.attribute("RegionNumber")?,
    };
    let superior = element.attribute("SuperiorRegionCategory")?;
    let number = element.attribute("SuperiorRegionNumber")?;
    let superior = superior.map(|category| RegionId { category, number });
    let mut region = Region { id, superior, ..Region::default() };
    cursor.children(|cursor, child| {
        match child.name() {
            "RegionName" => region.name = cursor.text()?,
            "Committee" => region.committees.push(child.required("CommitteeCategory")?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(region)
}
