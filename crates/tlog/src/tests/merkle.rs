use super::{entry, tree};
use crate::{
    Hash, MerkleError, Tree, TreeError, hash::empty_root, leaf_hash, verify_consistency,
    verify_inclusion,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::{prelude::*, test_runner::TestRunner};
use sha2::{Digest, Sha256};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// The vectors of the Certificate Transparency project: eight entries and the root after each.
#[test]
fn roots_are_those_of_certificate_transparency() {
    let rows = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (
            "606162636465666768696a6b6c6d6e6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];
    let mut tree = Tree::default();
    assert_eq!(
        hex(tree.root_at(0).unwrap()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (entry, root) in rows {
        tree.append(leaf_hash(&unhex(entry)));
        assert_eq!(hex(tree.root_at(tree.size()).unwrap()), root);
    }
}

fn hex(hash: Hash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
    pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

/// Sizes up to this one are all reached.
const LARGEST: u64 = 1200;
/// Random trees that are grown leaf by leaf up to the largest size.
const GROWN: u32 = 240;
/// Every so many leaves a growing tree is looked at; the first look is another one in each.
const STRIDE: u64 = 24;

/// On 12,000 random trees and more, root and proofs are those of `ct-merkle`, byte for byte; and
/// proofs, true ones and spoiled ones, hold exactly where `tlog_tiles` says so. Every size from 0 to
/// 1,200 is reached with ten sets of leaves.
#[test]
fn random_trees_are_those_of_two_other_implementations() {
    let seen = RefCell::new(BTreeMap::<u64, u32>::new());
    let mut runner = TestRunner::new(ProptestConfig {
        max_shrink_iters: 0,
        ..ProptestConfig::with_cases(GROWN)
    });
    let first = Cell::new(0);
    let grown = runner.run(&(any::<[u8; 32]>(), any::<u64>()), |(seed, dice)| {
        let mut trees = Trees::new(seed);
        let mut dice = Dice(dice);
        for size in (first.get()..=LARGEST).step_by(usize::try_from(STRIDE).unwrap()) {
            trees.grow(size);
            trees.check(&mut dice);
            *seen.borrow_mut().entry(size).or_default() += 1;
        }
        first.set((first.get() + 1) % STRIDE);
        Ok(())
    });
    grown.unwrap();
    let seen = seen.into_inner();
    assert!(seen.keys().copied().eq(0..=LARGEST), "{:?}", seen.keys());
    assert_eq!(seen.values().sum::<u32>(), 10 * (u32::try_from(LARGEST).unwrap() + 1));
    assert!(seen.values().all(|trees| *trees == 10));
}

/// A random tree here and in `ct-merkle`. Its leaves follow from the seed.
struct Trees {
    seed: [u8; 32],
    leaves: Vec<Hash>,
    ours: Tree,
    theirs: MemoryBackedTree<Sha256, [u8; 32]>,
}

/// Draws that follow from a seed, so that a failure comes again.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

impl Trees {
    fn new(seed: [u8; 32]) -> Self {
        let (ours, theirs) = (Tree::default(), MemoryBackedTree::new());
        Self { seed, leaves: Vec::new(), ours, theirs }
    }

    fn grow(&mut self, size: u64) {
        for place in self.ours.size()..size {
            let number = place.to_be_bytes();
            let entry: [u8; 32] =
                Sha256::new().chain_update(self.seed).chain_update(number).finalize().into();
            self.leaves.push(leaf_hash(&entry));
            assert_eq!(self.ours.append(leaf_hash(&entry)), place);
            self.theirs.push(entry);
        }
    }

    fn check(&self, dice: &mut Dice) {
        let size = self.ours.size();
        let root = self.ours.root_at(size).unwrap();
        assert_eq!(root.0[..], self.theirs.root().as_bytes()[..], "root of {size}");
        if size > 0 {
            self.check_inclusion(dice.roll(size), root, dice);
            self.check_consistency(1 + dice.roll(size), root, dice);
        }
    }

    fn check_inclusion(&self, place: u64, root: Hash, dice: &mut Dice) {
        let (size, at) = (self.ours.size(), usize::try_from(place).unwrap());
        let proof = self.ours.inclusion_proof(place, size).unwrap();
        assert_eq!(bytes(&proof), self.theirs.prove_inclusion(at).as_bytes());
        let leaf = self.leaves[at];
        assert!(check_inclusion(leaf, place, size, &proof, root));
        let mut spoiled = Spoiled { place, size, proof, roots: [leaf, root] };
        spoiled.spoil(dice);
        let Spoiled { place, size, proof, roots: [leaf, root] } = spoiled;
        check_inclusion(leaf, place, size, &proof, root);
    }

    fn check_consistency(&self, old: u64, root: Hash, dice: &mut Dice) {
        let (size, added) = (self.ours.size(), self.ours.size() - old);
        let proof = self.ours.consistency_proof(old, size).unwrap();
        let theirs = self.theirs.prove_consistency(usize::try_from(added).unwrap());
        assert_eq!(bytes(&proof), theirs.as_bytes());
        let old_root = self.ours.root_at(old).unwrap();
        assert!(check_consistency((old, old_root), (size, root), &proof));
        let mut spoiled = Spoiled { place: old, size, proof, roots: [old_root, root] };
        spoiled.spoil(dice);
        let Spoiled { place, size, proof, roots: [old_root, root] } = spoiled;
        check_consistency((place, old_root), (size, root), &proof);
    }
}

/// What a proof is about, and what can be wrong with it. A wrong size alone can pass: a root does
/// not say how many leaves it has. The checkpoint does.
struct Spoiled {
    place: u64,
    size: u64,
    proof: Vec<Hash>,
    /// The leaf or the older root, and the root.
    roots: [Hash; 2],
}

impl Spoiled {
    fn spoil(&mut self, dice: &mut Dice) {
        let bit = usize::try_from(dice.roll(256)).unwrap();
        let flip = |hash: &mut Hash| hash.0[bit / 8] ^= 1 << (bit % 8);
        match dice.roll(7) {
            0 => self.proof.iter_mut().take(1).for_each(flip),
            1 => self.proof.iter_mut().rev().take(1).for_each(flip),
            2 => drop(self.proof.pop()),
            3 => self.proof.push(empty_root()),
            4 => self.place += 1,
            5 => self.size += 1,
            _ => flip(&mut self.roots[bit % 2]),
        }
    }
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn a_tree_answers_only_for_what_it_has() {
    let tree = tree(5);
    let beyond = |asked| TreeError::Beyond { asked, size: 5 };
    assert_eq!(tree.root_at(6), Err(beyond(6)));
    assert_eq!(tree.root_at(64), Err(beyond(64)));
    assert_eq!(tree.inclusion_proof(0, 6), Err(beyond(6)));
    assert_eq!(tree.consistency_proof(0, 6), Err(beyond(6)));
    assert_eq!(tree.consistency_proof(4, 8), Err(beyond(8)));
    assert_eq!(tree.inclusion_proof(5, 5), Err(TreeError::NotWithin { size: 5, found: 5 }));
    assert_eq!(tree.consistency_proof(5, 4), Err(TreeError::NotWithin { size: 4, found: 5 }));
    assert_eq!(tree.consistency_proof(0, 5), Ok(vec![]));
    assert_eq!(tree.consistency_proof(5, 5), Ok(vec![]));
    assert_eq!(tree.inclusion_proof(0, 1), Ok(vec![]));
}

#[test]
fn proofs_at_the_edges() {
    let tree = tree(4);
    let root = |size| tree.root_at(size).unwrap();
    let leaf = leaf_hash(&entry(0));
    assert_eq!(verify_inclusion(leaf, 0, 1, &[], root(1)), Ok(()));
    let within = MerkleError::NotWithin { size: 1, found: 1 };
    assert_eq!(verify_inclusion(leaf, 1, 1, &[], root(1)), Err(within));
    let within = MerkleError::NotWithin { size: 0, found: 0 };
    assert_eq!(verify_inclusion(leaf, 0, 0, &[], root(1)), Err(within));
    let length = MerkleError::Length { expected: 2, found: 1 };
    assert_eq!(verify_inclusion(leaf, 0, 4, &[leaf], root(4)), Err(length));
    assert_eq!(verify_consistency((0, empty_root()), (4, root(4)), &[]), Ok(()));
    assert_eq!(verify_consistency((4, root(4)), (4, root(4)), &[]), Ok(()));
    let within = MerkleError::NotWithin { size: 3, found: 4 };
    assert_eq!(verify_consistency((4, root(4)), (3, root(3)), &[]), Err(within));
    let length = MerkleError::Length { expected: 0, found: 1 };
    assert_eq!(verify_consistency((0, empty_root()), (4, root(4)), &[leaf]), Err(length));
    let other = MerkleError::Root { size: 0, expected: empty_root(), found: leaf };
    assert_eq!(verify_consistency((0, leaf), (4, root(4)), &[]), Err(other));
    let other = MerkleError::Root { size: 4, expected: root(4), found: leaf };
    assert_eq!(verify_consistency((4, leaf), (4, root(4)), &[]), Err(other));
}

#[track_caller]
fn check_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    let theirs = tlog_tiles::check_record(
        &foreign(proof),
        size,
        tlog_tiles::Hash(root.0),
        index,
        tlog_tiles::Hash(leaf.0),
    );
    let ours = verify_inclusion(leaf, index, size, proof, root);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{ours:?} {theirs:?}");
    ours.is_ok()
}

#[track_caller]
fn check_consistency(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    let (t, n) = (tlog_tiles::Hash(new.1.0), tlog_tiles::Hash(old.1.0));
    let theirs = tlog_tiles::check_tree(&foreign(proof), new.0, t, old.0, n);
    let ours = verify_consistency(old, new, proof);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{ours:?} {theirs:?}");
    ours.is_ok()
}

fn foreign(proof: &[Hash]) -> Vec<tlog_tiles::Hash> {
    proof.iter().map(|hash| tlog_tiles::Hash(hash.0)).collect()
}
