//! Whole bundles with their verdicts: those of small nights, and one that is broken in every way.
//! Pages are left out, for they are compared by their hashes only.

use std::collections::BTreeMap;

use record::Digest;
use serde_json::{Value, json};

use super::{base64, folds, hold};
use crate::{
    Origin, Report,
    tests::{
        Bundle, Pages,
        night::{Night, checkpoint, key},
    },
};

#[test]
fn bundles() {
    let whole: Vec<Value> = folds::nights().iter().map(|(name, night)| good(name, night)).collect();
    let base = bare(&crate::tests::night());
    let breaks = breaks().into_iter().chain(of_the_log()).chain(of_records());
    let broken: Vec<Value> = breaks.map(|(name, change)| broken(&base, name, change)).collect();
    let base = json!({"policy": base.policy().to_string(), "files": files(&base)});
    hold("bundles-small", &json!(whole));
    hold("bundles-broken", &json!({"base": base, "cases": broken}));
}

type Change = Box<dyn FnOnce(&mut Bundle)>;
type Breaks = Vec<(&'static str, Change)>;

/// A bundle of a few files, two of which are a page and a style sheet.
fn bare(night: &Night) -> Bundle {
    let mut bundle = Bundle::of(night);
    bundle.files.retain(|path, _| !path.ends_with(".html") && !path.ends_with(".css"));
    bundle.files.insert("index.html".into(), b"<p>a page</p>\n".to_vec());
    bundle.files.insert("style.css".into(), vec![]);
    bundle.sign();
    bundle
}

fn files(bundle: &Bundle) -> BTreeMap<String, String> {
    bundle.files.iter().map(|(path, bytes)| (path.clone(), base64(bytes))).collect()
}

fn good(name: &str, night: &Night) -> Value {
    let bundle = bare(night);
    let policy = bundle.policy();
    let verdict = verdict(&bundle.verify_with(Some(&policy), Pages::Hash));
    json!({"name": name, "policy": policy.to_string(), "files_base64": files(&bundle), "verdict": verdict})
}

fn verdict(report: &Report) -> Value {
    let origin = if report.origin == Origin::Pinned { "pinned" } else { "unproven" };
    let checked = report.checked.iter().map(|checked| json!([checked.what, checked.count]));
    let failed = report.failed.iter().map(|failure| json!([failure.file, failure.place]));
    json!({
        "holds": report.holds, "origin": origin, "withheld": report.withheld,
        "checked": checked.collect::<Vec<_>>(), "failed": failed.collect::<Vec<_>>(),
    })
}

/// What is written and removed, and the verdict.
fn broken(base: &Bundle, name: &str, change: Change) -> Value {
    let mut bundle = base.clone();
    change(&mut bundle);
    let written = bundle.files.iter().filter(|(path, bytes)| base.files.get(*path) != Some(bytes));
    let written: BTreeMap<&String, String> =
        written.map(|(path, bytes)| (path, base64(bytes))).collect();
    let removed: Vec<&String> =
        base.files.keys().filter(|path| !bundle.files.contains_key(*path)).collect();
    let report = bundle.verify_with(Some(&base.policy()), Pages::Hash);
    json!({"name": name, "write_base64": written, "remove": removed, "verdict": verdict(&report)})
}

/// A change that the publisher signs for.
fn signed(change: impl FnOnce(&mut Bundle) + 'static) -> Change {
    Box::new(|bundle| {
        change(bundle);
        bundle.sign();
    })
}

fn put(path: &'static str, bytes: &'static [u8]) -> impl FnOnce(&mut Bundle) {
    move |bundle| drop(bundle.files.insert(path.into(), bytes.into()))
}

fn drop_file(path: &'static str) -> impl FnOnce(&mut Bundle) {
    move |bundle| drop(bundle.files.remove(path))
}

/// Broken files and lists.
fn breaks() -> Breaks {
    vec![
        ("nothing", Box::new(|_| ())),
        ("signed again", signed(|_| ())),
        ("a figure changed", Box::new(|b| b.edit("data/tally.json", "121", "122"))),
        ("a figure changed and signed for", signed(|b| b.edit("data/tally.json", "151", "152"))),
        ("a table changed and signed for", signed(|b| b.edit("data/form.csv", "121", "122"))),
        ("an area changed and signed for", signed(|b| b.edit("data/units/A.json", "121", "122"))),
        ("a data file missing", Box::new(drop_file("data/units/B.json"))),
        ("a data file missing and signed for", signed(drop_file("data/units/B.json"))),
        ("a data file more and signed for", signed(put("data/extra.json", b"{}\n"))),
        ("a page changed", Box::new(put("index.html", b"other"))),
        ("a page changed and signed for", signed(put("index.html", b"other"))),
        ("a page more and signed for", signed(put("en/extra.html", b"extra"))),
        ("a page among the data, signed for", signed(put("data/extra.html", b"extra"))),
        ("a file of no kind, signed for", signed(put("extra.csv", b"extra"))),
        ("a file that nobody signed for", Box::new(put("early.csv", b""))),
        ("no head.json", Box::new(drop_file("head.json"))),
        ("no snapshot", Box::new(drop_file("snapshot/7"))),
        (
            "a head of another sequence",
            Box::new(|b| b.edit("head.json", "\"sequence\":7", "\"sequence\":8")),
        ),
        (
            "a head with white space",
            Box::new(|b| b.edit("head.json", "\"election\":", "\"election\": ")),
        ),
        (
            "a head that names another file",
            Box::new(|b| b.edit("head.json", "snapshot/7", "snapshot/8")),
        ),
        (
            "a snapshot changed",
            Box::new(|b| b.edit("snapshot/7", "\"sequence\":7", "\"sequence\":8")),
        ),
        ("a snapshot by another key", Box::new(|b| b.sign_as("other", |_| ()))),
        (
            "another election",
            Box::new(|b| b.sign_as("publisher", |head| head.election = "other".into())),
        ),
        (
            "another mode",
            Box::new(|b| b.sign_as("publisher", |head| head.mode = election::Mode::Live)),
        ),
        (
            "another definition",
            Box::new(|b| b.sign_as("publisher", |head| head.definition = Digest::of(b""))),
        ),
        ("another time", Box::new(|b| b.sign_as("publisher", |head| head.time += 1))),
        ("another sequence", Box::new(|b| b.sign_as("publisher", |head| head.sequence = 8))),
    ]
}

/// Broken logs.
fn of_the_log() -> Breaks {
    let flip = |path: &'static str| move |b: &mut Bundle| b.files.get_mut(path).unwrap()[40] ^= 1;
    let entries = || crate::tests::night().entries();
    vec![
        ("no checkpoint", signed(drop_file("checkpoint"))),
        ("a checkpoint by another log", signed(move |b| b.put_log(&entries(), "other"))),
        ("a checkpoint with a stranger's signature", signed(stranger)),
        ("a log that is shorter", signed(move |b| b.put_log(&entries()[..10], "log"))),
        ("a size that is larger", Box::new(|b| b.sign_as("publisher", |head| head.size = 12))),
        ("a size that is smaller", Box::new(|b| b.sign_as("publisher", |head| head.size = 10))),
        (
            "a size that is absurd",
            Box::new(|b| b.sign_as("publisher", |head| head.size = u64::MAX)),
        ),
        ("a hash flipped", signed(flip("tile/0/000.p/11"))),
        ("an entry flipped", signed(flip("tile/entries/000.p/11"))),
        ("no hash tile", signed(drop_file("tile/0/000.p/11"))),
        ("no tile of entries", signed(drop_file("tile/entries/000.p/11"))),
        ("a tile more", signed(put("tile/0/001", &[0; 32]))),
        (
            "leaves that are not the root's",
            signed(move |b| {
                let entries = entries();
                b.put_log(&[&entries[..10], &[[7; 32]]].concat(), "log");
                b.files.insert("checkpoint".into(), checkpoint(&entries, "log"));
            }),
        ),
        (
            "a leaf twice",
            signed(move |b| {
                let mut entries = entries();
                entries[8] = entries[7];
                b.put_log(&entries, "log");
            }),
        ),
    ]
}

/// One more signature on the checkpoint, by a key that nobody knows.
fn stranger(bundle: &mut Bundle) {
    let note = String::from_utf8(bundle.files["checkpoint"].clone()).unwrap();
    let text = note.split_inclusive("\n\n").next().unwrap().strip_suffix('\n').unwrap();
    let line = key("stranger").sign(text);
    bundle.files.insert("checkpoint".into(), format!("{note}{line}\n").into_bytes());
}

/// Changes what is published of the texts.
fn packs(change: impl FnOnce(&mut Vec<(u64, Vec<u8>)>) + 'static) -> Change {
    signed(|bundle| {
        let mut notes: Vec<_> = bundle.night.open().into_iter().collect();
        change(&mut notes);
        bundle.put_pack(&notes);
    })
}

/// Broken packs and records.
fn of_records() -> Breaks {
    let pen = || Night::new().pen;
    vec![
        (
            "a text that is not its leaf's",
            packs(move |n| n[4].1 = pen().returns("S:2", "E.1=1 E.2=9")),
        ),
        ("two texts in each other's place", packs(|n| (n[4].0, n[5].0) = (n[5].0, n[4].0))),
        (
            "a signature changed",
            packs(|n| {
                let at = n[4].1.len() - 6;
                n[4].1[at] = if n[4].1[at] == b'A' { b'B' } else { b'A' };
            }),
        ),
        ("a note cut short", packs(|n| n[4].1.truncate(50))),
        ("a position twice", packs(|n| n.push(n[4].clone()))),
        ("a position beyond the log", packs(|n| n.push((11, n[4].1.clone())))),
        ("a released text withheld", packs(|n| drop(n.remove(4)))),
        ("no definition", packs(|n| drop(n.remove(0)))),
        ("keys in the definition's place", packs(|n| n[0].1 = n[1].1.clone())),
        ("no keys", packs(|n| drop(n.remove(1)))),
        (
            "held texts published",
            signed(|b| {
                let notes: Vec<(u64, Vec<u8>)> = (0..).zip(crate::tests::night().notes).collect();
                b.put_pack(&notes);
            }),
        ),
        ("one more by a stranger", packs(|n| n[4].1 = signed_too(&n[4].1, "stranger"))),
        ("one more by somebody of another unit", packs(|n| n[4].1 = signed_too(&n[4].1, "S:3/1"))),
        ("the same signer again", packs(|n| n[4].1 = signed_too(&n[4].1, "S:2/1"))),
        ("one more by somebody who may", packs(|n| n[4].1 = signed_too(&n[4].1, "A/1"))),
        ("a signature of the definition more", packs(|n| n[0].1 = signed_too(&n[0].1, "stranger"))),
        (
            "an empty pack more",
            signed(|b| {
                b.files.insert(format!("pack/{}", Digest::of(b"")), vec![]);
            }),
        ),
        ("a pack of another name", signed(put("pack/1", b""))),
        (
            "bytes behind a pack",
            signed(|b| {
                let path = b.files.keys().find(|path| path.starts_with("pack/")).unwrap().clone();
                b.files.get_mut(&path).unwrap().push(b'\n');
            }),
        ),
    ]
}

/// A note with one more signature: its id stays what it was.
fn signed_too(note: &[u8], by: &str) -> Vec<u8> {
    let note = std::str::from_utf8(note).unwrap();
    let text = note.split_inclusive("\n\n").next().unwrap().strip_suffix('\n').unwrap();
    format!("{note}{}\n", key(by).sign(text)).into_bytes()
}
