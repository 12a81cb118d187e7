//! docs/formats/election.schema.json against the crate `election`: both take the same definitions.
//! Where they do not, [`exceptions`] says why.

mod changes;
mod exceptions;
mod page;
mod small;

use std::{collections::BTreeSet, fs};

use boon::{Compiler, SchemaIndex, Schemas};
use election::{Election, Head, UnitTable};
use form::Forms;
use serde_json::{Value, json};

use super::{elections, folder, folders::names};

fn schema_json() -> Value {
    let text = fs::read_to_string(elections().join("../docs/formats/election.schema.json"));
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// The schema, ready to be asked.
struct Schema {
    all: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// As most programs ask: to them the format of a moment is a remark.
    fn new(json: Value) -> Self {
        Self::compile(Compiler::new(), json)
    }

    /// As programs ask that know a calendar.
    fn with_formats(json: Value) -> Self {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        Self::compile(compiler, json)
    }

    /// Compiling holds the schema against the meta-schema that it names.
    fn compile(mut compiler: Compiler, json: Value) -> Self {
        let mut all = Schemas::new();
        compiler.add_resource("election.schema.json", json).unwrap();
        let index = compiler.compile("election.schema.json", &mut all);
        let index = index.unwrap_or_else(|e| panic!("{e:#}"));
        Self { all, index }
    }

    /// What does not hold, or nothing.
    fn problem(&self, definition: &Value) -> Option<String> {
        self.all.validate(definition, self.index).err().map(|e| format!("{e:#}"))
    }

    fn takes(&self, definition: &Value) -> bool {
        self.all.validate(definition, self.index).is_ok()
    }
}

/// A definition with the units that it goes with.
struct Definition {
    name: String,
    json: Value,
    units: UnitTable,
}

impl Definition {
    fn new(name: &str, json: &str, units: &str) -> Self {
        let json = serde_json::from_str(json).unwrap();
        Self { name: name.to_owned(), json, units: UnitTable::from_csv(units).unwrap() }
    }

    /// Does everything that reads a definition take this one in its place?
    fn takes(&self, head: Head) -> bool {
        Election::new(head, &self.units).is_ok_and(|election| Forms::new(election).is_ok())
    }
}

/// A small definition with whatever no folder has, and every election folder: a shape is changed in
/// the first definition that has it, and small ones are read sooner.
fn definitions() -> Vec<Definition> {
    let mut folders: Vec<Definition> = names().iter().map(|name| of_folder(name)).collect();
    folders.sort_by_key(|definition| definition.units.rows.len());
    [Definition::new("small", small::DEFINITION, small::UNITS)].into_iter().chain(folders).collect()
}

fn of_folder(name: &str) -> Definition {
    let folder = folder(name);
    Definition::new(name, &folder.definition, &folder.units)
}

#[test]
fn every_definition_is_valid() {
    let schema = Schema::with_formats(schema_json());
    for definition in definitions() {
        assert_eq!(schema.problem(&definition.json), None, "{}", definition.name);
        let head = Head::from_json(&definition.json.to_string()).unwrap();
        assert!(definition.takes(head), "{}", definition.name);
    }
}

#[test]
fn what_is_refused_is_named() {
    let schema = Schema::with_formats(schema_json());
    let tiny = of_folder("tiny");
    let check = |place: &str, new: Value, expected: &str| {
        let mut json = tiny.json.clone();
        *json.pointer_mut(place).expect(place) = new;
        let problem = schema.problem(&json).expect(place);
        assert!(problem.contains(&format!("at '{place}'")), "{place}: {problem}");
        assert!(problem.contains(expected), "{place}: {problem}");
    };
    check("/id", json!("nl tk"), "'nl tk' does not match pattern");
    check("/languages", json!([]), "minimum 1 items required");
    check("/calendar", json!({"zone": "UTC"}), "missing properties 'polls_close', 'release'");
    check("/calendar/release", json!("2026-03-18"), "does not match pattern");
    check("/calendar/release", json!("2026-02-29T00:00:00Z"), "is not valid date-time");
    check("/attributes/0/kind", json!("float"), "value must be one of 'count', 'text'");
    check("/selections/lists/0/candidates", json!(-1), "must be >=0");
    check("/contests/0", json!({"id": "1"}), "missing properties 'name', 'selections'");
    check("/forms/0/sections/1/body/kind", json!("select"), "value must be 'selections'");
    check("/forms/0/sections/0/body/fields/0/presence", json!("no"), "'required', 'optional'");
    check("/forms/0/rules/0/check/kind", json!("sum"), "value must be 'sum-equals'");
    check("/forms/0/rules/0/severity", json!("info"), "value must be one of 'error', 'warning'");
    check("/forms/0/rules/17/check/share", json!("3%"), "'3%' does not match pattern");
    check("/signatures", json!({"officer": 2}), "additionalProperties 'officer' not allowed");
    check("/signatures/officers", json!(256), "must be <=255");
}

/// One thing in a definition, changed.
struct Change<'a> {
    place: &'a str,
    new: &'a Value,
}

/// Who of the two takes a definition that the other one refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taker {
    /// The schema does, and what reads election.json does not.
    Schema,
    /// All readers do, and the schema does not.
    Reader,
}

/// One thing is changed at a time, at every place of another shape.
#[test]
fn the_schema_and_the_reader_take_the_same() {
    let json = schema_json();
    let words = changes::words(&json);
    let schema = Schema::new(json);
    let (mut shapes, mut changed, mut used) = (BTreeSet::new(), 0, BTreeSet::new());
    let mut unexplained = Vec::new();
    for mut definition in definitions() {
        for place in changes::places(&definition.json, &mut shapes) {
            let old = definition.json.pointer(&place).unwrap().clone();
            for new in changes::of(&old, &words) {
                *definition.json.pointer_mut(&place).unwrap() = new.clone();
                changed += 1;
                let Some(who) = difference(&schema, &definition) else { continue };
                match exceptions::reason(who, &Change { place: &place, new: &new }) {
                    Some(reason) => drop(used.insert(reason)),
                    None => unexplained.push(format!("{}{place} {who:?}: {new}", definition.name)),
                }
            }
            *definition.json.pointer_mut(&place).unwrap() = old;
        }
    }
    println!("{changed} changes");
    assert_eq!(unexplained, [""; 0], "one of the two takes it, the other does not");
    assert_eq!(used, exceptions::reasons(), "an exception that nothing needs");
}

/// Only the reader follows names, so the schema may take what leads nowhere, and it may refuse what
/// the reader's next step refuses.
fn difference(schema: &Schema, definition: &Definition) -> Option<Taker> {
    let head = Head::from_json(&definition.json.to_string());
    match (schema.takes(&definition.json), head) {
        (true, Err(_)) => Some(Taker::Schema),
        (false, Ok(head)) => definition.takes(head).then_some(Taker::Reader),
        _ => None,
    }
}
