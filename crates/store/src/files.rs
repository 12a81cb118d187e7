//! Single files: read with an error that names them, written whole or not at all.

#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why a file could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("{}: there is no such file", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A key is there already, and a key is never overwritten.
    #[error("{}: exists already, and a key is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A secret that others than its owner may read or change.
    #[error("{}: expected a secret with mode 600, found mode {found:03o}", path.display())]
    NotSecret {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        found: u32,
    },
    /// The file is not text.
    #[error("{}: expected UTF-8 text, found another byte at {valid}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// How many bytes from the start are text.
        valid: usize,
    },
    /// The operating system refused.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file or folder that failed.
        path: PathBuf,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

/// Reads a file.
///
/// # Errors
/// [`FileError::Missing`], or what the operating system says.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    at(path, fs::read(path))
}

/// Reads a text file.
///
/// # Errors
/// As [`read`], and [`FileError::NotText`].
pub fn read_text(path: &Path) -> Result<String, FileError> {
    String::from_utf8(read(path)?).map_err(|error| FileError::NotText {
        path: path.to_owned(),
        valid: error.utf8_error().valid_up_to(),
    })
}

/// Makes a folder, and those above it, where they are not there yet.
///
/// # Errors
/// What the operating system says.
pub fn create_dir(path: &Path) -> Result<(), FileError> {
    at(path, fs::create_dir_all(path))
}

/// Makes a new, empty folder among the system's temporary ones.
///
/// # Errors
/// What the operating system says.
pub fn temporary_dir(name: &str) -> Result<PathBuf, FileError> {
    let wanted = |n: u32| std::env::temp_dir().join(format!("{name}-{}-{n}", std::process::id()));
    let path = (0..).map(wanted).find(|path| !path.exists()).unwrap_or_else(|| wanted(0));
    at(&path, fs::create_dir(&path))?;
    Ok(path)
}

/// Removes a folder and all that is in it; one that is not there is no error.
///
/// # Errors
/// What the operating system says.
pub fn remove_dir(path: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => at(path, result),
    }
}

/// A file that grows at its end, durably.
#[derive(Debug)]
pub struct Appender {
    path: PathBuf,
    file: File,
}

impl Appender {
    /// Opens a file, and makes it where it is not there yet.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let file = at(path, OpenOptions::new().append(true).create(true).open(path))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Writes and waits until the disk says that it has the bytes: one fsync.
    ///
    /// # Errors
    /// What the operating system says; the file may then end with a part of the bytes.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        at(&self.path, self.file.write_all(bytes).and_then(|()| self.file.sync_all()))
    }
}

/// Writes a file that replaces what was there: after a crash there is the old one or the new one.
///
/// # Errors
/// What the operating system says; the old file is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let draft = write_draft(path, bytes, 0o666)?;
    // Dying before this line leaves a draft, which the next call throws away.
    at(path, fs::rename(&draft, path))?;
    at(parent(path), sync_folder(parent(path)))
}

/// Writes a file that nobody needs after this program ends: it need not survive a crash.
///
/// # Errors
/// What the operating system says; the file may then hold a part of the bytes.
pub fn write_scratch(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    at(path, fs::write(path, bytes))
}

/// Writes a new secret, such as a signing key, that its owner alone can read.
///
/// # Errors
/// [`FileError::Exists`] when there is anything at `path`: to lose a key is to lose what it signs.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let draft = write_draft(path, bytes, 0o600)?;
    // A link, unlike a rename, never takes the place of a file. Dying before this line leaves a
    // draft, which the next call throws away; dying after it, the key under a second name too.
    let linked = at(path, fs::hard_link(&draft, path));
    at(&draft, fs::remove_file(&draft))?;
    linked?;
    at(parent(path), sync_folder(parent(path)))
}

/// Reads a secret, and refuses one that others could have read or changed.
///
/// # Errors
/// [`FileError::NotSecret`] with its mode; otherwise as [`read`].
pub fn read_secret(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut file = at(path, File::open(path))?;
    // Asked of the open file, so that what is checked is what is read.
    let found = at(path, file.metadata())?.mode() & 0o777;
    if found & 0o077 != 0 {
        return Err(FileError::NotSecret { path: path.to_owned(), found });
    }
    let mut bytes = Vec::new();
    at(path, file.read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// Writes and syncs a new file beside `path`, in the place of one that a crash may have left.
fn write_draft(path: &Path, bytes: &[u8], mode: u32) -> Result<PathBuf, FileError> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    let draft = PathBuf::from(draft);
    match fs::remove_file(&draft) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        result => at(&draft, result)?,
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft);
    let written = file.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    at(&draft, written)?;
    Ok(draft)
}

/// A new name is there after a loss of power only once its folder is synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder that holds `path`; the working folder for a bare name.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Names the file beside what the operating system said about it.
fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, FileError> {
    let path = || path.to_owned();
    result.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing { path: path() },
        io::ErrorKind::AlreadyExists => FileError::Exists { path: path() },
        kind => FileError::File { path: path(), kind },
    })
}
