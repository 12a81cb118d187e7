//! Canonical JSON: one value has one line of bytes.
//!
//! Keys are sorted, none stands twice, numbers are whole, strings are in Unicode normal form C,
//! and there is no white space (RFC 8785 without its floating point). A reader does not check
//! these one by one: it parses, writes again, and compares the bytes.

use std::{collections::HashSet, fmt, io};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor},
};
use unicode_normalization::is_nfc;

/// Why a line is not the canonical form of anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A key stands twice in one object.
    #[error("the key {key:?} stands twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// It is no JSON, or not of this kind's shape; the message names the column.
    #[error("{message}")]
    Shape {
        /// What the parser expected and found.
        message: String,
    },
    /// It says the right thing in other bytes.
    #[error("byte {position}: expected {expected:?}, found {found:?}")]
    Bytes {
        /// The first byte that differs.
        position: usize,
        /// What the canonical form has from there (a few characters).
        expected: String,
        /// What was found from there (a few characters).
        found: String,
    },
    /// A string is not in normal form C, so that two texts could look the same.
    #[error("a string is not in Unicode normal form C")]
    NotNormal,
}

/// The canonical line of a value.
///
/// # Errors
/// When the value holds a floating-point number or a string that is not in normal form C.
pub fn canonical_line(value: &impl Serialize) -> Result<String, CanonicalError> {
    // Through a value, because that is what sorts the keys.
    let shape = |e: serde_json::Error| CanonicalError::Shape { message: e.to_string() };
    let value = serde_json::to_value(value).map_err(shape)?;
    let line = value.to_string();
    check_whole(&value)?;
    if is_nfc(&line) { Ok(line) } else { Err(CanonicalError::NotNormal) }
}

fn check_whole(value: &serde_json::Value) -> Result<(), CanonicalError> {
    match value {
        serde_json::Value::Number(number) if number.is_f64() => {
            Err(CanonicalError::Shape { message: format!("{number} is no whole number") })
        }
        serde_json::Value::Array(items) => items.iter().try_for_each(check_whole),
        serde_json::Value::Object(fields) => fields.values().try_for_each(check_whole),
        _ => Ok(()),
    }
}

/// Reads a canonical line. Bodies declare their fields in alphabetical order and maps are sorted,
/// so writing the value again needs no sorting; [`canonical_line`] does sort, and a test compares.
pub(crate) fn parse<T: DeserializeOwned + Serialize>(line: &str) -> Result<T, CanonicalError> {
    let value: T = serde_json::from_str(line).map_err(|e| explain(line, &e))?;
    // Nearly every line is canonical, and a definition has a hundred megabytes: it is compared
    // while it is written, and written for good only where it differs.
    let mut same = Same { rest: line.as_bytes(), so_far: true };
    serde_json::to_writer(&mut same, &value).map_err(|e| explain(line, &e))?;
    if !(same.so_far && same.rest.is_empty()) {
        let again = serde_json::to_string(&value).map_err(|e| explain(line, &e))?;
        return Err(difference(line, &again));
    }
    if line.is_ascii() || is_nfc(line) { Ok(value) } else { Err(CanonicalError::NotNormal) }
}

/// Holds what is written against what should be.
struct Same<'a> {
    /// What has not been written yet.
    rest: &'a [u8],
    so_far: bool,
}

impl io::Write for Same<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self.rest.strip_prefix(piece) {
            Some(rest) => self.rest = rest,
            None => self.so_far = false,
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The failure's cause: a key that stands twice says more than what the parser made of it.
fn explain(line: &str, error: &serde_json::Error) -> CanonicalError {
    duplicate_key(line).unwrap_or_else(|| CanonicalError::Shape { message: error.to_string() })
}

fn difference(found: &str, expected: &str) -> CanonicalError {
    if let Some(duplicate) = duplicate_key(found) {
        return duplicate;
    }
    let same = found.chars().zip(expected.chars()).take_while(|(a, b)| a == b);
    let (count, position) = same.fold((0, 0), |(n, bytes), (c, _)| (n + 1, bytes + c.len_utf8()));
    let glimpse = |text: &str| text.chars().skip(count).take(16).collect();
    CanonicalError::Bytes { position, expected: glimpse(expected), found: glimpse(found) }
}

fn duplicate_key(line: &str) -> Option<CanonicalError> {
    let message = serde_json::from_str::<Unique>(line).err()?.to_string();
    let key = message.strip_prefix(DUPLICATE)?.split('"').next()?.to_owned();
    Some(CanonicalError::DuplicateKey { key })
}

const DUPLICATE: &str = "duplicate key \"";

/// Any JSON whose objects have each key once.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, _)) = map.next_entry::<String, Self>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("{DUPLICATE}{key}\"")));
            }
            keys.insert(key);
        }
        Ok(Self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(Self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}
