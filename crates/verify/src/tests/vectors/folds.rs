//! Small nights: the texts that are public, and the data files that follow from them.

use publish::{View, data_files};
use record::{
    Body, Digest,
    body::{self, KeyAction},
    note::{RelyingParty, SigningKey},
};
use serde_json::{Map, Value, json};

use super::{base64, hold, nights};
use crate::tests::{
    edition,
    night::{Night, RELEASE, definition, night_of_codes, sign},
};

#[test]
fn folds() {
    let rows: Vec<Value> = nights().iter().map(|(name, night)| row(name, night)).collect();
    hold("fold", &json!(rows));
}

fn row(name: &str, night: &Night) -> Value {
    let public = night.public();
    let edition = edition(night.entries().len() as u64);
    let files = data_files(&View::of(&public, edition), None).into_iter();
    let files = files.map(|(path, bytes)| (path, json!(String::from_utf8(bytes).unwrap())));
    let open = night.open().into_iter();
    let open =
        open.map(|(position, note)| json!({"position": position, "note_base64": base64(note)}));
    json!({
        "name": name,
        "edition": {"sequence": edition.sequence, "size": edition.size, "time": edition.time},
        "records": open.collect::<Vec<_>>(),
        "data": files.collect::<Map<String, Value>>(),
    })
}

pub(super) fn nights() -> Vec<(&'static str, Night)> {
    vec![
        ("nothing but the definition and keys", Night::new()),
        ("turnout", turnout()),
        ("released and corrected", corrected()),
        ("two sources agree", agreeing()),
        ("one person is no second source", one_person()),
        ("readings differ", differing()),
        ("a fork before the release", forked(true)),
        ("a fork after the release", forked(false)),
        ("a fork that officers decided", decided()),
        ("copies", copies()),
        ("keys come and go", keys()),
        ("keys of each type", types()),
        ("seats", seats()),
        ("one area of two", of_area()),
        ("keys by codes", codes()),
        ("ranges vouched for", attested()),
    ]
    .into_iter()
    .chain(nights::nights())
    .collect()
}

/// Keys by codes, of members and of registrars; lost, and replaced.
fn codes() -> Night {
    let mut night = night_of_codes();
    night.take(night.pen.turnout("S:1", 3, 60));
    night
}

fn attested() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=120 E.2=7");
    night.take(night.attest("A", 0, 2));
    night.take(night.attest("S:1", 2, 3));
    night.release("A");
    night.take(night.attest("A", 5, 5));
    night
}

fn turnout() -> Night {
    let mut night = Night::new();
    for (unit, admitted, made) in
        [("S:1", 40, 900), ("S:1", 90, 1800), ("S:1", 60, 900), ("S:3", 1, 0)]
    {
        night.take(night.pen.turnout(unit, admitted, made));
    }
    night
}

fn corrected() -> Night {
    let mut night = Night::new();
    let first = night.returns("S:1", "E.1=120 E.2=7 F=1 P.1=15");
    night.returns("S:2", "E.1=0 E.2=9 P.1=12345");
    night.take(night.pen.correction("S:1", "E.1=121 E.2=7 P.1=15", first));
    night.returns("S:3", "E.1=30");
    night.release("M");
    night
}

fn agreeing() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    night.take(night.pen.phoned("S:1", "E.1=5 E.2=7"));
    night.release("A");
    night
}

fn one_person() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    let phoned = Body::Returns(night.pen.reading("S:1", "phone", "E.1=5 E.2=7"));
    night.take(sign(&phoned, &["S:1/1"]));
    let shared = night.pen.reading("S:2", "app", "E.1=5 E.2=7");
    night.take(sign(&Body::Returns(shared), &["S:2/1", "S:2/2"]));
    night.take(night.pen.phoned("S:2", "E.1=5 E.2=7"));
    night.release("A");
    night
}

fn differing() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7 F=1");
    night.take(night.pen.phoned("S:1", "E.1=5 E.2=8"));
    night.release("A");
    night
}

fn forked(before: bool) -> Night {
    let mut night = Night::new();
    night.returns("S:3", "E.1=41");
    if !before {
        night.release("B");
    }
    night.returns("S:3", "E.1=14");
    night.take(night.pen.phoned_by("S:3", "E.1=41", "S:3/1"));
    if before {
        night.release("B");
    }
    night
}

fn decided() -> Night {
    let mut night = Night::new();
    night.returns("S:3", "E.1=41");
    let other = night.returns("S:3", "E.1=14");
    night.release("B");
    night.take(night.pen.decision("S:3", other));
    night.take(night.pen.correction("S:3", "E.1=15", other));
    night
}

fn copies() -> Night {
    let mut night = Night::new();
    for unit in ["S:4", "S:3"] {
        night.returns(unit, "E.1=101");
    }
    night.returns("S:1", "E.1=100 E.2=0");
    night.release("M");
    night
}

fn keys() -> Night {
    let mut night = Night::new();
    night.take(night.pen.keys(KeyAction::Revoke, &["A/1"]));
    night.take(night.pen.keys(KeyAction::Enrol, &["A/3"]));
    night.take(night.pen.phoned_by("S:1", "E.1=5 E.2=7", "A/3"));
    night.release("A");
    night.take(night.pen.keys(KeyAction::Revoke, &["A/3", "A/2"]));
    night
}

/// A key of P-256 and a passkey, enrolled for area A.
pub(super) fn types() -> Night {
    let mut night = Night::new();
    let definition = night.definition();
    let (plain, passkey) = own_keys();
    let members = [("plain", &plain), ("passkey", &passkey)]
        .map(|(person, key)| body::MemberKey::new(person, "A", &key.public().to_string()));
    let (action, salt) = (KeyAction::Enrol, Digest::of(b"types"));
    let enrol = body::Keys { action, definition, keys: members.into(), reason: None, salt };
    night.take(sign(&Body::Key(enrol), &["jansen", "bakker"]));
    let reading = night.pen.reading_of_two("S:1", "E.1=5 E.2=7");
    let reading = Body::Returns(body::Returns { salt: Digest::of(b"passkey"), ..reading });
    let draft = record::Draft::new(&reading).unwrap();
    night.take(draft.sign(&[&plain, &passkey]).unwrap());
    night.returns("S:1", "E.1=5 E.2=7");
    night.release("A");
    night
}

fn own_keys() -> (SigningKey, SigningKey) {
    let party = RelyingParty::from_bytes(b"stembureau.example").unwrap();
    let plain = SigningKey::p256("A/plain".parse().unwrap(), &[5; 32]).unwrap();
    (plain, SigningKey::webauthn("A/passkey".parse().unwrap(), &[6; 32], party).unwrap())
}

/// Five seats, by the votes of lists.
fn seats() -> Night {
    let mut definition = definition();
    definition.head["outcome"] = json!({"contest": "votes", "method": "nl-council", "seats": 5});
    let mut night = Night::of(definition);
    for (unit, counts) in
        [("S:1", "E.1=5 E.2=70"), ("S:2", "E.1=1 E.2=2"), ("S:3", "E.1=50"), ("S:4", "E.1=9")]
    {
        night.returns(unit, counts);
    }
    night.release("M");
    night
}

/// Area B is not released, so of it nothing is shown.
fn of_area() -> Night {
    let mut night = Night::new();
    night.returns("S:1", "E.1=5 E.2=7");
    night.returns("S:3", "E.1=5");
    night.release("A");
    night.take(night.pen.release("S:1", RELEASE + 9));
    night
}
