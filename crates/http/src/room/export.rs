//! What leaves the room for the public: ids of everything, texts of what is open.

use std::ops::ControlFlow;

use record::{Kind, RecordId};
use store::log::Log;

use super::{Failure, Room};

/// The log as the public may see it, from some position on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// How many records the log holds.
    pub size: u64,
    /// The signed checkpoint over all of them.
    pub checkpoint: Vec<u8>,
    /// Grows with every record that may have opened earlier ones: a release, a decision, the first
    /// turnout. When it has grown, positions that were exported without their notes may have them
    /// now: export from 0 again. What is open stays open.
    pub opened: u64,
    /// The records, in order.
    pub entries: Vec<Exported>,
}

/// One record of an [`Export`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Where it stands.
    pub position: u64,
    /// Its id.
    pub id: RecordId,
    /// Its bytes; `None` while it is sealed, so that a sealed figure never leaves the room.
    pub note: Option<Vec<u8>>,
}

impl Room {
    pub(super) fn export(&self, log: &Log, from: u64) -> Result<Export, Failure> {
        let size = self.desk.size();
        let uncovered = Failure::Uncovered { position: size.saturating_sub(1) };
        let checkpoint = log.checkpoint_at(size)?.ok_or(uncovered)?.note;
        let mut entries = Vec::new();
        log.for_each(from.min(size), size, |entry| {
            let (position, id) = (entry.position, RecordId::from_bytes(entry.id));
            let note = self.is_public(position).then(|| entry.note.to_vec());
            entries.push(Exported { position, id, note });
            ControlFlow::Continue(())
        })?;
        Ok(Export { size, checkpoint, opened: self.opened, entries })
    }

    fn is_public(&self, position: u64) -> bool {
        let board = self.desk.ledger().board();
        self.desk.access(position).is_some_and(|access| access.is_public(board))
    }
}

/// Is this a kind of record after which returns or decisions before it may be open to the public?
pub(super) fn opens(note: &[u8]) -> bool {
    let name = note.strip_prefix(b"countersign/").unwrap_or_default();
    let is = |kind: Kind| {
        name.strip_prefix(kind.name().as_bytes()).is_some_and(|rest| rest.starts_with(b"/v1\n"))
    };
    is(Kind::Release) || is(Kind::Decision)
}
