//! What is known of one unit: its readings by witness, and which of them counts.
//!
//! Several readings of one form (station app, phone, desk, file) are witnesses: equal figures by
//! other persons raise the assurance, unequal ones are a difference to resolve. The first reading that came counts, and
//! its own corrections after it. Two texts of one set of signers with one number are a fork: before
//! release the unit is held, after release the published figure stays and is marked disputed.
//! Nothing is ever taken away: old readings stay where they are.

use std::sync::Arc;

use form::Returns;
use record::RecordId;

/// A person, by a number that the ledger gives out.
pub type Person = u32;

/// Who read a form, and how it came: one witness.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainKey {
    /// The channel's place in the signature policy.
    pub channel: usize,
    /// The signers, sorted.
    pub persons: Box<[Person]>,
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
    /// What it replaces.
    pub prev: Option<RecordId>,
    /// Why it replaces it.
    pub reason: Option<Arc<str>>,
    /// When it was made, by the sender's clock, in seconds since 1970.
    pub made: Option<i64>,
    /// On how many devices it was signed.
    pub devices: u8,
    /// The figures.
    pub returns: Arc<Returns>,
}

/// All readings of one witness, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Who.
    pub key: ChainKey,
    /// The readings.
    pub readings: Vec<Reading>,
    head: usize,
}

impl Chain {
    /// The reading that stands for this witness now.
    #[must_use]
    pub fn head(&self) -> Option<&Reading> {
        self.readings.get(self.head)
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

/// Everything that is known of one unit's returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitState {
    chains: Vec<Chain>,
    /// Which reading counts: chain and place in it.
    counted: Option<(usize, usize)>,
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
        let (chain, reading) = self.counted?;
        self.chains.get(chain)?.readings.get(reading)
    }

    /// A fork that officers have not decided.
    #[must_use]
    pub fn contradiction(&self) -> Option<Contradiction> {
        self.contradiction
    }

    /// The heads of all witnesses other than the one that counts.
    pub fn others(&self) -> impl Iterator<Item = &Reading> {
        let counted = self.counted.map(|(chain, _)| chain);
        let others = self.chains.iter().enumerate().filter(move |(i, _)| Some(*i) != counted);
        others.filter_map(|(_, chain)| chain.head())
    }

    /// How sure the figure that counts is. One person twice is one source.
    #[must_use]
    pub fn assurance(&self) -> Option<Assurance> {
        let (place, reading) = self.counted?;
        let chain = self.chains.get(place)?;
        let counted = chain.readings.get(reading)?;
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
            // Most units have one witness with one reading, and a country has ten thousand units:
            // room for four of each, as a list takes by itself, would be 6 MB more to fill.
            self.chains.reserve_exact(1);
            self.chains.push(Chain { key, readings: Vec::with_capacity(1), head: 0 });
        }
        let Some(slot) = self.chains.get_mut(chain) else { return };
        slot.readings.push(reading);
        let newest = slot.readings.len() - 1;
        if placement == Placement::Fork {
            self.contradict(released);
            return;
        }
        slot.head = newest;
        if self.contradiction.is_none() && self.counted.is_none_or(|(counted, _)| counted == chain)
        {
            self.counted = Some((chain, newest));
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
    pub(crate) fn find(&self, id: RecordId) -> Option<(usize, usize)> {
        self.chains.iter().enumerate().find_map(|(chain, readings)| {
            let reading = readings.readings.iter().position(|reading| reading.id == id)?;
            Some((chain, reading))
        })
    }

    /// Officers decided: this reading counts, and its witness goes on from it.
    pub(crate) fn choose(&mut self, (chain, reading): (usize, usize)) {
        self.counted = Some((chain, reading));
        self.contradiction = None;
        if let Some(slot) = self.chains.get_mut(chain) {
            slot.head = reading;
        }
    }
}
