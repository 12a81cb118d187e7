//! Broken files, lists and logs. Unless a row is about the signature itself, the publisher and
//! the log sign again, as if they had made the change themselves.

use election::Mode;
use record::Digest;

use super::{Bundle, broken, night, night::checkpoint};

#[test]
fn files_that_nobody_signed_for() {
    broken(|b| b.edit("data/tally.json", "121", "122"), &["data/tally.json, SHA-256"]);
    broken(|b| b.edit("nl/A.html", "121", "122"), &["nl/A.html, SHA-256"]);
    broken(|b| drop(b.files.remove("en/S-1.html")), &["en/S-1.html, file"]);
    broken(
        |b| drop(b.files.insert("early.csv".into(), vec![])),
        &["early.csv, file: expected a file that the snapshot lists, found one that it does not"],
    );
    broken(
        |b| drop(b.files.remove("head.json")),
        &["head.json, file: expected a file, found there is no such file"],
    );
    broken(
        |b| drop(b.files.remove("snapshot/7")),
        &["snapshot/7, file: expected a file, found there is no such file"],
    );
    broken(
        |b| b.edit("snapshot/7", "\"sequence\":7", "\"sequence\":8"),
        &["snapshot/7, SHA-256: expected #, found #"],
    );
}

#[test]
fn a_head_that_is_not_its_snapshots() {
    broken(
        |b| b.edit("head.json", "\"sequence\":7", "\"sequence\":8"),
        &["head.json, fields: expected those of its snapshot, found others"],
    );
    broken(
        |b| b.edit("head.json", "\"size\":11", "\"size\":12"),
        &["head.json, fields: expected those of its snapshot, found others"],
    );
    broken(
        |b| b.edit("head.json", "\"election\":", "\"election\": "),
        &["head.json, line 1: expected one canonical line, found {\"election\": \"test\",\"mod"],
    );
    broken(
        |b| b.edit("head.json", "snapshot/7", "../etc/7"),
        &["../etc/7, file: expected a file, found there is no such file"],
    );
}

#[test]
fn a_snapshot_of_another_publisher_or_election() {
    broken(
        |b| b.sign_as("other", |_| ()),
        &[
            "snapshot/7, signature: expected the publisher's, found a signature by a known key was expected, found none",
        ],
    );
    broken(
        |b| b.sign_as("publisher", |head| head.election = "other".into()),
        &["snapshot/7, election: expected test, found other"],
    );
    broken(
        |b| b.sign_as("publisher", |head| head.mode = Mode::Live),
        &["snapshot/7, mode: expected Rehearsal, found Live", "19 files that are drawn"],
    );
    broken(
        |b| b.sign_as("publisher", |head| head.definition = Digest::of(b"")),
        &["snapshot/7, definition: expected #, found #"],
    );
    // Figures say which edition they are of.
    broken(|b| b.sign_as("publisher", |head| head.time += 1), &["data/tally.json, byte"]);
    broken(|b| b.sign_as("publisher", |head| head.sequence = 8), &["4 files that are drawn"]);
}

/// Makes a change that the publisher signs for.
fn signed(change: impl FnOnce(&mut Bundle)) -> impl FnOnce(&mut Bundle) {
    |bundle| {
        change(bundle);
        bundle.sign();
    }
}

#[test]
fn figures_that_do_not_follow_from_the_records() {
    broken(signed(|b| b.edit("data/tally.json", "151", "152")), &["data/tally.json, byte"]);
    broken(signed(|b| b.edit("data/units/A.json", "121", "122")), &["data/units/A.json, byte"]);
    broken(signed(|b| b.edit("data/form.csv", "121", "122")), &["data/form.csv, byte"]);
    broken(signed(|b| b.edit("nl/A.html", "121", "122")), &["nl/A.html, page"]);
    broken(signed(|b| drop(b.files.remove("en/S-1.html"))), &["en/S-1.html, page"]);
    broken(signed(|b| drop(b.files.remove("data/units/B.json"))), &["data/units/B.json, file"]);
    broken(
        signed(|b| drop(b.files.insert("data/extra.json".into(), vec![]))),
        &["data/extra.json, file"],
    );
    broken(signed(|b| drop(b.files.insert("extra.html".into(), vec![]))), &["extra.html, file"]);
    broken(
        signed(|b| drop(b.files.insert("extra.csv".into(), vec![]))),
        &["extra.csv, file: expected the log, a pack, figures or a page, found another file"],
    );
    // One vote from one station to another: every total is as it was.
    broken(
        signed(|b| {
            b.edit("data/form.csv", "121", "120");
            b.edit("data/form.csv", ",30,", ",31,");
        }),
        &["data/form.csv, byte"],
    );
}

#[test]
fn tiles_that_are_not_the_logs() {
    let (hashes, entries) = ("tile/0/000.p/11", "tile/entries/000.p/11");
    let held = |tile: &str, found: &str| {
        format!("{tile}, tile: expected what the log holds, found {tile}{found}")
    };
    let differs = held(hashes, ": hash 1 was expected to be #, found #");
    let flip = |b: &mut Bundle, tile: &str| b.files.get_mut(tile).unwrap()[40] ^= 1;
    broken(signed(|b| drop(b.files.remove(hashes))), &[&held(hashes, " is missing")]);
    broken(signed(|b| drop(b.files.remove(entries))), &[&held(entries, " is missing")]);
    broken(signed(|b| flip(b, hashes)), &[&differs]);
    broken(signed(|b| flip(b, entries)), &[&differs]);
    broken(
        signed(|b| b.files.get_mut(hashes).unwrap().truncate(320)),
        &[&held(hashes, " was expected to have 352 bytes, found 320")],
    );
    broken(
        signed(|b| drop(b.files.insert("tile/0/001".into(), vec![0; 32]))),
        &["tile/0/001, file: expected a tile of a log of 11, found another"],
    );
}

#[test]
fn a_checkpoint_that_is_not_the_logs() {
    let policy = "checkpoint, signatures: expected those that the policy asks for, found";
    let log = "checkpoint, signature: expected the log's, found the checkpoint is not";
    let (nobody, cut) =
        ("a signature by a known key was expected, found none", "line 1 does not end in a newline");
    broken(
        signed(|b| b.put_log(&night().entries(), "other")),
        &[
            &format!("{policy} no log of the policy stands behind the checkpoint: {nobody}"),
            &format!("{log} proved: {nobody}"),
        ],
    );
    broken(
        signed(|b| drop(b.files.remove("checkpoint"))),
        &[
            &format!("{policy} the checkpoint is not a signed note: {cut}"),
            &format!("{log} a signed note: {cut}"),
        ],
    );
    // Leaves and tiles agree with each other, and not with what the log signed.
    broken(
        signed(|b| {
            let entries = night().entries();
            b.put_log(&[&entries[..10], &[[7; 32]]].concat(), "log");
            b.files.insert("checkpoint".into(), checkpoint(&entries, "log"));
        }),
        &[
            "checkpoint, line 3: expected #, found #",
            "pack/#, position 10: expected #, found #",
            "9 files that are drawn",
        ],
    );
}

#[test]
fn a_log_of_another_size() {
    broken(
        signed(|b| b.put_log(&night().entries()[..10], "log")),
        &["checkpoint, line 2: expected 11, found 10"],
    );
    broken(
        |b| b.sign_as("publisher", |head| head.size = 12),
        &["checkpoint, line 2: expected 12, found 11"],
    );
    broken(
        |b| b.sign_as("publisher", |head| head.size = 10),
        &[
            "pack/#, position 10: expected below 10, found beyond",
            "checkpoint, line 2: expected 10, found 11",
        ],
    );
    for size in [1 << 20, 1 << 60, u64::MAX] {
        let expected = "head.json, size: expected a log that fits in 26 files, found";
        broken(
            |b| b.sign_as("publisher", |head| head.size = size),
            &[&format!("{expected} {size}")],
        );
    }
}
