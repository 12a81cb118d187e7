//! What the benches share: the election, the threads, and a folder that goes away afterwards.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread::available_parallelism,
};

use formats::NightEntry;
use rehearsal::Rehearsal;
use store::files;
use tally::Rulebook;

use crate::{
    exit::Stop,
    folder::{self, Folder},
    init,
    places::Places,
    replay::Target,
};

/// What is measured, and on how many threads.
pub(super) struct Setting {
    folder: PathBuf,
    /// How many stations a country has that is made up.
    pub(super) stations: NonZeroUsize,
    /// As many as there are cores, for a number and for its floor.
    pub(super) threads: NonZeroUsize,
}

impl Setting {
    pub(super) fn new(folder: &Path, stations: NonZeroUsize) -> Self {
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { folder: folder.to_owned(), stations, threads }
    }

    pub(super) fn election(&self) -> Result<Folder, Stop> {
        Folder::read(&self.folder)
    }

    /// Everything that came in on the recorded night.
    pub(super) fn night(&self) -> Result<Vec<NightEntry>, Stop> {
        Ok(folder::night(&self.folder)?.entries().to_vec())
    }

    /// Keys, log and policy of a rehearsal, in a folder of its own.
    pub(super) fn rehearsal(&self) -> Result<Scratch, Stop> {
        let scratch = Scratch::new()?;
        init::make(&scratch.0, &self.election()?, init::Choices::rehearsal())?;
        Ok(scratch)
    }
}

/// A temporary folder, which is removed when nobody needs it any more.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, Stop> {
        files::temporary_dir("countersign-bench").map(Self).map_err(Stop::input)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Who signs here, once the rulebook is known.
    pub(super) fn target(&self, rulebook: &Arc<Rulebook>) -> Result<Target, Stop> {
        let seed = Places::new(&self.0).read_secret("rehearsal")?;
        let seed = seed.ok_or_else(|| Stop::failed("a rehearsal has a seed"))?;
        Ok(Target { rulebook: Arc::clone(rulebook), rehearsal: Rehearsal { seed } })
    }
}

impl Drop for Scratch {
    /// What cannot be removed now, the system removes with its other temporary files.
    fn drop(&mut self) {
        let _ = files::remove_dir(&self.0);
    }
}
