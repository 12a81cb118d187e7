//! Tests of the verifier: one small bundle that holds, and every way to break it.

#[path = "../../../tests/night.rs"]
mod night;

mod broken;
mod bytes;
mod holds;
mod reads;
mod records;
mod vectors;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    ops::Range,
};

use publish::{
    Edition, Head, Listed, PackEntry, Publisher, Released, Snapshot, SnapshotHead, View,
    data_files, pack_bytes, page_files,
};
use record::Digest;
use tally::Ledger;
use tlog::{policy::Policy, tile};

use crate::{Failure, Options, Pages, Report, Source, SourceError, at_most, part_of, verify};
use night::{Night, RELEASE, checkpoint, key, tree};

/// A folder in memory.
#[derive(Clone)]
struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
    night: Night,
}

impl Source for Bundle {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        let found = self.files.get(path);
        at_most(found.ok_or_else(|| SourceError::new("there is no such file"))?, most)
    }

    fn hash(&self, path: &str, _: Digest) -> Result<(u64, Digest), SourceError> {
        let bytes = self.read(path, u64::MAX)?;
        Ok((bytes.len() as u64, Digest::of(&bytes)))
    }

    fn read_part(&self, path: &str, _: Digest, part: Range<u64>) -> Result<Vec<u8>, SourceError> {
        part_of(&self.read(path, u64::MAX)?, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        Some(Ok(self.files.keys().cloned().collect()))
    }
}

/// One of everything: a turnout, four readings, a correction, two texts that contradict each
/// other before the release and are held back, the release, a reading after it.
fn night() -> Night {
    let mut night = Night::new();
    let pen = night.pen;
    night.take(pen.turnout("S:1", 40, 0));
    let first = night.returns("S:1", "E.1=120 E.2=7 F=1");
    night.returns("S:2", "E.1=0 E.2=9 P.1=12345");
    night.take(pen.correction("S:1", "E.1=121 E.2=7 F=1", first));
    night.returns("S:3", "E.1=30");
    night.returns("S:4", "E.1=41");
    night.returns("S:4", "E.1=14");
    night.release("M");
    night.take(pen.phoned("S:1", "E.1=121 E.2=8"));
    night
}

impl Bundle {
    /// The bundle as a publisher makes it in one edition.
    fn of(night: &Night) -> Self {
        Self::grown(std::slice::from_ref(night))
    }

    /// The bundle as a publisher keeps it who saw the night at each of these moments.
    fn grown(moments: &[Night]) -> Self {
        let (mut publisher, mut out) = (Publisher::default(), BTreeSet::new());
        let mut bundle = Self { files: BTreeMap::new(), night: moments[0].clone() };
        for night in moments {
            let open = night.open().into_iter().filter(|(position, _)| out.insert(*position));
            let released = open.map(|(position, note)| Released { position, note }).collect();
            bundle.night = night.clone();
            bundle.publish(&mut publisher, released);
        }
        bundle
    }

    fn publish(&mut self, publisher: &mut Publisher, released: Vec<Released>) {
        let (entries, public) = (self.night.entries(), self.night.public());
        let view = View::of(&public, edition(entries.len() as u64));
        let (tree, checkpoint) = (tree(&entries), checkpoint(&entries, "log"));
        let definition = self.night.definition();
        let log =
            publish::Log { tree: &tree, entries: &entries, checkpoint: &checkpoint, definition };
        let changes = publisher.next(&view, &log, released, &key("publisher")).unwrap();
        self.files.retain(|path, _| !changes.remove.contains(path));
        self.files.extend(changes.write);
    }

    fn remove_under(&mut self, folder: &str) {
        self.files.retain(|path, _| !path.starts_with(folder));
    }

    /// Other leaves, with a checkpoint over them by a key of this name.
    fn put_log(&mut self, entries: &[[u8; 32]], by: &str) {
        self.remove_under("tile/");
        let tree = tree(entries);
        for tile in tile::new_tiles(0, entries.len() as u64) {
            self.files.insert(tile.to_string(), tile.bytes(&tree, entries).unwrap());
        }
        self.files.insert("checkpoint".to_owned(), checkpoint(entries, by));
    }

    /// Other texts, in one pack.
    fn put_pack(&mut self, notes: &[(u64, Vec<u8>)]) {
        self.remove_under("pack/");
        let entries = notes.iter().map(|(position, note)| PackEntry { position: *position, note });
        let bytes = pack_bytes(entries);
        self.files.insert(format!("pack/{}", Digest::of(&bytes)), bytes);
    }

    /// Figures and pages that follow from another fold.
    fn draw(&mut self, ledger: &Ledger, size: u64) {
        let view = View::of(ledger, edition(size));
        self.remove_under("data/");
        self.files.extend(data_files(&view, None));
        self.files.extend(page_files(&view, None));
    }

    /// Replaces a text within a file, once.
    #[track_caller]
    fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.files[path].clone()).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}: {text}");
        self.files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
    }

    /// Lists all files as they are now, and signs the list as the publisher.
    fn sign(&mut self) {
        self.sign_as("publisher", |_| ());
    }

    /// The same by a key of another name, or with another head.
    fn sign_as(&mut self, by: &str, change: impl FnOnce(&mut SnapshotHead)) {
        let old = Head::parse(&self.files["head.json"]).unwrap();
        self.files.remove(&old.snapshot);
        let mut head = SnapshotHead {
            definition: self.night.definition(),
            election: old.election,
            mode: old.mode,
            sequence: old.sequence,
            size: old.size,
            time: old.time,
        };
        change(&mut head);
        self.list(by, head);
    }

    /// A bundle that nobody has signed yet is signed.
    fn sign_first(&mut self, Edition { sequence, size, time, mode }: Edition) {
        let definition = self.night.definition();
        let election = self.night.ledger.rulebook().election().head().id.clone();
        self.list("publisher", SnapshotHead { definition, election, mode, sequence, size, time });
    }

    fn list(&mut self, by: &str, head: SnapshotHead) {
        self.files.remove("head.json");
        let files = self.files.iter().map(|(path, bytes)| Listed {
            path: path.clone(),
            hash: Digest::of(bytes),
            length: bytes.len() as u64,
        });
        let snapshot = Snapshot { head, files: files.collect() };
        let bytes = snapshot.sign(&key(by)).unwrap();
        let head = Head::of(&snapshot, &bytes);
        self.files.insert("head.json".to_owned(), head.line());
        self.files.insert(head.snapshot, bytes);
    }

    /// Pinned to this election's log and definition, pages drawn again.
    fn verify(&self) -> Report {
        self.verify_with(Some(&self.policy()), Pages::Render)
    }

    fn policy(&self) -> Policy {
        let definition = *self.night.definition().as_bytes();
        Policy::without_witnesses(key("log").public().clone(), definition)
    }

    fn verify_with(&self, policy: Option<&Policy>, pages: Pages) -> Report {
        self.verify_seen(policy, pages, None)
    }

    fn verify_seen(&self, policy: Option<&Policy>, pages: Pages, seen: Option<&[u8]>) -> Report {
        let threads = NonZeroUsize::new(2).unwrap();
        verify(self, &Options { policy, seen, pages, threads }, &|_| ())
    }
}

fn edition(size: u64) -> Edition {
    Edition { sequence: 7, size, time: RELEASE + 90, mode: election::Mode::Rehearsal }
}

/// What does not hold, a line each, with `#` for digests. Of files that are drawn from the records
/// only the names, and of many only how many, since one record stands in them all.
fn told(report: &Report) -> Vec<String> {
    assert_eq!(report.holds, report.failed.is_empty());
    let is_drawn =
        |failure: &&Failure| failure.file.starts_with("data/") || failure.file.ends_with(".html");
    let (drawn, others): (Vec<&Failure>, Vec<&Failure>) = report.failed.iter().partition(is_drawn);
    let mut lines: Vec<String> = others.into_iter().map(line).collect();
    match drawn.len() {
        0..=3 => lines.extend(drawn.iter().map(|failure| name_of(failure))),
        many => lines.push(format!("{many} files that are drawn")),
    }
    lines
}

fn line(failure: &Failure) -> String {
    let Failure { file, place, expected, found } = failure;
    hidden(&format!("{file}, {place}: expected {expected}, found {found}"))
}

/// A text with `#` for each digest in it.
fn hidden(text: &str) -> String {
    let hide = |word: &str| {
        let digest = word.trim_end_matches([',', ':']).trim_start_matches("pack/");
        if digest.len() < 40 { word.to_owned() } else { word.replacen(digest, "#", 1) }
    };
    text.split(' ').map(hide).collect::<Vec<_>>().join(" ")
}

/// `data/form.csv, byte`
fn name_of(failure: &Failure) -> String {
    let place = failure.place.split(' ').next().unwrap();
    format!("{}, {place}", failure.file)
}

/// Breaks the bundle that holds, and compares everything that is said about it.
#[track_caller]
fn broken(change: impl FnOnce(&mut Bundle), expected: &[&str]) {
    let mut bundle = Bundle::of(&night());
    change(&mut bundle);
    assert_eq!(told(&bundle.verify()), expected);
}
