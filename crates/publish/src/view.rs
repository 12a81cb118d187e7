//! What a rendering is a function of.

use std::{collections::BTreeMap, sync::OnceLock};

use election::{Election, Language, Mode, UnitIndex};
use form::Finding;
use tally::{Board, KeyEvent, Ledger};

/// Which rendering of the log this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The snapshot's number, from 1.
    pub sequence: u64,
    /// How many records the log held.
    pub size: u64,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// Live or a rehearsal.
    pub mode: Mode,
}

/// The public state of the night: the fold over every released record.
pub struct View<'a> {
    /// The units and their figures.
    pub board: &'a Board,
    /// Which rendering this is.
    pub edition: Edition,
    /// All findings by unit, those across units included.
    findings: BTreeMap<UnitIndex, Vec<Finding>>,
    /// The records behind the board; figures that came in files have none.
    ledger: Option<&'a Ledger>,
    /// What became of the keys of each unit, once somebody asks.
    keys: OnceLock<Vec<KeyEvent>>,
}

impl<'a> View<'a> {
    /// Looks at what follows from the records of a log.
    #[must_use]
    pub fn of(ledger: &'a Ledger, edition: Edition) -> Self {
        Self { ledger: Some(ledger), ..Self::new(ledger.board(), edition) }
    }

    /// Looks at a board of figures that nobody signed; checks across units are run here, once.
    #[must_use]
    pub fn new(board: &'a Board, edition: Edition) -> Self {
        let mut findings: BTreeMap<UnitIndex, Vec<Finding>> = BTreeMap::new();
        for (unit, _) in board.forms().election().units().all() {
            let own = board.findings(unit);
            if !own.is_empty() {
                findings.insert(unit, own);
            }
        }
        for finding in remarkable::across(board) {
            findings.entry(finding.unit).or_default().push(finding);
        }
        Self { board, edition, findings, ledger: None, keys: OnceLock::new() }
    }

    /// The records, once anything is shown. Before that it is a secret whose keys come and go.
    #[must_use]
    pub fn signers(&self) -> Option<&'a Ledger> {
        self.ledger.filter(|_| self.board.shows_anything())
    }

    /// What became of all keys that sign for a unit: its own, those of every area that it lies in,
    /// and officers', in the order of the log.
    #[must_use]
    pub fn keys_for(&self, unit: UnitIndex) -> Vec<KeyEvent> {
        let units = self.election().units().upwards(unit);
        let mut events: Vec<KeyEvent> =
            units.flat_map(|unit| self.keys_of(unit)).copied().collect();
        events.sort_by_key(|event| event.position);
        events
    }

    /// What became of the keys of one unit.
    #[must_use]
    fn keys_of(&self, unit: UnitIndex) -> &[KeyEvent] {
        let by_unit = self.keys.get_or_init(|| {
            let mut events: Vec<_> =
                self.signers().into_iter().flat_map(Ledger::key_history).collect();
            events.sort_by_key(|event| event.unit);
            events
        });
        let from = by_unit.partition_point(|event| event.unit < unit);
        let to = by_unit.partition_point(|event| event.unit <= unit);
        by_unit.get(from..to).unwrap_or_default()
    }

    /// The election.
    #[must_use]
    pub fn election(&self) -> &'a Election {
        self.board.forms().election()
    }

    /// The languages in which pages are written.
    #[must_use]
    pub fn languages(&self) -> &'a [Language] {
        &self.election().head().languages
    }

    /// Every finding, in the order of the units.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values().flatten()
    }

    /// The findings of one unit.
    #[must_use]
    pub fn findings_of(&self, unit: UnitIndex) -> &[Finding] {
        self.findings.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// How many units in an area have a finding.
    #[must_use]
    pub fn flagged_in(&self, area: UnitIndex) -> usize {
        let subtree = self.election().units().subtree(area);
        self.findings.keys().filter(|unit| subtree.contains(&unit.get())).count()
    }

    /// Does a unit have files of its own: is anything of it, or of a unit inside it, public?
    /// The election itself always has.
    #[must_use]
    pub fn is_shown(&self, unit: UnitIndex) -> bool {
        self.board.is_shown(unit) || unit == self.election().units().root()
    }

    /// Has a unit been released?
    #[must_use]
    pub fn is_released(&self, unit: UnitIndex) -> bool {
        self.board.released(unit).is_some()
    }
}
