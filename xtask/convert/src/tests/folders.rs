//! What holds for every folder.

use std::fs;

use form::Forms;

use super::{elections, folder};

/// Names of the folders under `elections/`.
pub(super) fn names() -> Vec<String> {
    let entries = fs::read_dir(elections()).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn every_folder_holds_together() {
    assert!(names().len() >= 2);
    for name in names() {
        let (election, _) = folder(&name).check().unwrap_or_else(|e| panic!("{name}: {e}"));
        Forms::new(election).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

/// The replay asks for units, forms and fields of the definition only.
#[test]
fn every_row_of_a_night_has_its_form() {
    for name in names() {
        let (election, night) = folder(&name).check().unwrap();
        let forms = Forms::new(election).unwrap();
        for entry in night.entries() {
            let unit = forms.election().units().find(entry.unit.as_str());
            let unit = unit.unwrap_or_else(|| panic!("{name}: no unit {}", entry.unit));
            let channels = &forms.election().head().signatures.channels;
            assert!(channels.contains_key(&*entry.channel), "{name}: channel {}", entry.channel);
            let formats::What::Returns { form, counts } = &entry.what else { continue };
            let (_, layout) = forms.of(unit).unwrap_or_else(|| panic!("{name}: {}", entry.unit));
            assert_eq!(*layout.id, **form, "{name}: {}", entry.unit);
            for (code, _) in counts {
                assert!(layout.find(code).is_some(), "{name}: {}: no field {code}", entry.unit);
            }
        }
    }
}

/// docs/formats/election.md names every key and every kind of check that a folder uses, and its
/// examples stand in tiny as they are.
#[test]
fn the_format_is_documented() {
    let page = elections().join("../docs/formats/election.md");
    let page = fs::read_to_string(page).unwrap();
    for name in names() {
        let json: serde_json::Value = serde_json::from_str(&folder(&name).definition).unwrap();
        for word in words(&json) {
            assert!(page.contains(&format!("`{word}`")), "{name}: {word} is not documented");
        }
    }
    let tiny = folder("tiny");
    let night: Vec<&str> = tiny.night.iter().flat_map(|(_, text)| text.lines()).collect();
    for line in examples(&page) {
        let line = line.trim_end_matches(',');
        let found = [&tiny.definition, &tiny.units].iter().any(|text| text.contains(line));
        assert!(found || night.contains(&line), "not in tiny: {line}");
    }
}

/// Keys, and the values of `kind`, `asks` and `is`; names that an election makes up are none.
fn words(json: &serde_json::Value) -> Vec<String> {
    const MADE_UP: [&str; 4] = ["name", "text", "one", "many"];
    let Some(object) = json.as_object() else {
        return json.as_array().into_iter().flatten().flat_map(words).collect();
    };
    let mut found = Vec::new();
    for (key, value) in object {
        found.push(key.clone());
        match (&**key, value) {
            ("kind" | "asks" | "is", value) => found.extend(value.as_str().map(str::to_owned)),
            (key, _) if MADE_UP.contains(&key) => {}
            ("selections" | "channels", serde_json::Value::Object(named)) => {
                found.extend(named.values().flat_map(words));
            }
            (_, value) => found.extend(words(value)),
        }
    }
    found
}

/// Lines of the page's blocks of JSON and CSV. A line that shortens tiny has no place there.
fn examples(page: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    page.lines().filter(move |line| {
        if line.starts_with("```") {
            inside = line.ends_with("json") || line.ends_with("csv");
            return false;
        }
        inside
    })
}

/// Writing twice changes nothing; a file of another night would be replayed with the others.
#[test]
fn a_folder_is_written_whole() {
    let place = tempfile::tempdir().unwrap();
    let tiny = folder("tiny");
    for _ in 0..2 {
        let line = tiny.write(place.path()).unwrap();
        assert_eq!(line, format!("{}: 8 units, 20 rows of the night", place.path().display()));
    }
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    assert_eq!(read("units.csv"), tiny.units);
    let stray = place.path().join("night/03-old.csv");
    fs::write(&stray, "").unwrap();
    let problem = tiny.write(place.path()).unwrap_err().to_string();
    assert_eq!(problem, format!("{}: is not of this night; move it away first", stray.display()));
}
