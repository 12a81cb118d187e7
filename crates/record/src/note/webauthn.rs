//! WebAuthn assertions as note signatures: how a passkey or a smart card signs a record.
//!
//! An authenticator signs no text of ours. It signs its own data and the hash of the browser's
//! client data, and the challenge in there is SHA-256 of the note's text: the record's id. The
//! signature's bytes carry all three parts, each behind its length as a big-endian u16:
//!
//! ```text
//! length authenticatorData   length clientDataJSON   length ASN.1 DER signature
//! ```
//!
//! Source: Web Authentication Level 3, sections 6.1 and 7.2. The client data's origin is not
//! compared: the browser lets a page use a relying-party id only from that domain, and the
//! authenticator signs the id's hash.

use super::{KeyError, SignatureError, p256::Key};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};

const GET: &str = "webauthn.get";
const USER_PRESENT: u8 = 0x01;
/// Hash of the relying-party id, flags, counter.
const LEAST_AUTHENTICATOR_DATA: usize = 32 + 1 + 4;

/// A relying-party id: the domain for which an authenticator made a key, such as `example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RelyingParty(String);

impl RelyingParty {
    /// Reads the id from the bytes at the end of a key.
    ///
    /// # Errors
    /// When it is not 1 to 253 lowercase letters, digits, dots and hyphens.
    pub fn from_bytes(id: &[u8]) -> Result<Self, KeyError> {
        let allowed = |c: &u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
        let found = String::from_utf8_lossy(id).into_owned();
        if (1..=253).contains(&id.len()) && id.iter().all(allowed) {
            Ok(Self(found))
        } else {
            Err(KeyError::RelyingParty { found })
        }
    }

    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The three parts of an assertion.
struct Assertion<'a> {
    authenticator_data: &'a [u8],
    client_data: &'a [u8],
    signature: &'a [u8],
}

/// What we read of the client data; browsers add more, and may add anything later.
#[derive(Deserialize)]
struct ClientData<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    challenge: std::borrow::Cow<'a, str>,
}

/// Whether an assertion by this key stands behind this text.
pub(super) fn verify(
    key: &Key,
    relying_party: &RelyingParty,
    text: &str,
    bytes: &[u8],
) -> Result<(), SignatureError> {
    let assertion = Assertion::parse(bytes)?;
    check_client_data(assertion.client_data, text)?;
    check_authenticator_data(assertion.authenticator_data, relying_party)?;
    if key.holds(&assertion.message(), assertion.signature) {
        Ok(())
    } else {
        Err(SignatureError::Invalid { algorithm: "WebAuthn" })
    }
}

/// What an authenticator for `relying_party` answers to this text, with a key held in memory.
/// `sign` makes an ASN.1 DER signature over a message.
pub(super) fn assert(
    relying_party: &RelyingParty,
    text: &str,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let mut authenticator_data = Sha256::digest(relying_party.as_str()).to_vec();
    authenticator_data.extend_from_slice(&[USER_PRESENT, 0, 0, 0, 0]);
    let client_data = format!(
        r#"{{"type":"{GET}","challenge":"{}","origin":"https://{}","crossOrigin":false}}"#,
        challenge(text),
        relying_party.as_str(),
    );
    let client_data = client_data.as_bytes();
    let message = message(&authenticator_data, client_data);
    [authenticator_data.as_slice(), client_data, &sign(&message)].map(prefixed).concat()
}

/// The parts made here are a few hundred bytes, so their lengths fit the prefix.
fn prefixed(part: &[u8]) -> Vec<u8> {
    let [.., high, low] = part.len().to_be_bytes();
    [&[high, low], part].concat()
}

impl<'a> Assertion<'a> {
    fn parse(mut bytes: &'a [u8]) -> Result<Self, SignatureError> {
        let assertion = Self {
            authenticator_data: take(&mut bytes, "authenticatorData")?,
            client_data: take(&mut bytes, "clientDataJSON")?,
            signature: take(&mut bytes, "signature")?,
        };
        if bytes.is_empty() {
            Ok(assertion)
        } else {
            Err(SignatureError::AssertionLength { part: "end", expected: 0, found: bytes.len() })
        }
    }

    fn message(&self) -> Vec<u8> {
        message(self.authenticator_data, self.client_data)
    }
}

/// What the authenticator signs.
fn message(authenticator_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator_data, &Sha256::digest(client_data)].concat()
}

/// Cuts one length-prefixed part from the front.
fn take<'a>(bytes: &mut &'a [u8], part: &'static str) -> Result<&'a [u8], SignatureError> {
    let short = |expected, found| SignatureError::AssertionLength { part, expected, found };
    let (length, rest) = bytes.split_first_chunk().ok_or(short(2, bytes.len()))?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (taken, rest) = rest.split_at_checked(length).ok_or(short(length, rest.len()))?;
    *bytes = rest;
    Ok(taken)
}

fn check_client_data(json: &[u8], text: &str) -> Result<(), SignatureError> {
    let data: ClientData<'_> = serde_json::from_slice(json)
        .map_err(|fault| SignatureError::ClientData { reason: fault.to_string() })?;
    check_field("type", GET, &data.kind)?;
    check_field("challenge", &challenge(text), &data.challenge)
}

fn check_authenticator_data(data: &[u8], wanted: &RelyingParty) -> Result<(), SignatureError> {
    let short = SignatureError::AssertionLength {
        part: "authenticatorData",
        expected: LEAST_AUTHENTICATOR_DATA,
        found: data.len(),
    };
    let Some((&[ref hash @ .., flags, _, _, _, _], _)) =
        data.split_first_chunk::<LEAST_AUTHENTICATOR_DATA>()
    else {
        return Err(short);
    };
    let expected = Sha256::digest(wanted.as_str());
    check_field("rpIdHash", &URL_SAFE_NO_PAD.encode(expected), &URL_SAFE_NO_PAD.encode(hash))?;
    if flags & USER_PRESENT == 0 { Err(SignatureError::UserAbsent { flags }) } else { Ok(()) }
}

fn check_field(field: &'static str, expected: &str, found: &str) -> Result<(), SignatureError> {
    if expected == found {
        return Ok(());
    }
    let (expected, found) = (expected.to_owned(), found.to_owned());
    Err(SignatureError::AssertionField { field, expected, found })
}

/// The note's id as browsers write a challenge.
fn challenge(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
