//! Public keys as text: `name+id+base64(type || key)`, the "vkey" of C2SP `signed-note`.

use super::{KeyError, KeyId, KeyName, RelyingParty};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

const ED25519: u8 = 0x01;
/// "Reserved for signature types without an identifier byte": a longer identifier follows. Ours
/// end in a newline, which no identifier holds, so identifier and key cannot run into each other.
const UNASSIGNED: u8 = 0xff;
const P256: &[u8] = b"countersign/p256/v1\n";
const WEBAUTHN: &[u8] = b"countersign/webauthn/v1\n";

/// A public key in its text form, whatever its type: name and id fit, the type is not looked at.
///
/// ```text
/// PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vkey {
    name: KeyName,
    material: Vec<u8>,
    /// Follows from the two; a reader of many keys needs it more than once.
    id: KeyId,
}

impl Vkey {
    /// A key from its name and its material: the type byte and what the type makes of the rest.
    #[must_use]
    pub fn new(name: KeyName, material: Vec<u8>) -> Self {
        let id = KeyId::of(&name, &material);
        Self { name, material, id }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id that signature lines carry.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Type byte and key.
    #[must_use]
    pub fn material(&self) -> &[u8] {
        &self.material
    }

    /// The `N` bytes behind a one-byte type.
    ///
    /// # Errors
    /// When the type is another, or the length is not `N`.
    pub fn key_of_type<const N: usize>(
        &self,
        byte: u8,
        expected: &'static str,
    ) -> Result<[u8; N], KeyError> {
        match self.material.split_first() {
            Some((found, key)) if *found == byte => self.exactly(key),
            _ => Err(self.wrong_type(expected)),
        }
    }

    fn exactly<const N: usize>(&self, key: &[u8]) -> Result<[u8; N], KeyError> {
        let fault = |_| KeyError::Length { name: self.name.clone(), expected: N, found: key.len() };
        key.try_into().map_err(fault)
    }

    fn wrong_type(&self, expected: &'static str) -> KeyError {
        let found = match self.material.split_first() {
            None => "none".to_owned(),
            Some((&UNASSIGNED, rest)) => identifier(rest),
            Some((byte, _)) => format!("0x{byte:02x}"),
        };
        KeyError::Type { name: self.name.clone(), expected, found }
    }
}

/// What stands before the newline, for a message.
fn identifier(rest: &[u8]) -> String {
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned()
}

impl FromStr for Vkey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // Base64 has plus signs of its own; names and ids have none.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(blob)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Shape { found: text.to_owned() });
        };
        let name: KeyName = name.parse()?;
        let found: KeyId = id.parse()?;
        let fault = |_| KeyError::Base64 { name: name.clone(), found: blob.to_owned() };
        let material = STANDARD.decode(blob).map_err(fault)?;
        let vkey = Self::new(name, material);
        match vkey.id == found {
            true => Ok(vkey),
            false => Err(KeyError::Id { name: vkey.name, expected: vkey.id, found }),
        }
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id(), STANDARD.encode(&self.material))
    }
}

/// A public key that signs notes, by type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// Type `0x01`: Ed25519 (RFC 8032) over the text; the 32 bytes of the key.
    Ed25519([u8; 32]),
    /// Type `0xff`, `countersign/p256/v1`, newline: ECDSA over SHA-256 of the text. The key is an
    /// uncompressed SEC 1 point, `04 || x || y`, as WebCrypto exports it; the signature is `r || s`.
    P256([u8; 65]),
    /// Type `0xff`, `countersign/webauthn/v1`, newline: a WebAuthn assertion whose challenge is
    /// SHA-256 of the text. The key is the same kind of point, followed by the relying-party id.
    WebAuthn {
        /// The credential's public key.
        point: [u8; 65],
        /// For whom the authenticator made the credential.
        relying_party: RelyingParty,
    },
}

impl PublicKey {
    /// Type and key, as they stand in a vkey and enter the key id.
    #[must_use]
    pub fn material(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => [&[ED25519], key.as_slice()].concat(),
            Self::P256(point) => [&[UNASSIGNED], P256, point].concat(),
            Self::WebAuthn { point, relying_party } => {
                [&[UNASSIGNED], WEBAUTHN, point, relying_party.as_str().as_bytes()].concat()
            }
        }
    }
}

impl TryFrom<&Vkey> for PublicKey {
    type Error = KeyError;

    fn try_from(vkey: &Vkey) -> Result<Self, KeyError> {
        const TYPES: &str = "0x01, countersign/p256/v1 or countersign/webauthn/v1";
        if let Some((&UNASSIGNED, rest)) = vkey.material.split_first() {
            if let Some(point) = rest.strip_prefix(P256) {
                return Ok(Self::P256(vkey.exactly(point)?));
            }
            if let Some(credential) = rest.strip_prefix(WEBAUTHN) {
                return webauthn(vkey, credential);
            }
        }
        Ok(Self::Ed25519(vkey.key_of_type(ED25519, TYPES)?))
    }
}

fn webauthn(vkey: &Vkey, credential: &[u8]) -> Result<PublicKey, KeyError> {
    let length =
        KeyError::Length { name: vkey.name.clone(), expected: 65, found: credential.len() };
    let (point, id) = credential.split_first_chunk().ok_or(length)?;
    Ok(PublicKey::WebAuthn { point: *point, relying_party: RelyingParty::from_bytes(id)? })
}
