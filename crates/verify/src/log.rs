//! The log: its tree, where its texts stand, and the definition at its beginning.

use std::sync::Arc;

use record::{Digest, Record};
use tally::Rulebook;
use tlog::{policy::Policy, tile};

use crate::{
    Failure, Options, Progress, Source, Stage, both, files::Files, index::Index, progress::Told,
    report::Findings, tree::check_tree,
};

/// The log with the texts that are published, by position.
pub(crate) struct Log<'a, S> {
    pub(crate) files: &'a Files<'a, S>,
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) index: Index<'a>,
    pub(crate) leaves: Vec<[u8; 32]>,
}

impl<'a, S: Source> Log<'a, S> {
    /// Reads checkpoint, tiles and packs, and finds the definition.
    pub(crate) fn read(
        files: &'a Files<'a, S>,
        options: &Options<'_>,
        tell: &dyn Fn(Progress),
        findings: &mut Findings,
    ) -> Option<Self> {
        check_size(files, findings)?;
        let mut told = Told::new(tell, Stage::Log, 1);
        let index = Index::read(files, options, findings);
        let first = index.note(files, 0).or_else(|| {
            findings.failed("pack", "position 0", "the definition", "nothing");
            None
        })?;
        let size = files.head().size;
        let tiles = || tile::read_log(size, |tile| files.get(&tile.to_string()));
        // Neither needs the other, and the definition of a country takes longer than its tree.
        let (tree, rulebook) = both(options.threads, tiles, || read_definition(&first?));
        let pack = index.pack(0);
        let rulebook = match rulebook {
            Ok(rulebook) => Arc::new(rulebook),
            Err(problem) => {
                findings.failed(pack, "position 0", "a definition", problem);
                return None;
            }
        };
        check_pinned(&rulebook, options.policy, pack, findings);
        let leaves = check_tree(files, &rulebook, options, tree, findings)?;
        told.one();
        Some(Self { files, rulebook, index, leaves })
    }

    pub(crate) fn failure(
        &self,
        position: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Failure {
        Failure {
            file: self.index.pack(position).to_owned(),
            place: format!("position {position}"),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// A log of so many entries has a file for every 256 of them: a size that was made up would
/// otherwise cost as much memory as it says.
fn check_size<S: Source>(files: &Files<'_, S>, findings: &mut Findings) -> Option<()> {
    let (size, listed) = (files.head().size, files.count());
    if size.div_ceil(tile::FULL) <= listed as u64 {
        return Some(());
    }
    findings.failed("head.json", "size", format!("a log that fits in {listed} files"), size);
    None
}

fn read_definition(note: &[u8]) -> Result<Rulebook, String> {
    let record = Record::parse(note).map_err(|e| e.to_string())?;
    Rulebook::new(&record).map_err(|e| e.to_string())
}

fn check_pinned(rulebook: &Rulebook, policy: Option<&Policy>, pack: &str, findings: &mut Findings) {
    let Some(pinned) = policy.map(|policy| policy.definition().copied().map(Digest::from_bytes))
    else {
        return;
    };
    let found = rulebook.definition();
    if pinned != Some(found) {
        let expected = pinned
            .map_or_else(|| "a definition that the policy pins".to_owned(), |d| d.to_string());
        findings.failed(pack, "position 0", expected, found);
    }
}
