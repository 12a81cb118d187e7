//! Where `verify` reads a bundle: a folder or an address, also while it is being published anew.

mod spool;

use std::{
    collections::HashMap,
    ops::Range,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::client::{FetchError, Fetcher};
use publish::Head;
use record::{Digest, Hasher};
use store::bundle::{Folder, FolderError, Parts};
use verify::{Options, Progress, Report, Source, SourceError, is_read_whole, part_of};

use crate::exit::Stop;
use spool::Spool;

/// The largest file that is fetched from an address.
pub(crate) const MAX_FILE: u64 = 256 << 20;
/// How often a bundle is read again that was published anew while it was read. An address is read
/// again in a moment, for only what changed is fetched.
const ATTEMPTS: u32 = 5;

/// Verifies a bundle, again from the start when another edition came out meanwhile: files of two
/// editions never fit together, and that is nobody's fault.
pub(crate) fn until_still<S: Place>(
    open: impl Fn() -> Result<S, Stop>,
    options: &Options<'_>,
    tell: &dyn Fn(Progress),
) -> Result<Report, Stop> {
    for _ in 0..ATTEMPTS {
        let place = open()?;
        let before = place.read_head();
        let report = verify::verify(place.source(), options, tell);
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

/// Is it an address, and no folder?
pub(crate) fn is_address(bundle: &str) -> bool {
    bundle.starts_with("http://") || bundle.starts_with("https://")
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
        self.source().read("head.json", Head::MAX_BYTES).ok()
    }
}

/// A bundle in a folder.
pub(crate) struct Disk {
    folder: Folder,
    /// The file that was read in parts last: records that follow each other mostly lie in one pack.
    last: Mutex<Option<(Digest, Arc<Parts>)>>,
}

impl Disk {
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let folder = Folder::open(path).map_err(Stop::input)?;
        Ok(Self { folder, last: Mutex::default() })
    }
}

impl Disk {
    fn open_parts(&self, path: &str, hash: Digest) -> Result<Arc<Parts>, FolderError> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, file)) = last().as_ref()
            && *known == hash
        {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(self.folder.open_parts(path)?);
        *last() = Some((hash, Arc::clone(&file)));
        Ok(file)
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
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        self.folder.read_small(path, most).map_err(SourceError::new)
    }

    fn hash(&self, path: &str, _: Digest) -> Result<(u64, Digest), SourceError> {
        hash_file(&self.folder, path)
    }

    fn read_part(
        &self,
        path: &str,
        hash: Digest,
        part: Range<u64>,
    ) -> Result<Vec<u8>, SourceError> {
        let file = self.open_parts(path, hash).map_err(SourceError::new)?;
        file.read(part).map_err(SourceError::new)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        let paths = self.folder.list().map_err(SourceError::new);
        Some(paths.map(|paths| paths.iter().map(|path| path.as_str().to_owned()).collect()))
    }
}

/// Length and SHA-256 of a file in a folder.
pub(crate) fn hash_file(folder: &Folder, path: &str) -> Result<(u64, Digest), SourceError> {
    let (mut hasher, mut length) = (Hasher::default(), 0);
    let piece = |piece: &[u8]| {
        hasher.update(piece);
        length += piece.len() as u64;
    };
    folder.read_pieces(path, piece).map_err(SourceError::new)?;
    Ok((length, hasher.finish()))
}

/// A bundle at an address. What is read again later lies in a temporary folder meanwhile.
pub(crate) struct Address {
    base: String,
    fetcher: Fetcher,
    spool: Spool,
    /// The length of every file that was fetched, by its hash.
    known: Mutex<HashMap<Digest, u64>>,
    lost: Mutex<Option<FetchError>>,
}

impl Address {
    /// A server that is down says nothing about the files that it serves.
    pub(crate) fn open(url: &str) -> Result<Self, Stop> {
        let address = Self {
            base: url.trim_end_matches('/').to_owned(),
            fetcher: Fetcher::default(),
            spool: Spool::new().map_err(Stop::input)?,
            known: Mutex::default(),
            lost: Mutex::default(),
        };
        match address.fetcher.fetch(&address.url("head.json"), Head::MAX_BYTES) {
            Err(unreachable @ FetchError::Unreachable { .. }) => Err(Stop::unchecked(unreachable)),
            _ => Ok(address),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// Fetches a file. What the server does not say is no failure of the bundle.
    pub(crate) fn fetch(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        let fetched = self.fetcher.fetch(&self.url(path), most);
        if let Err(unreachable @ FetchError::Unreachable { .. }) = &fetched {
            *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(unreachable.clone());
        }
        fetched.map_err(SourceError::new)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Digest, u64>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log and its texts are read part by part; figures and pages are only hashed.
    fn fetch_hashed(&self, path: &str) -> Result<(u64, Digest), SourceError> {
        let bytes = self.fetch(path, MAX_FILE)?;
        let (length, hash) = (bytes.len() as u64, Digest::of(&bytes));
        if is_read_whole(path) {
            self.spool.keep(hash, &bytes).map_err(SourceError::new)?;
        }
        self.known().insert(hash, length);
        Ok((length, hash))
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
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        self.fetch(path, most)
    }

    fn hash(&self, path: &str, listed: Digest) -> Result<(u64, Digest), SourceError> {
        let known = self.known().get(&listed).copied();
        known.map_or_else(|| self.fetch_hashed(path), |length| Ok((length, listed)))
    }

    fn read_part(
        &self,
        path: &str,
        hash: Digest,
        part: Range<u64>,
    ) -> Result<Vec<u8>, SourceError> {
        if let Some(kept) = self.spool.read_part(hash, part.clone()) {
            return kept.map_err(SourceError::new);
        }
        part_of(&self.fetch(path, MAX_FILE)?, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        None
    }
}
