//! What lies where in a folder that `countersign init` made.

use std::path::{Path, PathBuf};

use record::note::{KeyName, SigningKey};
use store::files;

use crate::exit::Stop;

/// A folder that `countersign init` made.
pub(crate) struct Places(PathBuf);

impl Places {
    pub(crate) fn new(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// The log and its texts.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("log.db")
    }

    /// What everyone else is to trust.
    pub(crate) fn policy(&self) -> PathBuf {
        self.0.join("policy.txt")
    }

    /// What the public may read.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.0.join("bundle")
    }

    /// Secret keys, each readable by its owner only.
    pub(crate) fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    fn secret(&self, name: &str) -> PathBuf {
        self.keys().join(name)
    }

    /// Writes a secret of 32 bytes that was not there before.
    pub(crate) fn write_secret(&self, name: &str, secret: &[u8; 32]) -> Result<(), Stop> {
        files::write_secret(&self.secret(name), secret).map_err(Stop::input)
    }

    /// A secret of 32 bytes; `None` when there is none of this name.
    pub(crate) fn read_secret(&self, name: &str) -> Result<Option<[u8; 32]>, Stop> {
        let path = self.secret(name);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read_secret(&path).map_err(Stop::input)?;
        let found = bytes.len();
        let secret = <[u8; 32]>::try_from(bytes);
        secret
            .map(Some)
            .map_err(|_| Stop::file(&path, format_args!("expected 32 bytes, found {found}")))
    }

    /// The log's or the publisher's key.
    pub(crate) fn ed25519(&self, file: &str, name: &str) -> Result<SigningKey, Stop> {
        let path = self.secret(file);
        let seed = self.read_secret(file)?.ok_or_else(|| Stop::file(&path, "no such key"))?;
        let name: KeyName = name.parse().map_err(Stop::input)?;
        SigningKey::ed25519(name, &seed).map_err(|e| Stop::file(&path, e))
    }
}
