//! Lies about codes, registrars and what a committee saw.

use record::{
    Body, Digest,
    body::{self, KeyAction, MemberKey, Role},
};

use super::{Lies, Row, bases::member, log, of, told::Told};
use crate::tests::night::{OFFICERS, RELEASE, id_of, sign};

const REGISTRARS: [&str; 2] = ["A/r1", "A/r2"];

pub(super) fn lies() -> Lies {
    let codes = of_codes().into_iter().chain(of_lists()).chain(of_registrars());
    let mut lies = of("codes", codes.chain(of_reasons()));
    lies.extend(of("night", of_nobody_asked().into_iter().chain(of_attests())));
    lies.extend(of("silent", of_silence()));
    lies
}

fn enrol(t: &mut Told, keys: &[MemberKey], by: &[&str]) {
    let note = t.pen.keys_by(KeyAction::Enrol, keys, None, by);
    t.push(note);
}

/// One key, asked for with a code and then changed.
fn asked(name: &'static str, code: &'static str, change: impl Fn(&mut MemberKey) + 'static) -> Row {
    log(name, move |t| {
        let mut key = t.pen.asked("S:2/1", code, "S:2/1");
        change(&mut key);
        enrol(t, &[key], &REGISTRARS);
    })
}

/// Of S:2/1 a code waits, which is K3. That of S:1/2 is used, and the first of S:1/1 too.
fn of_codes() -> Vec<Row> {
    vec![
        asked("a key with its code: holds", "K3", |_| ()),
        asked("a key with another code", "K9", |_| ()),
        asked("a key without a code", "K3", |key| (key.opening, key.proof) = (None, None)),
        asked("a key without a proof", "K3", |key| key.proof = None),
        asked("a proof without a code", "K3", |key| key.opening = None),
        asked("a proof that is no base64", "K3", |key| key.proof = Some("?".into())),
        asked("a proof without bytes", "K3", |key| key.proof = Some(String::new())),
        asked("the salt of another code", "K3", |key| {
            key.opening.as_mut().unwrap().salt = Digest::of(b"another");
        }),
        asked("another code than under the proof", "K9", |key| {
            key.opening.as_mut().unwrap().code = "K3".into();
        }),
        asked("a code for another unit", "K3", |key| key.unit = "S:1".into()),
        asked("a code for another person", "K3", |key| key.person = "S:2/2".into()),
        asked("another key than its proof", "K3", |key| {
            key.vkey = member("S:2/1", "S:2", "other").vkey;
        }),
        log("a code that is used already", |t| {
            let key = t.pen.asked("S:1/2", "K2", "tablet");
            enrol(t, &[key], &REGISTRARS);
        }),
        log("a code that another took the place of", |t| {
            let invite = t.pen.invite(&[("S:2/1", "K5")], &REGISTRARS);
            t.push(invite);
            let key = t.pen.asked("S:2/1", "K3", "S:2/1");
            enrol(t, &[key], &REGISTRARS);
        }),
        log("a code that took another's place: holds", |t| {
            let invite = t.pen.invite(&[("S:2/1", "K5")], &REGISTRARS);
            t.push(invite);
            let key = t.pen.asked("S:2/1", "K5", "S:2/1");
            enrol(t, &[key], &REGISTRARS);
        }),
        log("one code for two keys of one record", |t| {
            let keys = ["S:2/1", "tablet"].map(|name| t.pen.asked("S:2/1", "K3", name));
            enrol(t, &keys, &REGISTRARS);
        }),
        log("a code before it is given out", |t| {
            let key = t.pen.asked("S:2/2", "K6", "S:2/2");
            enrol(t, &[key], &REGISTRARS);
            let invite = t.pen.invite(&[("S:2/2", "K6")], &REGISTRARS);
            t.push(invite);
        }),
    ]
}

fn invite(name: &'static str, codes: &'static [(&str, &str)], by: &'static [&str]) -> Row {
    log(name, move |t| {
        let note = t.pen.invite(codes, by);
        t.push(note);
    })
}

fn of_lists() -> Vec<Row> {
    let one: &[(&str, &str)] = &[("S:2/2", "K6")];
    vec![
        invite("codes of registrars: holds", one, &REGISTRARS),
        invite("codes of officers: holds", one, &OFFICERS),
        invite("no codes: holds", &[], &REGISTRARS),
        invite("codes of one registrar", one, &["A/r1"]),
        invite("codes of one registrar twice", one, &["A/r1", "A/r1"]),
        invite("codes of a registrar and an officer", one, &["A/r1", "jansen"]),
        invite("codes of members", one, &["S:1/1", "S:1/2"]),
        invite("codes for another area", &[("S:3/1", "K6")], &REGISTRARS),
        invite("codes for the area above", &[("M/1", "K6")], &REGISTRARS),
        invite("codes for the area itself: holds", &[("A/1", "K6")], &REGISTRARS),
        invite("codes for nowhere", &[("X/1", "K6")], &REGISTRARS),
        invite("a commitment again", &[("S:1/2", "K2")], &REGISTRARS),
        invite("a commitment twice", &[("S:2/2", "K6"), ("S:2/2", "K6")], &REGISTRARS),
        log("a commitment twice, for two persons", |t| {
            let definition = t.night.definition();
            let code = |person: &str| body::Invitation {
                commitment: Digest::of(b"one"),
                person: person.into(),
                unit: "S:2".into(),
            };
            let codes = vec![code("S:2/2"), code("S:2/3")];
            let body = body::Invite { codes, definition, salt: Digest::of(b"salt") };
            t.push(sign(&Body::Invite(body), &REGISTRARS));
        }),
        invite("two codes for one person", &[("S:2/2", "K6"), ("S:2/2", "K7")], &REGISTRARS),
    ]
}

fn of_registrars() -> Vec<Row> {
    let more = |t: &mut Told, by: &[&str]| {
        let invite = t.pen.invite(&[("A/r3", "K7")], &OFFICERS);
        t.push(invite);
        let key = MemberKey { role: Some(Role::Registrar), ..t.pen.asked("A/r3", "K7", "A/r3") };
        enrol(t, &[key], by);
    };
    let gone = |t: &mut Told, by: &[&str]| {
        let keys = [member("A/r2", "A", "A/r2")];
        let note = t.pen.keys_by(KeyAction::Revoke, &keys, None, by);
        t.push(note);
    };
    vec![
        log("a registrar by officers: holds", move |t| more(t, &OFFICERS)),
        log("a registrar by registrars", move |t| more(t, &REGISTRARS)),
        log("a registrar revoked by officers: holds", move |t| gone(t, &OFFICERS)),
        log("a registrar revoked by registrars", move |t| gone(t, &REGISTRARS)),
        log("a revoked registrar gives out codes", move |t| {
            gone(t, &OFFICERS);
            let note = t.pen.invite(&[("S:2/2", "K6")], &REGISTRARS);
            t.push(note);
        }),
        log("keys of registrars for another area", |t| {
            let invite = t.pen.invite(&[("S:3/1", "K7")], &OFFICERS);
            t.push(invite);
            let key = t.pen.asked("S:3/1", "K7", "S:3/1");
            enrol(t, &[key], &REGISTRARS);
        }),
        log("no keys, by a registrar and an officer", |t| enrol(t, &[], &["A/r1", "jansen"])),
        log("no keys, by registrars: holds", |t| enrol(t, &[], &REGISTRARS)),
        log("registrars sign returns", |t| {
            let body = Body::Returns(t.pen.reading_of_two("S:2", "E.1=1 E.2=1"));
            t.push(sign(&body, &REGISTRARS));
        }),
        log("registrars release", |t| {
            let (definition, salt) = (t.night.definition(), Digest::of(b"r"));
            let body = body::Release { definition, made: RELEASE, salt, unit: "A".into() };
            t.push(sign(&Body::Release(body), &REGISTRARS));
        }),
        log("registrars vouch for a range", |t| {
            let ids = vec![id_of(&t.entries[1].note)];
            let note = t.pen.attest("A", (1, 1), ids, &REGISTRARS);
            t.push(note);
        }),
        log("a registrar who is none yet", |t| {
            let note = t.pen.invite(&[("S:2/2", "K6")], &REGISTRARS);
            t.insert(2, note);
        }),
        log("a role in a revocation", |t| {
            let key = MemberKey { role: Some(Role::Registrar), ..member("A/r2", "A", "A/r2") };
            let note = t.pen.keys_by(KeyAction::Revoke, &[key], None, &OFFICERS);
            t.push(note);
        }),
        log("a code in a revocation", |t| {
            let key = t.pen.asked("S:1/2", "K2", "S:1/2");
            let note = t.pen.keys_by(KeyAction::Revoke, &[key], None, &REGISTRARS);
            t.push(note);
        }),
    ]
}

fn of_reasons() -> Vec<Row> {
    let reason = |name, reason: &'static str| {
        log(name, move |t: &mut Told| {
            let keys = [member("S:1/2", "S:1", "S:1/2")];
            let note = t.pen.keys_by(KeyAction::Revoke, &keys, Some(reason), &REGISTRARS);
            t.push(note);
        })
    };
    vec![
        reason("a reason of white space: holds", " \u{a0}"),
        reason("a reason like a formula: holds", "=1+1, \"x\"\nand more"),
        log("people and keys like formulas: holds", |t| {
            let note = t.pen.invite(&[("S:2/2", "K6")], &REGISTRARS);
            t.push(note);
            let (definition, salt) = (t.night.definition(), Digest::of(b"formula"));
            let codes = [("-1", b"1"), ("@x\ny", b"2"), ("\t\"=", b"3")].map(|(person, code)| {
                let (person, unit) = (person.into(), "S:2".into());
                body::Invitation { commitment: Digest::of(code), person, unit }
            });
            let body = body::Invite { codes: codes.into(), definition, salt };
            t.push(sign(&Body::Invite(body), &REGISTRARS));
            let key = t.pen.asked("S:2/2", "K6", "=1,\"2\"");
            enrol(t, &[key], &REGISTRARS);
        }),
    ]
}

/// Here codes are not asked for, and there are no registrars.
fn of_nobody_asked() -> Vec<Row> {
    vec![
        log("a code where none is asked for: holds", |t| {
            let invite = t.pen.invite(&[("S:2/3", "K")], &OFFICERS);
            t.push(invite);
            let key = t.pen.asked("S:2/3", "K", "S:2/3");
            enrol(t, &[key], &OFFICERS);
        }),
        log("a wrong code where none is asked for", |t| {
            let key = t.pen.asked("S:2/3", "K", "S:2/3");
            enrol(t, &[key], &OFFICERS);
        }),
        log("a registrar where there are none", |t| {
            let key = MemberKey { role: Some(Role::Registrar), ..member("A/r1", "A", "A/r1") };
            enrol(t, &[key], &OFFICERS);
        }),
    ]
}

fn attest(
    name: &'static str,
    unit: &'static str,
    (first, last): (u64, u64),
    by: &'static [&'static str],
) -> Row {
    log(name, move |t| {
        let there = (0..).zip(&t.entries).filter(|(at, _)| (first..=last).contains(at));
        let ids = there.map(|(_, entry)| Digest::from_bytes(entry.leaf)).collect();
        let note = t.pen.attest(unit, (first, last), ids, by);
        t.push(note);
    })
}

/// Nothing is public but the definition: a range could not be checked.
fn of_silence() -> Vec<Row> {
    let members: &[&str] = &["A/1", "A/2"];
    vec![
        attest("a range before anything is shown", "A", (0, 1), members),
        log("a range before anything is shown, with its keys", |t| {
            t.show(1);
            let ids = t.leaves().into_iter().map(Digest::from_bytes).collect();
            let note = t.pen.attest("A", (0, 1), ids, &["A/1", "A/2"]);
            t.push(note);
        }),
        log("a range that is withheld: holds", |t| {
            let ids = t.leaves().into_iter().map(Digest::from_bytes).collect();
            let note = t.pen.attest("A", (0, 1), ids, &["A/1", "A/2"]);
            t.push(note);
            t.hide(2);
        }),
    ]
}

/// In this night positions 7 and 8 are withheld.
fn of_attests() -> Vec<Row> {
    let members: &[&str] = &["A/1", "A/2"];
    vec![
        attest("a range vouched for: holds", "A", (1, 6), members),
        attest("a range with withheld texts: holds", "A", (0, 10), members),
        attest("one position vouched for: holds", "S:1", (7, 7), members),
        attest("a range of a unit that is held: holds", "S:4", (1, 3), &["S:4/1", "S:4/2"]),
        attest("a range up to its own record", "A", (0, 11), members),
        attest("a range beyond the log", "A", (0, u64::MAX), members),
        attest("a range backwards", "A", (4, 2), members),
        attest("a range vouched for by one", "A", (1, 6), &["A/1"]),
        attest("a range vouched for by one twice", "A", (1, 6), &["A/1", "A/1"]),
        attest("a range vouched for by officers", "A", (1, 6), &OFFICERS),
        attest("a range vouched for by another unit's", "B", (1, 6), members),
        attest("a range vouched for, for nowhere", "X", (1, 6), members),
        log("a range with a record dropped after it was vouched for", |t| {
            let ids = t.leaves().into_iter().map(Digest::from_bytes).collect();
            let note = t.pen.attest("A", (0, 10), ids, &["A/1", "A/2"]);
            t.entries.remove(10);
            t.push(note);
        }),
        log("a range with a record changed after it was vouched for", |t| {
            let ids = t.leaves().into_iter().map(Digest::from_bytes).collect();
            let note = t.pen.attest("A", (0, 10), ids, &["A/1", "A/2"]);
            t.push(note);
            t.entries[8].leaf = [7; 32];
        }),
        log("records in another order after they were vouched for: holds", |t| {
            let ids = t.leaves().into_iter().map(Digest::from_bytes).collect();
            let note = t.pen.attest("A", (0, 10), ids, &["A/1", "A/2"]);
            t.push(note);
            t.entries.swap(7, 8);
        }),
    ]
}
