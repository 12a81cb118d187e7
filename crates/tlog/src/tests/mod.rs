//! Trees and tiles against two other implementations, texts against every flipped byte, and wire
//! forms field by field.

mod bytes;
mod merkle;
mod texts;
mod tiles;
mod witness;

use record::note::{KeyName, SigningKey};

use crate::{CosigningKey, Tree, leaf_hash};

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn log() -> SigningKey {
    SigningKey::ed25519(name("log.example/tiny"), &[1; 32]).unwrap()
}

fn witness() -> CosigningKey {
    CosigningKey::new(name("w1.example/witness"), &[4; 32]).unwrap()
}

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
