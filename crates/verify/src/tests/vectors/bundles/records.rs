//! Lies that records tell: each stands in the log, and its id is its leaf.

use record::{
    Body, Digest,
    body::{self, Returns},
};

use super::{Lies, Row, log, log_and, of, told::Told};
use crate::tests::{
    night::{Night, OFFICERS, RELEASE, id_of, key, sign},
    vectors::nights::chained,
};

pub(super) fn lies() -> Lies {
    let night = of_texts()
        .into_iter()
        .chain(of_what_is_shown())
        .chain(of_returns())
        .chain(of_forms())
        .chain(of_numbers());
    let mut lies = of("night", night.chain(of_turnout()).chain(of_officers()));
    lies.extend(of("decided", of_decisions()));
    lies.extend(of("early", of_early()));
    lies.extend(of("silent", of_silence()));
    lies.extend(of("municipality", of_municipalities()));
    lies.extend(of("caucus", of_caucuses()));
    lies
}

/// A note with one more signature: its id stays what it was.
fn signed_too(note: &[u8], by: &str) -> Vec<u8> {
    let note = std::str::from_utf8(note).unwrap();
    let text = note.split_inclusive("\n\n").next().unwrap().strip_suffix('\n').unwrap();
    format!("{note}{}\n", key(by).sign(text)).into_bytes()
}

/// The same text, signed by others.
fn signed_by(note: &[u8], by: &[&str]) -> Vec<u8> {
    let text = std::str::from_utf8(note).unwrap().split_inclusive("\n\n").next().unwrap();
    let text = text.strip_suffix('\n').unwrap();
    let lines: String = by.iter().map(|by| format!("{}\n", key(by).sign(text))).collect();
    format!("{text}\n{lines}").into_bytes()
}

/// The record at a position, with other signatures.
fn signers(name: &'static str, at: usize, by: &'static [&'static str]) -> Row {
    log(name, move |t| {
        let note = signed_by(&t.entries[at].note, by);
        t.put(at, note);
    })
}

fn of_texts() -> Vec<Row> {
    let more =
        |name, by: &'static str| log(name, move |t| t.text(4, signed_too(&t.entries[4].note, by)));
    vec![
        log("a text that is not its leaf's", |t| t.text(4, t.pen.returns("S:2", "E.1=1 E.2=9"))),
        log("two texts in each other's place", |t| {
            (t.entries[4].text, t.entries[6].text) =
                (t.entries[6].text.take(), t.entries[4].text.take());
        }),
        log("a signature changed", |t| {
            let mut note = t.entries[4].note.clone();
            let at = note.len() - 6;
            note[at] = if note[at] == b'A' { b'B' } else { b'A' };
            t.text(4, note);
        }),
        log("a note cut short", |t| t.text(4, t.entries[4].note[..50].to_vec())),
        log("an empty note", |t| t.text(4, Vec::new())),
        log("a text of an unknown kind", |t| {
            let note = String::from_utf8(t.entries[4].note.clone()).unwrap();
            t.text(4, note.replace("countersign/returns", "countersign/audit").into_bytes());
        }),
        log("the signatures in another order: holds", |t| {
            t.text(4, signed_by(&t.entries[4].note, &["S:2/2", "S:2/1"]));
        }),
        more("one more by a stranger", "stranger"),
        more("one more by somebody of another unit", "S:3/1"),
        more("one more by an officer", "jansen"),
        more("the same signer again", "S:2/1"),
        more("one more by somebody who may: holds", "A/1"),
        log("a signature of the definition more: holds", |t| {
            t.text(0, signed_too(&t.entries[0].note, "stranger"));
        }),
        log("a definition that nobody known signed: holds", |t| {
            t.text(0, signed_by(&t.entries[0].note, &["stranger"]));
        }),
    ]
}

fn of_what_is_shown() -> Vec<Row> {
    vec![
        log("no definition", |t| t.hide(0)),
        log("keys in the definition's place", |t| t.text(0, t.entries[1].note.clone())),
        log("no keys", |t| t.hide(1)),
        log("a released text withheld, and its figures too: holds", |t| t.hide(4)),
        log_and(
            "a released text withheld, and its figures told",
            |t| t.hide(4),
            |b| {
                let honest = crate::tests::Bundle::of(&crate::tests::night());
                let data = honest.files.into_iter().filter(|(path, _)| path.starts_with("data/"));
                b.files.extend(data);
            },
        ),
        log("a correction withheld, and what it corrects told: holds", |t| t.hide(5)),
        log("a release withheld, and its texts told", |t| t.hide(9)),
        log("the texts of a held unit told", |t| {
            t.show(7);
            t.show(8);
        }),
        log("the texts of a held unit told, with a correction", |t| {
            let first = id_of(&t.entries[7].note);
            t.push(t.pen.correction("S:4", "E.1=42", first));
            t.show(7);
            t.show(8);
        }),
        // Nothing says that its station is held.
        log("one text of two that contradict each other told: holds", |t| t.show(7)),
        log("a record of another election", |t| {
            let mut other = crate::tests::night::definition();
            other.salt = Digest::of(b"other");
            t.push(Night::of(other).pen.returns("S:2", "E.1=1 E.2=2"));
        }),
        log("a second definition", |t| t.push(t.entries[0].note.clone())),
    ]
}

/// A first reading by telephone of station 2, changed and signed by these.
fn reading(
    name: &'static str,
    channel: &'static str,
    by: &'static [&'static str],
    change: impl Fn(&mut Returns) + 'static,
) -> Row {
    log(name, move |t| {
        let mut body = t.pen.reading("S:2", channel, "E.1=0 E.2=9 P.1=12345");
        change(&mut body);
        t.push(sign(&Body::Returns(body), by));
    })
}

fn of_returns() -> Vec<Row> {
    vec![
        reading("a reading by telephone: holds", "phone", &["A/1"], |_| ()),
        reading("too few persons", "app", &["S:2/1"], |_| ()),
        reading("a closed channel", "desk", &["S:2/1", "S:2/2"], |_| ()),
        reading("a stranger", "phone", &["stranger"], |_| ()),
        reading("a person of another station", "phone", &["S:3/1"], |_| ()),
        reading(
            "one person of this station and one of another",
            "app",
            &["S:2/1", "S:1/1"],
            |_| (),
        ),
        reading("a person of a station, for its area", "phone", &["S:1/1"], |r| {
            r.unit = "A".into();
        }),
        reading("an officer", "phone", &["jansen"], |_| ()),
        reading("an officer beside two persons", "app", &["S:2/1", "S:2/2", "jansen"], |_| ()),
        reading("the log's own key", "phone", &["log"], |_| ()),
        reading("no device", "phone", &["A/1"], |r| r.devices = 0),
        reading("more devices than signers", "phone", &["A/1"], |r| r.devices = 2),
        reading("a record told under another channel", "app", &["A/1"], |_| ()),
        log("the channel changed in a text", |t| {
            let note = String::from_utf8(t.entries[10].note.clone()).unwrap();
            t.put(10, note.replace("\"phone\"", "\"app\"").into_bytes());
        }),
        log("a figure changed in a text", |t| {
            let note = String::from_utf8(t.entries[4].note.clone()).unwrap();
            t.put(4, note.replace("\"E.2\":9", "\"E.2\":90").into_bytes());
        }),
        log("a figure written as a float", |t| {
            let note = String::from_utf8(t.entries[4].note.clone()).unwrap();
            t.put(4, note.replace("\"E.2\":9", "\"E.2\":9.0").into_bytes());
        }),
        log("a station's form under another station's name", |t| {
            let body = t.pen.reading_of_two("S:1", "E.1=0 E.2=9");
            t.put(4, sign(&Body::Returns(body), &["S:2/1", "S:2/2"]));
        }),
    ]
}

fn of_forms() -> Vec<Row> {
    let counts = |name, change: fn(&mut Returns)| reading(name, "phone", &["A/1"], change);
    let count = |name, code: &'static str, number| {
        reading(name, "phone", &["A/1"], move |r| {
            r.counts.insert(code.to_owned(), number);
        })
    };
    vec![
        count("a field that is not there", "X", 1),
        counts("a field that is not filled in", |r| r.counts.retain(|code, _| code != "E.1")),
        count("a number below 0", "E.1", -1),
        count("a number of ten digits", "E.1", 1_000_000_000),
        count("the largest number: holds", "E.1", 999_999_999),
        counts("a unit that is not there", |r| r.unit = "S:9".into()),
        counts("a unit without a form", |r| r.unit = "A".into()),
        log("a list that does not stand there", |t| {
            t.push(t.pen.phoned_by("S:3", "E.1=30 E.2=1", "S:3/1"));
        }),
    ]
}

/// One more by the members of station 1, whose witness has two readings.
fn numbered(
    name: &'static str,
    seq: u32,
    prev: Option<usize>,
    reason: Option<&'static str>,
) -> Row {
    log(name, move |t| {
        let prev = prev.map(|at| id_of(&t.entries[at].note));
        t.push(chained(t.pen, "S:1", "E.1=122 E.2=7", (seq, prev, reason)));
    })
}

fn of_numbers() -> Vec<Row> {
    vec![
        numbered("a third reading: holds", 3, Some(5), Some("why")),
        numbered("a number of 0", 0, Some(5), Some("why")),
        numbered("a number left out", 4, Some(5), Some("why")),
        numbered("a correction of nothing", 3, None, Some("why")),
        numbered("a correction of what is corrected already", 3, Some(3), Some("why")),
        numbered("a correction of another station's reading", 3, Some(4), Some("why")),
        numbered("a correction without a reason", 3, Some(5), None),
        numbered("a correction with a blank reason", 3, Some(5), Some(" \u{3000}")),
        numbered("a number that stands already, after the release: holds", 2, None, None),
        reading("a first reading of number 2", "phone", &["A/1"], |r| r.seq = 2),
        reading("a first reading that replaces something", "phone", &["A/1"], |r| {
            r.prev = Some(Digest::of(b""));
        }),
        log("a correction left out of a chain", |t| {
            let second = id_of(&t.entries[5].note);
            t.push(chained(t.pen, "S:1", "E.1=122 E.2=7", (3, Some(second), Some("why"))));
            t.entries.remove(5);
        }),
        log("a correction withheld out of a chain", |t| {
            let second = id_of(&t.entries[5].note);
            t.push(chained(t.pen, "S:1", "E.1=122 E.2=7", (3, Some(second), Some("why"))));
            t.hide(5);
        }),
    ]
}

fn of_turnout() -> Vec<Row> {
    let turnout = |name, by: &'static [&'static str], change: fn(&mut body::Turnout)| {
        log(name, move |t| {
            let mut body = body::Turnout {
                admitted: 40,
                channel: "app".into(),
                definition: t.night.definition(),
                made: 7,
                salt: Digest::of(b"turnout"),
                seq: 9,
                unit: "S:2".into(),
            };
            change(&mut body);
            t.push(sign(&Body::Turnout(body), by));
        })
    };
    let two = &["S:2/1", "S:2/2"];
    vec![
        turnout("one more turnout: holds", two, |_| ()),
        turnout("a turnout by one person", &["S:2/1"], |_| ()),
        turnout("a turnout by officers", &OFFICERS, |_| ()),
        turnout("a turnout below 0", two, |t| t.admitted = -1),
        turnout("a turnout of ten digits", two, |t| t.admitted = 1_000_000_000),
        turnout("a turnout of nowhere", two, |t| t.unit = "S:9".into()),
        turnout("a turnout of a closed channel", two, |t| t.channel = "desk".into()),
        turnout("a turnout of an area: holds", &["A/1", "A/2"], |t| t.unit = "A".into()),
    ]
}

fn release(t: &Told, unit: &str, made: i64, by: &[&str]) -> Vec<u8> {
    let (definition, salt) = (t.night.definition(), Digest::of(b"release"));
    sign(&Body::Release(body::Release { definition, made, salt, unit: unit.into() }), by)
}

fn of_officers() -> Vec<Row> {
    let again = |name, unit: &'static str, made, by: &'static [&'static str]| {
        log(name, move |t| t.push(release(t, unit, made, by)))
    };
    vec![
        again("a second release: holds", "M", RELEASE, &OFFICERS),
        again("a release before the moment", "M", RELEASE - 1, &OFFICERS),
        again("a release by one officer", "M", RELEASE, &["jansen"]),
        again("a release by one officer twice", "M", RELEASE, &["jansen", "jansen"]),
        again("a release by a member", "M", RELEASE, &["jansen", "A/1"]),
        again("a release by strangers", "M", RELEASE, &["x", "y"]),
        again("a release of nowhere", "X", RELEASE, &OFFICERS),
        signers("the release by one officer only", 9, &["jansen"]),
        signers("the release by three officers: holds", 9, &["jansen", "de-vries", "bakker"]),
        log("the release before the moment", |t| t.put(9, release(t, "M", RELEASE - 1, &OFFICERS))),
        log("the release of one area only", |t| t.put(9, release(t, "A", RELEASE, &OFFICERS))),
    ]
}

fn of_decisions() -> Vec<Row> {
    let decision = |name,
                    unit: &'static str,
                    chosen: usize,
                    reason: &'static str,
                    by: &'static [&'static str]| {
        log(name, move |t| {
            let (definition, salt) = (t.night.definition(), Digest::of(b"decision"));
            let (chosen, reason) = (id_of(&t.entries[chosen].note), reason.to_owned());
            let body = body::Decision { chosen, definition, reason, salt, unit: unit.into() };
            t.push(sign(&Body::Decision(body), by));
        })
    };
    vec![
        log("all that is there: holds", |_| ()),
        decision("another decision: holds", "S:3", 6, "why", &OFFICERS),
        decision("a decision that nothing asked for: holds", "S:1", 4, "why", &OFFICERS),
        decision("a decision without a reason", "S:3", 6, "", &OFFICERS),
        decision("a decision with a blank reason", "S:3", 6, "\u{2003}\t", &OFFICERS),
        decision("a decision for another station's reading", "S:3", 4, "why", &OFFICERS),
        decision("a decision for a reading of no unit", "X", 4, "why", &OFFICERS),
        decision("a decision for what is no reading", "S:3", 2, "why", &OFFICERS),
        decision("a decision by one officer", "S:3", 6, "why", &["jansen"]),
        decision("a decision by members", "S:3", 6, "why", &["S:3/1", "S:3/2"]),
        decision("a decision by an officer who has left", "S:3", 6, "why", &["jansen", "bakker"]),
        log("the decision left out", |t| drop(t.entries.remove(8))),
        log("the decision withheld", |t| t.hide(8)),
        log("a correction of what was not chosen", |t| {
            let first = id_of(&t.entries[6].note);
            t.put(10, t.pen.correction("S:3", "E.1=15", first));
        }),
        log("a fork after all: holds", |t| t.push(t.pen.returns("S:3", "E.1=77"))),
    ]
}

fn of_early() -> Vec<Row> {
    vec![
        log("nothing released: holds", |_| ()),
        log("a text before its release", |t| t.show(2)),
        log("all texts before any release", |t| (2..4).for_each(|at| t.show(at))),
        log("a text of the area that is not released", |t| {
            t.push(t.pen.release("A", RELEASE));
            t.show(2);
            t.show(3);
        }),
        log("the texts of the area that is released: holds", |t| {
            t.push(t.pen.release("A", RELEASE));
            t.show(2);
        }),
        log("a decision before its release", |t| {
            let chosen = id_of(&t.entries[2].note);
            t.push(t.pen.decision("S:1", chosen));
        }),
        log_and(
            "figures before any release",
            |_| (),
            |b| {
                b.edit("data/tally.json", "\"tallies\":{", "\"tallies\":{\"x\":1,");
            },
        ),
    ]
}

fn of_silence() -> Vec<Row> {
    vec![
        log("nothing but the definition: holds", |_| ()),
        log("keys before there is anything to show", |t| t.show(1)),
        log("keys with the first turnout: holds", |t| {
            t.show(1);
            t.push(t.pen.turnout("S:1", 40, 0));
        }),
    ]
}

fn of_municipalities() -> Vec<Row> {
    let typed = |name, code: &'static str, number: i64| {
        log(name, move |t| {
            let note = String::from_utf8(t.entries[3].note.clone()).unwrap();
            let text = note.split_once("\n\n").unwrap().0;
            let at = format!("\"{code}\":");
            let (start, rest) = text.split_once(&at).unwrap();
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let changed = format!("{start}{at}{number}{rest}\n\n");
            t.put(3, signed_by(changed.as_bytes(), &["9999::SB2/1", "9999::SB2/2"]));
        })
    };
    vec![
        log("a council: holds", |_| ()),
        typed("a box ticked twice", "equal", 2),
        typed("another figure, signed for: holds", "D", 1),
        log("a station withheld: holds", |t| t.hide(4)),
        log("the keys of a station used for another", |t| {
            let note = signed_by(&t.entries[3].note, &["9999::SB1/1", "9999::SB1/2"]);
            t.put(3, note);
        }),
    ]
}

fn of_caucuses() -> Vec<Row> {
    vec![
        log("rooms: holds", |_| ()),
        log("a room withheld: holds", |t| t.hide(3)),
        log("a figure that is worked out, typed", |t| {
            let note = String::from_utf8(t.entries[3].note.clone()).unwrap();
            let text = note.split_once("\n\n").unwrap().0;
            let code = t.night.ledger.board().forms().layouts()[0].fields.iter();
            let code = code.rev().find(|field| !field.is_on_paper()).unwrap().code.clone();
            let changed = text.replacen("\"counts\":{", &format!("\"counts\":{{\"{code}\":1,"), 1);
            let unit = t.night.ledger.board().forms().election().units();
            let unit =
                unit.all().find(|(_, unit)| text.contains(&format!("\"unit\":\"{}\"", unit.id)));
            let by = ["1", "2"].map(|person| format!("{}/{person}", unit.unwrap().1.id));
            let changed = format!("{changed}\n\n");
            t.put(3, signed_by(changed.as_bytes(), &[&by[0], &by[1]]));
        }),
    ]
}
