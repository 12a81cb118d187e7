//! A Dutch parliamentary election from the Electoral Council's two tables: votes by station and
//! list, and the official result of everything above a station.

mod official;

use std::collections::BTreeMap;

use election::{FormSpec, Head, Method, OutcomeRule, Presence, SelectionSpec, Texts};
use formats::{
    dutch::{self, Dutch, Own},
    eml::split_postcode,
};
use jiff::civil::date;
use serde::Deserialize;

use crate::{
    error::ConvertError,
    folder::{Folder, cells, table},
    json,
    source::Table,
};
use official::{Level, Official, Region};

const STATIONS: &str = "01-station-list-votes.csv";
const SUMMARIES: &str = "02-municipality-summary.csv";
const KINDS: [&str; 6] =
    ["country", "province", "district", "municipality", "public-body", "station"];
/// Who was admitted is not published.
const FIGURES: [&str; 4] = ["eligible", "counted", "blank", "invalid"];
const RULES: [&str; 5] = ["F.203", "W.201", "W.202", "W.204", "W.205"];

/// What a municipality's row of the night holds, and what the official table calls it.
const SUMMARY: [(&str, &str); 5] = [
    ("Z", "Kiesgerechtigden"),
    ("E", "AantalGeldigeStemmen"),
    ("F", "AantalBlancoStemmen"),
    ("G", "AantalOngeldigeStemmen"),
    ("H", "Opkomst"),
];

/// Makes the folder out of the two tables.
///
/// # Errors
/// The first cell that does not hold what it should, or that the other table does not know.
pub(crate) fn convert(stations: &Table, official: &Table) -> Result<Folder, ConvertError> {
    let official = Official::read(official)?;
    let stations = stations_of(stations, &official)?;
    Ok(Folder {
        definition: json::pretty(&head(&official)?)?,
        units: units(&official, &stations)?,
        night: vec![
            ("labels.txt".to_owned(), "final\n".to_owned()),
            (STATIONS.to_owned(), station_rows(&official, &stations)?),
            (SUMMARIES.to_owned(), summary_rows(&official)?),
        ],
        provenance: provenance(&official, &stations),
    })
}

/// `data/nl-tk.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts2025 {
    name: Texts,
    station: FormSpec,
    summary: Title,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    id: String,
    name: Texts,
}

fn head(official: &Official<'_>) -> Result<Head, ConvertError> {
    let texts: Texts2025 = json::read(include_str!("../data/nl-tk.json"))?;
    let head = Dutch::read()?.head(Own {
        id: "nl-tk2025".to_owned(),
        name: texts.name,
        date: date(2025, 10, 29),
        kinds: &KINDS,
        lists: lists(official)?,
        figures: &FIGURES,
        forms: vec![texts.station, summary(texts.summary)?],
    })?;
    let (contest, method) = ("votes".to_owned(), Method::NlParliament);
    let rule = OutcomeRule { contest, method, seats: 150, quota: None, seats_only: false };
    Ok(Head { outcome: Some(rule), ..head })
}

/// The fields and rules of Model N 10-1 that the official table has figures for.
fn summary(title: Title) -> Result<FormSpec, ConvertError> {
    let mut form = dutch::keep(
        dutch::n10_1()?,
        |section| ["voters", "totals"].contains(&section),
        |field| SUMMARY.iter().any(|(code, _)| *code == field),
        |rule| RULES.contains(&rule),
    );
    form.id = title.id;
    form.name = title.name;
    form.kinds = cells(["municipality", "public-body"]);
    dutch::plain_fields(&mut form).flatten().for_each(|f| f.presence = Presence::Required);
    Ok(form)
}

fn lists(official: &Official<'_>) -> Result<Vec<SelectionSpec>, ConvertError> {
    let districts = official.at(Level::District).count();
    let spec = |(number, list): (&u32, &official::List<'_>)| {
        let everywhere = list.districts.len() == districts;
        let within = list.districts.iter().filter(|_| !everywhere).map(|d| d.id.to_owned());
        let within = within.map(election::UnitId::try_from).collect::<Result<_, _>>();
        Ok(SelectionSpec {
            id: number.to_string(),
            name: Texts::Same(list.name.to_owned()),
            candidates: election::Candidates::default(),
            within: within.map_err(|e| ConvertError::Definition(e.to_string()))?,
        })
    };
    official.lists.iter().map(spec).collect()
}

/// One polling station.
struct Station<'a> {
    municipality: &'a Region<'a>,
    id: String,
    name: &'a str,
    postcode: Option<String>,
    /// Votes by list number.
    votes: BTreeMap<u32, u64>,
}

/// The rows of a station stand together, one for each list.
fn stations_of<'a>(
    rows: &'a Table,
    official: &'a Official<'a>,
) -> Result<Vec<Station<'a>>, ConvertError> {
    let mut stations: Vec<Station<'a>> = Vec::new();
    for row in rows.rows() {
        let code = row.number("GemeenteCode")?;
        let id = format!("{code}:{}", row.get("StembureauCode")?);
        if stations.last().is_none_or(|station| station.id != id) {
            let expected = "a municipality of the official result";
            let municipality =
                row.read("GemeenteCode", expected, |_| official.municipality(code))?;
            let (name, postcode) = split_postcode(row.get("StembureauNaam")?);
            stations.push(Station { municipality, id, name, postcode, votes: BTreeMap::new() });
        }
        let list = |name: &str| official.number_of(name);
        let list = row.read("PartijNaam", "a list of the official result", list)?;
        let votes = row.number("AantalStemmen")?;
        let known = stations.last_mut().and_then(|station| station.votes.insert(list, votes));
        row.read("PartijNaam", "each list once a station", |_| known.is_none().then_some(()))?;
    }
    Ok(stations)
}

fn units(official: &Official<'_>, stations: &[Station<'_>]) -> Result<String, ConvertError> {
    let regions = official
        .regions
        .values()
        .map(|region| cells([region.key.id, region.key.kind(), region.parent, region.name, ""]));
    let stations = stations.iter().map(|station| {
        let postcode = station.postcode.as_deref().unwrap_or_default();
        cells([&station.id, "station", station.municipality.key.id, station.name, postcode])
    });
    let header = cells(["id", "kind", "parent", "name", "postcode"]);
    table("units.csv", &header, regions.chain(stations))
}

fn station_rows(official: &Official<'_>, stations: &[Station<'_>]) -> Result<String, ConvertError> {
    let codes = official.lists.keys().map(|number| format!("E.{number}"));
    let header: Vec<String> = ["unit".to_owned()].into_iter().chain(codes).collect();
    let rows = stations.iter().map(|station| {
        let votes = official.lists.keys().map(|list| station.votes.get(list));
        let votes = votes.map(|votes| votes.map_or_else(String::new, u64::to_string));
        [station.id.clone()].into_iter().chain(votes).collect::<Vec<_>>()
    });
    table(STATIONS, &header, rows)
}

fn summary_rows(official: &Official<'_>) -> Result<String, ConvertError> {
    let codes = SUMMARY.iter().map(|(code, _)| (*code).to_owned());
    let header: Vec<String> = ["unit".to_owned()].into_iter().chain(codes).collect();
    let rows = official.at(Level::Municipality).map(|region| {
        let figures = SUMMARY.iter().map(|(_, name)| region.figures.get(name));
        let figures = figures.map(|figure| figure.map_or_else(String::new, u64::to_string));
        [region.key.id.to_owned()].into_iter().chain(figures).collect::<Vec<_>>()
    });
    table(SUMMARIES, &header, rows)
}

fn provenance(official: &Official<'_>, stations: &[Station<'_>]) -> String {
    let figures: usize = stations.iter().map(|station| station.votes.len()).sum();
    let count = |level| official.at(level).count().to_string();
    include_str!("../data/nl-tk-provenance.md")
        .replace("{stations}", &stations.len().to_string())
        .replace("{lists}", &official.lists.len().to_string())
        .replace("{cells}", &figures.to_string())
        .replace("{municipalities}", &count(Level::Municipality))
        .replace("{districts}", &count(Level::District))
        .replace("{provinces}", &count(Level::Province))
}
