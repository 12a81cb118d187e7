//! Where `verify` reads a bundle: a folder or an address, also while it is being published anew.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use http::client::{FetchError, Fetcher};
use record::Digest;
use store::bundle::Folder;
use verify::{Options, Report, Source, SourceError};

use crate::exit::Stop;

/// The largest file that is fetched from an address.
const MAX_FILE: u64 = 256 << 20;
/// How often a bundle is read again that was published anew while it was read. An address is read
/// again in a moment, for only what changed is fetched.
const ATTEMPTS: u32 = 5;

/// Verifies a bundle, again from the start when another edition came out meanwhile: files of two
/// editions never fit together, and that is nobody's fault.
pub(crate) fn until_still<S: Place>(
    open: impl Fn() -> Result<S, Stop>,
    options: &Options<'_>,
    progress: &dyn Fn(&str),
) -> Result<Report, Stop> {
    for _ in 0..ATTEMPTS {
        let place = open()?;
        let before = place.read_head();
        let report = verify::verify(place.source(), options, progress);
        if report.holds {
            return Ok(report);
        }
        if let Some(lost) = place.lost() {
            return Err(Stop::unchecked(lost));
        }
        if open()?.read_head() == before {
            return Ok(report);
        }
    }
    Err(Stop::unchecked(format_args!(
        "head.json: expected one edition while it was read, found another each of {ATTEMPTS} times: \
         copy the bundle and verify the copy"
    )))
}

/// A place that a bundle is read from.
pub(crate) trait Place {
    /// The bundle.
    type Source: Source;

    /// The bundle.
    fn source(&self) -> &Self::Source;

    /// A file that could not be asked for. What a server does not say is no failure of the bundle.
    fn lost(&self) -> Option<FetchError>;

    /// What says which edition it is.
    fn read_head(&self) -> Option<Vec<u8>> {
        self.source().read("head.json").ok()
    }
}

/// A bundle in a folder.
pub(crate) struct Disk(Folder);

impl Disk {
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        Folder::open(path).map(Self).map_err(Stop::input)
    }
}

impl Place for Disk {
    type Source = Self;

    fn source(&self) -> &Self {
        self
    }

    fn lost(&self) -> Option<FetchError> {
        None
    }
}

impl Source for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        self.0.read(path).map_err(|e| problem(&e))
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        let paths = self.0.list().map_err(|e| problem(&e));
        Some(paths.map(|paths| paths.iter().map(|path| path.as_str().to_owned()).collect()))
    }
}

/// A bundle at an address.
pub(crate) struct Address {
    base: String,
    fetcher: Fetcher,
    /// What was fetched, by its hash.
    kept: Mutex<HashMap<Digest, Vec<u8>>>,
    lost: Mutex<Option<FetchError>>,
}

impl Address {
    /// A server that is down says nothing about the files that it serves.
    pub(crate) fn open(url: &str) -> Result<Self, Stop> {
        let address = Self {
            base: url.trim_end_matches('/').to_owned(),
            fetcher: Fetcher::default(),
            kept: Mutex::default(),
            lost: Mutex::default(),
        };
        match address.fetch("head.json") {
            Err(unreachable @ FetchError::Unreachable { .. }) => Err(Stop::unchecked(unreachable)),
            _ => Ok(address),
        }
    }

    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        self.fetcher.fetch(&format!("{}/{path}", self.base), MAX_FILE)
    }
}

impl Place for &Address {
    type Source = Address;

    fn source(&self) -> &Address {
        self
    }

    fn lost(&self) -> Option<FetchError> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Source for Address {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let fetched = self.fetch(path);
        if let Err(unreachable @ FetchError::Unreachable { .. }) = &fetched {
            *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(unreachable.clone());
        }
        fetched.map_err(|e| problem(&e))
    }

    fn read_listed(&self, path: &str, hash: Digest) -> Result<Vec<u8>, SourceError> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept().get(&hash) {
            return Ok(bytes.clone());
        }
        let bytes = self.read(path)?;
        if Digest::of(&bytes) == hash {
            kept().insert(hash, bytes.clone());
        }
        Ok(bytes)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        None
    }
}

fn problem(error: &impl ToString) -> SourceError {
    SourceError { problem: error.to_string() }
}
