//! Natural group commit: one thread owns the log, and whatever waits while it is busy goes into its
//! next batch. Nothing waits for a timer: a lone job is sequenced at once, and the slower the fsync,
//! the larger the batches.
//!
//! ```text
//! clients ──try_send──► [ queue, bounded ] ──► one thread: take one, drain the rest
//!            Full: 429                          └─► Sequencer::sequence(log, jobs): one append
//! ```
//!
//! The thread knows nothing of the jobs. Each job brings its own way to answer, and the sequencer
//! answers it after the append returned.

#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::{io, iter};

use crate::log::Log;

/// The most jobs in one batch. An entry of 1.5 kB costs about 3 µs to insert and as much again when
/// SQLite moves it from the WAL to the table: 256 of them take 1 to 2 ms beside an fsync of 0.1 to
/// 8 ms. A larger batch saves little more and makes its first job wait longer (measured at an fsync
/// of 4 ms: 256 entries in 4.5 ms, 1024 in 11 to 32 ms).
pub const MAX_BATCH: usize = 256;

/// What the thread does with a batch: the state that goes with the log, and how jobs change it.
pub trait Sequencer: Send + 'static {
    /// One piece of work, with its own way to answer.
    type Job: Send + 'static;

    /// Takes a batch of 1 to [`MAX_BATCH`] jobs in the order in which they were sent. It should
    /// append once, and answer each job only after that.
    fn sequence(&mut self, log: &mut Log, jobs: Vec<Self::Job>);
}

/// A way to hand jobs to the writer; clone it freely. It is weak: only the [`Writer`] keeps the
/// queue open, so a forgotten sender does not keep the thread from ending.
#[derive(Debug)]
pub struct Sender<J>(Weak<SyncSender<J>>);

/// Why a job was not taken. It comes back to its owner.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused<J> {
    /// The queue is full: try again shortly (HTTP 429).
    Full(J),
    /// The writer has stopped (HTTP 503).
    Stopped(J),
}

/// The writer thread. When the value is dropped the thread sequences what was sent and ends;
/// [`Writer::stop`] also waits for that.
#[derive(Debug)]
pub struct Writer<S: Sequencer> {
    queue: Arc<SyncSender<S::Job>>,
    thread: JoinHandle<(Log, S)>,
}

impl<S: Sequencer> Writer<S> {
    /// Starts the thread, with room for `capacity` waiting jobs.
    ///
    /// # Errors
    /// What the operating system says when it has no thread to give.
    pub fn spawn(
        log: Log,
        state: S,
        capacity: NonZeroUsize,
    ) -> io::Result<(Writer<S>, Sender<S::Job>)> {
        let (queue, jobs) = mpsc::sync_channel(capacity.get());
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(log, state, &jobs))?;
        let queue = Arc::new(queue);
        let sender = Sender(Arc::downgrade(&queue));
        Ok((Writer { queue, thread }, sender))
    }

    /// Has the thread ended, though nobody stopped it? Then its sequencer panicked: a broken
    /// invariant, after which nothing more is taken in.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Takes no more jobs, sequences every job that was taken, ends the thread, and gives the log
    /// and the state back.
    ///
    /// # Panics
    /// When the sequencer panicked: a broken invariant stops the program.
    #[must_use]
    pub fn stop(self) -> (Log, S) {
        drop(self.queue);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl<J> Sender<J> {
    /// Hands a job over without waiting.
    ///
    /// # Errors
    /// The job itself, when the queue is full or the writer has stopped.
    pub fn try_send(&self, job: J) -> Result<(), Refused<J>> {
        let Some(queue) = self.0.upgrade() else {
            return Err(Refused::Stopped(job));
        };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) => Refused::Full(job),
            TrySendError::Disconnected(job) => Refused::Stopped(job),
        })
    }
}

/// Not derived: a sender can be cloned whether or not its jobs can.
impl<J> Clone for Sender<J> {
    fn clone(&self) -> Sender<J> {
        Sender(Weak::clone(&self.0))
    }
}

/// Runs until the queue is closed and empty.
fn run<S: Sequencer>(mut log: Log, mut state: S, queue: &Receiver<S::Job>) -> (Log, S) {
    while let Ok(first) = queue.recv() {
        let waiting = queue.try_iter().take(MAX_BATCH - 1);
        state.sequence(&mut log, iter::once(first).chain(waiting).collect());
    }
    (log, state)
}
