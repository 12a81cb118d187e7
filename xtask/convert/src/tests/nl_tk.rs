//! The folder of the parliamentary election against the official result.

use std::collections::BTreeMap;

use formats::What;

use super::{check_same, findings, folder, shared};
use crate::{nl_tk, source::Table};

fn official() -> Option<Table> {
    let file = shared::file("elections/nl-tk2025/official.csv.gz")?;
    Some(Table::open(&file, b';').unwrap())
}

#[test]
fn the_folder_is_what_the_converter_writes() {
    let Some(official) = official() else { return };
    let Some(stations) = shared::file("elections/nl-tk2025/stations.csv.gz") else { return };
    let stations = Table::open(&stations, b';').unwrap();
    check_same("nl-tk2025", &nl_tk::convert(&stations, &official).unwrap());
}

/// Every figure of the night, added up the tree: (unit, field) to sum.
fn sums() -> BTreeMap<(String, String), u64> {
    let (election, night) = folder("nl-tk2025").check().unwrap();
    let units = election.units();
    let mut sums = BTreeMap::new();
    for entry in night.entries() {
        let What::Returns { counts, .. } = &entry.what else { continue };
        let unit = units.find(entry.unit.as_str()).unwrap();
        for area in units.upwards(unit) {
            let id = &units.get(area).id;
            for (code, count) in counts {
                *sums.entry((id.to_string(), code.to_string())).or_insert(0) += count;
            }
        }
    }
    sums
}

/// Every list and every figure in every municipality, district, province and the country.
#[test]
fn all_sums_equal_the_official_result() {
    let Some(official) = official() else { return };
    let sums = sums();
    let mut compared = 0;
    for row in official.rows() {
        let code = match (row.get("VeldType").unwrap(), row.get("LijstNummer").unwrap()) {
            ("LijstAantalStemmen", list) => format!("E.{list}"),
            ("Kiesgerechtigden", _) => "Z".to_owned(),
            ("AantalGeldigeStemmen", _) => "E".to_owned(),
            ("AantalBlancoStemmen", _) => "F".to_owned(),
            ("AantalOngeldigeStemmen", _) => "G".to_owned(),
            ("Opkomst", _) => "H".to_owned(),
            _ => continue,
        };
        let key = (row.get("RegioCode").unwrap().to_owned(), code);
        assert_eq!(sums.get(&key).copied(), row.number("Waarde").ok(), "{key:?}");
        compared += 1;
    }
    // Lists of 343 municipalities, 3 public bodies, 20 districts, 13 provinces and the country,
    // and five figures for each of these 380.
    assert_eq!(compared, 8_150 + 57 + 471 + 306 + 27 + 5 * 380);
}

/// A list without a district stands everywhere; a station has a figure for exactly its ballot.
#[test]
fn a_station_has_the_lists_of_its_district() {
    let (election, night) = folder("nl-tk2025").check().unwrap();
    let votes = election.contests().by_id("votes").unwrap();
    let stations = night.entries().iter().filter_map(|entry| match &entry.what {
        What::Returns { form, counts } if **form == *"station-list-votes" => Some((entry, counts)),
        _ => None,
    });
    let mut count = 0;
    for (entry, counts) in stations {
        let unit = election.units().find(entry.unit.as_str()).unwrap();
        let ballot = votes.selections.iter().filter(|list| election.on_ballot(list, unit));
        let ballot: Vec<String> = ballot.map(|list| format!("E.{}", list.id)).collect();
        assert!(counts.iter().map(|(code, _)| &**code).eq(ballot.iter()), "{}", entry.unit);
        count += 1;
    }
    assert_eq!(count, 10_085);
}

#[test]
fn every_municipality_closes() {
    assert_eq!(findings(&folder("nl-tk2025"), "final"), []);
}
