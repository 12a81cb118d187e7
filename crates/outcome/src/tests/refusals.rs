//! Questions that make no sense, and lots that belong to another count.

use serde_json::{Value, json};

use super::{ask, lists, refused};
use crate::{answer_json, to_json};

#[test]
fn a_question_that_makes_no_sense_is_told_why() {
    let list = json!([{"number": 1, "total": 5}]);
    for (request, expected) in [
        (json!({}), "missing field `method`"),
        (json!({"method": "by chance", "seats": 1, "lists": list}), "unknown variant `by chance`"),
        (json!({"method": "dhondt", "lists": list}), "seats: expected 1 to 100000, found none"),
        (
            json!({"method": "dhondt", "seats": 0, "lists": list}),
            "seats: expected 1 to 100000, found 0",
        ),
        (json!({"method": "dhondt", "seats": 1, "lists": list, "seat": 1}), "unknown field `seat`"),
        (json!({"method": "dhondt", "seats": -1, "lists": list}), "expected u64"),
        (json!({"method": "hamilton", "seats": 1, "lists": list}), "quota: expected hare, droop"),
        (
            json!({"method": "hamilton", "seats": 1, "lists": list, "quota": "1/2"}),
            "quota: expected hare",
        ),
        (
            json!({"method": "nl-council", "seats": 1, "lists": list, "assigned": {"1": 1}}),
            "quota: expected a fraction",
        ),
        (
            json!({"method": "nl-council", "seats": 1, "lists": list, "quota": "5", "assigned": {"2": 1}}),
            "assigned: there is no list 2",
        ),
        (
            json!({"method": "dhondt", "seats": 1, "lists": [{"number": 1, "total": 1}, {"number": 1, "total": 2}]}),
            "list 1: it stands there twice",
        ),
    ] {
        refused(&request, expected);
    }
    assert!(to_json(&answer_json("not JSON")).contains("\"status\":\"error\""));
}

#[test]
fn a_list_or_a_group_that_makes_no_sense_is_named() {
    let one = |list: Value| json!({"method": "dhondt", "seats": 1, "lists": [list]});
    for (request, expected) in [
        (one(json!({"number": 4})), "list 4: expected votes, a total or districts, found none"),
        (
            one(json!({"number": 4, "votes": [1, 2], "total": 4})),
            "list 4: expected a total of 3 votes, found 4",
        ),
        (
            one(json!({"number": 4, "votes": [1, 2], "candidates": 3})),
            "list 4: expected 2 candidates, found 3",
        ),
        (
            one(json!({"number": 4, "votes": [1, 2], "deceased": [3]})),
            "list 4: deceased: expected 1 to 2, found 3",
        ),
        (
            one(json!({"number": 4, "total": 1, "combination": ""})),
            "list 4: combination: expected a name, found none",
        ),
        (
            one(json!({"number": 4, "votes": [u64::MAX, 1]})),
            "list 4: expected at most 18446744073709551615 votes, found more",
        ),
        (
            one(json!({"number": 4, "districts": {"K1": [1]}})),
            "list 4: people: expected those of each district",
        ),
        (
            one(json!({"number": 4, "districts": {"K1": [1]}, "people": {"K1": []}})),
            "list 4: people: K1: expected 1, found 0",
        ),
        (
            one(json!({"number": 4, "districts": {"K1": [1, 1]}, "people": {"K1": ["a", "a"]}})),
            "list 4: people: K1: a stands there twice",
        ),
        (
            json!({"method": "caucus", "attendees": 5, "delegates": 2, "groups": {"a": 9}}),
            "groups: expected at most 5 people, found 9",
        ),
        (
            json!({"method": "caucus", "attendees": 100, "delegates": 2, "groups": {"a": 30, "b": 30, "c": 30}}),
            "groups: expected at most 2 viable ones, one for each delegate, found 3",
        ),
        (
            json!({"method": "caucus", "attendees": 0, "delegates": 2, "groups": {}}),
            "attendees: expected 1 to 1000000, found 0",
        ),
    ] {
        refused(&request, expected);
    }
}

#[test]
fn lots_are_those_of_this_count() {
    let ask = |lots: Value| {
        ask(&json!({"method": "dhondt", "seats": 2, "lots": lots, "lists": lists(&[9, 9, 9])}))
    };
    let answer = ask(json!([]));
    assert_eq!((&answer["status"], &answer["seats_left"]), (&json!("lot_required"), &json!(2)));
    assert_eq!(
        (&answer["for"], &answer["among"]),
        (&json!("largest-average"), &json!(["1", "2", "3"]))
    );
    let answer = ask(json!(["2"]));
    assert_eq!((&answer["seats_left"], &answer["among"]), (&json!(1), &json!(["1", "3"])));
    assert_eq!(ask(json!(["2", "3"]))["seats"], json!({"1": 0, "2": 1, "3": 1}));
    for (lots, expected) in [
        (json!(["2", "2"]), "lot 2: expected one of 1, 3, found \"2\""),
        (json!(["4"]), "lot 1: expected one of 1, 2, 3, found \"4\""),
        (json!(["2", "3", "1"]), "lots: expected 2, found 3, the first one too many is \"1\""),
    ] {
        assert_eq!(ask(lots)["error"], expected);
    }
}

#[test]
fn seats_that_stand_already_are_no_more_than_there_are() {
    let ask = |assigned: Value, quota: &str| {
        let question = json!({
            "method": "nl-council", "seats": 9, "quota": quota, "assigned": assigned,
            "lists": [{"number": 1, "votes": [5, 6, 7]}, {"number": 2, "total": 4}],
        });
        ask(&question)["error"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(ask(json!({"1": 3, "2": 6}), "5/2"), "none");
    assert_eq!(ask(json!({"1": 3, "2": 7}), "5/2"), "assigned: expected at most 9 seats, found 10");
    assert_eq!(
        ask(json!({"1": 4}), "5/2"),
        "assigned: list 1: expected at most 3 seats, one for each candidate, found 4"
    );
    assert_eq!(ask(json!({"3": 1}), "5/2"), "assigned: there is no list 3");
    assert_eq!(ask(json!({"1": 1}), "0"), "quota: expected more than 0 votes, found 0");
}
