//! A session with the smallest bundle of the vectors, and what it answers to whom it does not
//! understand.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use verify::Source;

use crate::{Session, gathered::Gathered};

/// The vectors' first bundle that holds: its policy and files.
fn bundle() -> (String, BTreeMap<String, Vec<u8>>) {
    let text = include_str!("../../../docs/spec/vectors/bundles-small.json");
    let bundles: Value = serde_json::from_str(text).unwrap();
    let holds = |bundle: &&Value| bundle["verdict"]["holds"] == true;
    let bundle = bundles.as_array().unwrap().iter().find(holds).unwrap();
    let files = bundle["files_base64"].as_object().unwrap().iter();
    let files = files
        .map(|(path, bytes)| (path.clone(), STANDARD.decode(bytes.as_str().unwrap()).unwrap()));
    (bundle["policy"].as_str().unwrap().to_owned(), files.collect())
}

/// Gives whatever is wanted, and returns in which order that was, and the answer.
fn run(session: &mut Session, files: &BTreeMap<String, Vec<u8>>) -> (Vec<String>, Value) {
    let mut given = Vec::new();
    let mut wanted = vec!["head.json".to_owned()];
    while let Some(path) = wanted.pop() {
        let answer = match files.get(&path) {
            Some(bytes) => session.give(path.as_bytes(), bytes.clone()),
            None => session.absent(path.as_bytes(), b"gone"),
        };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let next = answer["wanted"].as_array().unwrap().iter();
        wanted.extend(next.map(|path| path.as_str().unwrap().to_owned()));
        given.push(path);
    }
    (given, serde_json::from_str(&session.verify(&|_| ())).unwrap())
}

#[test]
fn a_bundle_is_asked_for_and_holds() {
    let (policy, files) = bundle();
    let mut session = Session::default();
    let begun = session.begin(json!({ "policy": policy }).to_string().as_bytes());
    assert_eq!(begun, r#"{"wanted":["head.json"]}"#);
    let (mut given, report) = run(&mut session, &files);
    assert_eq!(given[..2], ["head.json", "snapshot/7"]);
    given.sort();
    assert_eq!(given, files.keys().cloned().collect::<Vec<_>>());
    assert_eq!((&report["holds"], &report["origin"]), (&true.into(), &"pinned".into()));
    assert_eq!(session.verify(&|_| ()), r#"{"error":"no bundle was begun"}"#);
}

#[test]
fn what_is_absent_is_named_with_its_reason() {
    let (_, mut files) = bundle();
    files.remove("data/tally.json");
    let mut session = Session::default();
    session.begin(b"{}");
    let (_, report) = run(&mut session, &files);
    let failed = json!([
        { "file": "data/tally.json", "place": "file", "expected": "a file", "found": "gone" },
    ]);
    assert_eq!((&report["failed"], &report["origin"]), (&failed, &"unproven".into()));
}

#[test]
fn a_snapshot_that_head_does_not_name_is_not_followed() {
    let (_, mut files) = bundle();
    files.get_mut("snapshot/7").unwrap().push(b'\n');
    let mut session = Session::default();
    session.begin(b"{}");
    let (given, report) = run(&mut session, &files);
    assert_eq!(
        (given, &report["holds"]),
        (vec!["head.json".into(), "snapshot/7".into()], &false.into())
    );
}

#[test]
fn pages_are_hashed_and_dropped() {
    let mut gathered = Gathered::new(None);
    for (path, is_kept) in [("index.html", false), ("style.css", false), ("data/a.json", true)] {
        gathered.give(path.to_owned(), b"bytes".to_vec());
        let hash = record::Digest::of(b"bytes");
        assert_eq!(gathered.hash(path, hash), Ok((5, hash)), "{path}");
        assert_eq!(
            gathered.read_part(path, hash, 1..3).ok(),
            is_kept.then(|| b"yt".to_vec()),
            "{path}"
        );
        assert!(gathered.read(path, 4).is_err(), "{path}");
        assert_eq!(gathered.read(path, 5).is_ok(), is_kept, "{path}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    #[track_caller]
    fn check(answer: &str, expected: &str) {
        assert_eq!(answer, json!({ "error": expected }).to_string());
    }
    let mut session = Session::default();
    check(&session.form(b"{}"), "no definition was read");
    check(&session.give(b"head.json", Vec::new()), "no bundle was begun");
    check(&session.absent(b"head.json", b"gone"), "no bundle was begun");
    let (policy, _) = bundle();
    let pinless: String =
        policy.split_inclusive('\n').filter(|line| !line.starts_with("#definition")).collect();
    let pinless = json!({ "policy": pinless }).to_string();
    let expected =
        "the policy: expected a line \"#definition\" with 64 hexadecimal digits, found none";
    check(&session.begin(pinless.as_bytes()), expected);
    let station = json!({ "record": "", "receipt": "", "policy": null }).to_string();
    assert!(session.station(station.as_bytes()).starts_with(r#"{"error":"the record: "#));
}
