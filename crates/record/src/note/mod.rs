//! Signed notes: a text and the signatures of those who stand behind it (C2SP `signed-note`).
//!
//! Records, checkpoints and snapshots all travel in this one envelope:
//!
//! ```text
//! countersign/returns/v1
//! {"admitted":412,"salt":"…","unit":"G0363:12"}
//!
//! — officer/jansen 7pR2Tw8E…
//! — officer/de-vries q0cWbXMh…
//! ```
//!
//! The text ends in a newline, an empty line follows, then one line per signature: em dash, key
//! name, base64 of a four-byte key id and the signature's own bytes. The reading is strict: bytes
//! that parse are exactly the bytes that [`Note::to_bytes`] writes, so a note has one form.
//!
//! What a signature covers is the text and nothing else. So an id is the SHA-256 of the *text*:
//! ECDSA is malleable (from one signature anyone can make a second valid one), and an id over the
//! whole envelope would give one record many names.

mod error;
mod key_name;
mod p256;
mod parse;
mod sign;
mod verify;
mod vkey;
mod webauthn;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod webauthn_tests;

pub use error::{KeyError, NoteError, SignatureError, VerifyError};
pub use key_name::{KeyId, KeyName};
pub use sign::SigningKey;
pub use verify::VerifyingKey;
pub use vkey::{PublicKey, Vkey};
pub use webauthn::RelyingParty;

use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// A note holds at most this many signatures. C2SP asks every reader to accept 16; nothing here
/// needs more.
pub const MAX_SIGNATURES: usize = 16;

/// A well-formed note: its text, borrowed from wherever it was read or composed, and its
/// signatures, of which none is checked yet.
///
/// A verifier reads hundreds of thousands of notes, so the text is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<Signature>,
}

/// One signature line of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name under which the key is known.
    pub name: KeyName,
    /// Which of the keys of that name made it.
    pub id: KeyId,
    /// What the key made of the text; the layout belongs to the key's type. Never empty.
    pub bytes: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Puts signatures under a text.
    ///
    /// # Errors
    /// When the text is not one a note can carry (no newline at its end, a control character), or
    /// there are no signatures, too many, or an empty one.
    pub fn new(text: &'a str, signatures: Vec<Signature>) -> Result<Self, NoteError> {
        parse::check_text(text)?;
        parse::check_count(signatures.len())?;
        let first_line = text.lines().count() + 2;
        for (line, signature) in (first_line..).zip(&signatures) {
            parse::check_length(line, parse::ID_LENGTH + signature.bytes.len())?;
        }
        Ok(Self { text, signatures })
    }

    /// Reads a note of at most `max_bytes` bytes.
    ///
    /// # Errors
    /// At the first byte that a note written by [`Note::to_bytes`] would not have.
    pub fn parse(bytes: &'a [u8], max_bytes: usize) -> Result<Self, NoteError> {
        parse::note(bytes, max_bytes)
    }

    /// The signed text, its last newline included.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The signatures in the order of their lines: 1 to [`MAX_SIGNATURES`].
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The note as it is stored and sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// Checks every signature by a known key and returns those keys, in line order.
    ///
    /// Signatures by unknown keys are passed over, as C2SP demands: others may add theirs. A known
    /// key whose signature is false condemns the whole note. A key that signed twice stands in the
    /// answer twice; whoever counts persons must compare them.
    ///
    /// # Errors
    /// When a known key's signature does not hold, or no known key signed.
    pub fn verify<'k>(
        &self,
        known: impl Fn(&Signature) -> Option<&'k VerifyingKey>,
    ) -> Result<Vec<&'k VerifyingKey>, VerifyError> {
        let mut signers = Vec::with_capacity(self.signatures.len());
        for signature in &self.signatures {
            let Some(key) = known(signature) else { continue };
            key.verify(self.text, signature).map_err(|reason| VerifyError::Signature {
                name: signature.name.clone(),
                id: signature.id,
                reason,
            })?;
            signers.push(key);
        }
        if signers.is_empty() { Err(VerifyError::NoKnownSigner) } else { Ok(signers) }
    }
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blob = self.id.0.to_vec();
        blob.extend_from_slice(&self.bytes);
        write!(f, "— {} {}", self.name, STANDARD.encode(blob))
    }
}
