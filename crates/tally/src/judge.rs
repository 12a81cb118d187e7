//! May this record stand at the next position, given everything before it?

mod registration;

use election::UnitIndex;
use record::RecordId;

use crate::{
    ChainKey, Key, KeyIndex, Ledger, Person, Placement, Prepared, Refusal, Scope, What,
    unit::{At, OutOfOrder},
};

/// A record that may stand at the next position. Only [`Ledger::judge`] makes one, and applying it
/// cannot fail.
#[derive(Clone, Debug)]
pub struct Admission {
    pub(crate) prepared: Prepared,
    pub(crate) how: How,
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    Enrol,
    Revoke(Vec<KeyIndex>),
    Invite,
    Returns { key: ChainKey, placement: Placement },
    Turnout,
    Decision(At),
    Release,
    Attest,
}

impl Admission {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.prepared.id
    }

    /// What the record says.
    #[must_use]
    pub fn what(&self) -> &What {
        &self.prepared.what
    }

    /// Is it a second text with a number that its signers used already?
    #[must_use]
    pub fn is_fork(&self) -> bool {
        matches!(self.how, How::Returns { placement: Placement::Fork, .. })
    }
}

impl Ledger {
    /// Judges a record whose signatures hold, by the keys that [`crate::Keys::signers`] found.
    ///
    /// # Errors
    /// With the first reason against it.
    pub fn judge(&self, prepared: Prepared, signers: &[KeyIndex]) -> Result<Admission, Refusal> {
        let how = match &prepared.what {
            What::Keys { action, keys, reason: _ } => self.judge_keys(*action, keys, signers)?,
            What::Invite { codes } => self.judge_codes(codes, signers)?,
            What::Returns { returns, channel, seq, prev, reason, devices: _, made: _ } => {
                let persons = self.members(returns.unit(), *channel, signers)?;
                // A definition opens a thousand channels at most.
                let channel = u32::try_from(*channel).unwrap_or(u32::MAX);
                let key = ChainKey { channel, persons: persons.as_ref().into() };
                let place = self.board.place(returns.unit(), &key, *seq, *prev, reason.is_some());
                How::Returns { placement: place.map_err(out_of_order)?, key }
            }
            What::Turnout { unit, channel, .. } => {
                self.members(*unit, *channel, signers)?;
                How::Turnout
            }
            What::Decision { unit, chosen } => {
                self.check_officers(signers)?;
                How::Decision(self.find_reading(*unit, *chosen)?)
            }
            What::Release { .. } => {
                self.check_officers(signers)?;
                How::Release
            }
            What::Attest { unit, .. } => {
                let expected = self.rulebook.election().head().signatures.committee();
                self.committee(*unit, signers, expected.into())?;
                How::Attest
            }
        };
        Ok(Admission { prepared, how })
    }

    fn find_reading(&self, unit: UnitIndex, chosen: RecordId) -> Result<At, Refusal> {
        let place = self.board.unit(unit).find(chosen);
        place.ok_or_else(|| Refusal::NotAReading { chosen, unit: self.unit_id(unit) })
    }

    /// The persons behind a record of a unit: each with a valid key for it, none twice, and as
    /// many as the channel asks for.
    fn members(
        &self,
        unit: UnitIndex,
        channel: usize,
        signers: &[KeyIndex],
    ) -> Result<Box<[Person]>, Refusal> {
        let expected = self.rulebook.channels().get(channel).map_or(0, |(_, persons)| *persons);
        self.committee(unit, signers, expected)
    }

    /// The persons behind a record of a unit, so many of them at least.
    fn committee(
        &self,
        unit: UnitIndex,
        signers: &[KeyIndex],
        expected: usize,
    ) -> Result<Box<[Person]>, Refusal> {
        let keys = self.valid(signers)?;
        for key in &keys {
            self.check_scope(key, unit)?;
        }
        self.different(&keys, expected)
    }

    fn check_officers(&self, signers: &[KeyIndex]) -> Result<(), Refusal> {
        let keys = self.valid(signers)?;
        if let Some(key) = keys.iter().find(|key| key.scope != Scope::Officer) {
            return Err(self.out_of_scope(key, "the whole election".to_owned()));
        }
        self.different(&keys, self.rulebook.officers_needed()).map(|_| ())
    }

    /// The keys, none of them revoked. A key is valid by position: what stands behind its
    /// revocation in the log is too late, whatever any clock says.
    fn valid(&self, signers: &[KeyIndex]) -> Result<Vec<Key<'_>>, Refusal> {
        let keys: Vec<Key<'_>> =
            signers.iter().filter_map(|signer| self.keys.get(*signer)).collect();
        for key in &keys {
            if let Some(position) = key.revoked {
                let name = key.name.to_owned();
                return Err(Refusal::RevokedKey { name, position });
            }
        }
        Ok(keys)
    }

    fn check_scope(&self, key: &Key<'_>, unit: UnitIndex) -> Result<(), Refusal> {
        match key.scope {
            Scope::Unit(scope) if self.rulebook.election().units().contains(scope, unit) => Ok(()),
            _ => Err(self.out_of_scope(key, self.unit_id(unit))),
        }
    }

    fn out_of_scope(&self, key: &Key<'_>, unit: String) -> Refusal {
        let scope = match key.scope {
            Scope::Officer => "the whole election as an officer".to_owned(),
            Scope::Unit(scope) => self.unit_id(scope),
            Scope::Registrar(scope) => format!("the keys of {}", self.unit_id(scope)),
        };
        Refusal::OutOfScope { name: key.name.to_owned(), scope, unit }
    }

    /// Four eyes: different persons, not only different keys.
    fn different(&self, keys: &[Key<'_>], expected: usize) -> Result<Box<[Person]>, Refusal> {
        let mut persons: Vec<Person> = keys.iter().map(|key| key.person).collect();
        persons.sort_unstable();
        if let Some([person, _]) = persons.array_windows().find(|[a, b]| a == b) {
            return Err(Refusal::SamePerson { person: self.keys.person(*person).to_owned() });
        }
        if persons.len() < expected {
            return Err(Refusal::TooFewPersons { expected, found: persons.len() });
        }
        Ok(persons.into())
    }

    fn unit_id(&self, unit: UnitIndex) -> String {
        self.rulebook.election().units().get(unit).id.to_string()
    }
}

fn out_of_order(order: OutOfOrder) -> Refusal {
    let name = |id: Option<RecordId>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    match order {
        OutOfOrder::Seq { expected, found } => Refusal::Sequence { expected, found },
        OutOfOrder::NoReason => Refusal::NoReason,
        OutOfOrder::Prev { expected, found } => {
            Refusal::Predecessor { expected: name(expected), found: name(found) }
        }
    }
}
