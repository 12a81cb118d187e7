//! Starting: the room is rebuilt from the log, and from nothing else.

use std::{ops::ControlFlow, sync::Arc};

use desk::{Recovery, RecoveryError};
use record::{RecordId, note::SigningKey};
use store::log::{Log, ReadError};
use tlog::{Checkpoint, CheckpointError};

use super::{Clock, Room, View};

/// Why a log cannot be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It has no definition, or no checkpoint.
    #[error("the log is empty: it does not begin with a definition")]
    Empty,
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Its last checkpoint is not by this key.
    #[error("the last checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Its entries are not those of a log that this program wrote.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
}

impl Room {
    /// Reads the whole log and checks it against the last checkpoint that `key` signed.
    ///
    /// # Errors
    /// At the first thing that is not as this program wrote it.
    pub fn open(log: &Log, key: SigningKey, clock: Clock) -> Result<Room, OpenError> {
        let definition = log.note(0)?.ok_or(OpenError::Empty)?;
        let last = log.latest_checkpoint()?.ok_or(OpenError::Empty)?;
        let last = Checkpoint::verify(&last.note, key.public())?;
        let mut recovery = Recovery::begin(&definition, key)?;
        let mut fault = Ok(());
        log.for_each(1, log.size()?, |entry| {
            fault = recovery.entry(RecordId::from_bytes(entry.id), entry.note);
            if fault.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        fault?;
        let desk = recovery.finish(&last)?;
        let view = Arc::new(View::of(&desk));
        Ok(Room { desk, clock, view, definition: definition.into(), opened: 0 })
    }
}
