//! What is known of one unit: its readings by witness, and which of them counts.
//!
//! Several readings of one form (station app, phone, desk, file) are witnesses: equal figures by
//! other persons raise the assurance, unequal ones are a difference to resolve. The first reading that came counts, and
//! its own corrections after it. Two texts of one set of signers with one number are a fork: before
//! release the unit is held, after release the published figure stays and is marked disputed.
//! Nothing is ever taken away: old readings stay where they are.

use std::{ops::Deref, sync::Arc};

use form::Returns;
use record::RecordId;

use crate::{Few, place::Place};

/// A person, by a number that the ledger gives out.
pub type Person = u32;

/// Who read a form, and how it came: one witness.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainKey {
    /// The channel's place in the signature policy.
    pub channel: u32,
    /// The signers, sorted.
    pub persons: Persons,
}

/// Some persons. Two, which most forms ask for, need no list of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Persons {
    /// Two.
    Two([Person; 2]),
    /// Any other number.
    Any(Box<[Person]>),
}

impl From<&[Person]> for Persons {
    fn from(persons: &[Person]) -> Self {
        match persons {
            [one, other] => Self::Two([*one, *other]),
            _ => Self::Any(persons.into()),
        }
    }
}

impl Deref for Persons {
    type Target = [Person];

    fn deref(&self) -> &[Person] {
        match self {
            Self::Two(persons) => persons,
            Self::Any(persons) => persons,
        }
    }
}

impl ChainKey {
    /// Is somebody a signer of both?
    fn shares_a_person(&self, other: &Self) -> bool {
        self.persons.iter().any(|person| other.persons.binary_search(person).is_ok())
    }
}

/// One reading of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The record's id.
    pub id: RecordId,
    /// The record's position in the log.
    pub position: u64,
    /// Its number among those of its witness.
    pub seq: u32,
    /// What it replaces, and why.
    pub change: Option<Box<Change>>,
    /// When it was made, by the sender's clock.
    pub made: Made,
    /// On how many devices it was signed.
    pub devices: u8,
    /// The figures.
    pub returns: Returns,
}

/// A moment by a sender's clock, in seconds since 1970, where the sender gave one. It is kept as
/// bytes, which fit beside other small numbers: a million readings have one each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made(Option<[u8; 8]>);

impl Made {
    /// The seconds.
    #[must_use]
    pub fn seconds(self) -> Option<i64> {
        self.0.map(i64::from_ne_bytes)
    }
}

impl From<Option<i64>> for Made {
    fn from(seconds: Option<i64>) -> Self {
        Self(seconds.map(i64::to_ne_bytes))
    }
}

/// What a reading replaces. Few readings do, so it stands apart from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What it replaces.
    pub prev: Option<RecordId>,
    /// Why it replaces it.
    pub reason: Option<Arc<str>>,
}

impl Change {
    /// What a record says of it, if it says anything.
    #[must_use]
    pub fn of(prev: Option<RecordId>, reason: Option<Arc<str>>) -> Option<Box<Self>> {
        let says = prev.is_some() || reason.is_some();
        says.then(|| Box::new(Self { prev, reason }))
    }
}

impl Reading {
    /// What it replaces.
    #[must_use]
    pub fn prev(&self) -> Option<RecordId> {
        self.change.as_ref().and_then(|change| change.prev)
    }

    /// Why it replaces it.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.change.as_ref().and_then(|change| change.reason.as_deref())
    }
}

/// All readings of one witness, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Who.
    pub key: ChainKey,
    /// The readings.
    pub readings: Few<Reading>,
    head: u32,
}

impl Chain {
    /// The reading that stands for this witness now.
    #[must_use]
    pub fn head(&self) -> Option<&Reading> {
        self.readings.get(usize::try_from(self.head).ok()?)
    }

    /// From here on this reading stands for the witness.
    fn stand(&mut self, reading: usize) {
        self.head = u32::try_from(reading).unwrap_or(u32::MAX);
    }

    /// Did each of its persons sign this reading on a device of their own? Whoever has a shared
    /// device has all who sign on it.
    fn apart(&self, reading: &Reading) -> bool {
        usize::from(reading.devices) >= self.key.persons.len()
    }
}

/// Two texts with one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// They came before release: nothing of the unit counts until officers decide.
    Held,
    /// They came after release: the published figure stays until officers decide.
    Disputed,
}

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// One witness, or several who are not independent of the one that counts.
    OneSource,
    /// Another witness, who shares no person with the one that counts, agrees on every figure; of
    /// both each person signed on a device of their own.
    TwoAgree,
}

/// Where a new reading of a unit would stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The first of its witness.
    First,
    /// It replaces the one before it.
    Correction,
    /// There is another text with its number.
    Fork,
}

/// A number, or a predecessor, that does not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutOfOrder {
    Seq { expected: u32, found: u32 },
    Prev { expected: Option<RecordId>, found: Option<RecordId> },
    NoReason,
}

/// Where a reading of a unit stands: which witness, and which of its readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    chain: Place,
    reading: Place,
}

impl At {
    fn new(chain: usize, reading: usize) -> Self {
        Self { chain: Place::new(chain), reading: Place::new(reading) }
    }

    fn chain(self) -> usize {
        self.chain.get()
    }

    fn reading(self) -> usize {
        self.reading.get()
    }
}

/// Everything that is known of one unit's returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitState {
    chains: Few<Chain>,
    /// Which reading counts.
    counted: Option<At>,
    contradiction: Option<Contradiction>,
}

impl UnitState {
    /// All witnesses, in the order in which they were first heard.
    #[must_use]
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// The reading that counts.
    #[must_use]
    pub fn counted(&self) -> Option<&Reading> {
        self.reading(self.counted?)
    }

    /// Where the reading that counts stands.
    pub(crate) fn counted_at(&self) -> Option<At> {
        self.counted
    }

    /// The reading at a place. Nothing is ever taken away, so it stays there.
    pub(crate) fn reading(&self, place: At) -> Option<&Reading> {
        self.chains.get(place.chain())?.readings.get(place.reading())
    }

    /// A fork that officers have not decided.
    #[must_use]
    pub fn contradiction(&self) -> Option<Contradiction> {
        self.contradiction
    }

    /// The heads of all witnesses other than the one that counts.
    pub fn others(&self) -> impl Iterator<Item = &Reading> {
        let counted = self.counted.map(At::chain);
        let others = self.chains.iter().enumerate().filter(move |(i, _)| Some(*i) != counted);
        others.filter_map(|(_, chain)| chain.head())
    }

    /// How sure the figure that counts is. One person twice is one source.
    #[must_use]
    pub fn assurance(&self) -> Option<Assurance> {
        let place = self.counted?.chain();
        let (chain, counted) = (self.chains.get(place)?, self.counted()?);
        let agrees = |other: &Chain, head: &Reading| {
            head.returns.counts() == counted.returns.counts()
                && other.apart(head)
                && !other.key.shares_a_person(&chain.key)
        };
        let mut others = self.chains.iter().enumerate().filter(|(other, _)| *other != place);
        let agree = others.any(|(_, other)| other.head().is_some_and(|head| agrees(other, head)));
        let two = agree && chain.apart(counted);
        Some(if two { Assurance::TwoAgree } else { Assurance::OneSource })
    }

    fn chain_of(&self, key: &ChainKey) -> Option<usize> {
        self.chains.iter().position(|chain| chain.key == *key)
    }

    /// Where a reading with this number and predecessor would stand, or why it cannot.
    pub(crate) fn place(
        &self,
        key: &ChainKey,
        seq: u32,
        prev: Option<RecordId>,
        has_reason: bool,
    ) -> Result<Placement, OutOfOrder> {
        let head = self.chain_of(key).and_then(|c| self.chains.get(c)).and_then(Chain::head);
        let Some(head) = head else {
            return match (seq, prev) {
                (1, None) => Ok(Placement::First),
                (1, found) => Err(OutOfOrder::Prev { expected: None, found }),
                (found, _) => Err(OutOfOrder::Seq { expected: 1, found }),
            };
        };
        let next = head.seq + 1;
        match seq {
            0 => Err(OutOfOrder::Seq { expected: next, found: 0 }),
            _ if seq < next => Ok(Placement::Fork),
            _ if seq > next => Err(OutOfOrder::Seq { expected: next, found: seq }),
            _ if prev != Some(head.id) => {
                Err(OutOfOrder::Prev { expected: Some(head.id), found: prev })
            }
            _ if !has_reason => Err(OutOfOrder::NoReason),
            _ => Ok(Placement::Correction),
        }
    }

    /// Takes a reading in at its place. `released`: was the unit released before it came?
    pub(crate) fn take(
        &mut self,
        key: ChainKey,
        reading: Reading,
        placement: Placement,
        released: bool,
    ) {
        let chain = self.chain_of(&key).unwrap_or(self.chains.len());
        if chain == self.chains.len() {
            self.chains.push(Chain { key, readings: Few::None, head: 0 });
        }
        let Some(slot) = self.chains.get_mut(chain) else { return };
        slot.readings.push(reading);
        let newest = slot.readings.len() - 1;
        if placement == Placement::Fork {
            self.contradict(released);
            return;
        }
        slot.stand(newest);
        let is_own = |counted: At| counted.chain() == chain;
        if self.contradiction.is_none() && self.counted.is_none_or(is_own) {
            self.counted = Some(At::new(chain, newest));
        }
    }

    fn contradict(&mut self, released: bool) {
        if self.contradiction == Some(Contradiction::Held) {
            return;
        }
        if released {
            self.contradiction = Some(Contradiction::Disputed);
        } else {
            self.contradiction = Some(Contradiction::Held);
            self.counted = None;
        }
    }

    /// Finds a reading by its record.
    pub(crate) fn find(&self, id: RecordId) -> Option<At> {
        self.chains.iter().enumerate().find_map(|(chain, readings)| {
            let reading = readings.readings.iter().position(|reading| reading.id == id)?;
            Some(At::new(chain, reading))
        })
    }

    /// Officers decided: this reading counts, and its witness goes on from it.
    pub(crate) fn choose(&mut self, place: At) {
        self.counted = Some(place);
        self.contradiction = None;
        if let Some(slot) = self.chains.get_mut(place.chain()) {
            slot.stand(place.reading());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, Reading, UnitState};

    #[test]
    fn a_unit_with_one_reading_takes_144_bytes_beside_its_figures() {
        assert_eq!((size_of::<Reading>(), size_of::<UnitState>()), (96, 144));
    }

    #[test]
    fn every_moment_and_none_is_kept() {
        for seconds in [None, Some(0), Some(i64::MIN), Some(-1), Some(i64::MAX)] {
            assert_eq!(Made::from(seconds).seconds(), seconds);
        }
    }
}
