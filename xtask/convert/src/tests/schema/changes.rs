//! What is changed in a definition, and where.

use std::collections::BTreeSet;

use election::{Fraction, Instant};
use serde_json::{Value, json};

/// One pointer for each place of a shape not seen before: the hundredth list is as the first.
pub(super) fn places(definition: &Value, seen: &mut BTreeSet<String>) -> Vec<String> {
    let mut places = Places { seen, found: Vec::new() };
    places.visit(definition, "", "");
    places.found
}

struct Places<'a> {
    seen: &'a mut BTreeSet<String>,
    found: Vec<String>,
}

impl Places<'_> {
    fn visit(&mut self, value: &Value, pointer: &str, above: &str) {
        let shape = format!("{above} {}", shape(value));
        if self.seen.insert(shape.clone()) {
            self.found.push(pointer.to_owned());
        }
        match value {
            Value::Object(object) => {
                for (key, inner) in object {
                    self.visit(inner, &format!("{pointer}/{key}"), &format!("{shape}/{key}"));
                }
            }
            Value::Array(array) => {
                for (index, inner) in array.iter().enumerate() {
                    self.visit(inner, &format!("{pointer}/{index}"), &format!("{shape}/*"));
                }
            }
            _ => {}
        }
    }
}

/// An object's kind and keys; of anything else, what JSON calls it.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let keys: Vec<&str> = object.keys().map(String::as_str).collect();
            let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default();
            format!("{kind}{{{}}}", keys.join(","))
        }
        Value::Array(_) => "list".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Bool(_) | Value::Null => "other".to_owned(),
    }
}

/// The words that the schema has a list of: kinds, presences, relations.
pub(super) fn words(schema: &Value) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                match key.as_str() {
                    "const" | "enum" => words.extend(strings(value)),
                    _ => words.extend(self::words(value)),
                }
            }
        }
        Value::Array(array) => words.extend(array.iter().flat_map(self::words)),
        _ => {}
    }
    words
}

/// A string, or all strings of a list.
pub(super) fn strings(value: &Value) -> Vec<String> {
    let one = std::slice::from_ref(value);
    let all = value.as_array().map_or(one, Vec::as_slice);
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What may stand in a value's place: itself with something less or more, what is of another type,
/// and for a string or a number whatever another place may hold.
pub(super) fn of(value: &Value, words: &BTreeSet<String>) -> Vec<Value> {
    let mut new = match value {
        Value::Object(_) => of_object(value),
        Value::Array(array) => of_list(array),
        Value::String(text) => of_string(text, words),
        _ => NUMBERS.split(' ').map(|text| text.parse::<Value>().unwrap()).collect(),
    };
    new.extend(of_each_type());
    new.retain(|new| new != value);
    new
}

fn of_each_type() -> [Value; 6] {
    [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({})]
}

fn of_string(text: &str, words: &BTreeSet<String>) -> Vec<Value> {
    let mut others: Vec<&str> = STRINGS.to_vec();
    let long = "x".repeat(65);
    others.push(&long);
    if text.parse::<Fraction>().is_ok() {
        others.extend(FRACTIONS.split(' '));
    }
    if text.parse::<Instant>().is_ok() {
        others.extend(MOMENTS);
    }
    let mut new = Vec::new();
    if words.contains(text) {
        others.extend(words.iter().map(String::as_str));
        new.extend([json!({text: null}), json!([text])]);
    }
    new.extend(others.into_iter().map(|other| json!(other)));
    new
}

fn of_object(value: &Value) -> Vec<Value> {
    let object = value.as_object().unwrap();
    let mut new: Vec<Value> = Vec::new();
    for key in object.keys() {
        let mut less = object.clone();
        less.remove(key);
        new.push(less.into());
    }
    for extra in [json!(null), json!("x"), json!([]), json!({"persons": 1})] {
        let mut more = object.clone();
        more.insert("unknown".to_owned(), extra);
        new.push(more.into());
    }
    new.push(object.values().cloned().collect());
    new
}

fn of_list(array: &[Value]) -> Vec<Value> {
    let extras = of_each_type().into_iter().chain(array.first().cloned());
    extras.map(|extra| array.iter().cloned().chain([extra]).collect()).collect()
}

/// On either side of every range, and beyond what a number holds.
const NUMBERS: &str = "-1 0 1 9 10 255 256 65535 65536 999999999 1000000000 \
    18446744073709551615 1e30 0.5 2.0";

/// Ids and not, languages and not, and one of whatever else a string may be.
const STRINGS: [&str; 13] = [
    "",
    "a b",
    "1/1",
    ".x",
    "-x",
    "_x:1.2-3",
    "vötes",
    "nl",
    "NL",
    "nld",
    "7",
    "3/100",
    "2001-01-01T00:00:00+01:00",
];

const FRACTIONS: &str = "0 03/0100 3/0 3/00 3/ /3 3/1/1 +3/100 -3/100 0.03 99999999999999999999";

const MOMENTS: [&str; 13] = [
    "2001-01-01T00:00:00.5Z",
    "2001-01-01t00:00:00z",
    "2001-01-01 00:00:00+01:00",
    "2001-01-01T00:00:00",
    "2001-01-01",
    "2001-02-29T00:00:00Z",
    "2001-13-01T00:00:00Z",
    "2001-12-32T00:00:00Z",
    "2001-12-31T23:59:60Z",
    "2001-12-31T23:59:61Z",
    "2001-01-01T24:00:00Z",
    "2001-01-01T00:60:00Z",
    "2001-01-01T00:00:00+00:60",
];
