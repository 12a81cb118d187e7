//! Packs: the texts of released records, beside the tree.
//!
//! ```text
//! 17 812\n            position and length in bytes, then the record as it was signed
//! countersign/returns/v1\n{…}\n\n— 1667::SB1/1 …\n— 1667::SB1/2 …\n
//! 18 799\n…
//! ```
//!
//! A pack is named by the SHA-256 of its bytes, so it never changes and can be kept for ever.

use std::str::FromStr;

/// A record in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackEntry<'a> {
    /// Its position in the log.
    pub position: u64,
    /// Its bytes.
    pub note: &'a [u8],
}

impl PackEntry<'_> {
    /// The line before the note in a pack.
    #[must_use]
    pub fn head(&self) -> String {
        format!("{} {}\n", self.position, self.note.len())
    }
}

/// Why bytes are no pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: expected {expected}")]
pub struct PackError {
    /// Where.
    pub at: usize,
    /// What should stand there.
    pub expected: &'static str,
}

/// The bytes of a pack.
#[must_use]
pub fn pack_bytes<'a>(entries: impl IntoIterator<Item = PackEntry<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(entry.head().into_bytes());
        bytes.extend_from_slice(entry.note);
    }
    bytes
}

/// Reads a pack.
///
/// # Errors
/// At the first byte that does not belong.
pub fn read_pack(bytes: &[u8]) -> Result<Vec<PackEntry<'_>>, PackError> {
    let mut entries = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let wrong = |expected| PackError { at, expected };
        let rest = bytes.get(at..).unwrap_or_default();
        let line_end = rest.iter().take(48).position(|b| *b == b'\n');
        let line_end = line_end.ok_or_else(|| wrong("a position and a length"))?;
        let line = rest.get(..line_end).and_then(|line| std::str::from_utf8(line).ok());
        let numbers = line.and_then(|line| line.split_once(' '));
        let (position, length) = numbers.ok_or_else(|| wrong("a position and a length"))?;
        let position = decimal(position).ok_or_else(|| wrong("a position"))?;
        let length = decimal(length).ok_or_else(|| wrong("a length"))?;
        let end = line_end.checked_add(1).and_then(|start| start.checked_add(length));
        let note = end.and_then(|end| rest.get(line_end + 1..end));
        let note = note.ok_or_else(|| wrong("as many bytes as the length says"))?;
        entries.push(PackEntry { position, note });
        at += line_end + 1 + length;
    }
    Ok(entries)
}

/// A number in the only way it may be written.
fn decimal<N: FromStr + ToString>(text: &str) -> Option<N> {
    text.parse::<N>().ok().filter(|number| number.to_string() == text)
}
