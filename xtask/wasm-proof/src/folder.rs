//! A bundle in memory, as the native verifier reads it.

use std::{collections::BTreeMap, fs, ops::Range, path::Path};

use record::Digest;
use verify::{Source, SourceError, at_most, part_of};

/// Files by path.
#[derive(Clone, Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

impl Files {
    fn find(&self, path: &str) -> Result<&[u8], SourceError> {
        self.0.get(path).map(Vec::as_slice).ok_or_else(|| SourceError::new(ABSENT))
    }
}

/// What is missing is missing in the same words on either side.
pub(crate) const ABSENT: &str = "there is no such file";

impl Source for Files {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        at_most(self.find(path)?, most)
    }

    fn hash(&self, path: &str, _: Digest) -> Result<(u64, Digest), SourceError> {
        self.find(path).map(|bytes| (bytes.len() as u64, Digest::of(bytes)))
    }

    fn read_part(&self, path: &str, _: Digest, part: Range<u64>) -> Result<Vec<u8>, SourceError> {
        part_of(self.find(path)?, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        Some(Ok(self.0.keys().cloned().collect()))
    }
}

/// A published night.
pub(crate) struct Night {
    pub(crate) name: String,
    pub(crate) policy: String,
    pub(crate) files: Files,
}

impl Night {
    /// Reads `bundle/` and `policy.txt`.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let policy = fs::read_to_string(folder.join("policy.txt")).map_err(at(folder))?;
        let mut files = Files::default();
        let bundle = folder.join("bundle");
        let mut open = vec![bundle.clone()];
        while let Some(place) = open.pop() {
            for entry in fs::read_dir(&place).map_err(at(&place))? {
                let path = entry.map_err(at(&place))?.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    files.0.insert(name(&bundle, &path)?, fs::read(&path).map_err(at(&path))?);
                }
            }
        }
        Ok(Self { name: folder.display().to_string(), policy, files })
    }
}

/// A file's path in the bundle, with `/`.
fn name(bundle: &Path, path: &Path) -> Result<String, String> {
    let inside = path.strip_prefix(bundle).map_err(|error| error.to_string())?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| format!("{}: no name", path.display()))
}

/// An error with the place it happened at.
pub(crate) fn at<E: ToString>(path: &Path) -> impl Fn(E) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {}", error.to_string())
}
