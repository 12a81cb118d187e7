//! The signed list of every published file.
//!
//! ```text
//! countersign/snapshot/v1
//! {"definition":"41c0…","election":"tiny","mode":"rehearsal",…,"time":1792000000}
//! 2c26…e7ae 5120 data/tally.json
//! fcde…2b2e 8192 tile/0/000
//!
//! — localhost/tiny/publisher Qx3f…
//! ```
//!
//! The list is sorted by path. It does not list itself, nor `head.json`, which names it.

use election::Mode;
use record::{
    Digest, RecordId, canonical_line,
    note::{Note, NoteError, SigningKey, VerifyError, VerifyingKey},
};
use serde::{Deserialize, Serialize};

const TYPE_LINE: &str = "countersign/snapshot/v1";

const MAX_BYTES: usize = 128 << 20;

/// What a snapshot says before its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotHead {
    /// The definition.
    pub definition: RecordId,
    /// The election's id.
    pub election: String,
    /// Live or a rehearsal.
    pub mode: Mode,
    /// Its number, from 1.
    pub sequence: u64,
    /// How many records the log held.
    pub size: u64,
    /// When it was made, in seconds since 1970.
    pub time: i64,
}

/// One file of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path in the bundle.
    pub path: String,
    /// Its SHA-256.
    pub hash: Digest,
    /// Its length in bytes.
    pub length: u64,
}

/// The signed list of every published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What it says before the list.
    pub head: SnapshotHead,
    /// The list, sorted by path.
    pub files: Vec<Listed>,
}

/// Why bytes are no snapshot, or not the publisher's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They are no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The publisher did not sign them.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// A line is not what it should be.
    #[error("line {line}: expected {expected}, found {found:?}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

impl Listed {
    fn line(&self) -> String {
        format!("{} {} {}", self.hash, self.length, self.path)
    }
}

impl Snapshot {
    /// The largest snapshot: a million files of 120 bytes a line.
    pub const MAX_BYTES: u64 = MAX_BYTES as u64;

    /// The signed bytes.
    ///
    /// # Errors
    /// When the head cannot be written, or the key cannot sign.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, SnapshotError> {
        let text = self.text()?;
        Ok(Note::new(&text, vec![key.sign(&text)])?.to_bytes())
    }

    fn text(&self) -> Result<String, SnapshotError> {
        let head = canonical_line(&self.head).map_err(|e| wrong(2, "a head", &e.to_string()))?;
        let lines = self.files.iter().map(|file| file.line() + "\n");
        Ok(format!("{TYPE_LINE}\n{head}\n{}", lines.collect::<String>()))
    }

    /// Reads a snapshot that the publisher signed.
    ///
    /// # Errors
    /// At the first thing that does not belong.
    pub fn verify(bytes: &[u8], publisher: &VerifyingKey) -> Result<Self, SnapshotError> {
        let note = Note::parse(bytes, MAX_BYTES)?;
        note.verify(|signature| publisher.if_named_by(signature))?;
        Self::parse_text(note.text())
    }

    /// Reads a snapshot before its publisher is known: the definition that names the publisher's
    /// key stands in one of the files of this very list. [`Snapshot::verify`] must follow.
    ///
    /// # Errors
    /// At the first thing that does not belong.
    pub fn read_unverified(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::parse_text(Note::parse(bytes, MAX_BYTES)?.text())
    }

    /// One list has one text: each line is compared with the only way to write what it says.
    fn parse_text(text: &str) -> Result<Self, SnapshotError> {
        let mut lines = text.split_terminator('\n');
        let first = lines.next().unwrap_or_default();
        if first != TYPE_LINE {
            return Err(wrong(1, TYPE_LINE, first));
        }
        let second = lines.next().unwrap_or_default();
        let head: Option<SnapshotHead> = serde_json::from_str(second).ok();
        let head = head.filter(|head| canonical_line(head).is_ok_and(|line| line == second));
        let head = head.ok_or_else(|| wrong(2, "a head", second))?;
        let files = lines.enumerate().map(|(index, line)| {
            listed(line).ok_or_else(|| wrong(index + 3, "a hash, a length and a path", line))
        });
        let snapshot = Self { head, files: files.collect::<Result<_, _>>()? };
        match snapshot.files.is_sorted_by(|a, b| a.path < b.path) {
            true => Ok(snapshot),
            false => Err(wrong(3, "a list sorted by path", "")),
        }
    }
}

fn listed(line: &str) -> Option<Listed> {
    let mut parts = line.splitn(3, ' ');
    let (hash, length) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let listed = Listed { path: parts.next()?.to_owned(), hash, length };
    (listed.line() == line).then_some(listed)
}

fn wrong(line: usize, expected: &'static str, found: &str) -> SnapshotError {
    SnapshotError::Line { line, expected, found: found.chars().take(80).collect() }
}

/// head.json: which snapshot is the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The election's id.
    pub election: String,
    /// Live or a rehearsal.
    pub mode: Mode,
    /// The snapshot's number.
    pub sequence: u64,
    /// How many records the log held.
    pub size: u64,
    /// The snapshot's path.
    pub snapshot: String,
    /// The snapshot's SHA-256.
    pub snapshot_hash: Digest,
    /// When it was made, in seconds since 1970.
    pub time: i64,
}

impl Head {
    /// The largest head.json: its seven values take 500 bytes, and an election's id 64 of them.
    pub const MAX_BYTES: u64 = 64 << 10;

    /// The head that names a snapshot.
    #[must_use]
    pub fn of(snapshot: &Snapshot, bytes: &[u8]) -> Self {
        let SnapshotHead { election, mode, sequence, size, time, .. } = snapshot.head.clone();
        let path = format!("snapshot/{sequence}");
        let snapshot_hash = Digest::of(bytes);
        Self { election, mode, sequence, size, snapshot: path, snapshot_hash, time }
    }

    /// The file's bytes: one canonical line.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        // A head holds whole numbers and ids only, so its line can always be written.
        let line = canonical_line(self).unwrap_or_default();
        format!("{line}\n").into_bytes()
    }

    /// Reads head.json; `None` also when it is longer than any head needs to be.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() as u64 > Self::MAX_BYTES {
            return None;
        }
        let head: Self = serde_json::from_slice(bytes).ok()?;
        (head.line() == bytes).then_some(head)
    }
}
