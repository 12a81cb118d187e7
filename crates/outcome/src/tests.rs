//! Worked examples, by hand, and what every method obeys.

mod bounds;
mod caucus;
mod dutch;
mod every_way;
mod other_laws;
mod properties;
mod refusals;
mod satellites;
mod senate;
mod small;

use serde_json::{Value, json};

use crate::{answer_json, to_json};

/// Asks, and gives the answer.
fn ask(request: &Value) -> Value {
    serde_json::from_str(&to_json(&answer_json(&request.to_string()))).unwrap()
}

/// A question that is refused, and a part of why.
#[track_caller]
fn refused(request: &Value, expected: &str) {
    let answer = ask(request);
    assert_eq!(answer["status"], "error", "{request}: {answer}");
    let error = answer["error"].as_str().unwrap();
    assert!(error.contains(expected), "{request}: {error}");
}

/// Lists 1, 2, 3, … with so many votes and no candidates.
fn lists(votes: &[u64]) -> Value {
    votes.iter().zip(1..).map(|(votes, number)| json!({"number": number, "total": votes})).collect()
}

/// Seats in the order of the lists.
#[track_caller]
fn seats(answer: &Value) -> Vec<u64> {
    assert_eq!(answer["status"], "complete", "{answer}");
    let seats = answer["seats"].as_object().unwrap();
    let seats =
        seats.iter().map(|(list, seats)| (list.parse::<u64>().unwrap(), seats.as_u64().unwrap()));
    let mut seats: Vec<_> = seats.collect();
    seats.sort_unstable();
    seats.into_iter().map(|(_, seats)| seats).collect()
}

/// Seats by this method, or `lot 1,4` for those who are tied.
fn by(method: &str, number: u64, votes: &[u64]) -> String {
    let quota = match method.split_once(' ') {
        Some((_, quota)) => json!(quota),
        None => Value::Null,
    };
    let method = method.split(' ').next().unwrap();
    let request = json!({"method": method, "seats": number, "lists": lists(votes), "quota": quota});
    let answer = ask(&request);
    if answer["status"] == "lot_required" {
        let among = answer["among"].as_array().unwrap().iter().map(|one| one.as_str().unwrap());
        return format!("lot {}", among.collect::<Vec<_>>().join(","));
    }
    seats(&answer).iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

/// The examples of the format's page: a question, and where the next example is an answer, that.
#[test]
fn the_page_about_the_format_is_right() {
    let page = include_str!("../../../docs/formats/seats.md");
    let examples = page.split("```json").skip(1).map(|rest| rest.split("```").next().unwrap());
    let examples: Vec<Value> =
        examples.map(|example| serde_json::from_str(example).unwrap()).collect();
    let mut answered = 0;
    for (at, question) in examples.iter().enumerate().filter(|(_, e)| e.get("method").is_some()) {
        let answer = ask(question);
        assert_eq!(answer["status"], "complete", "{question}: {answer}");
        if let Some(expected) = examples.get(at + 1).filter(|next| next.get("method").is_none()) {
            // An example without a status shows a part of the answer.
            match expected.get("status") {
                Some(_) => assert_eq!(answer, *expected, "{question}"),
                None => assert_eq!(answer["bounds"], expected["bounds"], "{question}"),
            }
            answered += 1;
        }
    }
    assert_eq!(answered, 5);
}
