//! Lies about who may sign.

use record::body::{KeyAction, MemberKey};

use super::{
    Lies, Row,
    bases::{keys, member},
    log, of,
    told::Told,
};
use crate::tests::night::{OFFICERS, RELEASE, sign};
use record::{Body, Digest, body};

pub(super) fn lies() -> Lies {
    let mut lies = of("night", enrolled().into_iter().chain(used()));
    lies.extend(of("decided", revoked()));
    lies
}

fn record(t: &Told, action: KeyAction, all: &[MemberKey], by: &[&str]) -> Vec<u8> {
    keys(t.night.definition(), action, all, by)
}

fn enrol(
    name: &'static str,
    by: &'static [&'static str],
    all: impl Fn() -> Vec<MemberKey> + 'static,
) -> Row {
    log(name, move |t| t.push(record(t, KeyAction::Enrol, &all(), by)))
}

fn enrolled() -> Vec<Row> {
    let new = || vec![member("new", "S:2", "S:2/new")];
    let with_vkey = |vkey: &'static str| {
        move || vec![MemberKey { vkey: vkey.to_owned(), ..member("new", "S:2", "S:2/new") }]
    };
    vec![
        enrol("a key more: holds", &OFFICERS, new),
        enrol("no key: holds", &OFFICERS, Vec::new),
        enrol("a key enrolled by one officer", &["jansen"], new),
        enrol("a key enrolled by one officer twice", &["jansen", "jansen"], new),
        enrol("a key enrolled by members", &["A/1", "A/2"], new),
        enrol("a key enrolled by an officer and a stranger", &["jansen", "stranger"], new),
        enrol("a key enrolled for nowhere", &OFFICERS, || vec![member("new", "X", "S:2/new")]),
        enrol("a key that is none", &OFFICERS, with_vkey("S:2/new+00000000+AQ==")),
        enrol("a key twice in one record", &OFFICERS, || {
            vec![member("new", "S:2", "S:2/new"), member("other", "S:2", "S:2/new")]
        }),
        enrol("a key that is somebody's already", &OFFICERS, || vec![member("x", "S:3", "S:2/1")]),
        enrol("a key that is its person's already", &OFFICERS, || {
            vec![member("S:2/1", "S:2", "S:2/1")]
        }),
        enrol("an officer's key as a member's", &OFFICERS, || {
            vec![member("jansen", "M", "jansen")]
        }),
        enrol("the log's key as a member's: holds", &OFFICERS, || vec![member("log", "M", "log")]),
        enrol("two persons with one key under two names", &OFFICERS, || {
            let renamed = crate::tests::night::renamed("S:2/1", "S:2/other");
            vec![MemberKey::new("other", "S:2", &renamed)]
        }),
        log("keys that nothing needs, refused first", |t| {
            t.insert(2, record(t, KeyAction::Enrol, &[member("x", "S:3", "S:2/1")], &OFFICERS));
        }),
    ]
}

/// A person's second key is no second person.
fn used() -> Vec<Row> {
    let signed = |t: &mut Told, channel: &str, by: &[&str]| {
        let body = t.pen.reading("S:2", channel, "E.1=0 E.2=9");
        let note = sign(&Body::Returns(body), by);
        t.push(note);
    };
    let two_keys = |person: &'static str, unit: &'static str| {
        move |t: &mut Told| {
            let all = [member(person, unit, "S:2/second")];
            t.push(record(t, KeyAction::Enrol, &all, &OFFICERS));
        }
    };
    let (second, other) = (two_keys("S:2/1", "S:2"), two_keys("third", "S:2"));
    let of_officer = two_keys("jansen", "S:2");
    vec![
        log("a fourth eye that is the second", move |t| {
            second(t);
            signed(t, "app", &["S:2/1", "S:2/second"]);
        }),
        log("a fourth eye of a third person: holds", move |t| {
            other(t);
            signed(t, "app", &["S:2/1", "S:2/second"]);
        }),
        log("an officer's other key as a member's: holds", move |t| {
            of_officer(t);
            signed(t, "app", &["S:2/1", "S:2/second"]);
        }),
        log("a key before it is enrolled", move |t| {
            signed(t, "phone", &["S:2/new"]);
            let all = [member("new", "S:2", "S:2/new")];
            t.push(record(t, KeyAction::Enrol, &all, &OFFICERS));
        }),
        log("a key after it is enrolled: holds", move |t| {
            let all = [member("new", "S:2", "S:2/new")];
            t.push(record(t, KeyAction::Enrol, &all, &OFFICERS));
            signed(t, "phone", &["S:2/new"]);
        }),
        log("a revoked key", move |t| {
            t.push(t.pen.keys(KeyAction::Revoke, &["A/1"]));
            signed(t, "phone", &["A/1"]);
        }),
        log("a revoked key beside two that are not", move |t| {
            t.push(t.pen.keys(KeyAction::Revoke, &["A/1"]));
            signed(t, "app", &["S:2/1", "S:2/2", "A/1"]);
        }),
        log("a revoked key, for voters admitted", move |t| {
            t.push(t.pen.keys(KeyAction::Revoke, &["S:1/1"]));
            t.push(t.pen.turnout("S:1", 99, 9));
        }),
        log("a key revoked after it signed: holds", move |t| {
            signed(t, "phone", &["A/1"]);
            t.push(t.pen.keys(KeyAction::Revoke, &["A/1"]));
        }),
    ]
}

fn revoke(name: &'static str, by: &'static [&'static str], all: fn() -> Vec<MemberKey>) -> Row {
    log(name, move |t| t.push(record(t, KeyAction::Revoke, &all(), by)))
}

/// Here A/1 and the officer bakker are revoked already.
fn revoked() -> Vec<Row> {
    let one = || vec![member("A/2", "A", "A/2")];
    vec![
        revoke("a key less: holds", &OFFICERS, one),
        revoke("a key revoked by one officer", &["jansen"], one),
        revoke("a key revoked by its own person", &["A/2", "A/9"], one),
        revoke("a key revoked that is not enrolled", &OFFICERS, || vec![member("x", "A", "A/x")]),
        revoke("a key revoked again", &OFFICERS, || vec![member("A/1", "A", "A/1")]),
        revoke("another person's key revoked", &OFFICERS, || vec![member("A/9", "A", "A/2")]),
        revoke("a key revoked for another unit", &OFFICERS, || vec![member("A/2", "M", "A/2")]),
        revoke("another key of the name revoked", &OFFICERS, || {
            let vkey = crate::tests::night::renamed("A/x", "A/2");
            vec![MemberKey::new("A/2", "A", &vkey)]
        }),
        revoke("the key revoked under another name", &OFFICERS, || {
            let vkey = crate::tests::night::renamed("A/2", "A/x");
            vec![MemberKey::new("A/2", "A", &vkey)]
        }),
        revoke("one officer too many revoked", &OFFICERS, || {
            vec![member("de-vries", "M", "de-vries")]
        }),
        revoke("an officer revoked for a unit", &OFFICERS, || {
            vec![member("de-vries", "A", "de-vries")]
        }),
        revoke("a key enrolled again that is revoked, as a revocation", &["jansen", "bakker"], one),
        log("a key enrolled again that is revoked", |t| {
            let all = [member("A/1", "A", "A/1")];
            t.push(record(t, KeyAction::Enrol, &all, &OFFICERS));
        }),
        log("an officer who has left releases", |t| {
            let (definition, salt) = (t.night.definition(), Digest::of(b"left"));
            let body = body::Release { definition, made: RELEASE, salt, unit: "B".into() };
            t.push(sign(&Body::Release(body), &["jansen", "bakker"]));
        }),
        log("a key that is revoked signs returns", |t| {
            t.push(t.pen.phoned_by("S:1", "E.1=1 E.2=1", "A/1"));
        }),
    ]
}
