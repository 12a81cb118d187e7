//! Moments, as whole seconds. Nobody reads a clock here: moments come in as values.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A moment in whole seconds since 1970-01-01T00:00:00Z. In JSON a definition writes it as
/// RFC 3339 with an offset, so that a person can read it: `2025-10-29T21:00:00+01:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

/// A text that is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written 2025-10-29T21:00:00+01:00, found {found:?}")]
pub struct TimeError {
    /// What was found instead.
    pub found: String,
}

impl Instant {
    /// From seconds since 1970.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} s", self.0),
        }
    }
}

impl FromStr for Instant {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let fault = || TimeError { found: text.to_owned() };
        let parsed = text.parse::<jiff::Timestamp>().ok().filter(|_| is_plain(text));
        parsed.map(|moment| Self(moment.as_second())).ok_or_else(fault)
    }
}

/// The form of RFC 3339 that is read: capital letters, an offset of less than a day, at most nine
/// digits behind the second, which are cut off. The library reads many more forms, and another
/// reader could not follow it.
fn is_plain(text: &str) -> bool {
    let shape = |byte: char| if byte.is_ascii_digit() { '0' } else { byte };
    let shape: String = text.chars().map(shape).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let digits = rest.strip_prefix('.').map(|rest| rest.trim_start_matches('0'));
    let fraction = rest.len() - digits.unwrap_or(rest).len();
    let no_leap_second = text.get(17..19) != Some("60");
    let offset = digits.unwrap_or(rest);
    let hours = text.len().checked_sub(5).and_then(|at| text.get(at..at + 2));
    let offset = match offset {
        "Z" => true,
        "+00:00" | "-00:00" => hours.is_some_and(|hours| hours < "24"),
        _ => false,
    };
    // The point and one to nine digits, or nothing.
    no_leap_second && matches!(fraction, 0 | 2..=10) && offset
}

impl TryFrom<String> for Instant {
    type Error = TimeError;
    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.to_string()
    }
}
