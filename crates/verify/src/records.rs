//! The records: is every signature by a key that could sign there, is every text that of its leaf,
//! and does the fold admit every one of them where it stands?

use std::{num::NonZeroUsize, sync::Arc, thread};

use record::{Body, Digest, Record, RecordId, body::Role, note::VerifyingKey};
use tally::{
    Access, Admission, KeyIndex, Keys, Ledger, Prepared, Refusal, Rulebook, What, check_attest,
    prepare,
};

use crate::{
    Failure, Options, Progress, Source, Stage, in_order::in_order, joined, log::Log,
    progress::Told, report::Findings,
};

/// How the records of a log are gone through.
pub(crate) struct Records<'l, 'a, S> {
    pub(crate) log: &'l Log<'a, S>,
    pub(crate) threads: NonZeroUsize,
    pub(crate) tell: &'l dyn Fn(Progress),
}

impl<'l, 'a, S: Source> Records<'l, 'a, S> {
    pub(crate) fn new(
        log: &'l Log<'a, S>,
        options: &Options<'_>,
        tell: &'l dyn Fn(Progress),
    ) -> Self {
        Self { log, threads: options.threads, tell }
    }

    /// Folds every published record in the order of the log, while the signatures of those behind
    /// it are still checked.
    pub(crate) fn fold(&self, findings: &mut Findings) -> Option<Ledger> {
        let log = self.log;
        let (of_keys, others) = log.index.published();
        let first = others.iter().copied().find(|position| *position > 0);
        let Enrolled { keys, mut fold, late } = self.enrol(&of_keys, first, findings)?;
        let mut late = late.into_iter().peekable();
        self.open(Stage::Records, &others, &keys, findings, |position, opened| {
            while let Some((position, opened)) = late.next_if(|(late, _)| *late < position) {
                fold.take(log, position, opened);
            }
            if let Some(opened) = opened {
                fold.take(log, position, opened);
            }
        });
        late.for_each(|(position, opened)| fold.take(log, position, opened));
        findings.checked("signatures", fold.signatures);
        findings.checked("records", of_keys.len() + others.len());
        findings.checked("keys", keys.all().len());
        findings.checked("attests", fold.attests);
        findings.add(fold.refused.drain(..));
        self.check_released(&fold, findings);
        findings.withheld(log.index.withheld());
        Some(fold.ledger)
    }

    /// All keys that were ever enrolled. Only records of keys change them, so these are folded
    /// before the others are opened: those before the `first` other record once and for all, those
    /// behind it in a ledger of their own, and again at their place. `None` when one does not hold:
    /// whatever its keys signed would then fail too, and say nothing new.
    fn enrol(
        &self,
        of_keys: &[u32],
        first: Option<u32>,
        findings: &mut Findings,
    ) -> Option<Enrolled> {
        let known = self.log.rulebook.keys_for_keys(self.registrars(of_keys));
        let mut leading = Fold::new(Ledger::new(Arc::clone(&self.log.rulebook)));
        let mut ahead: Option<Fold> = None;
        let mut late = Vec::new();
        let mut holds = true;
        self.open(Stage::Keys, of_keys, &known, findings, |position, opened| {
            let Some(opened) = opened.filter(|_| holds) else {
                holds = false;
                return;
            };
            let is_late = first.is_some_and(|first| position > first);
            let fold = match is_late {
                false => &mut leading,
                true => ahead.get_or_insert_with(|| Fold::new(leading.ledger.clone())),
            };
            let opened = fold.with_places(self.log, position, opened, &known);
            if let Some(opened) = opened {
                late.extend(is_late.then(|| (position, opened.clone())));
                fold.take(self.log, position, opened);
            }
            holds = fold.refused.is_empty();
        });
        let last = ahead.as_mut().unwrap_or(&mut leading);
        findings.add(last.refused.drain(..));
        let keys = Arc::clone(last.ledger.keys());
        holds.then_some(Enrolled { keys, fold: leading, late })
    }

    /// The keys of all who are enrolled as registrars, whether that is rightly so or not: they sign
    /// records of keys, so their signatures must be checked before it is known.
    fn registrars(&self, of_keys: &[u32]) -> Vec<VerifyingKey> {
        let mut found = Vec::new();
        if self.log.rulebook.registrars_needed().is_some() {
            let one = |position: &u32| self.log.registrars_in(place(*position));
            in_order(of_keys, self.threads, one, |_, registrars| found.extend(registrars));
        }
        found
    }

    /// Reads and checks records on several threads, where nearly all of the time goes, and hands
    /// each to `take` in the order of the log; `None` where one does not hold.
    fn open(
        &self,
        stage: Stage,
        positions: &[u32],
        keys: &Keys,
        findings: &mut Findings,
        mut take: impl FnMut(u32, Option<Opened>),
    ) {
        let mut told = Told::new(self.tell, stage, positions.len());
        let log = self.log;
        let one = |position: &u32| log.open_one(keys, *position);
        in_order(positions, self.threads, one, |position, opened| {
            match opened {
                Ok(opened) => take(*position, opened),
                Err(failure) => {
                    findings.add([failure]);
                    take(*position, None);
                }
            }
            told.one();
        });
    }

    /// No text of results stands here that is not released.
    fn check_released(&self, fold: &Fold, findings: &mut Findings) {
        let board = fold.ledger.board();
        let others = fold.others.iter().filter(|(_, access)| !access.is_public(board));
        let units = board.forms().election().units().all().map(|(unit, _)| unit);
        let units = units.filter(|unit| !Access::Sealed(*unit).is_public(board));
        let chains = units.flat_map(|unit| board.unit(unit).chains());
        let readings = chains.flat_map(|chain| chain.readings.iter().map(|r| r.position));
        let mut sealed: Vec<u64> = others.map(|(at, _)| u64::from(*at)).chain(readings).collect();
        sealed.sort_unstable();
        let place = |position| usize::try_from(position).unwrap_or(usize::MAX);
        findings.add(sealed.into_iter().map(|position| {
            self.log.failure(place(position), "a text that is released", "one that is sealed")
        }));
    }
}

impl<S: Source> Log<'_, S> {
    /// `Ok(None)`: the definition, which the fold begins with.
    fn open_one(&self, keys: &Keys, position: u32) -> Result<Option<Opened>, Failure> {
        let at = place(position);
        let failure = |expected, found| self.failure(at, expected, found);
        let leaf = self.leaves.get(at).copied().map(Digest::from_bytes);
        let check_leaf = |found: Digest| match leaf {
            Some(leaf) if leaf == found => Ok(()),
            leaf => {
                let expected = leaf.map_or_else(String::new, |leaf| leaf.to_string());
                Err(failure(expected, found.to_string()))
            }
        };
        if position == 0 {
            return check_leaf(self.rulebook.definition()).map(|()| None);
        }
        let (id, opened) = self
            .read_record(keys, at)
            .map_err(|problem| failure("a record with signatures that hold".to_owned(), problem))?;
        // `keys` has the keys of the whole night; the desk knew only those enrolled before.
        let signers = opened.signers.iter().filter_map(|signer| keys.get(*signer));
        if let Some(late) = signers.into_iter().find(|key| key.enrolled >= u64::from(position)) {
            let (name, enrolled) = (late.name, late.enrolled);
            let found = format!("{name}, enrolled at position {enrolled}");
            return Err(failure("keys that were enrolled before".to_owned(), found));
        }
        check_leaf(id).map(|()| Some(opened))
    }

    /// The keys that a record enrols as registrars'; none in what is no such record.
    fn registrars_in(&self, at: usize) -> Vec<VerifyingKey> {
        let note = self.index.note(self.files, at).and_then(Result::ok).unwrap_or_default();
        let record = Record::parse(&note).map(|record| record.body);
        let Ok(Body::Key(keys)) = record else { return Vec::new() };
        let registrars = keys.keys.iter().filter(|key| key.role == Some(Role::Registrar));
        registrars.filter_map(|key| key.vkey.parse().ok()).collect()
    }

    fn read_record(&self, keys: &Keys, at: usize) -> Result<(RecordId, Opened), String> {
        let note = self.index.note(self.files, at);
        open(&self.rulebook, keys, &note.unwrap_or_else(|| Ok(Vec::new()))?)
    }
}

fn place(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The fold while it goes on.
struct Fold {
    ledger: Ledger,
    /// The records that were admitted, but for returns: the board holds a million of these, each
    /// with its position.
    others: Vec<(u32, Access)>,
    refused: Vec<Failure>,
    signatures: usize,
    /// How many records vouch for a range of the log.
    attests: usize,
}

impl Fold {
    fn new(ledger: Ledger) -> Self {
        Self { ledger, others: Vec::new(), refused: Vec::new(), signatures: 0, attests: 0 }
    }

    /// A record of keys with its signers' places in here, of which not all need be enrolled by now.
    fn with_places<S: Source>(
        &mut self,
        log: &Log<'_, S>,
        position: u32,
        opened: Opened,
        known: &Keys,
    ) -> Option<Opened> {
        match self.ledger.keys().places(known, &opened.signers) {
            Ok(signers) => Some(Opened { signers, ..opened }),
            Err(refusal) => {
                self.refuse(log, position, &refusal);
                None
            }
        }
    }

    fn refuse<S: Source>(&mut self, log: &Log<'_, S>, position: u32, refusal: &Refusal) {
        let expected = "a record that may stand here";
        self.refused.push(log.failure(place(position), expected, refusal.to_string()));
    }

    fn take<S: Source>(&mut self, log: &Log<'_, S>, position: u32, opened: Opened) {
        let Opened { prepared, signers } = opened;
        self.signatures += signers.len();
        let id = |at| log.leaves.get(usize::try_from(at).ok()?).copied().map(Digest::from_bytes);
        let judged = self.ledger.judge(prepared, &signers);
        let in_log = |admission: Admission| {
            check_attest(admission.what(), position.into(), id).map(|()| admission)
        };
        match judged.and_then(in_log) {
            Ok(admission) => {
                self.attests += usize::from(matches!(admission.what(), What::Attest { .. }));
                if !matches!(admission.what(), What::Returns { .. }) {
                    self.others.push((position, Access::of(admission.what())));
                }
                self.ledger.apply(admission, position.into());
            }
            Err(refusal) => self.refuse(log, position, &refusal),
        }
    }
}

/// What follows from the records of keys.
struct Enrolled {
    /// All keys of the night.
    keys: Arc<Keys>,
    /// The fold up to the first record that is none of keys.
    fold: Fold,
    /// The records of keys behind that one.
    late: Vec<(u32, Opened)>,
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
