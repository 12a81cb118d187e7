//! The Iowa folder against the published rows.

use std::{collections::BTreeSet, fs};

use super::{check_same, findings, folder, shared};
use crate::{iowa, source::Table};

#[test]
fn the_folder_is_what_the_converter_writes() {
    let Some(file) = shared::file("elections/iowa-2020/precincts.csv") else { return };
    let table = Table::open(&file, b',').unwrap();
    check_same("iowa-2020", &iowa::convert(&table).unwrap());
}

#[test]
fn all_sites_are_there_release_by_release() {
    let (election, night) = folder("iowa-2020").check().unwrap();
    let counts = night.labels().iter().map(|label| night.until(label).unwrap().len());
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [1_099, 1_250, 1_320, 1_520, 1_624, 1_686, 1_711, 1_765]
    );
    let units = election.units();
    let kinds = ["state", "congressional-district", "county", "precinct", "satellite"];
    let count = |kind| units.all().filter(|(_, unit)| unit.kind == kind).count();
    assert_eq!([0, 1, 2, 3, 4].map(count), [1, 5, 99, 1_678, 87]);
    assert_eq!(election.head().kinds.iter().map(|k| &*k.id).collect::<Vec<_>>(), kinds);
    let allotted = units.attribute("allotted_sde").unwrap();
    let sum: u64 = units.all().filter_map(|(unit, _)| units.number(unit, allotted)).sum();
    assert_eq!(sum, 21_501_851);
}

/// The headline of the 86 % release: people in the final alignment, and ten-thousandths of a
/// state delegate equivalent.
#[test]
fn the_headline_at_86_per_cent() {
    let (_, night) = folder("iowa-2020").check().unwrap();
    let sum = |code: &str| -> u64 {
        let entries = night.until("86").unwrap().iter();
        let counts = entries.map(|entry| match &entry.what {
            formats::What::Returns { counts, .. } => counts,
            formats::What::Turnout { .. } => panic!("no turnout was recorded"),
        });
        counts.flatten().filter(|(c, _)| **c == *code).map(|(_, count)| count).sum()
    };
    for (code, expected) in [
        ("final.sanders", 39_954),
        ("final.buttigieg", 39_006),
        ("final.warren", 31_264),
        ("final.biden", 20_992),
        ("first.sanders", 37_989),
        ("sde.buttigieg", 5_119_980),
        ("sde.sanders", 4_880_710),
    ] {
        assert_eq!(sum(code), expected, "{code}");
    }
}

/// The precincts that each check of one site must flag at 86 %, as counted independently.
#[test]
fn the_checks_flag_the_expected_sites_at_86_per_cent() {
    let Some(file) = shared::file("elections/iowa-2020/expected-86.json") else { return };
    let text = fs::read_to_string(file).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = findings(&folder("iowa-2020"), "86");
    for (name, check) in expected["checks"].as_object().unwrap() {
        let code = name.split_once('_').unwrap().0;
        let ids = check["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
        let flagged = found.iter().filter(|(_, c)| c == code).map(|(unit, _)| &**unit);
        assert_eq!(flagged.collect::<BTreeSet<_>>(), ids.collect::<BTreeSet<_>>(), "{code}");
    }
}
