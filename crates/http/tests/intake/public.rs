//! What may be read without a login, and what leaves the room for the public.

use std::sync::atomic::Ordering;

use http::client::{FetchError, Fetcher};
use serde_json::json;

use crate::{
    night::{self, RELEASE, id},
    server::Server,
};

#[tokio::test]
async fn progress_counts_units_and_records_only() {
    let server = Server::ready().await;
    server.post(&server.night.signed("S001")).await;
    let progress = server.get("/v1/progress").await;
    assert_eq!(progress.json(), json!({"expected": 80, "received": 1, "log_size": 4}));
}

#[tokio::test]
async fn the_definition_and_the_rehearsals_seed_are_handed_out() {
    let server = Server::empty().await;
    let definition = server.get("/v1/definition").await;
    assert_eq!(definition.body.as_bytes(), night::definition());
    assert_eq!(server.get("/v1/rehearsal").await.json(), json!({"seed": "07".repeat(32)}));
}

#[tokio::test]
async fn a_receipt_is_asked_for_by_id() {
    let server = Server::empty().await;
    let check = async |id: &str, status: u16, code: &str| {
        let answer = server.get(&format!("/v1/receipts/{id}")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()));
        assert_eq!((&answer.json()["field"], &answer.json()["found"]), (&"id".into(), &id.into()));
    };
    check("xyz", 400, "malformed").await;
    check(&"0".repeat(64), 404, "unknown_record").await;
    let definition = format!("/v1/receipts/{}", server.night.definition);
    assert_eq!(server.get(&definition).await.status, 200);
}

#[tokio::test]
async fn sealed_notes_leave_the_room_after_the_release_only() {
    let server = Server::ready().await;
    let note = server.night.signed("S001");
    server.post(&note).await;
    let before = server.intake.export(1).await.unwrap();
    assert_eq!((before.size, before.opened, before.entries.len()), (4, 0, 3));
    let sealed = &before.entries[2];
    assert_eq!((sealed.position, sealed.id, &sealed.note), (3, id(&note), &None));
    assert_eq!(before.entries[0].note, None, "keys vouch for nothing that is public yet");
    server.clock.store(RELEASE, Ordering::SeqCst);
    assert_eq!(server.post(&server.night.release(RELEASE)).await.status, 201);
    let after = server.intake.export(0).await.unwrap();
    assert_eq!(after.size, 5);
    assert!(after.opened > before.opened, "{} {}", before.opened, after.opened);
    assert!(after.entries.iter().all(|entry| entry.note.is_some()));
    assert_eq!(after.entries[3].note.as_deref(), Some(note.as_slice()));
    let checkpoint = tlog::Checkpoint::verify(&after.checkpoint, night::log_key().public());
    assert_eq!(checkpoint.unwrap().size, 5);
    assert!(server.intake.export(9).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn keys_leave_the_room_with_the_first_turnout() {
    let server = Server::ready().await;
    let open = async || {
        let export = server.intake.export(1).await.unwrap();
        let open = export.entries.iter().map(|entry| entry.note.is_some()).collect::<Vec<_>>();
        (export.opened, open)
    };
    assert_eq!(open().await, (0, vec![false, false]));
    assert_eq!(server.post(&server.night.turnout("S001", 40)).await.status, 201);
    assert_eq!(open().await, (1, vec![true, true, true]));
    assert_eq!(server.post(&server.night.turnout("S002", 50)).await.status, 201);
    assert_eq!(open().await, (1, vec![true; 4]));
}

#[tokio::test]
async fn a_fork_keeps_its_unit_sealed_after_the_release() {
    let server = Server::ready().await;
    server.post(&server.night.signed("S001")).await;
    let mut other = server.night.returns("S001");
    other.counts.insert("A".to_owned(), 11);
    // What came in has come in: a count that fell would tell of the contradiction.
    assert_eq!(server.intake.progress().received, 1);
    assert_eq!(server.post(&night::sign_returns(other)).await.status, 409);
    assert_eq!(server.intake.progress().received, 1);
    server.clock.store(RELEASE, Ordering::SeqCst);
    assert_eq!(server.post(&server.night.release(RELEASE)).await.status, 201);
    let export = server.intake.export(3).await.unwrap();
    let open: Vec<bool> = export.entries.iter().map(|entry| entry.note.is_some()).collect();
    assert_eq!(open, [false, false, true]);
}

#[tokio::test]
async fn the_fetcher_reads_files_up_to_a_limit() {
    let server = Server::empty().await;
    let base = format!("http://{}/v1", server.address);
    let fetch = async |path: &str, most: u64| {
        let url = format!("{base}/{path}");
        let fetched = tokio::task::spawn_blocking(move || Fetcher::default().fetch(&url, most));
        fetched.await.unwrap()
    };
    assert_eq!(fetch("definition", 1 << 20).await.unwrap(), night::definition());
    assert!(matches!(fetch("nothing", 100).await, Err(FetchError::Status { found: 404, .. })));
    assert!(matches!(fetch("definition", 9).await, Err(FetchError::TooLarge { most: 9, .. })));
    let nobody = Fetcher::default().fetch("http://127.0.0.1:1/", 9);
    assert!(matches!(nobody, Err(FetchError::Unreachable { .. })));
}
