//! Tests of copies: rooms of one form, post of another, and what is found between them.

use std::sync::Arc;

use election::{Election, Head, UnitTable};
use form::{Form, Forms};
use record::Digest;
use serde_json::json;
use tally::{Board, ChainKey, Placement, Reading};

use crate::across;

const UNITS: &str = "\
id,kind,parent,name
M,whole,,M
A,room,M,A
B,room,M,B
C,room,M,C
D,room,M,D
P,post,M,P
";

/// Rooms and post write the same codes on forms of their own. Copies are looked for in two
/// sections, of which the first counts people, from 11 on.
fn forms() -> Arc<Forms> {
    let selections = |contest: &str, prefix: &str| {
        json!({"id": contest, "name": "", "body": {
            "kind": "selections", "contest": contest, "prefix": prefix, "presence": "optional",
        }})
    };
    let form = |id: &str, kind: &str| {
        json!({"id": id, "name": "", "kinds": [kind], "rules": [], "sections": [
            selections("first", "f."), selections("final", "l."), selections("other", "o."),
        ]})
    };
    let kind = |id: &str| json!({"id": id, "one": "", "many": ""});
    let contest = |id: &str| json!({"id": id, "name": "", "selections": "groups"});
    let across = |code: &str, check: serde_json::Value| json!({"code": code, "severity": "warning", "source": "", "text": "", "check": check});
    let head = json!({
        "id": "test", "name": "", "languages": ["en"],
        "calendar": {
            "zone": "UTC", "polls_close": "2020-02-03T19:00:00Z", "release": "2020-02-03T19:00:00Z",
        },
        "kinds": [kind("whole"), kind("room"), kind("post")],
        "selections": {"groups": [{"id": "a", "name": ""}, {"id": "b", "name": ""}]},
        "contests": [contest("first"), contest("final"), contest("other")],
        "forms": [form("room", "room"), form("post", "post")],
        "across": [
            across("W", json!({"kind": "readings-agree"})),
            across("D", json!({"kind": "no-copy", "sections": ["first", "final"], "above": 10})),
        ],
        "signatures": {"channels": {}, "officers": 1},
    });
    let units = UnitTable::from_csv(UNITS).unwrap();
    let head = Head::from_json(&head.to_string()).unwrap();
    Arc::new(Forms::new(Election::new(head, &units).unwrap()).unwrap())
}

/// A board on which each line is a reading of a unit, by a witness of its own:
/// `A f.a=7 f.b=4 l.a=11`.
fn board(readings: &[&str]) -> Board {
    let forms = forms();
    let mut board = Board::new(Arc::clone(&forms));
    for (position, line) in (1..).zip(readings) {
        let (unit, cells) = line.split_once(' ').unwrap();
        let cells = cells.split(' ').map(|cell| cell.split_once('=').unwrap());
        let counts = cells.map(|(code, number)| (code, number.parse().unwrap()));
        let returns = Form { unit, counts }.close(&forms).unwrap();
        let id = Digest::of(line.as_bytes());
        let key = ChainKey { channel: 0, persons: [position].as_slice().into() };
        let reading = Reading {
            id,
            position: position.into(),
            seq: 1,
            change: None,
            made: None.into(),
            devices: 1,
            returns,
        };
        board.take(key, reading, Placement::First);
    }
    board
}

/// `A as B [f.a f.b]` for each finding.
#[track_caller]
fn check(readings: &[&str], expected: &[&str]) {
    let board = board(readings);
    let forms = board.forms();
    let print = |finding: &form::Finding| {
        assert_eq!(forms.code(finding.rule), "D");
        let unit = &forms.election().units().get(finding.unit).id;
        let fields = forms.field_codes(finding).join(" ");
        format!("{unit} as {} [{fields}]", finding.found)
    };
    let found: Vec<String> = across(&board).iter().map(print).collect();
    assert_eq!(found, expected);
}

const FIELDS: &str = "[f.a f.b l.a l.b]";

#[track_caller]
fn copies(readings: &[&str], expected: &[(&str, &str)]) {
    let expected: Vec<String> =
        expected.iter().map(|(unit, other)| format!("{unit} as {other} {FIELDS}")).collect();
    check(readings, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn both_units_are_named_once() {
    copies(&["A f.a=7 f.b=4 l.a=11", "B f.a=7 f.b=4 l.a=11"], &[("A", "B"), ("B", "A")]);
    // In the order of the units, whichever came first.
    copies(&["D f.a=7 f.b=4", "C f.a=8 f.b=4", "A f.a=7 f.b=4"], &[("A", "D"), ("D", "A")]);
}

#[test]
fn one_figure_makes_a_difference() {
    copies(&["A f.a=7 f.b=4 l.a=11", "B f.a=7 f.b=4 l.a=10"], &[]);
    copies(&["A f.a=7 f.b=4 l.a=11", "B f.a=4 f.b=7 l.a=11"], &[]);
    // A figure that is unknown is not 0.
    copies(&["A f.a=11 f.b=0", "B f.a=11"], &[]);
    // What the rule does not name may differ.
    copies(&["A f.a=11 o.a=1", "B f.a=11 o.a=2"], &[("A", "B"), ("B", "A")]);
}

#[test]
fn small_rooms_are_alike_by_chance() {
    copies(&["A f.a=10 l.a=11", "B f.a=10 l.a=11"], &[]);
    copies(&["A f.a=5 f.b=5", "B f.a=5 f.b=5"], &[]);
    copies(&["A l.a=99", "B l.a=99"], &[]);
    copies(&["A f.a=6 f.b=5", "B f.a=6 f.b=5"], &[("A", "B"), ("B", "A")]);
}

#[test]
fn another_form_is_no_copy() {
    copies(&["A f.a=11", "P f.a=11"], &[]);
}

#[test]
fn of_three_each_is_named_once() {
    let three = ["A f.a=11", "B f.a=11", "C f.a=11"];
    copies(&three, &[("A", "B"), ("B", "A"), ("C", "A")]);
    let pairs = ["A f.a=11", "B f.a=12", "C f.a=11", "D f.a=12"];
    copies(&pairs, &[("A", "C"), ("B", "D"), ("C", "A"), ("D", "B")]);
}

#[test]
fn only_what_counts_is_compared() {
    // The second reading of A differs from what counts of it, and is no copy of B.
    copies(&["A f.a=11", "A f.a=12", "B f.a=12"], &[]);
    copies(&["A f.a=11", "A f.a=12", "B f.a=11"], &[("A", "B"), ("B", "A")]);
    copies(&[], &[]);
}
