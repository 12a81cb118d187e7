//! Where the published files come from.

use std::ops::Range;

use record::Digest;

/// A bundle to be checked: a folder, an address, an archive. Files are asked for one by one and in
/// parts, so that a bundle of any size fits in the memory that its figures need.
pub trait Source: Sync {
    /// The bytes of a file that is not larger than `most` bytes.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is larger.
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError>;

    /// Length and SHA-256 of a file, which should be `listed`. A source that is read again, because
    /// the bundle moved on meanwhile, may answer for what it read before.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn hash(&self, path: &str, listed: Digest) -> Result<(u64, Digest), SourceError>;

    /// A part of a file that was found to have this hash. What is read differently than it was
    /// hashed makes no verdict better: whatever a verdict rests on is checked where it is read.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is shorter.
    fn read_part(&self, path: &str, hash: Digest, part: Range<u64>)
    -> Result<Vec<u8>, SourceError>;

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

impl SourceError {
    /// In the words of whoever could not give the bytes.
    #[allow(clippy::needless_pass_by_value, reason = "an error ends where it is told")]
    #[must_use]
    pub fn new(problem: impl ToString) -> Self {
        Self { problem: problem.to_string() }
    }
}

/// [`Source::read`] of bytes that are all there.
///
/// # Errors
/// When there are more than `most`.
pub fn at_most(bytes: &[u8], most: u64) -> Result<Vec<u8>, SourceError> {
    match bytes.len() as u64 > most {
        true => Err(SourceError::new(format_args!("expected at most {most} bytes, found more"))),
        false => Ok(bytes.to_vec()),
    }
}

/// [`Source::read_part`] of bytes that are all there.
///
/// # Errors
/// When they end before the part does.
pub fn part_of(bytes: &[u8], part: Range<u64>) -> Result<Vec<u8>, SourceError> {
    let [start, end] = [part.start, part.end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
    let found = bytes.len();
    let short = || SourceError::new(format_args!("expected at least {end} bytes, found {found}"));
    bytes.get(start..end).map(<[u8]>::to_vec).ok_or_else(short)
}
