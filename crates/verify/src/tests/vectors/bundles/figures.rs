//! Figures that do not follow from the records, signed for by the publisher.

use serde_json::{Value, json};

use super::{Lies, Row, of, publisher};
use crate::tests::Bundle;

pub(super) fn lies() -> Lies {
    let mut lies = of("night", of_sums().into_iter().chain(of_tables()));
    lies.extend(of("decided", of_forms()));
    lies.extend(of("municipality", of_municipalities()));
    lies.extend(of("caucus", of_caucuses()));
    lies.extend(of("seats", of_seats()));
    lies.extend(of("lot", of_lots()));
    lies
}

const TALLY: &str = "data/tally.json";

/// A file of data, changed as JSON and written as the publisher writes.
fn change(bundle: &mut Bundle, path: &str, change: impl Fn(&mut Value)) {
    let before = &bundle.files[path];
    let mut value: Value = serde_json::from_slice(before).unwrap();
    change(&mut value);
    let after = format!("{value}\n").into_bytes();
    assert!(*before != after, "{path} is what it was");
    bundle.files.insert(path.to_owned(), after);
}

fn set(name: &'static str, path: &'static str, at: &'static str, value: Value) -> Row {
    publisher(name, move |bundle| {
        change(bundle, path, |file| {
            *file.pointer_mut(at).unwrap() = value.clone();
        });
    })
}

/// An array with some of its elements taken away, doubled or moved.
fn array(
    name: &'static str,
    path: &'static str,
    at: &'static str,
    with: fn(&mut Vec<Value>),
) -> Row {
    publisher(name, move |bundle| {
        change(bundle, path, |file| with(file.pointer_mut(at).unwrap().as_array_mut().unwrap()));
    })
}

fn object(
    name: &'static str,
    path: &'static str,
    at: &'static str,
    with: fn(&mut serde_json::Map<String, Value>),
) -> Row {
    publisher(name, move |bundle| {
        change(bundle, path, |file| with(file.pointer_mut(at).unwrap().as_object_mut().unwrap()));
    })
}

fn edit(name: &'static str, path: &'static str, from: &'static str, to: &'static str) -> Row {
    publisher(name, move |bundle| bundle.edit(path, from, to))
}

fn of_sums() -> Vec<Row> {
    vec![
        set("a sum of the whole", TALLY, "/tally/tallies/votes/1", json!(152)),
        set("a sum of an area", TALLY, "/tally/areas/A/votes/1", json!(122)),
        set("a sum as a string", TALLY, "/tally/tallies/votes/1", json!("151")),
        set("a sum as a float", TALLY, "/tally/tallies/votes/1", json!(151.0)),
        set("a sum with decimals as a number", TALLY, "/tally/tallies/points/1", json!(1234.5)),
        set("a sum with a zero behind it", TALLY, "/tally/tallies/points/1", json!("1234.50")),
        set("units reported", TALLY, "/tally/units_reported", json!(4)),
        set("the share heard", TALLY, "/tally/heard/votes", json!("1")),
        set("an outcome where none is asked", TALLY, "/tally/outcome", json!({})),
        set("another sequence in the edition", TALLY, "/edition/sequence", json!(8)),
        set("another mode in the edition", TALLY, "/edition/mode", json!("live")),
        object("an area left out", TALLY, "/tally/areas", |areas| drop(areas.remove("B"))),
        object("a sum of what is unknown", TALLY, "/tally/areas/B/votes", |sums| {
            sums.insert("2".into(), json!(0));
        }),
        object("a key more", TALLY, "/tally", |tally| drop(tally.insert("x".into(), json!(1)))),
        edit("a blank more", TALLY, "{\"edition\"", "{ \"edition\""),
        edit("no newline at the end", TALLY, "}\n", "}"),
        array("a finding left out", TALLY, "/tally/findings", |all| drop(all.pop())),
        array("a finding twice", TALLY, "/tally/findings", |all| all.push(all[0].clone())),
        set("a finding's number", TALLY, "/tally/findings/0/expected", json!(6)),
        set("a finding's sentence", TALLY, "/tally/findings/0/text/nl", json!("goed")),
        set("a finding of another station", TALLY, "/tally/findings/0/unit", json!("S:3")),
    ]
}

fn of_tables() -> Vec<Row> {
    let table = "data/form.csv";
    let area = "data/units/A.json";
    vec![
        edit("a figure in a table", table, ",121,", ",122,"),
        edit("a figure moved between two stations", table, "S:1,", "S:2,"),
        edit("a row left out of a table", table, "S:3,", "#"),
        edit("an unknown figure as 0", table, ",30,,", ",30,0,"),
        edit("a name without quotes", table, "\"School\"", "School"),
        edit("lines that end as on another system", table, "\n", "\r\n"),
        publisher("rows of a table in another order", |bundle| {
            let text = String::from_utf8(bundle.files["data/form.csv"].clone()).unwrap();
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            lines.swap(1, 2);
            bundle.files.insert("data/form.csv".into(), lines.concat().into_bytes());
        }),
        array("units in another order", area, "/units", |units| units.swap(0, 1)),
        array("a unit left out of its area", area, "/units", |units| drop(units.pop())),
        set("an assurance that nothing gives", area, "/units/1/form/assurance", json!("two-agree")),
        set("a contradiction hidden", area, "/units/0/form/contradiction", json!("held")),
        set("a station's figure", area, "/units/0/form/readings/0/fields/E.1", json!(121)),
        set("a reading's position", area, "/units/0/form/readings/0/position", json!(4)),
        set("a reading's channel", area, "/units/0/form/readings/2/channel", json!("app")),
        set("a reading's devices", area, "/units/0/form/readings/2/devices", json!(2)),
        set("the position of an area", area, "/position", json!(10)),
        set("the name of an area", area, "/name", json!("Nord")),
        set("the form of a unit that is held", "data/units/B.json", "/units/1/form", json!({})),
    ]
}

/// Readings and decisions, as the area of their station tells them.
fn of_forms() -> Vec<Row> {
    let (north, south) = ("data/units/A.json", "data/units/B.json");
    vec![
        array("a reading left out", north, "/units/0/form/readings", |all| drop(all.remove(0))),
        array("readings in another order", south, "/units/0/form/readings", |all| all.swap(0, 1)),
        set("a reason hidden", north, "/units/0/form/readings/1/reason", Value::Null),
        set("a reason told otherwise", north, "/units/0/form/readings/1/reason", json!("typefout")),
        set("another reading counts", south, "/units/0/form/counted", json!("0".repeat(64))),
        set("an agreement hidden", north, "/units/1/form/assurance", json!("one-source")),
        array("a turnout left out", north, "/units/0/turnout", |all| drop(all.remove(0))),
        array("turnout in another order", north, "/units/0/turnout", |all| all.reverse()),
        set("voters admitted", north, "/units/0/turnout/1/admitted", json!(91)),
        set("a sum with its zero", TALLY, "/tally/tallies/points/1", json!("1234.0")),
    ]
}

fn of_municipalities() -> Vec<Row> {
    let table = "data/n10-1.csv";
    vec![
        set("votes of a list", TALLY, "/tally/tallies/votes/1", json!(1)),
        set("votes of a candidate", TALLY, "/tally/tallies/votes/1~12", json!(1)),
        set("votes of a part of town", TALLY, "/tally/areas/9999-noord/votes/1~12", json!(1)),
        array("all findings left out", TALLY, "/tally/findings", Vec::clear),
        array("findings in another order", TALLY, "/tally/findings", |all| all.reverse()),
        set("an error told as a warning", TALLY, "/tally/findings/0/severity", json!("warning")),
        set("another code", TALLY, "/tally/findings/0/code", json!("F.999")),
        array("a field left out of a finding", TALLY, "/tally/findings/0/fields", |all| {
            drop(all.pop());
        }),
        set("a list's seats", TALLY, "/tally/outcome/seats/1", json!(7)),
        edit("a figure of one form", table, ",1205,", ",1206,"),
        edit("a name as a formula", table, "\"Stadhuis\"", "\"=Stadhuis\""),
        publisher("one form's table under another's name", |bundle| {
            let bytes = bundle.files.remove("data/n10-1.csv").unwrap();
            bundle.files.insert("data/N10-1.csv".into(), bytes);
        }),
    ]
}

fn of_caucuses() -> Vec<Row> {
    let findings = "/tally/findings";
    let first = |name, key: &'static str, value: Value| {
        publisher(name, move |bundle| {
            change(bundle, TALLY, |file| file["tally"]["findings"][0][key] = value.clone());
        })
    };
    vec![
        array("a room's findings left out", TALLY, findings, Vec::clear),
        first("a room's finding that expects another number", "expected", json!(77)),
        first("a room's finding that found another number", "found", json!(77)),
        first("a room's finding of other groups", "fields", json!([])),
        set("state delegate equivalents", TALLY, "/tally/tallies/sde", json!({})),
        set("delegates worked out", TALLY, "/tally/tallies/delegates", json!({})),
        set("the share heard of a caucus", TALLY, "/tally/heard", json!({})),
        set("units expected of a caucus", TALLY, "/tally/units_expected", json!(99)),
    ]
}

fn of_seats() -> Vec<Row> {
    let seats = "/tally/outcome/seats";
    vec![
        publisher("a seat given to another list", move |bundle| {
            change(bundle, TALLY, |file| {
                let seats = file.pointer_mut(seats).unwrap();
                let [one, two] = ["1", "2"].map(|list| seats[list].as_u64().unwrap());
                (seats["1"], seats["2"]) = (json!(one - 1), json!(two + 1));
            });
        }),
        set("a seat that nobody can take", TALLY, "/tally/outcome/unassigned", json!(0)),
        set("another quota", TALLY, "/tally/outcome/quota", json!("30")),
        set("a quota as a float", TALLY, "/tally/outcome/quota", json!(27.8)),
        array("a step left out", TALLY, "/tally/outcome/steps", |all| drop(all.pop())),
        set("a step of another article", TALLY, "/tally/outcome/steps/0/article", json!("P 7")),
        set("a step of another value", TALLY, "/tally/outcome/steps/0/value", json!("3")),
        array("another candidate elected", TALLY, "/tally/outcome/elected/1", |all| all.reverse()),
        set("nobody elected by preference", TALLY, "/tally/outcome/preferred/1", json!(0)),
        array("one who follows more", TALLY, "/tally/outcome/succession/2", |all| {
            all.push(json!(3));
        }),
        set("an outcome hidden", TALLY, "/tally/outcome", Value::Null),
        set("an outcome told as an error", TALLY, "/tally/outcome", json!({"status": "error"})),
    ]
}

fn of_lots() -> Vec<Row> {
    vec![
        set("a lot that nobody drew", TALLY, "/tally/outcome", {
            json!({"seats": {"1": 1, "2": 0}, "status": "complete", "steps": [], "unassigned": 0})
        }),
        array("a lot among fewer", TALLY, "/tally/outcome/among", |all| drop(all.pop())),
        array("a lot among others", TALLY, "/tally/outcome/among", |all| all.reverse()),
        set("a lot for more seats", TALLY, "/tally/outcome/seats_left", json!(2)),
        set("a lot for something else", TALLY, "/tally/outcome/for", json!("largest-average")),
    ]
}
