//! What the log says of keys beside the keys themselves: to whom codes were given, which of them
//! still wait, and why keys came or went.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use election::UnitIndex;
use record::Digest;

use crate::prepare::Invited;

/// A code that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// For which unit.
    pub unit: UnitIndex,
    /// To whom.
    pub person: Arc<str>,
    /// The position of the record that says so.
    pub position: u64,
}

/// Codes and reasons.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// The code that waits, for each person and unit. A later one takes its place.
    open: HashMap<(UnitIndex, Arc<str>), Digest>,
    commitments: HashSet<Digest>,
    given: Vec<Given>,
    reasons: BTreeMap<u64, Arc<str>>,
}

impl Registry {
    /// All codes that were ever given out, in the order of the log.
    #[must_use]
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// The reason that the record of keys at a position gives.
    #[must_use]
    pub fn reason(&self, position: u64) -> Option<&str> {
        self.reasons.get(&position).map(|reason| &**reason)
    }

    /// The commitment to the code that waits for a person.
    #[must_use]
    pub fn open(&self, unit: UnitIndex, person: &str) -> Option<Digest> {
        self.open.get(&(unit, Arc::from(person))).copied()
    }

    pub(crate) fn was_given(&self, commitment: &Digest) -> bool {
        self.commitments.contains(commitment)
    }

    pub(crate) fn give(&mut self, codes: Vec<Invited>, position: u64) {
        for Invited { commitment, person, unit } in codes {
            let person: Arc<str> = person.into();
            self.commitments.insert(commitment);
            self.open.insert((unit, Arc::clone(&person)), commitment);
            self.given.push(Given { unit, person, position });
        }
    }

    pub(crate) fn use_up(&mut self, unit: UnitIndex, person: &str) {
        self.open.remove(&(unit, Arc::from(person)));
    }

    pub(crate) fn explain(&mut self, position: u64, reason: Arc<str>) {
        self.reasons.insert(position, reason);
    }
}
