//! A definition of a few kilobytes asks for no more than a verifier can hold.

use serde_json::{Value, json};

use super::{UNITS, build, definition};
use crate::ElectionError;

/// What is too much in the definition with one place changed, over so many more stations.
fn excess(place: &str, value: Value, more: usize) -> Option<String> {
    let mut changed = definition();
    match changed.pointer_mut(place) {
        Some(found) => *found = value,
        None => changed["forms"][0]["caucus"] = value,
    }
    let stations: String = (0..more).map(|n| format!("X{n},station,N,,,\n")).collect();
    match build(&changed, &format!("{UNITS}{stations}")) {
        Err(error @ ElectionError::TooMany { .. }) => Some(error.to_string()),
        _ => None,
    }
}

/// With the most of something it is not too much, and with one more it is.
#[track_caller]
fn check(at: &str, most: usize, expected: [&str; 2], with: impl Fn(usize) -> Value) {
    let [place, what] = expected;
    assert_eq!(excess(at, with(most), 0), None, "{at}");
    let expected = format!("{place}: at most {most} {what}, found {}", most + 1);
    assert_eq!(excess(at, with(most + 1), 0), Some(expected), "{at}");
}

/// So many copies of a value, each with an id of its own.
fn copies(of: &Value, key: &str, count: usize) -> Value {
    let copy = |number: usize| {
        let mut copy = of.clone();
        copy[key] = json!(format!("x{number}"));
        copy
    };
    (0..count).map(copy).collect()
}

#[test]
fn lists_of_the_definition_have_an_end() {
    let check = |place: &str, most, what: &str, key: &str| {
        let one = definition().pointer(&format!("{place}/0")).unwrap().clone();
        check(place, most, ["election.json", what], |count| copies(&one, key, count));
    };
    check("/kinds", 1_000, "kinds of unit", "id");
    check("/attributes", 100, "attributes", "id");
    check("/contests", 1_000, "contests", "id");
    check("/forms", 1_000, "forms", "id");
    check("/across", 1_000, "rules across units", "code");
}

#[test]
fn languages_and_channels_have_an_end() {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number).unwrap());
    let codes =
        |count| (0..count).map(|n| format!("{}{}", letter(n / 26), letter(n % 26))).collect();
    check("/languages", 64, ["election.json", "languages"], codes);
    let channel = |number| (format!("c{number}"), json!({"persons": 1}));
    let channels = |count| Value::Object((0..count).map(channel).collect());
    check("/signatures/channels", 1_000, ["election.json", "channels"], channels);
}

#[test]
fn a_form_has_an_end() {
    let form = definition()["forms"][0].clone();
    let place = "form \"n10\"";
    let sections = |count| copies(&form["sections"][0], "id", count);
    check("/forms/0/sections", 1_000, [place, "sections"], sections);
    let rules = |count| copies(&form["rules"][0], "code", count);
    check("/forms/0/rules", 1_000, [place, "rules"], rules);
    let section = "section \"rest\" of form \"n10\"";
    let code = |count| json!("x".repeat(count));
    check("/forms/0/sections/0/body/fields/0/code", 64, [section, "bytes of a code"], code);
    let lists = |count| json!({"kind": "selections", "contest": "votes", "prefix": code(count)});
    check("/forms/0/sections/0/body", 64, [section, "bytes of a code"], lists);
}

#[test]
fn rules_have_an_end() {
    let place = "form \"n10\"";
    let what = "fields in rules and sums with all forms above it";
    let all = |count| json!({"kind": "not-all-zero", "of": vec!["F"; count]});
    check("/forms/0/rules/0/check", 1_000_000, [place, what], all);
    let sum = |count| json!({"code": "F", "name": "", "sum": vec!["G"; count]});
    check("/forms/0/sections/0/body/fields/0", 1_000_000, [place, what], sum);
    let text = |count| json!({"nl": "{fields} ".repeat(count), "en": ""});
    let what = "times {fields} in a text";
    check("/forms/0/rules/0/text", 4, ["rule \"F.1\" of form \"n10\"", what], text);
    check("/across/0/text", 4, ["rule \"W.001\" of across", what], |n| json!("{fields}".repeat(n)));
}

/// `@section` is as many fields as it has.
#[test]
fn a_section_counts_as_its_fields() {
    let mut form = definition()["forms"][0].clone();
    let field = form["sections"][0]["body"]["fields"][0].clone();
    form["sections"][0]["body"]["fields"] = copies(&field, "code", 1_000);
    for (check, found) in [
        (json!({"kind": "not-all-zero", "of": vec!["@rest"; 1_000]}), None),
        (json!({"kind": "not-all-zero", "of": vec!["@rest"; 1_001]}), Some("1001000")),
        (json!({"kind": "lists-equal", "left": "rest", "right": "rest"}), None),
    ] {
        form["rules"][0]["check"] = check;
        let expected = found.map(|found| {
            format!("form \"n10\": at most 1000000 fields in rules and sums with all forms above it, found {found}")
        });
        assert_eq!(excess("/forms/0", form.clone(), 0), expected);
    }
    form["sections"][0]["body"]["fields"] = copies(&field, "code", 101);
    form["caucus"] = json!({"first": "rest", "final": "rest", "award": "rest", "delegates": "rest", "elects": "seats"});
    let expected = "form \"n10\": at most 100 groups of a caucus, found 101".to_owned();
    assert_eq!(excess("/forms/0", form, 0), Some(expected));
}

/// Five lists with this many selections together.
fn selections(count: usize) -> Value {
    let most = 65_535;
    let candidates = (0..5).map(|list| (count - 5).saturating_sub(list * most).min(most));
    let list = |(number, candidates): (usize, usize)| json!({"id": number.to_string(), "name": "", "candidates": candidates});
    json!({"lists": candidates.enumerate().map(list).collect::<Vec<_>>(), "totals": []})
}

#[test]
fn figures_have_an_end() {
    let what = "selections with all contests above it";
    check("/selections", 262_144, ["contest \"votes\"", what], selections);
    // 763 units: 763 x 262,144 is more than the table of sums may have.
    let tally = "the tally: at most 200000000 figures of all units, found";
    assert_eq!(excess("/selections", selections(262_144), 756), None);
    let expected = format!("{tally} {}", 763 * 262_144);
    assert_eq!(excess("/selections", selections(262_144), 757), Some(expected));
}

/// A form whose sections are all candidates of a contest with 1,000 of them, and so many fields.
#[test]
fn fields_have_an_end() {
    let mut changed = definition();
    changed["selections"]["lists"] = json!([{"id": "1", "name": "", "candidates": 1_000}]);
    let candidates = json!({"name": "", "body": {"kind": "candidates", "contest": "votes"}});
    let field = json!({"name": ""});
    let mut excess = |fields: usize, more: usize| {
        let mut sections = copies(&candidates, "id", 262);
        let fields = json!({"kind": "fields", "fields": copies(&field, "code", fields)});
        sections[261]["body"] = fields;
        changed["forms"][0]["sections"] = sections;
        let stations: String = (0..more).map(|n| format!("X{n},station,N,,,\n")).collect();
        let built = build(&changed, &format!("{UNITS}{stations}"));
        built.map(drop).map_err(|error| error.to_string())
    };
    let expected = |what: &str| Err(format!("form \"n10\": at most {what}"));
    assert_eq!(excess(1_144, 0), Ok(()));
    assert_eq!(excess(1_145, 0), expected("262144 fields with all forms above it, found 262145"));
    assert_eq!(excess(1_144, 756), Ok(()));
    assert_eq!(excess(1_144, 757), expected("200000000 figures of all units, found 200015872"));
}

#[test]
fn ballots_have_an_end() {
    let standing = |count| json!(vec!["N1"; count]);
    assert_eq!(excess("/selections/lists/1/in", standing(100_000), 1_994), None);
    let expected =
        "selections: at most 200000000 units on whose ballot one stands, found 200002000";
    let found = excess("/selections/lists/1/in", standing(100_001), 1_994);
    assert_eq!(found.as_deref(), Some(expected));
}
