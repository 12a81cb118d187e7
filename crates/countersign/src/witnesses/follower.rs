//! One witness, asked again and again.

use std::sync::Arc;

use http::{
    Intake,
    client::{AskError, Asker, Said},
    witness::id_of,
};
use record::note::{Signature, VerifyingKey};
use tlog::{AddCheckpoint, Checkpoint};
use tokio::sync::{mpsc, watch};

use super::Target;
use crate::say;

/// A witness that answers "another size" may be asked by somebody else at the same time.
const TRIES: usize = 3;

/// What a witness made of a checkpoint.
pub(super) struct Answer {
    pub(super) witness: String,
    pub(super) size: u64,
    pub(super) verdict: Verdict,
}

pub(super) enum Verdict {
    Cosigned(Signature),
    /// It did not answer, or not as a witness does.
    Silent,
    /// It says that it has cosigned more than the log holds.
    Ahead(String),
    /// It says that the log does not continue what it has cosigned.
    Forked(String),
    /// It shows a checkpoint that this log's key signed and that the log does not hold.
    Proven(String),
}

/// Asks one witness.
pub(super) struct Follower {
    name: String,
    log: VerifyingKey,
    asker: Arc<Asker>,
    intake: Intake,
    /// What it has cosigned last, as far as is known.
    latest: u64,
    /// What was said last on standard error, so that a long night does not say it every second.
    complained: Option<String>,
}

impl Follower {
    pub(super) fn new(name: String, log: VerifyingKey, asker: Arc<Asker>, intake: Intake) -> Self {
        Self { name, log, asker, intake, latest: 0, complained: None }
    }

    /// Asks about each new target, for as long as anybody sets one.
    pub(super) async fn run(
        mut self,
        mut target: watch::Receiver<Option<Target>>,
        answers: mpsc::Sender<Answer>,
    ) {
        while target.changed().await.is_ok() {
            let Some(asked) = target.borrow_and_update().clone() else { continue };
            let verdict = self.ask(&asked).await;
            self.tell(&verdict);
            let answer = Answer { witness: self.name.clone(), size: asked.size, verdict };
            if answers.send(answer).await.is_err() {
                return;
            }
        }
    }

    async fn ask(&mut self, target: &Target) -> Verdict {
        for _ in 0..TRIES {
            let said = match self.ask_once(target).await {
                Ok(said) => said,
                Err(reason) => {
                    self.complain(reason);
                    return Verdict::Silent;
                }
            };
            match said {
                Said::Cosigned(line, _) => {
                    self.latest = target.size;
                    return Verdict::Cosigned(line);
                }
                Said::Latest(latest) if latest > target.size => {
                    let what = format!("has cosigned {latest} entries, found {}", target.size);
                    return self.proof(what, Verdict::Ahead).await;
                }
                // It agrees on the size that was asked from, so it is the root that differs.
                Said::Latest(latest) if latest == self.latest => {
                    let what = format!("has cosigned other entries up to {latest}");
                    return self.proof(what, Verdict::Forked).await;
                }
                Said::Latest(latest) => self.latest = latest,
                Said::Inconsistent => {
                    let what = format!("has cosigned other entries up to {}", self.latest);
                    return self.proof(what, Verdict::Forked).await;
                }
            }
        }
        Verdict::Silent
    }

    async fn ask_once(&self, target: &Target) -> Result<Said, String> {
        let (old, size) = (self.latest, target.size);
        let proof = self.intake.look(move |desk| desk.tree().consistency_proof(old, size)).await;
        let proof = proof.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
        let request = AddCheckpoint::new(old, proof, &target.note).map_err(|e| e.to_string())?;
        let asker = Arc::clone(&self.asker);
        let said = tokio::task::spawn_blocking(move || asker.ask(&request)).await;
        said.map_err(|e| e.to_string())?.map_err(|e: AskError| e.to_string())
    }

    /// Anybody can say a number. A checkpoint that this log's key signed, and that the log does not
    /// hold, is proof.
    async fn proof(&self, what: String, unproven: fn(String) -> Verdict) -> Verdict {
        let (asker, id) = (Arc::clone(&self.asker), id_of(self.log.name().as_str()));
        let fetched = tokio::task::spawn_blocking(move || asker.latest(id)).await;
        let Ok(Ok(note)) = fetched else { return unproven(what) };
        let Ok(shown) = Checkpoint::verify(&note, &self.log) else { return unproven(what) };
        let (size, root) = (shown.size, shown.root);
        let held = self.intake.look(move |desk| desk.tree().root_at(size)).await;
        match held {
            Ok(Ok(found)) if found == root => unproven(what),
            Ok(_) => Verdict::Proven(what),
            Err(_) => unproven(what),
        }
    }

    fn tell(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Cosigned(_) if self.complained.take().is_some() => {
                say::complain(format_args!("witness {}: cosigns again", self.name));
            }
            Verdict::Ahead(what) | Verdict::Forked(what) => {
                self.complain(format!("{what}, and does not show it"));
            }
            Verdict::Cosigned(_) | Verdict::Silent | Verdict::Proven(_) => {}
        }
    }

    fn complain(&mut self, reason: String) {
        if self.complained.as_ref() != Some(&reason) {
            say::complain(format_args!("witness {}: {reason}", self.name));
            self.complained = Some(reason);
        }
    }
}
