//! What cannot be read, and what is worked out.

use serde_json::{Value, json};

use super::{UNITS, close, definition, fields, forms, read};
use crate::{Forms, Refusal};

fn sections() -> Value {
    json!([
        {"id": "plain", "name": "", "body": {"kind": "fields", "fields": [
            {"code": "A", "name": ""},
            {"code": "tick", "name": "", "presence": "optional", "at_most": 1},
            {"code": "AB", "name": "", "sum": ["A", "B"]},
            {"code": "B", "name": "", "presence": "optional"},
            {"code": "all", "name": "", "sum": ["@lists", "A"]},
        ]}},
        {"id": "lists", "name": "", "body":
            {"kind": "selections", "contest": "votes", "prefix": "E."}},
    ])
}

#[track_caller]
fn figures(forms: &Forms, unit: &str, counts: &str, expected: &str) {
    let returns = close(forms, unit, counts).unwrap();
    let layout = &forms.layouts()[returns.form()];
    let figures = layout.fields.iter().zip(returns.counts()).map(|(field, count)| {
        let count = count.map_or("-".to_owned(), |count| count.to_string());
        format!("{}={count}", field.code)
    });
    assert_eq!(figures.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn what_is_left_out_is_unknown_and_not_zero() {
    let forms = forms(&sections(), &json!([]));
    figures(&forms, "S", "A=1 E.1=2 E.2=3", "A=1 tick=- AB=- B=- all=6 E.1=2 E.2=3");
    figures(&forms, "S", "A=1 B=0 tick=1 E.1=2 E.2=0", "A=1 tick=1 AB=1 B=0 all=3 E.1=2 E.2=0");
    // In T list 2 does not stand: nobody asks for it, and what is not there is not 0.
    figures(&forms, "T", "A=1 E.1=2", "A=1 tick=- AB=- B=- all=- E.1=2 E.2=-");
}

#[test]
fn what_no_field_can_hold_is_refused_also_when_it_is_worked_out() {
    let counts = "A=999999998 B=1 E.1=0 E.2=0";
    let held = "A=999999998 tick=- AB=999999999 B=1 all=999999998 E.1=0 E.2=0";
    figures(&forms(&sections(), &json!([])), "S", counts, held);
    refused("S", "A=999999999 B=1 E.1=0 E.2=0", "AB takes 0 to 999999999, found 1000000000");
    let capped = json!([{"id": "plain", "name": "", "body": {"kind": "fields", "fields": [
        {"code": "A", "name": ""},
        {"code": "B", "name": ""},
        {"code": "AB", "name": "", "sum": ["A", "B"], "at_most": 10},
    ]}}]);
    let capped = forms(&capped, &json!([]));
    figures(&capped, "S", "A=5 B=5", "A=5 B=5 AB=10");
    let refusal = close(&capped, "S", "A=5 B=6").unwrap_err();
    assert_eq!(refusal.to_string(), "AB takes 0 to 10, found 11");
    // A quotient, whatever its ratio: one delegate of U is 1/18446744073709551615 of an equivalent.
    let units = format!("{UNITS}U,station,A,U,,1,{}\n", u64::MAX);
    let quotients = read(&definition(&quotients(), &json!([])), &units).unwrap();
    let refusal = close(&quotients, "U", "s.a=999999999").unwrap_err();
    let found = i64::MAX;
    assert_eq!(refusal.to_string(), format!("d.a takes 0 to 999999999, found {found}"));
    figures(
        &quotients,
        "S",
        "s.a=999999999",
        "s.a=999999999 s.b=- s.c=- s.d=- s.e=- d.a=1000000 d.b=- d.c=- d.d=- d.e=-",
    );
}

fn quotients() -> Value {
    let section = |id: &str, body: Value| json!({"id": id, "name": "", "body": body});
    let quotient = json!({"section": "sde", "numerator": "above", "denominator": "below"});
    json!([
        section(
            "sde",
            json!({
                "kind": "selections", "contest": "sde", "prefix": "s.", "presence": "optional",
            })
        ),
        section(
            "delegates",
            json!({
                "kind": "quotient", "contest": "delegates", "prefix": "d.", "quotient": quotient,
            })
        ),
    ])
}

#[test]
fn delegates_are_worked_out_from_equivalents_rounded_half_up() {
    let forms = forms(&quotients(), &json!([]));
    // One delegate of S is 1/10 of an equivalent, 1,000 ten-thousandths.
    figures(
        &forms,
        "S",
        "s.a=499 s.b=500 s.c=1499 s.d=1500 s.e=0",
        "s.a=499 s.b=500 s.c=1499 s.d=1500 s.e=0 d.a=0 d.b=1 d.c=1 d.d=2 d.e=0",
    );
    figures(
        &forms,
        "S",
        "s.a=3000",
        "s.a=3000 s.b=- s.c=- s.d=- s.e=- d.a=3 d.b=- d.c=- d.d=- d.e=-",
    );
    // The ratio of T is 3 in 0, that of P is not there.
    figures(&forms, "T", "s.a=0", "s.a=0 s.b=- s.c=- s.d=- s.e=- d.a=0 d.b=- d.c=- d.d=- d.e=-");
    figures(&forms, "P", "s.a=5", "s.a=5 s.b=- s.c=- s.d=- s.e=- d.a=- d.b=- d.c=- d.d=- d.e=-");
}

#[track_caller]
fn refused(unit: &str, counts: &str, expected: &str) -> Refusal {
    let refusal = close(&forms(&sections(), &json!([])), unit, counts).unwrap_err();
    assert_eq!(refusal.to_string(), expected);
    refusal
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name() {
    refused("X", "A=1", "\"X\" is no unit of this election");
    refused("", "A=1", "\"\" is no unit of this election");
    refused("A", "A=1", "A fills in no form");
    refused("S", "A=1 Q=1 E.1=1 E.2=1", "the form of S has no field \"Q\"");
    refused("S", "a=1 E.1=1 E.2=1", "the form of S has no field \"a\"");
    refused(
        "S",
        "A=1 E.1=1 E.2=1 AB=2",
        "AB is worked out from other fields and not filled in, found 2",
    );
    refused("T", "A=1 E.1=1 E.2=1", "E.2 does not stand on the ballot of T");
    refused("S", "A=1 E.1=1", "E.2 of S is not filled in");
    refused("S", "", "A of S is not filled in");
    refused("S", "A=-1 E.1=1 E.2=1", "A takes 0 to 999999999, found -1");
    refused("S", "A=1000000000 E.1=1 E.2=1", "A takes 0 to 999999999, found 1000000000");
    refused("S", "A=4294967296 E.1=1 E.2=1", "A takes 0 to 999999999, found 4294967296");
    let refusal = refused("S", "A=1 tick=2 E.1=1 E.2=1", "tick takes 0 to 1, found 2");
    let most = election::Count::new(1).unwrap();
    assert_eq!(refusal, Refusal::OutOfRange { field: "tick".into(), most, found: 2 });
}

#[test]
fn a_form_that_breaks_its_rules_is_not_refused() {
    let sum = super::rule("F", &json!({"kind": "sum-equals", "parts": ["a", "b"], "total": "c"}));
    let forms = forms(&json!([fields("a b c")]), &json!([sum]));
    let returns = close(&forms, "S", "a=1 b=2 c=9").unwrap();
    let unit = forms.election().units().find("S").unwrap();
    assert_eq!((returns.unit(), returns.findings().len()), (unit, 1));
    let c = forms.layouts()[0].find("c").unwrap();
    assert_eq!(returns.get(c).map(election::Count::get), Some(9));
    assert_eq!(returns.get(99), None);
}
