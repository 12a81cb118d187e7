//! Tests of the definition: figures, the tree of units, and every refusal of the one door.

mod definition;
mod limits;
mod numbers;
mod units;

use serde_json::{Value, json};

use crate::{Election, ElectionError, Head, UnitTable};

/// A municipality with two districts of polling stations; list 2 stands in the north only.
const UNITS: &str = "\
id,kind,parent,name,seats,postcode
M,municipality,,Whole,,
N,district,M,North,,
N1,station,N,North 1,3,1234 AB
N2,station,N,North 2,,
S,district,M,South,,
S1,station,S,South 1,0,
";

/// The smallest definition in which everything that can be named is named.
fn definition() -> Value {
    json!({
        "id": "test",
        "name": {"en": "Test", "nl": "Proef"},
        "languages": ["nl", "en"],
        "calendar": {
            "zone": "Europe/Amsterdam",
            "polls_close": "2025-10-29T21:00:00+01:00",
            "release": "2025-10-29T21:00:00+01:00",
        },
        "kinds": [
            {"id": "municipality", "one": "municipality", "many": "municipalities"},
            {"id": "district", "one": "district", "many": "districts"},
            {"id": "station", "one": "station", "many": "stations"},
        ],
        "attributes": [{"id": "seats", "kind": "count"}, {"id": "postcode", "kind": "text"}],
        "selections": {
            "lists": [
                {"id": "1", "name": "Red", "candidates": ["Ann", "Bo"]},
                {"id": "2", "name": "Blue", "candidates": 1, "in": ["N"]},
            ],
            "totals": [{"id": "blank", "name": "blank"}],
        },
        "contests": [
            {"id": "votes", "name": "Votes", "selections": "lists"},
            {"id": "ballots", "name": "Ballots", "selections": "totals", "decimals": 4},
        ],
        "heard": {"attribute": "seats", "name": "seats"},
        "forms": [{
            "id": "n10",
            "name": "Model N 10-1",
            "kinds": ["station"],
            "sections": [{
                "id": "rest",
                "name": "Rest",
                "body": {"kind": "fields", "fields": [{"code": "F", "name": "blank"}]},
            }],
            "rules": [{
                "code": "F.1",
                "severity": "error",
                "check": {"kind": "not-zero", "field": "F"},
                "source": "none",
                "text": "F is 0",
            }],
        }],
        "across": [{
            "code": "W.001",
            "severity": "warning",
            "check": {"kind": "readings-agree"},
            "source": "none",
            "text": "differs",
        }],
        "signatures": {"channels": {"app": {"persons": 2}}, "officers": 2},
    })
}

fn build(definition: &Value, units: &str) -> Result<Election, ElectionError> {
    Election::new(Head::from_json(&definition.to_string())?, &UnitTable::from_csv(units)?)
}

fn election() -> Election {
    build(&definition(), UNITS).unwrap()
}
