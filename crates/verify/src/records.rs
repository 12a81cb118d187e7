//! The log and its records: are the published texts those of the leaves, is every signature by a
//! key that could sign there, and does the fold admit every one of them where it stands?

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroUsize,
    sync::Arc,
    thread,
};

use publish::read_pack;
use record::{Digest, Record, RecordId};
use tally::{Access, KeyIndex, Keys, Ledger, Prepared, Rulebook, prepare};
use tlog::{Checkpoint, Tile, TileError, policy::Policy, tile};

use crate::{Failure, files::Files, joined, report::Findings};

/// The log with the texts that are published, by position.
pub(crate) struct Log<'a> {
    rulebook: Arc<Rulebook>,
    /// For each position, the pack that it stands in and its bytes.
    notes: Vec<Option<(&'a str, &'a [u8])>>,
    leaves: Vec<[u8; 32]>,
}

impl<'a> Log<'a> {
    /// Reads checkpoint, tiles and packs, and finds the definition.
    pub(crate) fn read(
        files: &'a Files,
        policy: Option<&Policy>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let size = files.snapshot().head.size;
        check_size(files, size, findings)?;
        let notes = read_packs(files, size, findings);
        let (pack, definition) = notes.first().copied().flatten().or_else(|| {
            findings.failed("pack", "position 0", "the definition", "nothing");
            None
        })?;
        let rulebook = match read_definition(definition) {
            Ok(rulebook) => Arc::new(rulebook),
            Err(problem) => {
                findings.failed(pack, "position 0", "a definition", problem);
                return None;
            }
        };
        check_pinned(&rulebook, policy, pack, findings);
        let leaves = read_tree(files, &rulebook, policy, size, findings)?;
        Some(Self { rulebook, notes, leaves })
    }

    pub(crate) fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Folds every published record in the order of the log.
    pub(crate) fn fold(&self, threads: NonZeroUsize, findings: &mut Findings) -> Option<Ledger> {
        let mut opened: Vec<Option<Opened>> = self.notes.iter().map(|_| None).collect();
        let published = self.notes.iter().enumerate();
        let published = published.filter_map(|(index, note)| Some((index, note.as_ref()?.1)));
        let (of_keys, others): (Vec<_>, Vec<_>) =
            published.partition(|(_, note)| note.starts_with(b"countersign/key/"));
        // Only officers sign records of keys, and the definition has the officers' keys.
        let officers = self.rulebook.first_keys();
        self.open(&of_keys, &officers, threads, &mut opened, findings);
        let keys = self.keys(&of_keys, &opened, findings)?;
        self.open(&others, &keys, threads, &mut opened, findings);
        findings.checked("signatures", opened.iter().flatten().map(|o| o.signers.len()).sum());
        findings.checked("records", of_keys.len() + others.len());
        findings.checked("keys", keys.all().len());
        Some(self.fold_opened(opened, findings))
    }

    fn fold_opened(&self, opened: Vec<Option<Opened>>, findings: &mut Findings) -> Ledger {
        let mut ledger = Ledger::new(Arc::clone(&self.rulebook));
        let mut withheld = Vec::new();
        let mut sealed = Vec::new();
        for (position, opened) in (0..).zip(opened) {
            let Some(Opened { prepared, signers }) = opened else {
                withheld.extend(self.is_withheld(position).then_some(position));
                continue;
            };
            match ledger.judge(prepared, &signers) {
                Ok(admission) => {
                    sealed.push((position, Access::of(admission.what())));
                    ledger.apply(admission, position);
                }
                Err(refusal) => {
                    self.failed(position, "a record that may stand here", refusal, findings);
                }
            }
        }
        self.check_released(&ledger, &sealed, findings);
        findings.withheld(withheld);
        ledger
    }

    fn is_withheld(&self, position: u64) -> bool {
        let note = usize::try_from(position).ok().and_then(|index| self.notes.get(index));
        matches!(note, Some(None))
    }

    /// All keys that were ever enrolled. Only records of keys change them, so these are folded
    /// before the others are opened. `None` when one does not hold: whatever its keys signed
    /// would then fail too, and say nothing new.
    fn keys(
        &self,
        of_keys: &[(usize, &[u8])],
        opened: &[Option<Opened>],
        findings: &mut Findings,
    ) -> Option<Arc<Keys>> {
        let mut ledger = Ledger::new(Arc::clone(&self.rulebook));
        for (index, _) in of_keys {
            let Opened { prepared, signers } = opened.get(*index)?.as_ref()?;
            let position = *index as u64;
            match ledger.judge(prepared.clone(), signers) {
                Ok(admission) => ledger.apply(admission, position),
                Err(problem) => {
                    self.failed(position, "a record of keys", problem, findings);
                    return None;
                }
            }
        }
        Some(Arc::clone(ledger.keys()))
    }

    /// Reads and checks records on several threads: nearly all of the time goes here.
    fn open(
        &self,
        notes: &[(usize, &[u8])],
        keys: &Keys,
        threads: NonZeroUsize,
        opened: &mut [Option<Opened>],
        findings: &mut Findings,
    ) {
        let share = notes.len().div_ceil(threads.get()).max(1);
        let one = |(index, note): &(usize, &[u8])| self.open_one(keys, *index, note);
        let one = &one;
        let results = thread::scope(|scope| {
            let parts = notes.chunks(share);
            let parts: Vec<_> = parts
                .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(joined).collect::<Vec<_>>()
        });
        for ((index, _), result) in notes.iter().zip(results) {
            match (opened.get_mut(*index), result) {
                (Some(slot), Ok(one)) => *slot = one,
                (_, Err(failure)) => findings.add([failure]),
                (None, Ok(_)) => {}
            }
        }
    }

    /// `Ok(None)`: the definition, which the fold begins with.
    fn open_one(&self, keys: &Keys, index: usize, note: &[u8]) -> Result<Option<Opened>, Failure> {
        let failure = |expected: String, found: String| Failure {
            file: self.pack(index).to_owned(),
            place: format!("position {index}"),
            expected,
            found,
        };
        let leaf = self.leaves.get(index).copied().map(Digest::from_bytes);
        let expected = || leaf.map_or_else(String::new, |leaf| leaf.to_string());
        if index == 0 {
            let found = self.rulebook.definition();
            return if leaf == Some(found) {
                Ok(None)
            } else {
                Err(failure(expected(), found.to_string()))
            };
        }
        let (id, opened) = open(&self.rulebook, keys, note)
            .map_err(|problem| failure("a record with signatures that hold".to_owned(), problem))?;
        // `keys` has the keys of the whole night; the desk knew only those enrolled before.
        let signers = opened.signers.iter().filter_map(|signer| keys.get(*signer));
        if let Some(late) = signers.into_iter().find(|key| key.enrolled >= index as u64) {
            let (name, position) = (late.verifying.name(), late.enrolled);
            let found = format!("{name}, enrolled at position {position}");
            return Err(failure("keys that were enrolled before".to_owned(), found));
        }
        if leaf == Some(id) { Ok(Some(opened)) } else { Err(failure(expected(), id.to_string())) }
    }

    /// No text of results stands here that is not released.
    fn check_released(&self, ledger: &Ledger, sealed: &[(u64, Access)], findings: &mut Findings) {
        for (position, access) in sealed {
            if !access.is_public(ledger.board()) {
                self.failed(*position, "a text that is released", "one that is sealed", findings);
            }
        }
    }

    fn failed(&self, position: u64, expected: &str, found: impl ToString, findings: &mut Findings) {
        let pack = usize::try_from(position).map_or("pack", |index| self.pack(index));
        findings.failed(pack, format!("position {position}"), expected, found);
    }

    /// The file that a record stands in.
    fn pack(&self, index: usize) -> &'a str {
        self.notes.get(index).copied().flatten().map_or("pack", |(pack, _)| pack)
    }
}

/// A record whose signatures hold.
struct Opened {
    prepared: Prepared,
    signers: Vec<KeyIndex>,
}

fn open(rulebook: &Rulebook, keys: &Keys, note: &[u8]) -> Result<(RecordId, Opened), String> {
    let record = Record::parse(note).map_err(|e| e.to_string())?;
    let prepared = prepare(rulebook, &record).map_err(|e| e.to_string())?;
    let signers = keys.signers(&record.note).map_err(|e| e.to_string())?;
    keys.check(&record.note, &signers).map_err(|e| e.to_string())?;
    Ok((record.id, Opened { prepared, signers }))
}

/// A log of so many entries has a file for every 256 of them: a size that was made up would
/// otherwise cost as much memory as it says.
fn check_size(files: &Files, size: u64, findings: &mut Findings) -> Option<()> {
    let listed = files.snapshot().files.len();
    if size.div_ceil(tile::FULL) <= listed as u64 {
        return Some(());
    }
    findings.failed("head.json", "size", format!("a log that fits in {listed} files"), size);
    None
}

fn read_packs<'a>(
    files: &'a Files,
    size: u64,
    findings: &mut Findings,
) -> Vec<Option<(&'a str, &'a [u8])>> {
    let mut notes = vec![None; usize::try_from(size).unwrap_or(0)];
    for (path, bytes) in files.under("pack/") {
        let hash = Digest::of(bytes).to_string();
        if path.strip_prefix("pack/") != Some(hash.as_str()) {
            findings.failed(path, "name", format!("pack/{hash}"), path);
        }
        let entries = match read_pack(bytes) {
            Ok(entries) => entries,
            Err(error) => {
                findings.failed(
                    path,
                    format!("byte {}", error.at),
                    error.expected,
                    "something else",
                );
                continue;
            }
        };
        for entry in entries {
            let slot = usize::try_from(entry.position).ok().and_then(|i| notes.get_mut(i));
            match slot {
                Some(slot @ None) => *slot = Some((path, entry.note)),
                Some(Some(_)) => {
                    findings.failed(
                        path,
                        format!("position {}", entry.position),
                        "one text",
                        "two",
                    );
                }
                None => findings.failed(
                    path,
                    format!("position {}", entry.position),
                    format!("below {size}"),
                    "beyond",
                ),
            }
        }
    }
    notes
}

fn read_definition(note: &[u8]) -> Result<Rulebook, String> {
    let record = Record::parse(note).map_err(|e| e.to_string())?;
    Rulebook::new(&record).map_err(|e| e.to_string())
}

fn check_pinned(rulebook: &Rulebook, policy: Option<&Policy>, pack: &str, findings: &mut Findings) {
    let Some(pinned) = policy.map(|policy| policy.definition().copied().map(Digest::from_bytes))
    else {
        return;
    };
    let found = rulebook.definition();
    if pinned != Some(found) {
        let expected = pinned
            .map_or_else(|| "a definition that the policy pins".to_owned(), |d| d.to_string());
        findings.failed(pack, "position 0", expected, found);
    }
}

/// Checkpoint and tiles: the leaves, if their root is the one that the log signed.
fn read_tree(
    files: &Files,
    rulebook: &Rulebook,
    policy: Option<&Policy>,
    size: u64,
    findings: &mut Findings,
) -> Option<Vec<[u8; 32]>> {
    let bytes = files.get("checkpoint").unwrap_or_default();
    if let Some(Err(error)) = policy.map(|policy| policy.accept(bytes)) {
        findings.failed("checkpoint", "signatures", "those that the policy asks for", error);
    }
    let checkpoint = match Checkpoint::verify(bytes, rulebook.log()) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            findings.failed("checkpoint", "signature", "the log's", error);
            return None;
        }
    };
    if checkpoint.size != size {
        findings.failed("checkpoint", "line 2", size, checkpoint.size);
        return None;
    }
    let log = match tile::read_log(size, |tile| files.get(&tile.to_string()).map(<[u8]>::to_vec)) {
        Ok(log) => log,
        Err(error) => {
            findings.failed(tile_of(&error).to_string(), "tile", "what the log holds", error);
            return None;
        }
    };
    match log.tree.root_at(size) {
        Ok(root) if root == checkpoint.root => {}
        Ok(root) => findings.failed("checkpoint", "line 3", root, checkpoint.root),
        Err(error) => findings.failed("checkpoint", "line 3", checkpoint.root, error),
    }
    check_tiles(files, size, findings);
    check_once(&log.entries, findings);
    findings.checked("leaves", log.entries.len());
    Some(log.entries)
}

fn tile_of(error: &TileError) -> Tile {
    match error {
        TileError::Beyond { tile, .. }
        | TileError::Missing { tile }
        | TileError::Length { tile, .. }
        | TileError::EntryLength { tile, .. }
        | TileError::Hash { tile, .. } => *tile,
    }
}

/// No tile stands here that the log of this size has not.
fn check_tiles(files: &Files, size: u64, findings: &mut Findings) {
    let tiles = tile::new_tiles(0, size);
    let named: BTreeSet<String> = tiles.iter().map(ToString::to_string).collect();
    for (path, _) in files.under("tile/").filter(|(path, _)| !named.contains(*path)) {
        findings.failed(path, "file", format!("a tile of a log of {size}"), "another");
    }
}

/// No record stands in the log twice.
fn check_once(entries: &[[u8; 32]], findings: &mut Findings) {
    let mut seen = HashMap::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        if let Some(first) = seen.insert(entry, position) {
            let place = format!("position {position}");
            findings.failed("tile/entries", place, "a new record", format!("that of {first}"));
        }
    }
}

/// Checks signatures alone, on as many threads: the floor that a verification is measured by.
#[must_use]
pub fn check_signatures(keys: &Keys, notes: &[Vec<u8>], threads: NonZeroUsize) -> usize {
    let share = notes.len().div_ceil(threads.get()).max(1);
    let check = |note: &Vec<u8>| {
        let record = record::note::Note::parse(note, record::MAX_BYTES).ok()?;
        let signers = keys.signers(&record).ok()?;
        keys.check(&record, &signers).ok().map(|()| signers.len())
    };
    thread::scope(|scope| {
        let parts: Vec<_> = notes
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().filter_map(check).sum::<usize>()))
            .collect();
        parts.into_iter().map(joined).sum()
    })
}
