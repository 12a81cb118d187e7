//! The log's witnesses: each checkpoint that is published goes to all of them first.
//!
//! Each witness is asked by a task of its own, so one that is down keeps neither the others nor any
//! station waiting. An edition waits for a quorum for as long as that can still come; without one it
//! goes out as it is, and once more when the quorum is there.

mod follower;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use http::{Intake, client::Asker};
use record::note::{Note, Signature, VerifyingKey};
use tlog::{Policy, checkpoint};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout_at},
};

use crate::{exit::Stop, say};
use follower::{Answer, Follower, Verdict};

/// How long an edition waits for a quorum that may still come.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it waits for the others once there is a quorum.
const GRACE: Duration = Duration::from_millis(300);

/// A checkpoint that the witnesses are asked about.
#[derive(Clone, Debug)]
struct Target {
    size: u64,
    note: Arc<[u8]>,
}

/// The witnesses that the policy gives an address.
pub(crate) struct Witnesses {
    policy: Policy,
    target: watch::Sender<Option<Target>>,
    answers: mpsc::Receiver<Answer>,
    /// Those that are asked, by the policy's names.
    asked: BTreeSet<String>,
    /// Those that did not answer the last time; nobody waits for them.
    silent: BTreeSet<String>,
    /// Cosignatures of the newest target.
    lines: BTreeMap<String, Signature>,
}

/// A checkpoint with the cosignatures that it has by now.
pub(crate) struct Cosigned {
    pub(crate) note: Vec<u8>,
    /// How many there are.
    pub(crate) lines: usize,
    /// Whether they are enough for the policy.
    pub(crate) enough: bool,
}

impl Witnesses {
    /// Starts to follow the policy's witnesses, except those that are to be ignored.
    pub(crate) fn start(
        policy: Policy,
        log: &VerifyingKey,
        ignored: &[String],
        intake: &Intake,
    ) -> Result<Self, Stop> {
        check_names(&policy, ignored)?;
        let (target, _) = watch::channel(None);
        let (sender, answers) = mpsc::channel(64);
        let mut asked = BTreeSet::new();
        for witness in policy.witnesses().iter().filter(|w| !ignored.contains(&w.name)) {
            let Some(url) = &witness.url else { continue };
            asked.insert(witness.name.clone());
            let asker = Arc::new(Asker::new(url, witness.key.clone()));
            let follower = Follower::new(witness.name.clone(), log.clone(), asker, intake.clone());
            tokio::spawn(follower.run(target.subscribe(), sender.clone()));
        }
        let (silent, lines) = (BTreeSet::new(), BTreeMap::new());
        Ok(Self { policy, target, answers, asked, silent, lines })
    }

    /// Before anything is signed: has a witness seen more of this log than it holds, or something
    /// else? Then this is an old copy of it, or another one runs. A witness that does not answer
    /// says nothing; whoever starts the log is told.
    ///
    /// # Errors
    /// When one has.
    pub(crate) async fn guard(&mut self, size: u64, checkpoint: &[u8]) -> Result<(), Stop> {
        self.ask(size, checkpoint);
        let deadline = Instant::now() + PATIENCE;
        let mut waiting = self.asked.clone();
        while !waiting.is_empty() {
            let Ok(Some(answer)) = timeout_at(deadline, self.answers.recv()).await else { break };
            waiting.remove(&answer.witness);
            if let Verdict::Ahead(what) | Verdict::Forked(what) = answer.verdict {
                return Err(Stop::failed(refusal(&answer.witness, &what)));
            }
            self.take(answer)?;
        }
        for witness in waiting {
            say::complain(format_args!("witness {witness}: no answer yet"));
            self.silent.insert(witness);
        }
        Ok(())
    }

    /// Asks for cosignatures of a checkpoint, and waits while that is worth it.
    ///
    /// # Errors
    /// When a witness proves that the log has forked.
    pub(crate) async fn cosign(&mut self, size: u64, checkpoint: &[u8]) -> Result<Cosigned, Stop> {
        self.ask(size, checkpoint);
        let start = Instant::now();
        let mut deadline = start + PATIENCE;
        while self.may_answer() {
            if self.note(checkpoint)?.enough {
                deadline = deadline.min(start + GRACE);
            }
            let Ok(Some(answer)) = timeout_at(deadline, self.answers.recv()).await else { break };
            self.take(answer)?;
        }
        self.silent = self.asked.iter().filter(|w| !self.lines.contains_key(*w)).cloned().collect();
        self.note(checkpoint)
    }

    fn ask(&mut self, size: u64, checkpoint: &[u8]) {
        self.lines.clear();
        self.target.send_replace(Some(Target { size, note: checkpoint.into() }));
    }

    fn may_answer(&self) -> bool {
        let open = |witness: &&String| {
            !self.silent.contains(*witness) && !self.lines.contains_key(*witness)
        };
        self.asked.iter().any(|witness| open(&witness))
    }

    fn take(&mut self, answer: Answer) -> Result<(), Stop> {
        let Answer { witness, size, verdict } = answer;
        let current = self.target.borrow().as_ref().is_some_and(|target| target.size == size);
        match verdict {
            Verdict::Cosigned(line) if current => {
                self.silent.remove(&witness);
                self.lines.insert(witness, line);
            }
            Verdict::Proven(what) => return Err(Stop::failed(refusal(&witness, &what))),
            Verdict::Cosigned(_) | Verdict::Silent | Verdict::Ahead(_) | Verdict::Forked(_) => {
                self.silent.insert(witness);
            }
        }
        Ok(())
    }

    fn note(&self, checkpoint: &[u8]) -> Result<Cosigned, Stop> {
        let note = Note::parse(checkpoint, checkpoint::MAX_BYTES).map_err(Stop::failed)?;
        let lines = note.signatures().iter().chain(self.lines.values()).cloned().collect();
        let note = Note::new(note.text(), lines).map_err(Stop::failed)?.to_bytes();
        let enough = self.policy.accept(&note).is_ok();
        Ok(Cosigned { note, lines: self.lines.len(), enough })
    }
}

fn check_names(policy: &Policy, ignored: &[String]) -> Result<(), Stop> {
    let known = |name: &&String| policy.witnesses().iter().any(|w| w.name == **name);
    match ignored.iter().find(|name| !known(name)) {
        Some(name) => Err(Stop::input(format_args!(
            "--ignore-witness: expected a witness of the policy, found {name:?}"
        ))),
        None => Ok(()),
    }
}

fn refusal(witness: &str, what: &str) -> String {
    format!(
        "witness {witness} {what}: this log signs nothing, for it would show two histories. Either \
         it is an old copy, or another server runs with its key. If the witness is wrong, start \
         with --ignore-witness {witness}"
    )
}
