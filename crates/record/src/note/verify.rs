use super::{
    KeyError, KeyId, KeyName, PublicKey, Signature, SignatureError, Vkey,
    p256::{Encoding, Key, decode},
    webauthn,
};
use std::{fmt, str::FromStr};

/// A named public key, decoded once and ready to check any number of signatures.
///
/// Read it from its text form with [`str::parse`]; it prints as the same text.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    name: KeyName,
    id: KeyId,
    public: PublicKey,
    decoded: Decoded,
}

/// The key as the algorithms want it.
#[derive(Clone, Debug)]
enum Decoded {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    P256(Key),
}

impl VerifyingKey {
    /// Decodes a key and gives it its name.
    ///
    /// # Errors
    /// When the key is not a point of its curve, or is one of the weak Ed25519 keys under which
    /// one signature fits many texts.
    pub fn new(name: KeyName, public: PublicKey) -> Result<Self, KeyError> {
        let id = KeyId::of(&name, &public.material());
        let decoded = Decoded::new(&name, &public)?;
        Ok(Self { name, id, public, decoded })
    }

    /// The name that its signature lines carry.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id that its signature lines carry.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key itself. Two keys with the same one are the same key under two names.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The text form.
    #[must_use]
    pub fn vkey(&self) -> Vkey {
        Vkey::new(self.name.clone(), self.public.material())
    }

    /// This key, if the signature's line names it: what [`super::Note::verify`] asks for.
    #[must_use]
    pub fn if_named_by(&self, signature: &Signature) -> Option<&Self> {
        (self.id == signature.id && self.name == signature.name).then_some(self)
    }

    /// Checks one signature over a note's text.
    ///
    /// # Errors
    /// When the line names another key, or the signature does not hold.
    pub fn verify(&self, text: &str, signature: &Signature) -> Result<(), SignatureError> {
        if self.if_named_by(signature).is_none() {
            return Err(SignatureError::OtherKey {
                expected: format!("{}+{}", self.name, self.id),
                found: format!("{}+{}", signature.name, signature.id),
            });
        }
        match (&self.decoded, &self.public) {
            (Decoded::Ed25519(key), _) => ed25519(key, text.as_bytes(), &signature.bytes),
            (Decoded::P256(key), PublicKey::WebAuthn { relying_party, .. }) => {
                webauthn::verify(key, relying_party, text, &signature.bytes)
            }
            (Decoded::P256(key), _) => p256(key, text.as_bytes(), &signature.bytes),
        }
    }
}

impl Decoded {
    fn new(name: &KeyName, public: &PublicKey) -> Result<Self, KeyError> {
        let fault = |curve| KeyError::Point { name: name.clone(), curve };
        match public {
            PublicKey::Ed25519(key) => ed25519_dalek::VerifyingKey::from_bytes(key)
                .ok()
                .filter(|key| !key.is_weak())
                .map(|key| Self::Ed25519(Box::new(key)))
                .ok_or(fault("Ed25519")),
            PublicKey::P256(point) => {
                decode(point, Encoding::Fixed).map(Self::P256).ok_or(fault("P-256"))
            }
            PublicKey::WebAuthn { point, .. } => {
                decode(point, Encoding::Der).map(Self::P256).ok_or(fault("P-256"))
            }
        }
    }
}

/// Strict: every verifier in the world gives the same answer (no small-order points, no second
/// form of a signature).
fn ed25519(
    key: &ed25519_dalek::VerifyingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let signature = ed25519_dalek::Signature::from_bytes(&sixty_four(signature)?);
    key.verify_strict(message, &signature)
        .map_err(|_| SignatureError::Invalid { algorithm: "Ed25519" })
}

fn p256(key: &Key, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    if key.holds(message, &sixty_four(signature)?) {
        Ok(())
    } else {
        Err(SignatureError::Invalid { algorithm: "P-256" })
    }
}

fn sixty_four(signature: &[u8]) -> Result<[u8; 64], SignatureError> {
    let fault = |_| SignatureError::Length { expected: 64, found: signature.len() };
    signature.try_into().map_err(fault)
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.public == other.public
    }
}

impl Eq for VerifyingKey {}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let vkey: Vkey = text.parse()?;
        let public = PublicKey::try_from(&vkey)?;
        let decoded = Decoded::new(vkey.name(), &public)?;
        Ok(Self { name: vkey.name().clone(), id: vkey.id(), public, decoded })
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.vkey().fmt(f)
    }
}
