//! What delegates are worth, who has to realign, and whether an award is legal.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{ask, refused};

/// The request with some keys more.
fn with(mut request: Value, more: &Value) -> Value {
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

fn caucus(attendees: u64, delegates: u64, groups: &Value) -> Value {
    json!({"method": "caucus", "attendees": attendees, "delegates": delegates, "groups": groups})
}

#[test]
fn delegates_are_worth_their_part_of_the_county() {
    let room = caucus(90, 3, &json!({"a": 75, "b": 15}));
    for (state, total, expected) in [
        // Appanoose has 6 state delegates for 75 county delegates.
        (json!(6), json!(75), json!({"a": "4/25", "b": "2/25"})),
        (json!("6"), json!("75"), json!({"a": "4/25", "b": "2/25"})),
        (json!(13), json!(35), json!({"a": "26/35", "b": "13/35"})),
        (json!("12.5"), json!(100), json!({"a": "1/4", "b": "1/8"})),
        (json!("25/2"), json!(100), json!({"a": "1/4", "b": "1/8"})),
        (json!(35), json!(35), json!({"a": "2", "b": "1"})),
        (json!(1_000_000), json!("0.000001"), json!({"a": "2000000000000", "b": "1000000000000"})),
    ] {
        let county = json!({"county_state_delegates": state, "county_total_delegates": total});
        let answer = ask(&with(room.clone(), &county));
        assert_eq!(answer["state_delegate_equivalents"], expected, "{county}: {answer}");
    }
    assert_eq!(ask(&room).get("state_delegate_equivalents"), None);
}

#[test]
fn amounts_that_are_none() {
    let room = caucus(90, 3, &json!({"a": 75, "b": 15}));
    let amounts = [json!(0), json!("0"), json!("1/0"), json!("1000001"), json!("1/1000001")];
    let texts = ["", ".5", "5.", "1.2.3", "+5", "+1.5", "-5", "1.-5", " 5", "0.0000001", "five"];
    for state in amounts.into_iter().chain(texts.map(|text| json!(text))) {
        let county = json!({"county_state_delegates": state, "county_total_delegates": 75});
        refused(&with(room.clone(), &county), "an amount is 18, \"25/2\" or \"12.5\"");
    }
    let county = json!({"county_state_delegates": 12.5, "county_total_delegates": 75});
    refused(&with(room.clone(), &county), "an amount is a whole number, or a text");
    let half = with(room.clone(), &json!({"county_state_delegates": 6}));
    refused(&half, "county_total_delegates: expected beside the other, found none");
    let half = with(room, &json!({"county_total_delegates": 75}));
    refused(&half, "county_state_delegates: expected beside the other, found none");
}

#[test]
fn after_the_first_alignment() {
    // 15 of 100 are viable. 12 + 9 in small groups and 4 in none may move.
    let answer = ask(&caucus(100, 4, &json!({"a": 55, "b": 20, "c": 12, "d": 9})));
    assert_eq!(answer["viable"], json!(["a", "b"]));
    assert_eq!(answer["needs"], json!({"c": 3, "d": 6}));
    assert_eq!(answer["free_to_move"], 25);
    // One delegate goes to the most votes: nobody needs to move, and nobody is told to.
    let answer = ask(&caucus(9, 1, &json!({"a": 3, "b": 2})));
    assert_eq!((answer.get("free_to_move"), &answer["needs"]), (None, &json!({})));
}

#[test]
fn who_has_to_realign_is_named() {
    for (attendees, delegates, groups, expected) in [
        (
            100,
            2,
            json!({"a": 35, "b": 33, "c": 32}),
            "found 3; the smallest has to realign: c (32 people)",
        ),
        (
            100,
            2,
            json!({"a": 40, "b": 30, "c": 30}),
            "realign: 1 of the 2 that are tied, b, c (30 people each)",
        ),
        (96, 3, json!({"a": 46, "b": 17, "c": 17, "d": 16}), "realign: d (16 people)"),
        (
            90,
            3,
            json!({"a": 28, "b": 15, "c": 16, "d": 15, "e": 16}),
            "found 5; the smallest has to realign: b, d (15 people each)",
        ),
        (
            90,
            3,
            json!({"a": 28, "b": 15, "c": 16, "d": 16, "e": 15}),
            "found 5; the smallest has to realign: b, e (15 people each)",
        ),
        (
            90,
            3,
            json!({"a": 26, "b": 15, "c": 17, "d": 16, "e": 16}),
            "realign: b (15 people), 1 of the 2 that are tied, d, e (16 people each)",
        ),
    ] {
        refused(&caucus(attendees, delegates, &groups), expected);
    }
}

fn judge(delegates: u64, groups: &Value, award: &Value) -> Value {
    json!({"method": "caucus-award", "delegates": delegates, "groups": groups, "award": award})
}

#[test]
fn an_award_is_judged_for_every_attendance() {
    let two = json!({"a": 75, "b": 15});
    for (delegates, groups, award, attendees, expected) in [
        // b needs 15, a sixth: of 91 people it is not viable, and a takes all three.
        (3, &two, json!({"a": 2, "b": 1}), json!([90, 120]), json!([[90, 90]])),
        (3, &two, json!({"a": 3}), json!([90, 120]), json!([[91, 120]])),
        (3, &two, json!({"a": 3, "b": 0}), json!(91), json!([[91, 91]])),
        (3, &two, json!({"a": 1, "b": 2}), json!([90, 120]), json!([])),
        // Either way of a tie: b or c loses one of 3, 2, 2.
        (
            6,
            &json!({"a": 100, "b": 50, "c": 50}),
            json!({"a": 3, "b": 2, "c": 1}),
            json!(200),
            json!([[200, 200]]),
        ),
        // A hole: of 90 people a's share is 1 exactly, and b with 0.97 gains the third.
        (
            3,
            &json!({"a": 30, "b": 29, "c": 14}),
            json!({"a": 2, "b": 1}),
            json!([80, 100]),
            json!([[85, 89], [91, 100]]),
        ),
        (1, &json!({"a": 4, "b": 4}), json!({"b": 1}), json!([8, 10]), json!([[8, 10]])),
        (1, &json!({"a": 5, "b": 4}), json!({"b": 1}), json!([9, 12]), json!([])),
    ] {
        let request = with(judge(delegates, groups, &award), &json!({"attendees": attendees}));
        let answer = ask(&request);
        assert_eq!(answer["attendees"], expected, "{request}: {answer}");
        assert_eq!(answer["legal"], expected != json!([]), "{request}");
    }
}

#[test]
fn the_attendances_that_nobody_named() {
    for (people, expected) in [(90, [90, 115]), (104, [104, 130]), (0, [1, 25])] {
        let answer = ask(&judge(3, &json!({"a": people}), &json!({"a": 3})));
        assert_eq!(answer["asked"], json!(expected), "{people}: {answer}");
    }
}

#[test]
fn what_is_legal_instead() {
    let answer = ask(&judge(3, &json!({"a": 75, "b": 15}), &json!({"a": 1, "b": 2})));
    let expected = json!({
        "status": "complete", "legal": false, "attendees": [], "asked": [90, 115],
        "instead": {"attendees": 90, "count": 1, "awards": [{"a": 2, "b": 1}]},
    });
    assert_eq!(answer, expected);
    // One award too many for one group; two legal ones, either way of the tie.
    let three = json!({"a": 100, "b": 50, "c": 50});
    let instead = ask(&judge(6, &three, &json!({"a": 2, "b": 2, "c": 2})))["instead"].clone();
    let awards = json!([{"a": 3, "b": 1, "c": 2}, {"a": 3, "b": 2, "c": 1}]);
    assert_eq!(instead, json!({"attendees": 200, "count": 2, "awards": awards}));
    // A group that gets nothing is not told.
    let answer = ask(&judge(4, &json!({"a": 86, "b": 14}), &json!({"a": 3, "b": 1})));
    assert_eq!(answer["instead"]["awards"], json!([{"a": 4}]));
    // Three viable groups for two delegates: no award is legal until one is not viable.
    let answer = ask(&judge(2, &json!({"a": 40, "b": 35, "c": 25}), &json!({"a": 2})));
    assert_eq!(answer["instead"]["attendees"], 101, "{answer}");
    // Nobody is viable, ever.
    let answer = ask(&judge(4, &json!({"a": 0}), &json!({"a": 4})));
    assert_eq!((&answer["legal"], answer.get("instead")), (&json!(false), None));
    // Many are legal: ten are told.
    let five = json!({"a": 15, "b": 15, "c": 15, "d": 15, "e": 15});
    let answer = ask(&with(judge(60, &five, &json!({"a": 60})), &json!({"attendees": 100})));
    assert_eq!(answer["instead"]["count"], 3876);
    assert_eq!(answer["instead"]["awards"].as_array().unwrap().len(), 10);
}

#[test]
fn judgements_that_make_no_sense() {
    let request = judge(3, &json!({"a": 75, "b": 15}), &json!({"a": 2, "b": 1}));
    for (more, expected) in [
        (json!({"attendees": 89}), "attendees: expected 90 to 1000000, found 89"),
        (json!({"attendees": [90, 89]}), "attendees: expected 90 to 5089, found 89"),
        (json!({"attendees": [90, 5090]}), "attendees: expected 90 to 5089, found 5090"),
        (json!({"attendees": [90]}), "attendees: expected a number of people, or two"),
        (json!({"attendees": "90"}), "attendees: expected a number of people, or two"),
        (json!({"delegates": 0}), "delegates: expected 1 to 60, found 0"),
        (json!({"delegates": 61}), "delegates: expected 1 to 60, found 61"),
        (json!({"groups": {}, "award": {}}), "groups: expected 1 to 200, found 0"),
        (json!({"award": {"c": 3}}), "award: there is no group c"),
        (json!({"groups": {"a": u64::MAX, "b": 9}}), "people in groups: expected 0 to 1000000"),
        (json!({"lots": []}), "unknown field `lots`"),
    ] {
        refused(&with(request.clone(), &more), expected);
    }
    let many: serde_json::Map<String, Value> =
        (0..201).map(|name| (name.to_string(), json!(1))).collect();
    let more = json!({"groups": many, "award": {}});
    refused(&with(request, &more), "groups: expected 1 to 200, found 201");
}

/// Attendees, delegates, groups: as a caucus has them.
fn rooms() -> impl Strategy<Value = (u64, u64, Value)> {
    (vec(0..40u64, 1..6), 0..30u64, 1..20u64).prop_map(|(people, absent, delegates)| {
        let groups = people.iter().zip('a'..).map(|(people, name)| (name.to_string(), *people));
        let groups: Vec<(String, u64)> = groups.collect();
        let stand: u64 = people.iter().sum();
        (stand + absent, delegates, groups.into_iter().collect())
    })
}

/// Every answer of a caucus, over all ways to draw lots; at most so many.
fn every_award(request: &Value) -> Vec<Value> {
    let (mut open, mut awards) = (vec![Vec::<String>::new()], Vec::new());
    while let Some(lots) = open.pop().filter(|_| awards.len() < 50) {
        let answer = ask(&with(request.clone(), &json!({"lots": lots})));
        match answer["status"].as_str().unwrap() {
            "complete" => awards.push(answer),
            "lot_required" => open.extend(answer["among"].as_array().unwrap().iter().map(|name| {
                let name = name.as_str().unwrap().to_owned();
                lots.iter().cloned().chain([name]).collect()
            })),
            _ => assert!(answer["error"].as_str().unwrap().contains("realign"), "{answer}"),
        }
    }
    awards
}

proptest! {
    /// All delegates are awarded where a group is viable, and what is awarded is legal. An award
    /// that no lots lead to is not.
    #[test]
    fn what_a_caucus_awards_is_legal((attendees, delegates, groups) in rooms(), off in 0..5usize) {
        let attendees = attendees.max(1);
        let awards = every_award(&caucus(attendees, delegates, &groups));
        let told: BTreeSet<String> =
            awards.iter().map(|answer| answer["delegates"].to_string()).collect();
        let judged = |award: &Value| {
            let request = judge(delegates, &groups, award);
            ask(&with(request, &json!({"attendees": attendees})))["legal"].clone()
        };
        for award in awards.iter().map(|answer| &answer["delegates"]) {
            let got: Vec<u64> = award.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).collect();
            // Nobody is viable: nothing is awarded.
            if got.is_empty() { continue; }
            prop_assert_eq!(got.iter().sum::<u64>(), delegates);
            prop_assert_eq!(judged(award), true, "{}", award);
            let mut other = award.clone();
            let name = award.as_object().unwrap().keys().nth(off % got.len()).unwrap();
            let other_name = award.as_object().unwrap().keys().next().unwrap();
            other[name] = json!(other[name].as_u64().unwrap() - 1);
            other[other_name] = json!(other[other_name].as_u64().unwrap() + 1);
            if awards.len() < 50 && other[name] != 0 {
                prop_assert_eq!(judged(&other), told.contains(&other.to_string()), "{}", other);
            }
        }
    }

    /// What all groups get is worth what the caucus is worth.
    #[test]
    fn equivalents_add_up((attendees, delegates, groups) in rooms(), state in 1..60u64, total in 1..999u64) {
        let attendees = attendees.max(1);
        let county = json!({"county_state_delegates": state, "county_total_delegates": total});
        for answer in every_award(&with(caucus(attendees, delegates, &groups), &county)) {
            let (mut of, mut sum) = (0, 0);
            for (name, worth) in answer["state_delegate_equivalents"].as_object().unwrap() {
                let (n, d) = worth.as_str().unwrap().split_once('/').unwrap_or((worth.as_str().unwrap(), "1"));
                let [n, d] = [n, d].map(|n| n.parse::<u64>().unwrap());
                prop_assert_eq!(total % d, 0, "{}", worth);
                sum += n * (total / d);
                of += answer["delegates"][name].as_u64().unwrap();
            }
            prop_assert_eq!(sum, of * state);
        }
    }
}
