//! The tree and its entries as static files (C2SP `tlog-tiles`).
//!
//! A hash tile holds 256 neighbouring nodes, 8,192 bytes; those of level L stand 8 × L levels above
//! the leaves. A bundle holds 256 entries, each behind its length. The last tile of a level may be
//! partial, and says in its path how wide it is:
//!
//! ```text
//! tile/0/x001/x234/067        leaves 315,921,152 to 315,921,407
//! tile/1/000.p/17             the roots of the first 17 full tiles of level 0
//! tile/entries/273.p/112      entries 69,888 to 69,999
//! ```

use crate::{Hash, Tree, leaf_hash};
use std::{fmt, ops::Range, str::FromStr};
use thiserror::Error;

/// A full tile's number of hashes or entries.
pub const FULL: u64 = 256;
/// Levels that a tree below 2^64 leaves can fill: 256^8 is 2^64.
const LEVELS: u8 = 8;
/// Paths may name levels up to this one, says the specification.
const MAX_LEVEL: u8 = 63;
/// Tiles of one level, so that the number of the last node in it stays below 2^64.
const MAX_INDEX: u64 = u64::MAX / FULL;
/// An entry in a bundle: two bytes of length, then the id.
const ENTRY: usize = 34;
const HASH: usize = 32;

/// One file of the log. Prints as its path, and is read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    content: Content,
    index: u64,
    width: u64,
}

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Entries of the log (a "bundle").
    Entries,
    /// Hashes at this level, 0 to 63. Level 0 are the leaves.
    Hashes {
        /// The level.
        level: u8,
    },
}

/// A path that names no tile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"tile/LEVEL/INDEX\" or \"tile/entries/INDEX\" was expected, found {found:?}")]
pub struct PathError {
    /// What stands there.
    pub found: String,
}

/// Why a tile cannot be written, or is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TileError {
    /// The log does not reach the tile's end.
    #[error("{tile} needs a log of more than {size} entries")]
    Beyond {
        /// The tile.
        tile: Tile,
        /// The number of entries there are.
        size: u64,
    },
    /// A tile of the log is not there.
    #[error("{tile} is missing")]
    Missing {
        /// The tile.
        tile: Tile,
    },
    /// A tile of the wrong length.
    #[error("{tile} was expected to have {expected} bytes, found {found}")]
    Length {
        /// The tile.
        tile: Tile,
        /// The bytes its width asks for.
        expected: usize,
        /// The bytes found.
        found: usize,
    },
    /// An entry that is not a 32-byte id.
    #[error("{tile}: entry {entry} was expected to have 32 bytes, found {found}")]
    EntryLength {
        /// The tile.
        tile: Tile,
        /// Which entry of the tile, from 0.
        entry: usize,
        /// The length that stands before it.
        found: u16,
    },
    /// A hash that the entries do not have.
    #[error("{tile}: hash {position} was expected to be {expected}, found {found}")]
    Hash {
        /// The tile.
        tile: Tile,
        /// Which hash of the tile, from 0.
        position: usize,
        /// What the entries hash to.
        expected: Hash,
        /// What stands there.
        found: Hash,
    },
}

/// A log read back from its files: the entries, and the tree that was recomputed from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLog {
    /// The entries in log order.
    pub entries: Vec<[u8; 32]>,
    /// The tree over them.
    pub tree: Tree,
}

/// The tiles that a log of `new` entries has and one of `old` has not, bundles first, then level by
/// level. A partial tile that grew is a new tile.
#[must_use]
pub fn new_tiles(old: u64, new: u64) -> Vec<Tile> {
    let entries = (Content::Entries, old, new);
    let hashes = (0..LEVELS).map(|level| {
        let height = 8 * u32::from(level);
        (Content::Hashes { level }, old >> height, new >> height)
    });
    std::iter::once(entries)
        .chain(hashes)
        .flat_map(|(content, old, new)| row(content, old, new))
        .collect()
}

/// The tiles of one row of which `old` nodes are already published.
fn row(content: Content, old: u64, new: u64) -> impl Iterator<Item = Tile> {
    let from = if old < new { old / FULL } else { new.div_ceil(FULL) };
    (from..new.div_ceil(FULL)).map(move |index| {
        let width = FULL.min(new - index * FULL);
        Tile { content, index, width }
    })
}

/// Reads a log of `size` entries from its files and holds every hash in them against the entries.
/// Compare the root of the answer with a signed checkpoint: files agree with themselves easily.
///
/// # Errors
/// At the first tile that is missing, malformed or at odds with the entries.
pub fn read_log(
    size: u64,
    mut read: impl FnMut(&Tile) -> Option<Vec<u8>>,
) -> Result<ReadLog, TileError> {
    let mut log = ReadLog { entries: Vec::new(), tree: Tree::default() };
    for tile in new_tiles(0, size) {
        let bytes = read(&tile).ok_or(TileError::Missing { tile })?;
        match tile.content {
            Content::Entries => log.extend(tile.read_entries(&bytes)?),
            Content::Hashes { .. } => tile.check_hashes(&bytes, &log.tree)?,
        }
    }
    Ok(log)
}

impl ReadLog {
    fn extend(&mut self, entries: Vec<[u8; 32]>) {
        for entry in entries {
            self.tree.append(leaf_hash(&entry));
            self.entries.push(entry);
        }
    }
}

impl Tile {
    /// What it holds.
    #[must_use]
    pub fn content(&self) -> Content {
        self.content
    }

    /// The entries, or the nodes of its level, that it holds.
    #[must_use]
    pub fn nodes(&self) -> Range<u64> {
        let start = self.index * FULL;
        start..start + self.width
    }

    /// The tile's bytes in a log with this tree over these entries, all of them from the first.
    ///
    /// # Errors
    /// When the log is too short.
    pub fn bytes(&self, tree: &Tree, entries: &[[u8; 32]]) -> Result<Vec<u8>, TileError> {
        match self.content {
            Content::Entries => Ok(write_entries(self.part(entries, tree)?)),
            Content::Hashes { level } => {
                let hashes = self.part(tree.complete(8 * usize::from(level)), tree)?;
                Ok(hashes.iter().flat_map(|hash| hash.0).collect())
            }
        }
    }

    /// Reads the hashes of a hash tile.
    ///
    /// # Errors
    /// When their number is not the tile's width.
    pub fn read_hashes(&self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        self.check_length(bytes, HASH)?;
        Ok(bytes.as_chunks().0.iter().copied().map(Hash).collect())
    }

    /// Reads the entries of a bundle.
    ///
    /// # Errors
    /// When their number is not the tile's width, or one is not an id of 32 bytes.
    pub fn read_entries(&self, bytes: &[u8]) -> Result<Vec<[u8; 32]>, TileError> {
        self.check_length(bytes, ENTRY)?;
        bytes
            .as_chunks()
            .0
            .iter()
            .enumerate()
            .map(|(at, chunk)| self.read_entry(at, *chunk))
            .collect()
    }

    fn read_entry(&self, entry: usize, chunk: [u8; ENTRY]) -> Result<[u8; 32], TileError> {
        let [high, low, id @ ..] = chunk;
        match u16::from_be_bytes([high, low]) {
            32 => Ok(id),
            found => Err(TileError::EntryLength { tile: *self, entry, found }),
        }
    }

    fn check_length(&self, bytes: &[u8], each: usize) -> Result<(), TileError> {
        let nodes = usize::try_from(self.width).unwrap_or(usize::MAX);
        let (expected, found) = (nodes.saturating_mul(each), bytes.len());
        if expected == found {
            return Ok(());
        }
        Err(TileError::Length { tile: *self, expected, found })
    }

    fn check_hashes(&self, bytes: &[u8], tree: &Tree) -> Result<(), TileError> {
        let found = self.read_hashes(bytes)?;
        let Content::Hashes { level } = self.content else { return Ok(()) };
        let expected = self.part(tree.complete(8 * usize::from(level)), tree)?;
        let differs = |(_, (expected, found)): &(usize, (&Hash, &Hash))| expected != found;
        match expected.iter().zip(&found).enumerate().find(differs) {
            None => Ok(()),
            Some((position, (&expected, &found))) => {
                Err(TileError::Hash { tile: *self, position, expected, found })
            }
        }
    }

    /// The tile's share of a row of nodes.
    fn part<'a, T>(&self, row: &'a [T], tree: &Tree) -> Result<&'a [T], TileError> {
        let Range { start, end } = self.nodes();
        let part = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let part = part.and_then(|(start, end)| row.get(start..end));
        part.ok_or(TileError::Beyond { tile: *self, size: tree.size() })
    }
}

fn write_entries(entries: &[[u8; 32]]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [0, 32].into_iter().chain(*entry)).collect()
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Entries => f.write_str("tile/entries/")?,
            Content::Hashes { level } => write!(f, "tile/{level}/")?,
        }
        write_index(f, self.index / 1000)?;
        write!(f, "{:03}", self.index % 1000)?;
        if self.width < FULL { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// The folders above the last three digits: `x001/x234/` for 1234.
fn write_index(f: &mut fmt::Formatter<'_>, thousands: u64) -> fmt::Result {
    if thousands == 0 {
        return Ok(());
    }
    write_index(f, thousands / 1000)?;
    write!(f, "x{:03}/", thousands % 1000)
}

impl FromStr for Tile {
    type Err = PathError;

    /// Reads a path. Only the one form that a tile prints as is taken, so the digits can be
    /// gathered loosely and the whole compared at the end.
    fn from_str(path: &str) -> Result<Self, PathError> {
        let tile = read_path(path).filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| PathError { found: path.to_owned() })
    }
}

fn read_path(path: &str) -> Option<Tile> {
    let (path, width) = match path.split_once(".p/") {
        None => (path, FULL),
        Some((path, width)) => {
            (path, width.parse().ok().filter(|width| (1..FULL).contains(width))?)
        }
    };
    let (content, index) = path.strip_prefix("tile/")?.split_once('/')?;
    let content = match content {
        "entries" => Content::Entries,
        level => Content::Hashes { level: level.parse().ok().filter(|level| *level <= MAX_LEVEL)? },
    };
    let digits: String = index.chars().filter(char::is_ascii_digit).collect();
    let index = digits.parse().ok().filter(|index| *index < MAX_INDEX)?;
    Some(Tile { content, index, width })
}
