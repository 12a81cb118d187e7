//! The tree of units: order, subtrees, refusals.

use proptest::prelude::*;
use serde_json::json;

use super::{UNITS, build, definition, election};
use crate::{Election, UnitIndex};

fn ids(election: &Election, units: impl Iterator<Item = UnitIndex>) -> Vec<String> {
    units.map(|unit| election.units().get(unit).id.to_string()).collect()
}

/// All ids in the order of the tree, and of one unit its subtree, children and way up.
#[track_caller]
fn check(csv: &str, unit: &str, [all, subtree, children, upwards]: [&str; 4]) {
    let election = build(&definition(), csv).unwrap();
    let units = election.units();
    let index = units.find(unit).unwrap();
    let inside = units.all().map(|(u, _)| u).filter(|u| units.subtree(index).contains(&u.get()));
    assert_eq!(ids(&election, units.all().map(|(u, _)| u)).join(" "), all);
    assert_eq!(ids(&election, inside).join(" "), subtree);
    assert_eq!(ids(&election, units.children(index)).join(" "), children);
    assert_eq!(ids(&election, units.upwards(index)).join(" "), upwards);
}

#[test]
fn each_subtree_is_one_run_in_the_order_of_the_table() {
    let all = "M N N1 N2 S S1";
    check(UNITS, "M", [all, all, "N S", "M"]);
    check(UNITS, "N", [all, "N N1 N2", "N1 N2", "N M"]);
    check(UNITS, "S", [all, "S S1", "S1", "S M"]);
    check(UNITS, "N2", [all, "N2", "", "N2 N M"]);
    // Rows of two districts that alternate are put together.
    let mixed = "\
id,kind,parent,name,seats,postcode
M,municipality,,Whole,,
S,district,M,South,,
N,district,M,North,,
N2,station,N,North 2,,
S1,station,S,South 1,,
N1,station,N,North 1,,
";
    check(mixed, "N", ["M S S1 N N2 N1", "N N2 N1", "N2 N1", "N M"]);
    let alone = "id,kind,parent,name,seats,postcode\nN,station,,Only,,\n";
    check(alone, "N", ["N", "N", "", "N"]);
}

#[test]
fn only_attributes_of_numbers_are_numbers() {
    let election = election();
    let units = election.units();
    let (seats, postcode) =
        (units.attribute("seats").unwrap(), units.attribute("postcode").unwrap());
    assert_eq!(units.attribute("votes"), None);
    for (unit, number) in [("N1", Some(3)), ("N2", None), ("S1", Some(0))] {
        let index = units.find(unit).unwrap();
        assert_eq!(units.number(index, seats), number, "{unit}");
        assert_eq!(units.number(index, postcode), None, "{unit}");
    }
}

#[track_caller]
fn refused(row: &str, with: &str, expected: &str) {
    assert!(UNITS.contains(row), "{row}");
    let refusal = build(&definition(), &UNITS.replacen(row, with, 1)).unwrap_err();
    assert_eq!(refusal.to_string(), expected);
}

#[test]
fn a_table_that_is_no_tree_is_refused() {
    let line = |line: usize, problem: &str| format!("units.csv: line {line}: {problem}");
    let id = "a unit id is 1 to 64 of A-Z a-z 0-9 : . _ -, found";
    refused("parent,", "parents,", "units.csv: no column \"parent\"");
    refused(",seats", ",seat", "units.csv: no column \"seats\"");
    refused("M,municipality", ",municipality", &line(2, &format!("{id} \"\"")));
    refused("N1,station", "N 1,station", &line(4, &format!("{id} \"N 1\"")));
    refused("N1,station", ".N1,station", &line(4, &format!("{id} \".N1\"")));
    refused("N1,station", "-N1,station", &line(4, &format!("{id} \"-N1\"")));
    refused("N1,station", "index,station", "unit \"index\" is defined twice");
    refused("N1,station", "N/1,station", &line(4, &format!("{id} \"N/1\"")));
    let long = "N".repeat(65);
    refused("N1,station", &format!("{long},station"), &line(4, &format!("{id} {long:?}")));
    refused("N1,station", "N1,village", &line(4, "unknown kind \"village\""));
    refused("N1,station,N", "N1,station,X", &line(4, "parent \"X\" does not stand above"));
    refused("N,district,M", "N,district,S", &line(3, "parent \"S\" does not stand above"));
    refused("N1,station,N", "N1,station,N1", &line(4, "parent \"N1\" does not stand above"));
    refused("S,district,M", "S,district,", "the units have 2 roots, expected 1");
    refused("N2,station", "N1,station", "unit \"N1\" is defined twice");
    let whole = "seats: expected a whole number, found";
    refused(",3,", ",three,", &line(4, &format!("{whole} \"three\"")));
    refused(",3,", ",-3,", &line(4, &format!("{whole} \"-3\"")));
    refused(",3,", ",+3,", &line(4, &format!("{whole} \"+3\"")));
    let header = "id,kind,parent,name,seats,postcode\n";
    let none = build(&definition(), header).unwrap_err();
    assert_eq!(none.to_string(), "the units have 0 roots, expected 1");
    let ragged = build(&definition(), &format!("{header}M,municipality,,Whole\n")).unwrap_err();
    assert!(ragged.to_string().starts_with("units.csv: line 2: "), "{ragged}");
}

#[test]
fn two_units_never_share_a_page() {
    let rows = UNITS.replace("N1,", "N:1,");
    assert_eq!(build(&definition(), &rows).unwrap().units().find("N:1").map(|u| u.get()), Some(2));
    let refusal = build(&definition(), &rows.replace("N2,", "N-1,")).unwrap_err();
    assert_eq!(refusal.to_string(), "unit \"N-1\" is defined twice");
}

/// For each unit but the first, which of the units above it is its parent.
fn trees() -> impl Strategy<Value = Vec<usize>> {
    (1usize..40).prop_flat_map(|count| (1..count).map(|unit| 0..unit).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn inside_is_what_walking_up_finds(parents in trees()) {
        let mut csv = "id,kind,parent,name,seats,postcode\n0,district,,x,,\n".to_owned();
        for (unit, parent) in parents.iter().enumerate() {
            csv.push_str(&format!("{},district,{parent},x,,\n", unit + 1));
        }
        let mut definition = definition();
        definition["selections"]["lists"][1]["in"] = json!([]);
        let election = build(&definition, &csv).unwrap();
        let units = election.units();
        let index = |id: usize| units.find(&id.to_string()).unwrap();
        let parent_of = |id: usize| id.checked_sub(1).map(|row| parents[row]);
        let way_up = |id| std::iter::successors(Some(id), |id| parent_of(*id));
        for inner in 0..=parents.len() {
            prop_assert_eq!(units.get(index(inner)).parent, parent_of(inner).map(index));
            prop_assert!(units.upwards(index(inner)).eq(way_up(inner).map(index)));
            for outer in 0..=parents.len() {
                let is_inside = way_up(inner).any(|id| id == outer);
                prop_assert_eq!(units.contains(index(outer), index(inner)), is_inside);
            }
            let children: Vec<_> = units.children(index(inner)).collect();
            let rows = (0..=parents.len()).filter(|id| parent_of(*id) == Some(inner)).map(index);
            prop_assert_eq!(children, rows.collect::<Vec<_>>());
            let leaf = units.get(index(inner)).is_leaf();
            prop_assert_eq!(leaf, !parents.contains(&inner));
        }
        prop_assert_eq!(units.subtree(units.root()), 0..units.count());
    }
}
