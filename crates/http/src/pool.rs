//! The checking pool: as many threads as there are cores, each with one record in its hands.
//! Signatures are nearly all of a record's cost, and the one writer has no time for them.

use std::{
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread,
};

use desk::{Checked, Rejected};
use store::writer::{Refused, Sender};
use tally::Rulebook;

use crate::room::{Admit, Answer, Job, NotTaken, Reply, View};

/// How many records may wait to be checked. At 10,000 a second that is a tenth of a second; who
/// comes when it is full is asked to try again.
const CAPACITY: usize = 1024;

/// A way to hand records to the pool; clone it freely. The threads end with the last of them.
#[derive(Clone)]
pub(crate) struct Pool(SyncSender<Task>);

/// A record to be checked.
pub(crate) struct Task {
    pub(crate) note: Vec<u8>,
    pub(crate) then: Then,
}

/// What follows the check.
pub(crate) enum Then {
    /// On to the writer, who answers.
    Admit(Reply<Answer>),
    /// Back to whoever keeps several records in order.
    HandBack(Reply<Result<Checked, Rejected>>),
}

/// What each thread works with.
struct Worker {
    tasks: Arc<Mutex<Receiver<Task>>>,
    rulebook: Arc<Rulebook>,
    view: Arc<View>,
    writer: Sender<Job>,
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// What the operating system says when it has no thread to give.
    pub(crate) fn start(
        rulebook: &Arc<Rulebook>,
        view: &Arc<View>,
        writer: &Sender<Job>,
    ) -> io::Result<Pool> {
        let (queue, tasks) = mpsc::sync_channel(CAPACITY);
        let tasks = Arc::new(Mutex::new(tasks));
        for _ in 0..thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            let worker = Worker {
                tasks: Arc::clone(&tasks),
                rulebook: Arc::clone(rulebook),
                view: Arc::clone(view),
                writer: writer.clone(),
            };
            thread::Builder::new().name("checker".to_owned()).spawn(move || worker.run())?;
        }
        Ok(Pool(queue))
    }

    /// Hands a record over without waiting.
    pub(crate) fn check(&self, task: Task) -> Result<(), NotTaken> {
        self.0.try_send(task).map_err(|error| match error {
            TrySendError::Full(_) => NotTaken::Busy,
            TrySendError::Disconnected(_) => NotTaken::Stopped,
        })
    }
}

impl Worker {
    fn run(self) {
        while let Some(Task { note, then }) = self.next() {
            // A broken invariant costs one record its answer, not the server a thread.
            let check = || Checked::check(&self.rulebook, &self.view.keys(), note);
            let Ok(checked) = catch_unwind(AssertUnwindSafe(check)) else { continue };
            match then {
                Then::Admit(reply) => self.admit(checked, reply),
                Then::HandBack(reply) => drop(reply.send(checked)),
            }
        }
    }

    /// The next record; `None` when nobody is left who could send one.
    fn next(&self) -> Option<Task> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }

    fn admit(&self, checked: Result<Checked, Rejected>, reply: Reply<Answer>) {
        match checked {
            Ok(checked) => send(&self.writer, Admit { checked, reply, place: None }),
            Err(rejected) => drop(reply.send(Err(rejected.into()))),
        }
    }
}

/// Sends a checked record to the writer, and answers in its place when it cannot take it.
pub(crate) fn send(writer: &Sender<Job>, admit: Admit) {
    let (job, reason) = match writer.try_send(Job::Admit(admit)) {
        Ok(()) => return,
        Err(Refused::Full(job)) => (job, NotTaken::Busy),
        Err(Refused::Stopped(job)) => (job, NotTaken::Stopped),
    };
    if let Job::Admit(Admit { reply, .. }) = job {
        drop(reply.send(Err(reason)));
    }
}
