//! What others see of the room without waiting for it.

use std::sync::{Arc, PoisonError, RwLock};

use desk::Desk;
use tally::Keys;

/// The keys for the checking pool and the progress for the public, as of the last batch.
#[derive(Debug)]
pub struct View(RwLock<Seen>);

#[derive(Clone, Debug)]
struct Seen {
    keys: Arc<Keys>,
    progress: Progress,
}

/// How far the night is. It says nothing about results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Units whose figures the public waits for.
    pub expected: u32,
    /// Those of them that have handed in a form.
    pub received: u32,
    /// Records in the log.
    pub log_size: u64,
}

impl View {
    pub(super) fn of(desk: &Desk) -> Self {
        Self(RwLock::new(Seen::of(desk)))
    }

    pub(super) fn show(&self, desk: &Desk) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Seen::of(desk);
    }

    fn seen(&self) -> Seen {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All keys enrolled up to here.
    #[must_use]
    pub fn keys(&self) -> Arc<Keys> {
        self.seen().keys
    }

    /// How far the night is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.seen().progress
    }
}

impl Seen {
    fn of(desk: &Desk) -> Self {
        let ledger = desk.ledger();
        let root = ledger.rulebook().election().units().root();
        let (_, expected) = ledger.board().progress(root);
        let received = ledger.board().arrived();
        let progress = Progress { expected, received, log_size: desk.size() };
        Self { keys: Arc::clone(ledger.keys()), progress }
    }
}
