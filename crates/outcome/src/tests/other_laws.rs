//! Other laws, and the caucus.

use serde_json::{Value, json};

use super::{ask, by, lists, seats};

/// 100, 80, 30 and 20 votes, eight seats.
#[test]
fn eight_seats_by_every_law() {
    for (method, expected) in [
        ("dhondt", "4 3 1 0"),
        ("sainte-lague", "3 3 1 1"),
        // 100 / 7 and 20 / 1.4 are the same.
        ("modified-sainte-lague", "lot 1,4"),
        ("huntington-hill", "3 3 1 1"),
        ("adams", "3 3 1 1"),
        ("dean", "3 3 1 1"),
        // 28.75: 3, 2, 1, 0 and the remainders of lists 2 and 4.
        ("hamilton hare", "3 3 1 1"),
        // 26, 25.6 and 23.
        ("hamilton droop", "4 3 1 0"),
        ("hamilton hagenbach-bischoff", "4 3 1 0"),
        ("hamilton imperiali", "4 3 1 0"),
        // Below 75 % of 28.75 there is no seat for a surplus.
        ("nl-council", "4 3 1 0"),
    ] {
        assert_eq!(by(method, 8, &[100, 80, 30, 20]), expected, "{method}");
    }
    assert_eq!(by("first-past-the-post", 1, &[100, 80, 30, 20]), "1 0 0 0");
    assert_eq!(by("first-past-the-post", 1, &[80, 80, 30]), "lot 1,2");
}

#[test]
fn where_divisors_differ() {
    // The first seat costs 1.4 where it costs 1: small lists.
    assert_eq!(by("sainte-lague", 3, &[49, 30, 11]), "2 1 0");
    assert_eq!(by("sainte-lague", 4, &[49, 30, 11]), "2 1 1");
    assert_eq!(by("modified-sainte-lague", 4, &[49, 30, 11]), "2 2 0");
    // With fewer seats than lists, those with the most votes have the first ones.
    for method in ["huntington-hill", "adams", "dean"] {
        assert_eq!(by(method, 2, &[7, 9, 8]), "0 1 1", "{method}");
        assert_eq!(by(method, 2, &[9, 8, 8]), "lot 2,3", "{method}");
    }
    // Third seats: 100 / sqrt(6) = 40.8 is above 41 / sqrt(2) = 29.0 and 100 / 2.4 = 41.7.
    assert_eq!(by("huntington-hill", 5, &[100, 41, 41]), "3 1 1");
    assert_eq!(by("adams", 5, &[100, 41, 41]), "3 1 1");
}

#[test]
fn a_quota_that_is_too_small_gets_a_smaller_divisor() {
    assert_eq!(by("hamilton imperiali", 2, &[50, 50]), "1 1");
    assert_eq!(by("hamilton hagenbach-bischoff", 1, &[50, 50]), "lot 1,2");
    // A handful of votes: everyone again and again.
    assert_eq!(by("hamilton droop", 4, &[1, 1]), "2 2");
}

#[test]
fn votes_of_any_size() {
    let most = u64::MAX;
    for method in ["dhondt", "sainte-lague", "huntington-hill", "adams", "dean", "nl-parliament"] {
        assert_eq!(by(method, 3, &[most, most - 1]), "2 1", "{method}");
        assert_eq!(by(method, 3, &[most, most]), "lot 1,2", "{method}");
    }
    // 2^53 and 2^53 + 1 are one number for whoever counts in floating point.
    assert_eq!(by("dhondt", 1, &[9_007_199_254_740_992, 9_007_199_254_740_993]), "0 1");
}

#[test]
fn a_threshold_is_a_share_that_has_to_be_reached() {
    let ask = |threshold: &str, of: &str, eligible: Value| {
        ask(&json!({
            "method": "dhondt", "seats": 10, "lists": lists(&[60, 35, 5]), "threshold": threshold,
            "threshold_of": of, "eligible_votes": eligible,
        }))
    };
    assert_eq!(seats(&ask("1/20", "valid", Value::Null)), [6, 4, 0]);
    assert_eq!(seats(&ask("6/100", "valid", Value::Null)), [6, 4, 0]);
    assert_eq!(seats(&ask("36/100", "valid", Value::Null)), [10, 0, 0]);
    assert_eq!(seats(&ask("1/10", "eligible", json!(400))), [10, 0, 0]);
    // What is reached exactly is reached: 12, 7 and the twentieth seat.
    let twenty = |threshold: &str| {
        let lists = lists(&[60, 35, 5]);
        let method = "dhondt";
        super::ask(&json!({"method": method, "seats": 20, "lists": lists, "threshold": threshold}))
    };
    assert_eq!(seats(&twenty("1/20")), [12, 7, 1]);
    assert_eq!(seats(&twenty("501/10000")), [13, 7, 0]);
    assert_eq!(ask("1/10", "eligible", Value::Null)["status"], "error");
}

#[test]
fn a_combination_takes_part_as_one_list() {
    let answer = ask(&json!({"method": "nl-council", "seats": 20, "lists": [
        {"number": 1, "total": 500},
        {"number": 2, "total": 260, "combination": "ab"},
        {"number": 3, "total": 240, "combination": "ab"},
    ]}));
    // 1,000 votes, 50 a seat: ten each; 260 and 240 of 50 are 5.2 and 4.8.
    assert_eq!(seats(&answer), [10, 5, 5]);
}

fn caucus(attendees: u64, delegates: u64, groups: &Value, lots: &Value) -> Value {
    let method = "caucus";
    ask(
        &json!({"method": method, "attendees": attendees, "delegates": delegates, "groups": groups, "lots": lots}),
    )
}

#[test]
fn a_caucus() {
    let groups = json!({"a": 75, "b": 15});
    let answer = caucus(90, 3, &groups, &json!([]));
    assert_eq!(
        answer,
        json!({
            "status": "complete", "smallest_viable": 15, "viable": ["a", "b"], "needs": {},
            "free_to_move": 0, "delegates": {"a": 2, "b": 1},
        })
    );
    // Not viable, and how many are missing.
    let answer = caucus(100, 4, &json!({"a": 88, "b": 12}), &json!([]));
    assert_eq!((&answer["viable"], &answer["needs"]), (&json!(["a"]), &json!({"b": 3})));
    assert_eq!(answer["delegates"], json!({"a": 4}));
    // Nobody is viable yet.
    let answer = caucus(100, 4, &json!({"a": 14, "b": 12}), &json!([]));
    assert_eq!((&answer["viable"], &answer["delegates"]), (&json!([]), &json!({})));
}

#[test]
fn lots_of_a_caucus() {
    let groups = json!({"a": 100, "b": 50, "c": 50});
    let answer = caucus(200, 6, &groups, &json!([]));
    assert_eq!((&answer["for"], &answer["among"]), (&json!("surplus"), &json!(["b", "c"])));
    assert_eq!(
        caucus(200, 6, &groups, &json!(["c"]))["delegates"],
        json!({"a": 3, "b": 2, "c": 1})
    );
    // Two of four lose one.
    let four = json!({"a": 15, "b": 15, "c": 15, "d": 15});
    let second = caucus(60, 18, &four, &json!(["b"]));
    assert_eq!((&second["for"], &second["among"]), (&json!("surplus"), &json!(["a", "c", "d"])));
    let answer = caucus(60, 18, &four, &json!(["b", "d"]));
    assert_eq!(answer["delegates"], json!({"a": 5, "b": 4, "c": 5, "d": 4}));
    // One delegate: most votes, a tie by lot.
    let answer = caucus(9, 1, &json!({"a": 3, "b": 2, "c": 3}), &json!([]));
    assert_eq!((&answer["for"], &answer["among"]), (&json!("shortage"), &json!(["a", "c"])));
    let answer = caucus(9, 1, &json!({"a": 3, "b": 2, "c": 3}), &json!(["c"]));
    assert_eq!(
        (&answer["smallest_viable"], &answer["delegates"]),
        (&Value::Null, &json!({"c": 1}))
    );
}

/// 100, 80 and 30 votes, three seats: whoever has a pencil sees what was compared each time.
#[test]
fn every_round_keeps_what_was_compared() {
    let answer = ask(&json!({"method": "dhondt", "seats": 3, "lists": lists(&[100, 80, 30])}));
    let compared: Vec<&Value> =
        answer["steps"].as_array().unwrap().iter().map(|step| &step["compared"]).collect();
    assert_eq!(
        compared,
        [
            &json!({"1": "100", "2": "80", "3": "30"}),
            &json!({"1": "50", "2": "80", "3": "30"}),
            &json!({"1": "50", "2": "40", "3": "30"}),
        ]
    );
    // Full seats are compared with nothing; two equal ones stand behind one comparison.
    let request = json!({"method": "nl-council", "seats": 3, "lists": lists(&[50, 50, 80])});
    let steps = ask(&request)["steps"].clone();
    let kinds: Vec<_> =
        steps.as_array().unwrap().iter().map(|s| (&s["kind"], &s["compared"])).collect();
    let nothing = Value::Null;
    assert_eq!(kinds[0], (&json!("full"), &nothing), "{steps}");
    assert_eq!(kinds[1].1, &json!({"1": "50", "2": "50", "3": "20"}), "{steps}");
    assert_eq!(kinds[2], (&json!("largest-surplus"), &nothing), "{steps}");
}

#[test]
fn decimals_are_for_people_and_fractions_for_machines() {
    for (numerator, denominator, expected) in [
        (960, 19, "50.526"),
        (10, 5, "2"),
        (1, 3, "0.333"),
        (2, 3, "0.666"),
        (7, 0, "∞"),
        (u128::MAX, 1, "340282366920938463463374607431768211455"),
        (
            u128::MAX - 1,
            u128::MAX,
            "340282366920938463463374607431768211454/340282366920938463463374607431768211455",
        ),
    ] {
        assert_eq!(crate::Ratio::new(numerator, denominator).decimal(), expected);
    }
}
