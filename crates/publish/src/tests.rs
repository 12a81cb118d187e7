//! Tests of what is published: nights of real signed records, edition by edition, in memory.

#[path = "../../../tests/night.rs"]
mod night;

mod editions;
mod embargo;
mod pack;
mod pages;
mod report;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use election::Mode;
use tally::Ledger;

use crate::{Edition, Log, Publisher, Released, Snapshot, View};
use night::{Night, RELEASE, checkpoint, key, tree};

/// A publisher and the folder that it keeps.
#[derive(Default)]
struct House {
    publisher: Publisher,
    /// Positions whose text is out.
    out: BTreeSet<u64>,
    sequence: u64,
    files: BTreeMap<String, Vec<u8>>,
}

impl House {
    /// The next edition: the paths that it writes and those that it removes.
    fn publish(&mut self, night: &Night) -> (Vec<String>, Vec<String>) {
        self.sequence += 1;
        let (entries, public) = (night.entries(), night.public());
        let mut released = Vec::new();
        for (position, note) in night.open() {
            if self.out.insert(position) {
                released.push(Released { position, note });
            }
        }
        let (tree, checkpoint) = (tree(&entries), checkpoint(&entries, "log"));
        let definition = night.definition();
        let log = Log { tree: &tree, entries: &entries, checkpoint: &checkpoint, definition };
        let view = view(&public, self.sequence, entries.len() as u64);
        let changes = self.publisher.next(&view, &log, released, &key("publisher")).unwrap();
        for path in &changes.remove {
            assert!(self.files.remove(path).is_some(), "{path} is removed and was not there");
        }
        let mut written = Vec::new();
        for (path, bytes) in changes.write {
            assert!(!written.contains(&path), "{path} is written twice");
            written.push(path.clone());
            self.files.insert(path, bytes);
        }
        self.check_listed();
        (written, changes.remove)
    }

    /// The snapshot lists exactly the files that are there.
    fn check_listed(&self) {
        let bytes = &self.files[&format!("snapshot/{}", self.sequence)];
        let snapshot = Snapshot::verify(bytes, key("publisher").public()).unwrap();
        let mut listed: BTreeMap<String, u64> =
            snapshot.files.into_iter().map(|file| (file.path, file.length)).collect();
        for path in ["head.json", &format!("snapshot/{}", self.sequence)] {
            listed.insert(path.to_owned(), self.files[path].len() as u64);
        }
        let there = self.files.iter().map(|(path, bytes)| (path.clone(), bytes.len() as u64));
        assert_eq!(listed, there.collect());
    }

    fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.files[path]).unwrap()
    }

    /// All pages with their paths.
    fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let pages = self.files.keys().filter(|path| path.ends_with(".html"));
        pages.map(|path| (path.as_str(), self.text(path)))
    }
}

fn view(ledger: &Ledger, sequence: u64, size: u64) -> View<'_> {
    let (time, mode) = (RELEASE + 90, Mode::Rehearsal);
    View::of(ledger, Edition { sequence, size, time, mode })
}

/// A first edition of a night.
fn published(night: &Night) -> House {
    let mut house = House::default();
    house.publish(night);
    house
}
