//! Trees and tiles against two other implementations, texts against every flipped byte, and wire
//! forms field by field.

mod bytes;
mod merkle;
mod texts;
mod tiles;
mod witness;

use crate::{Tree, leaf_hash};

/// The n-th entry of every log in these tests.
fn entry(n: u64) -> [u8; 32] {
    leaf_hash(&n.to_be_bytes()).0
}

fn entries(size: u64) -> Vec<[u8; 32]> {
    (0..size).map(entry).collect()
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::default();
    (0..size).for_each(|n| assert_eq!(tree.append(leaf_hash(&entry(n))), n));
    tree
}
