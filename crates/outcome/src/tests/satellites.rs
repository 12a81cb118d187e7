//! A district's satellites: by each reading, with lots, and what is refused.

use serde_json::{Value, json};

use super::{ask, refused};
use crate::Reading;

fn satellites(reading: &str, pool: &Value, sites: &Value) -> Value {
    json!({"method": "satellites", "reading": reading, "pool": pool, "sites": sites})
}

/// A large site and a small one: 120 people elect 9, 20 elect 4.
fn two() -> Value {
    json!({
        "1": {"attendees": 120, "groups": {"a": 80, "b": 40}},
        "2": {"attendees": 20, "groups": {"b": 10, "c": 10}},
    })
}

#[test]
fn by_attendance() {
    let answer = ask(&satellites("iowa-2020-by-attendance/1", &json!("7"), &two()));
    let expected = json!({
        "status": "complete",
        "reading": "iowa-2020-by-attendance/1",
        "sites": {
            "1": {
                "share": "6", "elects": 9, "delegates": {"a": 6, "b": 3},
                "state_delegate_equivalents": {"a": "4", "b": "2"},
            },
            "2": {
                "share": "1", "elects": 4, "delegates": {"b": 2, "c": 2},
                "state_delegate_equivalents": {"b": "1/2", "c": "1/2"},
            },
        },
        "state_delegate_equivalents": {"a": "4", "b": "5/2", "c": "1/2"},
        "unawarded": "0",
    });
    assert_eq!(answer, expected);
}

#[test]
fn by_delegates_a_small_site_counts_for_more() {
    let answer = ask(&satellites("iowa-2020-by-delegates/1", &json!(7), &two()));
    // 9 and 4 of 13 delegates; each is worth 7/13.
    assert_eq!(answer["sites"]["1"]["share"], "63/13");
    assert_eq!(answer["sites"]["2"]["share"], "28/13");
    let totals = &answer["state_delegate_equivalents"];
    assert_eq!(*totals, json!({"a": "42/13", "b": "35/13", "c": "14/13"}));
}

#[test]
fn a_site_that_nobody_came_to() {
    let mut sites = two();
    sites["3"] = json!({"attendees": 0, "groups": {"a": 0}});
    let ask = |reading: &str| ask(&satellites(reading, &json!("17/2"), &sites));
    for reading in ["iowa-2020-by-attendance/1", "iowa-2020-by-delegates/1"] {
        let answer = ask(reading);
        assert_eq!(
            (&answer["sites"]["3"]["share"], &answer["unawarded"]),
            (&json!("0"), &json!("0"))
        );
    }
    // 9, 4 and 4 of 17 delegates, each worth a half; the last four fall to nobody.
    let answer = ask("iowa-2020-by-delegates-of-all-sites/1");
    let totals = &answer["state_delegate_equivalents"];
    assert_eq!(*totals, json!({"a": "3", "b": "5/2", "c": "1"}));
    assert_eq!((&answer["sites"]["3"]["share"], &answer["unawarded"]), (&json!("2"), &json!("2")));
}

#[test]
fn a_site_where_nobody_is_viable_leaves_its_share() {
    let mut sites = two();
    sites["2"]["groups"] = json!({"b": 2, "c": 2});
    let answer = ask(&satellites("iowa-2020-by-attendance/1", &json!("7"), &sites));
    assert_eq!(answer["state_delegate_equivalents"], json!({"a": "4", "b": "2"}));
    assert_eq!(answer["unawarded"], "1");
}

#[test]
fn sites_elect_by_their_size() {
    for (attendees, expected) in
        [(1, 4), (20, 4), (21, 5), (40, 5), (41, 6), (60, 6), (61, 7), (80, 7), (81, 8), (100, 8)]
            .into_iter()
            .chain([(101, 9), (318, 9), (1_000_000, 9)])
    {
        let sites = json!({"1": {"attendees": attendees, "groups": {"a": attendees}}});
        for reading in Reading::ALL {
            let answer = ask(&satellites(reading.name(), &json!(1), &sites));
            assert_eq!(answer["sites"]["1"]["delegates"], json!({"a": expected}), "{attendees}");
            assert_eq!(answer["sites"]["1"]["share"], "1");
        }
    }
}

#[test]
fn lots_name_the_site() {
    // 2.5 and 1.5 of 4 both round up; one loses. Both sites alike.
    let site = json!({"attendees": 8, "groups": {"a": 5, "b": 3}});
    let sites = json!({"1": site, "2": site});
    let mut request = satellites("iowa-2020-by-attendance/1", &json!(8), &sites);
    let answer = ask(&request);
    assert_eq!((&answer["status"], &answer["for"]), (&json!("lot_required"), &json!("surplus")));
    assert_eq!(answer["among"], json!(["1/a", "1/b"]));
    request["lots"] = json!(["1/a"]);
    assert_eq!(ask(&request)["among"], json!(["2/a", "2/b"]));
    request["lots"] = json!(["1/a", "2/b"]);
    assert_eq!(ask(&request)["state_delegate_equivalents"], json!({"a": "5", "b": "3"}));
    request["lots"] = json!(["1/a", "2/b", "2/b"]);
    refused(&request, "lots: expected 2, found 3");
}

#[test]
fn there_is_no_reading_by_default() {
    let known = "expected one of iowa-2020-by-attendance/1, iowa-2020-by-delegates/1, \
                 iowa-2020-by-delegates-of-all-sites/1, found";
    let mut request = satellites("by chance", &json!(7), &two());
    refused(&request, &format!("reading: {known} \"by chance\""));
    request.as_object_mut().unwrap().remove("reading");
    refused(&request, &format!("reading: {known} none"));
}

#[test]
fn satellites_that_make_no_sense() {
    let ask = |sites: Value| satellites("iowa-2020-by-attendance/1", &json!("7"), &sites);
    let one = |attendees: u64, groups: Value| {
        ask(json!({"x": {"attendees": attendees, "groups": groups}}))
    };
    for (request, expected) in [
        (ask(json!({})), "sites: expected 1 to 10000, found 0"),
        (one(0, json!({})), "sites: expected people at one of them, found nobody"),
        (one(1_000_001, json!({})), "site x: attendees: expected 0 to 1000000, found 1000001"),
        (one(5, json!({"a": 6})), "site x: groups: expected at most 5 people, found 6"),
        (
            one(5, json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1})),
            "site x: groups: expected at most 4 viable ones, one for each delegate, found 5",
        ),
        (
            satellites("iowa-2020-by-attendance/1", &json!(0), &two()),
            "an amount is 18, \"25/2\" or \"12.5\"",
        ),
    ] {
        refused(&request, expected);
    }
    let empty =
        json!({"x": {"attendees": 0, "groups": {"a": 1}}, "y": {"attendees": 1, "groups": {}}});
    refused(&ask(empty), "site x: attendees: expected 1 to 1000000, found 0");
}

/// The largest question there is: the sums stay exact, and nothing overflows.
#[test]
fn ten_thousand_sites() {
    let sites: serde_json::Map<String, Value> = (0..10_000_u64)
        .map(|n| {
            let attendees = 999_000 + n % 997;
            let site =
                json!({"attendees": attendees, "groups": {"a": attendees / 2, "b": attendees / 3}});
            (n.to_string(), site)
        })
        .collect();
    for reading in Reading::ALL {
        let request = satellites(reading.name(), &json!("999999/999983"), &json!(sites));
        let answer = ask(&request);
        assert_eq!(answer["status"], "complete", "{}", answer["error"]);
        assert_eq!(answer["unawarded"], "0");
    }
}
