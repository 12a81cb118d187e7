//! A bundle that comes file by file. Each file is hashed when it comes, and pages are dropped then, so
//! that memory holds the log, packs and data files and never the pages, of which a country has ten
//! times as many.

use std::{collections::BTreeMap, ops::Range};

use publish::{Head, Snapshot, is_page};
use record::Digest;
use verify::{Source, SourceError, at_most, part_of};

/// The file that names the snapshot.
pub(crate) const HEAD: &str = "head.json";

/// The files that have come.
pub(crate) struct Gathered {
    paths: Option<Vec<String>>,
    head: Option<Head>,
    files: BTreeMap<String, File>,
}

/// What there is of a file.
enum File {
    /// Its bytes, and their hash.
    Kept(Vec<u8>, Digest),
    /// Its length and hash.
    Dropped(u64, Digest),
    /// Why it cannot be had.
    Absent(String),
}

impl Gathered {
    pub(crate) fn new(paths: Option<Vec<String>>) -> Self {
        Self { paths, head: None, files: BTreeMap::new() }
    }

    /// Takes a file, and says what else is wanted now that it is there.
    pub(crate) fn give(&mut self, path: String, bytes: Vec<u8>) -> Vec<String> {
        let hash = Digest::of(&bytes);
        let is_snapshot = self.head.as_ref().is_some_and(|head| head.snapshot == path);
        let wanted = if path == HEAD {
            self.head = Head::parse(&bytes);
            self.head.iter().map(|head| head.snapshot.clone()).collect()
        } else if is_snapshot {
            self.listed(&bytes, hash)
        } else {
            Vec::new()
        };
        let file = match is_page(&path) && !is_snapshot {
            true => File::Dropped(bytes.len() as u64, hash),
            false => File::Kept(bytes, hash),
        };
        self.files.insert(path, file);
        wanted
    }

    pub(crate) fn absent(&mut self, path: String, problem: String) {
        self.files.insert(path, File::Absent(problem));
    }

    /// The files that the snapshot lists, if it is the one that head.json names.
    fn listed(&self, snapshot: &[u8], hash: Digest) -> Vec<String> {
        let named = self.head.as_ref().is_some_and(|head| head.snapshot_hash == hash);
        let snapshot = Snapshot::read_unverified(snapshot).ok().filter(|_| named);
        let files = snapshot.map(|snapshot| snapshot.files).unwrap_or_default();
        files.into_iter().map(|file| file.path).collect()
    }

    fn find(&self, path: &str) -> Result<&File, SourceError> {
        match self.files.get(path) {
            None => Err(SourceError::new("there is no such file")),
            Some(File::Absent(reason)) => Err(SourceError::new(reason)),
            Some(file) => Ok(file),
        }
    }

    fn bytes(&self, path: &str) -> Result<&[u8], SourceError> {
        match self.find(path)? {
            File::Kept(bytes, _) => Ok(bytes),
            _ => Err(SourceError::new("a page, of which only the hash is known")),
        }
    }
}

impl Source for Gathered {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        at_most(self.bytes(path)?, most)
    }

    fn hash(&self, path: &str, _listed: Digest) -> Result<(u64, Digest), SourceError> {
        match self.find(path)? {
            File::Kept(bytes, hash) => Ok((bytes.len() as u64, *hash)),
            File::Dropped(length, hash) => Ok((*length, *hash)),
            File::Absent(reason) => Err(SourceError::new(reason)),
        }
    }

    fn read_part(
        &self,
        path: &str,
        _hash: Digest,
        part: Range<u64>,
    ) -> Result<Vec<u8>, SourceError> {
        part_of(self.bytes(path)?, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        self.paths.clone().map(Ok)
    }
}
