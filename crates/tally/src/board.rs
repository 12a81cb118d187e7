//! All units with their readings, and the sums over those that count.

use std::{collections::BTreeMap, sync::Arc};

use election::{Election, Fraction, UnitIndex};
use form::{Figure, Finding, Forms, RuleRef};
use record::RecordId;

use crate::{
    ChainKey, Placement, Reading, Sums, TurnoutReport, TurnoutState, UnitState,
    sums::{AreaSums, Motion},
    unit::{At, OutOfOrder},
};

/// The state of the night. What takes room for every unit is one state and a flag; the rest is
/// kept for areas, or for the few units that have it.
#[derive(Clone)]
pub struct Board {
    forms: Arc<Forms>,
    units: Vec<UnitState>,
    turnout: BTreeMap<UnitIndex, TurnoutState>,
    sums: AreaSums,
    /// For each area, how many units inside it (itself included) the public waits for.
    expected: Vec<u32>,
    /// For each area, how many of those have a reading that counts.
    reported: Vec<u32>,
    /// How many of all have any reading, whether it counts or not.
    arrived: u32,
    /// For each area, the weight heard and the weight in all, where the definition has one.
    heard: Vec<(u64, u64)>,
    weight: Option<usize>,
    /// From which position of the log the returns of a unit and all inside it are released.
    released: BTreeMap<UnitIndex, u64>,
    /// For each unit, whether anything of it or of a unit inside it is public.
    shown: Vec<bool>,
}

impl Board {
    /// Before anything came in.
    #[must_use]
    pub fn new(forms: Arc<Forms>) -> Self {
        let election = forms.election();
        let (count, areas) = (election.units().count(), election.units().areas());
        let heard_by = election.head().heard.as_ref();
        let weight = heard_by.and_then(|heard| election.units().attribute(&heard.attribute));
        let mut board = Self {
            units: vec![UnitState::default(); count],
            turnout: BTreeMap::new(),
            sums: AreaSums::new(election),
            expected: vec![0; areas],
            reported: vec![0; areas],
            arrived: 0,
            heard: vec![(0, 0); areas],
            released: BTreeMap::new(),
            shown: vec![false; count],
            weight,
            forms,
        };
        board.expect();
        board
    }

    fn expect(&mut self) {
        let forms = Arc::clone(&self.forms);
        let election = forms.election();
        let expected = election.units().all().map(|(u, _)| u).filter(|u| election.is_expected(*u));
        for unit in expected {
            let weight = self.weight_of(election, unit);
            for area in areas_above(election, unit) {
                bump(&mut self.expected, area, Motion::In);
                if let Some(heard) = self.heard.get_mut(area) {
                    heard.1 += weight;
                }
            }
        }
    }

    fn weight_of(&self, election: &Election, unit: UnitIndex) -> u64 {
        self.weight.and_then(|attribute| election.units().number(unit, attribute)).unwrap_or(0)
    }

    /// The forms and the election.
    #[must_use]
    pub fn forms(&self) -> &Arc<Forms> {
        &self.forms
    }

    /// The sums over all readings that count.
    #[must_use]
    pub fn sums(&self) -> Sums<'_> {
        Sums::new(self)
    }

    pub(crate) fn area_sums(&self) -> &AreaSums {
        &self.sums
    }

    /// What is known of one unit's returns.
    #[must_use]
    pub fn unit(&self, unit: UnitIndex) -> &UnitState {
        static NONE: std::sync::LazyLock<UnitState> = std::sync::LazyLock::new(UnitState::default);
        self.units.get(unit.get()).unwrap_or(&NONE)
    }

    /// What is known of one unit's turnout, in the order of the day.
    #[must_use]
    pub fn turnout(&self, unit: UnitIndex) -> &[TurnoutReport] {
        self.turnout.get(&unit).map_or(&[], TurnoutState::reports)
    }

    /// Of an area: units that reported, and units expected.
    #[must_use]
    pub fn progress(&self, area: UnitIndex) -> (u32, u32) {
        let election = self.forms.election();
        match election.units().get(area).area() {
            Some(area) => {
                let at = |list: &[u32]| list.get(area).copied().unwrap_or(0);
                (at(&self.reported), at(&self.expected))
            }
            None if election.is_expected(area) => (u32::from(self.counts(area)), 1),
            None => (0, 0),
        }
    }

    /// Has a unit a reading that counts?
    fn counts(&self, unit: UnitIndex) -> bool {
        self.unit(unit).counted().is_some()
    }

    /// How many units of the whole election that are expected have handed in anything. Other than
    /// those that count it never falls, so it does not tell where readings contradict each other.
    #[must_use]
    pub fn arrived(&self) -> u32 {
        self.arrived
    }

    /// The share of an area that was heard: by the definition's weight, or else by units.
    #[must_use]
    pub fn heard(&self, area: UnitIndex) -> Option<Fraction> {
        let (reported, expected) = self.progress(area);
        let election = self.forms.election();
        let (heard, all) = match (self.weight, election.units().get(area).area()) {
            (None, _) => (reported.into(), expected.into()),
            (Some(_), Some(area)) => self.heard.get(area).copied()?,
            (Some(_), None) => {
                let weight = self.weight_of(election, area);
                (u64::from(reported) * weight, u64::from(expected) * weight)
            }
        };
        Fraction::new(heard, all)
    }

    /// From which position of the log a unit's returns are released.
    #[must_use]
    pub fn released(&self, unit: UnitIndex) -> Option<u64> {
        let units = self.forms.election().units();
        // What is released stays so: of several releases the first one counts.
        units.upwards(unit).filter_map(|area| self.released.get(&area)).min().copied()
    }

    /// Is anything of a unit, or of one inside it, public: a release or a turnout?
    #[must_use]
    pub fn is_shown(&self, unit: UnitIndex) -> bool {
        self.shown.get(unit.get()).copied().unwrap_or(false)
    }

    /// Is anything of the election public but its definition?
    #[must_use]
    pub fn shows_anything(&self) -> bool {
        self.is_shown(self.forms.election().units().root())
    }

    fn show(&mut self, units: impl Iterator<Item = UnitIndex>) {
        for unit in units {
            if let Some(shown) = self.shown.get_mut(unit.get()) {
                *shown = true;
            }
        }
    }

    pub(crate) fn place(
        &self,
        unit: UnitIndex,
        key: &ChainKey,
        seq: u32,
        prev: Option<RecordId>,
        has_reason: bool,
    ) -> Result<Placement, OutOfOrder> {
        self.unit(unit).place(key, seq, prev, has_reason)
    }

    /// Takes a reading of a form in. Readings of one witness must come in the order of their
    /// numbers, which the ledger checks; a recorded night's do.
    pub fn take(&mut self, key: ChainKey, reading: Reading, placement: Placement) {
        let unit = reading.returns.unit();
        let released = self.released(unit).is_some();
        let first = self.unit(unit).chains().is_empty();
        self.arrived += u32::from(first && self.forms.election().is_expected(unit));
        self.change(unit, |state| state.take(key, reading, placement, released));
    }

    pub(crate) fn choose(&mut self, unit: UnitIndex, place: At) {
        self.change(unit, |state| state.choose(place));
    }

    /// Changes one unit and moves its figures out of and into the sums accordingly.
    fn change(&mut self, unit: UnitIndex, change: impl FnOnce(&mut UnitState)) {
        let Some(state) = self.units.get_mut(unit.get()) else { return };
        let before = state.counted_at();
        change(state);
        let after = state.counted_at();
        if before == after {
            return;
        }
        for (place, motion) in [(before, Motion::Out), (after, Motion::In)] {
            let Some(reading) = place.and_then(|place| state.reading(place)) else { continue };
            let layout = self.forms.layouts().get(reading.returns.form());
            let Some(layout) = layout else { continue };
            self.sums.shift(self.forms.election(), layout, &reading.returns, motion);
        }
        match (before.is_some(), after.is_some()) {
            (false, true) => self.count_unit(unit, Motion::In),
            (true, false) => self.count_unit(unit, Motion::Out),
            _ => {}
        }
    }

    fn count_unit(&mut self, unit: UnitIndex, motion: Motion) {
        let forms = Arc::clone(&self.forms);
        let election = forms.election();
        if !election.is_expected(unit) {
            return;
        }
        let weight = self.weight_of(election, unit);
        for area in areas_above(election, unit) {
            bump(&mut self.reported, area, motion);
            if let Some(heard) = self.heard.get_mut(area) {
                heard.0 = if motion == Motion::In { heard.0 + weight } else { heard.0 - weight };
            }
        }
    }

    pub(crate) fn take_turnout(&mut self, unit: UnitIndex, report: TurnoutReport) {
        self.turnout.entry(unit).or_default().take(report);
        let forms = Arc::clone(&self.forms);
        self.show(forms.election().units().upwards(unit));
    }

    /// Releases a unit and all inside it from a position on; what is released stays so.
    pub(crate) fn release(&mut self, unit: UnitIndex, position: u64) {
        let subtree = self.forms.election().units().subtree(unit);
        self.released.entry(unit).or_insert(position);
        for shown in self.shown.iter_mut().take(subtree.end).skip(subtree.start) {
            *shown = true;
        }
        let forms = Arc::clone(&self.forms);
        self.show(forms.election().units().upwards(unit));
    }

    /// The findings on the reading that counts, and on readings that differ from it.
    #[must_use]
    pub fn findings(&self, unit: UnitIndex) -> Vec<Finding> {
        let state = self.unit(unit);
        let Some(counted) = state.counted() else { return Vec::new() };
        let mut findings = counted.returns.findings().to_vec();
        let across = &self.forms.election().head().across;
        let rule = across.iter().position(|r| r.check == election::AcrossCheck::ReadingsAgree);
        if let Some(rule) = rule.map(RuleRef::Across) {
            findings.extend(state.others().filter_map(|other| difference(rule, counted, other)));
        }
        findings
    }
}

/// Where two readings differ: the fields, and the first field's figures.
fn difference(rule: RuleRef, counted: &Reading, other: &Reading) -> Option<Finding> {
    let pairs = counted.returns.counts().iter().zip(other.returns.counts()).enumerate();
    let differing: Vec<_> = pairs.filter(|(_, (ours, theirs))| ours != theirs).collect();
    let (_, (ours, theirs)) = differing.first()?;
    let figure = |count: &Option<election::Count>| match count {
        Some(count) => Figure::Number(count.get()),
        None => Figure::Text(String::new()),
    };
    Some(Finding {
        unit: counted.returns.unit(),
        rule,
        fields: differing.iter().map(|(field, _)| *field).collect(),
        expected: figure(ours),
        found: figure(theirs),
    })
}

/// The areas that a unit is or lies in, by their numbers.
fn areas_above(election: &Election, unit: UnitIndex) -> impl Iterator<Item = usize> {
    let units = election.units();
    units.upwards(unit).filter_map(|unit| units.get(unit).area())
}

fn bump(list: &mut [u32], area: usize, motion: Motion) {
    if let Some(number) = list.get_mut(area) {
        *number = if motion == Motion::In { *number + 1 } else { *number - 1 };
    }
}
