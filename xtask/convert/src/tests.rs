//! Tests of the folders under `elections/`, and of the conversions that made them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use crate::folder::Folder;

#[path = "../../../tests/shared.rs"]
mod shared;

fn elections() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../elections")
}

/// A folder as it lies under `elections/`.
fn folder(name: &str) -> Folder {
    let place = elections().join(name);
    let read =
        |path: PathBuf| fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
    let night = fs::read_dir(place.join("night")).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), read(entry.path()))
    });
    Folder {
        definition: read(place.join("election.json")),
        units: read(place.join("units.csv")),
        night: night.collect(),
        provenance: read(place.join("PROVENANCE.md")),
    }
}

/// What was written is what would be written now.
#[track_caller]
fn check_same(name: &str, made: &Folder) {
    let kept = folder(name);
    assert_eq!(made.definition, kept.definition, "election.json");
    assert_eq!(made.units, kept.units, "units.csv");
    assert_eq!(made.provenance, kept.provenance, "PROVENANCE.md");
    let sorted = |folder: &Folder| folder.night.iter().cloned().collect::<BTreeMap<_, _>>();
    assert_eq!(sorted(made), sorted(&kept), "night");
}

mod folders;
mod iowa;
