//! The tally as JSON and as tables: the contract, byte for byte.

use election::Mode;
use record::body::Definition;
use serde_json::json;

use super::{
    night::{Night, definition},
    published, view,
};
use crate::{tally_report, until_report};

fn night() -> Night {
    let mut night = Night::new();
    let pen = night.pen;
    night.release("M");
    night.returns("S:1", "E.1=120 E.2=7 P.1=12345 F=1");
    night.returns("S:3", "E.1=0");
    night.take(pen.phoned("S:1", "E.1=120 E.2=8"));
    night
}

#[test]
fn the_contract_of_the_tally() {
    let night = night();
    let north = json!({
        "ballots": {"blank": 1},
        "points": {"1": "1234.5"},
        "votes": {"1": 120, "2": 7},
    });
    let expected = json!({
        "election": "test",
        "until": null,
        "units_reported": 2,
        "units_expected": 4,
        "heard": {"ballots": "2/5", "points": "2/5", "votes": "2/5"},
        "tallies": north,
        "areas": {
            "M": north,
            "A": north,
            // Zero votes were counted here; blank ones and points are not known, and not 0.
            "B": {"ballots": {}, "points": {}, "votes": {"1": 0}},
        },
        "findings": [
            {
                "unit": "S:1",
                "code": "W.001",
                "severity": "warning",
                "source": "",
                "fields": ["E.2", "P.1", "F"],
                "expected": 7,
                "found": 8,
                "text": {"nl": "7 or 8", "en": "7 or 8"},
            },
            {
                "unit": "S:3",
                "code": "F.1",
                "severity": "error",
                "source": "N 1",
                "fields": ["E.1"],
                "expected": 1,
                "found": 0,
                "text": {"nl": "E.1 is 0.", "en": "E.1 is 0, not 1."},
            },
        ],
        "outcome": null,
    });
    let ledger = night.public();
    let view = view(&ledger, 1, 6);
    assert_eq!(tally_report(&view), expected);
    assert_eq!(until_report(&view, Some("22:00"))["until"], "22:00");
    // The bundle's file says the same, with its edition.
    let file = json!({
        "edition": {
            "election": "test", "mode": "rehearsal", "sequence": 1, "size": 6, "time": 1_761_768_090,
        },
        "tally": expected,
    });
    assert_eq!(published(&night).text("data/tally.json"), format!("{file}\n"));
}

#[test]
fn before_anything_came_everything_is_unknown() {
    let night = Night::new();
    let nothing = json!({"ballots": {}, "points": {}, "votes": {}});
    let report = tally_report(&view(&night.public(), 1, 2));
    assert_eq!(report["tallies"], nothing);
    assert_eq!(report["areas"], json!({"M": nothing, "A": nothing, "B": nothing}));
    assert_eq!(report["heard"], json!({"ballots": "0", "points": "0", "votes": "0"}));
    assert_eq!((&report["units_reported"], &report["units_expected"]), (&json!(0), &json!(4)));
    assert_eq!(report["findings"], json!([]));
}

#[test]
fn an_area_names_every_reading_of_its_stations() {
    let night = night();
    let ids: Vec<String> = night.notes.iter().map(|n| super::night::id_of(n).to_string()).collect();
    let area = published(&night).text("data/units/A.json").to_owned();
    let area: serde_json::Value = serde_json::from_str(&area).unwrap();
    assert_eq!(area["position"], 3);
    assert_eq!(
        (&area["unit"], &area["name"], &area["own"]),
        (&json!("A"), &json!("North"), &json!(null))
    );
    let [station, silent] = area["units"].as_array().unwrap().as_slice() else { panic!("{area}") };
    let reading = |record: usize, channel: &str, devices: u8, fields: serde_json::Value| {
        json!({
            "record": ids[record], "position": record, "channel": channel, "seq": 1,
            "devices": devices, "fields": fields,
        })
    };
    assert_eq!(
        station["form"],
        json!({
            "assurance": "one-source",
            "contradiction": null,
            "counted": ids[3],
            "readings": [
                reading(3, "app", 2, json!({"E.1": 120, "E.2": 7, "P.1": 12345, "F": 1})),
                reading(5, "phone", 1, json!({"E.1": 120, "E.2": 8})),
            ],
        })
    );
    assert_eq!(station["findings"][0]["code"], "W.001");
    assert_eq!((&silent["unit"], &silent["form"]), (&json!("S:2"), &json!(null)));
    assert_eq!((&silent["units_reported"], &silent["units_expected"]), (&json!(0), &json!(1)));
}

#[test]
fn a_table_has_a_row_for_each_unit_that_was_heard() {
    let night = night();
    let ids: Vec<String> = night.notes.iter().map(|n| super::night::id_of(n).to_string()).collect();
    assert_eq!(
        published(&night).text("data/form.csv"),
        format!(
            "unit,name,record,position,E.1,E.2,P.1,P.2,F\n\
             S:1,\"School\",{},3,120,7,12345,,1\n\
             S:3,\"Library\",{},4,0,,,,\n",
            ids[3], ids[4]
        )
    );
}

#[test]
fn every_key_has_its_history_in_a_table() {
    let mut night = super::night::night_of_codes();
    night.take(night.pen.turnout("S:1", 4, 0));
    let house = published(&night);
    let id = |name: &str| format!("{name}+{}", super::night::key(name).public().id());
    let officer = |name: &str| format!("0,enrol,M,\"{name}\",officer,\"{}\",\"\"\n", id(name));
    let registrar = |name: &str| format!("2,enrol,A,\"{name}\",registrar,\"{}\",\"\"\n", id(name));
    let code = |at: u64, person: &str| {
        let unit = person.split('/').next().unwrap();
        format!("{at},invite,{unit},\"{person}\",,\"\",\"\"\n")
    };
    let change = |at: u64, what: &str, person: &str, key: &str, why: &str| {
        format!("{at},{what},S:1,\"{person}\",member,\"{}\",\"{why}\"\n", id(key))
    };
    let rows = [
        "position,action,unit,person,role,key,reason\n".to_owned(),
        ["jansen", "de-vries", "bakker"].map(officer).concat(),
        ["A/r1", "A/r2"].map(|person| code(1, person)).concat(),
        ["A/r1", "A/r2"].map(registrar).concat(),
        ["S:1/1", "S:1/2", "S:2/1"].map(|person| code(3, person)).concat(),
        change(4, "enrol", "S:1/1", "phone", ""),
        change(4, "enrol", "S:1/2", "S:1/2", ""),
        change(5, "revoke", "S:1/1", "phone", "left on a train"),
        code(6, "S:1/1"),
        change(7, "enrol", "S:1/1", "S:1/1", "a new phone"),
    ];
    assert_eq!(house.text("data/keys/history.csv"), rows.concat());
}

#[test]
fn a_cell_is_no_formula() {
    for (name, cell) in [
        ("School", "\"School\""),
        ("De \"Hoek\", zaal 2", "\"De \"\"Hoek\"\", zaal 2\""),
        ("=1+1", "\"'=1+1\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@sum", "\"'@sum\""),
        ("\t=1", "\"'\t=1\""),
        ("\r=1", "\"'\r=1\""),
        ("1=1", "\"1=1\""),
        ("=\"x\"", "\"'=\"\"x\"\"\""),
        ("", "\"\""),
    ] {
        let mut definition = definition();
        let rows = definition.units.rows.iter().enumerate().map(|(number, row)| {
            let is_it = move |cell| (number, cell) == (2, 3);
            row.cells().enumerate().map(move |(cell, text)| if is_it(cell) { name } else { text })
        });
        definition.units.rows = rows.collect();
        let mut night = Night::of(definition);
        night.release("M");
        night.returns("S:1", "E.1=1 E.2=1");
        let house = published(&night);
        let row = house.text("data/form.csv").split_once('\n').unwrap().1;
        assert!(row.starts_with(&format!("S:1,{cell},")), "{row}");
    }
}

#[test]
fn every_data_file_tells_a_rehearsal_from_the_real_thing() {
    for (mode, name) in [(Mode::Rehearsal, "\"rehearsal\""), (Mode::Live, "\"live\"")] {
        let night = Night::of(Definition { mode, ..definition() });
        let ledger = night.public();
        let edition = crate::Edition { sequence: 1, size: 2, time: 0, mode };
        let view = crate::View::of(&ledger, edition);
        for (path, bytes) in crate::data_files(&view, None) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(path.ends_with(".csv") || text.contains(&format!("\"mode\":{name}")), "{path}");
        }
        let pages = crate::page_files(&view, None);
        for (path, bytes) in pages.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            assert_eq!(text.contains("class=\"rehearsal\""), mode == Mode::Rehearsal, "{path}");
        }
    }
}
