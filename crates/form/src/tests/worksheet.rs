//! The checks of a caucus worksheet, C02 to C10.

use serde_json::{Value, json};

use super::{definition, findings, read, rule};
use crate::{Forms, SpecError};

/// A precinct for each number of delegates; one delegate is 0.1 state delegate equivalents.
fn units() -> String {
    let rows = (0..=20).map(|elects| format!("D{elects},station,M,x,{elects},1,10\n"));
    let head =
        "id,kind,parent,name,elects,above,below\nM,municipality,,x,,,\nS,station,M,x,,1,10\n";
    head.to_owned() + &rows.collect::<String>()
}

fn worksheets() -> Forms {
    worksheets_of(&units()).unwrap()
}

fn worksheets_of(units: &str) -> Result<Forms, SpecError> {
    let selections = |id: &str| {
        let body = json!({"kind": "selections", "contest": id, "prefix": format!("{id}.")});
        json!({"id": id, "name": "", "body": body})
    };
    let quotient = json!({"section": "sde", "numerator": "above", "denominator": "below"});
    let sections = json!([selections("first"), selections("final"), selections("sde"), {
        "id": "delegates", "name": "", "body": {
            "kind": "quotient", "contest": "delegates", "prefix": "d.", "quotient": quotient,
        },
    }]);
    let asks = [
        ("C02", "viable-stays"),
        ("C04", "award-viable"),
        ("C05", "viable-awarded"),
        ("C06c", "award-order"),
        ("C07", "delegates"),
        ("C09b", "award-legal"),
        ("C10", "viable-fit"),
    ];
    let rules: Vec<Value> =
        asks.iter().map(|(c, asks)| rule(c, &json!({"kind": "caucus", "asks": asks}))).collect();
    let mut definition = definition(&sections, &json!(rules));
    definition["selections"]["lists"][1]["in"] = json!([]);
    definition["forms"][0]["caucus"] = json!({
        "first": "first", "final": "final", "award": "sde",
        "delegates": "delegates", "elects": "elects",
    });
    read(&definition, units)
}

/// Groups a, b, … of a precinct: people first, people last, delegates awarded.
#[track_caller]
fn check(unit: &str, [first, last, delegates]: [&str; 3], expected: &[&str]) {
    let row = |prefix: &str, figures: &str, times: u64| {
        let mut figures: Vec<u64> = figures.split('/').map(|f| f.parse().unwrap()).collect();
        figures.resize(5, 0);
        let cells = figures.iter().zip(["a", "b", "c", "d", "e"]);
        let cells = cells.map(|(figure, group)| format!("{prefix}.{group}={}", figure * times));
        cells.collect::<Vec<_>>().join(" ")
    };
    let rows = [row("first", first, 1), row("final", last, 1), row("sde", delegates, 1000)];
    let found = findings(&worksheets(), unit, &rows.join(" "));
    assert_eq!(found, expected, "{unit}: {first} then {last}, {delegates}");
}

/// Typed wrongly, such a number would make one check last for hours, or overflow.
#[test]
fn no_precinct_elects_more_than_a_thousand() {
    for (elects, refused) in [(1000, false), (1001, true), (u64::MAX, true)] {
        let units = units() + &format!("X,station,M,x,{elects},1,10\n");
        let (form, unit) = ("form".to_owned(), "X".to_owned());
        let error = SpecError::Delegates { form, unit, most: 1000, found: elects };
        assert_eq!(worksheets_of(&units).err(), refused.then_some(error));
    }
}

#[test]
fn a_worksheet_that_holds() {
    check("D7", ["90/45/50/15", "100/50/50/0", "3/2/2/0"], &[]);
    check("D6", ["100/50/50", "100/50/50", "3/1/2"], &[]);
    check("D3", ["10/5/4", "10/5/4", "1/1/1"], &[]);
    check("D1", ["6/5", "5/6", "0/1"], &[]);
    // Nobody came, and a precinct of which nobody knows what it elects: nothing to say.
    check("D7", ["0", "0", "3"], &[]);
    check("S", ["10/5/4", "1/0/0", "0/0/3"], &[]);
}

#[test]
fn c02_a_viable_group_stays() {
    // 15 of 100 are viable, 14 are not.
    check("D4", ["70/15/15", "70/15/15", "2/1/1"], &[]);
    check("D4", ["71/15/14", "86/14/0", "4/0/0"], &["C02 [final.b]: expected 15, found 14"]);
    check("D4", ["72/14/14", "86/14/0", "4/0/0"], &[]);
    check("D4", ["60/20/20", "100/0/0", "4/0/0"], &["C02 [final.b final.c]: expected 20, found 0"]);
}

#[test]
fn c02_excuses_those_who_had_to_go() {
    // Two delegates and three viable groups of 100: the smallest has to go.
    check("D2", ["40/35/25", "50/50/0", "1/1/0"], &[]);
    // Not the next one.
    check("D2", ["40/35/25", "60/0/40", "1/0/1"], &["C02 [final.b]: expected 35, found 0"]);
    // Two tie for the place: either may have gone.
    check("D2", ["40/30/30", "60/40/0", "1/1/0"], &[]);
    check("D2", ["40/30/30", "60/0/40", "1/0/1"], &[]);
    // Two of four have to go, and the third ties with the last of them.
    check("D2", ["25/25/25/25", "50/50/0/0", "1/1/0/0"], &[]);
}

#[test]
fn c04_only_viable_groups_are_awarded() {
    check("D4", ["85/15", "85/15", "3/1"], &[]);
    check(
        "D4",
        ["86/14", "86/14", "3/1"],
        &[
            "C04 [sde.b]: expected 15, found 14",
            "C09b [d.a d.b d.c d.d d.e]: expected 4/0, found 3/1",
        ],
    );
}

#[test]
fn c05_every_viable_group_is_awarded() {
    check(
        "D4",
        ["60/40", "60/40", "4/0"],
        &[
            "C05 [sde.b]: expected 1, found 0",
            "C09b [d.a d.b d.c d.d d.e]: expected 2/2, found 4/0",
        ],
    );
}

#[test]
fn c06c_a_smaller_group_is_not_awarded_more() {
    check(
        "D7",
        ["100/60/40", "100/60/40", "4/1/2"],
        &[
            "C06c [sde.c sde.b]: expected 1000, found 2000",
            "C09b [d.a d.b d.c d.d d.e]: expected 4/2/1, found 4/1/2",
        ],
    );
    check("D6", ["100/50/50", "100/50/50", "3/2/1"], &[]);
}

#[test]
fn c07_as_many_delegates_as_the_precinct_elects() {
    let legal = "C09b [d.a d.b d.c d.d d.e]: expected 3/2/2, found";
    let sum = "C07 [d.a d.b d.c d.d d.e]: expected 7, found";
    check(
        "D7",
        ["100/50/50", "100/50/50", "3/2/1"],
        &[&format!("{sum} 6"), &format!("{legal} 3/2/1")],
    );
    check(
        "D7",
        ["100/50/50", "100/50/50", "4/2/2"],
        &[&format!("{sum} 8"), &format!("{legal} 4/2/2")],
    );
    // Also where one delegate is elected, or none.
    check("D1", ["6/5", "6/5", "1/1"], &["C07 [d.a d.b d.c d.d d.e]: expected 1, found 2"]);
    check("D0", ["6/5", "6/5", "1/0"], &["C07 [d.a d.b d.c d.d d.e]: expected 0, found 1"]);
}

#[test]
fn c09b_legal_for_some_attendance() {
    // With the 200 in the groups 4/2/1 is not legal, whoever else was there.
    check(
        "D7",
        ["100/50/50", "100/50/50", "4/2/1"],
        &["C09b [d.a d.b d.c d.d d.e]: expected 3/2/2, found 4/2/1"],
    );
    // Of the 85 in the groups 15 are viable, so C05; had 101 people been there they would not be.
    check("D4", ["70/15", "70/15", "4/0"], &["C05 [sde.b]: expected 1, found 0"]);
    // Three viable groups for two delegates, whoever else was there.
    check(
        "D2",
        ["100/100/100", "100/100/100", "1/1/0"],
        &[
            "C09b [d.a d.b d.c d.d d.e]: expected —, found 1/1/0",
            "C10 [final.a final.b final.c final.d final.e]: expected 2, found 3",
        ],
    );
}

#[test]
fn c10_no_more_viable_groups_than_delegates() {
    check(
        "D2",
        ["40/30/30", "40/30/30", "1/1/0"],
        &[
            // Of 121 people the two groups of 30 would not be viable.
            "C09b [d.a d.b d.c d.d d.e]: expected 2/0/0, found 1/1/0",
            "C10 [final.a final.b final.c final.d final.e]: expected 2, found 3",
        ],
    );
    check("D3", ["40/30/30", "40/30/30", "1/1/1"], &[]);
}
