//! The tree of a log in memory, for its present size and every earlier one.

use crate::{
    Hash,
    hash::{empty_root, node_hash},
    way::{Range, Sibling, Way},
};
use thiserror::Error;

/// An append-only Merkle tree (RFC 6962) that remembers every complete subtree.
///
/// A log of a million entries takes 64 MB. Appending makes two hashes on average, a root or proof
/// about log2 of the size.
///
/// ```text
/// levels[2]        h(0..4)
/// levels[1]    h(0..2)  h(2..4)  h(4..6)
/// levels[0]    h0  h1   h2  h3   h4  h5  h6      size 7
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[k][i]` is the hash over the leaves from `i << k` up to `(i + 1) << k`. Only
    /// complete subtrees are kept, so nothing here ever changes.
    levels: Vec<Vec<Hash>>,
}

/// Why a tree has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// More leaves are asked for than the tree has.
    #[error("the tree has {size} leaves; leaves up to {asked} were asked for")]
    Beyond {
        /// How many leaves the answer needs.
        asked: u64,
        /// How many there are.
        size: u64,
    },
    /// A leaf or an older size lies beyond the size it is to be proved in.
    #[error("something within {size} leaves was expected, found {found}")]
    NotWithin {
        /// The size of the tree to prove it in.
        size: u64,
        /// The index or older size asked for.
        found: u64,
    },
}

impl Tree {
    /// Adds a leaf and returns its index, from 0.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut hash = leaf;
        for level in &mut self.levels {
            level.push(hash);
            // An odd number of nodes: the last one waits for its sibling.
            match level.as_slice() {
                [.., left, right] if level.len() % 2 == 0 => hash = node_hash(*left, *right),
                _ => return index,
            }
        }
        self.levels.push(vec![hash]);
        index
    }

    /// Forgets the leaves from `size` on: for a batch whose entries could not be made durable, so
    /// that nobody ever saw a checkpoint over them. A tree that is smaller already stays as it is.
    pub fn truncate(&mut self, size: u64) {
        for (height, level) in self.levels.iter_mut().enumerate() {
            level.truncate(usize::try_from(size >> height).unwrap_or(usize::MAX));
        }
        self.levels.retain(|level| !level.is_empty());
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root when the log had `size` leaves.
    ///
    /// # Errors
    /// When the tree has fewer.
    pub fn root_at(&self, size: u64) -> Result<Hash, TreeError> {
        if size == 0 { Ok(empty_root()) } else { self.over(Range { start: 0, end: size }) }
    }

    /// The siblings on the way from a leaf to the root of the tree of `size` leaves (RFC 6962,
    /// section 2.1.1), leaf first.
    ///
    /// # Errors
    /// When the tree is smaller than `size`, or `size` does not reach the leaf.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, TreeError> {
        if index >= size {
            return Err(TreeError::NotWithin { size, found: index });
        }
        self.hashes(&Way::to_leaf(index, size).siblings)
    }

    /// What shows that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962,
    /// section 2.1.2). Empty when `old` is 0, since every log begins with nothing.
    ///
    /// # Errors
    /// When the tree is smaller than `new`, or `new` smaller than `old`.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, TreeError> {
        if old > new {
            return Err(TreeError::NotWithin { size: new, found: old });
        }
        if old == 0 {
            return self.root_at(new).map(|_| Vec::new());
        }
        let way = Way::to_prefix(old, new);
        let mut proof = self.hashes(&way.siblings)?;
        // At the left edge the way ends at the old tree itself, whose root the reader has.
        if way.end.start > 0 {
            proof.insert(0, self.over(way.end)?);
        }
        Ok(proof)
    }

    /// The hashes of complete subtrees of `2^level` leaves, in order, as tiles hold them.
    pub(crate) fn complete(&self, level: usize) -> &[Hash] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    fn hashes(&self, siblings: &[Sibling]) -> Result<Vec<Hash>, TreeError> {
        siblings.iter().map(|sibling| self.over(sibling.leaves)).collect()
    }

    /// The hash over a subtree.
    fn over(&self, leaves: Range) -> Result<Hash, TreeError> {
        let count = leaves.end - leaves.start;
        if count.is_power_of_two() {
            let beyond = TreeError::Beyond { asked: leaves.end, size: self.size() };
            return self.node(count.trailing_zeros(), leaves.start).ok_or(beyond);
        }
        let (left, right) = leaves.split();
        Ok(node_hash(self.over(left)?, self.over(right)?))
    }

    fn node(&self, level: u32, start: u64) -> Option<Hash> {
        let index = usize::try_from(start >> level).ok()?;
        self.levels.get(usize::try_from(level).ok()?)?.get(index).copied()
    }
}
