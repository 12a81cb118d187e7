//! The state of one log's desk.

use std::{collections::HashMap, sync::Arc};

use record::{RecordId, note::SigningKey};
use tally::{Access, Ledger, Rulebook};
use tlog::Tree;

/// Everything that the one writer knows.
pub struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) tree: Tree,
    /// Where each record stands. In memory: an index on random ids would cost the disk a page for
    /// every record.
    pub(crate) positions: HashMap<RecordId, u64>,
    pub(crate) access: Vec<Access>,
    pub(crate) key: SigningKey,
}

impl Desk {
    pub(crate) fn new(rulebook: Arc<Rulebook>, key: SigningKey) -> Self {
        Self {
            ledger: Ledger::new(rulebook),
            tree: Tree::default(),
            positions: HashMap::new(),
            access: Vec::new(),
            key,
        }
    }

    /// Keys and figures up to here.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How many records the log holds.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.access.len() as u64
    }

    /// The tree over the log.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Where a record stands, if the log has it.
    #[must_use]
    pub fn position(&self, id: RecordId) -> Option<u64> {
        self.positions.get(&id).copied()
    }

    /// The class of a position.
    #[must_use]
    pub fn access(&self, position: u64) -> Option<Access> {
        self.access.get(usize::try_from(position).ok()?).copied()
    }
}
