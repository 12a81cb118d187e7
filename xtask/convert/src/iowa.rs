//! The Iowa caucuses of 2020. The definition is written by hand in `data/iowa.json`; the published
//! rows give the units and the night.

use std::collections::BTreeSet;

use election::{Decimals, Head, Instant};

use crate::{
    error::ConvertError,
    folder::{Folder, cells, table},
    source::{Row, Table},
};

const DEFINITION: &str = include_str!("../data/iowa.json");
const FORM: &str = "01-caucus.csv";
/// What was counted at a site, in the words of the column names.
const FIGURES: [&str; 3] = ["first", "final", "sde"];

/// Makes the folder out of the published rows.
///
/// # Errors
/// The first cell that does not hold what it should.
pub(crate) fn convert(precincts: &Table) -> Result<Folder, ConvertError> {
    let names = group_names()?;
    let mut sites =
        precincts.rows().map(|row| Site::read(row, &names)).collect::<Result<Vec<_>, _>>()?;
    let units = units(&sites)?;
    sites.sort_by_key(|site| (site.release, site.updated)); // stable: row stays
    let labels: BTreeSet<u64> = sites.iter().map(|site| site.release).collect();
    let labels = labels.iter().map(|label| format!("{label}\n")).collect();
    Ok(Folder {
        definition: DEFINITION.to_owned(),
        units,
        night: vec![("labels.txt".to_owned(), labels), (FORM.to_owned(), night(&sites, &names)?)],
        provenance: provenance(&sites),
    })
}

/// The ids of the fourteen groups, as in the names of the columns.
fn group_names() -> Result<Vec<String>, ConvertError> {
    let head = Head::from_json(DEFINITION).map_err(|e| ConvertError::Definition(e.to_string()))?;
    Ok(head.selections.into_values().flatten().map(|selection| selection.id).collect())
}

/// One published row.
struct Site<'a> {
    id: &'a str,
    name: &'a str,
    code: &'a str,
    place: Place<'a>,
    /// Per cent of the sites that were out when it first appeared.
    release: u64,
    updated: Instant,
    /// State delegate equivalents that it should award, in ten-thousandths.
    allotted: u64,
    /// Figures in the order of [`FIGURES`] and groups.
    figures: Vec<u64>,
}

/// Where a site lies, and what only a precinct has.
enum Place<'a> {
    Precinct { district: &'a str, county: &'a str, ratio: [&'a str; 3] },
    Satellite { district: &'a str },
}

impl<'a> Site<'a> {
    fn read(row: Row<'a>, groups: &[String]) -> Result<Self, ConvertError> {
        let columns =
            FIGURES.iter().flat_map(|f| groups.iter().map(move |g| (*f, format!("{f}_{g}"))));
        let figures = columns.map(|(figure, column)| match figure {
            "sde" => row.read(&column, "a number of up to 4 decimals", ten_thousandths),
            _ => row.number(&column),
        });
        Ok(Self {
            id: row.get("precinct_id")?,
            name: row.get("name")?,
            code: row.get("code")?,
            place: Place::read(row)?,
            release: row.number("release")?,
            updated: row.read("updated_utc", "a moment", |cell| format!("{cell}Z").parse().ok())?,
            allotted: row.read("feed_allotted_sde", "a decimal number", rounded)?,
            figures: figures.collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> Place<'a> {
    fn read(row: Row<'a>) -> Result<Self, ConvertError> {
        let district = row.get("congressional_district")?;
        if row.get("kind")? == "satellite" {
            return Ok(Self::Satellite { district });
        }
        let ratio = [
            row.get("county_delegates")?,
            row.get("county_state_delegates")?,
            row.get("county_total_delegates")?,
        ];
        Ok(Self::Precinct { district, county: row.get("county")?, ratio })
    }

    fn district(&self) -> String {
        let (Self::Precinct { district, .. } | Self::Satellite { district }) = self;
        if *district == "Out of state" { "OUT".to_owned() } else { format!("CD{district}") }
    }
}

fn ten_thousandths(cell: &str) -> Option<u64> {
    Decimals::new(4)?.parse(cell)
}

/// Allotted figures have up to nine decimals; they are kept to four, rounded half up.
fn rounded(cell: &str) -> Option<u64> {
    let billionths = Decimals::new(9)?.parse(cell)?;
    Some((billionths + 50_000) / 100_000)
}

/// The id of a county, from its name: `O'Brien` is `obrien`, `Black Hawk` is `black-hawk`.
fn county_id(name: &str) -> String {
    name.replace('\'', "").replace(' ', "-").to_ascii_lowercase()
}

fn units(sites: &[Site<'_>]) -> Result<String, ConvertError> {
    let header = cells([
        "id",
        "kind",
        "parent",
        "name",
        "county_delegates",
        "county_state_delegates",
        "county_total_delegates",
        "allotted_sde",
        "code",
    ]);
    let mut rows = vec![area(["IA", "state", "", "Iowa"])];
    for (id, name) in districts() {
        rows.push(area([&id, "congressional-district", "IA", &name]));
    }
    let counties: BTreeSet<(String, &str)> = sites
        .iter()
        .filter_map(|site| match &site.place {
            Place::Precinct { county, .. } => Some((site.place.district(), *county)),
            Place::Satellite { .. } => None,
        })
        .collect();
    rows.extend(
        counties.iter().map(|(district, name)| area([&county_id(name), "county", district, name])),
    );
    rows.extend(sites.iter().map(site_row));
    table("units.csv", &header, rows)
}

fn districts() -> Vec<(String, String)> {
    let inside = (1..=4).map(|n| (format!("CD{n}"), format!("Congressional district {n}")));
    inside.chain([("OUT".to_owned(), "Out of state".to_owned())]).collect()
}

fn area(row: [&str; 4]) -> Vec<String> {
    let [id, kind, parent, name] = row;
    cells([id, kind, parent, name, "", "", "", "", ""])
}

fn site_row(site: &Site<'_>) -> Vec<String> {
    let (kind, parent, [elects, above, below]) = match &site.place {
        Place::Precinct { county, ratio, .. } => ("precinct", county_id(county), *ratio),
        Place::Satellite { .. } => ("satellite", site.place.district(), [""; 3]),
    };
    let allotted = site.allotted.to_string();
    cells([site.id, kind, &parent, site.name, elects, above, below, &allotted, site.code])
}

fn night(sites: &[Site<'_>], groups: &[String]) -> Result<String, ConvertError> {
    let mut header = cells(["unit", "label", "at"]);
    header.extend(FIGURES.iter().flat_map(|f| groups.iter().map(move |g| format!("{f}.{g}"))));
    let rows = sites.iter().map(|site| {
        let mut row =
            cells([site.id, &site.release.to_string(), &site.updated.seconds().to_string()]);
        row.extend(site.figures.iter().map(u64::to_string));
        row
    });
    table(FORM, &header, rows)
}

fn provenance(sites: &[Site<'_>]) -> String {
    let satellites =
        sites.iter().filter(|site| matches!(site.place, Place::Satellite { .. })).count();
    let allotted: u64 = sites.iter().map(|site| site.allotted).sum();
    include_str!("../data/iowa-provenance.md")
        .replace("{sites}", &sites.len().to_string())
        .replace("{precincts}", &(sites.len() - satellites).to_string())
        .replace("{satellites}", &satellites.to_string())
        .replace("{allotted}", &allotted.to_string())
}
