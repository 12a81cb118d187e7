//! The one writer: it judges what the pool checked, makes it durable, and only then answers.
//!
//! ```text
//! jobs ─► propose ─► append: ONE transaction ─► commit ─► receipts leave
//!                         └─ failed ─► abandon ─► everyone concerned hears why
//! ```
//!
//! Whatever depends on another record of its batch goes into the next one, until nothing is left.

mod error;
mod export;
mod open;
mod view;

pub use error::{Failure, NotTaken};
pub use export::{Export, Exported};
pub use open::OpenError;
pub use view::{Progress, View};

use std::{mem, sync::Arc};

use axum::body::Bytes;
use desk::{Append, Checked, Desk, Rejected, Verdict};
use election::Instant;
use record::RecordId;
use store::log::{AppendError, Log, NewEntry, SignedCheckpoint, UnixMillis};
use store::writer::Sequencer;
use tlog::{Covering, Proof};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Tells the time. The program brings it, so that tests and recorded nights can bring another.
pub type Clock = Box<dyn Fn() -> Instant + Send>;

/// The way back to whoever asked. Nobody may be waiting there any more; that is no error.
pub type Reply<T> = oneshot::Sender<T>;

/// A receipt: a C2SP `tlog-proof` under the first checkpoint that covered the record, so that one
/// record has one receipt for ever. Whoever asked for it writes its text: the one writer has other
/// things to do.
pub type Receipt = Proof;

/// A record that is durable in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new.
    New(Receipt),
    /// The log had it already; the receipt is that of the first time.
    Known(Receipt),
    /// It is new, and contradicts another record of the same signers with the same number.
    Fork(Receipt),
}

/// What becomes of a record that somebody sent.
pub type Answer = Result<Taken, NotTaken>;

/// Something for the writer to do.
pub enum Job {
    /// Take a record in.
    Admit(Admit),
    /// Make out the receipt of a record; `None` when the log does not have it.
    Receipt {
        /// The record's id.
        id: RecordId,
        /// Under which checkpoint.
        under: Under,
        /// To whom.
        reply: Reply<Result<Option<Receipt>, Failure>>,
    },
    /// Hand out what the public may see.
    Export {
        /// The first position.
        from: u64,
        /// To whom.
        reply: Reply<Result<Export, Failure>>,
    },
    /// Keep a checkpoint that witnesses cosigned.
    Keep {
        /// The checkpoint with their lines.
        cosigned: SignedCheckpoint,
        /// To whom.
        reply: Reply<Result<(), Failure>>,
    },
    /// Let somebody look at the desk, between two batches. It must be brief: everyone waits.
    Look(Box<dyn FnOnce(&Desk) + Send>),
}

/// The checkpoint that a receipt rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// The first one that covered the record: it is there as soon as the record is.
    First,
    /// The first one that covered the record and was cosigned: it comes when witnesses answered.
    Cosigned,
}

/// A checked record and who waits for the answer.
pub struct Admit {
    /// The record.
    pub checked: Checked,
    /// To whom.
    pub reply: Reply<Answer>,
    /// The place that it takes up as a part of a batch, until the writer has it.
    pub place: Option<OwnedSemaphorePermit>,
}

/// The state that goes with the log.
pub struct Room {
    desk: Desk,
    clock: Clock,
    /// What the pool and the public routes see. Written here only, after each batch.
    view: Arc<View>,
    definition: Bytes,
    /// See [`Export::opened`].
    opened: u64,
}

impl Sequencer for Room {
    type Job = Job;

    fn sequence(&mut self, log: &mut Log, jobs: Vec<Job>) {
        let (mut batch, mut others) = (Vec::with_capacity(jobs.len()), Vec::new());
        for job in jobs {
            match job {
                Job::Admit(admit) => batch.push(admit),
                other => others.push(other),
            }
        }
        while !batch.is_empty() {
            batch = self.admit(log, batch);
        }
        others.into_iter().for_each(|job| self.answer(log, job));
    }
}

impl Room {
    /// What the desk knows.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What others may see of the room without asking it.
    pub(crate) fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// The definition, byte for byte as it stands in the log.
    pub(crate) fn definition(&self) -> &Bytes {
        &self.definition
    }

    /// Takes one batch in and returns what must wait for the next.
    fn admit(&mut self, log: &mut Log, batch: Vec<Admit>) -> Vec<Admit> {
        let now = (self.clock)();
        let (jobs, replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|admit| (admit.checked, admit.reply)).unzip();
        let mut proposal = match self.desk.propose(jobs, now) {
            Ok(proposal) => proposal,
            Err(broken) => {
                refuse(replies, &broken.into());
                return Vec::new();
            }
        };
        let verdicts = mem::take(&mut proposal.verdicts);
        let mut deferred = mem::take(&mut proposal.deferred).into_iter();
        let append = proposal.append.take();
        if let Some(Err(failed)) = append.as_ref().map(|append| store(log, append, now)) {
            self.desk.abandon(proposal);
            // Those who wait for the next batch would meet the same disk.
            refuse(replies, &failed.into());
            return Vec::new();
        }
        let showed = self.shows_anything();
        self.desk.commit(proposal);
        // With the first turnout or release, keys that came before it are public too.
        self.opened += u64::from(self.shows_anything() && !showed);
        self.show(append.as_ref());
        let covering = append.as_ref().map(Base::of).transpose();
        let mut next = Vec::new();
        for (verdict, reply) in verdicts.into_iter().zip(replies) {
            match verdict {
                Some(verdict) => drop(reply.send(self.taken(log, verdict, &covering))),
                None => next.extend(deferred.next().map(|(_, checked)| Admit {
                    checked,
                    reply,
                    place: None,
                })),
            }
        }
        next
    }

    fn shows_anything(&self) -> bool {
        self.desk.ledger().board().shows_anything()
    }

    /// Shows others what a batch changed. A sender who reads the receipt of its keys may use them
    /// at once, so this comes before any answer.
    fn show(&mut self, append: Option<&Append>) {
        let Some(append) = append else { return };
        let opened = append.entries.iter().filter(|entry| export::opens(&entry.note)).count();
        self.opened += opened as u64;
        self.view.show(&self.desk);
    }

    fn taken(&self, log: &Log, verdict: Verdict, base: &Result<Option<Base>, Failure>) -> Answer {
        let now = |position| match base {
            Ok(Some(base)) => self.receipt_under(position, base),
            Ok(None) => Err(Failure::Uncovered { position }),
            Err(failure) => Err(failure.clone()),
        };
        Ok(match verdict {
            Verdict::New(position) => Taken::New(now(position)?),
            Verdict::Fork(position) => Taken::Fork(now(position)?),
            Verdict::Known(position) => Taken::Known(self.receipt(log, position)?),
            Verdict::Refused(refusal) => {
                return Err(NotTaken::Rejected(Rejected::Refused(refusal)));
            }
        })
    }

    fn answer(&self, log: &mut Log, job: Job) {
        match job {
            // `sequence` took them all out.
            Job::Admit(_) => {}
            Job::Receipt { id, under, reply } => {
                let receipt = match (self.desk.position(id), under) {
                    (None, _) => Ok(None),
                    (Some(position), Under::First) => self.receipt(log, position).map(Some),
                    (Some(position), Under::Cosigned) => self.cosigned_receipt(log, position),
                };
                drop(reply.send(receipt));
            }
            Job::Keep { cosigned, reply } => {
                drop(reply.send(log.keep_cosigned(&cosigned).map_err(Failure::from)));
            }
            Job::Export { from, reply } => drop(reply.send(self.export(log, from))),
            Job::Look(look) => look(&self.desk),
        }
    }

    /// The receipt of a record that was stored before.
    fn receipt(&self, log: &Log, position: u64) -> Result<Receipt, Failure> {
        self.receipt_in(position, log.checkpoint_covering(position)?)
    }

    /// The receipt under the first cosigned checkpoint that covers the record, if there is one.
    fn cosigned_receipt(&self, log: &Log, position: u64) -> Result<Option<Receipt>, Failure> {
        let covering = log.cosigned_covering(position)?;
        covering.map(|covering| self.receipt_in(position, Some(covering))).transpose()
    }

    fn receipt_in(
        &self,
        position: u64,
        checkpoint: Option<SignedCheckpoint>,
    ) -> Result<Receipt, Failure> {
        let covering = checkpoint.ok_or(Failure::Uncovered { position })?;
        self.receipt_under(position, &Base::new(covering.size, &covering.note)?)
    }

    fn receipt_under(&self, position: u64, base: &Base) -> Result<Receipt, Failure> {
        let hashes = self.desk.tree().inclusion_proof(position, base.size)?;
        Ok(base.covering.prove(position, hashes)?)
    }
}

/// The checkpoint that receipts rest on, and how many records it covers.
struct Base {
    size: u64,
    covering: Covering,
}

impl Base {
    fn new(size: u64, checkpoint: &[u8]) -> Result<Self, Failure> {
        Ok(Self { size, covering: Covering::new(checkpoint)? })
    }

    fn of(append: &Append) -> Result<Self, Failure> {
        Self::new(size_after(append), &append.checkpoint)
    }
}

/// Makes a batch durable: one transaction, one fsync.
///
/// # Errors
/// When the log refuses it; then it is as if the batch had never come.
pub fn store(log: &mut Log, append: &Append, now: Instant) -> Result<(), AppendError> {
    let received = UnixMillis(now.seconds().saturating_mul(1000));
    let entries = append.entries.iter();
    let entries: Vec<NewEntry<'_>> = entries
        .map(|entry| NewEntry { id: *entry.id.as_bytes(), note: &entry.note, received })
        .collect();
    let checkpoint = SignedCheckpoint { size: size_after(append), note: append.checkpoint.clone() };
    log.append(append.from, &entries, &checkpoint)
}

fn size_after(append: &Append) -> u64 {
    append.from + append.entries.len() as u64
}

fn refuse(replies: Vec<Reply<Answer>>, failure: &Failure) {
    for reply in replies {
        drop(reply.send(Err(NotTaken::Failed(failure.clone()))));
    }
}
