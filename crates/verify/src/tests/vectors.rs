//! The vectors in docs/spec/vectors: for whoever writes another verifier, what this one says of
//! small inputs. A file that differs from what the code says fails here; with
//! `COUNTERSIGN_UPDATE_VECTORS=1` it is written anew.

mod bundles;
mod definitions;
mod folds;
mod forms;
mod keys;
mod logs;
mod nights;
mod outcomes;
mod policies;
mod receipts;
mod records;

use std::{env, fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use record::body::Definition;
use serde_json::Value;

/// Compares a file of vectors with what the code says.
#[track_caller]
fn hold(name: &str, made: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors");
    let path = folder.join(format!("{name}.json"));
    let made = format!("{}\n", serde_json::to_string_pretty(made).unwrap());
    if env::var_os("COUNTERSIGN_UPDATE_VECTORS").is_some_and(|value| value == "1") {
        fs::write(&path, &made).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let line = found.lines().zip(made.lines()).take_while(|(found, made)| found == made).count();
    assert!(found == made, "{name}.json differs from what the code says at line {}", line + 1);
}

/// Changes the table of units, as rows of strings.
fn edit(definition: &mut Definition, change: impl FnOnce(&mut Vec<Vec<String>>)) {
    let rows = definition.units.rows.iter();
    let mut rows = rows.map(|row| row.cells().map(str::to_owned).collect()).collect();
    change(&mut rows);
    definition.units.rows = rows.iter().collect();
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number from a text, the same in every run.
fn dice(text: &str, below: u64) -> u64 {
    let [first, second, third, ..] = *record::Digest::of(text.as_bytes()).as_bytes();
    (u64::from(first) << 16 | u64::from(second) << 8 | u64::from(third)) % below
}
