use super::{KeyId, KeyName, MAX_SIGNATURES};
use thiserror::Error;

/// Why bytes are not a note. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// More bytes than the caller allows.
    #[error("a note of at most {limit} bytes was expected, found {found}")]
    TooLarge {
        /// What the caller allows.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// Not UTF-8.
    #[error("byte {offset} of the note is not UTF-8")]
    NotUtf8 {
        /// The first byte that is not, from 0.
        offset: usize,
    },
    /// A control character other than newline.
    #[error("line {line} holds the control character 0x{found:02x}")]
    ControlCharacter {
        /// The line.
        line: usize,
        /// The character.
        found: u8,
    },
    /// The text, or the note's last line, does not end in a newline.
    #[error("line {line} does not end in a newline")]
    NoNewline {
        /// The line.
        line: usize,
    },
    /// No empty line between a text and its signatures.
    #[error("an empty line between text and signatures was expected, found none in {lines} lines")]
    NoSeparator {
        /// How many lines were searched.
        lines: usize,
    },
    /// No signature follows the empty line.
    #[error("a signature was expected after the empty line, found none")]
    NoSignature,
    /// More signatures than a note may have.
    #[error("at most {MAX_SIGNATURES} signatures were expected, found {found}")]
    TooManySignatures {
        /// How many there are.
        found: usize,
    },
    /// A signature line of another shape.
    #[error("line {line}: \"— NAME BASE64\" was expected, found {found:?}")]
    SignatureLine {
        /// The line.
        line: usize,
        /// Its content.
        found: String,
    },
    /// The name is not a key name.
    #[error("line {line}: {reason}")]
    Name {
        /// The line.
        line: usize,
        /// What is wrong with the name.
        reason: KeyError,
    },
    /// Not base64 in its one canonical form.
    #[error("line {line}: canonical base64 was expected, found {found:?}")]
    Base64 {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// Nothing after the four bytes of the key id.
    #[error("line {line}: a key id and a signature, over 4 bytes, were expected, found {found}")]
    SignatureTooShort {
        /// The line.
        line: usize,
        /// How many bytes there are.
        found: usize,
    },
}

/// Why a text or bytes are not a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// A key name is empty, or has a space, a control character or a `+`.
    #[error(
        "a key name without spaces, control characters and \"+\" was expected, found {found:?}"
    )]
    Name {
        /// The name.
        found: String,
    },
    /// Not three parts joined by `+`.
    #[error("a key \"NAME+ID+BASE64\" was expected, found {found:?}")]
    Shape {
        /// The text.
        found: String,
    },
    /// Not eight lowercase hexadecimal digits.
    #[error("a key id of eight lowercase hexadecimal digits was expected, found {found:?}")]
    IdShape {
        /// What stands there.
        found: String,
    },
    /// The id does not belong to this name and key.
    #[error("the key of {name} has id {expected}, found {found}")]
    Id {
        /// The name.
        name: KeyName,
        /// The id that name and key hash to.
        expected: KeyId,
        /// The id that stands there.
        found: KeyId,
    },
    /// The key is not base64 in its one canonical form.
    #[error("the key of {name} was expected in canonical base64, found {found:?}")]
    Base64 {
        /// The name.
        name: KeyName,
        /// What stands there.
        found: String,
    },
    /// A signature type that is not asked for here.
    #[error("the key of {name} has signature type {found}; expected {expected}")]
    Type {
        /// The name.
        name: KeyName,
        /// The types that would do.
        expected: &'static str,
        /// The type byte as hexadecimal, or the identifier behind 0xff.
        found: String,
    },
    /// A key of another length than its type has.
    #[error("the key of {name} was expected to have {expected} bytes, found {found}")]
    Length {
        /// The name.
        name: KeyName,
        /// The length of its type.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// Not a point on the curve, or one of the few points for which signatures prove nothing.
    #[error("the key of {name} is not a usable point of {curve}")]
    Point {
        /// The name.
        name: KeyName,
        /// The curve.
        curve: &'static str,
    },
    /// Not a relying-party id (a domain name in lower case).
    #[error("a relying-party id, a domain name in lower case, was expected, found {found:?}")]
    RelyingParty {
        /// What stands there.
        found: String,
    },
    /// Not a secret scalar of P-256 (zero, or not below the group order).
    #[error("the secret of {name} is not a scalar of P-256")]
    Secret {
        /// The name.
        name: KeyName,
    },
}

/// Why one signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The line names another key.
    #[error("a signature by {expected} was expected, found one by {found}")]
    OtherKey {
        /// Name and id of the key, as `name+id`.
        expected: String,
        /// Name and id on the line, as `name+id`.
        found: String,
    },
    /// A signature of another length than its type has.
    #[error("a signature of {expected} bytes was expected, found {found}")]
    Length {
        /// The length of its type.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// The mathematics say no.
    #[error("the {algorithm} signature does not fit the text and the key")]
    Invalid {
        /// The algorithm.
        algorithm: &'static str,
    },
    /// The three parts of a WebAuthn assertion do not fill the signature exactly.
    #[error("the assertion's {part} was expected to have {expected} bytes, found {found}")]
    AssertionLength {
        /// Which part, in the words of the WebAuthn specification.
        part: &'static str,
        /// The bytes announced, or the least there must be.
        expected: usize,
        /// The bytes found.
        found: usize,
    },
    /// The client data is not the JSON object that browsers write.
    #[error("the assertion's clientDataJSON does not parse: {reason}")]
    ClientData {
        /// The parser's words.
        reason: String,
    },
    /// A field of the assertion is not what this text and key ask for.
    #[error("the assertion's {field} was expected to be {expected:?}, found {found:?}")]
    AssertionField {
        /// Which field, in the words of the WebAuthn specification.
        field: &'static str,
        /// What it had to be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The authenticator did not see a person.
    #[error("the assertion's user-present flag was expected to be set, found flags 0x{flags:02x}")]
    UserAbsent {
        /// All eight flags.
        flags: u8,
    },
}

/// Why a note proves nothing to someone with given keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// A known key's signature does not hold.
    #[error("the signature of {name} (key {id}): {reason}")]
    Signature {
        /// The key's name.
        name: KeyName,
        /// The key's id.
        id: KeyId,
        /// What is wrong with the signature.
        reason: SignatureError,
    },
    /// Nobody known signed.
    #[error("a signature by a known key was expected, found none")]
    NoKnownSigner,
}
