//! Definitions of forms that do not hold together.

use serde_json::{Value, json};

use super::{UNITS, definition, fields, read, rule};

fn section(id: &str, body: &Value) -> Value {
    json!({"id": id, "name": "", "body": body})
}

#[track_caller]
fn refused(sections: &Value, rules: &Value, expected: &str) {
    match read(&definition(sections, rules), UNITS) {
        Err(error) => assert_eq!(error.to_string(), expected),
        Ok(_) => panic!("taken, expected: {expected}"),
    }
}

fn undefined(place: &str, what: &str, id: &str) -> String {
    format!("form \"form\": {place} names the {what} {id:?}, which is not there")
}

#[test]
fn a_section_names_what_is_there() {
    let body = json!({"kind": "selections", "contest": "x", "prefix": ""});
    refused(&json!([section("s", &body)]), &json!([]), &undefined("s", "contest", "x"));
    let body = json!({"kind": "candidates", "contest": "x"});
    refused(&json!([section("s", &body)]), &json!([]), &undefined("s", "contest", "x"));

    let field = |key: &str, value: Value| {
        let mut field = json!({"code": "A", "name": ""});
        field[key] = value;
        json!([section("s", &json!({"kind": "fields", "fields": [field]}))])
    };
    let counts = |contest: &str, selection: &str| {
        field("counts", json!({"contest": contest, "selection": selection}))
    };
    refused(&counts("x", "blank"), &json!([]), &undefined("A", "contest", "x"));
    refused(&counts("ballots", "x"), &json!([]), &undefined("A", "selection", "x"));
    refused(&field("sum", json!(["B"])), &json!([]), &undefined("A", "field", "B"));
    refused(&field("sum", json!(["@B"])), &json!([]), &undefined("A", "field", "@B"));
}

#[test]
fn a_sum_names_no_other_that_is_worked_out_below_it() {
    let sums = |fields: Value| json!([section("s", &json!({"kind": "fields", "fields": fields}))]);
    let sum = |code: &str, of: &[&str]| json!({"code": code, "name": "", "sum": of});
    let plain = json!({"code": "A", "name": ""});
    let below = |id: &str| {
        format!("form \"form\": {id} is the sum of \"T\", which is not worked out before it")
    };
    let wrong = sums(json!([sum("S", &["A", "T"]), sum("T", &["A"]), plain]));
    refused(&wrong, &json!([]), &below("\"S\""));
    let wrong = sums(json!([sum("S", &["@s"]), plain]));
    refused(&wrong, &json!([]), &below("\"S\"").replace("\"T\"", "\"S\""));
    let wrong = sums(json!([plain, sum("T", &["T"])]));
    refused(&wrong, &json!([]), &below("\"T\""));
    // Above it, and from paper anywhere, it may.
    let right = sums(json!([sum("T", &["A"]), sum("S", &["A", "T"]), plain]));
    let forms = super::forms(&right, &json!([]));
    let returns = super::close(&forms, "S", "A=2").unwrap();
    let figures = returns.counts().iter().map(|count| count.map(election::Count::get));
    assert_eq!(figures.collect::<Vec<_>>(), [Some(2), Some(4), Some(2)]);
}

#[test]
fn a_quotient_names_what_is_there() {
    let quotient = |key: &str, id: &str| {
        let mut quotient = json!({"section": "sde", "numerator": "above", "denominator": "below"});
        quotient[key] = json!(id);
        json!([
            section("sde", &json!({"kind": "selections", "contest": "sde", "prefix": "s."})),
            section(
                "q",
                &json!({
                    "kind": "quotient", "contest": "delegates", "prefix": "d.", "quotient": quotient,
                })
            ),
        ])
    };
    refused(&quotient("section", "x"), &json!([]), &undefined("q", "section", "x"));
    // Only a section above it settles it.
    refused(&quotient("section", "q"), &json!([]), &undefined("q", "section", "q"));
    refused(&quotient("numerator", "x"), &json!([]), &undefined("q", "attribute", "x"));
    refused(&quotient("denominator", "x"), &json!([]), &undefined("q", "attribute", "x"));
}

/// Figures of two sections belong together when they are about one selection.
#[test]
fn sections_that_are_compared_have_the_same_selections_in_the_same_order() {
    let unlike = |place: &str, left: &str, right: &str| {
        format!(
            "form \"form\": {place}: sections {left:?} and {right:?} are not about the same \
             selections in the same order"
        )
    };
    let of = |id: &str, contest: &str| {
        let prefix = format!("{id}.");
        section(id, &json!({"kind": "selections", "contest": contest, "prefix": prefix}))
    };
    let quotient = |from: &str| {
        let quotient = json!({"section": from, "numerator": "above", "denominator": "below"});
        let body = json!({
            "kind": "quotient", "contest": "delegates", "prefix": "d.", "quotient": quotient,
        });
        section("d", &body)
    };
    let lists = of("votes", "votes");
    refused(&json!([lists, quotient("votes")]), &json!([]), &unlike("d", "d", "votes"));
    refused(
        &json!([fields("a b c d e"), quotient("fields")]),
        &json!([]),
        &unlike("d", "d", "fields"),
    );

    let equal = |left: &str, right: &str| {
        json!([rule("X", &json!({"kind": "lists-equal", "left": left, "right": right}))])
    };
    let (first, last) = (of("first", "first"), of("final", "final"));
    let place = "rule \"X\"";
    let sections = json!([lists, first, last, fields("a b")]);
    refused(&sections, &equal("votes", "first"), &unlike(place, "votes", "first"));
    refused(&sections, &equal("first", "votes"), &unlike(place, "first", "votes"));
    refused(&sections, &equal("fields", "fields"), &unlike(place, "fields", "fields"));
    assert!(read(&definition(&sections, &equal("first", "final")), UNITS).is_ok());

    // Another contest's groups, in another order, and one fewer.
    let caucus = |others: &[&str]| {
        let sections = json!([first, last, of("sde", "sde"), quotient("sde")]);
        let rules = json!([rule("X", &json!({"kind": "caucus", "asks": "delegates"}))]);
        let mut definition = definition(&sections, &rules);
        let group = |id: &&str| json!({"id": id, "name": ""});
        definition["selections"]["others"] = others.iter().map(group).collect();
        definition["contests"][3]["selections"] = json!("others");
        definition["forms"][0]["caucus"] = json!({
            "first": "first", "final": "final", "award": "sde", "delegates": "d",
            "elects": "elects",
        });
        read(&definition, UNITS).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(caucus(&["a", "b", "c", "d", "e"]), Ok(()));
    let wrong = unlike(place, "first", "final");
    assert_eq!(caucus(&["b", "a", "c", "d", "e"]), Err(wrong.clone()));
    assert_eq!(caucus(&["a", "b", "c", "d"]), Err(wrong));
}

#[test]
fn a_rule_names_what_is_there() {
    let refused_rule = |check: Value, what: &str, id: &str| {
        let place = "rule \"X\"";
        refused(&json!([fields("a b")]), &json!([rule("X", &check)]), &undefined(place, what, id));
    };
    let when = |left: &str, right: &str| json!({"left": left, "is": "equal", "right": right});
    for (check, what, id) in [
        (json!({"kind": "sum-equals", "parts": ["x"], "total": "a"}), "field", "x"),
        (json!({"kind": "sum-equals", "parts": ["a"], "total": "x"}), "field", "x"),
        (json!({"kind": "sum-equals", "parts": ["@x"], "total": "a"}), "field", "@x"),
        (json!({"kind": "sums-equal", "left": ["a"], "right": ["x"]}), "field", "x"),
        (json!({"kind": "sum-at-most", "parts": ["a"], "limit": ["x"]}), "field", "x"),
        (json!({"kind": "total-given", "total": "x", "parts": ["a"]}), "field", "x"),
        (json!({"kind": "tick-true", "tick": "a", "when": when("x", "b")}), "field", "x"),
        (json!({"kind": "one-ticked", "ticks": ["a"], "when": when("a", "x")}), "field", "x"),
        (json!({"kind": "zero-when", "fields": ["x"], "when": when("a", "b")}), "field", "x"),
        (
            json!({"kind": "difference-is", "field": "a", "larger": "b", "smaller": "x"}),
            "field",
            "x",
        ),
        (json!({"kind": "share-below", "part": "a", "whole": "x", "share": "1/2"}), "field", "x"),
        (
            json!({"kind": "difference-below", "left": "a", "right": "b", "whole": "x",
                   "share": "1/2", "count": 1}),
            "field",
            "x",
        ),
        (json!({"kind": "not-zero", "field": "x"}), "field", "x"),
        (json!({"kind": "at-most", "field": "a", "limit": "x"}), "field", "x"),
        (json!({"kind": "both-or-neither", "some": ["a"], "also": ["x"]}), "field", "x"),
        (json!({"kind": "not-all-zero", "of": ["x"]}), "field", "x"),
        (
            json!({"kind": "list-totals-given", "totals": "x", "candidates": "fields"}),
            "section",
            "x",
        ),
        (json!({"kind": "list-sums", "totals": "fields", "candidates": "x"}), "section", "x"),
        (json!({"kind": "lists-equal", "left": "x", "right": "fields"}), "section", "x"),
        (json!({"kind": "caucus", "asks": "delegates"}), "caucus", "caucus"),
    ] {
        refused_rule(check, what, id);
    }
    let mut only = rule("X", &json!({"kind": "not-zero", "field": "a"}));
    only["only"] = json!(["village"]);
    let expected = undefined("rule \"X\"", "kind of unit", "village");
    refused(&json!([fields("a")]), &json!([only]), &expected);
}

#[test]
fn codes_and_sections_stand_once() {
    let twice = |id: &str| format!("form \"form\": {id:?} is defined twice");
    refused(&json!([fields("a b a")]), &json!([]), &twice("a"));
    refused(&json!([fields("a"), fields("b")]), &json!([]), &twice("fields"));
    let selections = json!({"kind": "selections", "contest": "votes", "prefix": ""});
    let sections = json!([fields("1"), section("lists", &selections)]);
    refused(&sections, &json!([]), &twice("1"));
    let again = json!({"kind": "selections", "contest": "votes", "prefix": "E."});
    let sections = json!([section("lists", &selections), section("again", &again)]);
    let expected = "form \"form\": \"E.1\" adds to the figure that \"1\" adds to";
    refused(&sections, &json!([]), expected);
}

#[test]
fn no_figure_is_collected_by_a_unit_and_again_inside_it() {
    let collects = |contest: &str, source: &str| {
        section(
            "s",
            &json!({
                "kind": "selections", "contest": contest, "prefix": "", "source": source,
            }),
        )
    };
    let with_outer = |kinds: Value, outer: Value| {
        let mut definition = definition(&json!([collects("votes", "tally")]), &json!([]));
        let forms = definition["forms"].as_array_mut().unwrap();
        forms.push(json!({"id": "sum", "name": "", "kinds": kinds, "sections": [outer]}));
        read(&definition, UNITS).map(|_| ()).map_err(|e| e.to_string())
    };
    let twice = "votes.1 is collected by form \"sum\" and, inside it, by \"form\"";
    assert_eq!(with_outer(json!(["area"]), collects("votes", "tally")), Err(twice.to_owned()));
    // Not only by the next one above.
    let far = with_outer(json!(["municipality"]), collects("votes", "tally"));
    assert_eq!(far, Err(twice.to_owned()));
    assert_eq!(with_outer(json!(["area"]), collects("votes", "control")), Ok(()));
    assert_eq!(with_outer(json!(["area"]), collects("first", "tally")), Ok(()));
    // A form that a unit and one inside it both fill in.
    let same = with_outer(json!(["area", "municipality"]), collects("first", "tally"));
    let twice = "first.a is collected by form \"sum\" and, inside it, by \"sum\"";
    assert_eq!(same, Err(twice.to_owned()));
}
