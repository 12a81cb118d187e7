//! The writer against a real log: what costs how many commits, and what happens to every job.

use std::sync::mpsc;

use super::*;
use crate::log::{AppendError, NewEntry, SignedCheckpoint, UnixMillis};

/// Appends each note with an id made of it, and answers with the position.
struct Appender {
    size: u64,
    batches: Vec<usize>,
    /// Says that a batch has begun, then waits: how the tests make the queue fill up.
    gate: Option<(SyncSender<()>, Receiver<()>)>,
}

struct Job {
    byte: u8,
    answer: mpsc::Sender<Result<u64, AppendError>>,
}

impl Sequencer for Appender {
    type Job = Job;

    fn sequence(&mut self, log: &mut Log, jobs: Vec<Job>) {
        if let Some((begun, go)) = self.gate.take() {
            begun.send(()).unwrap();
            go.recv().unwrap();
        }
        let notes: Vec<[u8; 1]> = jobs.iter().map(|job| [job.byte]).collect();
        let entries: Vec<_> = notes
            .iter()
            .map(|note| NewEntry { id: [note[0]; 32], note, received: UnixMillis(0) })
            .collect();
        let size = self.size + u64::try_from(jobs.len()).unwrap();
        let appended = log.append(self.size, &entries, &SignedCheckpoint { size, note: vec![] });
        for (position, job) in (self.size..).zip(&jobs) {
            // A sender that no longer waits is not an error.
            let _ = job.answer.send(appended.clone().map(|()| position));
        }
        self.batches.push(jobs.len());
        self.size = size;
    }
}

struct Bench {
    _folder: tempfile::TempDir,
    writer: Writer<Appender>,
    sender: Sender<Job>,
    begun: Receiver<()>,
    go: SyncSender<()>,
}

fn bench(capacity: usize) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::create(&folder.path().join("log.db")).unwrap();
    let (begun_in, begun) = mpsc::sync_channel(1);
    let (go, go_out) = mpsc::sync_channel(1);
    let state = Appender { size: 0, batches: vec![], gate: Some((begun_in, go_out)) };
    let (writer, sender) = Writer::spawn(log, state, capacity.try_into().unwrap()).unwrap();
    Bench { _folder: folder, writer, sender, begun, go }
}

type Answers = Receiver<Result<u64, AppendError>>;

impl Bench {
    fn send(&self, byte: u8) -> (Result<(), &'static str>, Answers) {
        let (answer, answers) = mpsc::channel();
        let sent = self.sender.try_send(Job { byte, answer }).map_err(|refused| match refused {
            Refused::Full(job) => {
                assert_eq!(job.byte, byte, "the job comes back");
                "full"
            }
            Refused::Stopped(_) => "stopped",
        });
        (sent, answers)
    }

    /// Sends one job that keeps the thread busy until `go`.
    fn occupy(&self) -> Answers {
        let (sent, answers) = self.send(0);
        assert_eq!(sent, Ok(()));
        self.begun.recv().unwrap();
        answers
    }
}

#[test]
fn whatever_waits_shares_one_commit() {
    let bench = bench(64);
    let first = bench.occupy();
    let rest: Vec<_> = (1..=64).map(|byte| bench.send(byte).1).collect();
    bench.go.send(()).unwrap();
    assert_eq!(first.recv().unwrap(), Ok(0));
    for (position, answers) in (1..).zip(rest) {
        assert_eq!(answers.recv().unwrap(), Ok(position));
    }
    let (log, state) = bench.writer.stop();
    assert_eq!(state.batches, [1, 64]);
    assert_eq!(log.commits(), 2);
    assert_eq!(log.size(), Ok(65));
}

#[test]
fn a_full_queue_gives_the_job_back() {
    let bench = bench(2);
    let _first = bench.occupy();
    let sent: Vec<_> = (1..=4).map(|byte| bench.send(byte).0).collect();
    assert_eq!(sent, [Ok(()), Ok(()), Err("full"), Err("full")]);
    bench.go.send(()).unwrap();
    assert_eq!(bench.writer.stop().1.batches, [1, 2]);
}

#[test]
fn stopping_sequences_what_was_taken_and_refuses_the_rest() {
    let bench = bench(8);
    let first = bench.occupy();
    let waiting = bench.send(1).1;
    bench.go.send(()).unwrap();
    let sender = bench.sender.clone();
    let (log, state) = bench.writer.stop();
    assert_eq!((first.recv().unwrap(), waiting.recv().unwrap()), (Ok(0), Ok(1)));
    assert_eq!((log.size(), state.size), (Ok(2), 2));
    let late = sender.try_send(Job { byte: 2, answer: mpsc::channel().0 });
    assert!(matches!(late, Err(Refused::Stopped(job)) if job.byte == 2));
}

#[test]
fn a_batch_has_an_upper_bound() {
    let bench = bench(2 * MAX_BATCH);
    let _first = bench.occupy();
    for _ in 0..=MAX_BATCH {
        assert_eq!(bench.send(1).0, Ok(()));
    }
    bench.go.send(()).unwrap();
    assert_eq!(bench.writer.stop().1.batches, [1, MAX_BATCH, 1]);
}

#[test]
fn many_clients_each_get_their_own_place() {
    let bench = bench(64);
    bench.go.send(()).unwrap();
    let sender = &bench.sender;
    let mut places: Vec<u64> = thread::scope(|scope| {
        let clients: Vec<_> = (0..16)
            .map(|byte| scope.spawn(move || [(); 50].map(|()| place(sender, byte))))
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    places.sort_unstable();
    assert!(places.into_iter().eq(0..800));
    let (log, state) = bench.writer.stop();
    assert_eq!(state.batches.iter().sum::<usize>(), 800);
    assert_eq!(log.commits(), u64::try_from(state.batches.len()).unwrap());
}

/// Sends as a client does: again while the queue is full, then waits for the answer.
fn place(sender: &Sender<Job>, byte: u8) -> u64 {
    let (answer, answers) = mpsc::channel();
    let mut job = Job { byte, answer };
    while let Err(refused) = sender.try_send(job) {
        let Refused::Full(back) = refused else { panic!("the writer stopped") };
        job = back;
        thread::yield_now();
    }
    answers.recv().unwrap().unwrap()
}
