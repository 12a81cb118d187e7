//! Who may sign, and from which position of the log to which.

use std::{collections::HashMap, iter::successors, sync::Arc};

use election::UnitIndex;
use record::note::{KeyName, Note, PublicKey, Signature, VerifyingKey};

use crate::{Person, Refusal};

/// The place of a key in [`Keys`].
pub type KeyIndex = usize;

/// For whom a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// For the whole election, as an officer.
    Officer,
    /// For a unit and all inside it: figures.
    Unit(UnitIndex),
    /// For a unit and all inside it: codes and keys, and no figures.
    Registrar(UnitIndex),
}

/// An enrolled key.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub verifying: VerifyingKey,
    /// For whom it signs.
    pub scope: Scope,
    /// Whose it is.
    pub person: Person,
    /// The position of the record that enrolled it.
    pub enrolled: u64,
    /// The position of the record that revoked it.
    pub revoked: Option<u64>,
}

impl Key {
    pub(crate) fn new(verifying: VerifyingKey, scope: Scope, enrolled: u64) -> Self {
        Self { verifying, scope, person: 0, enrolled, revoked: None }
    }
}

/// All keys that were ever enrolled.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    all: Vec<Key>,
    /// The last key of each name.
    by_name: HashMap<KeyName, KeyIndex>,
    /// For each key, the one of its name before it. Nearly every name has one key, and a list of
    /// its own for each would be twenty thousand.
    before: Vec<Option<KeyIndex>>,
    persons: HashMap<Arc<str>, Person>,
    names: Vec<Arc<str>>,
    /// Whose each key is: one key is never two persons'.
    owners: HashMap<Material, Person>,
}

impl Keys {
    /// Every key, in the order of enrolment.
    #[must_use]
    pub fn all(&self) -> &[Key] {
        &self.all
    }

    /// The key at a place.
    #[must_use]
    pub fn get(&self, index: KeyIndex) -> Option<&Key> {
        self.all.get(index)
    }

    /// The name of a person.
    #[must_use]
    pub fn person(&self, person: Person) -> &str {
        let name = usize::try_from(person).ok().and_then(|index| self.names.get(index));
        name.map_or("", |name| name)
    }

    /// The keys that a note's signature lines name, in their order. Every line must name one:
    /// there is no place on a record for a signature that nobody can check.
    ///
    /// # Errors
    /// At the first signature by a key that nobody enrolled.
    pub fn signers(&self, note: &Note<'_>) -> Result<Vec<KeyIndex>, Refusal> {
        note.signatures().iter().map(|signature| self.signer(signature)).collect()
    }

    fn signer(&self, signature: &Signature) -> Result<KeyIndex, Refusal> {
        let mut named = self.named(&signature.name);
        let found = named.find(|(_, key)| key.verifying.id() == signature.id);
        let unknown = || Refusal::UnknownKey { name: signature.name.to_string() };
        found.map(|(index, _)| index).ok_or_else(unknown)
    }

    /// The keys of a name, the last one first.
    fn named(&self, name: &KeyName) -> impl Iterator<Item = (KeyIndex, &Key)> {
        let last = self.by_name.get(name).copied();
        let named = successors(last, |index| self.before.get(*index).copied().flatten());
        named.filter_map(|index| Some((index, self.get(index)?)))
    }

    /// Checks a note's signatures by the keys that [`Keys::signers`] found. This is the slow part,
    /// and it depends on nothing else, so it may run anywhere and in any order.
    ///
    /// # Errors
    /// At the first signature that does not hold.
    pub fn check(&self, note: &Note<'_>, signers: &[KeyIndex]) -> Result<(), Refusal> {
        for (signature, signer) in note.signatures().iter().zip(signers) {
            let name = || signature.name.to_string();
            let key = self.get(*signer).ok_or_else(|| Refusal::UnknownKey { name: name() })?;
            let bad = |reason| Refusal::BadSignature { name: name(), reason };
            key.verifying.verify(note.text(), signature).map_err(bad)?;
        }
        Ok(())
    }

    /// The owner of a key that is enrolled already under some name.
    pub(crate) fn owner(&self, key: &VerifyingKey) -> Option<&str> {
        self.owners.get(&Material::of(key)).map(|person| self.person(*person))
    }

    /// Makes room for so many keys more, each of a person of its own.
    pub(crate) fn reserve(&mut self, keys: usize) {
        self.all.reserve(keys);
        self.by_name.reserve(keys);
        self.before.reserve(keys);
        self.persons.reserve(keys);
        self.names.reserve(keys);
        self.owners.reserve(keys);
    }

    pub(crate) fn enrol(&mut self, mut key: Key, person: &str) {
        key.person = self.person_number(person);
        self.owners.insert(Material::of(&key.verifying), key.person);
        let before = self.by_name.insert(key.verifying.name().clone(), self.all.len());
        self.before.push(before);
        self.all.push(key);
    }

    fn person_number(&mut self, name: &str) -> Person {
        if let Some(person) = self.persons.get(name) {
            return *person;
        }
        let person = Person::try_from(self.names.len()).unwrap_or(Person::MAX);
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.persons.insert(name, person);
        person
    }

    /// The place of a key that is enrolled and not revoked.
    pub(crate) fn find(&self, key: &VerifyingKey) -> Option<KeyIndex> {
        let mut named = self.named(key.name());
        let found = named.find(|(_, enrolled)| {
            enrolled.revoked.is_none() && enrolled.verifying.public() == key.public()
        });
        found.map(|(index, _)| index)
    }

    /// The places in here of keys out of another collection.
    ///
    /// # Errors
    /// At the first that is not here.
    pub fn places(&self, other: &Self, keys: &[KeyIndex]) -> Result<Vec<KeyIndex>, Refusal> {
        let place = |key: &Key| {
            let mut named = self.named(key.verifying.name());
            let found = named.find(|(_, known)| known.verifying == key.verifying);
            let unknown = || Refusal::UnknownKey { name: key.verifying.name().to_string() };
            found.map(|(index, _)| index).ok_or_else(unknown)
        };
        keys.iter().filter_map(|index| other.get(*index)).map(place).collect()
    }

    pub(crate) fn revoke(&mut self, index: KeyIndex, position: u64) {
        if let Some(key) = self.all.get_mut(index) {
            key.revoked.get_or_insert(position);
        }
    }

    /// The owner of a key, also of one that is gone, whose signature lines cannot be told from
    /// those of this one.
    pub(crate) fn look_alike(&self, key: &VerifyingKey) -> Option<&str> {
        let mut named = self.named(key.name());
        let (_, same) = named.find(|(_, enrolled)| enrolled.verifying.id() == key.id())?;
        Some(self.person(same.person))
    }
}

/// What makes two keys the same key: the point, whatever the way of signing with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Material {
    Ed25519([u8; 32]),
    P256([u8; 65]),
}

impl Material {
    pub(crate) fn of(key: &VerifyingKey) -> Self {
        match key.public() {
            PublicKey::Ed25519(bytes) => Self::Ed25519(*bytes),
            PublicKey::P256(point) | PublicKey::WebAuthn { point, .. } => Self::P256(*point),
        }
    }
}
