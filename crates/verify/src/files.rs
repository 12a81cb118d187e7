//! The files themselves: is each of them the one that the publisher signed for?

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    thread,
};

use publish::{File, Head, Listed, Snapshot, SnapshotError};
use record::{
    Digest,
    note::{Note, VerifyingKey},
};
use tally::Rulebook;

use crate::{Failure, Source, joined, report::Findings};

/// The bundle's files that are needed again, and the list that names them all.
pub(crate) struct Files {
    snapshot: Snapshot,
    snapshot_path: String,
    snapshot_bytes: Vec<u8>,
    kept: BTreeMap<String, Vec<u8>>,
}

impl Files {
    /// Reads head.json, the snapshot, and every file that it lists.
    pub(crate) fn read(
        source: &impl Source,
        threads: NonZeroUsize,
        findings: &mut Findings,
    ) -> Option<Self> {
        let head = read_head(source, findings)?;
        let bytes = read(source, &head.snapshot, findings)?;
        let found = Digest::of(&bytes);
        if found != head.snapshot_hash {
            findings.failed(&head.snapshot, "SHA-256", head.snapshot_hash, found);
            return None;
        }
        let snapshot = match Snapshot::read_unverified(&bytes) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                findings.failed(&head.snapshot, "snapshot", "a list of files", error);
                return None;
            }
        };
        if Head::of(&snapshot, &bytes) != head {
            findings.failed("head.json", "fields", "those of its snapshot", "others");
        }
        check_unlisted(source, &snapshot, &head.snapshot, findings);
        check_kinds(&snapshot, findings);
        let kept = read_listed(source, &snapshot.files, threads, findings);
        findings.checked("files", snapshot.files.len() + 2);
        Some(Self { snapshot, snapshot_path: head.snapshot, snapshot_bytes: bytes, kept })
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The bytes of a file that is no page.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.kept.get(path).map(Vec::as_slice)
    }

    /// All files whose path begins so.
    pub(crate) fn under<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let files = self.kept.iter().filter(move |(path, _)| path.starts_with(prefix));
        files.map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Now that the definition is known: did its publisher sign this snapshot?
    pub(crate) fn check_publisher(&self, rulebook: &Rulebook, findings: &mut Findings) {
        let path = &self.snapshot_path;
        if let Err(error) = self.check_signature(rulebook.publisher()) {
            findings.failed(path, "signature", "the publisher's", error);
        }
        let head = &self.snapshot.head;
        if head.definition != rulebook.definition() {
            findings.failed(path, "definition", rulebook.definition(), head.definition);
        }
        if head.election != rulebook.election().head().id {
            findings.failed(path, "election", &rulebook.election().head().id, &head.election);
        }
        if head.mode != rulebook.mode() {
            let [expected, found] = [rulebook.mode(), head.mode].map(|mode| format!("{mode:?}"));
            findings.failed(path, "mode", expected, found);
        }
    }

    /// That the list is well-formed was checked when it was read from these bytes.
    fn check_signature(&self, publisher: &VerifyingKey) -> Result<(), SnapshotError> {
        let note = Note::parse(&self.snapshot_bytes, self.snapshot_bytes.len())?;
        note.verify(|signature| publisher.if_named_by(signature))?;
        Ok(())
    }

    /// The hash that a file is listed with. Every file that was kept has it.
    pub(crate) fn hash(&self, path: &str) -> Option<Digest> {
        let files = &self.snapshot.files;
        let index = files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        files.get(index).map(|file| file.hash)
    }

    /// Compares files that were made again with those under a prefix: none missing, none more,
    /// none different.
    pub(crate) fn compare(&self, prefix: &str, made: &[File], findings: &mut Findings) {
        let names: BTreeSet<&str> = made.iter().map(|(path, _)| path.as_str()).collect();
        for (path, _) in self.under(prefix).filter(|(path, _)| !names.contains(path)) {
            findings.failed(path, "file", "no such file follows from the records", "a file");
        }
        for (path, bytes) in made {
            match self.get(path) {
                Some(found) if found == bytes => {}
                Some(found) => {
                    let at = first_difference(bytes, found);
                    let place = format!("byte {at}");
                    findings.failed(path, place, glimpse(bytes, at), glimpse(found, at));
                }
                // One that is listed and could not be read was named when it was.
                None if self.hash(path).is_some() => {}
                None => findings.failed(path, "file", "a file", "none"),
            }
        }
    }

    /// Pages are not kept; those made again are compared by their hashes: none missing, none
    /// more, none different.
    pub(crate) fn compare_pages(&self, made: &[File], findings: &mut Findings) {
        let listed = self.snapshot.files.iter().filter(|file| is_page(&file.path));
        let listed = listed.map(|file| (file.path.as_str(), file.hash));
        let listed: BTreeMap<&str, Digest> = listed.collect();
        let names: BTreeSet<&str> = made.iter().map(|(path, _)| path.as_str()).collect();
        for path in listed.keys().filter(|path| !names.contains(*path)) {
            findings.failed(*path, "file", "no such file follows from the records", "a file");
        }
        for (path, bytes) in made {
            let hash = Digest::of(bytes);
            if listed.get(path.as_str()) != Some(&hash) {
                findings.failed(path, "page", hash, "another page, or none");
            }
        }
    }
}

fn read_head(source: &impl Source, findings: &mut Findings) -> Option<Head> {
    let bytes = read(source, "head.json", findings)?;
    let head = Head::parse(&bytes);
    if head.is_none() {
        findings.failed("head.json", "line 1", "one canonical line", glimpse(&bytes, 0));
    }
    head
}

fn read(source: &impl Source, path: &str, findings: &mut Findings) -> Option<Vec<u8>> {
    let read = source.read(path);
    if let Err(error) = &read {
        findings.failed(path, "file", "a file", error);
    }
    read.ok()
}

/// In a folder, nothing stands that the publisher did not sign for.
fn check_unlisted(
    source: &impl Source,
    snapshot: &Snapshot,
    snapshot_path: &str,
    findings: &mut Findings,
) {
    let listed: BTreeSet<&str> = snapshot.files.iter().map(|file| file.path.as_str()).collect();
    let known = |path: &str| listed.contains(path) || path == snapshot_path || path == "head.json";
    match source.list() {
        None => {}
        Some(Err(error)) => findings.failed(".", "files", "plain files that can be listed", error),
        Some(Ok(paths)) => {
            for path in paths.into_iter().filter(|path| !known(path)) {
                let (expected, found) = ("a file that the snapshot lists", "one that it does not");
                findings.failed(path, "file", expected, found);
            }
        }
    }
}

/// Reads and hashes every listed file, on several threads; keeps what is no page.
fn read_listed(
    source: &impl Source,
    files: &[Listed],
    threads: NonZeroUsize,
    findings: &mut Findings,
) -> BTreeMap<String, Vec<u8>> {
    let share = files.len().div_ceil(threads.get()).max(1);
    let parts = thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(share)
            .map(|part| {
                scope.spawn(move || part.iter().map(|f| read_one(source, f)).collect::<Vec<_>>())
            })
            .collect();
        parts.into_iter().flat_map(joined).collect::<Vec<_>>()
    });
    let mut kept = BTreeMap::new();
    for (file, read) in files.iter().zip(parts) {
        match read {
            Ok(Some(bytes)) => {
                kept.insert(file.path.clone(), bytes);
            }
            Ok(None) => {}
            Err(failure) => findings.add([failure]),
        }
    }
    kept
}

fn read_one(source: &impl Source, file: &Listed) -> Result<Option<Vec<u8>>, Failure> {
    let failure = |place: &str, expected: String, found: String| Failure {
        file: file.path.clone(),
        place: place.to_owned(),
        expected,
        found,
    };
    let bytes = source.read_listed(&file.path, file.hash);
    let bytes = bytes.map_err(|e| failure("file", "a file".to_owned(), e.to_string()))?;
    let hash = Digest::of(&bytes);
    if bytes.len() as u64 != file.length || hash != file.hash {
        return Err(failure("SHA-256", file.hash.to_string(), hash.to_string()));
    }
    Ok((!is_page(&file.path)).then_some(bytes))
}

fn is_page(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "html" || end == "css")
}

/// A bundle holds the log, its packs, figures and pages; whatever else is signed for, nothing
/// says whether it is true.
fn check_kinds(snapshot: &Snapshot, findings: &mut Findings) {
    let folders = ["data/", "pack/", "tile/"];
    for Listed { path, .. } in &snapshot.files {
        let inside = folders.iter().any(|folder| path.starts_with(folder));
        let is_known = if inside { !is_page(path) } else { path == "checkpoint" || is_page(path) };
        if !is_known {
            findings.failed(path, "file", "the log, a pack, figures or a page", "another file");
        }
    }
}

fn first_difference(expected: &[u8], found: &[u8]) -> usize {
    expected.iter().zip(found).take_while(|(a, b)| a == b).count()
}

fn glimpse(bytes: &[u8], at: usize) -> String {
    let end = bytes.len().min(at + 24);
    String::from_utf8_lossy(bytes.get(at..end).unwrap_or_default()).into_owned()
}
