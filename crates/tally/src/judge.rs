//! May this record stand at the next position, given everything before it?

use std::collections::{HashMap, HashSet};

use election::UnitIndex;
use record::{RecordId, body::KeyAction};

use crate::{
    ChainKey, Key, KeyIndex, Ledger, Person, Placement, Prepared, Refusal, Scope, What,
    keys::Material, unit::OutOfOrder,
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
    Returns { key: ChainKey, placement: Placement },
    Turnout,
    Decision((usize, usize)),
    Release,
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
            What::Keys { action, keys } => {
                self.check_officers(signers)?;
                self.judge_keys(*action, keys)?
            }
            What::Returns { returns, channel, seq, prev, reason, devices: _, made: _ } => {
                let persons = self.members(returns.unit(), *channel, signers)?;
                let key = ChainKey { channel: *channel, persons };
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
        };
        Ok(Admission { prepared, how })
    }

    fn judge_keys(
        &self,
        action: KeyAction,
        keys: &[(record::note::VerifyingKey, String, UnitIndex)],
    ) -> Result<How, Refusal> {
        let refuse = |(key, person, _): &(record::note::VerifyingKey, String, UnitIndex),
                      why: String| {
            Refusal::BadKey { person: person.clone(), vkey: key.vkey().to_string(), problem: why }
        };
        match action {
            KeyAction::Enrol => {
                let mut new = HashSet::with_capacity(keys.len());
                let mut lines = HashMap::with_capacity(keys.len());
                for member in keys {
                    if let Some(owner) = self.keys.owner(&member.0) {
                        return Err(refuse(member, format!("it is {owner}'s already")));
                    }
                    if !new.insert(Material::of(&member.0)) {
                        return Err(refuse(member, "it stands twice".to_owned()));
                    }
                    // Ids are four bytes, and whoever tries long enough finds a key with another's.
                    let before = lines.insert((member.0.name(), member.0.id()), &*member.1);
                    if let Some(owner) = before.or_else(|| self.keys.look_alike(&member.0)) {
                        let why = format!("signatures by it look like those by a key of {owner}'s");
                        return Err(refuse(member, why));
                    }
                }
                Ok(How::Enrol)
            }
            KeyAction::Revoke => {
                let mut gone = Vec::with_capacity(keys.len());
                for member in keys {
                    let found = self.judge_revocation(member, &mut gone);
                    found.map_err(|why| refuse(member, why))?;
                }
                Ok(How::Revoke(gone))
            }
        }
    }

    /// A key goes, with those that are `gone` in the same record already. The record must say
    /// truly whose it is and for which unit, for that is what officers read before they sign.
    fn judge_revocation(
        &self,
        (key, person, unit): &(record::note::VerifyingKey, String, UnitIndex),
        gone: &mut Vec<KeyIndex>,
    ) -> Result<(), String> {
        let found = self.keys.find(key).and_then(|index| Some((index, self.keys.get(index)?)));
        let (index, enrolled) = found.ok_or_else(|| "it is not enrolled".to_owned())?;
        let owner = self.keys.person(enrolled.person);
        let scope = match enrolled.scope {
            Scope::Officer => self.rulebook.election().units().root(),
            Scope::Unit(scope) => scope,
        };
        if (owner, scope) != (person, *unit) {
            return Err(format!("it is {owner}'s, for {}", self.unit_id(scope)));
        }
        gone.push(index);
        let (needed, left) = (self.rulebook.officers_needed(), self.officers_without(gone));
        if enrolled.scope == Scope::Officer && left < needed {
            return Err(format!("{needed} officers sign, {left} would be left"));
        }
        Ok(())
    }

    /// How many persons can sign as officers without these keys. Without enough of them nothing
    /// could be released any more, and nobody could be enrolled.
    fn officers_without(&self, gone: &[KeyIndex]) -> usize {
        let valid = |(index, key): &(KeyIndex, &Key)| {
            key.scope == Scope::Officer && key.revoked.is_none() && !gone.contains(index)
        };
        let officers = self.keys.all().iter().enumerate().filter(valid);
        officers.map(|(_, key)| key.person).collect::<HashSet<Person>>().len()
    }

    fn find_reading(&self, unit: UnitIndex, chosen: RecordId) -> Result<(usize, usize), Refusal> {
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
        let keys = self.valid(signers)?;
        for key in &keys {
            self.check_scope(key, unit)?;
        }
        let expected = self.rulebook.channels().get(channel).map_or(0, |(_, persons)| *persons);
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
    fn valid(&self, signers: &[KeyIndex]) -> Result<Vec<&Key>, Refusal> {
        let keys: Vec<&Key> = signers.iter().filter_map(|signer| self.keys.get(*signer)).collect();
        for key in &keys {
            if let Some(position) = key.revoked {
                let name = key.verifying.name().to_string();
                return Err(Refusal::RevokedKey { name, position });
            }
        }
        Ok(keys)
    }

    fn check_scope(&self, key: &Key, unit: UnitIndex) -> Result<(), Refusal> {
        match key.scope {
            Scope::Unit(scope) if self.rulebook.election().units().contains(scope, unit) => Ok(()),
            _ => Err(self.out_of_scope(key, self.unit_id(unit))),
        }
    }

    fn out_of_scope(&self, key: &Key, unit: String) -> Refusal {
        let scope = match key.scope {
            Scope::Officer => "the whole election as an officer".to_owned(),
            Scope::Unit(scope) => self.unit_id(scope),
        };
        Refusal::OutOfScope { name: key.verifying.name().to_string(), scope, unit }
    }

    /// Four eyes: different persons, not only different keys.
    fn different(&self, keys: &[&Key], expected: usize) -> Result<Box<[Person]>, Refusal> {
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
