//! When the log cannot keep up, or cannot take anything at all: clean refusals, and nobody holds a
//! receipt for what is not there.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, mpsc},
};

use desk::{Checked, Desk, Rejected};
use election::Instant;
use http::{
    Unanswered,
    room::{Admit, Answer, Failure, Job, NotTaken, Room, Taken},
};
use store::{
    log::{AppendError, Log, NewEntry, SignedCheckpoint, UnixMillis},
    writer::Sequencer,
};
use tokio::{sync::oneshot, task::JoinSet};

use crate::{
    night::{Night, RELEASE, id, log_key, sign_returns, station},
    server::Server,
};

/// A room without its thread, so that what is in one batch is the test's choice.
struct Bench {
    room: Room,
    log: Log,
    night: Night,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn ready() -> Bench {
        let (log, path, folder): (Log, PathBuf, _) = Server::ready().await.stop().await;
        drop(log);
        let log = Log::open(&path).unwrap();
        let clock = Box::new(|| Instant::from_seconds(RELEASE));
        let room = Room::open(&log, log_key(), clock).unwrap();
        Bench { room, log, night: Night::new(), _folder: folder }
    }

    /// Sequences these records as one batch.
    fn batch(&mut self, notes: &[Vec<u8>]) -> Vec<Answer> {
        let ledger = self.room.desk().ledger();
        let (rulebook, keys) = (Arc::clone(ledger.rulebook()), Arc::clone(ledger.keys()));
        let (jobs, answers): (Vec<_>, Vec<_>) = notes
            .iter()
            .map(|note| {
                let checked = Checked::check(&rulebook, &keys, note.clone()).unwrap();
                let (reply, answer) = oneshot::channel();
                (Job::Admit(Admit { checked, reply, place: None }), answer)
            })
            .unzip();
        self.room.sequence(&mut self.log, jobs);
        answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect()
    }
}

#[tokio::test]
async fn a_batch_costs_one_commit_and_one_more_for_each_that_must_wait() {
    let mut bench = Bench::ready().await;
    let notes: Vec<_> = (0..64).map(|number| bench.night.signed(&station(number))).collect();
    let answers = bench.batch(&notes);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Taken::New(_)))));
    assert_eq!(bench.log.commits(), 1);
    // Known ones cost nothing; a correction waits for the reading that it replaces.
    let first = bench.night.signed("S070");
    let mut correction = bench.night.returns("S070");
    (correction.seq, correction.prev) = (2, Some(id(&first)));
    correction.reason = Some("a typing error".to_owned());
    let answers = bench.batch(&[notes[0].clone(), first, sign_returns(correction)]);
    let [known, new, corrected] = answers.try_into().unwrap();
    assert!(matches!((known, new), (Ok(Taken::Known(_)), Ok(Taken::New(_)))));
    assert!(matches!(corrected, Ok(Taken::New(_))));
    assert_eq!(bench.log.commits(), 3);
}

#[tokio::test]
async fn an_append_that_fails_leaves_no_trace_and_no_receipt() {
    let mut bench = Bench::ready().await;
    let size = bench.room.desk().size();
    // Somebody writes into the log behind the room's back: its own append is refused from now on.
    let intruder = NewEntry { id: [0; 32], note: b"intruder", received: UnixMillis(0) };
    let forged = SignedCheckpoint { size: size + 1, note: Vec::new() };
    bench.log.append(size, &[intruder], &forged).unwrap();
    let moved = AppendError::Moved { expected: size, found: size + 1 };
    let expected: Answer = Err(NotTaken::Failed(Failure::Append(moved)));
    // Two of one unit: the second one waits for the next batch, which never comes.
    let mut other = bench.night.returns("S001");
    other.counts.insert("A".to_owned(), 11);
    let notes = [bench.night.signed("S001"), bench.night.signed("S002"), sign_returns(other)];
    for _ in 0..2 {
        assert_eq!(bench.batch(&notes), vec![expected.clone(); 3]);
        assert_eq!(bench.room.desk().size(), size);
        assert_eq!(bench.room.desk().tree().size(), size);
    }
}

#[tokio::test]
async fn whoever_comes_when_all_places_are_taken_is_asked_to_come_back() {
    let server = Server::ready().await;
    // From `begun` on the writer stands still until `go` is dropped, and everything else waits.
    let (begin, begun) = oneshot::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let intake = server.intake.clone();
    let standing = tokio::spawn(async move {
        let stand = move |_: &Desk| {
            begin.send(()).unwrap();
            assert!(gate.lock().unwrap().recv().is_err());
        };
        intake.look(stand).await
    });
    begun.await.unwrap();
    let mut waiting = JoinSet::new();
    for _ in 0..2000 {
        let intake = server.intake.clone();
        waiting.spawn(async move { intake.look(|desk| desk.size()).await });
    }
    assert_eq!(waiting.join_next().await.unwrap().unwrap(), Err(Unanswered::Busy));
    let note = server.night.signed("S001");
    let full = server.post(&note).await;
    assert_eq!((full.status, &full.json()["code"]), (429, &"busy".into()));
    assert!(full.head.contains("retry-after: 1"), "{}", full.head);
    drop(go);
    standing.await.unwrap().unwrap();
    let answers = waiting.join_all().await;
    assert!(answers.iter().all(|answer| [Ok(3), Err(Unanswered::Busy)].contains(answer)));
    assert_eq!(server.post(&note).await.status, 201);
}

#[tokio::test]
async fn a_writer_that_has_stopped_says_so() {
    let server = Server::ready().await;
    let (intake, note) = (server.intake.clone(), server.night.signed("S001"));
    drop(server.stop().await);
    assert_eq!(intake.submit(note).await, Err(NotTaken::Stopped));
    let nonsense = intake.submit(b"nothing".to_vec()).await;
    assert!(matches!(nonsense, Err(NotTaken::Rejected(Rejected::Unreadable(_)))));
}
