//! A log as somebody tells it who has all the room's keys.

use std::{collections::BTreeMap, sync::Arc};

use publish::{PackEntry, View, data_files, pack_bytes};
use record::{Digest, Record};
use tally::{Ledger, Rulebook, prepare};

use crate::tests::{
    Bundle, edition,
    night::{Night, Pen, id_of},
};

/// One position of the log.
#[derive(Clone)]
pub(super) struct Entry {
    /// What stands in the tree.
    pub(super) leaf: [u8; 32],
    /// The text, if it is published.
    pub(super) text: Option<Vec<u8>>,
    /// What is withheld, for whoever publishes it after all.
    pub(super) note: Vec<u8>,
}

/// The log, with the night that it began as.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) night: Night,
    pub(super) pen: Pen,
    pub(super) entries: Vec<Entry>,
    /// A text that stands in a pack of its own, beside those of the entries.
    pub(super) twice: Option<(u64, Vec<u8>)>,
}

impl Told {
    /// The truth: what the night holds, and what of it is open.
    pub(super) fn of(night: &Night) -> Self {
        let open = night.open();
        let entries = (0..).zip(&night.notes).map(|(position, note)| Entry {
            leaf: *id_of(note).as_bytes(),
            text: open.get(&position).cloned(),
            note: note.clone(),
        });
        Self { night: night.clone(), pen: night.pen, entries: entries.collect(), twice: None }
    }

    /// One more record at the end, published.
    pub(super) fn push(&mut self, note: Vec<u8>) {
        self.insert(self.entries.len(), note);
    }

    /// One more record at a position, published; those behind it move.
    pub(super) fn insert(&mut self, at: usize, note: Vec<u8>) {
        let leaf = Record::parse(&note).map_or([9; 32], |record| *record.id.as_bytes());
        self.entries.insert(at, Entry { leaf, text: Some(note.clone()), note });
    }

    /// Another record in the place of one.
    pub(super) fn put(&mut self, at: usize, note: Vec<u8>) {
        self.entries.remove(at);
        self.insert(at, note);
    }

    /// Another text over the same leaf.
    pub(super) fn text(&mut self, at: usize, note: Vec<u8>) {
        self.entries[at].text = Some(note);
    }

    pub(super) fn show(&mut self, at: usize) {
        self.entries[at].text = Some(self.entries[at].note.clone());
    }

    pub(super) fn hide(&mut self, at: usize) {
        self.entries[at].text = None;
    }

    pub(super) fn leaves(&self) -> Vec<[u8; 32]> {
        self.entries.iter().map(|entry| entry.leaf).collect()
    }

    fn texts(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let entries = (0..).zip(&self.entries);
        entries.filter_map(|(position, entry)| Some((position, entry.text.as_deref()?)))
    }

    /// The bundle in which all of it stands, with figures from the records that a fold takes in.
    pub(super) fn bundle(&self) -> Bundle {
        let mut bundle = Bundle { files: pages(), night: self.night.clone() };
        let leaves = self.leaves();
        bundle.put_log(&leaves, "log");
        bundle.files.extend(self.packs());
        let (ledger, edition) = (self.folded(), edition(leaves.len() as u64));
        bundle.files.extend(data_files(&View::of(&ledger, edition), None));
        bundle.sign_first(edition);
        bundle
    }

    /// A pack for the definition and the first keys, and one for each record behind them, so that a
    /// lie about one changes few files.
    fn packs(&self) -> BTreeMap<String, Vec<u8>> {
        let texts: Vec<_> =
            self.texts().map(|(position, note)| PackEntry { position, note }).collect();
        let first = texts.iter().take_while(|entry| entry.position < 2).count();
        let (first, others) = texts.split_at(first);
        let packs = std::iter::once(first).chain(others.chunks(1)).filter(|pack| !pack.is_empty());
        let packs = packs.map(|pack| pack_bytes(pack.iter().copied()));
        let twice = self.twice.iter();
        let twice =
            twice.map(|(position, note)| pack_bytes([PackEntry { position: *position, note }]));
        packs.chain(twice).map(named).collect()
    }

    /// The fold of what is published, without what it refuses.
    fn folded(&self) -> Ledger {
        let rulebook = Arc::clone(self.night.ledger.rulebook());
        let mut ledger = Ledger::new(Arc::clone(&rulebook));
        for (position, note) in self.texts().skip(1) {
            take(&mut ledger, &rulebook, note, position);
        }
        ledger
    }
}

fn take(ledger: &mut Ledger, rulebook: &Rulebook, note: &[u8], position: u64) -> Option<()> {
    let record = Record::parse(note).ok()?;
    let signers = ledger.keys().signers(&record.note).ok()?;
    ledger.keys().check(&record.note, &signers).ok()?;
    let admission = ledger.judge(prepare(rulebook, &record).ok()?, &signers).ok()?;
    ledger.apply(admission, position);
    Some(())
}

fn named(pack: Vec<u8>) -> (String, Vec<u8>) {
    (format!("pack/{}", Digest::of(&pack)), pack)
}

/// What stands in for all pages.
pub(super) fn pages() -> BTreeMap<String, Vec<u8>> {
    let page = ("index.html".to_owned(), b"<p>a page</p>\n".to_vec());
    [page, ("style.css".to_owned(), Vec::new())].into()
}

impl Bundle {
    /// Other texts in the packs that there are, wherever they stand in them.
    #[track_caller]
    pub(super) fn edit_pack(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.files.keys().find(|path| path.starts_with("pack/")).unwrap().clone();
        let mut pack = self.files.remove(&path).unwrap();
        change(&mut pack);
        self.files.extend([named(pack)]);
    }
}
