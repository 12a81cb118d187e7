use super::KeyError;
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// Under which name a key is known: not empty, no Unicode space, no control character, no `+`.
///
/// C2SP recommends an address without its scheme, such as `example.org/log`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Box<str>);

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        let forbidden = |c: char| c == '+' || c.is_whitespace() || c < ' ';
        if name.is_empty() || name.contains(forbidden) {
            return Err(KeyError::Name { found: name.to_owned() });
        }
        Ok(Self(name.into()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The four bytes that tell apart keys of one name. A label, not a proof: anyone can make a key
/// with a given id, and gains a signature that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    /// `SHA-256(name || 0x0A || type || key)[:4]` (C2SP `signed-note`, "Signatures"); `material` is
    /// type and key.
    #[must_use]
    pub fn of(name: &KeyName, material: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(name.as_str());
        hash.update(b"\n");
        hash.update(material);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(hex: &str) -> Result<Self, KeyError> {
        let fault = || KeyError::IdShape { found: hex.to_owned() };
        let id = u32::from_str_radix(hex, 16).map(|id| Self(id.to_be_bytes()));
        id.ok().filter(|id| id.to_string() == hex).ok_or_else(fault)
    }
}
