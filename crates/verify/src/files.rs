//! The files themselves: is each of them the one that the publisher signed for?

use std::collections::BTreeSet;

use publish::{Head, Listed, Snapshot, SnapshotError, SnapshotHead, is_page};
use record::{
    Digest,
    note::{Note, VerifyingKey},
};
use tally::Rulebook;

use crate::{
    Failure, Options, Pages, Progress, Source, Stage, in_order::in_order, progress::Told,
    report::Findings,
};

/// The largest file that is read as a whole: a pack, a tile, a checkpoint. Packs have a megabyte,
/// and the one with the definition half of this at most.
const MAX_WHOLE: u64 = 256 << 20;

/// The bundle's files, and the list that names them all.
pub(crate) struct Files<'s, S> {
    source: &'s S,
    head: SnapshotHead,
    path: String,
    hash: Digest,
    /// The listed files, sorted by path, and whether each is what it is listed as. Pages are left
    /// out where nobody asks for them again.
    listed: Vec<(Listed, bool)>,
}

impl<'s, S: Source> Files<'s, S> {
    /// Reads head.json and the snapshot, and hashes every file that it lists.
    pub(crate) fn read(
        source: &'s S,
        options: &Options<'_>,
        tell: &dyn Fn(Progress),
        findings: &mut Findings,
    ) -> Option<Self> {
        let head = read_head(source, findings)?;
        let bytes = read(source, &head.snapshot, Snapshot::MAX_BYTES, findings)?;
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
        drop(bytes);
        check_unlisted(source, &snapshot, &head.snapshot, findings);
        check_kinds(&snapshot, findings);
        let Snapshot { head: of_snapshot, files } = snapshot;
        findings.checked("files", files.len() + 2);
        let holds = hash_listed(source, &files, options, tell, findings);
        let wanted = |path: &str| options.pages == Pages::Render || !is_page(path);
        let listed = files.into_iter().zip(holds).filter(|(file, _)| wanted(&file.path)).collect();
        let (path, hash) = (head.snapshot, head.snapshot_hash);
        Some(Self { source, head: of_snapshot, path, hash, listed })
    }

    /// What the snapshot says before its list.
    pub(crate) fn head(&self) -> &SnapshotHead {
        &self.head
    }

    /// How many files are listed.
    pub(crate) fn count(&self) -> usize {
        self.listed.len()
    }

    /// The bytes of a listed file that is what it is listed as.
    pub(crate) fn get(&self, path: &str) -> Option<Vec<u8>> {
        let (listed, holds) = self.find(path)?;
        let whole = || self.source.read_part(path, listed.hash, 0..listed.length).ok();
        holds.then(whole).flatten()
    }

    /// Some bytes of a listed file.
    pub(crate) fn part(&self, listed: &Listed, start: u64, length: u64) -> Result<Vec<u8>, String> {
        let end = start.saturating_add(length);
        self.source.read_part(&listed.path, listed.hash, start..end).map_err(|e| e.problem)
    }

    /// How a path is listed, and whether the file is that one.
    pub(crate) fn find(&self, path: &str) -> Option<(&Listed, bool)> {
        let index = self.listed.binary_search_by(|(file, _)| file.path.as_str().cmp(path)).ok()?;
        self.listed.get(index).map(|(file, holds)| (file, *holds))
    }

    /// The listed files whose path begins so and that are what they are listed as.
    pub(crate) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Listed> {
        let files =
            self.listed.iter().filter(move |(file, holds)| *holds && file.path.starts_with(prefix));
        files.map(|(file, _)| file)
    }

    /// The listed pages, whatever they are.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &Listed> {
        self.listed.iter().map(|(file, _)| file).filter(|file| is_page(&file.path))
    }

    /// Now that the definition is known: did its publisher sign this snapshot?
    pub(crate) fn check_publisher(&self, rulebook: &Rulebook, findings: &mut Findings) {
        let path = &self.path;
        match read(self.source, path, Snapshot::MAX_BYTES, findings) {
            // It is another one than before: files of two editions say nothing together.
            Some(bytes) if Digest::of(&bytes) != self.hash => {
                findings.failed(path, "SHA-256", self.hash, Digest::of(&bytes));
            }
            Some(bytes) => {
                if let Err(error) = check_signature(&bytes, rulebook.publisher()) {
                    findings.failed(path, "signature", "the publisher's", error);
                }
            }
            None => {}
        }
        let head = &self.head;
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
}

/// That the list is well-formed was checked when it was read from these bytes.
fn check_signature(snapshot: &[u8], publisher: &VerifyingKey) -> Result<(), SnapshotError> {
    let note = Note::parse(snapshot, snapshot.len())?;
    note.verify(|signature| publisher.if_named_by(signature))?;
    Ok(())
}

fn read_head(source: &impl Source, findings: &mut Findings) -> Option<Head> {
    let bytes = read(source, "head.json", Head::MAX_BYTES, findings)?;
    let head = Head::parse(&bytes);
    if head.is_none() {
        let start: String = String::from_utf8_lossy(&bytes).chars().take(24).collect();
        findings.failed("head.json", "line 1", "one canonical line", start);
    }
    head
}

fn read(source: &impl Source, path: &str, most: u64, findings: &mut Findings) -> Option<Vec<u8>> {
    let read = source.read(path, most);
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

/// Hashes every listed file, on several threads: which of them are what they are listed as?
fn hash_listed(
    source: &impl Source,
    files: &[Listed],
    options: &Options<'_>,
    tell: &dyn Fn(Progress),
    findings: &mut Findings,
) -> Vec<bool> {
    let mut told = Told::new(tell, Stage::Files, files.len());
    let mut holds = Vec::with_capacity(files.len());
    let check = |file: &Listed| check_listed(source, file);
    in_order(files, options.threads, check, |_, checked| {
        holds.push(checked.is_ok());
        findings.add(checked.err());
        told.one();
    });
    holds
}

fn check_listed(source: &impl Source, file: &Listed) -> Result<(), Failure> {
    let failure = |place: &str, expected: String, found: String| Failure {
        file: file.path.clone(),
        place: place.to_owned(),
        expected,
        found,
    };
    let hashed = source.hash(&file.path, file.hash);
    let (length, hash) = hashed.map_err(|e| failure("file", "a file".to_owned(), e.to_string()))?;
    if length != file.length || hash != file.hash {
        return Err(failure("SHA-256", file.hash.to_string(), hash.to_string()));
    }
    if length > MAX_WHOLE && is_read_whole(&file.path) {
        let expected = format!("at most {MAX_WHOLE} bytes");
        return Err(failure("length", expected, format!("{length} bytes")));
    }
    Ok(())
}

/// Is this a file that is read beside being hashed? The log and its texts are; figures and pages are
/// drawn again, and only where they differ are they read.
#[must_use]
pub fn is_read_whole(path: &str) -> bool {
    path == "checkpoint" || path.starts_with("pack/") || path.starts_with("tile/")
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
