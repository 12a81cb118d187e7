//! The way in: everything that a route, or the program itself, asks of the pool and the room.

use std::{io, num::NonZeroUsize, sync::Arc};

use axum::body::Bytes;
use desk::{Checked, Desk, Rejected};
use record::RecordId;
use store::{
    log::{Log, SignedCheckpoint},
    writer::{Refused, Sender, Writer},
};
use tally::Rulebook;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{
    pool::{self, Pool, Task, Then},
    room::{Admit, Answer, Export, Failure, Job, NotTaken, Progress, Receipt, Room, Under, View},
};

/// How many checked records may wait for the writer: four of its batches.
const WRITER_CAPACITY: NonZeroUsize = match NonZeroUsize::new(1024) {
    Some(capacity) => capacity,
    None => NonZeroUsize::MIN,
};

/// How many records of one batch are checked at a time: enough to keep every core busy.
const WINDOW: u32 = 64;

/// How many records of all batches together may wait, before the pool or the writer: half of what
/// either takes, so that batches never crowd out single records, nor each other.
const BATCH_PLACES: usize = 512;

/// A running intake; clone it freely. It stops with its [`Writer`], which alone keeps the log.
#[derive(Clone)]
pub struct Intake(Arc<Inner>);

struct Inner {
    writer: Sender<Job>,
    pool: Pool,
    view: Arc<View>,
    rulebook: Arc<Rulebook>,
    definition: Bytes,
    batch_places: Arc<Semaphore>,
}

/// Why the room gave no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Too much is waiting already.
    #[error("too much is waiting, try again shortly")]
    Busy,
    /// The writer has stopped.
    #[error("the server is stopping")]
    Stopped,
    /// The log could not be read.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl Intake {
    /// Starts the writer thread and the checking pool.
    ///
    /// # Errors
    /// What the operating system says when it has no thread to give.
    pub fn start(log: Log, room: Room) -> io::Result<(Intake, Writer<Room>)> {
        let (view, definition) = (Arc::clone(room.view()), room.definition().clone());
        let rulebook = Arc::clone(room.desk().ledger().rulebook());
        let (thread, writer) = Writer::spawn(log, room, WRITER_CAPACITY)?;
        let pool = Pool::start(&rulebook, &view, &writer)?;
        let batch_places = Arc::new(Semaphore::new(BATCH_PLACES));
        let inner = Inner { writer, pool, view, rulebook, definition, batch_places };
        Ok((Intake(Arc::new(inner)), thread))
    }

    /// What the definition fixes.
    #[must_use]
    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.0.rulebook
    }

    /// The definition, byte for byte as it stands in the log.
    #[must_use]
    pub fn definition(&self) -> Bytes {
        self.0.definition.clone()
    }

    /// How far the night is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.0.view.progress()
    }

    /// Takes one record in. When it answers with a receipt the record is durable.
    ///
    /// # Errors
    /// When the record was not taken in, or not by now; sending it again is always safe.
    pub async fn submit(&self, note: Vec<u8>) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.0.pool.check(Task { note, then: Then::Admit(reply) })?;
        answer.await.unwrap_or(Err(NotTaken::Stopped))
    }

    /// Takes many records in, in their order, each with its own answer. A record whose keys an
    /// earlier one of the same batch enrols is refused: the keys' receipt comes first.
    pub async fn submit_all(&self, notes: Vec<Vec<u8>>) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(notes.len());
        let mut notes = notes.into_iter().peekable();
        while notes.peek().is_some() {
            // Never closed. A window's places are taken together, and each goes on with its record,
            // so no two batches can wait for each other.
            let places = Arc::clone(&self.0.batch_places).acquire_many_owned(WINDOW).await;
            let mut places = places.ok();
            let window = notes.by_ref().take(WINDOW as usize);
            let window: Vec<_> = window.map(|note| self.check(note)).collect();
            for checked in window {
                let place = places.as_mut().and_then(|places| places.split(1));
                answers.push(self.admit(checked, place).await);
            }
        }
        let mut taken = Vec::with_capacity(answers.len());
        for answer in answers {
            taken.push(match answer {
                Ok(waiting) => waiting.await.unwrap_or(Err(NotTaken::Stopped)),
                Err(reason) => Err(reason),
            });
        }
        taken
    }

    fn check(&self, note: Vec<u8>) -> Result<Checking, NotTaken> {
        let (reply, checked) = oneshot::channel();
        self.0.pool.check(Task { note, then: Then::HandBack(reply) })?;
        Ok(checked)
    }

    /// Waits for the check of one record and hands it to the writer.
    async fn admit(
        &self,
        checked: Result<Checking, NotTaken>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Result<oneshot::Receiver<Answer>, NotTaken> {
        let checked = checked?.await.map_err(|_| NotTaken::Stopped)??;
        let (reply, answer) = oneshot::channel();
        pool::send(&self.0.writer, Admit { checked, reply, place });
        Ok(answer)
    }

    /// The receipt of a record; `None` when the log does not have it, or no cosigned checkpoint
    /// covers it yet.
    ///
    /// # Errors
    /// When the room cannot answer.
    pub async fn receipt(&self, id: RecordId, under: Under) -> Result<Option<Receipt>, Unanswered> {
        let (reply, answer) = oneshot::channel();
        Ok(self.ask(Job::Receipt { id, under, reply }, answer).await??)
    }

    /// Keeps a checkpoint that witnesses cosigned, for receipts that rest on it.
    ///
    /// # Errors
    /// When the room cannot do so.
    pub async fn keep_cosigned(&self, cosigned: SignedCheckpoint) -> Result<(), Unanswered> {
        let (reply, answer) = oneshot::channel();
        Ok(self.ask(Job::Keep { cosigned, reply }, answer).await??)
    }

    /// The log as the public may see it, from a position on.
    ///
    /// # Errors
    /// When the room cannot answer.
    pub async fn export(&self, from: u64) -> Result<Export, Unanswered> {
        let (reply, answer) = oneshot::channel();
        Ok(self.ask(Job::Export { from, reply }, answer).await??)
    }

    /// Looks at the desk between two batches. It must be brief: everyone waits meanwhile.
    ///
    /// # Errors
    /// When the room cannot answer.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Desk) -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.ask(Job::Look(Box::new(move |desk| drop(reply.send(look(desk))))), answer).await
    }

    async fn ask<T>(&self, job: Job, answer: oneshot::Receiver<T>) -> Result<T, Unanswered> {
        self.0.writer.try_send(job).map_err(|refused| match refused {
            Refused::Full(_) => Unanswered::Busy,
            Refused::Stopped(_) => Unanswered::Stopped,
        })?;
        answer.await.map_err(|_| Unanswered::Stopped)
    }
}

/// A record in the pool's hands.
type Checking = oneshot::Receiver<Result<Checked, Rejected>>;
