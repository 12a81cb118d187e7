//! Places found by a hash of what stands there.
//!
//! hashbrown has tables of a power of two in size: two million keys would take four million slots.
//! Two such tables of a country are 22 MB more than these, which fill to seven eighths at any size.

/// The least number of slots that a table with anything in it has.
const LEAST: usize = 16;

/// Small values by hashes. It does not know what they are values of: whoever asks says what is the
/// same, and what the hash of a value is.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    slots: Vec<Option<T>>,
    filled: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), filled: 0 }
    }
}

impl<T: Copy> Table<T> {
    /// The value of this hash that is the same as what is looked for.
    pub(crate) fn find(&self, hash: u64, same: impl Fn(T) -> bool) -> Option<T> {
        let there = self.from(self.first(hash)).map_while(|slot| self.slots.get(slot).copied()?);
        there.into_iter().find(|value| same(*value))
    }

    /// Puts in a value that is not there yet.
    pub(crate) fn insert(&mut self, value: T, hash: impl Fn(T) -> u64) {
        self.make_room(1, &hash);
        self.put(value, hash(value));
    }

    /// Makes room for so many values more.
    pub(crate) fn reserve(&mut self, more: usize, hash: impl Fn(T) -> u64) {
        self.make_room(more, &hash);
    }

    fn make_room(&mut self, more: usize, hash: &impl Fn(T) -> u64) {
        let values = self.filled.saturating_add(more);
        if values <= self.slots.len() / 8 * 7 {
            return;
        }
        // A quarter more than there is, so that moving all of them is rare; or what was asked for.
        let least = (values / 7 + 1).saturating_mul(8).max(LEAST);
        let slots = least.max(self.slots.len() / 4 * 5);
        let old = std::mem::replace(&mut self.slots, vec![None; slots]);
        self.filled = 0;
        old.into_iter().flatten().for_each(|value| self.put(value, hash(value)));
    }

    fn put(&mut self, value: T, hash: u64) {
        let free = self.from(self.first(hash)).find(|slot| self.is_free(*slot));
        if let Some(slot) = free.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = Some(value);
            self.filled += 1;
        }
    }

    fn is_free(&self, slot: usize) -> bool {
        matches!(self.slots.get(slot), Some(None))
    }

    /// The slot that a hash begins at: its share of all hashes, of all slots.
    fn first(&self, hash: u64) -> usize {
        let share = (u128::from(hash) * self.slots.len() as u128) >> 64;
        usize::try_from(share).unwrap_or(0)
    }

    /// All slots, from one on.
    fn from(&self, first: usize) -> impl Iterator<Item = usize> + use<T> {
        (first..self.slots.len()).chain(0..first)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        hash::{BuildHasher, RandomState},
    };

    use proptest::prelude::*;

    use super::Table;

    /// Values as they come, by a hash that some of them share.
    fn hold(values: &[u32], ahead: usize, hash: impl Fn(u32) -> u64) {
        let mut table = Table::default();
        table.reserve(ahead, &hash);
        let mut known = BTreeSet::new();
        for value in values {
            let found = table.find(hash(*value), |other| other == *value);
            assert_eq!(found, known.get(value).copied());
            if known.insert(*value) {
                table.insert(*value, &hash);
            }
            assert!(table.filled == known.len() && table.filled <= table.slots.len() / 8 * 7);
        }
        for value in 0..1000 {
            let found = table.find(hash(value), |other| other == value);
            assert_eq!(found.is_some(), known.contains(&value));
        }
    }

    proptest! {
        #[test]
        fn what_was_put_in_is_found_and_nothing_else(
            values in proptest::collection::vec(0u32..1000, 0..600),
            ahead in 0usize..300,
        ) {
            let hasher = RandomState::new();
            hold(&values, ahead, |value| hasher.hash_one(value));
            // At the very end, all in one place, in three.
            hold(&values, ahead, |_| u64::MAX);
            hold(&values, ahead, |_| 0);
            hold(&values, ahead, |value| u64::from(value % 3) << 62);
        }
    }

    #[test]
    fn a_table_takes_what_it_was_asked_for_and_a_seventh_more() {
        let mut table: Table<std::num::NonZeroU32> = Table::default();
        table.reserve(2_000_006, |_| 0);
        assert_eq!((table.slots.len(), size_of::<Option<std::num::NonZeroU32>>()), (2_285_728, 4));
    }
}
