//! What is asked of a source, and how often: a bundle is read in parts, and never held as a whole.

use std::{collections::BTreeMap, num::NonZeroUsize, ops::Range, sync::Mutex};

use record::Digest;

use super::{Bundle, Pages, night};
use crate::{Options, Progress, Report, Source, SourceError, Stage, verify};

const SNAPSHOT: &str = "snapshot/7";

fn check(source: &impl Source, tell: &dyn Fn(Progress)) -> Report {
    let threads = NonZeroUsize::new(2).unwrap();
    verify(source, &Options { policy: None, seen: None, pages: Pages::Render, threads }, tell)
}

/// A bundle that notes what is asked of it.
struct Asked<'a> {
    bundle: &'a Bundle,
    hashed: Mutex<BTreeMap<String, usize>>,
    whole: Mutex<BTreeMap<String, usize>>,
    parts: Mutex<BTreeMap<String, Vec<Range<u64>>>>,
}

impl<'a> Asked<'a> {
    fn new(bundle: &'a Bundle) -> Self {
        let (hashed, whole, parts) = Default::default();
        Self { bundle, hashed, whole, parts }
    }
}

fn note(calls: &Mutex<BTreeMap<String, usize>>, path: &str) {
    *calls.lock().unwrap().entry(path.to_owned()).or_default() += 1;
}

impl Source for Asked<'_> {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        note(&self.whole, path);
        self.bundle.read(path, most)
    }

    fn hash(&self, path: &str, listed: Digest) -> Result<(u64, Digest), SourceError> {
        note(&self.hashed, path);
        self.bundle.hash(path, listed)
    }

    fn read_part(
        &self,
        path: &str,
        hash: Digest,
        part: Range<u64>,
    ) -> Result<Vec<u8>, SourceError> {
        let mut parts = self.parts.lock().unwrap();
        parts.entry(path.to_owned()).or_default().push(part.clone());
        self.bundle.read_part(path, hash, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        self.bundle.list()
    }
}

#[test]
fn every_file_is_hashed_once_and_only_the_log_is_read() {
    let bundle = Bundle::of(&night());
    let asked = Asked::new(&bundle);
    let report = check(&asked, &|_| ());
    assert!(report.holds, "{:?}", report.failed);
    let own = ["head.json", SNAPSHOT];
    let listed = bundle.files.keys().filter(|path| !own.contains(&path.as_str()));
    let once: BTreeMap<String, usize> = listed.map(|path| (path.clone(), 1)).collect();
    assert_eq!(asked.hashed.into_inner().unwrap(), once);
    // The list is read again when the publisher's key is known, and not held until then.
    let whole = own.map(str::to_owned).into_iter().zip([1, 2]);
    assert_eq!(asked.whole.into_inner().unwrap(), whole.collect());
    for (path, mut parts) in asked.parts.into_inner().unwrap() {
        let length = bundle.files[&path].len() as u64;
        let is_log = path == "checkpoint" || path.starts_with("tile/");
        assert!(is_log || path.starts_with("pack/"), "{path} was read");
        // A pack is read once to learn where its records stand; then each of them, once.
        let whole = parts.iter().filter(|part| **part == (0..length)).count();
        assert_eq!(whole, 1, "{path}");
        parts.retain(|part| *part != (0..length));
        parts.sort_by_key(|part| part.start);
        let apart = parts.array_windows().all(|[a, b]| a.end <= b.start);
        assert!(apart && parts.is_empty() == is_log, "{path}: {parts:?}");
    }
}

#[test]
fn it_says_how_far_it_is() {
    let bundle = Bundle::of(&night());
    let told = Mutex::new(Vec::new());
    let tell = |now: Progress| told.lock().unwrap().push(now);
    let report = check(&bundle, &tell);
    let count = |what| report.checked.iter().find(|checked| checked.what == what).unwrap().count;
    let told = told.into_inner().unwrap();
    let ends: Vec<(Stage, usize)> =
        told.iter().filter(|now| now.done == now.total).map(|now| (now.stage, now.total)).collect();
    let keys = 1;
    let expected = [
        (Stage::Files, count("files") - 2),
        (Stage::Log, 1),
        (Stage::Keys, keys),
        (Stage::Records, count("records") - keys),
        (Stage::Figures, count("data files recomputed")),
        (Stage::Pages, count("pages drawn again")),
    ];
    assert_eq!(ends, expected);
    // One by one, and never back.
    let steps = told.array_windows().all(|[a, b]| match a.stage == b.stage {
        true => b.done == a.done + 1 && b.total == a.total,
        false => a.stage < b.stage && b.done == 0 && a.done == a.total,
    });
    assert!(steps, "{told:?}");
}
