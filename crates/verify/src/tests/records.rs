//! Packs and the records in them. Log and publisher sign whatever they are given; the figures are
//! those of the records that may stand where they do.

use record::{
    Body, Digest, Record,
    body::{self, KeyAction},
};

use super::{
    Bundle, broken, hidden, night,
    night::{Night, RELEASE, definition, key, sign},
    told,
};
use crate::Report;

/// Changes what is published of the texts.
fn packs(change: impl FnOnce(&mut Vec<(u64, Vec<u8>)>)) -> impl FnOnce(&mut Bundle) {
    |bundle| {
        let mut notes: Vec<_> = bundle.night.open().into_iter().collect();
        change(&mut notes);
        bundle.put_pack(&notes);
        bundle.sign();
    }
}

fn place(notes: &[(u64, Vec<u8>)], position: u64) -> usize {
    notes.iter().position(|(p, _)| *p == position).unwrap()
}

#[test]
fn texts_that_are_not_those_of_the_leaves() {
    let pen = Night::new().pen;
    // Position 4 and 6 are S:2 and S:3.
    broken(
        packs(|notes| notes[4].1 = pen.returns("S:2", "E.1=1 E.2=9 P.1=12345")),
        &["pack/#, position 4: expected #, found #", "11 files that are drawn"],
    );
    broken(
        packs(|notes| {
            let (one, other) = (place(notes, 4), place(notes, 6));
            (notes[one].0, notes[other].0) = (6, 4);
        }),
        &[
            "pack/#, position 4: expected #, found #",
            "pack/#, position 6: expected #, found #",
            "16 files that are drawn",
        ],
    );
    broken(
        packs(|notes| {
            let text = String::from_utf8(notes[4].1.clone()).unwrap();
            notes[4].1 = text.replace("\"E.2\":9", "\"E.2\":8").into_bytes();
        }),
        &[
            "pack/#, position 4: expected a record with signatures that hold, found the signature by S:2/1: the Ed25519 signature does not fit the text and the key",
            "11 files that are drawn",
        ],
    );
    broken(
        packs(|notes| notes[4].1.truncate(50)),
        &[
            "pack/#, position 4: expected a record with signatures that hold, found line 2 does not end in a newline",
            "11 files that are drawn",
        ],
    );
}

#[test]
fn positions_that_are_not_those_of_the_log() {
    let pen = Night::new().pen;
    broken(
        packs(|notes| notes.push(notes[4].clone())),
        &["pack/#, position 4: expected one text, found two"],
    );
    broken(
        packs(|notes| notes.push((4, pen.returns("S:2", "E.1=1 E.2=9")))),
        &["pack/#, position 4: expected one text, found two"],
    );
    broken(
        packs(|notes| notes.push((11, notes[4].1.clone()))),
        &["pack/#, position 11: expected below 11, found beyond"],
    );
    // A released text that is left out is named as withheld, and its figures are missed.
    broken(packs(|notes| drop(notes.remove(4))), &["11 files that are drawn"]);
}

#[test]
fn without_the_definition_or_the_keys() {
    broken(
        packs(|notes| drop(notes.remove(0))),
        &["pack, position 0: expected the definition, found nothing"],
    );
    broken(
        packs(|notes| notes[0].1 = notes[1].1.clone()),
        &[
            "pack/#, position 0: expected a definition, found expected a definition, found a record of kind key",
        ],
    );
    broken(
        packs(|notes| drop(notes.remove(1))),
        &[
            "pack/#, position 2: expected a record with signatures that hold, found the key S:1/1 is not enrolled",
            "pack/#, position 3: expected a record with signatures that hold, found the key S:1/1 is not enrolled",
            "pack/#, position 4: expected a record with signatures that hold, found the key S:2/1 is not enrolled",
            "pack/#, position 5: expected a record with signatures that hold, found the key S:1/1 is not enrolled",
            "pack/#, position 6: expected a record with signatures that hold, found the key S:3/1 is not enrolled",
            "pack/#, position 10: expected a record with signatures that hold, found the key A/1 is not enrolled",
            "21 files that are drawn",
        ],
    );
}

#[test]
fn a_pack_that_is_none() {
    let change = |change: fn(&mut Vec<u8>)| {
        move |bundle: &mut Bundle| {
            let path = bundle.files.keys().find(|path| path.starts_with("pack/")).unwrap().clone();
            change(bundle.files.get_mut(&path).unwrap());
            bundle.sign();
        }
    };
    broken(
        change(|bytes| bytes.push(b'\n')),
        &[
            "pack/#, name: expected pack/#, found pack/#",
            "pack/#, byte 7562: expected a position and a length, found something else",
            "pack, position 0: expected the definition, found nothing",
        ],
    );
    broken(
        change(|bytes| bytes.clear()),
        &[
            "pack/#, name: expected pack/#, found pack/#",
            "pack, position 0: expected the definition, found nothing",
        ],
    );
    broken(
        change(|bytes| bytes[0] = b'9'),
        &[
            "pack/#, name: expected pack/#, found pack/#",
            "pack/#, position 9: expected one text, found two",
            "pack, position 0: expected the definition, found nothing",
        ],
    );
    broken(
        |bundle| {
            bundle.files.insert("pack/1".into(), vec![]);
            bundle.sign();
        },
        &["pack/1, name: expected pack/#, found pack/1"],
    );
}

#[test]
fn a_text_before_its_release() {
    let mut night = Night::new();
    night.returns("S:1", "E.1=120 E.2=7");
    night.release("B");
    let mut bundle = Bundle::of(&night);
    assert_eq!(told(&bundle.verify()), [""; 0]);
    bundle.put_pack(&(0..).zip(night.notes.clone()).collect::<Vec<_>>());
    // With the figures that would follow, so that nothing else gives it away.
    bundle.draw(&night.ledger.clone(), 4);
    bundle.sign();
    assert_eq!(
        told(&bundle.verify()),
        ["pack/#, position 2: expected a text that is released, found one that is sealed"]
    );
}

#[test]
fn a_text_that_is_held() {
    let mut bundle = Bundle::of(&night());
    let night = night();
    bundle.put_pack(&(0..).zip(night.notes.clone()).collect::<Vec<_>>());
    bundle.draw(&night.ledger, 11);
    bundle.sign();
    assert_eq!(
        told(&bundle.verify()),
        [
            "pack/#, position 7: expected a text that is released, found one that is sealed",
            "pack/#, position 8: expected a text that is released, found one that is sealed"
        ]
    );
}

/// A log that took in what the desk would not have, at its end.
fn admitted(night: &Night, notes: &[Vec<u8>]) -> Report {
    let mut bundle = Bundle::of(night);
    let (mut entries, mut open) = (night.entries(), night.open());
    for note in notes {
        open.insert(entries.len() as u64, note.clone());
        entries.push(Record::parse(note).map_or([0; 32], |record| *record.id.as_bytes()));
    }
    let size = entries.len() as u64;
    bundle.put_log(&entries, "log");
    bundle.put_pack(&open.into_iter().collect::<Vec<_>>());
    bundle.draw(&night.public(), size);
    bundle.sign_as("publisher", |head| head.size = size);
    bundle.verify()
}

/// The one thing that does not hold is a text of the pack; and where keys come beside it, the
/// files that they are drawn in.
#[track_caller]
fn refused(night: &Night, notes: &[Vec<u8>], expected: &str) {
    let report = admitted(night, notes);
    let [failure, drawn @ ..] = report.failed.as_slice() else { panic!("{:?}", told(&report)) };
    assert!(failure.file.starts_with("pack/") && !report.holds, "{failure:?}");
    let of_keys = |file: &str| file.ends_with(".html") || file == "data/keys/history.csv";
    assert!(drawn.iter().all(|failure| of_keys(&failure.file)), "{:?}", told(&report));
    assert_eq!(hidden(&format!("{}: {}", failure.place, failure.found)), expected);
}

#[test]
fn records_that_are_none_here() {
    let night = night();
    let pen = night.pen;
    let other = body::Definition { salt: Digest::of(b"other"), ..definition() };
    let other = Night::of(other).pen.returns("S:2", "E.1=1 E.2=1");
    for (note, expected) in [
        (b"x".to_vec(), "line 1 does not end in a newline"),
        (other, "made under definition #, this is #"),
        (pen.returns("S:5", "E.1=1"), "\"S:5\" is no unit of this election"),
        (pen.returns("S:3", "E.1=1 E.2=1"), "E.2 does not stand on the ballot of S:3"),
        (pen.release("A", RELEASE - 1), "released at 1761767999, not before 1761768000"),
    ] {
        refused(&night, &[note], &format!("position 11: {expected}"));
    }
    // A leaf that stands in the log twice is named as such, whatever its text would do.
    for (first, also) in [
        (
            0,
            "pack/#, position 11: expected a record with signatures that hold, found this log has its definition",
        ),
        (2, "data/units/A.json, byte"),
    ] {
        let told = told(&admitted(&night, &[night.notes[first].clone()]));
        let twice = "tile/entries, position 11: expected a new record, found that of";
        assert_eq!(told[..2], [format!("{twice} {first}"), also.to_owned()]);
    }
}

#[test]
fn signatures_that_are_too_few_or_not_theirs() {
    let night = night();
    let reading = Body::Returns(night.pen.reading("S:2", "app", "E.1=4 E.2=4"));
    let phoned = Body::Returns(night.pen.reading("S:2", "phone", "E.1=4 E.2=4"));
    let release = Body::Release(body::Release {
        definition: night.definition(),
        made: RELEASE,
        salt: Digest::of(b""),
        unit: "A".into(),
    });
    let whole = "as an officer, not for S:2";
    for (body, signers, expected) in [
        (&reading, ["S:2/1"].as_slice(), "2 different persons sign, found 1"),
        (&reading, &["S:2/1", "S:2/1"], "S:2/1 signed twice"),
        (&reading, &["S:3/1", "S:3/2"], "the key S:3/1 signs for S:3, not for S:2"),
        (&reading, &["S:2/1", "stranger"], "the key stranger is not enrolled"),
        (&phoned, &["jansen"], &format!("the key jansen signs for the whole election {whole}")),
        (&release, &["jansen"], "2 different persons sign, found 1"),
        (&release, &["A/1", "A/2"], "the key A/1 signs for A, not for the whole election"),
    ] {
        refused(&night, &[sign(body, signers)], &format!("position 11: {expected}"));
    }
    let forged = String::from_utf8(sign(&phoned, &["A/1"])).unwrap();
    let forged = forged.replace("\"E.1\":4", "\"E.1\":5").into_bytes();
    let expected = "the Ed25519 signature does not fit the text and the key";
    refused(&night, &[forged], &format!("position 11: the signature by A/1: {expected}"));
}

#[test]
fn keys_sign_from_one_position_to_another() {
    let mut night = night();
    let phoned = Body::Returns(night.pen.reading("S:2", "phone", "E.1=4 E.2=4"));
    let signed = sign(&phoned, &["A/2"]);
    let revoked = night.pen.keys(KeyAction::Revoke, &["A/2"]);
    // Signed before: every record stands, and only the drawn files are those of before.
    let report = admitted(&night, &[signed, revoked.clone()]);
    assert_eq!(told(&report), ["9 files that are drawn"]);
    night.take(revoked);
    let expected = "position 12: the key A/2 was revoked at position 11";
    refused(&night, &[sign(&phoned, &["A/2"])], expected);
    // Enrolled one position later, and by the very record that it signs.
    let enrol = night.pen.keys(KeyAction::Enrol, &["A/3"]);
    let expected = "position 12: A/3, enrolled at position 13";
    refused(&night, &[sign(&phoned, &["A/3"]), enrol.clone()], expected);
    refused(&night, &[sign(&phoned, &["A/1", "A/3"]), enrol.clone()], expected);
    let own = signed_too(&String::from_utf8(enrol).unwrap(), "A/3");
    refused(&night, &[own], "position 12: the key A/3 is not enrolled");
}

/// A note with one more signature.
fn signed_too(note: &str, by: &str) -> Vec<u8> {
    let text = note.split_inclusive("\n\n").next().unwrap().strip_suffix('\n').unwrap();
    format!("{note}{}\n", key(by).sign(text)).into_bytes()
}
