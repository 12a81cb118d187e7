//! Judging a batch, and what is to be stored for it.

use std::collections::HashSet;

use election::{Instant, UnitIndex};
use record::RecordId;
use tally::{Access, Admission, Refusal, What, check_attest};
use tlog::{Checkpoint, CheckpointError, TreeError, leaf_hash};

use crate::{Checked, Desk};

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is new, and stands at this position once the append is durable.
    New(u64),
    /// It is new and contradicts another record of the same signers with the same number. It
    /// stands at this position once the append is durable: nothing is lost.
    Fork(u64),
    /// The log has it at this position.
    Known(u64),
    /// It is not taken in.
    Refused(Refusal),
}

/// One record to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id: the leaf.
    pub id: RecordId,
    /// Its bytes.
    pub note: Vec<u8>,
}

/// What must be stored in one transaction, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The size of the log before.
    pub from: u64,
    /// The new records, in order.
    pub entries: Vec<Entry>,
    /// The signed checkpoint over the log with them. Nobody sees it before the transaction is
    /// durable, so a crash before that leaves no promise behind.
    pub checkpoint: Vec<u8>,
}

/// A batch, judged. It must be committed or abandoned before the next one is proposed.
#[derive(Debug)]
pub struct Proposal {
    /// What became of each record, by its place in the batch; `None`: it comes too early in this
    /// batch and stands in `deferred`.
    pub verdicts: Vec<Option<Verdict>>,
    /// Records whose verdict depends on others of this batch, in order: the next batch's first.
    pub deferred: Vec<(usize, Checked)>,
    /// What to store, when there is anything.
    pub append: Option<Append>,
    admissions: Vec<Admission>,
}

/// Why no checkpoint could be signed. Neither happens while the state is whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The tree does not hold as many leaves as it should.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The key does not sign for this log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Desk {
    /// Judges a batch at a moment of the server's clock.
    ///
    /// Judging never changes anything, so that a batch which cannot be stored leaves no trace. To
    /// make that possible a batch holds at most one record of a unit, and a record that changes
    /// keys or releases stands alone; the rest is deferred.
    ///
    /// # Errors
    /// When the checkpoint cannot be signed: the state is broken, and nothing may be answered.
    pub fn propose(&mut self, jobs: Vec<Checked>, now: Instant) -> Result<Proposal, SignError> {
        let mut batch = Batch::default();
        for (place, job) in jobs.into_iter().enumerate() {
            if let Some(position) = self.position(job.id()) {
                batch.verdicts.push(Some(Verdict::Known(position)));
            } else if batch.must_wait(&job) {
                batch.verdicts.push(None);
                batch.deferred.push((place, job));
            } else {
                let verdict = self.judge(job, now, &mut batch);
                batch.verdicts.push(Some(verdict));
            }
        }
        let append = self.append(batch.entries)?;
        let Batch { verdicts, deferred, admissions, .. } = batch;
        Ok(Proposal { verdicts, deferred, append, admissions })
    }

    fn judge(&self, job: Checked, now: Instant, batch: &mut Batch) -> Verdict {
        let Checked { prepared, signers, note } = job;
        if let Err(early) = self.check_gate(&prepared.what, now) {
            return Verdict::Refused(early);
        }
        let position = self.size() + batch.entries.len() as u64;
        // First whether they may sign at all: a long range costs more.
        let judged = self.ledger.judge(prepared, &signers).and_then(|admission| {
            let id = |position| self.id(position);
            check_attest(admission.what(), position, id).map(|()| admission)
        });
        let admission = match judged {
            Ok(admission) => admission,
            Err(refusal) => return Verdict::Refused(refusal),
        };
        let fork = admission.is_fork();
        batch.entries.push(Entry { id: admission.id(), note });
        batch.admit(admission);
        if fork { Verdict::Fork(position) } else { Verdict::New(position) }
    }

    /// No release before the release moment by the server's own clock, whatever the record says.
    fn check_gate(&self, what: &What, now: Instant) -> Result<(), Refusal> {
        let moment = self.ledger.rulebook().release_moment();
        match what {
            What::Release { .. } if now < moment => {
                Err(Refusal::TooEarly { expected: moment.seconds(), found: now.seconds() })
            }
            _ => Ok(()),
        }
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<Option<Append>, SignError> {
        if entries.is_empty() {
            return Ok(None);
        }
        let from = self.size();
        for entry in &entries {
            self.tree.append(leaf_hash(entry.id.as_bytes()));
        }
        let signed = self.sign(from + entries.len() as u64);
        if signed.is_err() {
            self.tree.truncate(from);
        }
        Ok(Some(Append { from, entries, checkpoint: signed? }))
    }

    pub(crate) fn sign(&self, size: u64) -> Result<Vec<u8>, SignError> {
        let root = self.tree.root_at(size)?;
        Ok(Checkpoint::new(self.key.public().name().clone(), size, root).sign(&self.key)?)
    }

    /// The append is durable: what was proposed is so.
    pub fn commit(&mut self, proposal: Proposal) {
        for admission in proposal.admissions {
            let position = self.size();
            self.note(admission.id(), Access::of(admission.what()));
            self.ledger.apply(admission, position);
        }
    }

    /// The append failed: nothing of what was proposed is so.
    pub fn abandon(&mut self, _proposal: Proposal) {
        self.tree.truncate(self.size());
    }
}

/// A batch while it is judged.
#[derive(Default)]
struct Batch {
    verdicts: Vec<Option<Verdict>>,
    deferred: Vec<(usize, Checked)>,
    entries: Vec<Entry>,
    admissions: Vec<Admission>,
    units: HashSet<UnitIndex>,
    /// A record that others depend on is in: nothing else goes with it.
    closed: bool,
}

impl Batch {
    /// Could the verdict on this record depend on one in this batch? Once one waits, all that
    /// come after it wait too, so that the order of arrival stays the order of the log.
    fn must_wait(&self, job: &Checked) -> bool {
        let depends = match unit_of(&job.prepared.what) {
            Some(unit) => self.units.contains(&unit),
            None => !self.admissions.is_empty(),
        };
        self.closed || !self.deferred.is_empty() || depends
    }

    fn admit(&mut self, admission: Admission) {
        match unit_of(admission.what()) {
            Some(unit) => {
                self.units.insert(unit);
            }
            None => self.closed = true,
        }
        self.admissions.push(admission);
    }
}

/// The one unit whose state a record reads and changes; none when it touches more than that.
fn unit_of(what: &What) -> Option<UnitIndex> {
    match what {
        What::Returns { returns, .. } => Some(returns.unit()),
        What::Turnout { unit, .. } | What::Decision { unit, .. } => Some(*unit),
        What::Keys { .. } | What::Invite { .. } | What::Release { .. } | What::Attest { .. } => {
            None
        }
    }
}
