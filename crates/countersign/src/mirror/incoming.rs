//! A bundle on its way here: only what is not kept already is fetched.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::client::FetchError;
use publish::{Head, Snapshot};
use record::Digest;
use store::{
    bundle::{BundleWriter, Folder},
    files,
};
use tlog::{AddCheckpoint, Checkpoint, read_log};
use verify::{Source, SourceError, part_of};

use super::{claimed, head_of};
use crate::{
    exit::Stop,
    sources::{Address, MAX_FILE, Place, hash_file},
};

/// The bundle of an address beside the one that is kept.
pub(super) struct Incoming {
    address: Address,
    /// The head of the edition that is kept.
    held: Option<Vec<u8>>,
    folder: Folder,
    /// What is kept, by path.
    kept: BTreeMap<String, Digest>,
    /// What was fetched.
    fetched: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Incoming {
    pub(super) fn open(url: &str, bundle: &Path) -> Result<Self, Stop> {
        files::create_dir(bundle).map_err(Stop::input)?;
        let folder = Folder::open(bundle).map_err(Stop::input)?;
        let held = head_of(bundle);
        let kept = held.as_deref().and_then(Head::parse).and_then(|head| {
            let snapshot = folder.read(&head.snapshot).ok()?;
            let snapshot = Snapshot::read_unverified(&snapshot).ok()?;
            Some(snapshot.files.into_iter().map(|file| (file.path, file.hash)).collect())
        });
        Ok(Self {
            address: Address::open(url)?,
            held,
            folder,
            kept: kept.unwrap_or_default(),
            fetched: Mutex::default(),
        })
    }

    /// Is the edition at the address the one that is kept?
    pub(super) fn is_held(&self) -> bool {
        self.held.is_some() && self.held == self.read("head.json", MAX_FILE).ok()
    }

    fn fetched(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file of the edition that was verified, from wherever it is.
    fn get(&self, path: &str) -> Option<Vec<u8>> {
        let fetched = self.fetched().get(path).cloned();
        fetched.or_else(|| self.folder.read(path).ok())
    }

    /// The checkpoint, and the request to cosign it after the one that was cosigned last.
    pub(super) fn request(&self, last: Option<&[u8]>) -> Result<(Checkpoint, AddCheckpoint), Stop> {
        let note =
            self.get("checkpoint").ok_or_else(|| Stop::failed("checkpoint: no such file"))?;
        let checkpoint = claimed(&note)?;
        let log = read_log(checkpoint.size, |tile| self.get(&tile.to_string()));
        let tree = log.map_err(Stop::failed)?.tree;
        let old = last.map(claimed).transpose()?.map_or(0, |last| last.size);
        let proof = tree.consistency_proof(old, checkpoint.size).map_err(Stop::failed)?;
        Ok((checkpoint, AddCheckpoint::new(old, proof, &note).map_err(Stop::failed)?))
    }

    /// Puts the edition that was verified in the place of the one that is kept, as a whole.
    pub(super) fn keep(self, bundle: &Path) -> Result<(), Stop> {
        let mut fetched = std::mem::take(&mut *self.fetched());
        let missing = || Stop::failed("head.json: a snapshot was expected, found none");
        let head = fetched.get("head.json").and_then(|head| Head::parse(head));
        let head = head.ok_or_else(missing)?;
        let snapshot = fetched.get(&head.snapshot).ok_or_else(missing)?;
        let snapshot = Snapshot::read_unverified(snapshot).map_err(Stop::failed)?;
        let mut listed: BTreeSet<String> =
            snapshot.files.into_iter().map(|file| file.path).collect();
        listed.extend(["head.json".to_owned(), head.snapshot.clone()]);
        fetched.retain(|path, _| listed.contains(path));
        let mut writer = BundleWriter::open(bundle).map_err(Stop::failed)?;
        let there = self.folder.list().map_err(Stop::failed)?;
        let there = there.iter().map(|path| path.as_str().to_owned());
        let removed: Vec<String> = there.filter(|path| !listed.contains(path)).collect();
        let changes: Vec<(String, Vec<u8>)> = fetched.into_iter().collect();
        writer.publish(&changes, &removed).map_err(Stop::failed)?;
        Ok(())
    }
}

impl Source for Incoming {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        let bytes = self.address.fetch(path, most)?;
        self.fetched().insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn hash(&self, path: &str, listed: Digest) -> Result<(u64, Digest), SourceError> {
        if self.kept.get(path) == Some(&listed)
            && let Ok(hashed) = hash_file(&self.folder, path)
            && hashed.1 == listed
        {
            return Ok(hashed);
        }
        let bytes = self.read(path, MAX_FILE)?;
        Ok((bytes.len() as u64, Digest::of(&bytes)))
    }

    fn read_part(&self, path: &str, _: Digest, part: Range<u64>) -> Result<Vec<u8>, SourceError> {
        if let Some(bytes) = self.fetched().get(path) {
            return part_of(bytes, part);
        }
        let file = self.folder.open_parts(path).map_err(SourceError::new)?;
        file.read(part).map_err(SourceError::new)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        None
    }
}

impl Place for &Incoming {
    type Source = Incoming;

    fn source(&self) -> &Incoming {
        self
    }

    fn lost(&self) -> Option<FetchError> {
        (&self.address).lost()
    }
}
