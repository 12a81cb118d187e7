//! The keys of a rehearsal, all made from one seed, and the records that they sign, so that a
//! recorded night can be replayed.
//! It is no way to make keys for an election: a live log has no seed, and a definition says which
//! of the two it is, so nothing that these keys sign can ever enter a live log.
//! `countersign init`, `demo` and `replay` build on it, and the tests that send records to a real
//! server.
//!
//! ```
//! let rehearsal = rehearsal::Rehearsal { seed: [7; 32] };
//! let member = rehearsal::Rehearsal::member("9999::SB1", 2);
//! assert_eq!(rehearsal.key(&member)?.public().name().as_str(), "9999::SB1/2");
//! # Ok::<(), record::note::KeyError>(())
//! ```
//!
//! The keys are as secret as the seed, which the server hands to anyone who asks on its own machine.

use std::{collections::HashMap, sync::Arc};

use election::{Election, Instant};
use formats::{NightEntry, What};
use record::{
    Body, CanonicalError, Digest, Draft, Kind, RecordId, Salt,
    body::{Release, Returns, Turnout},
    enrolment::Code,
    note::{KeyError, NoteError, SigningKey},
};
use tally::Rulebook;

/// The seed of a rehearsal.
#[derive(Clone, Copy)]
pub struct Rehearsal {
    /// 32 bytes that nothing else is made from.
    pub seed: [u8; 32],
}

impl Rehearsal {
    /// 32 bytes for one purpose.
    fn derive(&self, purpose: &str) -> [u8; 32] {
        *Digest::of(&[&self.seed, purpose.as_bytes()].concat()).as_bytes()
    }

    /// A salt for one text.
    #[must_use]
    pub fn salt(&self, text: &str) -> Salt {
        Digest::from_bytes(self.derive(&format!("salt {text}")))
    }

    /// The key of a person, who has the key's name.
    ///
    /// # Errors
    /// When no key can have that name.
    pub fn key(&self, person: &str) -> Result<SigningKey, KeyError> {
        // One in 2^32 derived values is no key of the curve: then the next one.
        let mut keys = (0..4u8).map(|again| {
            let scalar = self.derive(&format!("key {again} {person}"));
            SigningKey::p256(person.parse()?, &scalar)
        });
        let first = keys.next().unwrap_or_else(|| SigningKey::p256(person.parse()?, &self.seed));
        first.or_else(|error| keys.find(Result::is_ok).unwrap_or(Err(error)))
    }

    /// The one-time code of a person, where the election asks for codes.
    #[must_use]
    pub fn code(&self, person: &str) -> Code {
        let drawn = self.derive(&format!("code {person}"));
        let mut bytes = [0; 15];
        bytes.iter_mut().zip(drawn).for_each(|(byte, drawn)| *byte = drawn);
        Code::from_random(bytes)
    }

    /// An officer's name; they count from 1.
    #[must_use]
    pub fn officer(number: usize) -> String {
        format!("officer/{number}")
    }

    /// The name of a member of a unit's committee; they count from 1.
    #[must_use]
    pub fn member(unit: &str, number: usize) -> String {
        format!("{unit}/{number}")
    }

    /// How many members a unit has: as many as any channel asks to sign.
    #[must_use]
    pub fn members(election: &Election) -> usize {
        election.head().signatures.committee().into()
    }
}

/// Writes and signs the records of a night, as its stations would have.
pub struct Signer {
    rulebook: Arc<Rulebook>,
    rehearsal: Rehearsal,
    /// For each unit, channel and kind, the last number and record: turnout and returns are
    /// numbered apart.
    last: HashMap<(String, Arc<str>, Kind), (u32, RecordId)>,
    /// For each unit, the channel of its first form.
    own: HashMap<String, Arc<str>>,
}

/// A record that was signed and not sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its id.
    pub id: RecordId,
    /// Its bytes.
    pub note: Vec<u8>,
}

/// Why there is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Somebody can have no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The text cannot be written.
    #[error(transparent)]
    Text(#[from] CanonicalError),
    /// It cannot be signed.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Signer {
    /// For the records of one definition. It numbers what it writes itself, so all records of one
    /// unit must be by one signer, in their order.
    #[must_use]
    pub fn new(rulebook: Arc<Rulebook>, rehearsal: Rehearsal) -> Self {
        Self { rulebook, rehearsal, last: HashMap::new(), own: HashMap::new() }
    }

    /// As many officers as must sign release the whole election.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn release(&self) -> Result<Signed, SignError> {
        let units = self.rulebook.election().units();
        let names = (1..=self.rulebook.officers_needed()).map(Rehearsal::officer);
        let release = Release {
            definition: self.rulebook.definition(),
            // The moment itself, and not now: so the same release, sent twice, is the same record.
            made: self.rulebook.release_moment().seconds(),
            salt: self.rehearsal.salt("release"),
            unit: units.get(units.root()).id.to_string(),
        };
        self.sign(&Body::Release(release), names)
    }

    /// The members of a unit sign what stands on their paper. A second reading by another channel
    /// is by others, the members of the area above: one person twice is no second witness. `now` is when they took a turnout
    /// whose time was not recorded.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn record(&mut self, entry: &NightEntry, now: Instant) -> Result<Signed, SignError> {
        let unit = entry.unit.as_str();
        let kind = match entry.what {
            What::Turnout { .. } => Kind::Turnout,
            What::Returns { .. } => Kind::Returns,
        };
        let key = (unit.to_owned(), Arc::clone(&entry.channel), kind);
        let before = self.last.get(&key);
        let (seq, prev) = before.map_or((1, None), |(seq, id)| (seq + 1, Some(*id)));
        let salt = self.rehearsal.salt(&format!("{unit} {} {kind} {seq}", entry.channel));
        let body = self.body(entry, (seq, prev), salt, now);
        let whose = self.whose(entry);
        let members = (1..=self.persons(&entry.channel)).map(|n| Rehearsal::member(&whose, n));
        let signed = self.sign(&body, members)?;
        self.last.insert(key, (seq, signed.id));
        Ok(signed)
    }

    /// The unit whose members sign.
    fn whose(&mut self, entry: &NightEntry) -> String {
        let unit = entry.unit.to_string();
        if matches!(entry.what, What::Turnout { .. }) {
            return unit;
        }
        let own = self.own.entry(unit.clone()).or_insert_with(|| Arc::clone(&entry.channel));
        let units = self.rulebook.election().units();
        let above = units.find(&unit).and_then(|index| units.get(index).parent);
        match above {
            Some(area) if *own != entry.channel => units.get(area).id.to_string(),
            _ => unit,
        }
    }

    /// How many the channel asks to sign.
    fn persons(&self, channel: &str) -> usize {
        let policy = self.rulebook.election().head().signatures.channels.get(channel);
        policy.map_or(1, |policy| usize::from(policy.persons))
    }

    fn body(
        &self,
        entry: &NightEntry,
        (seq, prev): (u32, Option<RecordId>),
        salt: Salt,
        now: Instant,
    ) -> Body {
        let definition = self.rulebook.definition();
        let (channel, unit) = (entry.channel.to_string(), entry.unit.to_string());
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        match &entry.what {
            What::Turnout { admitted } => Body::Turnout(Turnout {
                admitted: signed(*admitted),
                channel,
                definition,
                made: entry.at.unwrap_or(now).seconds(),
                salt,
                seq,
                unit,
            }),
            What::Returns { counts, .. } => Body::Returns(Returns {
                channel,
                counts: counts.iter().map(|(c, n)| (c.to_string(), signed(*n))).collect(),
                definition,
                devices: u8::try_from(self.persons(&entry.channel)).unwrap_or(u8::MAX),
                made: entry.at.map(Instant::seconds),
                photo: None,
                prev,
                reason: entry.reason.clone(),
                salt,
                seq,
                unit,
            }),
        }
    }

    fn sign(&self, body: &Body, people: impl Iterator<Item = String>) -> Result<Signed, SignError> {
        let keys: Vec<SigningKey> =
            people.map(|person| self.rehearsal.key(&person)).collect::<Result<_, _>>()?;
        let draft = Draft::new(body)?;
        let note = draft.sign(&keys.iter().collect::<Vec<_>>())?;
        Ok(Signed { id: draft.id(), note })
    }
}
