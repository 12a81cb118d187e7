//! What the definition fixes once and for all.

use std::{str::FromStr, sync::Arc};

use election::{Election, ElectionError, Head, Instant, Mode};
use form::{Forms, SpecError};
use record::{
    Body, Record, RecordId,
    note::{KeyError, VerifyingKey},
};

use crate::{Keys, Scope, keys::Material};

/// The definition, read: what every record of this log is judged by.
pub struct Rulebook {
    definition: RecordId,
    forms: Arc<Forms>,
    mode: Mode,
    officers: Vec<(String, VerifyingKey)>,
    log: VerifyingKey,
    publisher: VerifyingKey,
    /// The channels that are open with the persons who must sign, in the order of their names.
    channels: Vec<(String, usize)>,
}

/// Why a record is no definition to work by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    /// It is a record of another kind.
    #[error("expected a definition, found a record of kind {found}")]
    Kind {
        /// The kind found.
        found: record::Kind,
    },
    /// The election in it does not hold together.
    #[error(transparent)]
    Election(#[from] ElectionError),
    /// A form in it does not hold together.
    #[error(transparent)]
    Form(#[from] SpecError),
    /// The key of an officer or of the publisher cannot be read.
    #[error("key of {whose}: {reason}")]
    Key {
        /// Whose.
        whose: String,
        /// Why not.
        reason: KeyError,
    },
    /// Two officers have one key, or keys that signature lines do not tell apart, or one person
    /// stands twice: four eyes would be two.
    #[error("officers {first} and {second} are not two persons with two keys")]
    SameOfficer {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// There are fewer officers than must sign.
    #[error("{expected} officers sign, the definition names {found}")]
    Officers {
        /// How many must sign.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

impl Rulebook {
    /// Reads a definition record. Its signatures are the caller's business: whoever pins its id
    /// needs none, whoever does not learns nothing from them.
    ///
    /// # Errors
    /// At the first thing that does not hold together.
    pub fn new(record: &Record<'_>) -> Result<Self, RulebookError> {
        let Body::Definition(definition) = &record.body else {
            return Err(RulebookError::Kind { found: record.body.kind() });
        };
        let head = Head::from_json(&definition.head.to_string())?;
        let channels = head.signatures.channels.iter();
        let channels = channels.map(|(id, p)| (id.clone(), usize::from(p.persons))).collect();
        let forms = Arc::new(Forms::new(Election::new(head, &definition.units)?)?);
        let officers = definition
            .officers
            .iter()
            .map(|officer| Ok((officer.person.clone(), read_key(&officer.person, &officer.vkey)?)));
        let rulebook = Self {
            definition: record.id,
            mode: definition.mode,
            officers: officers.collect::<Result<_, RulebookError>>()?,
            log: read_key("the log", &definition.log)?,
            publisher: read_key("the publisher", &definition.publisher)?,
            channels,
            forms,
        };
        rulebook.check_officers_differ()?;
        let (expected, found) = (rulebook.officers_needed(), rulebook.officers.len());
        if found < expected {
            return Err(RulebookError::Officers { expected, found });
        }
        Ok(rulebook)
    }

    /// The definition's id, which every record names.
    #[must_use]
    pub fn definition(&self) -> RecordId {
        self.definition
    }

    /// The forms and the election.
    #[must_use]
    pub fn forms(&self) -> &Arc<Forms> {
        &self.forms
    }

    /// The election.
    #[must_use]
    pub fn election(&self) -> &Election {
        self.forms.election()
    }

    /// Live or a rehearsal.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The key that signs the log's checkpoints.
    #[must_use]
    pub fn log(&self) -> &VerifyingKey {
        &self.log
    }

    /// The key that signs snapshots of the bundle.
    #[must_use]
    pub fn publisher(&self) -> &VerifyingKey {
        &self.publisher
    }

    /// The release moment T.
    #[must_use]
    pub fn release_moment(&self) -> Instant {
        self.election().head().calendar.release
    }

    /// How many officers sign a release, a decision or a list of keys.
    #[must_use]
    pub fn officers_needed(&self) -> usize {
        usize::from(self.election().head().signatures.officers)
    }

    /// How many officers the definition names.
    pub(crate) fn officers(&self) -> usize {
        self.officers.len()
    }

    /// How many registrars of an area sign a list of its codes or keys; `None`: there are none.
    #[must_use]
    pub fn registrars_needed(&self) -> Option<usize> {
        self.election().head().signatures.registrars.map(usize::from)
    }

    /// Whether nobody gets a key without a one-time code.
    #[must_use]
    pub fn asks_for_codes(&self) -> bool {
        self.election().head().signatures.codes
    }

    /// The open channels with how many persons sign what comes by them.
    #[must_use]
    pub fn channels(&self) -> &[(String, usize)] {
        &self.channels
    }

    pub(crate) fn channel(&self, id: &str) -> Option<usize> {
        self.channels.iter().position(|(channel, _)| channel == id)
    }

    fn check_officers_differ(&self) -> Result<(), RulebookError> {
        for (place, (first, key)) in self.officers.iter().enumerate() {
            let mut others = self.officers.iter().skip(place + 1);
            let line = |key: &VerifyingKey| (key.name().clone(), key.id());
            let same = others.find(|(person, other)| {
                let same_key = Material::of(other) == Material::of(key);
                person == first || same_key || line(other) == line(key)
            });
            if let Some((second, _)) = same {
                let (first, second) = (first.clone(), second.clone());
                return Err(RulebookError::SameOfficer { first, second });
            }
        }
        Ok(())
    }

    /// The officers' keys, valid from the start.
    #[must_use]
    pub fn first_keys(&self) -> Keys {
        let mut keys = Keys::default();
        for (person, key) in &self.officers {
            keys.enrol(key, Scope::Officer, 0, person);
        }
        keys
    }

    /// The officers' keys and those that anybody enrols as registrars', rightly or not: no other
    /// key can have signed a record of keys. With them signatures can be checked before it is
    /// known who may sign.
    #[must_use]
    pub fn keys_for_keys(&self, registrars: impl IntoIterator<Item = VerifyingKey>) -> Keys {
        let (mut keys, root) = (self.first_keys(), self.election().units().root());
        for key in registrars {
            keys.enrol(&key, Scope::Registrar(root), 0, "");
        }
        keys
    }
}

fn read_key(whose: &str, vkey: &str) -> Result<VerifyingKey, RulebookError> {
    let bad = |reason| RulebookError::Key { whose: whose.to_owned(), reason };
    VerifyingKey::from_str(vkey).map_err(bad)
}
