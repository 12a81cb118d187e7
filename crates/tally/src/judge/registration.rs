//! May these keys come or go, and these codes be given out?

use std::collections::{HashMap, HashSet};

use election::UnitIndex;
use record::body::{KeyAction, Role};

use super::How;
use crate::{
    Key, KeyIndex, Ledger, Person, Refusal, Scope,
    keys::Material,
    prepare::{Invited, Member},
};

/// On whose word keys come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Officers', for every key.
    Officers,
    /// Registrars', for keys that sign figures in their area.
    Registrars,
}

impl Ledger {
    pub(super) fn judge_keys(
        &self,
        action: KeyAction,
        keys: &[Member],
        signers: &[KeyIndex],
    ) -> Result<How, Refusal> {
        let word = self.check_registration(signers, keys.iter().map(|member| member.unit))?;
        match action {
            KeyAction::Enrol => {
                if keys.iter().any(|member| member.role == Some(Role::Registrar)) {
                    self.check_new_registrar(word, signers)?;
                }
                self.judge_enrolment(keys).map(|()| How::Enrol)
            }
            KeyAction::Revoke => {
                let mut gone = Vec::with_capacity(keys.len());
                for member in keys {
                    let found = self.judge_revocation(member, &mut gone);
                    found.map_err(|problem| bad_key(member, problem))?;
                }
                let scopes = gone.iter().filter_map(|index| self.keys.get(*index));
                let figures_only =
                    scopes.into_iter().all(|key| matches!(key.scope, Scope::Unit(_)));
                if word == Word::Registrars && !figures_only {
                    self.check_officers(signers)?;
                }
                Ok(How::Revoke(gone))
            }
        }
    }

    fn check_new_registrar(&self, word: Word, signers: &[KeyIndex]) -> Result<(), Refusal> {
        let officers = || self.check_officers(signers);
        if word == Word::Registrars { officers() } else { Ok(()) }
    }

    /// Either officers signed, or registrars whose area has all these units.
    fn check_registration(
        &self,
        signers: &[KeyIndex],
        mut units: impl Iterator<Item = UnitIndex>,
    ) -> Result<Word, Refusal> {
        let keys = self.valid(signers)?;
        let registrar = |key: &Key<'_>| matches!(key.scope, Scope::Registrar(_));
        let needed = self.rulebook.registrars_needed().filter(|_| keys.iter().all(registrar));
        let Some(needed) = needed else {
            return self.check_officers(signers).map(|()| Word::Officers);
        };
        units.try_for_each(|unit| keys.iter().try_for_each(|key| self.check_area(key, unit)))?;
        self.different(&keys, needed).map(|_| Word::Registrars)
    }

    fn check_area(&self, key: &Key<'_>, unit: UnitIndex) -> Result<(), Refusal> {
        let units = self.rulebook.election().units();
        match key.scope {
            Scope::Registrar(area) if units.contains(area, unit) => Ok(()),
            _ => Err(self.out_of_scope(key, format!("the keys of {}", self.unit_id(unit)))),
        }
    }

    fn judge_enrolment(&self, keys: &[Member]) -> Result<(), Refusal> {
        let mut new = HashSet::with_capacity(keys.len());
        let mut lines = HashMap::with_capacity(keys.len());
        let mut used = HashSet::new();
        for member in keys {
            let refuse = |problem| Err(bad_key(member, problem));
            if let Some(owner) = self.keys.owner(&member.key) {
                return refuse(format!("it is {owner}'s already"));
            }
            if !new.insert(Material::of(&member.key)) {
                return refuse("it stands twice".to_owned());
            }
            // Ids are four bytes, and whoever tries long enough finds a key with another's.
            let before = lines.insert((member.key.name(), member.key.id()), &*member.person);
            if let Some(owner) = before.or_else(|| self.keys.look_alike(&member.key)) {
                return refuse(format!("signatures by it look like those by a key of {owner}'s"));
            }
            let Some(code) = member.code else { continue };
            let open = self.registry.open(member.unit, &member.person) == Some(code);
            if !open || !used.insert(code) {
                let (person, unit) = (&member.person, self.unit_id(member.unit));
                return refuse(match self.registry.was_given(&code) {
                    true => {
                        format!("the code of {person} at {unit} was used, or replaced by another")
                    }
                    false => format!("no such code was given to {person} at {unit}"),
                });
            }
        }
        Ok(())
    }

    /// A key goes, with those that are `gone` in the same record already. The record must say
    /// truly whose it is and for which unit, for that is what is read before it is signed.
    fn judge_revocation(&self, member: &Member, gone: &mut Vec<KeyIndex>) -> Result<(), String> {
        let found = self.keys.find(&member.key);
        let found = found.and_then(|index| Some((index, self.keys.get(index)?)));
        let (index, enrolled) = found.ok_or_else(|| "it is not enrolled".to_owned())?;
        let owner = self.keys.person(enrolled.person);
        let scope = self.unit_of(&enrolled);
        if (owner, scope) != (&*member.person, member.unit) {
            return Err(format!("it is {owner}'s, for {}", self.unit_id(scope)));
        }
        gone.push(index);
        if enrolled.scope == Scope::Officer {
            let (needed, left) = (self.rulebook.officers_needed(), self.officers_without(gone));
            if left < needed {
                return Err(format!("{needed} officers sign, {left} would be left"));
            }
        }
        Ok(())
    }

    /// How many persons can sign as officers without these keys. Without enough of them nothing
    /// could be released any more, and nobody could be enrolled.
    fn officers_without(&self, gone: &[KeyIndex]) -> usize {
        let valid = |(index, key): &(KeyIndex, Key<'_>)| {
            key.scope == Scope::Officer && key.revoked.is_none() && !gone.contains(index)
        };
        // They are enrolled by the definition and by nothing else, so they come first.
        let officers = self.keys.all().take(self.rulebook.officers()).enumerate().filter(valid);
        officers.map(|(_, key)| key.person).collect::<HashSet<Person>>().len()
    }

    pub(super) fn judge_codes(
        &self,
        codes: &[Invited],
        signers: &[KeyIndex],
    ) -> Result<How, Refusal> {
        self.check_registration(signers, codes.iter().map(|code| code.unit))?;
        let mut commitments = HashSet::with_capacity(codes.len());
        let mut people = HashSet::with_capacity(codes.len());
        for code in codes {
            let refuse = |problem: &str| {
                let (person, unit) = (code.person.clone(), self.unit_id(code.unit));
                Err(Refusal::BadCode { person, unit, problem: problem.to_owned() })
            };
            // Once it is opened everybody knows it.
            if self.registry.was_given(&code.commitment) {
                return refuse("its commitment stands in the log already");
            }
            if !commitments.insert(code.commitment) {
                return refuse("its commitment stands twice");
            }
            if !people.insert((code.unit, &*code.person)) {
                return refuse("one person gets two codes");
            }
        }
        Ok(How::Invite)
    }
}

fn bad_key(member: &Member, problem: String) -> Refusal {
    let (person, vkey) = (member.person.clone(), member.key.vkey().to_string());
    Refusal::BadKey { person, vkey, problem }
}
