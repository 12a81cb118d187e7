//! Checking proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2; the trees are those of RFC 6962).

use crate::{
    Hash,
    hash::{empty_root, node_hash},
    way::{Sibling, Side, Way},
};
use thiserror::Error;

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MerkleError {
    /// The leaf or the older tree does not lie in the tree.
    #[error("something within {size} leaves was expected, found {found}")]
    NotWithin {
        /// The size of the tree.
        size: u64,
        /// The index or older size.
        found: u64,
    },
    /// A proof of the wrong length.
    #[error("a proof of {expected} hashes was expected, found {found}")]
    Length {
        /// How many hashes sizes and index ask for.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("root {expected} was expected for {size} leaves, found {found}")]
    Root {
        /// The size of the tree.
        size: u64,
        /// Its known root.
        expected: Hash,
        /// What the proof leads to.
        found: Hash,
    },
}

/// Checks that the tree of `size` leaves with this root has this leaf at this index.
///
/// # Errors
/// When the index does not lie in the tree, the proof has another length, or leads elsewhere.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), MerkleError> {
    if index >= size {
        return Err(MerkleError::NotWithin { size, found: index });
    }
    let way = Way::to_leaf(index, size);
    check_length(way.siblings.len(), proof)?;
    check_root(size, root, climb(leaf, &way.siblings, proof))
}

/// Checks that the tree of `new` leaves with root `new_root` begins with the tree of `old` leaves
/// with root `old_root`.
///
/// # Errors
/// When `old` is larger than `new`, the proof has another length, or leads to another of the roots.
pub fn verify_consistency(
    (old, old_root): (u64, Hash),
    (new, new_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), MerkleError> {
    if old > new {
        return Err(MerkleError::NotWithin { size: new, found: old });
    }
    if old == 0 || old == new {
        check_length(0, proof)?;
        let known = if old == 0 { empty_root() } else { new_root };
        return check_root(old, known, old_root);
    }
    let way = Way::to_prefix(old, new);
    // At the left edge the way ends at the old tree itself; else the proof begins with its end.
    let (end, proof) = match proof.split_first() {
        Some((first, rest)) if way.end.start > 0 => (*first, rest),
        _ => (old_root, proof),
    };
    check_length(way.siblings.len(), proof)?;
    check_root(new, new_root, climb(end, &way.siblings, proof))?;
    // What lies to the left of the way was there in the old tree already.
    let older = way.siblings.iter().zip(proof).filter(|(sibling, _)| sibling.side == Side::Left);
    check_root(old, old_root, older.fold(end, |hash, (_, left)| node_hash(*left, hash)))
}

fn climb(from: Hash, siblings: &[Sibling], proof: &[Hash]) -> Hash {
    siblings.iter().zip(proof).fold(from, |hash, (sibling, other)| match sibling.side {
        Side::Left => node_hash(*other, hash),
        Side::Right => node_hash(hash, *other),
    })
}

fn check_length(expected: usize, proof: &[Hash]) -> Result<(), MerkleError> {
    let found = proof.len();
    if expected == found { Ok(()) } else { Err(MerkleError::Length { expected, found }) }
}

fn check_root(size: u64, expected: Hash, found: Hash) -> Result<(), MerkleError> {
    if expected == found { Ok(()) } else { Err(MerkleError::Root { size, expected, found }) }
}
