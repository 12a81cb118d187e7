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
    /// The same the other way round.
    pub(crate) ids: Vec<RecordId>,
    pub(crate) access: Vec<Access>,
    pub(crate) key: SigningKey,
}

impl Desk {
    pub(crate) fn new(rulebook: Arc<Rulebook>, key: SigningKey) -> Self {
        Self {
            ledger: Ledger::new(rulebook),
            tree: Tree::default(),
            positions: HashMap::new(),
            ids: Vec::new(),
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

    /// The id at a position.
    #[must_use]
    pub fn id(&self, position: u64) -> Option<RecordId> {
        self.ids.get(usize::try_from(position).ok()?).copied()
    }

    /// Where everything of the log is noted, but what follows from the records themselves.
    pub(crate) fn note(&mut self, id: RecordId, access: Access) {
        self.positions.insert(id, self.size());
        self.ids.push(id);
        self.access.push(access);
    }

    /// The class of a position.
    #[must_use]
    pub fn access(&self, position: u64) -> Option<Access> {
        self.access.get(usize::try_from(position).ok()?).copied()
    }
}
