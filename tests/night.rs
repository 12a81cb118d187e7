// A small election night of real signed records, for the tests of the crates from `publish` on.
//
// A test takes this file in by its path:
//
//     #[path = "../../../tests/night.rs"]
//     mod night;
//
// Keys and salts follow from names, so a night is the same bytes every time.
#![allow(dead_code, reason = "each crate uses its own part")]

use std::{collections::BTreeMap, sync::Arc};

use election::{Mode, UnitIndex, UnitTable};
use record::{
    Body, Digest, Draft, Record, RecordId,
    body::{self, KeyAction, Role},
    enrolment::{self, Claim},
    note::SigningKey,
};
use serde_json::{Value, json};
use tally::{Access, Ledger, Rulebook, prepare};
use tlog::{Checkpoint, Tree, leaf_hash};

/// Two areas of two stations; list 2 stands in area A only.
const UNITS: &str = "\
id,kind,parent,name,weight
M,municipality,,Whole,
A,area,M,North,
S:1,station,A,School,10
S:2,station,A,Church,20
B,area,M,South,
S:3,station,B,Library,30
S:4,station,B,Market,40
";

/// The release moment: 29 October 2025 at nine in the evening, in the Netherlands.
pub(crate) const RELEASE: i64 = 1_761_768_000;
/// Two of the three officers.
pub(crate) const OFFICERS: [&str; 2] = ["jansen", "de-vries"];
/// Where members are: two for each, by the names `UNIT/1` and `UNIT/2`.
const MEMBERS: [&str; 5] = ["S:1", "S:2", "S:3", "S:4", "A"];

fn head() -> Value {
    json!({
        "id": "test",
        "name": {"nl": "Proef", "en": "Test"},
        "languages": ["nl", "en"],
        "calendar": {
            "zone": "Europe/Amsterdam",
            "polls_close": "2025-10-29T21:00:00+01:00",
            "release": "2025-10-29T21:00:00+01:00",
        },
        "kinds": [
            {"id": "municipality", "one": "municipality", "many": "municipalities"},
            {"id": "area", "one": "area", "many": "areas"},
            {"id": "station", "one": "station", "many": "stations"},
        ],
        "attributes": [{"id": "weight", "kind": "count"}],
        "selections": {
            "figures": [{"id": "blank", "name": {"nl": "blanco", "en": "blank"}}],
            "lists": [{"id": "1", "name": "Red"}, {"id": "2", "name": "Blue", "in": ["A"]}],
        },
        "contests": [
            {"id": "votes", "name": "Votes", "selections": "lists"},
            {"id": "points", "name": "Points", "selections": "lists", "decimals": 1},
            {"id": "ballots", "name": "Ballots", "selections": "figures"},
        ],
        "heard": {"attribute": "weight", "name": "weight"},
        "forms": [{
            "id": "form",
            "name": "Form",
            "kinds": ["station"],
            "sections": [
                {"id": "lists", "name": "Lists", "body": {
                    "kind": "selections", "contest": "votes", "prefix": "E.",
                }},
                {"id": "points", "name": "Points", "body": {
                    "kind": "selections", "contest": "points", "prefix": "P.",
                    "presence": "optional",
                }},
                {"id": "rest", "name": "Rest", "body": {"kind": "fields", "fields": [{
                    "code": "F", "name": "blank", "presence": "optional",
                    "counts": {"contest": "ballots", "selection": "blank"},
                }]}},
            ],
            "rules": [{
                "code": "F.1", "severity": "error", "source": "N 1",
                "text": {"nl": "E.1 is {found}.", "en": "E.1 is {found}, not {expected}."},
                "check": {"kind": "not-zero", "field": "E.1"},
            }],
        }],
        "across": [{
            "code": "W.001", "severity": "warning", "source": "", "text": "{expected} or {found}",
            "check": {"kind": "readings-agree"},
        }, {
            "code": "D1", "severity": "warning", "source": "", "text": "as {found}",
            "check": {"kind": "no-copy", "sections": ["lists"], "above": 100},
        }],
        "signatures": {
            "channels": {"app": {"persons": 2}, "phone": {"persons": 1}},
            "officers": 2,
        },
    })
}

/// The definition as it is, for tests that change something in it.
pub(crate) fn definition() -> body::Definition {
    let mut rows = UNITS.lines().map(|row| row.split(','));
    let columns = rows.next().unwrap().map(str::to_owned).collect();
    let officer = |person: &str| body::Officer { person: person.into(), vkey: vkey(person) };
    body::Definition {
        head: head(),
        log: vkey("log"),
        mode: Mode::Rehearsal,
        officers: ["jansen", "de-vries", "bakker"].map(officer).into(),
        publisher: vkey("publisher"),
        salt: Digest::of(b"salt"),
        units: UnitTable { columns, rows: rows.collect() },
    }
}

/// The same with two registrars to sign for an area, and one-time codes for everybody.
pub(crate) fn definition_with_codes() -> body::Definition {
    let mut definition = definition();
    definition.head["signatures"]["registrars"] = 2.into();
    definition.head["signatures"]["codes"] = true.into();
    definition
}

/// A key from its name.
pub(crate) fn key(name: &str) -> SigningKey {
    let seed = *Digest::of(name.as_bytes()).as_bytes();
    SigningKey::ed25519(name.parse().unwrap(), &seed).unwrap()
}

fn vkey(name: &str) -> String {
    key(name).public().vkey().to_string()
}

/// The key of one name, as a vkey that says another.
pub(crate) fn renamed(name: &str, other: &str) -> String {
    let seed = *Digest::of(name.as_bytes()).as_bytes();
    SigningKey::ed25519(other.parse().unwrap(), &seed).unwrap().public().vkey().to_string()
}

/// What hid the code of a person.
fn hidden(person: &str) -> Digest {
    Digest::of(format!("hides {person}").as_bytes())
}

/// A record of these signers.
pub(crate) fn sign(body: &Body, signers: &[&str]) -> Vec<u8> {
    let keys: Vec<SigningKey> = signers.iter().map(|name| key(name)).collect();
    Draft::new(body).unwrap().sign(&keys.iter().collect::<Vec<_>>()).unwrap()
}

/// Writes records under one definition.
#[derive(Clone, Copy)]
pub(crate) struct Pen(RecordId);

impl Pen {
    /// Keys of persons, `UNIT/NUMBER` each, that come or go.
    pub(crate) fn keys(self, action: KeyAction, persons: &[&str]) -> Vec<u8> {
        let member = |person: &&str| {
            body::MemberKey::new(person, person.split('/').next().unwrap(), &vkey(person))
        };
        let keys = persons.iter().map(member).collect();
        let salt = Digest::of(persons.concat().as_bytes());
        sign(
            &Body::Key(body::Keys { action, definition: self.0, keys, reason: None, salt }),
            &OFFICERS,
        )
    }

    /// A code for each person, `UNIT/NAME`, signed by these.
    pub(crate) fn invite(self, codes: &[(&str, &str)], by: &[&str]) -> Vec<u8> {
        let invitation = |(person, code): &(&str, &str)| {
            let claim = self.claim(person, code);
            let commitment = enrolment::commitment(&claim, hidden(person)).unwrap();
            body::Invitation { commitment, person: (*person).into(), unit: claim.unit.into() }
        };
        let salt = Digest::of(format!("{codes:?}").as_bytes());
        let codes = codes.iter().map(invitation).collect();
        sign(&Body::Invite(body::Invite { codes, definition: self.0, salt }), by)
    }

    fn claim<'a>(self, person: &'a str, code: &'a str) -> Claim<'a> {
        Claim { code, definition: self.0, person, unit: person.split('/').next().unwrap() }
    }

    /// A person's key of a name, asked for with a code.
    pub(crate) fn asked(self, person: &str, code: &str, name: &str) -> body::MemberKey {
        let claim = self.claim(person, code);
        body::MemberKey {
            opening: Some(body::Opening { code: code.into(), salt: hidden(person) }),
            proof: Some(enrolment::prove(&claim, &key(name)).unwrap()),
            ..body::MemberKey::new(person, claim.unit, &vkey(name))
        }
    }

    /// Keys that come or go, for a reason, signed by these.
    pub(crate) fn keys_by(
        self,
        action: KeyAction,
        keys: &[body::MemberKey],
        reason: Option<&str>,
        by: &[&str],
    ) -> Vec<u8> {
        let (definition, reason) = (self.0, reason.map(str::to_owned));
        let salt = Digest::of(format!("{keys:?} {reason:?}").as_bytes());
        sign(&Body::Key(body::Keys { action, definition, keys: keys.into(), reason, salt }), by)
    }

    /// The members that every night begins with.
    pub(crate) fn members(self) -> Vec<u8> {
        self.members_of(&MEMBERS)
    }

    /// Two members for each of these units.
    pub(crate) fn members_of(self, units: &[&str]) -> Vec<u8> {
        let persons = units.iter().flat_map(|unit| [format!("{unit}/1"), format!("{unit}/2")]);
        let persons: Vec<String> = persons.collect();
        self.keys(KeyAction::Enrol, &persons.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What a first reading of a form by one person says; the counts as in `E.1=5 E.2=3`.
    pub(crate) fn reading(self, unit: &str, channel: &str, counts: &str) -> body::Returns {
        let cells = counts.split_whitespace().map(|cell| cell.split_once('=').unwrap());
        body::Returns {
            channel: channel.into(),
            counts: cells.map(|(code, n)| (code.to_owned(), n.parse().unwrap())).collect(),
            definition: self.0,
            devices: 1,
            made: Some(RELEASE - 60),
            photo: None,
            prev: None,
            reason: None,
            salt: Digest::of(format!("{unit} {channel} {counts}").as_bytes()),
            seq: 1,
            unit: unit.into(),
        }
    }

    /// The same by two, each on a device of their own.
    pub(crate) fn reading_of_two(self, unit: &str, counts: &str) -> body::Returns {
        body::Returns { devices: 2, ..self.reading(unit, "app", counts) }
    }

    /// The first reading of a station's own two members.
    pub(crate) fn returns(self, unit: &str, counts: &str) -> Vec<u8> {
        let (one, two) = (format!("{unit}/1"), format!("{unit}/2"));
        sign(&Body::Returns(self.reading_of_two(unit, counts)), &[&one, &two])
    }

    /// The same, correcting the reading before it.
    pub(crate) fn correction(self, unit: &str, counts: &str, prev: RecordId) -> Vec<u8> {
        let (one, two) = (format!("{unit}/1"), format!("{unit}/2"));
        let reading = self.reading_of_two(unit, counts);
        let reason = Some("hertelling".to_owned());
        let body = body::Returns { prev: Some(prev), reason, seq: 2, ..reading };
        sign(&Body::Returns(body), &[&one, &two])
    }

    /// A reading by telephone, of somebody of area A.
    pub(crate) fn phoned(self, unit: &str, counts: &str) -> Vec<u8> {
        self.phoned_by(unit, counts, "A/1")
    }

    /// A reading by telephone, of one person.
    pub(crate) fn phoned_by(self, unit: &str, counts: &str, by: &str) -> Vec<u8> {
        sign(&Body::Returns(self.reading(unit, "phone", counts)), &[by])
    }

    /// Voters admitted up to a moment.
    pub(crate) fn turnout(self, unit: &str, admitted: i64, made: i64) -> Vec<u8> {
        let body = body::Turnout {
            admitted,
            channel: "app".into(),
            definition: self.0,
            made,
            salt: Digest::of(format!("{unit} {admitted} {made}").as_bytes()),
            seq: 1,
            unit: unit.into(),
        };
        sign(&Body::Turnout(body), &[&format!("{unit}/1"), &format!("{unit}/2")])
    }

    /// Members of a unit vouch for a range of the log that holds these ids.
    pub(crate) fn attest(
        self,
        unit: &str,
        (first, last): (u64, u64),
        ids: Vec<RecordId>,
        by: &[&str],
    ) -> Vec<u8> {
        let (definition, hash) = (self.0, body::Attest::hash_of(ids));
        let salt = Digest::of(format!("{unit} {first} {last} {by:?}").as_bytes());
        let body = body::Attest { definition, first, hash, last, salt, unit: unit.into() };
        sign(&Body::Attest(body), by)
    }

    /// Officers choose a reading.
    pub(crate) fn decision(self, unit: &str, chosen: RecordId) -> Vec<u8> {
        let (definition, reason) = (self.0, "hertelling".to_owned());
        let salt = Digest::of(format!("{unit} {chosen}").as_bytes());
        let body = body::Decision { chosen, definition, reason, salt, unit: unit.into() };
        sign(&Body::Decision(body), &OFFICERS)
    }

    /// Officers release a unit and all inside it.
    pub(crate) fn release(self, unit: &str, made: i64) -> Vec<u8> {
        let salt = Digest::of(format!("{unit} {made}").as_bytes());
        let body = body::Release { definition: self.0, made, salt, unit: unit.into() };
        sign(&Body::Release(body), &OFFICERS)
    }
}

/// The id of a record from its bytes.
pub(crate) fn id_of(note: &[u8]) -> RecordId {
    Record::parse(note).unwrap().id
}

/// A definition as officers sign it, with the pen for records under it.
pub(crate) fn signed(definition: body::Definition) -> (Vec<u8>, Pen) {
    let note = sign(&Body::Definition(Box::new(definition)), &OFFICERS);
    let pen = Pen(id_of(&note));
    (note, pen)
}

/// A log as the room knows it: every record, sealed or not.
#[derive(Clone)]
pub(crate) struct Night {
    pub(crate) pen: Pen,
    pub(crate) ledger: Ledger,
    /// The records by position.
    pub(crate) notes: Vec<Vec<u8>>,
    access: Vec<Access>,
}

impl Night {
    /// The definition, and two persons for each station and for area A.
    pub(crate) fn new() -> Self {
        Self::of(definition())
    }

    /// The same under another definition.
    pub(crate) fn of(definition: body::Definition) -> Self {
        Self::with(definition, &MEMBERS)
    }

    /// The same with members of other units.
    pub(crate) fn with(definition: body::Definition, units: &[&str]) -> Self {
        let mut night = Self::bare(definition);
        night.take(night.pen.members_of(units));
        night
    }

    /// A definition, and nobody but its officers.
    pub(crate) fn bare(definition: body::Definition) -> Self {
        let (note, pen) = signed(definition);
        let rulebook = Rulebook::new(&Record::parse(&note).unwrap()).unwrap();
        let ledger = Ledger::new(Arc::new(rulebook));
        Self { pen, ledger, notes: vec![note], access: vec![Access::Open] }
    }

    /// Takes the next record of the log in.
    #[track_caller]
    pub(crate) fn take(&mut self, note: Vec<u8>) -> RecordId {
        self.access.push(fold(&mut self.ledger, &note, self.notes.len() as u64));
        self.notes.push(note);
        id_of(self.notes.last().unwrap())
    }

    /// The first reading of a station's own two members.
    pub(crate) fn returns(&mut self, unit: &str, counts: &str) -> RecordId {
        self.take(self.pen.returns(unit, counts))
    }

    /// What a committee signs that vouches for a range of this log as it is.
    pub(crate) fn attest(&self, unit: &str, first: u64, last: u64) -> Vec<u8> {
        let ids = (0..).zip(&self.notes).filter(|(at, _)| (first..=last).contains(at));
        let ids = ids.map(|(_, note)| id_of(note)).collect();
        self.pen.attest(unit, (first, last), ids, &[&format!("{unit}/1"), &format!("{unit}/2")])
    }

    /// The release of a unit at the release moment.
    pub(crate) fn release(&mut self, unit: &str) -> RecordId {
        self.take(self.pen.release(unit, RELEASE))
    }

    pub(crate) fn definition(&self) -> RecordId {
        self.ledger.rulebook().definition()
    }

    pub(crate) fn unit(&self, id: &str) -> UnitIndex {
        self.ledger.rulebook().election().units().find(id).unwrap()
    }

    /// The texts that the public may read now, by position.
    pub(crate) fn open(&self) -> BTreeMap<u64, Vec<u8>> {
        let is_open = |access: &Access| access.is_public(self.ledger.board());
        let all = (0..).zip(self.access.iter().zip(&self.notes));
        all.filter(|(_, (access, _))| is_open(access)).map(|(p, (_, n))| (p, n.clone())).collect()
    }

    /// The fold over those texts alone.
    pub(crate) fn public(&self) -> Ledger {
        let mut ledger = Ledger::new(Arc::clone(self.ledger.rulebook()));
        for (position, note) in self.open().into_iter().skip(1) {
            fold(&mut ledger, &note, position);
        }
        ledger
    }

    /// The leaves.
    pub(crate) fn entries(&self) -> Vec<[u8; 32]> {
        self.notes.iter().map(|note| *id_of(note).as_bytes()).collect()
    }
}

#[track_caller]
fn fold(ledger: &mut Ledger, note: &[u8], position: u64) -> Access {
    let record = Record::parse(note).unwrap();
    let signers = ledger.keys().signers(&record.note).unwrap();
    ledger.keys().check(&record.note, &signers).unwrap();
    let prepared = prepare(ledger.rulebook(), &record).unwrap();
    let admission = ledger.judge(prepared, &signers).unwrap();
    let access = Access::of(admission.what());
    ledger.apply(admission, position);
    access
}

/// The tree over leaves.
pub(crate) fn tree(entries: &[[u8; 32]]) -> Tree {
    let mut tree = Tree::default();
    for entry in entries {
        tree.append(leaf_hash(entry));
    }
    tree
}

/// A checkpoint over leaves, by a key of this name.
pub(crate) fn checkpoint(entries: &[[u8; 32]], by: &str) -> Vec<u8> {
    let (key, size) = (key(by), entries.len() as u64);
    let root = tree(entries).root_at(size).unwrap();
    Checkpoint::new(key.public().name().clone(), size, root).sign(&key).unwrap()
}

/// A night whose keys all came by codes: area A has registrars, who enrol the members of its
/// stations; one of them loses a phone and gets another.
pub(crate) fn night_of_codes() -> Night {
    let mut night = Night::bare(definition_with_codes());
    let (pen, officers, registrars) = (night.pen, OFFICERS.as_slice(), ["A/r1", "A/r2"].as_slice());
    night.take(pen.invite(&[("A/r1", "ONE"), ("A/r2", "TW0")], officers));
    let registrar = |person, code| body::MemberKey {
        role: Some(Role::Registrar),
        ..pen.asked(person, code, person)
    };
    let both = [registrar("A/r1", "ONE"), registrar("A/r2", "TW0")];
    night.take(pen.keys_by(KeyAction::Enrol, &both, None, officers));
    night.take(pen.invite(&[("S:1/1", "K1"), ("S:1/2", "K2"), ("S:2/1", "K3")], registrars));
    let members = [pen.asked("S:1/1", "K1", "phone"), pen.asked("S:1/2", "K2", "S:1/2")];
    night.take(pen.keys_by(KeyAction::Enrol, &members, None, registrars));
    let lost = body::MemberKey::new("S:1/1", "S:1", &vkey("phone"));
    let why = Some("left on a train");
    night.take(pen.keys_by(KeyAction::Revoke, &[lost], why, registrars));
    night.take(pen.invite(&[("S:1/1", "K4")], registrars));
    let found = [pen.asked("S:1/1", "K4", "S:1/1")];
    night.take(pen.keys_by(KeyAction::Enrol, &found, Some("a new phone"), registrars));
    night
}
