//! The files of a bundle: tiles, packs, the snapshot and its head.

use crate::night;
use publish::{Head, PackEntry, Snapshot, pack_bytes, read_pack};
use record::note::Note;
use tlog::{Tile, new_tiles, read_log, tile::Content};

/// Logs of more entries have nothing that smaller ones have not.
const MOST_ENTRIES: u16 = 600;

/// A log's files, one behind the other in the order of `new_tiles`, behind its size in two bytes.
/// What reads back is what the log would write.
pub fn log(bytes: &[u8]) -> bool {
    let Some((size, mut rest)) = bytes.split_first_chunk() else { return false };
    let size = u64::from(u16::from_be_bytes(*size) % MOST_ENTRIES);
    let read = read_log(size, |tile| {
        let (file, after) = rest.split_at(length(tile).min(rest.len()));
        rest = after;
        Some(file.to_vec())
    });
    let Ok(read) = read else { return false };
    assert_eq!((read.tree.size(), read.entries.len() as u64), (size, size));
    let files = new_tiles(0, size).into_iter();
    let files = files.flat_map(|tile| tile.bytes(&read.tree, &read.entries).unwrap());
    assert!(bytes.get(2..).unwrap_or_default().starts_with(&files.collect::<Vec<_>>()));
    true
}

fn length(tile: &Tile) -> usize {
    let each = if tile.content() == Content::Entries { 34 } else { 32 };
    usize::try_from(tile.nodes().end - tile.nodes().start).unwrap() * each
}

/// A pack.
pub fn pack(bytes: &[u8]) -> bool {
    let Ok(entries) = read_pack(bytes) else { return false };
    let again = entries.iter().map(|entry| PackEntry { ..*entry });
    assert_eq!(pack_bytes(again), bytes);
    !entries.is_empty()
}

/// A snapshot: signed again it has the same text.
pub fn snapshot(bytes: &[u8]) -> bool {
    let Ok(snapshot) = Snapshot::read_unverified(bytes) else { return false };
    let key = night::key("publisher");
    let again = snapshot.sign(&key).unwrap();
    let text = |bytes| Note::parse(bytes, usize::MAX).map(|note| note.text().to_owned());
    assert_eq!(text(&again), text(bytes));
    if Snapshot::verify(bytes, key.public()).is_ok() {
        assert_eq!(Snapshot::verify(&again, key.public()).as_ref(), Ok(&snapshot));
    }
    true
}

/// head.json.
pub fn head(bytes: &[u8]) -> bool {
    let Some(head) = Head::parse(bytes) else { return false };
    assert_eq!(head.line(), bytes);
    true
}
