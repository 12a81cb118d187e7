//! Where the published files come from.

use record::Digest;

/// A bundle to be checked: a folder, an address, an archive.
pub trait Source: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError>;

    /// The bytes of a file that should have this hash. A source that is read again, because the
    /// bundle moved on meanwhile, may give what it read before; what it gives is hashed here.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn read_listed(&self, path: &str, _hash: Digest) -> Result<Vec<u8>, SourceError> {
        self.read(path)
    }

    /// Every path there is; `None` where that cannot be known. An address cannot tell; a folder
    /// can, and then a file that nobody signed for is a failure, and so is a folder that holds
    /// what no bundle may hold: one hidden file must not hide others.
    fn list(&self) -> Option<Result<Vec<String>, SourceError>>;
}

/// Why a file has no bytes, or a folder no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SourceError {
    /// In plain words.
    pub problem: String,
}
