//! The council folder against its EML file, and the rules on all 45 councils of 2022.

use std::{collections::BTreeMap, fs, process::Command};

use tempfile::TempDir;

use super::{check_same, findings, shared};
use crate::eml510;

/// The counts of the 45 councils by file name, unpacked with the system's tar.
fn counts() -> Option<BTreeMap<String, String>> {
    let archive = shared::file("elections/nl-gr2022/eml-45-municipalities.tar.xz")?;
    let place = TempDir::new().unwrap();
    let tar = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(place.path()).status();
    assert!(tar.unwrap().success());
    let files = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let counts = files.filter(|path| name(path).starts_with("Telling_"));
    Some(counts.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect())
}

#[test]
fn the_folder_is_what_the_converter_writes() {
    let Some(counts) = counts() else { return };
    let made = eml510::convert("count", &counts["Telling_GR2022_ReuselDeMierden.eml.xml"]).unwrap();
    check_same("nl-gr2022-reusel", &made);
}

/// Errors station by station, warnings by number: 1,117 real forms, ten of which do not close.
#[test]
fn the_rules_on_45_councils() {
    let Some(counts) = counts() else { return };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, xml) in &counts {
        let folder = eml510::convert(name, xml).unwrap_or_else(|e| panic!("{name}: {e}"));
        for (unit, code) in findings(&folder, "final") {
            found.entry(code).or_default().push(unit);
        }
    }
    assert_eq!(counts.len(), 45);
    for (code, units) in [
        ("F.201", "0451::SB11"),
        ("F.202", ""),
        ("F.204", ""),
        ("F.305", "0405::SB18"),
        ("F.306", "0342::SB20 0397::SB25 1771::SB1419"),
        ("F.307", ""),
        ("F.308", "0342::SB12 0342::SB9 0397::SB11 0397::SB12 0946::SB12"),
        ("F.309", "0946::SB12"),
        ("F.401", ""),
        ("F.402", ""),
    ] {
        let mut flagged = found.remove(code).unwrap_or_default();
        flagged.sort();
        assert_eq!(flagged.join(" "), units, "{code}");
    }
    let numbers: Vec<String> =
        found.iter().map(|(c, units)| format!("{c} {}", units.len())).collect();
    assert_eq!(numbers, ["W.201 2", "W.202 1", "W.203 1", "W.205 389", "W.206 8"]);
}
