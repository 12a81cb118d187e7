//! Reading a bundle from a folder, as the verifier does. The folder is not trusted: what is not a
//! plain file with a plain name is refused, and no link is followed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

use super::{BadPath, FilePath};

/// How much of a file is held at once.
const PIECE: usize = 1 << 16;

/// A folder to read from. Only what lies in it is reachable.
///
/// It is not a snapshot: while a [`BundleWriter`](super::BundleWriter) publishes into it, two reads
/// may belong to two bundles.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    root: File,
}

/// Why a folder could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// A name that no bundle may hold.
    #[error(transparent)]
    Path(#[from] BadPath),
    /// There is nothing under this name.
    #[error("{}: there is no such file", path.display())]
    Missing {
        /// The file or folder.
        path: PathBuf,
    },
    /// A link, a folder, a pipe or a device where a file was expected.
    #[error("{}: expected a plain file, reached without links", path.display())]
    NotAFile {
        /// The place.
        path: PathBuf,
    },
    /// A file that is larger than it may be.
    #[error("{}: expected at most {most} bytes, found more", path.display())]
    Larger {
        /// The file.
        path: PathBuf,
        /// How many bytes it may have.
        most: u64,
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

/// Reads a whole folder: each file's path and bytes, sorted by path.
///
/// # Errors
/// As [`Folder::list`] and [`Folder::read`].
pub fn read_folder(path: &Path) -> Result<Vec<(String, Vec<u8>)>, FolderError> {
    let folder = Folder::open(path)?;
    let files = folder.list()?;
    files.into_iter().map(|file| Ok((file.as_str().to_owned(), folder.read_file(&file)?))).collect()
}

impl Folder {
    /// Opens a folder. The path to it may lead over links; nothing below it may.
    ///
    /// # Errors
    /// [`FolderError::Missing`], or [`FolderError::File`] when it is not a folder.
    pub fn open(path: &Path) -> Result<Folder, FolderError> {
        let root = File::open(path).map_err(|error| os_error(path, &error))?;
        let kind = root.metadata().map_err(|error| os_error(path, &error))?;
        if !kind.is_dir() {
            let kind = io::ErrorKind::NotADirectory;
            return Err(FolderError::File { path: path.to_owned(), kind });
        }
        Ok(Folder { path: path.to_owned(), root })
    }

    /// Reads one file.
    ///
    /// # Errors
    /// [`FolderError::Missing`] when there is none, [`FolderError::NotAFile`] when a link or anything
    /// else than a plain file stands in its place or on the way.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, FolderError> {
        self.read_file(&FilePath::parse(path)?)
    }

    /// Reads one file that is not larger than `most` bytes.
    ///
    /// # Errors
    /// As [`Folder::read`]; [`FolderError::Larger`] when it is.
    pub fn read_small(&self, path: &str, most: u64) -> Result<Vec<u8>, FolderError> {
        let path = FilePath::parse(path)?;
        let place = path.under(&self.path);
        let mut bytes = Vec::new();
        // One more than allowed tells that there are more; how many does not matter.
        let mut file = self.open_file(&path)?.take(most.saturating_add(1));
        file.read_to_end(&mut bytes).map_err(|error| os_error(&place, &error))?;
        match bytes.len() as u64 > most {
            true => Err(FolderError::Larger { path: place, most }),
            false => Ok(bytes),
        }
    }

    /// Reads one file piece by piece, whatever its size.
    ///
    /// # Errors
    /// As [`Folder::read`].
    pub fn read_pieces(&self, path: &str, mut take: impl FnMut(&[u8])) -> Result<(), FolderError> {
        let path = FilePath::parse(path)?;
        let place = path.under(&self.path);
        let mut file = self.open_file(&path)?;
        let mut piece = vec![0; PIECE];
        loop {
            let count = file.read(&mut piece).map_err(|error| os_error(&place, &error))?;
            match piece.get(..count) {
                None | Some([]) => return Ok(()),
                Some(read) => take(read),
            }
        }
    }

    /// Opens one file, to read parts of it.
    ///
    /// # Errors
    /// As [`Folder::read`].
    pub fn open_parts(&self, path: &str) -> Result<Parts, FolderError> {
        let path = FilePath::parse(path)?;
        Ok(Parts { file: self.open_file(&path)?, place: path.under(&self.path) })
    }

    /// Every file below the folder, sorted.
    ///
    /// # Errors
    /// The first thing that a bundle cannot hold: [`FolderError::NotAFile`] for a link or a device,
    /// [`FolderError::Path`] for a name.
    pub fn list(&self) -> Result<Vec<FilePath>, FolderError> {
        let mut files = Vec::new();
        list_into(&mut files, &self.path, "")?;
        files.sort_unstable();
        Ok(files)
    }

    fn read_file(&self, path: &FilePath) -> Result<Vec<u8>, FolderError> {
        let mut bytes = Vec::new();
        let read = self.open_file(path)?.read_to_end(&mut bytes);
        read.map_err(|error| os_error(&path.under(&self.path), &error))?;
        Ok(bytes)
    }

    fn open_file(&self, path: &FilePath) -> Result<File, FolderError> {
        let place = || path.under(&self.path);
        let file = self.open_below(path).map_err(|errno| match errno {
            Errno::LOOP | Errno::NOTDIR => FolderError::NotAFile { path: place() },
            errno => os_error(&place(), &errno.into()),
        })?;
        match file.metadata().map_err(|error| os_error(&place(), &error))?.is_file() {
            true => Ok(file),
            false => Err(FolderError::NotAFile { path: place() }),
        }
    }

    /// Goes down segment by segment and refuses a link at each, also one that appears meanwhile.
    /// `NONBLOCK`: a pipe must not keep the reader waiting.
    fn open_below(&self, path: &FilePath) -> Result<File, Errno> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut place = openat(&self.root, ".", flags | OFlags::DIRECTORY, Mode::empty())?;
        for segment in path.as_str().split('/') {
            place = openat(&place, segment, flags, Mode::empty())?;
        }
        Ok(File::from(place))
    }
}

/// An open file that is read in parts.
#[derive(Debug)]
pub struct Parts {
    file: File,
    place: PathBuf,
}

impl Parts {
    /// Reads a part.
    ///
    /// # Errors
    /// [`FolderError::File`] when the file ends before the part does, or cannot be read.
    pub fn read(&self, part: Range<u64>) -> Result<Vec<u8>, FolderError> {
        let failed = |error| os_error(&self.place, &error);
        let length = part.end.saturating_sub(part.start);
        // Whoever asks for more than there is gets no memory for it.
        if part.end > self.file.metadata().map_err(failed)?.len() {
            return Err(failed(io::ErrorKind::UnexpectedEof.into()));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, part.start).map_err(failed)?;
        Ok(bytes)
    }
}

fn list_into(files: &mut Vec<FilePath>, folder: &Path, prefix: &str) -> Result<(), FolderError> {
    for entry in fs::read_dir(folder).map_err(|error| os_error(folder, &error))? {
        let entry = entry.map_err(|error| os_error(folder, &error))?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(|error| os_error(&entry.path(), &error))?;
        let file = FilePath::parse(&path)?;
        if kind.is_dir() {
            list_into(files, &entry.path(), &format!("{path}/"))?;
        } else if kind.is_file() {
            files.push(file);
        } else {
            return Err(FolderError::NotAFile { path: entry.path() });
        }
    }
    Ok(())
}

fn os_error(path: &Path, error: &io::Error) -> FolderError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => FolderError::Missing { path },
        kind => FolderError::File { path, kind },
    }
}
