//! Many records in one request: each with its own answer, in their order, at the cost of few commits.

use http::client::{SendError, Sent};
use serde_json::json;

use crate::{
    night::{id, sign_returns, station},
    server::Server,
};

fn text(note: Vec<u8>) -> String {
    String::from_utf8(note).unwrap()
}

#[tokio::test]
async fn each_record_has_its_own_answer_in_its_own_place() {
    let server = Server::ready().await;
    let first = server.night.signed("S001");
    let mut correction = server.night.returns("S001");
    correction.seq = 2;
    correction.prev = Some(id(&first));
    correction.reason = Some("a typing error".to_owned());
    let notes = [
        text(first.clone()),
        "nothing".to_owned(),
        text(sign_returns(correction)),
        text(first),
        "x".repeat((1 << 20) + 1),
        text(server.night.signed("S002")),
    ];
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    let answers = server.sender(1).send_all(&notes).await.unwrap();
    let answers: Vec<String> = answers
        .into_iter()
        .map(|answer| match answer {
            Ok(Sent::New(_)) => "new".to_owned(),
            Ok(Sent::Known(_)) => "known".to_owned(),
            Err(SendError::Refused(refused)) => format!("{} {}", refused.status, refused.code),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(answers, ["new", "400 malformed", "new", "known", "413 too_large", "new"]);
}

#[tokio::test]
async fn a_batch_costs_few_commits() {
    let server = Server::ready().await;
    let notes: Vec<String> =
        (0..80).map(|number| text(server.night.signed(&station(number)))).collect();
    let body = json!(notes).to_string();
    let answer = server.ask("POST", "/v1/records/batch", body.as_bytes()).await;
    let items = answer.json();
    assert!(items.as_array().unwrap().iter().all(|item| item["status"] == 201), "{items}");
    let (log, ..) = server.stop().await;
    assert_eq!(log.size().unwrap(), 83);
    // Two records came before. How many batches the writer found waiting is a matter of threads.
    assert!(log.commits() < 82, "{}", log.commits());
}

#[tokio::test]
async fn a_batch_that_is_none_or_too_long_is_refused_whole() {
    let server = Server::empty().await;
    let check = async |body: String, status: u16, code: &str| {
        let answer = server.ask("POST", "/v1/records/batch", body.as_bytes()).await;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()));
    };
    check("[\"a\",1]".to_owned(), 400, "malformed").await;
    check(json!(vec!["a"; 1001]).to_string(), 413, "too_many").await;
    check(json!(["a".repeat(17 << 20)]).to_string(), 413, "too_large").await;
    let empty = server.ask("POST", "/v1/records/batch", b"[]").await;
    assert_eq!((empty.status, empty.body.as_str()), (200, "[]"));
}

/// More records at once than the pool and the writer have places for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_batches_at_once_do_not_crowd_each_other_out() {
    let server = Server::ready().await;
    let notes: Vec<String> =
        (0..80).map(|number| text(server.night.signed(&station(number)))).collect();
    let sender = server.sender(40);
    let sending: Vec<_> = (0..40)
        .map(|_| {
            let (sender, notes) = (sender.clone(), notes.clone());
            tokio::spawn(async move {
                let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
                sender.send_all(&notes).await.unwrap()
            })
        })
        .collect();
    let mut new = 0;
    for sending in sending {
        for answer in sending.await.unwrap() {
            new += usize::from(matches!(answer.unwrap(), Sent::New(_)));
        }
    }
    assert_eq!(new, 80);
}
