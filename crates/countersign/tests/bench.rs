//! `countersign bench`: the shape of its answers. How fast this machine is, no test asks.
#![cfg(test)]

use std::process::{Command, Output};

use serde_json::Value;

fn bench(names: &[&str]) -> Output {
    let election = concat!(env!("CARGO_MANIFEST_DIR"), "/../../elections/nl-tk2025");
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.arg("bench").args(names).args(["--json", "--election", election]);
    command.output().unwrap()
}

#[track_caller]
fn check(name: &str, unit: &str, has_floor: bool) {
    let output = bench(&[name]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [row] = answer.as_array().unwrap().as_slice() else { panic!("{answer}") };
    let keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["floor", "name", "ratio", "unit", "value"]);
    assert_eq!((&row["name"], &row["unit"]), (&Value::from(name), &Value::from(unit)));
    assert!(row["value"].as_f64().unwrap() > 0.0, "{row}");
    assert_eq!(row["floor"].is_f64(), has_floor, "{row}");
    assert_eq!(row["ratio"].is_f64(), has_floor, "{row}");
}

#[test]
fn each_number_stands_beside_its_floor() {
    check("fsync", "µs", false);
    check("tally", "ms", true);
    check("tally-update", "µs", true);
    check("seats", "ms", true);
}

#[test]
fn a_name_that_is_none_is_answered_with_all_that_are() {
    let output = bench(&["fsync", "speed"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    let names = "fsync, intake, intake-p99, batch, append, append-p99, append-fsyncs, tally, tally-update, seats, eml, eml-memory, verify-records, verify-bundle, verify-million, verify-million-memory, verify-million-station";
    assert_eq!(error, format!("countersign: expected one of {names}, found \"speed\"\n"));
    assert_eq!(output.stdout, b"");
}
