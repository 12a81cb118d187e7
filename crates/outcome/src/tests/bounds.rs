//! What can still change: worked examples, by hand, and questions that make no sense.

use serde_json::{Value, json};

use super::{ask, lists};

/// Seats at least and at most by list, as `4-5 1 0`.
fn bounds(answer: &Value) -> String {
    let lists = answer["bounds"]["lists"].as_object().unwrap_or_else(|| panic!("{answer}"));
    let range = |list: &Value| match (&list["seats"][0], &list["seats"][1]) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least}-{most}"),
    };
    lists.values().map(range).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(method: &str, seats: u64, votes: &[u64], unheard: &Value, expected: &str) {
    let mut request =
        json!({"method": method, "seats": seats, "lists": lists(votes), "unheard": unheard});
    if let Some((method, quota)) = method.split_once(' ') {
        (request["method"], request["quota"]) = (json!(method), json!(quota));
    }
    assert_eq!(bounds(&ask(&request)), expected, "{request}");
}

#[test]
fn largest_averages() {
    let unit = |eligible: u64| json!([{"unit": "a", "eligible": eligible}]);
    // Averages 60, 30, 20; 25: the third seat is 30's or 25's. With 5 votes 25 draws level.
    check("dhondt", 2, &[60, 25], &unit(4), "2 0");
    check("dhondt", 2, &[60, 25], &unit(5), "1-2 0-1");
    // Nothing is unsure, but a lot is to be drawn.
    check("dhondt", 2, &[60, 30], &unit(0), "1-2 0-1");
    // So many lots that they are not tried one by one.
    check("dhondt", 4, &[9; 8], &json!([]), "0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1");
    // Where only list 1 stands nothing comes to list 2.
    let one = json!([{"unit": "a", "eligible": 99, "lists": ["1"]}]);
    check("dhondt", 2, &[60, 25], &one, "2 0");
    // Nothing is known yet.
    check("dhondt", 2, &[0, 0], &unit(9), "0-2 0-2");
    check("first-past-the-post", 1, &[60, 25], &unit(34), "1 0");
    check("first-past-the-post", 1, &[60, 25], &unit(35), "0-1 0-1");
}

#[test]
fn one_of_several_readings_is_true() {
    let readings = |readings: &Value| json!([{"unit": "a", "readings": readings}]);
    // 60 to 30 is a lot, 60 to 29 is none. The spread alone would give list 2 up to 31 votes.
    check("dhondt", 2, &[50, 25], &readings(&json!([{"1": 10, "2": 4}])), "2 0");
    check("dhondt", 2, &[50, 25], &readings(&json!([{"1": 10, "2": 4}, {"1": 13, "2": 6}])), "2 0");
    check(
        "dhondt",
        2,
        &[50, 25],
        &readings(&json!([{"1": 10, "2": 4}, {"1": 13, "2": 7}])),
        "1-2 0-1",
    );
}

/// List 3 needs all three votes to come to a tenth, so with it there is none left for list 2's next
/// average; list 1 loses its eighth seat to neither.
#[test]
fn what_it_takes_to_reach_a_threshold() {
    let answer = ask(&json!({"method": "dhondt", "seats": 12, "threshold": "1/10",
        "lists": lists(&[62, 30, 8]), "unheard": [{"unit": "a", "eligible": 3}]}));
    assert_eq!(bounds(&answer), "8 3-4 0-1");
}

#[test]
fn what_dutch_law_adds() {
    let unit = |eligible: u64| json!([{"unit": "a", "eligible": eligible}]);
    // P 9: 51 of 100 votes and 4 of 8 seats; the seat comes from list 2.
    check("nl-council", 8, &[51, 17, 16, 16], &unit(0), "5 1 1 1");
    // With two votes for another list there is no majority any more.
    check("nl-council", 8, &[51, 17, 16, 16], &unit(2), "4-5 1-2 1-2 1-2");
    // P 7: the quota is 100 / 20, and a list below it gets nothing in parliament.
    check("nl-parliament", 20, &[71, 25, 4], &unit(0), "15 5 0");
    check("nl-parliament", 20, &[71, 25, 4], &unit(1), "15 5 0");
    check("nl-parliament", 20, &[71, 25, 4], &unit(2), "14-15 5 0-1");
}

#[test]
fn largest_remainders() {
    let unit = |eligible: u64| json!([{"unit": "a", "eligible": eligible}]);
    // Quota 20: 2 seats and 7 left, 1 and 11, 1 and 2.
    check("hamilton hare", 5, &[47, 31, 22], &unit(0), "2 2 1");
    check("hamilton hare", 5, &[47, 31, 22], &unit(2), "2 2 1");
    check("hamilton hare", 5, &[47, 31, 22], &unit(9), "2-3 1-2 1-2");
}

#[test]
fn a_lot_in_the_standing_hides_no_bounds() {
    let question = json!({"method": "dhondt", "seats": 1, "lists": lists(&[9, 9, 2]),
        "unheard": [{"unit": "a", "eligible": 3}]});
    let answer = ask(&question);
    assert_eq!(answer["status"], "lot_required");
    assert_eq!(bounds(&answer), "0-1 0-1 0");
    assert_eq!((&answer["bounds"]["safe"], &answer["bounds"]["open"]), (&json!(0), &json!(1)));
    let question = json!({"method": "dhondt", "seats": 1, "lists": lists(&[9])});
    assert_eq!(ask(&question).get("bounds"), None);
}

#[test]
fn the_unit_that_can_change_most_comes_first() {
    let answer =
        ask(&json!({"method": "dhondt", "seats": 2, "lists": lists(&[60, 25]), "unheard": [
        {"unit": "small", "eligible": 4}, {"unit": "large", "eligible": 6},
        {"unit": "alike", "readings": [{"1": 7, "2": 1}, {"1": 1, "2": 7}]}]}));
    let expected = json!([
        {"unit": "alike", "unsure": 6, "alone": 1},
        {"unit": "large", "unsure": 6, "alone": 1},
        {"unit": "small", "unsure": 4, "alone": 0},
    ]);
    let mut units = answer["bounds"]["units"].as_array().unwrap().clone();
    units.sort_by_key(|unit| unit["unit"].as_str().unwrap().to_owned());
    assert_eq!(json!(units), expected);
    assert_eq!(answer["bounds"]["units"][2]["unit"], "small");
}

#[test]
fn units_that_make_no_sense_are_named() {
    let most = u64::MAX;
    for (unheard, expected) in [
        (json!([{"unit": "a"}]), "unheard: a: expected eligible or readings, found none"),
        (
            json!([{"unit": "a", "readings": []}]),
            "unheard: a: expected eligible or readings, found none",
        ),
        (
            json!([{"unit": "a", "eligible": 1, "readings": [{"1": 1}]}]),
            "unheard: a: expected eligible or readings, found both",
        ),
        (
            json!([{"unit": "a", "lists": ["1"], "readings": [{"1": 1}]}]),
            "unheard: a: lists: expected none beside readings",
        ),
        (json!([{"unit": "a", "eligible": 1, "lists": ["3"]}]), "unheard: a: there is no list 3"),
        (json!([{"unit": "a", "readings": [{"01": 1}]}]), "unheard: a: there is no list 01"),
        (
            json!([{"unit": "a", "eligible": 1}, {"unit": "a", "eligible": 1}]),
            "unheard: a: it stands there twice",
        ),
        (json!([{"unit": "a", "eligible": most}]), "list 1: more than 18446744073709551615 votes"),
        (
            json!([{"unit": "a", "readings": [{"1": most}, {"2": 1}]}]),
            "list 1: more than 18446744073709551615 votes",
        ),
    ] {
        let question =
            json!({"method": "dhondt", "seats": 1, "lists": lists(&[5, 4]), "unheard": unheard});
        assert_eq!(ask(&question), json!({"status": "error", "error": expected}));
    }
    let question = json!({"method": "nl-council", "seats": 1, "lists": lists(&[5]), "quota": "5",
        "assigned": {"1": 1}, "unheard": []});
    assert_eq!(ask(&question)["error"], "unheard: expected no assigned seats beside it");
}

/// Votes and units as large as they can be: nothing overflows, and what is certain stays so.
#[test]
fn numbers_of_any_size() {
    let half = u64::MAX / 2;
    for method in [
        "dhondt",
        "huntington-hill",
        "dean",
        "hamilton droop",
        "hamilton imperiali",
        "nl-council",
        "nl-parliament",
        "first-past-the-post",
    ] {
        for seats in [1, 18, 19, 150, 100_000] {
            let unheard =
                json!([{"unit": "a", "eligible": half - 9}, {"unit": "b", "eligible": 5}]);
            let mut question = json!({"method": method, "seats": seats, "unheard": unheard,
                "lists": lists(&[half, half - 9, 3, 0])});
            if let Some((method, quota)) = method.split_once(' ') {
                (question["method"], question["quota"]) = (json!(method), json!(quota));
            }
            let answer = ask(&question);
            assert_eq!(answer["bounds"]["lists"]["4"]["seats"][0], 0, "{answer}");
        }
    }
}
