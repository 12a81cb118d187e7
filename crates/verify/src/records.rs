//! The log and its records: are the published texts those of the leaves, is every signature by a
//! key that could sign there, and does the fold admit every one of them where it stands?

use std::{num::NonZeroUsize, sync::Arc, thread};

use publish::read_pack;
use record::{Digest, Record, RecordId};
use tally::{Access, KeyIndex, Keys, Ledger, Prepared, Rulebook, prepare};
use tlog::{policy::Policy, tile};

use crate::{
    Failure, Options, both, files::Files, in_order::in_order, joined, report::Findings,
    tree::check_tree,
};

/// The log with the texts that are published, by position.
pub(crate) struct Log<'a> {
    rulebook: Arc<Rulebook>,
    /// For each position, the pack that it stands in and its bytes.
    notes: Vec<Option<(&'a str, &'a [u8])>>,
    leaves: Vec<[u8; 32]>,
}

impl<'a> Log<'a> {
    /// Reads checkpoint, tiles and packs, and finds the definition.
    pub(crate) fn read(
        files: &'a Files,
        options: &Options<'_>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let (policy, threads) = (options.policy, options.threads);
        let size = files.snapshot().head.size;
        check_size(files, size, findings)?;
        let notes = read_packs(files, size, findings);
        let (pack, definition) = notes.first().copied().flatten().or_else(|| {
            findings.failed("pack", "position 0", "the definition", "nothing");
            None
        })?;
        let tiles =
            || tile::read_log(size, |tile| files.get(&tile.to_string()).map(<[u8]>::to_vec));
        // Neither needs the other, and the definition of a country takes longer than its tree.
        let (tree, rulebook) = both(threads, tiles, || read_definition(definition));
        let rulebook = match rulebook {
            Ok(rulebook) => Arc::new(rulebook),
            Err(problem) => {
                findings.failed(pack, "position 0", "a definition", problem);
                return None;
            }
        };
        check_pinned(&rulebook, policy, pack, findings);
        let leaves = check_tree(files, &rulebook, options, tree, findings)?;
        Some(Self { rulebook, notes, leaves })
    }

    pub(crate) fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Folds every published record in the order of the log, while the signatures of those behind
    /// it are still checked.
    pub(crate) fn fold(&self, threads: NonZeroUsize, findings: &mut Findings) -> Option<Ledger> {
        let published = self.notes.iter().enumerate();
        let published = published.filter_map(|(index, note)| Some((index, note.as_ref()?.1)));
        let (of_keys, others): (Vec<_>, Vec<_>) =
            published.partition(|(_, note)| note.starts_with(b"countersign/key/"));
        let first = others.iter().map(|(index, _)| *index).find(|index| *index > 0);
        let Enrolled { keys, mut fold, late } =
            self.enrol(&of_keys, first.unwrap_or(usize::MAX), threads, findings)?;
        let mut late = late.into_iter().peekable();
        self.open(&others, &keys, threads, findings, |index, opened| {
            while let Some((index, opened)) = late.next_if(|(late, _)| *late < index) {
                fold.take(index, opened);
            }
            if let Some(opened) = opened {
                fold.take(index, opened);
            }
        });
        late.for_each(|(index, opened)| fold.take(index, opened));
        findings.checked("signatures", fold.signatures);
        findings.checked("records", of_keys.len() + others.len());
        findings.checked("keys", keys.all().len());
        findings.add(fold.refused.drain(..));
        self.check_released(&fold, findings);
        let withheld = (0..).zip(&self.notes).filter(|(_, note)| note.is_none());
        findings.withheld(withheld.map(|(position, _)| position).collect());
        Some(fold.ledger)
    }

    /// All keys that were ever enrolled. Only records of keys change them, so these are folded
    /// before the others are opened: those before the `first` other record once and for all, those
    /// behind it in a ledger of their own, and again at their place. `None` when one does not hold:
    /// whatever its keys signed would then fail too, and say nothing new.
    fn enrol(
        &self,
        of_keys: &[(usize, &[u8])],
        first: usize,
        threads: NonZeroUsize,
        findings: &mut Findings,
    ) -> Option<Enrolled<'_, 'a>> {
        // Only officers sign records of keys, and the definition has the officers' keys.
        let officers = self.rulebook.first_keys();
        let mut leading = Fold::new(self, Ledger::new(Arc::clone(&self.rulebook)));
        let mut ahead: Option<Fold<'_, 'a>> = None;
        let mut late = Vec::new();
        let mut holds = true;
        self.open(of_keys, &officers, threads, findings, |index, opened| {
            let Some(opened) = opened.filter(|_| holds) else {
                holds = false;
                return;
            };
            let fold = if index < first {
                &mut leading
            } else {
                late.push((index, opened.clone()));
                ahead.get_or_insert_with(|| Fold::new(self, leading.ledger.clone()))
            };
            fold.take(index, opened);
            holds = fold.refused.is_empty();
        });
        let last = ahead.as_mut().unwrap_or(&mut leading);
        findings.add(last.refused.drain(..));
        let keys = Arc::clone(last.ledger.keys());
        holds.then_some(Enrolled { keys, fold: leading, late })
    }

    /// Reads and checks records on several threads, where nearly all of the time goes, and hands
    /// each to `take` in the order of the log; `None` where one does not hold.
    fn open(
        &self,
        notes: &[(usize, &[u8])],
        keys: &Keys,
        threads: NonZeroUsize,
        findings: &mut Findings,
        mut take: impl FnMut(usize, Option<Opened>),
    ) {
        let one = |(index, note): &(usize, &[u8])| self.open_one(keys, *index, note);
        in_order(notes, threads, one, |(index, _), opened| match opened {
            Ok(opened) => take(*index, opened),
            Err(failure) => {
                findings.add([failure]);
                take(*index, None);
            }
        });
    }

    /// `Ok(None)`: the definition, which the fold begins with.
    fn open_one(&self, keys: &Keys, index: usize, note: &[u8]) -> Result<Option<Opened>, Failure> {
        let failure = |expected, found| self.failure(index, expected, found);
        let leaf = self.leaves.get(index).copied().map(Digest::from_bytes);
        let expected = || leaf.map_or_else(String::new, |leaf| leaf.to_string());
        if index == 0 {
            let found = self.rulebook.definition();
            return if leaf == Some(found) {
                Ok(None)
            } else {
                Err(failure(expected(), found.to_string()))
            };
        }
        let (id, opened) = open(&self.rulebook, keys, note)
            .map_err(|problem| failure("a record with signatures that hold".to_owned(), problem))?;
        // `keys` has the keys of the whole night; the desk knew only those enrolled before.
        let signers = opened.signers.iter().filter_map(|signer| keys.get(*signer));
        if let Some(late) = signers.into_iter().find(|key| key.enrolled >= index as u64) {
            let (name, position) = (late.verifying.name(), late.enrolled);
            let found = format!("{name}, enrolled at position {position}");
            return Err(failure("keys that were enrolled before".to_owned(), found));
        }
        if leaf == Some(id) { Ok(Some(opened)) } else { Err(failure(expected(), id.to_string())) }
    }

    /// No text of results stands here that is not released.
    fn check_released(&self, fold: &Fold<'_, '_>, findings: &mut Findings) {
        let board = fold.ledger.board();
        let sealed = fold.taken.iter().filter(|(_, access)| !access.is_public(board));
        findings.add(sealed.map(|(index, _)| {
            self.failure(*index, "a text that is released", "one that is sealed")
        }));
    }

    fn failure(
        &self,
        index: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Failure {
        Failure {
            file: self.pack(index).to_owned(),
            place: format!("position {index}"),
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// The file that a record stands in.
    fn pack(&self, index: usize) -> &'a str {
        self.notes.get(index).copied().flatten().map_or("pack", |(pack, _)| pack)
    }
}

/// The fold while it goes on.
struct Fold<'l, 'a> {
    log: &'l Log<'a>,
    ledger: Ledger,
    /// The records that were admitted.
    taken: Vec<(usize, Access)>,
    refused: Vec<Failure>,
    signatures: usize,
}

impl<'l, 'a> Fold<'l, 'a> {
    fn new(log: &'l Log<'a>, ledger: Ledger) -> Self {
        Self { log, ledger, taken: Vec::new(), refused: Vec::new(), signatures: 0 }
    }

    fn take(&mut self, index: usize, Opened { prepared, signers }: Opened) {
        self.signatures += signers.len();
        match self.ledger.judge(prepared, &signers) {
            Ok(admission) => {
                self.taken.push((index, Access::of(admission.what())));
                self.ledger.apply(admission, index as u64);
            }
            Err(refusal) => {
                let expected = "a record that may stand here";
                self.refused.push(self.log.failure(index, expected, refusal.to_string()));
            }
        }
    }
}

/// What follows from the records of keys.
struct Enrolled<'l, 'a> {
    /// All keys of the night.
    keys: Arc<Keys>,
    /// The fold up to the first record that is none of keys.
    fold: Fold<'l, 'a>,
    /// The records of keys behind that one.
    late: Vec<(usize, Opened)>,
}

/// A record whose signatures hold.
#[derive(Clone)]
struct Opened {
    prepared: Prepared,
    signers: Vec<KeyIndex>,
}

fn open(rulebook: &Rulebook, keys: &Keys, note: &[u8]) -> Result<(RecordId, Opened), String> {
    let record = Record::parse(note).map_err(|e| e.to_string())?;
    let prepared = prepare(rulebook, &record).map_err(|e| e.to_string())?;
    let signers = keys.signers(&record.note).map_err(|e| e.to_string())?;
    keys.check(&record.note, &signers).map_err(|e| e.to_string())?;
    Ok((record.id, Opened { prepared, signers }))
}

/// A log of so many entries has a file for every 256 of them: a size that was made up would
/// otherwise cost as much memory as it says.
fn check_size(files: &Files, size: u64, findings: &mut Findings) -> Option<()> {
    let listed = files.snapshot().files.len();
    if size.div_ceil(tile::FULL) <= listed as u64 {
        return Some(());
    }
    findings.failed("head.json", "size", format!("a log that fits in {listed} files"), size);
    None
}

fn read_packs<'a>(
    files: &'a Files,
    size: u64,
    findings: &mut Findings,
) -> Vec<Option<(&'a str, &'a [u8])>> {
    let mut notes = vec![None; usize::try_from(size).unwrap_or(0)];
    for (path, bytes) in files.under("pack/") {
        if let Some(name) = files.hash(path).map(|hash| format!("pack/{hash}"))
            && path != name
        {
            findings.failed(path, "name", name, path);
        }
        let entries = match read_pack(bytes) {
            Ok(entries) => entries,
            Err(error) => {
                findings.failed(
                    path,
                    format!("byte {}", error.at),
                    error.expected,
                    "something else",
                );
                continue;
            }
        };
        for entry in entries {
            let slot = usize::try_from(entry.position).ok().and_then(|i| notes.get_mut(i));
            match slot {
                Some(slot @ None) => *slot = Some((path, entry.note)),
                Some(Some(_)) => {
                    findings.failed(
                        path,
                        format!("position {}", entry.position),
                        "one text",
                        "two",
                    );
                }
                None => findings.failed(
                    path,
                    format!("position {}", entry.position),
                    format!("below {size}"),
                    "beyond",
                ),
            }
        }
    }
    notes
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

/// Checks signatures alone, on as many threads: the floor that a verification is measured by.
#[must_use]
pub fn check_signatures(keys: &Keys, notes: &[Vec<u8>], threads: NonZeroUsize) -> usize {
    let share = notes.len().div_ceil(threads.get()).max(1);
    let check = |note: &Vec<u8>| {
        let record = record::note::Note::parse(note, record::MAX_BYTES).ok()?;
        let signers = keys.signers(&record).ok()?;
        keys.check(&record, &signers).ok().map(|()| signers.len())
    };
    thread::scope(|scope| {
        let parts: Vec<_> = notes
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().filter_map(check).sum::<usize>()))
            .collect();
        parts.into_iter().map(joined).sum()
    })
}
