//! A receipt is a promise: it comes after the disk, it proves what it says, and it never changes.

use http::client::{SendError, Sender, Sent};
use std::{sync::atomic::Ordering, time::Duration};
use tlog::Proof;

use crate::{
    night::{self, RELEASE, id, log_key, sign_returns, station},
    server::Server,
};

/// The receipt proves under the log's key that the record stands at this position.
#[track_caller]
fn check_receipt(receipt: &str, note: &[u8], position: u64) {
    let proof: Proof = receipt.parse().unwrap();
    proof.verify(id(note).as_bytes(), log_key().public()).unwrap();
    assert_eq!(proof.index(), position);
}

#[tokio::test]
async fn a_receipt_proves_its_record_and_is_the_same_for_ever() {
    let server = Server::ready().await;
    let note = server.night.signed("S001");
    let first = server.post(&note).await;
    assert_eq!(first.status, 201);
    assert!(first.head.contains("content-type: text/plain"), "{}", first.head);
    check_receipt(&first.body, &note, 3);
    // Others after it change the newest checkpoint, and not this receipt.
    assert_eq!(server.post(&server.night.signed("S002")).await.status, 201);
    let path = format!("/v1/receipts/{}", id(&note));
    let check = async |server: &Server| {
        for again in [server.post(&note).await, server.get(&path).await] {
            assert_eq!((again.status, &again.body), (200, &first.body));
        }
    };
    check(&server).await;
    check(&server.restart().await).await;
}

#[tokio::test]
async fn a_record_whose_key_was_revoked_since_keeps_its_receipt() {
    let server = Server::ready().await;
    let note = server.night.signed("S001");
    let first = server.post(&note).await;
    let member = [("S001/1".to_owned(), "S001".to_owned())];
    let revoke = server.night.keys(record::body::KeyAction::Revoke, &member);
    assert_eq!(server.post(&revoke).await.status, 201);
    let again = server.post(&note).await;
    assert_eq!((again.status, again.body), (200, first.body));
}

#[tokio::test]
async fn another_signature_under_a_known_text_is_the_same_record() {
    let server = Server::ready().await;
    let returns = server.night.returns("S001");
    let first = server.post(&sign_returns(returns.clone())).await;
    let swapped = night::sign(&record::Body::Returns(returns), &["S001/2", "S001/1"]);
    let again = server.post(&swapped).await;
    assert_eq!((again.status, again.body), (200, first.body));
}

#[tokio::test]
async fn a_fork_is_an_error_with_a_receipt() {
    let server = Server::ready().await;
    assert_eq!(server.post(&server.night.signed("S001")).await.status, 201);
    let mut other = server.night.returns("S001");
    other.counts.insert("A".to_owned(), 11);
    let note = sign_returns(other);
    let fork = server.post(&note).await;
    assert_eq!((fork.status, &fork.json()["code"]), (409, &"fork".into()));
    let json = fork.json();
    let receipt = json["receipt"].as_str().unwrap();
    check_receipt(receipt, &note, 4);
    // It is in the log, so it is known from now on.
    let again = server.post(&note).await;
    assert_eq!((again.status, again.body.as_str()), (200, receipt));
    let mut third = server.night.returns("S001");
    third.counts.insert("A".to_owned(), 12);
    let sent = server.sender(1).send(sign_returns(third)).await;
    assert!(matches!(sent, Ok(Sent::Fork(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_at_once_each_get_a_valid_receipt() {
    let server = Server::ready().await;
    let sender = server.sender(64);
    let notes: Vec<_> = (0..64).map(|number| server.night.signed(&station(number))).collect();
    let sending: Vec<_> = notes
        .iter()
        .map(|note| {
            let (sender, note) = (sender.clone(), note.clone());
            tokio::spawn(async move { sender.send(note).await })
        })
        .collect();
    let mut positions = Vec::new();
    for (sending, note) in sending.into_iter().zip(&notes) {
        let Sent::New(receipt) = sending.await.unwrap().unwrap() else { panic!("not new") };
        let proof: Proof = receipt.parse().unwrap();
        check_receipt(&receipt, note, proof.index());
        positions.push(proof.index());
    }
    positions.sort_unstable();
    assert_eq!(positions, (3..67).collect::<Vec<_>>());
    assert_eq!(server.intake.progress().received, 64);
    let (log, ..) = server.stop().await;
    assert_eq!(log.size().unwrap(), 67);
    assert!(log.commits() <= 66, "no more commits than records: {}", log.commits());
}

#[tokio::test]
async fn no_release_before_the_release_moment_by_the_servers_clock() {
    let server = Server::ready().await;
    let release = server.night.release(RELEASE);
    let early = server.post(&release).await;
    assert_eq!((early.status, &early.json()["code"]), (422, &"too_early".into()));
    server.clock.store(RELEASE, Ordering::SeqCst);
    assert_eq!(server.post(&release).await.status, 201);
}

#[tokio::test]
async fn the_sender_says_what_the_server_has_against_a_record() {
    let server = Server::ready().await;
    let refused = server.sender(1).send(&b"nothing"[..]).await;
    let Err(SendError::Refused(refused)) = refused else { panic!("{refused:?}") };
    assert_eq!((refused.status, refused.code.as_str()), (400, "malformed"));
}

/// It takes connections and answers none, as a server that was stopped in the middle does.
#[tokio::test]
async fn the_sender_does_not_wait_for_ever_for_an_answer() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let sender = Sender::new(&url, 1, Duration::from_millis(50)).unwrap();
    let sent = tokio::time::timeout(Duration::from_secs(20), sender.send(&b"a"[..])).await;
    assert!(matches!(sent, Ok(Err(SendError::Unreachable { .. }))), "{sent:?}");
}
