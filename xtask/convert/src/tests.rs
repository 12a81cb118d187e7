//! Tests of the folders under `elections/`, and of the conversions that made them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use form::{Form, Forms};
use formats::What;

use crate::folder::Folder;

mod dutch;
mod eml510;
mod folders;
mod iowa;
mod nl_tk;
mod schema;
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
    assert!(sorted(made) == sorted(&kept), "night");
}

/// The findings of every form of the night up to a label, as unit and code, in the order of
/// replay. Nothing may be refused.
fn findings(folder: &Folder, until: &str) -> Vec<(String, String)> {
    let (election, night) = folder.check().unwrap();
    let forms = Forms::new(election).unwrap();
    let mut found = Vec::new();
    for entry in night.until(until).unwrap() {
        let What::Returns { counts, .. } = &entry.what else { continue };
        let counts = counts.iter().map(|(code, count)| (&**code, i64::try_from(*count).unwrap()));
        let returns = Form { unit: entry.unit.as_str(), counts }.close(&forms);
        let returns = returns.unwrap_or_else(|e| panic!("{}: {e}", entry.unit));
        let codes = returns.findings().iter().map(|finding| forms.code(finding.rule).to_owned());
        found.extend(codes.map(|code| (entry.unit.to_string(), code)));
    }
    found
}
