//! The stage: network, desk and disk, and one model beside them.

use std::{collections::BTreeMap, mem, rc::Rc};

use desk::{Append, Checked, Desk, Proposal, Recovery, Verdict, first_append};
use election::Instant;
use record::{Digest, RecordId, note::VerifyingKey};
use tlog::{Checkpoint, Proof};

use crate::{
    Reason, Report, Seen, Shape, Step, Violation,
    cast::{Cast, log_key},
    disk::{Disk, DiskError, Space},
    letter::{Letter, Says, made_of},
    model::Model,
    net::{ActorNo, Answer, Network, Packet},
    people::Actor,
};

/// When the night begins: so many seconds before the release moment.
const BEFORE_MOMENT: i64 = 45 * 60;

pub(crate) struct World {
    pub(crate) cast: Rc<Cast>,
    pub(crate) model: Model,
    pub(crate) desk: Desk,
    pub(crate) disk: Disk,
    pub(crate) network: Network,
    /// What passed the door since the last batch; a crash loses it.
    queue: Vec<Waiting>,
    pub(crate) actors: Vec<Actor>,
    /// Everything that was ever sent, for those who listen and send it again.
    pub(crate) heard: Vec<Rc<Letter>>,
    /// Every receipt that was ever given.
    pub(crate) receipts: BTreeMap<RecordId, String>,
    pub(crate) log_key: VerifyingKey,
    /// How many of the durable checkpoints were checked, and the last of them.
    pub(crate) checked: Option<(usize, Checkpoint)>,
    pub(crate) now: i64,
    pub(crate) written: usize,
    pub(crate) seen: BTreeMap<Seen, u64>,
    trace: Digest,
}

/// A letter that is checked, and who waits for the answer.
struct Waiting {
    checked: Checked,
    from: Option<ActorNo>,
    letter: Rc<Letter>,
}

impl World {
    pub(crate) fn new(shape: Shape) -> Result<Self, Violation> {
        let cast = Rc::new(Cast::new(shape)?);
        let mut disk = Disk::default();
        let first = first_append(cast.definition.clone(), log_key()?)?;
        disk.append(&first).map_err(|error| broken(&error))?;
        let log_key = log_key()?.public().clone();
        let desk = open(&disk, &log_key)?;
        let moment = desk.ledger().rulebook().release_moment().seconds();
        Ok(Self {
            model: Model { cast: Rc::clone(&cast), moment, log: Vec::new() },
            actors: cast.places.iter().map(|_| Actor::default()).collect(),
            network: Network::default(),
            queue: Vec::new(),
            heard: Vec::new(),
            receipts: BTreeMap::new(),
            checked: None,
            now: moment - BEFORE_MOMENT,
            written: 0,
            seen: BTreeMap::new(),
            trace: Digest::of(b""),
            cast,
            desk,
            disk,
            log_key,
        })
    }

    pub(crate) fn saw(&mut self, seen: Seen) {
        *self.seen.entry(seen).or_default() += 1;
    }

    /// Adds a line to the trace.
    pub(crate) fn note(&mut self, line: &str) {
        self.trace = Digest::of(format!("{}\n{line}", self.trace).as_bytes());
    }

    pub(crate) fn report(&self) -> Result<Report, Violation> {
        let size = self.disk.size();
        let root = self.desk.tree().root_at(size).map_err(made_of)?;
        Ok(Report { size, root, trace: self.trace, seen: self.seen.clone() })
    }

    pub(crate) fn deliver(&mut self, which: u16) -> Result<(), Violation> {
        match self.network.take(which) {
            Some(Packet::Letter { from, letter }) => self.arrive(from, letter),
            Some(Packet::Answer { to, letter, answer }) => self.hear(to, &letter, &answer),
            None => Ok(()),
        }
    }

    pub(crate) fn lose(&mut self, which: u16) -> Result<(), Violation> {
        if self.network.take(which).is_some() {
            self.saw(Seen::Lost);
        }
        Ok(())
    }

    pub(crate) fn double(&mut self, which: u16) -> Result<(), Violation> {
        if self.network.double(which).is_some() {
            self.saw(Seen::Doubled);
        }
        Ok(())
    }

    pub(crate) fn fill_disk(&mut self) -> Result<(), Violation> {
        self.disk.space = Space::Full;
        Ok(())
    }

    pub(crate) fn free_disk(&mut self) -> Result<(), Violation> {
        self.disk.space = Space::Free;
        Ok(())
    }

    pub(crate) fn wait(&mut self, minutes: u8) -> Result<(), Violation> {
        self.now += i64::from(minutes) * 60;
        Ok(())
    }

    /// The door: what can be said of a letter's bytes alone.
    fn arrive(&mut self, from: Option<ActorNo>, letter: Rc<Letter>) -> Result<(), Violation> {
        let ledger = self.desk.ledger();
        let result = Checked::check(ledger.rulebook(), ledger.keys(), letter.bytes.clone());
        let expected = self.model.at_the_door(&letter);
        match result {
            Ok(checked) if expected.is_empty() && checked.id() == letter.id => {
                self.queue.push(Waiting { checked, from, letter });
                Ok(())
            }
            Ok(checked) => Err(judgement(&letter, &expected, &checked.id())),
            Err(rejected) if expected.contains(&Reason::from(&rejected)) => {
                self.refuse(from, &letter, Reason::from(&rejected));
                Ok(())
            }
            Err(rejected) => Err(judgement(&letter, &expected, &rejected)),
        }
    }

    /// Takes in everything that passed the door; what must wait goes into the next batch.
    pub(crate) fn work(&mut self, mut crash: Option<Step>) -> Result<(), Violation> {
        let mut batch = mem::take(&mut self.queue);
        while !batch.is_empty() {
            batch = self.round(batch, &mut crash)?;
        }
        Ok(())
    }

    /// One batch, in the order of steps that the server keeps. Returns what must wait.
    fn round(
        &mut self,
        batch: Vec<Waiting>,
        crash: &mut Option<Step>,
    ) -> Result<Vec<Waiting>, Violation> {
        let known = self.model.log.len();
        let jobs = batch.iter().map(|waiting| waiting.checked.clone()).collect();
        let mut proposal = self.desk.propose(jobs, Instant::from_seconds(self.now))?;
        let verdicts = mem::take(&mut proposal.verdicts);
        self.predict(&verdicts, &batch)?;
        let append = proposal.append.take();
        let crash = if append.is_some() { crash.take() } else { None };
        if crash == Some(Step::Proposed) {
            self.model.log.truncate(known);
            return self.restart(Step::Proposed);
        }
        if !self.store(append.as_ref())? {
            self.model.log.truncate(known);
            self.give_up(proposal, &batch);
            return Ok(Vec::new());
        }
        if crash == Some(Step::Stored) {
            return self.restart(Step::Stored);
        }
        let deferred: Vec<usize> = proposal.deferred.iter().map(|(place, _)| *place).collect();
        self.desk.commit(proposal);
        if crash == Some(Step::Committed) {
            return self.restart(Step::Committed);
        }
        for (verdict, waiting) in verdicts.iter().zip(&batch) {
            self.answer(verdict.as_ref(), waiting)?;
        }
        let waits = |(place, waiting)| deferred.contains(&place).then_some(waiting);
        let next: Vec<Waiting> = batch.into_iter().enumerate().filter_map(waits).collect();
        next.iter().for_each(|_| self.saw(Seen::Deferred));
        Ok(next)
    }

    /// What the model makes of the same letters, one after the other: it knows no batches.
    fn predict(
        &mut self,
        verdicts: &[Option<Verdict>],
        batch: &[Waiting],
    ) -> Result<(), Violation> {
        for (verdict, Waiting { letter, .. }) in verdicts.iter().zip(batch) {
            let Some(found) = verdict else { continue };
            let reasons = self.model.at_the_table(letter, self.now);
            if reasons.contains(&Reason::TooEarly) {
                self.saw(Seen::EarlyByClock);
            }
            let next = self.model.log.len() as u64 + 1;
            let expected = match self.model.position(letter.id) {
                Some(position) => Verdict::Known(position as u64),
                None if !reasons.is_empty() => match found {
                    Verdict::Refused(refusal) if reasons.contains(&refusal.into()) => continue,
                    _ => return Err(judgement(letter, &reasons, found)),
                },
                None if self.model.is_fork(letter) => Verdict::Fork(next),
                None => Verdict::New(next),
            };
            if expected != *found {
                return Err(judgement(letter, &expected, found));
            }
            if !matches!(expected, Verdict::Known(_)) {
                self.model.log.push(Rc::clone(letter));
            }
        }
        Ok(())
    }

    /// False when the disk is full.
    fn store(&mut self, append: Option<&Append>) -> Result<bool, Violation> {
        match append.map(|append| self.disk.append(append)) {
            None | Some(Ok(())) => Ok(true),
            Some(Err(DiskError::Full)) => Ok(false),
            Some(Err(error)) => Err(broken(&error)),
        }
    }

    /// The disk is full: nobody gets a receipt, everybody may try again.
    fn give_up(&mut self, proposal: Proposal, batch: &[Waiting]) {
        self.desk.abandon(proposal);
        self.saw(Seen::DiskFull);
        for Waiting { from, letter, .. } in batch {
            self.reply(*from, letter, Answer::TryAgain);
        }
    }

    /// The machine stops and starts again: only the disk remains. Had the disk not kept the order
    /// of the log, the desk would not have started.
    fn restart(&mut self, after: Step) -> Result<Vec<Waiting>, Violation> {
        self.saw(Seen::Crash(after));
        self.queue.clear();
        self.desk = open(&self.disk, &self.log_key)?;
        match self.disk.rotten().map(|disk| open(&disk, &self.log_key)) {
            Some(Ok(_)) => Err(Violation::Rot),
            _ => Ok(Vec::new()),
        }
    }

    fn answer(&mut self, verdict: Option<&Verdict>, to: &Waiting) -> Result<(), Violation> {
        let Some(verdict) = verdict else { return Ok(()) };
        self.note(&format!("{verdict:?}"));
        let position = match verdict {
            Verdict::Refused(refusal) => {
                self.refuse(to.from, &to.letter, refusal.into());
                return Ok(());
            }
            Verdict::New(position) | Verdict::Fork(position) | Verdict::Known(position) => position,
        };
        self.count_seen(verdict, &to.letter);
        let receipt = self.receipt(*position)?;
        let first = self.receipts.entry(to.letter.id).or_insert_with(|| receipt.clone());
        if *first != receipt {
            let problem = format!("expected {first}, found {receipt}");
            return Err(Violation::Receipt { record: to.letter.id, problem });
        }
        self.reply(to.from, &to.letter, Answer::Receipt(receipt));
        Ok(())
    }

    fn count_seen(&mut self, verdict: &Verdict, letter: &Letter) {
        self.saw(match verdict {
            Verdict::Known(_) => Seen::Known,
            Verdict::Fork(_) => Seen::Fork,
            _ => Seen::New,
        });
        let more = match &letter.says {
            Says::Returns { reading, .. } if reading.prev.is_some() => Some(Seen::Correction),
            Says::Decision { .. } => Some(Seen::Decided),
            Says::Release { .. } => Some(Seen::Released),
            Says::Revoke { .. } => Some(Seen::Revoked),
            _ => None,
        };
        more.into_iter().for_each(|more| self.saw(more));
    }

    /// As the server makes it out: under the first checkpoint that covers the record.
    fn receipt(&self, position: u64) -> Result<String, Violation> {
        let covering = self.disk.covering(position);
        let (size, note) = covering.ok_or_else(|| made_of("no checkpoint covers a position"))?;
        let hashes = self.desk.tree().inclusion_proof(position, *size).map_err(made_of)?;
        Ok(Proof::new(position, hashes, note).map_err(made_of)?.to_string())
    }

    fn refuse(&mut self, from: Option<ActorNo>, letter: &Rc<Letter>, reason: Reason) {
        self.note(&format!("{reason:?}"));
        self.saw(Seen::Refused(reason));
        self.reply(from, letter, Answer::Refused(reason));
    }

    fn reply(&mut self, to: Option<ActorNo>, letter: &Rc<Letter>, answer: Answer) {
        if let Some(to) = to {
            self.network.send(Packet::Answer { to, letter: Rc::clone(letter), answer });
        }
    }
}

/// A desk from what is durable, by the same way at every start.
fn open(disk: &Disk, log: &VerifyingKey) -> Result<Desk, Violation> {
    let mut entries = disk.entries.iter();
    let first = entries.next().ok_or_else(|| made_of("an empty disk"))?;
    let mut recovery = Recovery::begin(&first.1, log_key()?)?;
    for (id, note) in entries {
        recovery.entry(*id, note)?;
    }
    let (_, last) = disk.checkpoints.last().ok_or_else(|| made_of("no checkpoint"))?;
    let last = Checkpoint::verify(last, log).map_err(|e| Violation::Checkpoint(e.to_string()))?;
    Ok(recovery.finish(&last)?)
}

fn broken(error: &DiskError) -> Violation {
    match *error {
        DiskError::Elsewhere { expected, found } => Violation::Append { expected, found },
        DiskError::Full => made_of("a new disk is full"),
    }
}

fn judgement(
    letter: &Letter,
    expected: &impl std::fmt::Debug,
    found: &impl std::fmt::Debug,
) -> Violation {
    let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
    Violation::Judgement { record: letter.id, expected, found }
}
