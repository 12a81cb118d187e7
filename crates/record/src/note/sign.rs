use super::{KeyError, KeyName, PublicKey, RelyingParty, Signature, VerifyingKey, webauthn};
use ed25519_dalek::Signer;
use p256::ecdsa;
use std::fmt;

/// A secret key that signs notes. The same text always gets the same signature, so no source of
/// randomness is needed and no run differs from the next.
///
/// The secret is overwritten when the key is dropped, and no output shows it.
pub struct SigningKey {
    public: VerifyingKey,
    secret: Secret,
}

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(ecdsa::SigningKey),
    WebAuthn(ecdsa::SigningKey, RelyingParty),
}

impl SigningKey {
    /// An Ed25519 key from its seed (RFC 8032).
    ///
    /// # Errors
    /// Never for a random seed; when the public key would be a weak one.
    pub fn ed25519(name: KeyName, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = PublicKey::Ed25519(secret.verifying_key().to_bytes());
        let public = VerifyingKey::new(name, public)?;
        Ok(Self { public, secret: Secret::Ed25519(Box::new(secret)) })
    }

    /// A P-256 key from its scalar, big-endian. Nonces follow RFC 6979.
    ///
    /// # Errors
    /// When the scalar is zero or not below the group order: one in 2^32 random ones.
    pub fn p256(name: KeyName, scalar: &[u8; 32]) -> Result<Self, KeyError> {
        let (secret, point) = ecdsa_key(&name, scalar)?;
        let public = VerifyingKey::new(name, PublicKey::P256(point))?;
        Ok(Self { public, secret: Secret::P256(secret) })
    }

    /// A WebAuthn authenticator in software, for nights that are simulated or replayed: it answers
    /// as a passkey would, with its user always present.
    ///
    /// # Errors
    /// As [`SigningKey::p256`].
    pub fn webauthn(
        name: KeyName,
        scalar: &[u8; 32],
        relying_party: RelyingParty,
    ) -> Result<Self, KeyError> {
        let (secret, point) = ecdsa_key(&name, scalar)?;
        let public = PublicKey::WebAuthn { point, relying_party: relying_party.clone() };
        let public = VerifyingKey::new(name, public)?;
        Ok(Self { public, secret: Secret::WebAuthn(secret, relying_party) })
    }

    /// The public half, under the same name.
    #[must_use]
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a note's text.
    #[must_use]
    pub fn sign(&self, text: &str) -> Signature {
        let bytes = match &self.secret {
            Secret::Ed25519(key) => key.sign(text.as_bytes()).to_bytes().to_vec(),
            Secret::P256(key) => ecdsa_sign(key, text.as_bytes()).to_bytes().to_vec(),
            Secret::WebAuthn(key, relying_party) => {
                let der = |message: &[u8]| ecdsa_sign(key, message).to_der().as_bytes().to_vec();
                webauthn::assert(relying_party, text, der)
            }
        };
        Signature { name: self.public.name().clone(), id: self.public.id(), bytes }
    }
}

fn ecdsa_key(name: &KeyName, scalar: &[u8; 32]) -> Result<(ecdsa::SigningKey, [u8; 65]), KeyError> {
    let fault = || KeyError::Secret { name: name.clone() };
    let secret = ecdsa::SigningKey::from_slice(scalar).map_err(|_| fault())?;
    let point = secret.verifying_key().to_sec1_point(false);
    let point = point.as_bytes().try_into().map_err(|_| fault())?;
    Ok((secret, point))
}

fn ecdsa_sign(key: &ecdsa::SigningKey, message: &[u8]) -> ecdsa::Signature {
    key.sign(message)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}
