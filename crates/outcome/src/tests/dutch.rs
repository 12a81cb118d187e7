//! The Kieswet, article by article.

use serde_json::{Value, json};

use super::{ask, by, lists, seats};

#[test]
fn residual_seats_of_a_large_council_go_to_the_largest_averages() {
    assert_eq!(by("nl-council", 23, &[600, 302, 98, 99, 101]), "12 6 1 2 2");
    // 1,202 votes, 63.3 a seat: 8, 2, 2, 1, 1, 1; then 60 for lists 1 and 7, 54 for lists 1 and 2.
    assert_eq!(by("nl-council", 19, &[540, 162, 160, 80, 80, 80, 60, 40]), "10 3 2 1 1 1 1 0");
}

#[test]
fn those_of_a_small_one_go_to_the_largest_surpluses_then_to_averages() {
    assert_eq!(by("nl-council", 15, &[480, 160, 160, 160, 80, 80, 80]), "6 2 2 2 1 1 1");
    // 80 a seat. A list without a surplus counts as the smallest one, after list 1 with 60.
    assert_eq!(by("nl-council", 15, &[540, 160, 160, 80, 80, 80, 55, 45]), "lot 2,3,4,5,6");
    // Below 60 votes, 75 % of 80, there is no seat for a surplus. List 1 has ten, one for its
    // surplus, and one for its average of 808 / 12; then nobody may have two: 59, 58, 57.
    let votes = [808, 59, 58, 57, 56, 55, 54, 53];
    let answer = ask(&json!({"method": "nl-council", "seats": 15, "lists": lists(&votes)}));
    assert_eq!(seats(&answer), [12, 1, 1, 1, 0, 0, 0, 0]);
    let steps = answer["steps"].as_array().unwrap();
    let of = |kind: &str| steps.iter().filter(|step| step["kind"] == kind).count();
    assert_eq!((of("largest-surplus"), of("largest-average")), (1, 4), "{answer}");
}

#[test]
fn a_list_below_the_quota_gets_nothing_in_parliament() {
    let votes = [900, 90, 9];
    assert_eq!(by("nl-parliament", 10, &votes), "10 0 0");
    assert_eq!(by("nl-european", 10, &votes), "10 0 0");
    assert_eq!(by("nl-senate", 10, &[850, 95, 55]), "9 1 0");
    assert_eq!(by("nl-council", 20, &[890, 50, 49]), "18 1 1");
}

#[test]
fn most_votes_are_most_seats() {
    // 12.5 a seat: 4, 1, 1, 1 and the last one for 17 votes; 51 of 100 votes are more than half.
    let answer =
        ask(&json!({"method": "nl-council", "seats": 8, "lists": lists(&[51, 17, 16, 16])}));
    assert_eq!(seats(&answer), [5, 1, 1, 1]);
    let last = answer["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        *last,
        json!({"kind": "absolute-majority", "list": "1", "from": "2", "seats": 5, "article": "P 9"})
    );
    // 122 votes, 20.3 a seat: 3, and one for each of the others, for the same surplus. By lot: the
    // one drawn gives it up.
    let request = |lots: Value| json!({"method": "nl-council", "seats": 6, "lots": lots, "lists": lists(&[62, 20, 20, 20])});
    let answer = ask(&request(json!([])));
    assert_eq!(
        (&answer["for"], &answer["among"]),
        (&json!("absolute-majority"), &json!(["2", "3", "4"]))
    );
    assert_eq!(seats(&ask(&request(json!(["3"])))), [4, 1, 0, 1]);
}

#[test]
fn a_list_without_candidates_left_gives_its_seats_away() {
    let list = |number: u64, total: u64, candidates: u64| json!({"number": number, "total": total, "candidates": candidates});
    let answer = ask(
        &json!({"method": "nl-council", "seats": 20, "lists": [list(1, 500, 3), list(2, 300, 30), list(3, 200, 30)]}),
    );
    assert_eq!(seats(&answer), [3, 10, 7]);
    let exhausted =
        answer["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "exhausted");
    assert_eq!(exhausted.count(), 7);
    // Nobody left at all: seats stay empty.
    let answer = ask(
        &json!({"method": "nl-council", "seats": 20, "lists": [list(1, 500, 3), list(2, 300, 2)]}),
    );
    assert_eq!((seats(&answer), &answer["unassigned"]), (vec![3, 2], &json!(15)));
    // No votes: no quota, no seats.
    let answer = ask(&json!({"method": "nl-council", "seats": 20, "lists": lists(&[0, 0])}));
    assert_eq!((seats(&answer), &answer["unassigned"]), (vec![0, 0], &json!(20)));
}

fn elected(method: &str, number: u64, votes: &[u64], more: &Value) -> Value {
    let mut list = json!({"number": 1, "votes": votes});
    list.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    ask(&json!({"method": method, "seats": number, "lists": [list]}))
}

#[test]
fn preference_votes_come_before_the_order_of_the_list() {
    // 100 votes, four seats: 25 a seat, half of it is 12.5 and has to be exceeded.
    let answer = elected("nl-council", 4, &[60, 5, 12, 13, 10], &json!({}));
    assert_eq!(answer["elected"]["1"], json!([1, 4, 2, 3]));
    assert_eq!(answer["succession"]["1"], json!([5]));
    // 104 votes, 26 a seat: exactly half is not more than half.
    let answer = elected("nl-council", 4, &[56, 11, 13, 0, 24], &json!({}));
    assert_eq!(answer["elected"]["1"], json!([1, 5, 2, 3]));
    // 146 votes, 7.3 a seat: all of it for the Senate, a quarter where there are 19 seats or more, a
    // tenth for Europe.
    let mut votes = vec![0, 0, 100, 30, 12, 3, 1];
    votes.resize(30, 0);
    for (method, expected) in [
        ("nl-senate", [3, 4, 5, 1, 2, 6]),
        ("nl-council", [3, 4, 5, 6, 1, 2]),
        ("nl-parliament", [3, 4, 5, 6, 1, 2]),
        ("nl-european", [3, 4, 5, 6, 7, 1]),
    ] {
        let answer = elected(method, 20, &votes, &json!({}));
        let found = &answer["elected"]["1"].as_array().unwrap()[..6];
        assert_eq!(found, expected.map(Value::from), "{method}");
    }
}

#[test]
fn equal_preference_votes() {
    // 20 each: with seats for both in the order of the list, with one by lot.
    let answer = elected("nl-council", 2, &[20, 10, 20, 2], &json!({}));
    assert_eq!(answer["elected"]["1"], json!([1, 3]));
    let request = |lots: Value| {
        json!({"method": "nl-parliament", "seats": 2, "lots": lots, "lists": [
            {"number": 7, "votes": [0, 20, 20]}, {"number": 8, "votes": [40]},
        ]})
    };
    let answer = ask(&request(json!([])));
    assert_eq!((&answer["for"], &answer["among"]), (&json!("preference"), &json!(["7/2", "7/3"])));
    assert_eq!(answer["seats"], json!({"7": 1, "8": 1}));
    let answer = ask(&request(json!(["7/3"])));
    assert_eq!(answer["elected"], json!({"7": [3], "8": [1]}));
    assert_eq!(answer["succession"], json!({"7": [2, 1], "8": []}));
}

#[test]
fn who_died_is_left_out_and_the_votes_stay() {
    let answer = elected("nl-council", 3, &[60, 30, 5, 5], &json!({"deceased": [1, 3]}));
    assert_eq!(answer["elected"]["1"], json!([2, 4]));
    assert_eq!((&answer["seats"]["1"], &answer["unassigned"]), (&json!(2), &json!(1)));
    assert_eq!(answer["succession"]["1"], json!([]));
}

/// 100 votes, four seats; the lists of the districts have 60 and 40, with Ann's 25 and 20 in them.
#[test]
fn who_died_is_left_out_in_every_district() {
    let ask = |died: Value| {
        ask(&json!({"method": "nl-parliament", "seats": 4, "lists": [{
            "number": 1, "deceased": died,
            "districts": {"K1": [25, 20, 15], "K2": [20, 15, 5]},
            "people": {"K1": ["ann", "bob", "cas"], "K2": ["ann", "dee", "eve"]},
        }]}))
    };
    let answer = ask(json!([]));
    assert_eq!(answer["elected"]["1"], json!(["ann", "bob", "cas", "dee"]));
    assert_eq!(answer["succession"]["1"], json!(["eve"]));
    // Her votes stay: 2.4 and 1.6 quotas, so two seats each.
    let answer = ask(json!(["ann"]));
    assert_eq!(answer["elected"]["1"], json!(["bob", "cas", "dee", "eve"]));
    assert_eq!((&answer["succession"]["1"], &answer["quota"]), (&json!([]), &json!("25")));
    let answer = ask(json!(["ann", "cas"]));
    assert_eq!(answer["elected"]["1"], json!(["bob", "dee", "eve"]));
    assert_eq!((&answer["seats"]["1"], &answer["unassigned"]), (&json!(3), &json!(1)));
    let expected = "list 1: deceased: expected people of the list, found zed";
    assert_eq!(ask(json!(["zed"]))["error"], expected);
    let expected = "list 1: deceased: expected people of the list, found 1";
    assert_eq!(ask(json!([1]))["error"], expected);
}

#[test]
fn seats_that_stand_already() {
    let answer = ask(&json!({
        "method": "nl-council", "seats": 19, "quota": "960/19", "assigned": {"1": 2},
        "lists": [{"number": 1, "votes": [10, 5, 80, 12]}],
    }));
    assert_eq!(answer["elected"], json!({"1": [3, 1]}));
    assert_eq!((&answer["seats"], &answer["quota"]), (&json!({"1": 2}), &json!("960/19")));
}

#[test]
fn a_party_with_other_people_in_each_district() {
    // 100 votes, four seats, all for the party: its lists have 60 and 40, so 2.4 and 1.6 of 25.
    let answer = ask(&json!({"method": "nl-parliament", "seats": 4, "lists": [{
        "number": 1,
        "districts": {"K2": [25, 10, 5], "K10": [50, 10, 0]},
        "people": {"K2": ["ann", "cas", "dee"], "K10": ["ann", "bob", "eve"]},
    }]}));
    // Ann and both with 10 exceed a quarter of 25; then the order of the list that has a seat left.
    assert_eq!(answer["seats"], json!({"1": 4}));
    assert_eq!(answer["elected"]["1"], json!(["ann", "cas", "bob", "dee"]));
    assert_eq!(answer["succession"]["1"], json!(["eve"]));
}

#[test]
fn who_died_takes_no_seat_where_only_totals_are_known() {
    let list =
        |died: Value| json!([{"number": 1, "total": 100, "candidates": 3, "deceased": died}]);
    let ask = |died| ask(&json!({"method": "dhondt", "seats": 3, "lists": list(died)}));
    for (died, seats, unassigned) in [(json!([]), 3, 0), (json!([2]), 2, 1), (json!([1, 3]), 1, 2)]
    {
        let answer = ask(died.clone());
        assert_eq!(answer["seats"]["1"], json!(seats), "{died}");
        assert_eq!(answer["unassigned"], json!(unassigned), "{died}");
    }
    assert_eq!(ask(json!([4]))["error"], "list 1: deceased: expected 1 to 3, found 4");
}

#[test]
fn who_is_elected_by_preference_takes_the_seat_of_the_list_with_the_most_votes() {
    // P 16. 231 votes, two seats: K1 has one by its quota of 115.5, K2 one by its remainder. Xia alone
    // exceeds a quarter of the quota, and has more votes in K1 than in K2.
    let answer = ask(&json!({"method": "nl-parliament", "seats": 2, "lists": [{
        "number": 1,
        "districts": {"K1": [10, 100, 20], "K2": [15, 30, 14, 14, 14, 14]},
        "people": {"K1": ["ann", "xia", "bob"], "K2": ["cas", "xia", "dee", "eve", "fay", "gus"]},
    }]}));
    // The seat of K1 is hers, and that of K2 goes to the first on that list.
    assert_eq!(answer["elected"]["1"], json!(["xia", "cas"]));
}

#[test]
fn who_is_first_on_two_lists_takes_the_seat_where_the_votes_are() {
    // 100 votes, two seats, one for each district; nobody exceeds a quarter of 50.
    let elected = |here: u64, there: u64| {
        let answer = ask(&json!({"method": "nl-parliament", "seats": 2, "lists": [{
            "number": 1,
            "districts": {"K1": [here, 11, 12, 12, 15 - here], "K2": [there, 11, 12, 12, 15 - there]},
            "people": {"K1": ["ann", "bob", "b3", "b4", "b5"], "K2": ["ann", "cas", "c3", "c4", "c5"]},
        }]}));
        answer["elected"]["1"].clone()
    };
    assert_eq!(elected(4, 8), json!(["ann", "bob"]));
    assert_eq!(elected(8, 4), json!(["ann", "cas"]));
    // P 18: of equal ones, the list of the district with the lowest number.
    assert_eq!(elected(5, 5), json!(["ann", "cas"]));
}

#[test]
fn a_lot_for_somebody_who_stands_in_districts_names_the_list_too() {
    let request = |lots: Value| {
        json!({"method": "nl-parliament", "seats": 2, "lots": lots, "lists": [
            {"number": 4, "districts": {"K1": [20, 20]}, "people": {"K1": ["ann", "bob"]}},
            {"number": 5, "total": 40},
        ]})
    };
    let answer = ask(&request(json!([])));
    assert_eq!(
        (&answer["for"], &answer["among"]),
        (&json!("preference"), &json!(["4/ann", "4/bob"]))
    );
    assert_eq!(ask(&request(json!(["4/bob"])))["elected"]["4"], json!(["bob"]));
}
