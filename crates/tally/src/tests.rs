//! Tests of the fold: whole nights of real signed records, and what follows from them.

mod keys;
mod readings;
mod refusals;
mod registration;
mod rulebook;
mod sums;

use std::{collections::BTreeMap, sync::Arc};

use election::UnitIndex;
use record::{
    Body, Digest, Draft, Record, RecordId, body,
    note::{KeyName, SigningKey},
};
use serde_json::{Value, json};

use crate::{Assurance, Contradiction, Ledger, Refusal, Rulebook, prepare};

/// Two areas of two stations; list 2 stands in area A only.
const UNITS: &str = "\
id,kind,parent,name,weight
M,municipality,,Whole,
A,area,M,A,
S1,station,A,S1,10
S2,station,A,S2,20
B,area,M,B,
S3,station,B,S3,30
S4,station,B,S4,40
";

const RELEASE: i64 = 1_761_768_000;

fn head() -> Value {
    json!({
        "id": "test",
        "name": "Test",
        "languages": ["nl", "en"],
        "calendar": {
            "zone": "Europe/Amsterdam",
            "polls_close": "2025-10-29T21:00:00+01:00",
            "release": "2025-10-29T21:00:00+01:00",
        },
        "kinds": [
            {"id": "municipality", "one": "", "many": ""},
            {"id": "area", "one": "", "many": ""},
            {"id": "station", "one": "", "many": ""},
        ],
        "attributes": [{"id": "weight", "kind": "count"}],
        "selections": {
            "lists": [{"id": "1", "name": "Red"}, {"id": "2", "name": "Blue", "in": ["A"]}],
            "figures": [{"id": "blank", "name": "blank"}],
        },
        "contests": [
            {"id": "votes", "name": "Votes", "selections": "lists"},
            {"id": "ballots", "name": "Ballots", "selections": "figures"},
        ],
        "heard": {"attribute": "weight", "name": "weight"},
        "forms": [{
            "id": "form",
            "name": "Form",
            "kinds": ["station"],
            "sections": [
                {"id": "lists", "name": "", "body": {
                    "kind": "selections", "contest": "votes", "prefix": "E.",
                }},
                {"id": "rest", "name": "", "body": {"kind": "fields", "fields": [{
                    "code": "F", "name": "", "presence": "optional",
                    "counts": {"contest": "ballots", "selection": "blank"},
                }]}},
            ],
            "rules": [{
                "code": "F.1", "severity": "error", "source": "", "text": "",
                "check": {"kind": "not-zero", "field": "E.1"},
            }],
        }],
        "across": [{
            "code": "W.001", "severity": "warning", "source": "", "text": "",
            "check": {"kind": "readings-agree"},
        }],
        "signatures": {
            "channels": {"app": {"persons": 2}, "phone": {"persons": 1}},
            "officers": 2,
        },
    })
}

/// A key from its name, so that no two tests differ in their keys.
fn key(name: &str) -> SigningKey {
    let seed = *Digest::of(name.as_bytes()).as_bytes();
    SigningKey::ed25519(name.parse::<KeyName>().unwrap(), &seed).unwrap()
}

fn vkey(name: &str) -> String {
    key(name).public().vkey().to_string()
}

/// Found by trying: two keys of one name whose ids of four bytes are the same.
fn look_alikes() -> [SigningKey; 2] {
    [36_269_u32, 47_097].map(|number| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        SigningKey::ed25519("S1/9".parse().unwrap(), &seed).unwrap()
    })
}

fn officer(person: &str) -> body::Officer {
    body::Officer { person: person.into(), vkey: vkey(person) }
}

fn definition() -> body::Definition {
    let rows: Vec<Vec<String>> =
        UNITS.lines().map(|row| row.split(',').map(str::to_owned).collect()).collect();
    body::Definition {
        head: head(),
        log: vkey("log"),
        mode: election::Mode::Rehearsal,
        officers: vec![officer("jansen"), officer("de-vries"), officer("bakker")],
        publisher: vkey("publisher"),
        salt: Digest::of(b"salt"),
        units: election::UnitTable { columns: rows[0].clone(), rows: rows[1..].iter().collect() },
    }
}

fn sign(body: &Body, signers: &[&str]) -> Vec<u8> {
    let keys: Vec<SigningKey> = signers.iter().map(|name| key(name)).collect();
    Draft::new(body).unwrap().sign(&keys.iter().collect::<Vec<_>>()).unwrap()
}

/// A member's key of the same name as the member, `UNIT/NUMBER`.
fn member(person: &str) -> body::MemberKey {
    let unit = person.split('/').next().unwrap().to_owned();
    body::MemberKey::new(person, &unit, &vkey(person))
}

const OFFICERS: [&str; 2] = ["jansen", "de-vries"];

/// A log as it grows.
struct Night {
    ledger: Ledger,
    /// Records so far, which is the position of the next.
    position: u64,
}

/// A reading of a form before it is signed.
#[derive(Clone)]
struct Typed<'a> {
    unit: &'a str,
    channel: &'a str,
    seq: u32,
    counts: &'a str,
    prev: Option<RecordId>,
    reason: Option<&'a str>,
    /// `None`: each signer on a device of their own.
    devices: Option<u8>,
}

fn typed<'a>(unit: &'a str, channel: &'a str, seq: u32, counts: &'a str) -> Typed<'a> {
    Typed { unit, channel, seq, counts, prev: None, reason: None, devices: None }
}

/// `E.1=5 E.2=3`
fn counts(text: &str) -> BTreeMap<String, i64> {
    let cells = text.split_whitespace().map(|cell| cell.split_once('=').unwrap());
    cells.map(|(code, number)| (code.to_owned(), number.parse().unwrap())).collect()
}

impl Night {
    /// The definition, and two persons for each station and for area A.
    fn new() -> Self {
        let mut night = Self::of(definition());
        let units = ["S1", "S2", "S3", "S4", "A"];
        let members = units.iter().flat_map(|unit| [format!("{unit}/1"), format!("{unit}/2")]);
        let members: Vec<_> = members.map(|person| member(&person)).collect();
        night.keys(body::KeyAction::Enrol, &members, &OFFICERS).unwrap();
        night
    }

    /// A definition, and nobody but its officers.
    fn of(definition: body::Definition) -> Self {
        let bytes = sign(&Body::Definition(Box::new(definition)), &OFFICERS);
        let rulebook = Rulebook::new(&Record::parse(&bytes).unwrap()).unwrap();
        Self { ledger: Ledger::new(Arc::new(rulebook)), position: 1 }
    }

    /// The whole way of a record: read, signatures found and checked, judged, applied.
    fn take(&mut self, bytes: &[u8]) -> Result<RecordId, Refusal> {
        let record = Record::parse(bytes).unwrap();
        let signers = self.ledger.keys().signers(&record.note)?;
        self.ledger.keys().check(&record.note, &signers)?;
        let prepared = prepare(self.ledger.rulebook(), &record)?;
        let admission = self.ledger.judge(prepared, &signers)?;
        assert_eq!(admission.id(), record.id);
        self.ledger.apply(admission, self.position);
        self.position += 1;
        Ok(record.id)
    }

    fn definition(&self) -> RecordId {
        self.ledger.rulebook().definition()
    }

    /// Every text of a night has a salt of its own.
    fn salt(&self) -> Digest {
        Digest::of(&self.position.to_be_bytes())
    }

    fn keys(
        &mut self,
        action: body::KeyAction,
        keys: &[body::MemberKey],
        signers: &[&str],
    ) -> Result<RecordId, Refusal> {
        let (definition, salt) = (self.definition(), self.salt());
        let body = body::Keys { action, definition, keys: keys.to_vec(), reason: None, salt };
        self.take(&sign(&Body::Key(body), signers))
    }

    fn read(&mut self, typed: &Typed<'_>, signers: &[&str]) -> Result<RecordId, Refusal> {
        let all = u8::try_from(signers.len()).unwrap();
        let body = body::Returns {
            channel: typed.channel.into(),
            counts: counts(typed.counts),
            definition: self.definition(),
            devices: typed.devices.unwrap_or(all),
            made: None,
            photo: None,
            prev: typed.prev,
            reason: typed.reason.map(str::to_owned),
            salt: self.salt(),
            seq: typed.seq,
            unit: typed.unit.into(),
        };
        self.take(&sign(&Body::Returns(body), signers))
    }

    /// The first reading of a station's own two members.
    fn first(&mut self, unit: &str, counts: &str) -> RecordId {
        let (one, two) = (format!("{unit}/1"), format!("{unit}/2"));
        self.read(&typed(unit, "app", 1, counts), &[&one, &two]).unwrap()
    }

    /// A reading by telephone, signed by one person of the area.
    fn phoned(&mut self, unit: &str, counts: &str) -> RecordId {
        self.read(&typed(unit, "phone", 1, counts), &["A/1"]).unwrap()
    }

    fn decide(&mut self, unit: &str, chosen: RecordId) -> Result<RecordId, Refusal> {
        let (definition, salt) = (self.definition(), self.salt());
        let reason = "hertelling".to_owned();
        let body = body::Decision { chosen, definition, reason, salt, unit: unit.into() };
        self.take(&sign(&Body::Decision(body), &OFFICERS))
    }

    fn release(&mut self, unit: &str, made: i64) -> Result<RecordId, Refusal> {
        self.release_by(unit, made, &OFFICERS)
    }

    fn release_by(&mut self, unit: &str, made: i64, signers: &[&str]) -> Result<RecordId, Refusal> {
        let (definition, salt) = (self.definition(), self.salt());
        let body = body::Release { definition, made, salt, unit: unit.into() };
        self.take(&sign(&Body::Release(body), signers))
    }

    fn unit(&self, id: &str) -> UnitIndex {
        self.ledger.rulebook().election().units().find(id).unwrap()
    }

    /// The sum of a figure over an area: `votes.1`.
    fn sum(&self, area: &str, figure: &str) -> Option<u64> {
        let (contest, selection) = figure.split_once('.').unwrap();
        let election = self.ledger.rulebook().election();
        let contest = election.contests().by_id(contest).unwrap();
        let column = contest.column(contest.find(selection).unwrap());
        self.ledger.board().sums().get(self.unit(area), column)
    }

    /// `E.1=5 E.2=3 F=-, one source, disputed`: what counts of a unit and how sure it is.
    fn state(&self, id: &str) -> String {
        let (unit, board) = (self.unit(id), self.ledger.board());
        let layout = &board.forms().layouts()[0];
        let state = board.unit(unit);
        let counted = state.counted().map_or("nothing".to_owned(), |reading| {
            let cells = layout.fields.iter().zip(reading.returns.counts());
            let cells = cells.filter_map(|(field, count)| Some((&field.code, (*count)?)));
            cells.map(|(code, count)| format!("{code}={count}")).collect::<Vec<_>>().join(" ")
        });
        let assurance = match state.assurance() {
            None => "",
            Some(Assurance::OneSource) => ", one source",
            Some(Assurance::TwoAgree) => ", two agree",
        };
        let contradiction = match state.contradiction() {
            None => "",
            Some(Contradiction::Held) => ", held",
            Some(Contradiction::Disputed) => ", disputed",
        };
        format!("{counted}{assurance}{contradiction}")
    }

    /// `W.001 [E.1 E.2]: expected 5, found 6`
    fn findings(&self, id: &str) -> Vec<String> {
        let board = self.ledger.board();
        let findings = board.findings(self.unit(id));
        let print = |finding: &form::Finding| {
            let (forms, fields) = (board.forms(), board.forms().field_codes(finding).join(" "));
            let code = forms.code(finding.rule);
            format!("{code} [{fields}]: expected {}, found {}", finding.expected, finding.found)
        };
        findings.iter().map(print).collect()
    }
}

#[track_caller]
fn refused(outcome: Result<RecordId, Refusal>, expected: &str) {
    match outcome {
        Err(refusal) => assert_eq!(refusal.to_string(), expected),
        Ok(_) => panic!("taken, expected: {expected}"),
    }
}
