//! A temporary folder for what was fetched and is read again: on the disk, for a country's records
//! are more than a memory should hold.

use std::{
    collections::HashSet,
    ops::Range,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use record::Digest;
use store::{
    bundle::{Folder, FolderError},
    files::{self, FileError},
};

/// Files by their hash. The folder is removed when nobody needs it any more.
pub(super) struct Spool {
    dir: PathBuf,
    folder: Folder,
    kept: Mutex<HashSet<Digest>>,
}

impl Spool {
    pub(super) fn new() -> Result<Self, String> {
        let dir = files::temporary_dir("countersign-verify").map_err(|e| e.to_string())?;
        let folder = Folder::open(&dir).map_err(|e| e.to_string())?;
        Ok(Self { dir, folder, kept: Mutex::default() })
    }

    pub(super) fn keep(&self, hash: Digest, bytes: &[u8]) -> Result<(), FileError> {
        if !self.kept().contains(&hash) {
            files::write_scratch(&self.dir.join(hash.to_string()), bytes)?;
            self.kept().insert(hash);
        }
        Ok(())
    }

    /// A part of the file with this hash; `None` if it was not kept.
    pub(super) fn read_part(
        &self,
        hash: Digest,
        part: Range<u64>,
    ) -> Option<Result<Vec<u8>, FolderError>> {
        let is_kept = self.kept().contains(&hash);
        is_kept.then(|| self.folder.open_parts(&hash.to_string())?.read(part))
    }

    fn kept(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spool {
    /// What cannot be removed now, the system removes with its other temporary files.
    fn drop(&mut self) {
        let _ = files::remove_dir(&self.dir);
    }
}
