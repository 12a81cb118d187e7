//! What holds for every folder.

use std::fs;

use form::Forms;

use super::{elections, folder};

/// Names of the folders under `elections/`.
fn names() -> Vec<String> {
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
