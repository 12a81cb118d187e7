//! Tests of forms: what cannot be read, what each check finds, and the caucus arithmetic.

mod caucus;
mod checks;
mod close;
mod dutch;
mod spec;
mod worksheet;

use election::{Election, Head, UnitTable};
use serde_json::{Value, json};

use crate::{Finding, Form, Forms, Refusal, Returns, SpecError};

/// A municipality with one area of two stations; list 2 does not stand in station T.
const UNITS: &str = "\
id,kind,parent,name,elects,above,below
M,municipality,,Whole,,,
A,area,M,Area,,,
S,station,A,Station,,1,10
T,station,A,Other,,3,0
P,postal,A,Post,,,
";

/// An election with one form for stations and post.
fn definition(sections: &Value, rules: &Value) -> Value {
    json!({
        "id": "test",
        "name": "Test",
        "languages": ["nl", "en"],
        "calendar": {
            "zone": "UTC",
            "polls_close": "2025-10-29T20:00:00Z",
            "release": "2025-10-29T20:00:00Z",
        },
        "kinds": [
            {"id": "municipality", "one": "", "many": ""},
            {"id": "area", "one": "", "many": ""},
            {"id": "station", "one": "", "many": ""},
            {"id": "postal", "one": "", "many": ""},
        ],
        "attributes": [
            {"id": "elects", "kind": "count"},
            {"id": "above", "kind": "count"},
            {"id": "below", "kind": "count"},
        ],
        "selections": {
            "lists": [
                {"id": "1", "name": "Red", "candidates": 2},
                {"id": "2", "name": "Blue", "candidates": 1, "in": ["S"]},
            ],
            "figures": [{"id": "blank", "name": "blank"}],
            "groups": [
                {"id": "a", "name": "a"},
                {"id": "b", "name": "b"},
                {"id": "c", "name": "c"},
                {"id": "d", "name": "d"},
                {"id": "e", "name": "e"},
            ],
        },
        "contests": [
            {"id": "votes", "name": "Votes", "selections": "lists"},
            {"id": "ballots", "name": "Ballots", "selections": "figures"},
            {"id": "first", "name": "First", "selections": "groups"},
            {"id": "final", "name": "Final", "selections": "groups"},
            {"id": "delegates", "name": "Delegates", "selections": "groups"},
            {"id": "sde", "name": "Equivalents", "selections": "groups", "decimals": 4},
        ],
        "forms": [{
            "id": "form",
            "name": "Form",
            "kinds": ["station", "postal"],
            "sections": sections,
            "rules": rules,
        }],
        "signatures": {"channels": {}, "officers": 0},
    })
}

fn read(definition: &Value, units: &str) -> Result<Forms, SpecError> {
    let head = Head::from_json(&definition.to_string()).unwrap();
    Forms::new(Election::new(head, &UnitTable::from_csv(units).unwrap()).unwrap())
}

fn forms(sections: &Value, rules: &Value) -> Forms {
    read(&definition(sections, rules), UNITS).unwrap()
}

/// A section of optional fields, one a word.
fn fields(codes: &str) -> Value {
    let field = |code| json!({"code": code, "name": "", "presence": "optional"});
    let fields: Vec<Value> = codes.split(' ').map(field).collect();
    json!({"id": "fields", "name": "", "body": {"kind": "fields", "fields": fields}})
}

fn rule(code: &str, check: &Value) -> Value {
    json!({"code": code, "severity": "error", "check": check, "source": "", "text": ""})
}

/// `A=7 B=2`: what was typed.
fn typed(counts: &str) -> impl Iterator<Item = (&str, i64)> {
    let cells = counts.split_whitespace().map(|cell| cell.split_once('=').unwrap());
    cells.map(|(code, number)| (code, number.parse().unwrap()))
}

fn close(forms: &Forms, unit: &str, counts: &str) -> Result<Returns, Refusal> {
    Form { unit, counts: typed(counts) }.close(forms)
}

/// `F.201 [A B D]: expected 7, found 8`.
fn print(forms: &Forms, finding: &Finding) -> String {
    let (code, fields) = (forms.code(finding.rule), forms.field_codes(finding).join(" "));
    format!("{code} [{fields}]: expected {}, found {}", finding.expected, finding.found)
}

fn findings(forms: &Forms, unit: &str, counts: &str) -> Vec<String> {
    let returns = close(forms, unit, counts).unwrap();
    returns.findings().iter().map(|finding| print(forms, finding)).collect()
}
