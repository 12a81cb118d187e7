//! The keys of a rehearsal: all made from one seed, so that a recorded night can be replayed.
//!
//! They are as secret as the seed, which the server hands to anyone who asks on its own machine.
//! A live log has no seed, and a definition says which of the two it is, so nothing that these
//! keys sign can ever enter a live log.

use election::Election;
use record::{
    Digest, Salt,
    note::{KeyError, SigningKey},
};

/// The seed of a rehearsal.
#[derive(Clone, Copy)]
pub(crate) struct Rehearsal {
    pub(crate) seed: [u8; 32],
}

impl Rehearsal {
    /// 32 bytes for one purpose.
    fn derive(&self, purpose: &str) -> [u8; 32] {
        *Digest::of(&[&self.seed, purpose.as_bytes()].concat()).as_bytes()
    }

    /// A salt for one text.
    pub(crate) fn salt(&self, text: &str) -> Salt {
        Digest::from_bytes(self.derive(&format!("salt {text}")))
    }

    /// The key of a person, who has the key's name.
    pub(crate) fn key(&self, person: &str) -> Result<SigningKey, KeyError> {
        // One in 2^32 derived values is no key of the curve: then the next one.
        let mut keys = (0..4u8).map(|again| {
            let scalar = self.derive(&format!("key {again} {person}"));
            SigningKey::p256(person.parse()?, &scalar)
        });
        let first = keys.next().unwrap_or_else(|| SigningKey::p256(person.parse()?, &self.seed));
        first.or_else(|error| keys.find(Result::is_ok).unwrap_or(Err(error)))
    }

    /// An officer's name.
    pub(crate) fn officer(number: usize) -> String {
        format!("officer/{number}")
    }

    /// The name of a member of a unit's committee.
    pub(crate) fn member(unit: &str, number: usize) -> String {
        format!("{unit}/{number}")
    }

    /// How many members a unit has: as many as any channel asks to sign.
    pub(crate) fn members(election: &Election) -> usize {
        let channels = election.head().signatures.channels.values();
        channels.map(|policy| usize::from(policy.persons)).max().unwrap_or(1)
    }
}
