//! Who may sign, and from which position of the log to which.
//!
//! A country has millions of keys, and each takes some 110 bytes here: its point and a few numbers
//! in [`Row`], its name in [`Names`], two entries of hash tables. What the algorithms make of a
//! point takes several hundred bytes; that and the key's id are made again for each signature, in 2 µs
//! beside the 50 that checking it takes.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    iter::successors,
};

use election::UnitIndex;
use record::note::{
    KeyError, KeyId, KeyName, Note, PublicKey, RelyingParty, Signature, VerifyingKey,
};

use crate::{
    Person, Refusal,
    names::{Name, Names},
    place::Place,
    table::Table,
};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'k> {
    /// The name that its signature lines carry.
    pub name: &'k str,
    /// For whom it signs.
    pub scope: Scope,
    /// Whose it is.
    pub person: Person,
    /// The position of the record that enrolled it.
    pub enrolled: u64,
    /// The position of the record that revoked it.
    pub revoked: Option<u64>,
}

/// All keys that were ever enrolled.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    rows: Vec<Row>,
    /// Names of keys and of persons, which are mostly the same, and of relying parties.
    names: Names,
    /// The last key of each name, by the name's place.
    last: Vec<Option<Place>>,
    /// The key of the same name before a key, and the key's own id. Nearly every name has one key;
    /// where a country's people all call theirs alike, ids must not be made again for each of them.
    before: HashMap<KeyIndex, (Place, KeyId)>,
    by_material: Table<Place>,
    hasher: RandomState,
    /// The first key of each record that enrolled some, and the record's position.
    enrolments: Vec<(KeyIndex, u64)>,
    revoked: HashMap<KeyIndex, u64>,
    /// Those that sign keys and no figures: a few in each area.
    registrars: HashSet<KeyIndex>,
}

/// What is kept of one key.
#[derive(Clone, Debug)]
struct Row {
    material: Material,
    /// For whom an authenticator made it, if one did.
    party: Option<Name>,
    name: Name,
    person: Name,
    /// The unit that it signs for; none where it is an officer's.
    unit: Option<UnitIndex>,
}

impl Keys {
    /// Every key, in the order of enrolment.
    pub fn all(&self) -> impl ExactSizeIterator<Item = Key<'_>> {
        self.rows.iter().enumerate().map(|(index, row)| self.key(index, row))
    }

    /// The key at a place.
    #[must_use]
    pub fn get(&self, index: KeyIndex) -> Option<Key<'_>> {
        self.rows.get(index).map(|row| self.key(index, row))
    }

    fn key(&self, index: KeyIndex, row: &Row) -> Key<'_> {
        Key {
            name: self.names.get(row.name),
            scope: self.scope(index, row),
            person: row.person.0.number(),
            enrolled: self.enrolled(index),
            revoked: self.revoked.get(&index).copied(),
        }
    }

    fn scope(&self, index: KeyIndex, row: &Row) -> Scope {
        match row.unit {
            None => Scope::Officer,
            Some(unit) if self.registrars.contains(&index) => Scope::Registrar(unit),
            Some(unit) => Scope::Unit(unit),
        }
    }

    fn enrolled(&self, index: KeyIndex) -> u64 {
        let behind = self.enrolments.partition_point(|(first, _)| *first <= index);
        let own = behind.checked_sub(1).and_then(|own| self.enrolments.get(own));
        own.map_or(0, |(_, position)| *position)
    }

    /// The name of a person.
    #[must_use]
    pub fn person(&self, person: Person) -> &str {
        let place = usize::try_from(person).ok();
        place.and_then(|place| self.names.at(place)).unwrap_or_default()
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
        let found = named.find(|named| self.has_id(*named, &signature.name, signature.id));
        let unknown = || Refusal::UnknownKey { name: signature.name.to_string() };
        found.map(|(index, _)| index).ok_or_else(unknown)
    }

    /// The keys of a name, the last one first.
    fn named(&self, name: &KeyName) -> impl Iterator<Item = (KeyIndex, &Row)> {
        self.of_name(name.as_str())
    }

    fn of_name(&self, name: &str) -> impl Iterator<Item = (KeyIndex, &Row)> {
        let name = self.names.find(name);
        let last = name.and_then(|name| self.last.get(name.0.get()).copied().flatten());
        let row = |place: Place| Some((place.get(), self.rows.get(place.get())?));
        let before = move |index: &KeyIndex| row(self.before.get(index)?.0);
        successors(last.and_then(row), move |(index, _)| before(index))
    }

    /// Checks a note's signatures by the keys that [`Keys::signers`] found. This is the slow part,
    /// and it depends on nothing else, so it may run anywhere and in any order.
    ///
    /// # Errors
    /// At the first signature that does not hold.
    pub fn check(&self, note: &Note<'_>, signers: &[KeyIndex]) -> Result<(), Refusal> {
        for (signature, signer) in note.signatures().iter().zip(signers) {
            let name = || signature.name.to_string();
            let row = self.rows.get(*signer).ok_or_else(|| Refusal::UnknownKey { name: name() })?;
            // It was decoded when it was enrolled, so it can be again.
            let key = self.decode(row, signature.name.clone());
            let key = key.map_err(|_| Refusal::UnknownKey { name: name() })?;
            let bad = |reason| Refusal::BadSignature { name: name(), reason };
            key.verify(note.text(), signature).map_err(bad)?;
        }
        Ok(())
    }

    fn decode(&self, row: &Row, name: KeyName) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::new(name, self.public(row)?)
    }

    /// Name and id of the key at a place, `NAME+ID` as in its vkey.
    #[must_use]
    pub fn name_and_id(&self, index: KeyIndex) -> Option<String> {
        let row = self.rows.get(index)?;
        let name: KeyName = self.names.get(row.name).parse().ok()?;
        let id = self.id(row, &name)?;
        Some(format!("{name}+{id}"))
    }

    /// Has a row's key, whose name is this one, this id?
    fn has_id(&self, (index, row): (KeyIndex, &Row), name: &KeyName, id: KeyId) -> bool {
        let known = self.before.get(&index).map(|(_, id)| *id);
        known.or_else(|| self.id(row, name)) == Some(id)
    }

    /// The id of a row's key, whose name is this one.
    fn id(&self, row: &Row, name: &KeyName) -> Option<KeyId> {
        self.public(row).ok().map(|public| KeyId::of(name, &public.material()))
    }

    fn public(&self, row: &Row) -> Result<PublicKey, KeyError> {
        Ok(match (&row.material, row.party) {
            (Material::Ed25519(key), _) => PublicKey::Ed25519(*key),
            (Material::P256(xy), None) => PublicKey::P256(point(xy)),
            (Material::P256(xy), Some(party)) => PublicKey::WebAuthn {
                point: point(xy),
                relying_party: RelyingParty::from_bytes(self.names.get(party).as_bytes())?,
            },
        })
    }

    /// The owner of a key that is enrolled already under some name.
    pub(crate) fn owner(&self, key: &VerifyingKey) -> Option<&str> {
        let material = Some(Material::of(key));
        let row = |place: Place| self.rows.get(place.get());
        let same = |place| row(place).map(|row| row.material) == material;
        let place = self.by_material.find(self.hasher.hash_one(material), same);
        place.and_then(row).map(|row| self.names.get(row.person))
    }

    /// Makes room for so many keys more, each of a person of its own name.
    pub(crate) fn reserve(&mut self, keys: usize) {
        self.rows.reserve(keys);
        self.names.reserve(keys);
        self.last.reserve(keys);
        self.by_material.reserve(keys, |place| hash(&self.hasher, &self.rows, place));
    }

    /// Takes a key in, enrolled by the record at a position that is not before any other key's.
    pub(crate) fn enrol(&mut self, key: &VerifyingKey, scope: Scope, position: u64, person: &str) {
        let index = self.rows.len();
        if self.enrolments.last().is_none_or(|(_, last)| *last != position) {
            self.enrolments.push((index, position));
        }
        let place = Place::new(index);
        let name = self.names.take(key.name().as_str());
        let person = self.names.take(person);
        let party = party(key.public()).map(|party| self.names.take(party));
        if let Some(before) = self.replace_last(name, place) {
            self.before.insert(index, (before, key.id()));
        }
        let material = Material::of(key);
        let unit = match scope {
            Scope::Officer => None,
            Scope::Unit(unit) => Some(unit),
            Scope::Registrar(unit) => {
                self.registrars.insert(index);
                Some(unit)
            }
        };
        self.rows.push(Row { material, party, name, person, unit });
        self.by_material.insert(place, |place| hash(&self.hasher, &self.rows, place));
    }

    /// The last key of a name is another one from here on; the one before it, if there is one.
    fn replace_last(&mut self, name: Name, place: Place) -> Option<Place> {
        let at = name.0.get();
        if self.last.len() <= at {
            self.last.resize(at + 1, None);
        }
        self.last.get_mut(at).and_then(|last| last.replace(place))
    }

    /// The place of a key that is enrolled and not revoked.
    pub(crate) fn find(&self, key: &VerifyingKey) -> Option<KeyIndex> {
        let mut named = self.named(key.name());
        let found = named.find(|(index, row)| {
            !self.revoked.contains_key(index) && self.is_public(row, key.public())
        });
        found.map(|(index, _)| index)
    }

    /// The places in here of keys out of another collection.
    ///
    /// # Errors
    /// At the first that is not here.
    pub fn places(&self, other: &Self, keys: &[KeyIndex]) -> Result<Vec<KeyIndex>, Refusal> {
        let place = |row: &Row| {
            let name = other.names.get(row.name);
            let party = row.party.map(|party| other.names.get(party));
            let same = |known: &Row| {
                known.material == row.material
                    && known.party.map(|party| self.names.get(party)) == party
            };
            let found = self.of_name(name).find(|(_, known)| same(known));
            let unknown = || Refusal::UnknownKey { name: name.to_owned() };
            found.map(|(index, _)| index).ok_or_else(unknown)
        };
        keys.iter().filter_map(|index| other.rows.get(*index)).map(place).collect()
    }

    /// Is this the public key of a row? One that signs in another way is another.
    fn is_public(&self, row: &Row, public: &PublicKey) -> bool {
        row.material == Material::of_public(public)
            && row.party.map(|party| self.names.get(party)) == party(public)
    }

    pub(crate) fn revoke(&mut self, index: KeyIndex, position: u64) {
        self.revoked.entry(index).or_insert(position);
    }

    /// The owner of a key, also of one that is gone, whose signature lines cannot be told from
    /// those of this one.
    pub(crate) fn look_alike(&self, key: &VerifyingKey) -> Option<&str> {
        let mut named = self.named(key.name());
        let (_, same) = named.find(|named| self.has_id(*named, key.name(), key.id()))?;
        Some(self.names.get(same.person))
    }
}

/// What makes two keys the same key: the point, whatever the way of signing with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Material {
    Ed25519([u8; 32]),
    /// `x || y`. Every point that is decoded has 04 before it.
    P256([u8; 64]),
}

impl Material {
    pub(crate) fn of(key: &VerifyingKey) -> Self {
        Self::of_public(key.public())
    }

    fn of_public(public: &PublicKey) -> Self {
        match public {
            PublicKey::Ed25519(bytes) => Self::Ed25519(*bytes),
            PublicKey::P256([_, xy @ ..]) => Self::P256(*xy),
            PublicKey::WebAuthn { point: [_, xy @ ..], .. } => Self::P256(*xy),
        }
    }
}

/// A point as it stands in a key.
fn point(xy: &[u8; 64]) -> [u8; 65] {
    let mut point = [4; 65];
    let [_, rest @ ..] = &mut point;
    *rest = *xy;
    point
}

/// For whom an authenticator made a key, if one did.
fn party(public: &PublicKey) -> Option<&str> {
    match public {
        PublicKey::WebAuthn { relying_party, .. } => Some(relying_party.as_str()),
        PublicKey::Ed25519(_) | PublicKey::P256(_) => None,
    }
}

/// A row's place in the table of materials.
fn hash(hasher: &RandomState, rows: &[Row], place: Place) -> u64 {
    hasher.hash_one(rows.get(place.get()).map(|row| &row.material))
}

#[cfg(test)]
mod tests {
    use super::{Name, Place, Row};

    #[test]
    fn a_key_takes_some_110_bytes() {
        let tables = size_of::<Name>() + size_of::<Place>() + size_of::<Option<Place>>();
        assert_eq!((size_of::<Row>(), tables), (84, 12));
    }
}
