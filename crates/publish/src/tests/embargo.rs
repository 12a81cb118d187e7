//! Before the release the public side holds nothing from which a result could be read or tested.

use std::collections::BTreeMap;

use super::{night::Night, published, view};

/// A night of sealed readings; `red` and `blank` are figures in them.
fn sealed(red: u32, blank: u32) -> Night {
    let mut night = Night::new();
    let pen = night.pen;
    // The turnout of a station is public, and so it has a page.
    for unit in ["S:1", "S:2", "S:3"] {
        night.take(pen.turnout(unit, 40, 0));
    }
    let first = night.returns("S:1", &format!("E.1={red} E.2=3 F={blank}"));
    night.returns("S:3", &format!("E.1={blank}"));
    night.take(pen.correction("S:1", &format!("E.1={} E.2=3", red + 1), first));
    night.take(pen.phoned("S:2", &format!("E.1={red} E.2={blank}")));
    night
}

/// All files but those of the log, whose leaves are hashes of salted texts, and the signed list.
fn drawn(night: &Night) -> BTreeMap<String, Vec<u8>> {
    let mut files = published(night).files;
    let of_log = ["tile/", "checkpoint", "snapshot/", "head.json"];
    files.retain(|path, _| !of_log.iter().any(|start| path.starts_with(start)));
    files
}

#[test]
fn no_byte_depends_on_a_sealed_figure() {
    let one = drawn(&sealed(5, 1));
    for (red, blank) in [(6, 1), (5, 2), (0, 0), (987_654, 999_999)] {
        assert_eq!(drawn(&sealed(red, blank)), one);
    }
    // Where one area is released, nothing of the other is.
    let after = |red, blank| {
        let mut night = sealed(red, blank);
        night.returns("S:4", "E.1=8");
        night.release("A");
        night
    };
    let (left, right) = (after(5, 1), after(5, 2));
    let inside = |night: &Night| {
        let mut files = drawn(night);
        files.retain(|path, _| ["B", "S-3", "S-4"].iter().any(|unit| path.contains(unit)));
        files
    };
    assert_eq!(inside(&left).len(), 5);
    assert_eq!(inside(&left), inside(&right));
    assert_ne!(drawn(&left), drawn(&right));
}

#[test]
fn no_text_of_results_is_out() {
    let night = sealed(51_243, 7_777);
    let house = published(&night);
    for (path, bytes) in &house.files {
        let text = String::from_utf8_lossy(bytes);
        for figure in ["countersign/returns", "51243", "51.243", "51,243", "51244", "7777", "7.777"]
        {
            assert!(!text.contains(figure), "{path} has {figure}");
        }
    }
    // Neither how many of the leaves are returns, nor where the log tells one from another.
    for (_, page) in house.pages() {
        assert!(!page.contains("<td class=\"number\">1 / "), "{page}");
    }
    assert!(house.text("nl/index.html").contains("De uitslagen zijn verzegeld."));
    assert!(house.text("en/index.html").contains("not before 2025-10-29 21:00 CET."));
    assert!(house.text("data/tally.json").contains("\"units_reported\":0"));
    assert!(house.text("nl/S-1.html").contains("Hiervan is nog niets vrijgegeven."));
    assert!(!house.files.contains_key("nl/S-4.html"), "nothing of it is public");
    // The turnout is no result.
    assert!(house.text("nl/S-1.html").contains("<td class=\"number\">40</td>"));
}

/// A form is shown after its release and not before, also by whoever draws from a board that
/// holds more than the public's.
#[test]
fn a_sealed_form_is_not_drawn_from_any_board() {
    let night = sealed(51_243, 7_777);
    let view = view(&night.ledger, 1, 7);
    let files = crate::data_files(&view, None).into_iter().chain(crate::page_files(&view, None));
    let files: BTreeMap<String, Vec<u8>> = files.collect();
    let text = |path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    assert_eq!(text("data/form.csv").lines().count(), 1);
    for station in ["S-1", "S-2", "S-3"] {
        let page = text(&format!("en/{station}.html"));
        assert!(page.contains("Nothing from here has been released."), "{page}");
    }
    let area: serde_json::Value = serde_json::from_str(&text("data/units/A.json")).unwrap();
    assert_eq!((&area["units"][0]["form"], &area["units"][1]["form"]), (&NULL, &NULL));
}

const NULL: serde_json::Value = serde_json::Value::Null;

#[test]
fn what_is_released_is_out() {
    let mut night = sealed(51_243, 7_777);
    night.release("M");
    let house = published(&night);
    let packs = house.files.iter().filter(|(path, _)| path.starts_with("pack/"));
    let texts: String = packs.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    assert_eq!(texts.matches("countersign/returns/v1").count(), 4);
    assert!(!house.text("nl/index.html").contains("verzegeld"));
    assert!(house.text("nl/A.html").contains("102.487"));
}

#[test]
fn what_is_held_stays_sealed_after_the_release() {
    let night = |other: u32| {
        let mut night = Night::new();
        night.returns("S:1", "E.1=5 E.2=3");
        night.returns("S:1", &format!("E.1={other} E.2=3"));
        night.release("M");
        night
    };
    assert_eq!(drawn(&night(51_243)), drawn(&night(51_244)));
}
