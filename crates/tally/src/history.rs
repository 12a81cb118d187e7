//! What became of every key, in the order of the log.

use std::iter;

use election::UnitIndex;

use crate::{Key, KeyIndex, Keys, Ledger, Registry, Scope};

/// One thing that the log says about who may sign.
#[derive(Clone, Copy, Debug)]
pub struct KeyEvent<'a> {
    /// The position of the record that says it.
    pub position: u64,
    /// What happens.
    pub change: KeyChange,
    /// For which unit; for an officer's key the root.
    pub unit: UnitIndex,
    /// Whose.
    pub person: &'a str,
    /// The key; none where only a code is given out.
    pub key: Option<&'a Key>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// What happens to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// A one-time code is given to somebody, so that they can enrol a key.
    Invited,
    /// From here on it signs.
    Enrolled,
    /// From here on it does not.
    Revoked,
}

impl Ledger {
    /// The history of all keys, officers' first, in the order of the log. It is made as it is
    /// asked for: a country has millions of keys.
    pub fn key_history(&self) -> impl Iterator<Item = KeyEvent<'_>> {
        let root = self.rulebook().election().units().root();
        let (keys, registry): (&Keys, &Registry) = (self.keys(), self.registry());
        let event = move |index: KeyIndex, change| {
            let key = keys.get(index)?;
            let position = match change {
                KeyChange::Revoked => key.revoked?,
                KeyChange::Enrolled | KeyChange::Invited => key.enrolled,
            };
            let unit = match key.scope {
                Scope::Officer => root,
                Scope::Unit(unit) | Scope::Registrar(unit) => unit,
            };
            let (person, reason) = (keys.person(key.person), registry.reason(position));
            Some(KeyEvent { position, change, unit, person, key: Some(key), reason })
        };
        let all = 0..keys.all().len();
        let enrolled = all.clone().filter_map(move |index| event(index, KeyChange::Enrolled));
        let revoked = all.filter_map(move |index| event(index, KeyChange::Revoked));
        // Few are revoked, and not in the order in which they came.
        let mut revoked: Vec<_> = revoked.collect();
        revoked.sort_by_key(|event| event.position);
        let given = registry.given().iter().map(|given| KeyEvent {
            position: given.position,
            change: KeyChange::Invited,
            unit: given.unit,
            person: &given.person,
            key: None,
            reason: None,
        });
        in_turn(in_turn(enrolled, revoked.into_iter()), given)
    }
}

/// Two histories as one. A position holds one record, so it belongs to one of the two.
fn in_turn<'a>(
    one: impl Iterator<Item = KeyEvent<'a>>,
    other: impl Iterator<Item = KeyEvent<'a>>,
) -> impl Iterator<Item = KeyEvent<'a>> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if second.position < first.position => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}
