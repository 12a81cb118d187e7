//! The fold: every record of the log, in its order.

use std::sync::Arc;

use record::body::KeyAction;

use crate::{
    Admission, Board, Key, Keys, Prepared, Reading, Rulebook, Scope, TurnoutReport, What,
    judge::How,
};

/// Everything that follows from the records up to a position.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) board: Board,
}

impl Ledger {
    /// After the definition, at position 0.
    #[must_use]
    pub fn new(rulebook: Arc<Rulebook>) -> Self {
        let mut keys = rulebook.first_keys();
        // Two people for each unit is what most elections enrol.
        keys.reserve(2 * rulebook.election().units().count());
        let board = Board::new(Arc::clone(rulebook.forms()));
        Self { rulebook, keys: Arc::new(keys), board }
    }

    /// What the definition fixes.
    #[must_use]
    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.rulebook
    }

    /// The keys up to here. Cheap to clone, so that signatures can be checked elsewhere.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The units and their figures up to here.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Applies a judged record, which now stands at `position`.
    pub fn apply(&mut self, admission: Admission, position: u64) {
        let Prepared { id, what } = admission.prepared;
        match (what, admission.how) {
            (What::Keys { action: KeyAction::Enrol, keys }, How::Enrol) => {
                let enrolled = Arc::make_mut(&mut self.keys);
                for (key, person, unit) in keys {
                    enrolled.enrol(Key::new(key, Scope::Unit(unit), position), &person);
                }
            }
            (What::Keys { .. }, How::Revoke(keys)) => {
                let enrolled = Arc::make_mut(&mut self.keys);
                keys.into_iter().for_each(|key| enrolled.revoke(key, position));
            }
            (
                What::Returns { returns, seq, prev, reason, made, devices, channel: _ },
                How::Returns { key, placement },
            ) => {
                let reading = Reading { id, position, seq, prev, reason, made, devices, returns };
                self.board.take(key, reading, placement);
            }
            (What::Turnout { unit, admitted, made, .. }, How::Turnout) => {
                self.board.take_turnout(unit, TurnoutReport { made, admitted, position });
            }
            (What::Decision { unit, .. }, How::Decision(place)) => self.board.choose(unit, place),
            (What::Release { unit, .. }, How::Release) => self.board.release(unit, position),
            // `judge` pairs them; nothing else makes an admission.
            _ => debug_assert!(false, "an admission pairs a record with its own kind"),
        }
    }
}
