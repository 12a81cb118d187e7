//! The bundles that lies are told about.

use election::UnitTable;
use record::{
    Body, Digest,
    body::{self, KeyAction},
};
use serde_json::{Value, json};

use super::told::{Entry, Told};
use crate::tests::{
    night::{Night, definition, key, night_of_codes, sign},
    vectors::{forms, nights},
};

const TINY: &str = include_str!("../../../../../../elections/tiny/election.json");
const TINY_UNITS: &str = include_str!("../../../../../../elections/tiny/units.csv");

pub(super) fn bases() -> Vec<(&'static str, Told)> {
    vec![
        ("night", Told::of(&crate::tests::night())),
        ("decided", Told::of(&decided())),
        ("municipality", Told::of(&municipality())),
        ("caucus", Told::of(&caucus())),
        ("seats", Told::of(&nights::people_elected())),
        ("lot", Told::of(&lot())),
        ("long", long()),
        ("early", Told::of(&early())),
        ("silent", Told::of(&Night::new())),
        ("codes", Told::of(&codes())),
    ]
}

/// A key of an officer or a member, as records of keys name it.
pub(super) fn member(person: &str, unit: &str, name: &str) -> body::MemberKey {
    let vkey = key(name).public().vkey().to_string();
    body::MemberKey::new(person, unit, &vkey)
}

/// Keys that come or go, by any signers.
pub(super) fn keys(
    definition: Digest,
    action: KeyAction,
    keys: &[body::MemberKey],
    signers: &[&str],
) -> Vec<u8> {
    let salt = Digest::of(signers.concat().as_bytes());
    sign(
        &Body::Key(body::Keys { action, definition, keys: keys.into(), reason: None, salt }),
        signers,
    )
}

/// Turnout, corrections, a fork that officers decided, keys that come and go, an officer who leaves.
fn decided() -> Night {
    let mut night = Night::new();
    let pen = night.pen;
    night.take(pen.turnout("S:1", 40, 900));
    night.take(pen.turnout("S:1", 90, 1800));
    let first = night.returns("S:1", "E.1=120 E.2=7 F=1");
    night.take(pen.correction("S:1", "E.1=121 E.2=7 F=1", first));
    night.returns("S:3", "E.1=41");
    let other = night.returns("S:3", "E.1=14");
    night.take(pen.decision("S:3", other));
    night.release("M");
    night.take(pen.correction("S:3", "E.1=15", other));
    night.returns("S:2", "E.1=3 E.2=9 P.1=12340");
    night.take(pen.keys(KeyAction::Revoke, &["A/1"]));
    night.take(pen.keys(KeyAction::Enrol, &["A/9"]));
    night.take(pen.phoned_by("S:2", "E.1=3 E.2=9 P.1=12340", "A/9"));
    let bakker = [member("bakker", "M", "bakker")];
    let officers = ["jansen", "bakker"];
    night.take(keys(night.definition(), KeyAction::Revoke, &bakker, &officers));
    night.take(pen.turnout("S:2", 55, 900));
    night
}

/// Keys by codes, and figures that they signed.
fn codes() -> Night {
    let mut night = night_of_codes();
    night.returns("S:1", "E.1=5 E.2=7");
    night.release("A");
    night
}

/// An election of another folder, with the calendar and keys of these nights.
fn of_folder(mut head: Value, units: UnitTable, stations: &[&str]) -> Night {
    let mut changed = definition();
    head["calendar"] = changed.head["calendar"].take();
    (changed.head, changed.units) = (head, units);
    Night::with(changed, stations)
}

/// A municipality with the whole Dutch form, and its council.
fn municipality() -> Night {
    let stations = ["9999::SB1", "9999::SB2", "9999::SB3", "9999::SB4", "9999::BSB1"];
    let mut head: Value = serde_json::from_str(TINY).unwrap();
    head["outcome"] = json!({"contest": "votes", "method": "nl-council", "seats": 7});
    let mut night = of_folder(head, UnitTable::from_csv(TINY_UNITS).unwrap(), &stations);
    for (number, unit) in (0..).zip(stations) {
        let mut counts = forms::good_counts();
        // Some of these forms do not add up.
        counts.insert("F".to_owned(), 6 + 20 * (number % 3));
        counts.insert("G".to_owned(), 5 - number);
        night.returns(unit, &cells(&counts));
    }
    night.release("9999");
    night
}

/// Some rooms of the caucus night.
fn caucus() -> Night {
    let (head, units, rooms) = forms::rooms(2);
    let ids: Vec<&str> = rooms.iter().map(|(unit, _)| unit.as_str()).collect();
    let mut night = of_folder(head, units, &ids);
    for (unit, counts) in &rooms {
        night.returns(unit, &cells(counts));
    }
    night.release("IA");
    night
}

fn cells(counts: &forms::Counts) -> String {
    counts.iter().map(|(code, number)| format!("{code}={number}")).collect::<Vec<_>>().join(" ")
}

/// One seat, and two lists with as many votes.
fn lot() -> Night {
    let mut changed = definition();
    let method = "first-past-the-post";
    changed.head["outcome"] = json!({"contest": "votes", "method": method, "seats": 1});
    let mut night = Night::of(changed);
    for (unit, counts) in
        [("S:1", "E.1=5 E.2=9"), ("S:2", "E.1=2 E.2=2"), ("S:3", "E.1=3"), ("S:4", "E.1=1")]
    {
        night.returns(unit, counts);
    }
    night.release("M");
    night
}

/// A log with full tiles, and hashes of hashes. What stands behind the first records is withheld.
fn long() -> Told {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    night.release("A");
    let mut told = Told::of(&night);
    for number in told.entries.len()..515 {
        let leaf = *Digest::of(number.to_string().as_bytes()).as_bytes();
        told.entries.push(Entry { leaf, text: None, note: Vec::new() });
    }
    told
}

/// Forms before any release, and voters admitted.
fn early() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    night.returns("S:3", "E.1=41");
    night.take(night.pen.turnout("S:3", 60, 900));
    night
}
