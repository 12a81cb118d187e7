//! The fold: every record of the log, in its order.

use std::sync::Arc;

use record::body::Role;

use crate::{
    Admission, Board, Change, Keys, Member, Prepared, Reading, Registry, Rulebook, Scope,
    TurnoutReport, What, judge::How,
};

/// Everything that follows from the records up to a position.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) registry: Arc<Registry>,
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
        Self { rulebook, keys: Arc::new(keys), registry: Arc::default(), board }
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

    /// Codes given out and reasons given, up to here.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
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
            (What::Keys { keys, reason, .. }, How::Enrol) => {
                self.explain(position, reason);
                self.enrol(keys, position);
            }
            (What::Keys { reason, .. }, How::Revoke(keys)) => {
                self.explain(position, reason);
                let enrolled = Arc::make_mut(&mut self.keys);
                keys.into_iter().for_each(|key| enrolled.revoke(key, position));
            }
            (What::Invite { codes }, How::Invite) => {
                Arc::make_mut(&mut self.registry).give(codes, position);
            }
            (
                What::Returns { returns, seq, prev, reason, made, devices, channel: _ },
                How::Returns { key, placement },
            ) => {
                let returns = Arc::unwrap_or_clone(returns);
                let (change, made) = (Change::of(prev, reason), made.into());
                let reading = Reading { id, position, seq, change, made, devices, returns };
                self.board.take(key, reading, placement);
            }
            (What::Turnout { unit, admitted, made, .. }, How::Turnout) => {
                self.board.take_turnout(unit, TurnoutReport { made, admitted, position });
            }
            (What::Decision { unit, .. }, How::Decision(place)) => self.board.choose(unit, place),
            (What::Release { unit, .. }, How::Release) => self.board.release(unit, position),
            // It is about the log, and nothing follows from it for keys or figures.
            (What::Attest { .. }, How::Attest) => {}
            // `judge` pairs them; nothing else makes an admission.
            _ => debug_assert!(false, "an admission pairs a record with its own kind"),
        }
    }

    fn enrol(&mut self, members: Vec<Member>, position: u64) {
        let enrolled = Arc::make_mut(&mut self.keys);
        for Member { key, person, unit, role, code } in members {
            let scope = match role {
                Some(Role::Registrar) => Scope::Registrar(unit),
                None => Scope::Unit(unit),
            };
            enrolled.enrol(&key, scope, position, &person);
            if code.is_some() {
                Arc::make_mut(&mut self.registry).use_up(unit, &person);
            }
        }
    }

    fn explain(&mut self, position: u64, reason: Option<Arc<str>>) {
        if let Some(reason) = reason {
            Arc::make_mut(&mut self.registry).explain(position, reason);
        }
    }
}
