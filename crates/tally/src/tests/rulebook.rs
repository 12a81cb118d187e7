//! What a definition must be to work by.

use record::{Body, Record, body};
use serde_json::json;

use super::{OFFICERS, RELEASE, definition, look_alikes, officer, sign};
use crate::{Rulebook, RulebookError};

fn read(definition: body::Definition) -> Result<Rulebook, RulebookError> {
    let bytes = sign(&Body::Definition(Box::new(definition)), &OFFICERS);
    Rulebook::new(&Record::parse(&bytes).unwrap())
}

#[track_caller]
fn refused(change: impl FnOnce(&mut body::Definition), expected: &str) {
    let mut changed = definition();
    change(&mut changed);
    match read(changed) {
        Err(error) => assert_eq!(error.to_string(), expected),
        Ok(_) => panic!("taken, expected: {expected}"),
    }
}

#[test]
fn a_definition_fixes_channels_officers_and_the_moment() {
    let rulebook = read(definition()).unwrap();
    let channels = [("app".to_owned(), 2), ("phone".to_owned(), 1)];
    assert_eq!(rulebook.channels(), channels);
    assert_eq!(rulebook.officers_needed(), 2);
    assert_eq!(rulebook.release_moment().seconds(), RELEASE);
    assert_eq!(rulebook.mode(), election::Mode::Rehearsal);
    assert_eq!(rulebook.publisher().name().as_str(), "publisher");
    assert_eq!(rulebook.log().name().as_str(), "log");
    assert_eq!(rulebook.forms().layouts().len(), 1);
}

#[test]
fn a_definition_that_does_not_hold_together_is_refused() {
    refused(
        |d| d.head["contests"][0]["selections"] = json!("x"),
        "contest \"votes\" names the list of selections \"x\", which is not defined",
    );
    refused(|d| d.units.rows = election::UnitRows::default(), "the units have 0 roots, expected 1");
    refused(
        |d| d.head["forms"][0]["rules"][0]["check"]["field"] = json!("X"),
        "form \"form\": rule \"F.1\" names the field \"X\", which is not there",
    );
    refused(|d| d.officers.truncate(1), "2 officers sign, the definition names 1");
}

#[test]
fn officers_are_persons_with_keys_that_can_be_told_apart() {
    let same = "officers jansen and de-vries are not two persons with two keys";
    refused(|d| d.officers[1].vkey = d.officers[0].vkey.clone(), same);
    refused(
        |d| d.officers[2].person = "jansen".into(),
        "officers jansen and jansen are not two persons with two keys",
    );
    let alike = look_alikes().map(|key| key.public().vkey().to_string());
    let [one, other] = alike;
    refused(|d| (d.officers[0].vkey, d.officers[1].vkey) = (one, other), same);
}

#[test]
fn a_key_that_cannot_be_read_is_named() {
    for (whose, change) in [
        ("jansen", (|d| d.officers[0].vkey = "x".into()) as fn(&mut body::Definition)),
        ("the publisher", |d| d.publisher = "x".into()),
        ("the log", |d| d.log = "x".into()),
    ] {
        let mut changed = definition();
        change(&mut changed);
        let error = read(changed).err().map(|e| e.to_string()).unwrap();
        assert!(error.starts_with(&format!("key of {whose}: ")), "{error}");
    }
}

#[test]
fn only_a_definition_is_one() {
    let release = body::Release {
        definition: record::Digest::of(b""),
        made: 0,
        salt: record::Digest::of(b""),
        unit: "M".into(),
    };
    let bytes = sign(&Body::Release(release), &OFFICERS);
    let error = Rulebook::new(&Record::parse(&bytes).unwrap()).err();
    let text = "expected a definition, found a record of kind release";
    assert_eq!(error.map(|e| e.to_string()).as_deref(), Some(text));
}

#[test]
fn another_definition_has_another_id() {
    let mut changed = definition();
    changed.officers.push(officer("smit"));
    assert_ne!(read(changed).unwrap().definition(), read(definition()).unwrap().definition());
}
