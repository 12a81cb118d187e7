//! What the schema says, beside the page election.md.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{
    super::elections,
    changes::{strings, words},
    definitions, schema_json,
};

fn keys(object: &Value) -> BTreeSet<String> {
    object["properties"].as_object().into_iter().flat_map(|o| o.keys().cloned()).collect()
}

/// Whatever is said anywhere in the schema, from the outside in.
fn visit(json: &Value, place: &str, see: &mut impl FnMut(&str, &Value)) {
    see(place, json);
    match json {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| visit(value, &format!("{place}/{key}"), see));
        }
        Value::Array(array) => array.iter().for_each(|value| visit(value, place, see)),
        _ => {}
    }
}

/// Objects take the keys they name and no other; what must stand is one of them; everything that
/// has a name is described; every definition is used.
#[test]
fn the_schema_is_strict_and_says_what_it_means() {
    let schema = schema_json();
    let mut used = BTreeSet::new();
    visit(&schema, "", &mut |place, json| {
        used.extend(json["$ref"].as_str().map(str::to_owned));
        let Some(properties) = json["properties"].as_object() else { return };
        assert_eq!(json["additionalProperties"], false, "{place}");
        for key in strings(&json["required"]) {
            assert!(properties.contains_key(&key), "{place}: {key}");
        }
        for (key, value) in properties {
            let pointer = value["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
            let said = [value, schema.pointer(pointer).unwrap()].map(|v| v["description"].as_str());
            assert!(said[0].or(said[1]).is_some() || value["const"].is_string(), "{place}/{key}");
        }
    });
    let defined = schema["$defs"].as_object().unwrap().keys();
    assert_eq!(used, defined.map(|name| format!("#/$defs/{name}")).collect());
}

/// A key or a word that no definition has is compared with nothing.
#[test]
fn every_key_and_word_stands_in_a_definition() {
    let schema = schema_json();
    let mut expected = words(&schema);
    visit(&schema, "", &mut |_, json| expected.extend(keys(json)));
    let mut found = BTreeSet::new();
    for definition in definitions() {
        visit(&definition.json, "", &mut |_, json| {
            found.extend(json.as_object().into_iter().flat_map(|o| o.keys().cloned()));
            found.extend(json.as_str().map(str::to_owned));
        });
    }
    // The laws that no folder asks for are compared with the reader, one by one.
    let outcome = &schema["$defs"]["outcome"]["properties"];
    let named = |key: &str| outcome[key]["enum"].as_array().unwrap().clone();
    for method in named("method") {
        assert!(serde_json::from_value::<election::Method>(method.clone()).is_ok(), "{method}");
        found.extend(method.as_str().map(str::to_owned));
    }
    for quota in named("quota") {
        assert!(serde_json::from_value::<election::NamedQuota>(quota.clone()).is_ok(), "{quota}");
        found.extend(quota.as_str().map(str::to_owned));
    }
    assert_eq!(expected.difference(&found).collect::<Vec<_>>(), [""; 0]);
}

/// The page's tables of keys, and of kinds with their keys, are the schema's.
#[test]
fn the_page_and_the_schema_have_the_same_keys() {
    let schema = schema_json();
    let page = fs::read_to_string(elections().join("../docs/formats/election.md")).unwrap();
    let mut kinds = BTreeSet::new();
    for table in page.split("\n\n").filter(|block| block.starts_with("| k")) {
        let rows: Vec<Vec<&str>> =
            table.lines().map(|row| row.trim_matches('|').split('|').collect()).collect();
        let (header, rows) = (rows[0][0].trim(), &rows[2..]);
        if header.starts_with("kind") {
            for row in rows {
                let kind = words_of(row[0]).pop_first().unwrap();
                let mut expected = keys(&schema["$defs"][&kind]);
                assert!(expected.remove("kind"), "{kind}");
                assert_eq!(words_of(row[2]), expected, "{kind}");
                kinds.insert(kind);
            }
        } else {
            let place = header.strip_prefix("key of a ").map(|name| format!("/$defs/{name}"));
            let object = schema.pointer(&place.unwrap_or_default()).unwrap();
            let named: BTreeSet<String> = rows.iter().flat_map(|row| words_of(row[0])).collect();
            assert_eq!(named, keys(object), "{header}");
        }
    }
    assert_eq!(kinds, kinds_of(&schema));
}

/// What stands in `code` in a cell, up to the first remark.
fn words_of(cell: &str) -> BTreeSet<String> {
    let named = cell.split('(').next().unwrap_or_default();
    named.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn kinds_of(schema: &Value) -> BTreeSet<String> {
    let defined = schema["$defs"].as_object().unwrap().values();
    let kinds = defined.filter_map(|object| object["properties"]["kind"]["const"].as_str());
    kinds.map(str::to_owned).collect()
}
