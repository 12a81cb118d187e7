//! Cosignatures: a witness says that a checkpoint continues every earlier one it saw, and when
//! (C2SP `tlog-cosignature`, the Ed25519 form `cosignature/v1`).
//!
//! What the witness signs is not the checkpoint's text but this, so that no signature of one kind
//! passes for the other:
//!
//! ```text
//! cosignature/v1
//! time 1679315147
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! ```

use ed25519_dalek::Signer;
use record::note::{KeyError, KeyId, KeyName, Signature, Vkey};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The signature type byte of timestamped Ed25519 cosignatures.
const TYPE: u8 = 0x04;
/// Eight bytes of time, 64 of signature.
const LENGTH: usize = 72;

/// When a witness signed: seconds since the epoch (POSIX), by the witness's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The specification ends time here: 2^63 - 1.
    pub const MAX: Self = Self(u64::MAX >> 1);
}

/// A witness's public key. Reads from and prints as a vkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: KeyName,
    id: KeyId,
    key: ed25519_dalek::VerifyingKey,
}

/// A witness's secret key. Overwritten when it is dropped, and never printed.
pub struct CosigningKey {
    public: WitnessKey,
    secret: ed25519_dalek::SigningKey,
}

/// Why a cosignature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CosignatureError {
    /// The line names another key.
    #[error("a cosignature by {expected} was expected, found a signature by {found}")]
    OtherKey {
        /// Name and id of the witness, as `name+id`.
        expected: String,
        /// Name and id on the line, as `name+id`.
        found: String,
    },
    /// Another length than a time and an Ed25519 signature have.
    #[error("a cosignature of {LENGTH} bytes was expected, found {found}")]
    Length {
        /// The length found.
        found: usize,
    },
    /// A time beyond the end of time.
    #[error("a time of at most {} was expected, found {found}", Timestamp::MAX.0)]
    Time {
        /// The time found.
        found: u64,
    },
    /// The mathematics say no.
    #[error("the cosignature does not fit the checkpoint, its time and the witness's key")]
    Invalid,
}

impl WitnessKey {
    /// The name that its cosignature lines carry.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id that its cosignature lines carry.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key itself. Two keys with the same one are one witness under two names.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether the signature's line names this key.
    pub(crate) fn is_named_by(&self, signature: &Signature) -> bool {
        self.id == signature.id && self.name == signature.name
    }

    /// Checks a cosignature of a checkpoint's text and says when it was made.
    ///
    /// # Errors
    /// When the line names another key, or the cosignature does not hold.
    pub fn verify(&self, text: &str, signature: &Signature) -> Result<Timestamp, CosignatureError> {
        if !self.is_named_by(signature) {
            return Err(CosignatureError::OtherKey {
                expected: format!("{}+{}", self.name, self.id),
                found: format!("{}+{}", signature.name, signature.id),
            });
        }
        let (time, bytes) = split(&signature.bytes)?;
        let bytes = ed25519_dalek::Signature::from_bytes(&bytes);
        self.key
            .verify_strict(message(time, text).as_bytes(), &bytes)
            .map_err(|_| CosignatureError::Invalid)?;
        Ok(time)
    }
}

fn split(bytes: &[u8]) -> Result<(Timestamp, [u8; 64]), CosignatureError> {
    let fault = CosignatureError::Length { found: bytes.len() };
    let (time, rest) = bytes.split_first_chunk().ok_or(fault.clone())?;
    let time = Timestamp(u64::from_be_bytes(*time));
    let signature = rest.try_into().map_err(|_| fault)?;
    if time > Timestamp::MAX {
        return Err(CosignatureError::Time { found: time.0 });
    }
    Ok((time, signature))
}

fn message(time: Timestamp, text: &str) -> String {
    format!("cosignature/v1\ntime {}\n{text}", time.0)
}

impl CosigningKey {
    /// A witness's key from its seed (RFC 8032).
    ///
    /// # Errors
    /// Never for a random seed; when the public key would be a weak one.
    pub fn new(name: KeyName, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let material = [&[TYPE], secret.verifying_key().as_bytes().as_slice()].concat();
        Ok(Self { public: WitnessKey::try_from(&Vkey::new(name, material))?, secret })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &WitnessKey {
        &self.public
    }

    /// Cosigns a checkpoint's text. Whether it continues the last one seen is for the caller to
    /// check first, with [`crate::verify_consistency`].
    ///
    /// # Errors
    /// When the time lies beyond [`Timestamp::MAX`].
    pub fn cosign(&self, text: &str, time: Timestamp) -> Result<Signature, CosignatureError> {
        if time > Timestamp::MAX {
            return Err(CosignatureError::Time { found: time.0 });
        }
        let signature = self.secret.sign(message(time, text).as_bytes()).to_bytes();
        let bytes = [time.0.to_be_bytes().as_slice(), &signature].concat();
        Ok(Signature { name: self.public.name.clone(), id: self.public.id, bytes })
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CosigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl TryFrom<&Vkey> for WitnessKey {
    type Error = KeyError;

    fn try_from(vkey: &Vkey) -> Result<Self, KeyError> {
        let bytes = vkey.key_of_type(TYPE, "0x04, a witness's")?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok();
        let fault = || KeyError::Point { name: vkey.name().clone(), curve: "Ed25519" };
        let key = key.filter(|key| !key.is_weak()).ok_or_else(fault)?;
        Ok(Self { name: vkey.name().clone(), id: vkey.id(), key })
    }
}

impl FromStr for WitnessKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::try_from(&text.parse()?)
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = [&[TYPE], self.public().as_slice()].concat();
        Vkey::new(self.name.clone(), material).fmt(f)
    }
}
