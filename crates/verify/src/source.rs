//! Where the published files come from.

/// A bundle to be checked: a folder, an address, an archive.
pub trait Source: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError>;

    /// Every path there is, where that can be known. An address cannot tell; a folder can, and
    /// then a file that nobody signed for is a failure.
    fn list(&self) -> Option<Vec<String>>;
}

/// Why a file has no bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SourceError {
    /// In plain words.
    pub problem: String,
}
