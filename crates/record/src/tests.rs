//! Tests of records: their exact bytes, what is refused, and that reading undoes writing.

mod enrolment;
mod golden;
mod properties;
mod refusals;

use crate::{
    Body, Digest, Draft, Record, RecordId, Salt, body,
    note::{KeyName, SigningKey},
};

fn salt() -> Salt {
    Digest::from_bytes([0x11; 32])
}

fn definition() -> RecordId {
    Digest::from_bytes([0x22; 32])
}

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::ed25519(name.parse::<KeyName>().unwrap(), &[seed; 32]).unwrap()
}

/// A record of the body, signed by one key.
fn signed(body: &Body) -> Vec<u8> {
    Draft::new(body).unwrap().sign(&[&key("1667::SB1/1", 1)]).unwrap()
}

fn turnout() -> Body {
    Body::Turnout(body::Turnout {
        admitted: 412,
        channel: "app".into(),
        definition: definition(),
        made: 1_761_764_400,
        salt: salt(),
        seq: 3,
        unit: "1667::SB1".into(),
    })
}

fn returns() -> body::Returns {
    body::Returns {
        channel: "app".into(),
        counts: [("A", 700), ("E.1", 201), ("1/10", 0), ("1/9", 7)]
            .map(|(code, count)| (code.to_owned(), count))
            .into(),
        definition: definition(),
        devices: 2,
        made: None,
        photo: None,
        prev: None,
        reason: None,
        salt: salt(),
        seq: 1,
        unit: "1667::SB1".into(),
    }
}

fn correction() -> body::Returns {
    body::Returns {
        made: Some(1_761_764_400),
        photo: Some(Digest::from_bytes([0x33; 32])),
        prev: Some(Digest::from_bytes([0x44; 32])),
        reason: Some("lijst 1 \"opnieuw\" geteld: één te veel".into()),
        seq: 2,
        ..returns()
    }
}

/// One body of each kind, optional fields there and not there.
fn bodies() -> Vec<Body> {
    let member = |person: &str, seed| {
        body::MemberKey::new(person, "1667::SB1", &key(person, seed).public().vkey().to_string())
    };
    let officer = |person: &str, seed| body::Officer {
        person: person.into(),
        vkey: key(person, seed).public().vkey().to_string(),
    };
    let cells = |row: &str| row.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut bodies = vec![
        Body::Definition(Box::new(body::Definition {
            head: serde_json::json!({"z": [1, -2, true, null], "a": {"naam": "Ωmega", "n": 0}}),
            log: key("countersign.example/log", 8).public().vkey().to_string(),
            mode: election::Mode::Rehearsal,
            officers: vec![officer("jansen", 5), officer("de-vries", 6)],
            publisher: key("publisher", 7).public().vkey().to_string(),
            salt: salt(),
            units: election::UnitTable {
                columns: cells("id,kind,parent,name"),
                rows: [cells("M,municipality,,Reusel-De Mierden")].iter().collect(),
            },
        })),
        Body::Key(body::Keys {
            action: body::KeyAction::Enrol,
            definition: definition(),
            keys: vec![member("1667::SB1/1", 1), member("1667::SB1/2", 2)],
            reason: None,
            salt: salt(),
        }),
        Body::Key(body::Keys {
            action: body::KeyAction::Revoke,
            definition: definition(),
            keys: Vec::new(),
            reason: None,
            salt: salt(),
        }),
        Body::Returns(returns()),
        Body::Returns(correction()),
        turnout(),
        Body::Decision(body::Decision {
            chosen: Digest::from_bytes([0x44; 32]),
            definition: definition(),
            reason: "hertelling".into(),
            salt: salt(),
            unit: "1667::SB1".into(),
        }),
        Body::Release(body::Release {
            definition: definition(),
            made: 1_761_768_000,
            salt: salt(),
            unit: "M".into(),
        }),
    ];
    bodies.extend(registration());
    bodies
}

/// Codes, a key with all that it may have, and a range of the log.
fn registration() -> [Body; 3] {
    let plain = body::MemberKey::new(
        "1667::SB1/1",
        "1667::SB1",
        &key("1667::SB1/1", 1).public().vkey().to_string(),
    );
    [
        Body::Invite(body::Invite {
            codes: vec![body::Invitation {
                commitment: Digest::from_bytes([0x55; 32]),
                person: "1667::SB1/1".into(),
                unit: "1667::SB1".into(),
            }],
            definition: definition(),
            salt: salt(),
        }),
        Body::Key(body::Keys {
            action: body::KeyAction::Enrol,
            definition: definition(),
            keys: vec![body::MemberKey {
                opening: Some(body::Opening {
                    code: "8QW2T4HXM1C9ZK3R".into(),
                    salt: Digest::from_bytes([0x66; 32]),
                }),
                proof: Some("AA==".into()),
                role: Some(body::Role::Registrar),
                ..plain
            }],
            reason: Some("verloren telefoon".into()),
            salt: salt(),
        }),
        Body::Attest(body::Attest {
            definition: definition(),
            first: 1,
            hash: Digest::from_bytes([0x77; 32]),
            last: 40,
            salt: salt(),
            unit: "1667".into(),
        }),
    ]
}

/// `parse` takes bytes that it borrows from; tests want the outcome as text.
fn outcome(bytes: &[u8]) -> Result<RecordId, String> {
    Record::parse(bytes).map(|record| record.id).map_err(|e| e.to_string())
}
