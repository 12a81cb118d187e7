//! Keeping a bundle up to date: what to write and what to remove after the log grew.

use std::collections::{BTreeMap, BTreeSet};

use election::UnitIndex;
use form::Finding;
use record::{Digest, RecordId, note::SigningKey};
use tlog::{Tree, tile};

use crate::{
    File, Head, Listed, Snapshot, SnapshotError, View, data_files,
    pack::{PackEntry, pack_bytes},
    page_files,
    snapshot::SnapshotHead,
};

/// A pack is closed when it holds this many bytes: 1 MiB is about a thousand records of a form
/// with thirty fields, and the most that a reader fetches to see one of them.
const PACK_BYTES: usize = 1 << 20;

/// The log as it is published.
pub struct Log<'a> {
    /// The tree over all entries.
    pub tree: &'a Tree,
    /// All entries.
    pub entries: &'a [[u8; 32]],
    /// The signed checkpoint over them.
    pub checkpoint: &'a [u8],
    /// The definition.
    pub definition: RecordId,
}

/// A released record that no pack holds yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Its position.
    pub position: u64,
    /// Its bytes.
    pub note: Vec<u8>,
}

/// What is to be done to the published folder, all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files to write.
    pub write: Vec<File>,
    /// Files to remove.
    pub remove: Vec<String>,
}

/// What the publisher remembers of the bundle between two editions.
#[derive(Default)]
pub struct Publisher {
    /// Every file that is out, but for the snapshot and head.json.
    files: BTreeMap<String, (Digest, u64)>,
    /// The pack that is not full yet: its path and its records.
    open: Option<String>,
    tail: Vec<Released>,
    tail_bytes: usize,
    size: u64,
    snapshot: Option<String>,
    stamps: Vec<Stamp>,
}

/// What a unit's own pages and figures depend on. When none of it changed, neither did they.
#[derive(PartialEq, Eq)]
struct Stamp {
    readings: usize,
    counted: Option<u64>,
    contradiction: Option<tally::Contradiction>,
    /// Not only how many: a copy may name another unit than before.
    findings: Vec<Finding>,
    turnout: usize,
    /// Keys only ever get more events.
    keys: usize,
    released: bool,
}

impl Publisher {
    /// The changes from the last edition to this one. `released` are the records that became
    /// public since.
    ///
    /// # Errors
    /// When the snapshot cannot be signed.
    pub fn next(
        &mut self,
        view: &View<'_>,
        log: &Log<'_>,
        released: Vec<Released>,
        key: &SigningKey,
    ) -> Result<Changes, SnapshotError> {
        let mut changes = Changes::default();
        self.add_log(log, &mut changes);
        self.add_packs(released, &mut changes);
        let changed = self.changed_units(view);
        let drawn = data_files(view, changed.as_ref()).into_iter();
        changes.write.extend(drawn.chain(page_files(view, changed.as_ref())));
        self.keep_changed(&mut changes);
        self.add_snapshot(view, log, key, &mut changes)?;
        Ok(changes)
    }

    /// New tiles; a partial tile that grew replaces the narrower one.
    fn add_log(&mut self, log: &Log<'_>, changes: &mut Changes) {
        let size = log.entries.len() as u64;
        let tiles = tile::new_tiles(self.size, size);
        for tile in &tiles {
            if let Ok(bytes) = tile.bytes(log.tree, log.entries) {
                changes.write.push((tile.to_string(), bytes));
            }
        }
        let current: BTreeSet<String> =
            tile::new_tiles(0, size).iter().map(ToString::to_string).collect();
        let old = tile::new_tiles(0, self.size).into_iter().map(|tile| tile.to_string());
        changes.remove.extend(old.filter(|tile| !current.contains(tile)));
        changes.write.push(("checkpoint".to_owned(), log.checkpoint.to_vec()));
        self.size = size;
    }

    /// Fills the open pack, and closes it when it is full.
    fn add_packs(&mut self, released: Vec<Released>, changes: &mut Changes) {
        if released.is_empty() {
            return;
        }
        changes.remove.extend(self.open.take());
        for record in released {
            self.tail_bytes += record.note.len();
            self.tail.push(record);
            if self.tail_bytes >= PACK_BYTES {
                self.write_pack(changes);
                self.tail.clear();
                self.tail_bytes = 0;
            }
        }
        if !self.tail.is_empty() {
            self.open = Some(self.write_pack(changes));
        }
    }

    fn write_pack(&self, changes: &mut Changes) -> String {
        let entries = self.tail.iter();
        let bytes = pack_bytes(entries.map(|r| PackEntry { position: r.position, note: &r.note }));
        let path = format!("pack/{}", Digest::of(&bytes));
        changes.write.push((path.clone(), bytes));
        path
    }

    /// The units that must be drawn again, with all above them; `None` the first time: all.
    fn changed_units(&mut self, view: &View<'_>) -> Option<BTreeSet<UnitIndex>> {
        let units = view.election().units();
        let stamps: Vec<Stamp> = units.all().map(|(unit, _)| Stamp::of(view, unit)).collect();
        let before = std::mem::replace(&mut self.stamps, stamps);
        if before.is_empty() {
            return None;
        }
        let pairs = units.all().zip(self.stamps.iter().zip(&before));
        let changed = pairs.filter(|(_, (new, old))| new != old).map(|((unit, _), _)| unit);
        Some(changed.flat_map(|unit| units.upwards(unit)).collect())
    }

    /// Leaves out what is out already, byte for byte.
    fn keep_changed(&mut self, changes: &mut Changes) {
        for path in &changes.remove {
            self.files.remove(path);
        }
        let files = &mut self.files;
        changes.write.retain(|(path, bytes)| {
            let now = (Digest::of(bytes), bytes.len() as u64);
            files.insert(path.clone(), now) != Some(now)
        });
        // A full tile may have the name of one that was to go; what is written stays.
        let written: BTreeSet<&String> = changes.write.iter().map(|(path, _)| path).collect();
        changes.remove.retain(|path| !written.contains(path));
    }

    fn add_snapshot(
        &mut self,
        view: &View<'_>,
        log: &Log<'_>,
        key: &SigningKey,
        changes: &mut Changes,
    ) -> Result<(), SnapshotError> {
        let edition = view.edition;
        let head = SnapshotHead {
            definition: log.definition,
            election: view.election().head().id.clone(),
            mode: edition.mode,
            sequence: edition.sequence,
            size: edition.size,
            time: edition.time,
        };
        let files = self.files.iter().map(|(path, (hash, length))| Listed {
            path: path.clone(),
            hash: *hash,
            length: *length,
        });
        let snapshot = Snapshot { head, files: files.collect() };
        let bytes = snapshot.sign(key)?;
        let head = Head::of(&snapshot, &bytes);
        changes.remove.extend(self.snapshot.replace(head.snapshot.clone()));
        changes.write.push((head.snapshot.clone(), bytes));
        changes.write.push(("head.json".to_owned(), head.line()));
        Ok(())
    }
}

impl Stamp {
    fn of(view: &View<'_>, unit: UnitIndex) -> Self {
        let state = view.board.unit(unit);
        Self {
            readings: state.chains().iter().map(|chain| chain.readings.len()).sum(),
            counted: state.counted().map(|reading| reading.position),
            contradiction: state.contradiction(),
            findings: view.findings_of(unit).to_vec(),
            turnout: view.board.turnout(unit).len(),
            keys: view.keys_for(unit).len(),
            released: view.is_released(unit),
        }
    }
}
