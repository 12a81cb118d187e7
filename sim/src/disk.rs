//! A disk that keeps what it took and may refuse to take more.

use desk::Append;
use record::RecordId;

/// What survives a crash: the log's entries and every checkpoint that covered them.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    pub(crate) entries: Vec<(RecordId, Vec<u8>)>,
    pub(crate) checkpoints: Vec<(u64, Vec<u8>)>,
    pub(crate) space: Space,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Space {
    #[default]
    Free,
    Full,
}

/// Why nothing of an append was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskError {
    Full,
    /// The append begins elsewhere than the log ends: compare and swap.
    Elsewhere {
        expected: u64,
        found: u64,
    },
}

impl Disk {
    /// All of it or nothing, as one transaction of the store is.
    pub(crate) fn append(&mut self, append: &Append) -> Result<(), DiskError> {
        let expected = self.size();
        if append.from != expected {
            return Err(DiskError::Elsewhere { expected, found: append.from });
        }
        if self.space == Space::Full {
            return Err(DiskError::Full);
        }
        self.entries.extend(append.entries.iter().map(|entry| (entry.id, entry.note.clone())));
        self.checkpoints.push((self.size(), append.checkpoint.clone()));
        Ok(())
    }

    /// The same disk with its last two entries the other way round, when it has two.
    pub(crate) fn rotten(&self) -> Option<Self> {
        let mut rotten = self.clone();
        let last = rotten.entries.len().checked_sub(1)?;
        let before = last.checked_sub(1).filter(|before| *before > 0)?;
        rotten.entries.swap(before, last);
        Some(rotten)
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The first checkpoint over a position: the one of its receipt.
    pub(crate) fn covering(&self, position: u64) -> Option<&(u64, Vec<u8>)> {
        self.checkpoints.iter().find(|(size, _)| *size > position)
    }
}
