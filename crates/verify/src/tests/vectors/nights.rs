//! More small nights: what a fold gets wrong first when it is written anew.

use record::{
    Body, Digest, RecordId,
    body::{self, Definition, KeyAction},
};
use serde_json::{Value, json};

use crate::tests::night::{Night, Pen, definition, sign};

pub(super) fn nights() -> Vec<(&'static str, Night)> {
    vec![
        ("a correction while held", corrected_while_held()),
        ("a correction while disputed", corrected_while_disputed()),
        ("two sources, one on too few devices", few_devices()),
        ("copies at the threshold", copies(["E.1=60 E.2=40"; 3])),
        ("three copies", copies(["E.1=60 E.2=41"; 3])),
        ("copies in no section, and in one twice", sections_twice()),
        ("names like formulas", named(["+S \"q\"", "-x", "@x", "\tx"])),
        ("more names like formulas", named(["=1+1", "\rx", "x=1", "'x"])),
        ("sums with decimals", decimals()),
        ("a fork with a reason of white space", blank_reason()),
        ("keys that come, go and come again", keys()),
        ("people elected", people_elected()),
        ("seats only", elected(seats_only, ["60 10", "3 2", "9 1", "8 1"])),
        ("candidates known in part", elected(|_| (), ["60", "3", "9", "8"])),
        (
            "candidates that are not their list's total",
            elected(|_| (), ["60 9", "3 2", "9 1", "8 1"]),
        ),
        ("a leaf alone", leaf_alone()),
        ("nothing expected", nothing_expected()),
    ]
}

/// A correction by hand: its number, what it replaces and why.
pub(super) fn chained(
    pen: Pen,
    unit: &str,
    counts: &str,
    (seq, prev, reason): (u32, Option<RecordId>, Option<&str>),
) -> Vec<u8> {
    let reading = pen.reading_of_two(unit, counts);
    let body = body::Returns { seq, prev, reason: reason.map(str::to_owned), ..reading };
    sign(&Body::Returns(body), &[&format!("{unit}/1"), &format!("{unit}/2")])
}

/// What was chosen is the witness's head, and its numbers go on from there.
fn corrected_while_held() -> Night {
    let mut night = Night::new();
    let first = night.returns("S:3", "E.1=41");
    night.returns("S:3", "E.1=14");
    night.take(night.pen.correction("S:3", "E.1=42", first));
    night.take(night.pen.phoned_by("S:3", "E.1=43", "S:3/1"));
    night.take(night.pen.decision("S:3", first));
    night.take(night.pen.correction("S:3", "E.1=44", first));
    night.release("B");
    night
}

fn corrected_while_disputed() -> Night {
    let mut night = Night::new();
    let first = night.returns("S:3", "E.1=41");
    night.release("B");
    night.returns("S:3", "E.1=14");
    night.take(night.pen.correction("S:3", "E.1=42", first));
    night
}

/// Two persons on one device are no second source.
fn few_devices() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    let other = Body::Returns(night.pen.reading("S:1", "app", "E.1=5 E.2=7"));
    night.take(sign(&other, &["A/1", "A/2"]));
    night.release("A");
    night
}

/// List 2 stands everywhere, so that three stations may have one form.
fn copies(forms: [&str; 3]) -> Night {
    let mut definition = definition();
    definition.head["selections"]["lists"][1]["in"] = json!(["M"]);
    let mut night = Night::of(definition);
    for (unit, counts) in ["S:4", "S:1", "S:3"].into_iter().zip(forms) {
        night.returns(unit, counts);
    }
    night.release("M");
    night
}

fn sections_twice() -> Night {
    let mut definition = definition();
    let across = definition.head["across"].as_array_mut().unwrap();
    let [mut none, mut twice] = [across[1].clone(), across[1].clone()];
    (none["code"], none["check"]["sections"]) = (json!("D2"), json!([]));
    (twice["code"], twice["check"]["sections"]) = (json!("D3"), json!(["lists", "lists"]));
    across.extend([none, twice]);
    let mut night = Night::of(definition);
    night.returns("S:3", "E.1=101");
    night.returns("S:4", "E.1=101");
    night.release("M");
    night
}

fn named(names: [&str; 4]) -> Night {
    let mut definition = definition();
    super::edit(&mut definition, |rows| {
        let stations = rows.iter_mut().filter(|row| row[1] == "station");
        stations.zip(names).for_each(|(row, name)| row[3] = name.to_owned());
    });
    let mut night = Night::of(definition);
    for unit in ["S:1", "S:2"] {
        night.returns(unit, "E.1=1 E.2=2");
    }
    night.returns("S:3", "E.1=3");
    night.returns("S:4", "E.1=4");
    night.release("M");
    night
}

/// Thousandths: 1250 of them are 1.25.
fn decimals() -> Night {
    let mut definition = definition();
    definition.head["contests"][1]["decimals"] = json!(3);
    let mut night = Night::of(definition);
    night.returns("S:1", "E.1=1 E.2=2 P.1=1250");
    night.returns("S:2", "E.1=1 E.2=2 P.1=750 P.2=5");
    night.returns("S:3", "E.1=1 P.1=10");
    night.release("M");
    night
}

fn blank_reason() -> Night {
    let mut night = Night::new();
    let first = night.returns("S:3", "E.1=41");
    night.release("B");
    night.take(chained(night.pen, "S:3", "E.1=14", (1, Some(first), Some(" \u{a0}"))));
    night.take(chained(night.pen, "S:4", "E.1=9", (1, None, Some("why"))));
    night
}

/// A key that is gone never comes back; its person may have another.
fn keys() -> Night {
    let mut night = Night::new();
    night.take(night.pen.turnout("S:1", 1, 0));
    night.take(night.pen.keys(KeyAction::Revoke, &["A/1", "A/1"]));
    let officer = body::MemberKey::new(
        "bakker",
        "M",
        &crate::tests::night::key("bakker").public().to_string(),
    );
    let (definition, salt) = (night.definition(), Digest::of(b"officer"));
    let body = body::Keys {
        action: KeyAction::Revoke,
        definition,
        keys: vec![officer],
        reason: None,
        salt,
    };
    night.take(sign(&Body::Key(body), &["jansen", "bakker"]));
    night.take(night.pen.keys(KeyAction::Enrol, &["A/9"]));
    night.take(night.pen.phoned_by("S:1", "E.1=5 E.2=7", "A/9"));
    night.release("A");
    night
}

pub(super) fn people_elected() -> Night {
    elected(|_| (), ["60 10", "3 2", "9 1", "8 1"])
}

/// Five seats for two lists of two; in each cell the votes of a list's candidates.
fn elected(change: fn(&mut Definition), stations: [&str; 4]) -> Night {
    let mut definition = definition();
    let head = &mut definition.head;
    head["outcome"] = json!({"contest": "votes", "method": "nl-council", "seats": 5});
    for list in head["selections"]["lists"].as_array_mut().unwrap() {
        (list["candidates"], list["in"]) = (json!(["Ann", "Bo"]), json!([]));
    }
    let body = json!({"kind": "candidates", "contest": "votes", "presence": "optional"});
    let people = json!({"id": "people", "name": "People", "body": body});
    head["forms"][0]["sections"].as_array_mut().unwrap().push(people);
    change(&mut definition);
    let mut night = Night::of(definition);
    for (unit, votes) in ["S:1", "S:2", "S:3", "S:4"].into_iter().zip(stations) {
        let each: Vec<u64> = votes.split(' ').map(|votes| votes.parse().unwrap()).collect();
        let list = |list: u64| {
            let cells =
                (1..).zip(&each).map(|(place, votes)| format!("{list}/{place}={}", votes / list));
            cells.collect::<Vec<_>>().join(" ")
        };
        let totals = ["E.1=70 E.2=35", "E.1=5 E.2=2", "E.1=10 E.2=4", "E.1=9 E.2=4"];
        let total = totals[["S:1", "S:2", "S:3", "S:4"].iter().position(|at| *at == unit).unwrap()];
        night.returns(unit, &format!("{total} {} {}", list(1), list(2)));
    }
    night.release("M");
    night
}

fn seats_only(definition: &mut Definition) {
    definition.head["outcome"]["seats_only"] = Value::Bool(true);
}

/// A root that has nothing inside it is no area and has no file.
fn leaf_alone() -> Night {
    let mut definition = definition();
    definition.head["selections"]["lists"][1]["in"] = json!([]);
    definition.units.rows = [["S:1", "station", "", "School", "10"]].into_iter().collect();
    let mut night = Night::with(definition, &["S:1"]);
    night.take(night.pen.turnout("S:1", 12, 0));
    night.returns("S:1", "E.1=5 E.2=7");
    night.release("S:1");
    night
}

/// No unit fills in a form: 0 of 0 have reported, and the outcome is that of no votes.
fn nothing_expected() -> Night {
    let mut definition = definition();
    definition.head["outcome"] = json!({"contest": "votes", "method": "nl-council", "seats": 3});
    definition.head["forms"][0]["kinds"] = json!([]);
    let mut night = Night::of(definition);
    night.take(night.pen.turnout("S:1", 12, 0));
    night
}
