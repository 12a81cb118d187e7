//! What became of every key, in the order of the log.

use std::iter;

use election::UnitIndex;

use crate::{Key, KeyIndex, Ledger, Scope};

/// One thing that the log says about who may sign. The ledger that it came from knows the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// The position of the record that says it.
    pub position: u64,
    /// For which unit; for an officer's key the root.
    pub unit: UnitIndex,
    /// What happens.
    pub change: KeyChange,
}

/// What happens to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// A one-time code is given to somebody, so that they can enrol a key: its place among those
    /// of [`crate::Registry::given`].
    Invited(usize),
    /// From here on it signs.
    Enrolled(KeyIndex),
    /// From here on it does not.
    Revoked(KeyIndex),
}

impl Ledger {
    /// The history of all keys, officers' first, in the order of the log. It is made as it is
    /// asked for: a country has millions of keys.
    pub fn key_history(&self) -> impl Iterator<Item = KeyEvent> {
        let enrolled = self.keys.all().enumerate().map(|(index, key)| {
            let (position, unit) = (key.enrolled, self.unit_of(&key));
            KeyEvent { position, unit, change: KeyChange::Enrolled(index) }
        });
        let revoked = self.keys.all().enumerate().filter_map(|(index, key)| {
            let (position, unit) = (key.revoked?, self.unit_of(&key));
            Some(KeyEvent { position, unit, change: KeyChange::Revoked(index) })
        });
        // Few are revoked, and not in the order in which they came.
        let mut revoked: Vec<_> = revoked.collect();
        revoked.sort_by_key(|event| event.position);
        let given = self.registry.given().iter().enumerate().map(|(index, given)| {
            let (position, unit) = (given.position, given.unit);
            KeyEvent { position, unit, change: KeyChange::Invited(index) }
        });
        in_turn(in_turn(enrolled, revoked.into_iter()), given)
    }

    /// The unit that a key signs for; the root for an officer's.
    pub(crate) fn unit_of(&self, key: &Key<'_>) -> UnitIndex {
        match key.scope {
            Scope::Officer => self.rulebook.election().units().root(),
            Scope::Unit(unit) | Scope::Registrar(unit) => unit,
        }
    }

    /// The key of an event; none where only a code is given out.
    #[must_use]
    pub fn key_of(&self, event: KeyEvent) -> Option<Key<'_>> {
        match event.change {
            KeyChange::Invited(_) => None,
            KeyChange::Enrolled(key) | KeyChange::Revoked(key) => self.keys.get(key),
        }
    }

    /// Name and id of the key of an event, `NAME+ID`.
    #[must_use]
    pub fn key_name_of(&self, event: KeyEvent) -> Option<String> {
        match event.change {
            KeyChange::Invited(_) => None,
            KeyChange::Enrolled(key) | KeyChange::Revoked(key) => self.keys.name_and_id(key),
        }
    }

    /// Whom an event is about.
    #[must_use]
    pub fn person_of(&self, event: KeyEvent) -> &str {
        match event.change {
            KeyChange::Invited(given) => {
                self.registry.given().get(given).map_or("", |given| &*given.person)
            }
            KeyChange::Enrolled(_) | KeyChange::Revoked(_) => {
                self.key_of(event).map_or("", |key| self.keys.person(key.person))
            }
        }
    }
}

/// Two histories as one. A position holds one record, so it belongs to one of the two.
fn in_turn(
    one: impl Iterator<Item = KeyEvent>,
    other: impl Iterator<Item = KeyEvent>,
) -> impl Iterator<Item = KeyEvent> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if second.position < first.position => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}
