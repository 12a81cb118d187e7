use super::{entry, tree};
use crate::{
    Hash, MerkleError, Tree, TreeError, hash::empty_root, leaf_hash, verify_consistency,
    verify_inclusion,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

const LARGEST: u64 = 1200;

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

/// Every size up to 1,200: the root, and proofs from every fifth place or so, are those of
/// `ct-merkle`, byte for byte, although our tree is much larger by then.
#[test]
fn roots_and_proofs_are_those_of_ct_merkle() {
    let ours = tree(LARGEST);
    let mut theirs = MemoryBackedTree::<Sha256, [u8; 32]>::new();
    let mut compared = 0;
    for size in 1..=LARGEST {
        theirs.push(entry(size - 1));
        assert_eq!(ours.root_at(size).unwrap().0[..], theirs.root().as_bytes()[..]);
        let spread = (size * size) % 97 + 1;
        for place in (size % spread..size).step_by(usize::try_from(size / 4 + 1).unwrap()) {
            let at = usize::try_from(place).unwrap();
            let proof = ours.inclusion_proof(place, size).unwrap();
            assert_eq!(bytes(&proof), theirs.prove_inclusion(at).as_bytes());
            let added = usize::try_from(size - place).unwrap();
            if place > 0 {
                let proof = ours.consistency_proof(place, size).unwrap();
                assert_eq!(bytes(&proof), theirs.prove_consistency(added).as_bytes());
            }
            compared += 1;
        }
    }
    assert!(compared > 3000, "{compared}");
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

/// What can be wrong with a proof.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Hash,
    Short,
    Long,
    Place,
    Size,
    Root,
    OldRoot,
}

fn fault() -> impl Strategy<Value = Fault> {
    use Fault::{Hash, Long, None, OldRoot, Place, Root, Short, Size};
    prop::sample::select(vec![None, Hash, Short, Long, Place, Size, Root, OldRoot])
}

/// Spoils a proof, unless there is nothing to spoil.
fn spoil(fault: Fault, proof: &mut Vec<Hash>, at: usize) {
    match fault {
        Fault::Hash if !proof.is_empty() => {
            let at = at % proof.len();
            proof[at].0[at % 32] ^= 1;
        }
        Fault::Short => drop(proof.pop()),
        Fault::Long => proof.push(empty_root()),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Proofs hold exactly where `tlog_tiles` says so, true ones and spoiled ones. (A wrong size
    /// alone can pass: a root does not say how many leaves it has. The checkpoint does.)
    #[test]
    fn proofs_hold_as_in_tlog_tiles(size in 1..600_u64, at in any::<usize>(), fault in fault()) {
        let tree = TREE.with(Clone::clone);
        let index = u64::try_from(at).unwrap() % size;
        let mut proof = tree.inclusion_proof(index, size).unwrap();
        let mut root = tree.root_at(size).unwrap();
        let leaf = leaf_hash(&entry(index));
        spoil(fault, &mut proof, at);
        let place = if matches!(fault, Fault::Place) { index ^ 1 } else { index };
        let in_size = if matches!(fault, Fault::Size) { size + 1 } else { size };
        if matches!(fault, Fault::Root) { root.0[at % 32] ^= 1; }
        let held = check_inclusion(leaf, place, in_size, &proof, root);
        prop_assert!(held || !matches!(fault, Fault::None | Fault::OldRoot));

        let old = index + 1;
        let mut proof = tree.consistency_proof(old, size).unwrap();
        let mut old_root = tree.root_at(old).unwrap();
        spoil(fault, &mut proof, at);
        if matches!(fault, Fault::OldRoot) { old_root.0[at % 32] ^= 1; }
        let old = if matches!(fault, Fault::Place) { old + 1 } else { old };
        let held = check_consistency((old, old_root), (in_size, root), &proof);
        prop_assert!(held || !matches!(fault, Fault::None));
    }
}

thread_local! {
    static TREE: std::rc::Rc<Tree> = std::rc::Rc::new(tree(LARGEST));
}
