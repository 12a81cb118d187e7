//! How somebody shows that a key is theirs: a one-time code from a sealed envelope, and a
//! signature by the key itself.
//!
//! The log first gets a *commitment* to the code: a hash over the code and 32 random bytes, so that
//! nobody can guess the code from it. Later the key signs a text with the code in it, the *proof*:
//! whoever carries the request from the device to the registrar sees neither the code nor
//! anything that a key of their own could be put under. The record that enrols the key opens the
//! commitment, and everyone can see that this code was meant for this person, and used once.
//!
//! ```
//! use record::{Digest, enrolment::{Claim, commitment}};
//! let claim = Claim {
//!     code: "8QW2T4HXM1C9ZK3R",
//!     definition: Digest::of(b"definition"),
//!     person: "9999::SB1/2",
//!     unit: "9999::SB1",
//! };
//! assert_ne!(commitment(&claim, Digest::of(b"a"))?, commitment(&claim, Digest::of(b"b"))?);
//! # Ok::<(), record::CanonicalError>(())
//! ```

mod code;

pub use code::{Code, CodeError};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

use crate::{
    CanonicalError, Digest, RecordId, Salt, canonical_line,
    note::{Signature, SignatureError, SigningKey, VerifyingKey},
};

/// Who asks with which code to sign for which unit, under which definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Claim<'a> {
    /// The one-time code.
    pub code: &'a str,
    /// The definition's id, so that nothing of a rehearsal is good on the night.
    pub definition: RecordId,
    /// Who.
    pub person: &'a str,
    /// For which unit.
    pub unit: &'a str,
}

/// What the log holds of a code until it is used: SHA-256 of two lines, `countersign/code/v1` and
/// the canonical JSON of code, definition, person, salt and unit.
///
/// # Errors
/// When a string in it is not in Unicode normal form C.
pub fn commitment(claim: &Claim<'_>, salt: Salt) -> Result<Digest, CanonicalError> {
    #[derive(Serialize)]
    struct Committed<'a> {
        code: &'a str,
        definition: RecordId,
        person: &'a str,
        salt: Salt,
        unit: &'a str,
    }
    let Claim { code, definition, person, unit } = *claim;
    let line = canonical_line(&Committed { code, definition, person, salt, unit })?;
    Ok(Digest::of(format!("countersign/code/v1\n{line}\n").as_bytes()))
}

/// What a key signs to be enrolled: two lines, `countersign/enrol/v1` and the canonical JSON of
/// code, definition, person, unit and vkey.
fn text(claim: &Claim<'_>, key: &VerifyingKey) -> Result<String, CanonicalError> {
    #[derive(Serialize)]
    struct Claimed<'a> {
        code: &'a str,
        definition: RecordId,
        person: &'a str,
        unit: &'a str,
        vkey: String,
    }
    let Claim { code, definition, person, unit } = *claim;
    let vkey = key.vkey().to_string();
    let line = canonical_line(&Claimed { code, definition, person, unit, vkey })?;
    Ok(format!("countersign/enrol/v1\n{line}\n"))
}

/// The proof that whoever holds a key knows the code: base64 of the signature's own bytes, those
/// that stand behind the key id in a signature line.
///
/// # Errors
/// When a string of the claim is not in Unicode normal form C.
pub fn prove(claim: &Claim<'_>, key: &SigningKey) -> Result<String, CanonicalError> {
    let signature = key.sign(&text(claim, key.public())?);
    Ok(STANDARD.encode(signature.bytes))
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// It is no base64 of anything.
    #[error("expected base64 of a signature, found {found:?}")]
    Base64 {
        /// The text found.
        found: String,
    },
    /// The text that it would be under cannot be written.
    #[error(transparent)]
    Text(#[from] CanonicalError),
    /// It is no signature of this key under this claim: another key, person, unit or code.
    #[error("its proof: {0}")]
    Signature(#[from] SignatureError),
}

/// Checks a proof.
///
/// # Errors
/// When the key did not sign this claim.
pub fn check_proof(claim: &Claim<'_>, key: &VerifyingKey, proof: &str) -> Result<(), ProofError> {
    let bytes = STANDARD.decode(proof);
    let bytes = bytes.map_err(|_| ProofError::Base64 { found: proof.to_owned() })?;
    let signature = Signature { name: key.name().clone(), id: key.id(), bytes };
    Ok(key.verify(&text(claim, key)?, &signature)?)
}
