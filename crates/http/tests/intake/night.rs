//! A tiny election: who may sign, and what they may say.

use std::collections::BTreeMap;

use election::UnitTable;
use record::{
    Body, Digest, Draft, RecordId,
    body::{self, KeyAction, MemberKey, Officer},
    note::SigningKey,
};
use serde_json::json;

/// The release moment, 2026-03-18T21:00:00Z, in seconds since 1970.
pub(crate) const RELEASE: i64 = 1_773_867_600;
/// How many stations there are: `S000`, `S001`, …
pub(crate) const STATIONS: usize = 80;
/// The log's name.
pub(crate) const LOG: &str = "tiny.example/log";

/// A key that follows from its name.
pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::p256(name.parse().unwrap(), Digest::of(name.as_bytes()).as_bytes()).unwrap()
}

pub(crate) fn log_key() -> SigningKey {
    SigningKey::ed25519(LOG.parse().unwrap(), Digest::of(LOG.as_bytes()).as_bytes()).unwrap()
}

pub(crate) fn station(number: usize) -> String {
    format!("S{number:03}")
}

/// A record's bytes, signed by the keys of these names.
pub(crate) fn sign(body: &Body, names: &[&str]) -> Vec<u8> {
    let keys: Vec<SigningKey> = names.iter().map(|name| key(name)).collect();
    Draft::new(body).unwrap().sign(&keys.iter().collect::<Vec<_>>()).unwrap()
}

pub(crate) fn id(note: &[u8]) -> RecordId {
    record::Record::parse(note).unwrap().id
}

fn vkey(name: &str) -> String {
    key(name).public().vkey().to_string()
}

/// List 2 stands on the ballot of S000 only; D is worked out; G1 fills in no form.
pub(crate) fn definition() -> Vec<u8> {
    let head = json!({
        "id": "tiny", "name": "Tiny", "languages": ["en"],
        "calendar": {
            "zone": "Europe/Amsterdam",
            "polls_close": "2026-03-18T21:00:00Z", "release": "2026-03-18T21:00:00Z",
        },
        "kinds": [
            {"id": "whole", "one": "whole", "many": "wholes"},
            {"id": "station", "one": "station", "many": "stations"},
        ],
        "selections": {"lists": [
            {"id": "1", "name": "One"}, {"id": "2", "name": "Two", "in": ["S000"]},
        ]},
        "contests": [{"id": "votes", "name": "Votes", "selections": "lists"}],
        "forms": [{"id": "form", "name": "Form", "kinds": ["station"], "sections": [
            {"id": "voters", "name": "Voters", "body": {"kind": "fields", "fields": [
                {"code": "A", "name": "Poll cards"},
                {"code": "B", "name": "Proxies", "presence": "optional", "at_most": 50},
                {"code": "D", "name": "Admitted", "sum": ["A", "B"]},
            ]}},
            {"id": "votes", "name": "Votes", "body":
                {"kind": "selections", "contest": "votes", "prefix": "E."}},
        ]}],
        "signatures": {
            "channels": {"app": {"persons": 2}, "phone": {"persons": 1}}, "officers": 2,
        },
    });
    let row =
        |id: &str, kind: &str, parent: &str| [id, kind, parent, id].map(str::to_owned).to_vec();
    let mut rows = vec![row("tiny", "whole", ""), row("G1", "whole", "tiny")];
    rows.extend((0..STATIONS).map(|number| row(&station(number), "station", "tiny")));
    let officers = ["officer/1", "officer/2"];
    let definition = body::Definition {
        head,
        log: log_key().public().vkey().to_string(),
        mode: election::Mode::Rehearsal,
        officers: officers
            .map(|name| Officer { person: name.to_owned(), vkey: vkey(name) })
            .to_vec(),
        publisher: vkey("publisher"),
        salt: Digest::of(b"definition"),
        units: UnitTable {
            columns: ["id", "kind", "parent", "name"].map(str::to_owned).to_vec(),
            rows: rows.iter().collect(),
        },
    };
    sign(&Body::Definition(Box::new(definition)), &officers)
}

/// What this night's people write.
#[derive(Clone, Copy)]
pub(crate) struct Night {
    pub(crate) definition: RecordId,
}

impl Night {
    pub(crate) fn new() -> Night {
        Night { definition: id(&definition()) }
    }

    pub(crate) fn keys(&self, action: KeyAction, members: &[(String, String)]) -> Vec<u8> {
        let keys = members.iter().map(|(name, unit)| MemberKey::new(name, unit, &vkey(name)));
        let body = body::Keys {
            action,
            definition: self.definition,
            keys: keys.collect(),
            reason: None,
            salt: Digest::of(format!("{action:?}{members:?}").as_bytes()),
        };
        sign(&Body::Key(body), &["officer/1", "officer/2"])
    }

    /// Two members for each station, and one more for S000 whose key is revoked next.
    pub(crate) fn enrol(&self) -> Vec<u8> {
        let members = (0..STATIONS)
            .map(station)
            .flat_map(|unit| [1, 2].map(|member| (format!("{unit}/{member}"), unit.clone())));
        let late = [("S000/3".to_owned(), "S000".to_owned())];
        self.keys(KeyAction::Enrol, &members.chain(late).collect::<Vec<_>>())
    }

    pub(crate) fn revoke(&self) -> Vec<u8> {
        self.keys(KeyAction::Revoke, &[("S000/3".to_owned(), "S000".to_owned())])
    }

    /// The first reading of a station, by the app.
    pub(crate) fn returns(&self, unit: &str) -> body::Returns {
        let mut counts = BTreeMap::from([("A".to_owned(), 10), ("E.1".to_owned(), 7)]);
        if unit == "S000" {
            counts.insert("E.2".to_owned(), 3);
        }
        body::Returns {
            channel: "app".to_owned(),
            counts,
            definition: self.definition,
            devices: 2,
            made: None,
            photo: None,
            prev: None,
            reason: None,
            salt: Digest::of(unit.as_bytes()),
            seq: 1,
            unit: unit.to_owned(),
        }
    }

    /// The same, signed by the station's two members.
    pub(crate) fn signed(&self, unit: &str) -> Vec<u8> {
        sign_returns(self.returns(unit))
    }

    /// Voters admitted so far, signed by the station's two members.
    pub(crate) fn turnout(&self, unit: &str, admitted: i64) -> Vec<u8> {
        let body = body::Turnout {
            admitted,
            channel: "app".to_owned(),
            definition: self.definition,
            made: 0,
            salt: Digest::of(format!("{unit} {admitted}").as_bytes()),
            seq: 1,
            unit: unit.to_owned(),
        };
        let names = [1, 2].map(|member| format!("{unit}/{member}"));
        sign(&Body::Turnout(body), &names.each_ref().map(String::as_str))
    }

    pub(crate) fn release(&self, made: i64) -> Vec<u8> {
        let unit = "tiny".to_owned();
        let salt = Digest::of(b"release");
        let body = body::Release { definition: self.definition, made, salt, unit };
        sign(&Body::Release(body), &["officer/1", "officer/2"])
    }
}

pub(crate) fn sign_returns(returns: body::Returns) -> Vec<u8> {
    let names = [1, 2].map(|member| format!("{}/{member}", returns.unit));
    sign(&Body::Returns(returns), &names.each_ref().map(String::as_str))
}
