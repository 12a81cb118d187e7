//! The names that a bundle may hold: few enough characters to be safe in a URL, in a shell and on
//! every file system, and no way out of the folder.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file's path within a bundle, such as `tile/0/x001/067.p/12`: segments of `A-Z a-z 0-9 . _ -`
/// with `/` between them. No segment is empty or begins with a dot, so there is no `..`, no hidden
/// file and no absolute path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(String);

/// A path that no bundle may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path:?}: expected a relative path of A-Z, a-z, 0-9, '.', '_' and '-' between '/', no part \
     empty, over {MAX_SEGMENT} bytes or beginning with a dot"
)]
pub struct BadPath {
    /// The path as it was given.
    pub path: String,
}

/// The longest name that common file systems take (`NAME_MAX` of ext4, XFS and APFS).
const MAX_SEGMENT: usize = 255;

impl FilePath {
    /// Takes a path as it stands in a bundle's own lists.
    ///
    /// # Errors
    /// [`BadPath`] with the path, whatever is wrong with it.
    pub fn parse(path: &str) -> Result<FilePath, BadPath> {
        if path.split('/').all(is_segment) {
            Ok(FilePath(path.to_owned()))
        } else {
            Err(BadPath { path: path.to_owned() })
        }
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file within the folder `root`.
    #[must_use]
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_segment(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=MAX_SEGMENT).contains(&segment.len())
        && !segment.starts_with('.')
        && segment.bytes().all(plain)
}
