//! Definitions that hold together, and some that do not: each with one thing changed.

use record::{Body, Record, body::Definition};
use serde_json::{Value, json};
use tally::Rulebook;

use super::{edit, hold};
use crate::tests::night::{definition, sign};

#[test]
fn definitions() {
    let rows =
        names().into_iter().chain(calendars()).chain(contents()).chain(forms()).chain(rules()).map(
            |(name, at, value)| {
                let mut changed = definition();
                put(&mut changed.head, at, value);
                row(name, changed)
            },
        );
    let tables = tables().into_iter().map(|(name, from, to)| {
        let mut changed = definition();
        let replace = |cell: &mut String| {
            if cell == from {
                *cell = to.to_owned();
            }
        };
        edit(&mut changed, |rows| rows.iter_mut().flatten().for_each(replace));
        changed.units.columns.iter_mut().for_each(replace);
        row(name, changed)
    });
    hold("definition", &json!(rows.chain(tables).chain(others()).collect::<Vec<_>>()));
}

type Rows = Vec<(&'static str, &'static str, Value)>;

/// Writes a value at a place of the head; the last name may be new.
fn put(head: &mut Value, at: &str, value: Value) {
    let (place, last) = at.rsplit_once('/').unwrap();
    let object = head.pointer_mut(place).unwrap_or_else(|| panic!("{at}"));
    match last.parse::<usize>() {
        Ok(index) => object[index] = value,
        Err(_) => object[last] = value,
    }
}

fn names() -> Rows {
    vec![
        ("an id that begins with a dot", "/id", json!(".test")),
        ("an id of 65", "/id", json!("a".repeat(65))),
        ("an unknown key", "/more", json!(1)),
        ("no language", "/languages", json!([])),
        ("a language in upper case", "/languages", json!(["NL"])),
        ("a language twice", "/languages", json!(["nl", "nl"])),
        ("a language without texts", "/languages", json!(["nl", "de"])),
        ("texts in more languages", "/languages", json!(["en"])),
        ("a zone that is none", "/calendar/zone", json!("Mars/Base")),
        (
            "a release before the polls close",
            "/calendar/release",
            json!("2025-10-29T20:59:59+01:00"),
        ),
        ("a moment of another offset", "/calendar/release", json!("2025-10-29T20:00:00Z")),
        ("a moment without an offset", "/calendar/release", json!("2025-10-29T21:00:00")),
        (
            "a calendar as an array",
            "/calendar",
            json!(["UTC", "2025-10-29T20:00:00Z", "2025-10-29T20:00:00Z"]),
        ),
        ("a kind twice", "/kinds/1/id", json!("station")),
        ("a kind that is missing", "/kinds/1/id", json!("region")),
        ("null for a key that has a default", "/heard", Value::Null),
        ("heard by a text", "/attributes/0/kind", json!("text")),
    ]
}

fn calendars() -> Rows {
    vec![
        ("a moment with a fraction", "/calendar/release", json!("2025-10-29T21:00:00.25+01:00")),
        (
            "a moment with ten digits of fraction",
            "/calendar/release",
            json!("2025-10-29T21:00:00.0000000001+01:00"),
        ),
        (
            "a release in the same second",
            "/calendar/polls_close",
            json!("2025-10-29T21:00:00.75+01:00"),
        ),
        ("a second 60", "/calendar/release", json!("2025-10-29T21:00:60+01:00")),
        ("a day that is not there", "/calendar/release", json!("2026-02-29T21:00:00+01:00")),
        ("an hour 24", "/calendar/release", json!("2025-10-29T24:00:00+01:00")),
        ("a moment in small letters", "/calendar/release", json!("2025-10-29t21:00:00z")),
        ("an offset of 23 hours", "/calendar/release", json!("2025-10-31T21:00:00+23:59")),
        ("an offset of 24 hours", "/calendar/release", json!("2025-10-31T21:00:00+24:00")),
        ("an offset of 60 minutes", "/calendar/release", json!("2025-10-31T21:00:00+01:60")),
        ("an offset of -00:00", "/calendar/release", json!("2025-10-29T21:00:00-00:00")),
        ("polls that close in the year 0", "/calendar/polls_close", json!("0000-01-01T00:00:00Z")),
        ("polls that close in the year 1", "/calendar/polls_close", json!("0001-01-01T00:00:00Z")),
        ("the last moment", "/calendar/release", json!("9999-12-30T22:00:00Z")),
        ("a second behind it", "/calendar/release", json!("9999-12-30T22:00:01Z")),
        ("a zone by an old name", "/calendar/zone", json!("US/Central")),
        ("a zone in small letters", "/calendar/zone", json!("europe/amsterdam")),
        ("a channel that is no id", "/signatures/channels", json!({"the app": {"persons": 2}})),
        ("no channel", "/signatures/channels", json!({})),
    ]
}

fn contents() -> Rows {
    let outcome = |more: Value| {
        let mut rule = json!({"contest": "votes", "method": "dhondt", "seats": 5});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    vec![
        ("a selection's id with a slash", "/selections/lists/0/id", json!("a/b")),
        ("a selection twice", "/selections/lists/0/id", json!("2")),
        ("a selection in no unit", "/selections/lists/1/in", json!(["X"])),
        ("candidates by number", "/selections/lists/0/candidates", json!(65_535)),
        ("too many candidates", "/selections/lists/0/candidates", json!(65_536)),
        ("figures by the million", "/selections/lists", vast(5)),
        ("figures by the hundred thousand", "/selections/lists", vast(1)),
        ("a contest of no selections", "/contests/0/selections", json!("none")),
        ("a contest twice", "/contests/0/id", json!("points")),
        ("ten decimals", "/contests/0/decimals", json!(10)),
        ("an outcome", "/outcome", outcome(json!({}))),
        ("an outcome of no contest", "/outcome", outcome(json!({"contest": "x"}))),
        ("an outcome of no lists", "/outcome", outcome(json!({"contest": "ballots"}))),
        ("no seats", "/outcome", outcome(json!({"seats": 0}))),
        ("too many seats", "/outcome", outcome(json!({"seats": 100_001}))),
        ("hamilton without a quota", "/outcome", outcome(json!({"method": "hamilton"}))),
        ("a quota beside another method", "/outcome", outcome(json!({"quota": "hare"}))),
        ("a method that is none", "/outcome", outcome(json!({"method": "lottery"}))),
        ("more officers than there are", "/signatures/officers", json!(4)),
        ("no officers asked", "/signatures/officers", json!(0)),
        ("two registrars", "/signatures/registrars", json!(2)),
        ("no registrars asked", "/signatures/registrars", json!(0)),
        ("null for registrars", "/signatures/registrars", json!(null)),
        ("256 registrars", "/signatures/registrars", json!(256)),
        ("codes for everybody", "/signatures/codes", json!(true)),
        ("codes by a number", "/signatures/codes", json!(1)),
        ("null for codes", "/signatures/codes", json!(null)),
        ("256 persons", "/signatures/channels/app/persons", json!(256)),
        ("a copy in no section", "/across/1/check/sections", json!([])),
        ("a copy in a section twice", "/across/1/check/sections", json!(["lists", "lists"])),
        ("a copy in a section that is not there", "/across/1/check/sections", json!(["x"])),
    ]
}

/// So many lists of 65,535 candidates.
fn vast(count: usize) -> Value {
    let list = |number: usize| json!({"id": number.to_string(), "name": "", "candidates": 65_535});
    (1..=count).map(list).collect()
}

/// So many columns of the table, all but the first of them without cells.
fn attributes(definition: &mut Definition, count: usize) {
    let names: Vec<String> = (1..count).map(|number| format!("a{number}")).collect();
    let specs = definition.head["attributes"].as_array_mut().unwrap();
    specs.extend(names.iter().map(|id| json!({"id": id, "kind": "count"})));
    definition.units.columns.extend(names);
}

/// A rule that names this many fields by naming a section of 65,535 often enough.
fn vast_rule(definition: &mut Definition, times: usize) {
    definition.head["selections"]["lists"] = vast(1);
    let form = &mut definition.head["forms"][0];
    let body = json!({"kind": "candidates", "contest": "votes", "presence": "optional"});
    let people = json!({"id": "people", "name": "", "body": body});
    form["sections"].as_array_mut().unwrap().push(people);
    form["rules"][0]["check"] = json!({"kind": "not-all-zero", "of": vec!["@people"; times]});
}

fn forms() -> Rows {
    let field = |more: Value| {
        let mut field = json!({"code": "G", "name": ""});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([field, {"code": "H", "name": "", "sum": ["G"]}])
    };
    let fields = "/forms/0/sections/2/body/fields";
    vec![
        ("a form's id with a colon", "/forms/0/id", json!("a:b")),
        ("a form of no kind of unit", "/forms/0/kinds", json!(["x"])),
        ("a kind twice in a form", "/forms/0/kinds", json!(["station", "station"])),
        ("a form of areas too, of the same figures", "/forms/0/kinds", json!(["station", "area"])),
        ("a section twice", "/forms/0/sections/0/id", json!("points")),
        ("a prefix with a comma", "/forms/0/sections/0/body/prefix", json!("E,")),
        ("two prefixes that meet", "/forms/0/sections/0/body/prefix", json!("P.")),
        ("two fields of one figure", "/forms/0/sections/1/body/contest", json!("votes")),
        ("a presence that is none", "/forms/0/sections/0/body/presence", json!("maybe")),
        ("an empty code", fields, field(json!({"code": ""}))),
        ("a code with a no-break space", fields, field(json!({"code": "G\u{a0}"}))),
        ("a largest count above nine digits", fields, field(json!({"at_most": 1_000_000_000}))),
        ("a sum of a later sum", fields, field(json!({"sum": ["H"]}))),
        ("a sum of a field above", fields, field(json!({}))),
        ("a sum that is part of itself", fields, field(json!({"sum": ["G"]}))),
        ("a code of 64", fields, json!([{"code": "G".repeat(64), "name": ""}])),
        ("a code of 65", fields, json!([{"code": "G".repeat(65), "name": ""}])),
    ]
}

fn rules() -> Rows {
    let rule = |check: Value| json!([{"code": "R", "severity": "error", "source": "", "text": "", "check": check}]);
    let rules = "/forms/0/rules";
    vec![
        ("no rules", rules, json!([])),
        ("a rule of no field", rules, rule(json!({"kind": "not-zero", "field": "x"}))),
        (
            "a rule of a section where one field belongs",
            rules,
            rule(json!({"kind": "not-zero", "field": "@lists"})),
        ),
        ("a rule of a kind that is none", rules, rule(json!({"kind": "odd", "field": "E.1"}))),
        (
            "sections alike",
            rules,
            rule(json!({"kind": "lists-equal", "left": "lists", "right": "points"})),
        ),
        (
            "sections not alike",
            rules,
            rule(json!({"kind": "lists-equal", "left": "lists", "right": "rest"})),
        ),
        (
            "a rule that tells its fields four times",
            "/forms/0/rules/0/text",
            json!("{fields}".repeat(4)),
        ),
        (
            "a rule that tells its fields five times",
            "/forms/0/rules/0/text",
            json!("{fields}".repeat(5)),
        ),
        (
            "a caucus rule without a caucus",
            rules,
            rule(json!({"kind": "caucus", "asks": "delegates"})),
        ),
        (
            "a share of 0 below",
            rules,
            rule(json!({"kind": "share-below", "part": "F", "whole": "E.1", "share": "1/0"})),
        ),
        (
            "a share with leading zeros",
            rules,
            rule(json!({"kind": "share-below", "part": "F", "whole": "E.1", "share": "01/03"})),
        ),
    ]
}

/// A cell of the table of units that is written otherwise.
fn tables() -> Vec<(&'static str, &'static str, &'static str)> {
    vec![
        ("a unit's id with a blank", "S:4", "S 4"),
        ("a unit twice", "S:4", "S:3"),
        ("two units of one file", "S:4", "S-3"),
        ("a unit of the front page's name", "S:4", "index"),
        ("an unknown kind of unit", "municipality", "town"),
        ("a weight with leading zeros", "40", "040"),
        ("a weight with a plus", "40", "+40"),
        ("a weight above 64 bits", "40", "18446744073709551616"),
        ("an unknown weight", "40", ""),
        ("a column that is missing", "weight", "size"),
    ]
}

/// Changes of the tree, and of who answers for the election.
fn others() -> Vec<Value> {
    let with = |name: &str, change: fn(&mut Definition)| {
        let mut changed = definition();
        change(&mut changed);
        row(name, changed)
    };
    vec![
        with("nothing changed", |_| ()),
        with("a parent that stands below", |it| edit(it, |rows| rows.swap(1, 2))),
        with("two roots", |it| edit(it, |rows| rows[4][2] = String::new())),
        with("no units", |it| edit(it, Vec::clear)),
        with("a row that is short", |it| edit(it, |rows| rows[6].truncate(4))),
        with("a row that is long", |it| edit(it, |rows| rows[6].push("x".to_owned()))),
        with("a column more", |it| it.units.columns.push("x".to_owned())),
        with("an officer twice", |it| it.officers[1].person = "jansen".to_owned()),
        with("two officers of one key", |it| it.officers[1].vkey = it.officers[0].vkey.clone()),
        with("an officer's key that is none", |it| it.officers[2].vkey = "x".to_owned()),
        with("a hundred attributes", |it| attributes(it, 100)),
        with("a hundred and one attributes", |it| attributes(it, 101)),
        with("rules of nearly a million fields", |it| vast_rule(it, 15)),
        with("rules of more than a million fields", |it| vast_rule(it, 16)),
        with("a caucus whose sections are not there", |it| {
            let caucus = ["first", "final", "award", "delegates", "elects"];
            let caucus: Value = caucus.map(|key| (key, json!("x"))).into_iter().collect();
            it.head["forms"][0]["caucus"] = caucus;
        }),
        with("the log's key as the publisher's", |it| it.publisher = it.log.clone()),
    ]
}

fn row(name: &str, definition: Definition) -> Value {
    let row = json!({
        "name": name, "head": definition.head, "units": definition.units, "log": definition.log,
        "publisher": definition.publisher, "officers": definition.officers,
    });
    let note = sign(&Body::Definition(Box::new(definition)), &["jansen"]);
    let read = Rulebook::new(&Record::parse(&note).unwrap());
    let mut row = row;
    row["holds"] = json!(read.is_ok());
    row["why"] = json!(read.err().map(|error| error.to_string()));
    row
}
