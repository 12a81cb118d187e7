//! The invented folder tiny, written by hand, against the texts that the converter uses.

use std::collections::BTreeMap;

use election::Head;
use formats::{
    dutch::{Dutch, n10_1},
    eml::{station_form, sum_form},
};

use super::{findings, folder};

fn head(name: &str) -> Head {
    Head::from_json(&folder(name).definition).unwrap()
}

#[test]
fn tiny_has_the_full_paper_form() {
    let (tiny, dutch) = (head("tiny"), Dutch::read().unwrap());
    assert_eq!(tiny.forms, [n10_1().unwrap()]);
    assert_eq!(tiny.across, dutch.across);
    assert_eq!(tiny.contests, dutch.contests);
    assert_eq!(tiny.selections["figures"], dutch.figures);
    assert!(tiny.kinds.iter().all(|kind| dutch.kinds.contains(kind)));
}

/// One code says one thing, whichever Dutch folder it stands in.
#[test]
fn one_code_has_one_text() {
    let mut texts = BTreeMap::new();
    for name in ["tiny", "nl-gr2022-reusel", "nl-tk2025"] {
        for rule in head(name).forms.into_iter().flat_map(|form| form.rules) {
            let says = (rule.severity, rule.source, rule.text);
            let known = texts.entry(rule.code.clone()).or_insert_with(|| says.clone());
            assert_eq!(*known, says, "{name}: {}", rule.code);
        }
    }
    assert_eq!(texts.len(), 23);
}

#[test]
fn eml_asks_what_it_carries() {
    let codes = |form: election::FormSpec| {
        let codes: Vec<String> = form.rules.into_iter().map(|rule| rule.code).collect();
        codes.join(" ")
    };
    assert_eq!(
        codes(station_form().unwrap()),
        "F.201 F.202 F.204 F.305 F.306 F.307 F.308 F.309 F.401 F.402 \
         W.201 W.202 W.203 W.204 W.205 W.206"
    );
    assert_eq!(
        codes(sum_form().unwrap()),
        "F.201 F.202 F.204 F.401 F.402 W.201 W.202 W.203 W.204 W.205 W.206 F.312"
    );
}

/// PROVENANCE.md of tiny says what happens; W.001 is found between readings, not on one form.
#[test]
fn tiny_finds_what_it_promises() {
    let found = findings(&folder("tiny"), "late");
    let found: Vec<String> = found.iter().map(|(unit, code)| format!("{unit} {code}")).collect();
    let expected = ["9999::SB2 W.201", "9999::SB4 F.402", "9999::SB3 F.201", "9999::SB2 W.201"];
    assert_eq!(found, expected);
}
