//! Votes by province, and what they weigh.

use serde_json::{Value, json};

use super::ask;
use crate::{Province, VoteValue};

#[test]
fn a_vote_weighs_to_the_nearest_whole_number() {
    for (inhabitants, members, value) in [
        (583_721, 43, Some(136)), // 135.75
        (401_791, 41, Some(98)),  // 97.998
        (10_050, 1, Some(101)),   // 100.5
        (10_049, 1, Some(100)),
        (0, 1, Some(0)),
        (1, 0, None),
        (u64::MAX, 1, Some(u64::MAX / 100)),
    ] {
        assert_eq!(VoteValue::Of(Province { inhabitants, members }).get(), value);
    }
}

fn question() -> Value {
    json!({
        "method": "nl-senate", "seats": 4,
        "vote_values": {"A": 100, "B": {"inhabitants": 86_000, "members": 43}},
        "lists": [
            {"number": 1, "provinces": {"A": [3, 0], "B": [0, 10]}},
            {"number": 2, "provinces": {"A": [5], "B": [0]}},
        ],
    })
}

#[test]
fn votes_count_as_much_as_they_weigh() {
    // B weighs 20: list 1 has 300 and 200, list 2 has 500.
    let answer = ask(&question());
    assert_eq!(answer["vote_values"], json!({"A": 100, "B": 20}));
    assert_eq!(answer["quota"], "250");
    assert_eq!(answer["seats"], json!({"1": 2, "2": 1}));
    assert_eq!(answer["unassigned"], 1);
    // U 15: more than the whole quota, which nobody but the first of list 1 and of list 2 has.
    assert_eq!(answer["elected"], json!({"1": [1, 2], "2": [1]}));
    assert_eq!(answer["preferred"], json!({"1": 1, "2": 1}));
    let weighed = json!({"method": "nl-senate", "seats": 4, "lists": [
        {"number": 1, "votes": [300, 200]}, {"number": 2, "votes": [500]}]});
    let mut same = ask(&weighed);
    same["vote_values"] = answer["vote_values"].clone();
    assert_eq!(same, answer);
}

#[test]
fn units_not_heard_are_not_weighed() {
    let mut question = question();
    question["unheard"] = json!([{"unit": "C", "eligible": 39}]);
    let expected = "unheard: expected no vote_values beside it, found some";
    assert_eq!(ask(&question), json!({"status": "error", "error": expected}));
}

#[test]
fn what_cannot_be_weighed_is_named() {
    let most = u64::MAX;
    for (place, new, expected) in [
        (
            "/method",
            json!("nl-council"),
            "vote_values: expected the method nl-senate, found another",
        ),
        ("/vote_values", Value::Null, "vote_values: expected those of each province, found none"),
        (
            "/vote_values/A",
            json!({"inhabitants": 5, "members": 0}),
            "vote_values: A: expected members, found none",
        ),
        (
            "/lists/1/provinces",
            json!({"C": [1]}),
            "list 2: provinces: expected a vote value of C, found none",
        ),
        (
            "/lists/1/provinces",
            Value::Null,
            "list 2: provinces: expected votes by province, found none",
        ),
        ("/lists/0/provinces/A", json!([1]), "list 1: provinces: A: expected 2 votes, found 1"),
        (
            "/lists/0/provinces/A/0",
            json!(most),
            "list 1: expected at most 18446744073709551615 votes, found more",
        ),
        (
            "/lists/0",
            json!({"number": 1, "total": 5, "provinces": {"A": [5]}}),
            "list 1: expected votes by province alone, found others beside them",
        ),
    ] {
        let mut question = question();
        *question.pointer_mut(place).unwrap() = new;
        assert_eq!(ask(&question), json!({"status": "error", "error": expected}));
    }
}
