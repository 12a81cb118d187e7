//! Snapshots: one list has one text, and nobody but the publisher signs it.

use election::Mode;
use record::{Digest, note::Note};

use super::night::key;
use crate::{Head, Listed, Snapshot, SnapshotError, SnapshotHead};

const HASHES: [&str; 2] = [
    "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
];
const HEAD: &str = "{\"definition\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\
    \"election\":\"tiny\",\"mode\":\"rehearsal\",\"sequence\":12,\"size\":40,\"time\":1792000000}";

fn snapshot() -> Snapshot {
    let head = SnapshotHead {
        definition: Digest::of(b"abc"),
        election: "tiny".to_owned(),
        mode: Mode::Rehearsal,
        sequence: 12,
        size: 40,
        time: 1_792_000_000,
    };
    let file = |path: &str, of: &[u8], length| Listed {
        path: path.to_owned(),
        hash: Digest::of(of),
        length,
    };
    let files = vec![file("data/tally.json", b"foo", 5120), file("tile/0/000", b"bar", 8192)];
    Snapshot { head, files }
}

fn text() -> String {
    let [one, two] = HASHES;
    format!("countersign/snapshot/v1\n{HEAD}\n{one} 5120 data/tally.json\n{two} 8192 tile/0/000\n")
}

fn signed(text: &str, by: &str) -> Vec<u8> {
    Note::new(text, vec![key(by).sign(text)]).unwrap().to_bytes()
}

#[test]
fn a_snapshot_is_its_head_and_its_list() {
    let bytes = snapshot().sign(&key("publisher")).unwrap();
    assert_eq!(bytes, signed(&text(), "publisher"));
    assert_eq!(Snapshot::verify(&bytes, key("publisher").public()), Ok(snapshot()));
    assert_eq!(Snapshot::read_unverified(&bytes), Ok(snapshot()));
    let empty = Snapshot { files: vec![], ..snapshot() };
    let bytes = empty.sign(&key("publisher")).unwrap();
    assert_eq!(Snapshot::verify(&bytes, key("publisher").public()), Ok(empty));
}

#[test]
fn nobody_else_signs_it() {
    let error = Snapshot::verify(&signed(&text(), "other"), key("publisher").public()).err();
    assert!(matches!(error, Some(SnapshotError::Signature(_))), "{error:?}");
    // A stranger of the same name has another key.
    let bytes = String::from_utf8(signed(&text(), "other")).unwrap();
    let bytes = bytes.replace("— other ", "— publisher ");
    let error = Snapshot::verify(bytes.as_bytes(), key("publisher").public()).err();
    assert!(matches!(error, Some(SnapshotError::Signature(_))), "{error:?}");
}

#[test]
fn one_list_has_one_text() {
    let [one, two] = HASHES;
    let sorted = (3, "a list sorted by path");
    let line = "a hash, a length and a path";
    let swapped = format!("{two} 8192 tile/0/000\n{one} 5120 data/tally.json\n");
    let lines = format!("{one} 5120 data/tally.json\n{two} 8192 tile/0/000\n");
    for (from, to, (at, expected)) in [
        ("snapshot/v1", "snapshot/v2", (1, "countersign/snapshot/v1")),
        ("\"sequence\":12", "\"sequence\":-1", (2, "a head")),
        ("\"sequence\":12", "\"sequence\":12.0", (2, "a head")),
        ("\"time\":", "\"more\":1,\"time\":", (2, "a head")),
        ("\"mode\":\"rehearsal\",", "", (2, "a head")),
        ("\"mode\":\"rehearsal\"", "\"mode\":\"dry\"", (2, "a head")),
        ("\"election\":\"tiny\"", "\"election\": \"tiny\"", (2, "a head")),
        (
            "\"election\":\"tiny\",\"mode\":\"rehearsal\"",
            "\"mode\":\"rehearsal\",\"election\":\"tiny\"",
            (2, "a head"),
        ),
        (&lines, &swapped, sorted),
        ("tile/0/000", "data/tally.json", sorted),
        (" 5120 ", " 05120 ", (3, line)),
        (" 5120 ", " +5120 ", (3, line)),
        (" 5120 ", " -5120 ", (3, line)),
        (" 5120 ", " ", (3, line)),
        (" 8192 ", " 18446744073709551616 ", (4, line)),
        ("2c26b46b", "2C26B46B", (3, line)),
        ("2c26b46b", "2c26b46", (3, line)),
        ("tile/0/000\n", "tile/0/000\n\n", (5, line)),
    ] {
        let changed = text().replacen(from, to, 1);
        assert_ne!(changed, text(), "{from:?} is not there");
        let error = Snapshot::read_unverified(&signed(&changed, "publisher")).err();
        let Some(SnapshotError::Line { line, expected: e, found: _ }) = error else {
            panic!("{to:?}: {error:?}");
        };
        assert_eq!((line, e), (at, expected), "{to:?}");
    }
}

#[test]
fn a_byte_that_is_another_is_refused() {
    let bytes = snapshot().sign(&key("publisher")).unwrap();
    for at in 0..bytes.len() {
        for bit in [0, 5, 7] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let outcome = Snapshot::verify(&flipped, key("publisher").public());
            assert!(outcome.is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn head_json_has_an_end() {
    let mut head = Head::of(&snapshot(), b"abc");
    head.election.clear();
    let around = head.line().len();
    for (length, expected) in [(64 << 10, true), ((64 << 10) + 1, false)] {
        head.election = "x".repeat(length - around);
        assert_eq!(head.line().len(), length);
        assert_eq!(Head::parse(&head.line()).is_some(), expected, "{length}");
    }
}

#[test]
fn head_json_is_one_line_and_no_other() {
    let head = Head::of(&snapshot(), b"abc");
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let line = format!(
        "{{\"election\":\"tiny\",\"mode\":\"rehearsal\",\"sequence\":12,\"size\":40,\
         \"snapshot\":\"snapshot/12\",\"snapshot_hash\":\"{hash}\",\"time\":1792000000}}\n"
    );
    assert_eq!(String::from_utf8(head.line()).unwrap(), line);
    assert_eq!(Head::parse(line.as_bytes()), Some(head));
    for (from, to) in [
        ("\n", ""),
        ("\n", "\n\n"),
        (":12,", ": 12,"),
        (":12,", ":012,"),
        ("{\"election\":\"tiny\",", "{"),
        ("{", "{\"more\":1,"),
        ("ba78", "BA78"),
        (
            "\"election\":\"tiny\",\"mode\":\"rehearsal\"",
            "\"mode\":\"rehearsal\",\"election\":\"tiny\"",
        ),
    ] {
        let changed = line.replacen(from, to, 1);
        assert_ne!(changed, line);
        assert_eq!(Head::parse(changed.as_bytes()), None, "{to:?}");
    }
}
