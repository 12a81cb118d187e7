use super::{entries, entry, tree};
use crate::{
    Hash, Tile, TileError, Tree, leaf_hash, new_tiles, read_log,
    tile::{Content, PathError},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn a_path_has_one_form() {
    let good = [
        ("tile/0/x001/x234/067", "1234067 256"),
        ("tile/0/000", "0 256"),
        ("tile/63/x001/000.p/255", "1000 255"),
        ("tile/entries/273.p/1", "273 1"),
        ("tile/0/x072/x057/x594/x037/x927/934", "72057594037927934 256"),
    ];
    for (path, expected) in good {
        let tile: Tile = path.parse().unwrap();
        assert_eq!(tile.to_string(), path);
        let nodes = tile.nodes();
        assert_eq!(format!("{} {}", nodes.start / 256, nodes.end - nodes.start), expected);
    }
    let bad = "tile/0/0 tile/0/00 tile/0/0000 tile/0/x000/001 tile/0/001/002 tile/0/x001/x002 \
        tile/0/x001 tile/00/001 tile/64/001 tile/-1/001 tile/+1/001 tile/8/0/001 tile/data/001 \
        tile/0/001.p/0 tile/0/001.p/256 tile/0/001.p/01 tile/0/001.p/ tile/0/001.p/+1 tile/0/001/ \
        tile/0/001.p/1/1 /tile/0/001 tile/0/001.p tile//001 tile/0/ tile/0 tile tile/entries/1 \
        Tile/0/001 tile/0/x001/x2a4/067 tile/0/x072/x057/x594/x037/x927/935 \
        tile/0/x999/x999/x999/x999/x999/x999/x999/999 checkpoint";
    for path in bad.split_whitespace().chain(["", "tile/0/001 ", "tile/0/001\n"]) {
        assert_eq!(path.parse::<Tile>(), Err(PathError { found: path.to_owned() }));
    }
}

/// The specification's own example.
#[test]
fn seventy_thousand_entries_have_the_tiles_of_the_specification() {
    let tiles = new_tiles(0, 70_000);
    let names: Vec<String> = tiles.iter().map(Tile::to_string).collect();
    let partial: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| name.contains(".p/")).collect();
    assert_eq!(
        partial,
        ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    );
    assert_eq!(names.len(), 274 + 274 + 2 + 1);
    let small: Vec<String> = new_tiles(0, 256).iter().map(Tile::to_string).collect();
    assert_eq!(small, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
}

#[test]
fn between_two_checkpoints_only_what_grew_is_new() {
    #[track_caller]
    fn check(old: u64, new: u64, expected: &[&str]) {
        let found: Vec<String> = new_tiles(old, new).iter().map(Tile::to_string).collect();
        assert_eq!(found, expected);
    }
    check(0, 0, &[]);
    check(7, 7, &[]);
    check(8, 7, &[]);
    check(0, 1, &["tile/entries/000.p/1", "tile/0/000.p/1"]);
    check(254, 255, &["tile/entries/000.p/255", "tile/0/000.p/255"]);
    check(255, 256, &["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    check(256, 257, &["tile/entries/001.p/1", "tile/0/001.p/1"]);
    check(
        255,
        513,
        &[
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/1",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/1",
            "tile/1/000.p/2",
        ],
    );
    check(u64::MAX, u64::MAX, &[]);
}

fn files(size: u64) -> Files {
    let (tree, entries) = (tree(size), entries(size));
    let tiles = new_tiles(0, size).into_iter();
    tiles.map(|tile| (tile.to_string(), tile.bytes(&tree, &entries).unwrap())).collect()
}

fn read(size: u64, files: &Files) -> Result<Tree, TileError> {
    read_log(size, |tile| files.get(&tile.to_string()).cloned()).map(|log| {
        assert_eq!(log.entries, entries(size));
        log.tree
    })
}

#[test]
fn a_log_is_read_back_from_its_files() {
    for size in [0, 1, 2, 255, 256, 257, 1000, 66_000] {
        assert_eq!(read(size, &files(size)), Ok(tree(size)));
    }
}

#[test]
fn a_tile_that_is_wrong_is_named() {
    let good = files(300);
    let tile = |path: &str| path.parse::<Tile>().unwrap();
    let spoiled = |path: &str, spoil: fn(&mut Vec<u8>)| {
        let mut files = good.clone();
        spoil(files.get_mut(path).unwrap());
        read(300, &files).unwrap_err().to_string()
    };
    let found = spoiled("tile/entries/001.p/44", |bytes| bytes.truncate(1495));
    assert_eq!(found, "tile/entries/001.p/44 was expected to have 1496 bytes, found 1495");
    let found = spoiled("tile/entries/000", |bytes| bytes[35] = 31);
    assert_eq!(found, "tile/entries/000: entry 1 was expected to have 32 bytes, found 31");
    let found = spoiled("tile/0/000", |bytes| bytes[33] ^= 1);
    assert!(found.starts_with("tile/0/000: hash 1 was expected to be "), "{found}");
    let found = spoiled("tile/entries/000", |bytes| bytes[2] ^= 1);
    assert!(found.starts_with("tile/0/000: hash 0 was expected to be "), "{found}");
    let found = spoiled("tile/1/000.p/1", |bytes| bytes.push(0));
    assert_eq!(found, "tile/1/000.p/1 was expected to have 32 bytes, found 33");
    for path in good.keys() {
        let mut files = good.clone();
        files.remove(path);
        assert_eq!(read(300, &files), Err(TileError::Missing { tile: tile(path) }));
    }
    let beyond = TileError::Beyond { tile: tile("tile/0/001.p/45"), size: 300 };
    assert_eq!(tile("tile/0/001.p/45").bytes(&tree(300), &[]), Err(beyond));
    let beyond = TileError::Beyond { tile: tile("tile/9/000"), size: 300 };
    assert_eq!(tile("tile/9/000").bytes(&tree(300), &[]), Err(beyond));
}

/// A tree in the shape that `tlog_tiles` reads.
struct Foreign(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Foreign {
    fn read_hashes(&self, at: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(at.iter().map(|at| self.0[usize::try_from(*at).unwrap()]).collect())
    }
}

fn foreign(size: u64) -> Foreign {
    let mut stored = Foreign(Vec::new());
    for n in 0..size {
        let new = tlog_tiles::stored_hashes(n, &entry(n), &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

/// A log whose leaves follow from a seed: here, in `tlog_tiles`, and as files.
struct Published {
    seed: [u8; 32],
    entries: Vec<[u8; 32]>,
    tree: Tree,
    stored: Foreign,
    files: Files,
}

impl Published {
    fn new(seed: [u8; 32]) -> Self {
        let (tree, stored) = (Tree::default(), Foreign(Vec::new()));
        Self { seed, entries: Vec::new(), tree, stored, files: Files::new() }
    }

    /// Publishes the entries from `old` up to `new`.
    fn grow(&mut self, old: u64, new: u64) {
        for place in old..new {
            let entry = leaf_hash(&[&self.seed[..], &place.to_be_bytes()].concat()).0;
            self.tree.append(leaf_hash(&entry));
            self.entries.push(entry);
            let stored = tlog_tiles::stored_hashes(place, &entry, &self.stored).unwrap();
            self.stored.0.extend(stored);
        }
        for tile in new_tiles(old, new) {
            let bytes = tile.bytes(&self.tree, &self.entries).unwrap();
            self.files.insert(tile.to_string(), bytes);
        }
        for theirs in tlog_tiles::Tile::new_tiles(8, old, new) {
            let bytes = theirs.read_data(&self.stored).unwrap();
            assert_eq!(self.files.get(&without_height(theirs)), Some(&bytes));
        }
    }

    /// `tlog_tiles` takes the files for those of our root, and proves from them what we prove.
    fn check_proofs(&self, place: u64, old: u64) {
        let size = self.tree.size();
        let root = tlog_tiles::Hash(self.tree.root_at(size).unwrap().0);
        let served = Served(&self.files);
        let reader = tlog_tiles::TileHashReader::new(size, root, &served);
        let theirs = tlog_tiles::prove_record(size, place, &reader).unwrap();
        assert_eq!(same(&theirs), self.tree.inclusion_proof(place, size).unwrap());
        if old > 0 {
            let theirs = tlog_tiles::prove_tree(size, old, &reader).unwrap();
            assert_eq!(same(&theirs), self.tree.consistency_proof(old, size).unwrap());
        }
    }
}

/// Files in the shape that `tlog_tiles` reads.
struct Served<'a>(&'a Files);

impl tlog_tiles::TileReader for Served<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &tlog_tiles::Tile| self.0.get(&without_height(*tile)).cloned();
        tiles.iter().map(read).collect::<Option<_>>().ok_or(tlog_tiles::Error::IndexesNotInTree)
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

fn same(proof: &[tlog_tiles::Hash]) -> Vec<Hash> {
    proof.iter().map(|hash| Hash(hash.0)).collect()
}

/// Their paths name the tile height, ours (C2SP) do not.
fn without_height(tile: tlog_tiles::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

#[test]
fn hash_tiles_are_those_of_tlog_tiles() {
    let (tree, stored) = (tree(70_000), foreign(70_000));
    for theirs in tlog_tiles::Tile::new_tiles(8, 0, 70_000) {
        let ours: Tile = without_height(theirs).parse().unwrap();
        assert_eq!(ours.bytes(&tree, &[]).unwrap(), theirs.read_data(&stored).unwrap(), "{ours}");
    }
    assert_eq!(tlog_tiles::tree_hash(70_000, &stored).unwrap().0, tree.root_at(70_000).unwrap().0);
}

proptest! {
    #[test]
    fn new_tiles_are_those_of_tlog_tiles(
        old in 0..300_000_u64,
        grown in prop_oneof![0..3_u64, 0..300_u64, 0..70_000_u64],
    ) {
        let theirs = tlog_tiles::Tile::new_tiles(8, old, old + grown).into_iter();
        let ours = new_tiles(old, old + grown).into_iter();
        let hashes = ours.filter(|tile| tile.content() != Content::Entries);
        prop_assert_eq!(
            hashes.map(|tile| tile.to_string()).collect::<Vec<_>>(),
            theirs.map(without_height).collect::<Vec<_>>()
        );
    }

    /// A random log that is published in steps has at each of them the files that `tlog_tiles`
    /// would write, both read it back, and `tlog_tiles` makes the same proofs from the files.
    #[test]
    fn each_step_makes_the_files_of_tlog_tiles(
        seed in any::<[u8; 32]>(),
        sizes in prop::collection::btree_set(1..1500_u64, 1..6),
        dice in any::<u64>(),
    ) {
        let mut published = Published::new(seed);
        for size in sizes {
            let old = published.entries.len() as u64;
            published.grow(old, size);
            let log = read_log(size, |tile| published.files.get(&tile.to_string()).cloned());
            let log = log.unwrap();
            prop_assert_eq!(&log.entries, &published.entries);
            prop_assert_eq!(&log.tree, &published.tree);
            published.check_proofs(dice % size, old);
        }
        let all = new_tiles(0, published.tree.size());
        prop_assert!(all.iter().all(|tile| published.files.contains_key(&tile.to_string())));
    }

    #[test]
    fn a_path_reads_as_it_prints(level in 0..70_u8, index in any::<u64>(), width in 0..300_u16) {
        let path = format!("tile/{level}/{:03}.p/{width}", index % 1000);
        let read = path.parse::<Tile>().map(|tile| tile.to_string());
        let expected = (level < 64 && (1..256).contains(&width)).then_some(path);
        prop_assert_eq!(read.ok(), expected);
    }
}

#[test]
fn hashes_print_and_read_as_base64() {
    let hash = Hash([7; 32]);
    assert_eq!(hash.to_string(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    assert_eq!(hash.to_string().parse(), Ok(hash));
    for bad in ["", "BwcH", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd="] {
        let fault = format!("32 bytes in canonical base64 were expected, found {bad:?}");
        assert_eq!(bad.parse::<Hash>().unwrap_err().to_string(), fault);
    }
}
