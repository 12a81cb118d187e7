//! Seats, as `tally.json` tells them: lists with all their votes, and no lot.

use outcome::{Answer, answer_json};
use serde_json::{Value, json};

use super::{dice, hold};

const METHODS: [&str; 11] = [
    "nl-senate",
    "nl-council",
    "nl-parliament",
    "nl-european",
    "first-past-the-post",
    "dhondt",
    "sainte-lague",
    "modified-sainte-lague",
    "huntington-hill",
    "adams",
    "dean",
];
const QUOTAS: [&str; 4] = ["hare", "droop", "hagenbach-bischoff", "imperiali"];

#[test]
fn seats() {
    let mut rows = Vec::new();
    for (number, (method, quota)) in ways().into_iter().enumerate() {
        for case in 0..6 {
            rows.push(asked(method, quota, &lists(&format!("{number} {case}"), case), case));
        }
    }
    rows.extend(fixed().into_iter().map(|(method, seats, lists)| {
        row(&json!({"method": method, "seats": seats, "lists": lists}))
    }));
    hold("outcome", &json!(rows));
}

fn ways() -> Vec<(&'static str, Option<&'static str>)> {
    let named = QUOTAS.map(|quota| ("hamilton", Some(quota)));
    METHODS.map(|method| (method, None)).into_iter().chain(named).collect()
}

fn asked(method: &str, quota: Option<&str>, lists: &[Value], case: u64) -> Value {
    let seats = [5, 9, 18, 19, 25, 3][usize::try_from(case).unwrap()];
    let mut question = json!({"method": method, "seats": seats, "lists": lists});
    if let Some(quota) = quota {
        question["quota"] = json!(quota);
    }
    row(&question)
}

/// Some lists have votes by candidate, some only a total; the smaller the numbers the more ties.
fn lists(seed: &str, case: u64) -> Vec<Value> {
    let most = [2_000, 900, 400, 60, 12, 5][usize::try_from(case).unwrap()];
    let list = |number: u64| {
        let roll = |what: &str, below| dice(&format!("{seed} {number} {what}"), below);
        let votes: Vec<u64> = (0..=roll("size", 7)).map(|at| roll(&at.to_string(), most)).collect();
        let total: u64 = votes.iter().sum();
        match roll("kind", 3) {
            0 => json!({"number": number, "total": total}),
            1 => json!({"number": number, "total": total, "candidates": votes.len()}),
            _ => json!({"number": number, "total": total, "votes": votes}),
        }
    };
    (1..=2 + dice(seed, 5)).map(list).collect()
}

/// Cases that chance seldom brings: majorities, exhausted lists, lots, no votes.
fn fixed() -> Vec<(&'static str, u64, Value)> {
    let totals = |totals: &[u64]| {
        let list = |(number, total): (u64, &u64)| json!({"number": number, "total": total});
        json!((1..).zip(totals).map(list).collect::<Vec<_>>())
    };
    vec![
        ("nl-council", 8, totals(&[51, 17, 16, 16])),
        ("nl-council", 19, totals(&[7501, 1249, 1249, 1249, 1249, 1249, 1248, 7])),
        ("nl-council", 5, totals(&[32, 10, 10, 10])),
        ("nl-council", 9, totals(&[0, 0])),
        ("nl-council", 3, totals(&[10, 10, 10, 10])),
        ("nl-parliament", 20, totals(&[960, 20, 20])),
        ("dhondt", 2, totals(&[5, 5, 5])),
        ("adams", 3, totals(&[9, 5, 5, 1])),
        (
            "nl-council",
            5,
            json!([
                {"number": 1, "total": 90, "votes": [60, 30]},
                {"number": 2, "total": 10, "votes": [1, 2, 7]},
            ]),
        ),
        (
            "nl-council",
            3,
            json!([
                {"number": 1, "total": 63, "votes": [1, 31, 31]},
                {"number": 2, "total": 117},
            ]),
        ),
        ("dhondt", 3, json!([{"number": 1, "total": 1}, {"number": 1, "total": 1}])),
        // List 2 loses its seat to list 1 (P 9), which has nobody for it (P 10): list 2 may have it.
        (
            "nl-council",
            8,
            json!([
                {"number": 1, "total": 51, "candidates": 4},
                {"number": 2, "total": 17},
                {"number": 3, "total": 16},
                {"number": 4, "total": 16},
            ]),
        ),
        // What was compared is told up to seats x lists = 100,000.
        ("first-past-the-post", 50_000, totals(&[2, 1])),
        ("first-past-the-post", 50_001, totals(&[2, 1])),
    ]
}

fn row(question: &Value) -> Value {
    let answer: Answer = answer_json(&question.to_string());
    json!({"question": question, "answer": serde_json::to_value(answer).unwrap()})
}
