//! A text with its kind, its body and its signatures.

use crate::{
    Body, CanonicalError, Digest, Kind, RecordId, body, canonical,
    note::{Note, NoteError, SigningKey},
};

/// The largest record but for a definition: a form of two thousand candidates is 40 kB.
pub const MAX_BYTES: usize = 16 << 20;

/// The largest definition: one of a million units has some 75 bytes for each.
pub const MAX_DEFINITION_BYTES: usize = 128 << 20;

/// How the text of a definition begins.
const DEFINITION: &[u8] = b"countersign/definition/v1\n";

/// A record as it was read: what it says, its id, and the note it came in. Its signatures are not
/// checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// SHA-256 of the text.
    pub id: RecordId,
    /// What it says.
    pub body: Body,
    /// The note.
    pub note: Note<'a>,
}

/// Why bytes are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// They are no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The first line names no kind of record.
    #[error("line 1: expected a type line such as countersign/returns/v1, found {found:?}")]
    TypeLine {
        /// The line found.
        found: String,
    },
    /// The text has more, or fewer, than two lines.
    #[error("a record's text has 2 lines, found {found}")]
    Lines {
        /// How many there are.
        found: usize,
    },
    /// The second line is not the canonical JSON of that kind.
    #[error("line 2: {0}")]
    Canonical(#[from] CanonicalError),
}

impl<'a> Record<'a> {
    /// Reads a record. Bytes that are not exactly what [`Draft`] would write are refused.
    ///
    /// # Errors
    /// At the first thing that does not belong.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, RecordError> {
        // What claims to be a definition is let in at its length, and nothing else is.
        let most = if bytes.starts_with(DEFINITION) { MAX_DEFINITION_BYTES } else { MAX_BYTES };
        let note = Note::parse(bytes, most)?;
        let body = Body::parse(note.text())?;
        Ok(Self { id: Digest::of(note.text().as_bytes()), body, note })
    }
}

impl Body {
    /// Reads the text of a record, whoever signed it.
    ///
    /// # Errors
    /// At the first thing that does not belong.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut lines = text.lines();
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let kind = kind_of(first)?;
        if lines.next().is_some() || second.is_empty() {
            return Err(RecordError::Lines { found: text.lines().count() });
        }
        Ok(read_body(kind, second)?)
    }
}

fn kind_of(line: &str) -> Result<Kind, RecordError> {
    let name = line.strip_prefix("countersign/").and_then(|rest| rest.strip_suffix("/v1"));
    let kind = Kind::ALL.into_iter().find(|kind| Some(kind.name()) == name);
    kind.ok_or_else(|| RecordError::TypeLine { found: line.chars().take(80).collect() })
}

fn read_body(kind: Kind, line: &str) -> Result<Body, CanonicalError> {
    Ok(match kind {
        Kind::Definition => Body::Definition(read_definition(line)?),
        Kind::Key => Body::Key(canonical::parse(line)?),
        Kind::Invite => Body::Invite(canonical::parse(line)?),
        Kind::Returns => Body::Returns(canonical::parse(line)?),
        Kind::Turnout => Body::Turnout(canonical::parse(line)?),
        Kind::Decision => Body::Decision(canonical::parse(line)?),
        Kind::Release => Body::Release(canonical::parse(line)?),
        Kind::Attest => Body::Attest(canonical::parse(line)?),
    })
}

/// The head of a definition is any JSON, so it is asked apart whether its numbers are whole.
fn read_definition(line: &str) -> Result<Box<body::Definition>, CanonicalError> {
    let definition: Box<body::Definition> = canonical::parse(line)?;
    canonical::canonical_line(&definition.head)?;
    Ok(definition)
}

/// A text before anybody signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    text: String,
}

impl Draft {
    /// The text of a body.
    ///
    /// # Errors
    /// When a string in it is not in Unicode normal form C.
    pub fn new(body: &Body) -> Result<Self, CanonicalError> {
        let line = match body {
            Body::Definition(body) => canonical::canonical_line(body),
            Body::Key(body) => canonical::canonical_line(body),
            Body::Invite(body) => canonical::canonical_line(body),
            Body::Returns(body) => canonical::canonical_line(body),
            Body::Turnout(body) => canonical::canonical_line(body),
            Body::Decision(body) => canonical::canonical_line(body),
            Body::Release(body) => canonical::canonical_line(body),
            Body::Attest(body) => canonical::canonical_line(body),
        }?;
        Ok(Self { text: format!("countersign/{}/v1\n{line}\n", body.kind()) })
    }

    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The id that the record will have, whoever signs it.
    #[must_use]
    pub fn id(&self) -> RecordId {
        Digest::of(self.text.as_bytes())
    }

    /// The bytes of the record, signed by these keys in this order.
    ///
    /// # Errors
    /// When there are no keys, or too many.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Vec<u8>, NoteError> {
        let signatures = keys.iter().map(|key| key.sign(&self.text)).collect();
        Ok(Note::new(&self.text, signatures)?.to_bytes())
    }
}
