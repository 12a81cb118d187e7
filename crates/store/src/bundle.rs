//! The published folder. A reader who opens it finds the old bundle or the new one, whole, at every
//! moment and after every crash.
//!
//! ```text
//! DIR/bundle        what the world sees
//! DIR/bundle.next   its twin, where the next bundle is made; nobody else looks there
//! DIR/bundle.old    only while two renames stand in for an exchange
//! ```
//!
//! The twin holds the same files as hard links, so a publication costs what changed, not what the
//! bundle holds: write the changes into the twin, flush, exchange the two names, and bring the other
//! one up to date. A file is never written in place, for its bytes are visible under both names.

mod folder;
mod path;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::files::{parent, sync_folder};

pub use folder::{Folder, FolderError, Parts, read_folder};
pub use path::{BadPath, FilePath};

/// The one writer of a published folder.
#[derive(Debug)]
pub struct BundleWriter {
    live: PathBuf,
    twin: PathBuf,
    old: PathBuf,
    state: Twin,
}

/// What the twin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Twin {
    /// The same files as the live folder.
    Current,
    /// Anything at all: after a start, a crash or an error.
    Unknown,
}

/// What a publication did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Files written, new or replaced.
    pub written: usize,
    /// Bytes in them.
    pub bytes: u64,
    /// Files that were there and are no longer.
    pub removed: usize,
}

/// Why it cannot be said that it was published. A whole bundle is live, the old one or the new one;
/// [`BundleWriter::open`] sets right whatever else there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// A name that no bundle may hold.
    #[error(transparent)]
    Path(#[from] BadPath),
    /// The operating system refused.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file or folder that failed.
        path: PathBuf,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

impl BundleWriter {
    /// Takes charge of the published folder `dir`, and makes it if there is none. Whatever a crash
    /// left behind is set right here, by the same steps as in normal work.
    ///
    /// # Errors
    /// [`BundleError::File`] names the file or folder that could not be made, linked or removed.
    pub fn open(dir: &Path) -> Result<BundleWriter, BundleError> {
        let mut writer = BundleWriter {
            live: dir.to_owned(),
            twin: beside(dir, ".next"),
            old: beside(dir, ".old"),
            state: Twin::Unknown,
        };
        // A crash between the two renames of `rename_twice`: the old bundle is whole, under a name
        // of ours. It goes back; what was being published will be published again.
        if !writer.live.exists() && writer.old.exists() {
            at(&writer.live, fs::rename(&writer.old, &writer.live))?;
        }
        at(&writer.live, fs::create_dir_all(&writer.live))?;
        writer.make_twin()?;
        Ok(writer)
    }

    /// Publishes: the files of `removed` go, those of `changes` are written, the others stay. The
    /// paths are relative, as [`FilePath`] allows them; a path in both is written.
    ///
    /// # Errors
    /// [`BundleError::Path`] before anything is touched; [`BundleError::File`] when a file could not
    /// be written or synced, such as on a full disk. What is live is then whole, the old bundle or
    /// the new one, and the next call starts from there.
    pub fn publish(
        &mut self,
        changes: &[(String, Vec<u8>)],
        removed: &[String],
    ) -> Result<Published, BundleError> {
        let changes = changes
            .iter()
            .map(|(path, bytes)| Ok((FilePath::parse(path)?, bytes.as_slice())))
            .collect::<Result<Vec<_>, BadPath>>()?;
        let removed =
            removed.iter().map(|path| FilePath::parse(path)).collect::<Result<Vec<_>, _>>()?;
        // Dying before the swap: the live folder is untouched, and `open` throws the twin away.
        self.make_twin()?;
        self.state = Twin::Unknown;
        let published = apply(&self.twin, &changes, &removed)?;
        at(&self.twin, flush(&self.twin))?;
        // Dying in the swap: see `swap`. Dying after it: the new bundle is live, `open` throws the
        // twin away, which is the old one.
        self.swap()?;
        if catch_up(&self.live, &self.twin, &changes, &removed).is_ok() {
            self.state = Twin::Current;
        }
        Ok(published)
    }

    /// Makes the twin afresh from the live folder, unless it is known to be the same.
    fn make_twin(&mut self) -> Result<(), BundleError> {
        if self.state == Twin::Current {
            return Ok(());
        }
        at(&self.old, remove_tree(&self.old))?;
        at(&self.twin, remove_tree(&self.twin))?;
        link_tree(&self.live, &self.twin)?;
        self.state = Twin::Current;
        Ok(())
    }

    /// Exchanges the two names in one step (`RENAME_EXCHANGE`): at no moment is there no bundle.
    fn swap(&self) -> Result<(), BundleError> {
        match renameat_with(CWD, &self.twin, CWD, &self.live, RenameFlags::EXCHANGE) {
            // Some file systems, such as NFS, cannot exchange.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.rename_twice()?,
            result => at(&self.live, result.map_err(io::Error::from))?,
        }
        at(parent(&self.live), sync_folder(parent(&self.live)))
    }

    /// The next best: for a moment there is no folder, and a reader finds nothing, but never half a
    /// bundle. Dying in that moment leaves the old bundle whole as `.old`, and `open` puts it back.
    fn rename_twice(&self) -> Result<(), BundleError> {
        at(&self.old, fs::rename(&self.live, &self.old))?;
        if let Err(error) = fs::rename(&self.twin, &self.live) {
            // The old bundle goes back, or the next try would take its only copy for a leftover.
            at(&self.live, fs::rename(&self.old, &self.live))?;
            return at(&self.live, Err(error));
        }
        at(&self.twin, fs::rename(&self.old, &self.twin))
    }
}

/// Writes the changes into the folder `root`, which nobody reads.
fn apply(
    root: &Path,
    changes: &[(FilePath, &[u8])],
    removed: &[FilePath],
) -> Result<Published, BundleError> {
    let mut published = Published { written: 0, bytes: 0, removed: 0 };
    for path in removed {
        published.removed += usize::from(remove(root, path)? == Removed::File);
    }
    for (path, bytes) in changes {
        write(root, path, bytes)?;
        published.written += 1;
        published.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }
    Ok(published)
}

/// After the swap: gives the twin what the live folder has got.
fn catch_up(
    live: &Path,
    twin: &Path,
    changes: &[(FilePath, &[u8])],
    removed: &[FilePath],
) -> Result<(), BundleError> {
    for path in removed {
        remove(twin, path)?;
    }
    for (path, _) in changes {
        let file = place(twin, path)?;
        at(&file, fs::hard_link(path.under(live), &file))?;
    }
    Ok(())
}

/// Whether there was anything to remove.
#[derive(PartialEq, Eq)]
enum Removed {
    File,
    Nothing,
}

/// Removes a file, and the folders that it leaves empty.
fn remove(root: &Path, path: &FilePath) -> Result<Removed, BundleError> {
    let file = path.under(root);
    match fs::remove_file(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Removed::Nothing),
        result => at(&file, result)?,
    }
    let folders = file.ancestors().skip(1).take_while(|folder| *folder != root);
    // The first folder that still holds something refuses, and ends it.
    let _ = folders.map(fs::remove_dir).find(Result::is_err);
    Ok(Removed::File)
}

/// Writes a new file, never into an old one: the live folder may hold the same inode.
fn write(root: &Path, path: &FilePath, bytes: &[u8]) -> Result<(), BundleError> {
    let file = place(root, path)?;
    let opened = OpenOptions::new().write(true).create_new(true).open(&file);
    at(&file, opened.and_then(|mut file| file.write_all(bytes)))
}

/// Makes a place for a file: its folders are there, and it is not.
fn place(root: &Path, path: &FilePath) -> Result<PathBuf, BundleError> {
    let file = path.under(root);
    let folder = parent(&file);
    at(folder, fs::create_dir_all(folder))?;
    match fs::remove_file(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        result => at(&file, result)?,
    }
    Ok(file)
}

/// Makes `to` a tree of the same folders, with the files of `from` as hard links.
fn link_tree(from: &Path, to: &Path) -> Result<(), BundleError> {
    at(to, fs::create_dir(to))?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        let target = to.join(entry.file_name());
        if at(&target, entry.file_type())?.is_dir() {
            link_tree(&entry.path(), &target)?;
        } else {
            at(&target, fs::hard_link(entry.path(), &target))?;
        }
    }
    Ok(())
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes everything under `folder` durable before it is shown: one call for the file system instead
/// of one fsync for each of some hundred files. Without it, a loss of power could leave the new names
/// with empty files under them.
#[cfg(target_os = "linux")]
fn flush(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// As on Linux, for all file systems at once.
#[cfg(not(target_os = "linux"))]
fn flush(_folder: &Path) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

fn beside(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(dir.file_name().unwrap_or_default());
    name.push(suffix);
    dir.with_file_name(name)
}

/// Names the file beside what the operating system said about it.
fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, BundleError> {
    result.map_err(|error| BundleError::File { path: path.to_owned(), kind: error.kind() })
}
