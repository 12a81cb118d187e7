//! A witness: it remembers of each log that it follows the largest checkpoint it has seen, and
//! cosigns only what continues that (C2SP `tlog-witness`).
//!
//! ```text
//! POST /add-checkpoint     200 "— name base64" · 400 403 404 409 422
//! GET  /latest/{id}        200 the checkpoint that was cosigned last; id: SHA-256 of the origin
//!
//! body ─► read ─► claim: by a log that is followed? ─► check: continues the one remembered?
//!                                                       └─► cosign ─► remember, durably ─► answer
//! ```
//!
//! One request at a time goes from "check" to "remember", so that no two are based on one memory.

mod problem;
mod routes;

pub use routes::{serve, serve_latest};

use record::{
    Digest,
    note::{Note, NoteError, VerifyingKey},
};
use store::{
    log::ReadError,
    witness::{Memory, RememberError, Remembered},
};
use tlog::{
    AddCheckpoint, Checkpoint, CheckpointError, CosignatureError, CosigningKey, ReadRequestError,
    Refusal, Seen, SplitView, Timestamp, WitnessKey, checkpoint,
};

/// Tells the witness's own time.
pub type Clock = Box<dyn Fn() -> Timestamp + Send>;
/// Takes care of the proof that a log has shown two histories.
pub type Alarm = Box<dyn FnMut(&SplitView) + Send>;

/// A witness with its key and its memory.
pub struct Witness {
    key: CosigningKey,
    logs: Vec<VerifyingKey>,
    memory: Memory,
    clock: Clock,
    alarm: Alarm,
}

/// Why a checkpoint is not cosigned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCosigned {
    /// It is no request.
    #[error(transparent)]
    Request(#[from] ReadRequestError),
    /// It is not a checkpoint that this witness may cosign.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was cosigned last cannot be read.
    #[error(transparent)]
    Memory(#[from] ReadError),
    /// What was cosigned last is no checkpoint any more.
    #[error("what was cosigned last is damaged: {0}")]
    Damaged(#[from] CheckpointError),
    /// It could not be remembered.
    #[error(transparent)]
    Remember(#[from] RememberError),
    /// The witness's clock is beyond the end of time.
    #[error(transparent)]
    Sign(#[from] CosignatureError),
    /// The checkpoint has no room for another line.
    #[error("the checkpoint takes no further line: {0}")]
    Note(#[from] NoteError),
}

impl Witness {
    /// A witness of these logs.
    #[must_use]
    pub fn new(
        key: CosigningKey,
        logs: Vec<VerifyingKey>,
        memory: Memory,
        clock: Clock,
        alarm: Alarm,
    ) -> Self {
        Self { key, logs, memory, clock, alarm }
    }

    /// Its public key, for policies.
    #[must_use]
    pub fn public(&self) -> &WitnessKey {
        self.key.public()
    }

    /// Answers a request with the cosignature's line. By then the checkpoint is remembered, and
    /// survives a loss of power.
    ///
    /// # Errors
    /// When it is not to be cosigned, or the disk fails; nothing has changed then.
    pub fn add_checkpoint(&mut self, body: &[u8]) -> Result<String, NotCosigned> {
        let request = AddCheckpoint::read(body)?;
        let claimed = request.claim(&self.logs)?;
        let origin = claimed.origin.as_str();
        let latest = self.memory.latest(origin)?;
        let seen = latest.as_ref().map_or(Ok(Seen::nothing()), seen)?;
        if let Err(refusal) = request.check(&claimed, seen) {
            self.report(&refusal, &claimed, latest.as_ref(), &request);
            return Err(refusal.into());
        }
        let note = Note::parse(request.checkpoint().as_bytes(), checkpoint::MAX_BYTES)?;
        let line = self.key.cosign(note.text(), (self.clock)())?;
        let answer = format!("{line}\n");
        let cosigned = [note.signatures(), &[line]].concat();
        let note = Note::new(note.text(), cosigned)?.to_bytes();
        self.memory.remember(origin, seen.size, &Remembered { size: claimed.size, note })?;
        Ok(answer)
    }

    /// The checkpoint of a log that was cosigned last, with the cosignature; the log is named by
    /// the SHA-256 of its origin.
    ///
    /// # Errors
    /// When the memory cannot be read.
    pub fn latest(&self, id: Digest) -> Result<Option<Vec<u8>>, ReadError> {
        let named = |log: &&VerifyingKey| id_of(log.name().as_str()) == id;
        let Some(log) = self.logs.iter().find(named) else { return Ok(None) };
        Ok(self.memory.latest(log.name().as_str())?.map(|latest| latest.note))
    }

    fn report(
        &mut self,
        refusal: &Refusal,
        claimed: &Checkpoint,
        latest: Option<&Remembered>,
        request: &AddCheckpoint,
    ) {
        let first = latest.and_then(|latest| str::from_utf8(&latest.note).ok());
        if let (Refusal::OtherRoot { .. }, Some(first)) = (refusal, first) {
            (self.alarm)(&SplitView::of_one_size(claimed, first, request.checkpoint()));
        }
    }
}

/// What a log is called where its origin would not fit into an address.
#[must_use]
pub fn id_of(origin: &str) -> Digest {
    Digest::of(origin.as_bytes())
}

fn seen(latest: &Remembered) -> Result<Seen, CheckpointError> {
    let note = Note::parse(&latest.note, checkpoint::MAX_BYTES)?;
    Ok(Seen::of(&note.text().parse()?))
}
