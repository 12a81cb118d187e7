//! The one door: what a definition fixes, and the first thing for which it is refused.

use serde_json::{Value, json};

use super::{UNITS, build, definition, election};
use crate::{ElectionError, Head, Instant, Language, TimeError};

#[test]
fn selections_stand_in_one_row_with_candidates_behind_their_list() {
    let election = election();
    let contests = election.contests();
    let all = contests.all().iter().flat_map(|c| c.columns().map(move |column| (c, column)));
    let row = all.map(|(contest, (column, selection))| {
        let name = selection.name.get(&Language::from("nl"));
        format!("{}.{} {} {name}", contest.id, selection.id, column.get())
    });
    let expected = [
        "votes.1 0 Red",
        "votes.1/1 1 Ann",
        "votes.1/2 2 Bo",
        "votes.2 3 Blue",
        "votes.2/1 4 1",
        "ballots.blank 5 blank",
    ];
    assert_eq!(row.collect::<Vec<_>>(), expected);
    assert_eq!(contests.width(), 6);
    let votes = contests.by_id("votes").unwrap();
    let lists: Vec<_> = votes.selections.iter().map(|s| s.list).collect();
    assert_eq!(lists, [None, Some(0), Some(0), None, Some(3)]);
    assert_eq!((contests.find("ballots"), contests.find("x")), (Some(1), None));
}

#[test]
fn a_list_stands_where_the_definition_says() {
    let election = election();
    let votes = election.contests().by_id("votes").unwrap();
    for (selection, units) in [("1", "M N N1 N2 S S1"), ("2", "N N1 N2"), ("2/1", "N N1 N2")] {
        let selection = &votes.selections[votes.find(selection).unwrap()];
        let standing = election.units().all().filter(|(u, _)| election.on_ballot(selection, *u));
        let ids: Vec<_> = standing.map(|(_, unit)| unit.id.as_str()).collect();
        assert_eq!(ids.join(" "), units, "{}", selection.id);
    }
}

#[test]
fn expected_are_the_places_that_count() {
    let election = election();
    for (unit, form, expected) in
        [("M", None, false), ("N", None, false), ("N1", Some(0), true), ("S1", Some(0), true)]
    {
        let index = election.units().find(unit).unwrap();
        assert_eq!(election.form_of(index), form, "{unit}");
        assert_eq!(election.is_expected(index), expected, "{unit}");
    }
    // A district that fills in a form of its own is not waited for: its stations are.
    let mut with_sums = definition();
    with_sums["forms"][0]["kinds"] = json!(["station", "district"]);
    let election = build(&with_sums, UNITS).unwrap();
    let district = election.units().find("N").unwrap();
    assert_eq!((election.form_of(district), election.is_expected(district)), (Some(0), false));
}

/// Puts a value in the definition and expects it refused for that.
#[track_caller]
fn refused(place: &str, value: Value, expected: &str) {
    let mut definition = definition();
    *definition.pointer_mut(place).expect(place) = value;
    assert_eq!(build(&definition, UNITS).unwrap_err().to_string(), expected);
}

#[test]
fn what_is_named_must_be_defined() {
    let undefined =
        |place, what, id| format!("{place} names the {what} {id:?}, which is not defined");
    refused(
        "/forms/0/kinds/0",
        json!("village"),
        &undefined("form \"n10\"", "kind of unit", "village"),
    );
    refused(
        "/contests/0/selections",
        json!("parties"),
        &undefined("contest \"votes\"", "list of selections", "parties"),
    );
    refused("/selections/lists/1/in/0", json!("W"), &undefined("selection \"2\"", "unit", "W"));
    let heard = |id| undefined("heard", "attribute of numbers", id);
    refused("/heard/attribute", json!("weight"), &heard("weight"));
    let text = definition()["heard"]["attribute"].clone();
    let text = text.as_str().unwrap();
    refused("/attributes", json!([{"id": text, "kind": "text"}]), &heard(text));
}

#[test]
fn ids_are_ids_and_stand_once() {
    let bad = |what, id| format!("{what} {id:?}: an id is 1 to 64 of A-Z a-z 0-9 : . _ -");
    refused("/id", json!("nl tk"), &bad("election", "nl tk"));
    refused("/id", json!(""), &bad("election", ""));
    refused("/id", json!("../x"), &bad("election", "../x"));
    refused("/contests/0/id", json!("vötes"), &bad("contest", "vötes"));
    refused("/selections/lists/0/id", json!("1/1"), &bad("selection", "1/1"));
    refused("/kinds/0/id", json!("whole land"), &bad("kind", "whole land"));
    refused("/attributes/0/id", json!("=seats"), &bad("attribute", "=seats"));
    refused("/forms/0/id", json!("../n10"), &bad("form", "../n10"));
    refused("/forms/0/id", json!(""), &bad("form", ""));
    refused("/forms/0/sections/0/id", json!("@rest"), &bad("section", "@rest"));
    refused("/signatures/channels", json!({"the app": {"persons": 2}}), &bad("channel", "the app"));
    let colon = "form \"n:10\": its id is a file's name, and holds no colon";
    refused("/forms/0/id", json!("n:10"), colon);
    refused("/contests/1/id", json!("votes"), "contest \"votes\" is defined twice");
    refused("/selections/lists/1/id", json!("1"), "selection \"1\" is defined twice");
    refused(
        "/kinds/1/id",
        definition()["kinds"][0]["id"].clone(),
        &format!("kind {} is defined twice", definition()["kinds"][0]["id"]),
    );
    let attribute = definition()["attributes"][0].clone();
    refused(
        "/attributes",
        json!([attribute, attribute]),
        &format!("attribute {} is defined twice", attribute["id"]),
    );
    let form = definition()["forms"][0].clone();
    let mut other = form.clone();
    refused("/forms", json!([form, other]), "form \"n10\" is defined twice");
    other["id"] = json!("n11");
    refused("/forms", json!([form, other]), "form of kind \"station\" is defined twice");
}

/// The code of a field is the head of a column.
#[test]
fn a_fields_code_fits_into_a_table() {
    let bad = |code: &str| {
        format!(
            "form \"n10\", section \"rest\": {code:?} is no code of a field: it is empty, or holds \
             white space, a comma, a quote or a control character"
        )
    };
    let code = "/forms/0/sections/0/body/fields/0/code";
    for wrong in ["", "F G", "F,G", "\"F\"", "F'", "F\n", "F\u{a0}", "F\u{7}"] {
        refused(code, json!(wrong), &bad(wrong));
    }
    let body = "/forms/0/sections/0/body";
    let lists = |prefix| json!({"kind": "selections", "contest": "votes", "prefix": prefix});
    refused(body, lists("E,"), &bad("E,"));
    for right in ["F", "first.sanders", "3/7", "Größe", "E.", "A+B", "_"] {
        let mut definition = definition();
        *definition.pointer_mut(code).unwrap() = json!(right);
        build(&definition, UNITS).unwrap();
        *definition.pointer_mut(body).unwrap() = lists(right);
        build(&definition, UNITS).unwrap();
    }
}

/// Every language is a folder of the site.
#[test]
fn languages_are_codes_of_two_letters() {
    let bad = |code| format!("languages: expected two letters a-z, found {code:?}");
    refused("/languages", json!([]), "languages: there is none");
    for wrong in ["", "n", "NL", "nld", "n.", "..", "é"] {
        refused("/languages/1", json!(wrong), &bad(wrong));
    }
    refused("/languages/1", json!("nl"), "language \"nl\" is defined twice");
}

#[test]
fn times_are_told_in_a_zone_that_there_is() {
    for wrong in ["", "Amsterdam", "Europe/Atlantis", "+01:00", "Etc/Unknown"] {
        refused("/calendar/zone", json!(wrong), &format!("calendar: there is no zone {wrong:?}"));
    }
    for right in ["UTC", "Europe/Amsterdam", "America/Chicago"] {
        let mut definition = definition();
        definition["calendar"]["zone"] = json!(right);
        build(&definition, UNITS).unwrap();
    }
}

#[test]
fn every_text_stands_in_every_language() {
    let dutch = || json!({"nl": "alleen Nederlands"});
    for (pointer, place) in [
        ("/name", "name"),
        ("/kinds/1/one", "kind \"district\""),
        ("/kinds/1/many", "kind \"district\""),
        ("/selections/lists/1/name", "selection \"2\" of \"lists\""),
        ("/contests/1/name", "contest \"ballots\""),
        ("/heard/name", "heard"),
        ("/forms/0/name", "form \"n10\""),
        ("/forms/0/sections/0/name", "section \"rest\" of form \"n10\""),
        ("/forms/0/sections/0/body/fields/0/name", "field \"F\" of form \"n10\""),
        ("/forms/0/rules/0/text", "rule \"F.1\" of form \"n10\""),
        ("/across/0/text", "rule \"W.001\""),
    ] {
        refused(pointer, dutch(), &format!("{place}: no text in \"en\""));
    }
}

#[test]
fn the_release_moment_does_not_lie_before_the_polls_close() {
    refused(
        "/calendar/release",
        json!("2025-10-29T20:59:59+01:00"),
        "calendar: the release moment 2025-10-29T19:59:59Z lies before the polls close at \
         2025-10-29T20:00:00Z",
    );
}

#[test]
fn a_head_of_another_shape_is_refused_with_its_place() {
    for (from, to, expected) in [
        ("\"id\":\"test\"", "\"id\":7", "invalid type: integer `7`, expected a string"),
        ("\"officers\":2", "\"officers\":256", "invalid value: integer `256`, expected u8"),
        ("\"officers\":2", "\"officers\":2,\"offiers\":2", "unknown field `offiers`"),
        ("\"kind\":\"not-zero\"", "\"kind\":\"magic\"", "unknown variant `magic`"),
        ("\"decimals\":4", "\"decimals\":10", "a figure has 0 to 9 decimals, found 10"),
        ("2025-10-29T21:00:00+01:00", "2025-10-29", "a moment is written"),
        ("\"persons\":2", "\"persons\":-1", "invalid value: integer `-1`, expected u8"),
        ("\"across\":[", "\"across\":{", "invalid type: map, expected a sequence"),
    ] {
        let text = definition().to_string();
        assert!(text.contains(from), "{from}");
        match Head::from_json(&text.replacen(from, to, 1)) {
            Err(ElectionError::Head(message)) => {
                assert!(message.contains(expected), "{message}");
                assert!(message.contains("line 1 column"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// serde would take these; another reader would not.
#[test]
fn a_head_is_written_in_one_form() {
    let check = |pointer: &str, value: Value, place: &str| {
        let mut definition = definition();
        *definition.pointer_mut(pointer).unwrap() = value;
        let expected = format!("{place} is written in another form");
        let found = Head::from_json(&definition.to_string());
        assert_eq!(found, Err(ElectionError::Head(expected)));
    };
    let moment = "2025-10-29T21:00:00+01:00";
    let calendar = json!(["Europe/Amsterdam", moment, moment]);
    check("/calendar", calendar, "election.json.calendar");
    check("/attributes/0/kind", json!({"count": null}), "election.json.attributes[0].kind");
    check("/across/0/check", json!(["readings-agree"]), "election.json.across[0].check");
}

#[test]
fn a_moment_has_one_form() {
    for good in [
        "2025-10-29T21:00:00+01:00",
        "2025-10-29T20:00:00Z",
        "2025-10-29T15:00:00-05:00",
        "2025-10-29T20:00:00.5Z",
        "2025-10-29T21:00:00.999999999+01:00",
        "2025-10-30T19:59:00+23:59",
        "2025-10-28T20:01:00-23:59",
    ] {
        assert_eq!(good.parse::<Instant>().map(Instant::seconds), Ok(1_761_768_000), "{good}");
    }
    for bad in [
        "2025-10-29T21:00:00",
        "2025-10-29 21:00:00+01:00",
        "2025-10-29T21:00:00+01",
        "2025-10-29T21:00+01:00",
        "2025-10-29T20:00:00.Z",
        "2025-10-29T20:00:00.0123456789Z",
        "2025-10-29T20:00:00,5Z",
        "2025-10-29t21:00:00z",
        "2025-10-29T21:00:00+01:00[Europe/Amsterdam]",
        "2025-10-29T20:59:60Z",
        "2025-10-30T20:00:00+24:00",
        "2025-10-30T21:59:00+25:59",
        "2025-10-29T21:00:00+01:60",
        "2025-02-29T20:00:00Z",
        "",
    ] {
        let found = bad.to_owned();
        assert_eq!(bad.parse::<Instant>(), Err(TimeError { found }));
    }
}

#[test]
fn a_zone_has_one_name() {
    for name in ["europe/amsterdam", "Europe/Amsterdam ", "Etc/Unknown", "Mars/Olympus"] {
        let expected = format!("calendar: there is no zone {name:?}");
        refused("/calendar/zone", json!(name), &expected);
    }
}

#[test]
fn a_check_across_units_names_sections_of_a_form() {
    let copies =
        |sections: [&str; 2]| json!({"kind": "no-copy", "sections": sections, "above": 10});
    let expected = "rule \"W.001\" names the section \"nowhere\", which is not defined";
    refused("/across/0/check", copies(["rest", "nowhere"]), expected);
}

#[test]
fn a_head_reads_what_it_writes() {
    let head = Head::from_json(&definition().to_string()).unwrap();
    let written = serde_json::to_string(&head).unwrap();
    assert_eq!(Head::from_json(&written), Ok(head));
}

#[test]
fn an_outcome_is_of_a_contest_with_numbered_lists() {
    let with = |outcome: Value| {
        let mut definition = definition();
        definition["outcome"] = outcome;
        build(&definition, UNITS).map(|election| election.head().outcome.is_some())
    };
    let outcome = |contest: &str, seats: u64| json!({"contest": contest, "method": "nl-council", "seats": seats});
    assert_eq!(with(outcome("votes", 9)), Ok(true));
    let undefined = |what, id: &str| -> Result<bool, _> {
        Err(ElectionError::Undefined { place: "outcome".to_owned(), what, id: id.to_owned() })
    };
    assert_eq!(with(outcome("voices", 9)), undefined("contest", "voices"));
    assert_eq!(with(outcome("ballots", 9)), undefined("list number", "blank"));
    for id in ["01", "1x", "18446744073709551616"] {
        let mut definition = definition();
        definition["selections"]["lists"][0]["id"] = json!(id);
        definition["outcome"] = outcome("votes", 9);
        assert_eq!(
            build(&definition, UNITS).unwrap_err(),
            undefined("list number", id).unwrap_err()
        );
    }
    let hamilton = json!({"contest": "votes", "method": "hamilton", "seats": 9});
    assert_eq!(with(hamilton.clone()), undefined("quota", "hamilton"));
    let with_quota = |mut outcome: Value| {
        outcome["quota"] = "hagenbach-bischoff".into();
        with(outcome)
    };
    assert_eq!(with_quota(hamilton), Ok(true));
    assert_eq!(with_quota(outcome("votes", 9)), undefined("method", "hamilton"));
    for found in [0, 100_001] {
        let most = crate::MOST_SEATS;
        assert_eq!(with(outcome("votes", found)), Err(ElectionError::Seats { most, found }));
    }
}
