//! Counts of one field of one form, and sums of many of them.

use std::{fmt, num::NonZeroU32};

use serde::{Deserialize, Serialize};

/// A whole number as one field of a form can hold it: 0 to 999,999,999.
///
/// The range is that of the Electoral Council's own forms (nine digit boxes). Figures with
/// decimals, such as state delegate equivalents, are counts of ten-thousandths. It is kept one
/// higher, so that a figure that may be unknown takes no more than the four bytes of one that is
/// known: a country has millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Count(NonZeroU32);

/// A number that no field can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a count is 0 to {max}, found {found}", max = Count::MAX)]
pub struct CountError {
    /// What was found instead.
    pub found: u64,
}

impl Count {
    /// No votes, which is not the same as an unknown number of votes.
    pub const ZERO: Self = Self(NonZeroU32::MIN);
    /// The largest count: nine digits.
    pub const MAX: Self = Self(NonZeroU32::MIN.saturating_add(999_999_999));

    /// The count, if a field can hold it.
    pub fn new(value: u64) -> Result<Self, CountError> {
        let higher = u32::try_from(value).ok().and_then(|small| NonZeroU32::MIN.checked_add(small));
        higher.map(Self).filter(|count| *count <= Self::MAX).ok_or(CountError { found: value })
    }

    /// The number itself.
    #[must_use]
    pub fn get(self) -> u64 {
        u64::from(self.0.get()) - 1
    }
}

impl Default for Count {
    fn default() -> Self {
        Self::ZERO
    }
}

impl TryFrom<u64> for Count {
    type Error = CountError;
    fn try_from(value: u64) -> Result<Self, CountError> {
        Self::new(value)
    }
}

impl From<Count> for u64 {
    fn from(count: Count) -> Self {
        count.get()
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A whole number in digits and nothing else: `str::parse` would take a plus sign too, and then
/// one number has two texts.
pub(crate) fn read_whole(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A sum of counts. 2^64 holds more than 18 thousand million full fields, so a sum over every
/// station of a country cannot overflow; overflow checks stay on in release all the same.
pub type Sum = u64;

/// How many decimals a figure is printed with; the figure itself stays a whole number of units of
/// 10^-decimals. Iowa's state delegate equivalents have four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Decimals(u8);

/// A number of decimals that no count has digits for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a figure has 0 to 9 decimals, found {found}")]
pub struct DecimalsError {
    /// What was found instead.
    pub found: u8,
}

impl TryFrom<u8> for Decimals {
    type Error = DecimalsError;
    fn try_from(decimals: u8) -> Result<Self, DecimalsError> {
        Self::new(decimals).ok_or(DecimalsError { found: decimals })
    }
}

impl From<Decimals> for u8 {
    fn from(decimals: Decimals) -> Self {
        decimals.0
    }
}

impl Decimals {
    /// Whole numbers.
    pub const NONE: Self = Self(0);

    /// The number of decimals; at most nine, the digits of a count.
    #[must_use]
    pub fn new(decimals: u8) -> Option<Self> {
        (decimals <= 9).then_some(Self(decimals))
    }

    /// How many units make one: 10^decimals.
    #[must_use]
    pub fn unit(self) -> u64 {
        10u64.pow(u32::from(self.0))
    }

    /// True for whole numbers.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0 == 0
    }

    /// Prints a sum of units exactly and without trailing zeros: 5,119,980 at four is `511.998`.
    #[must_use]
    pub fn print(self, units: Sum) -> String {
        let (whole, rest) = (units / self.unit(), units % self.unit());
        if rest == 0 {
            return whole.to_string();
        }
        let digits = format!("{rest:0width$}", width = usize::from(self.0));
        format!("{whole}.{}", digits.trim_end_matches('0'))
    }

    /// Reads an exact decimal as units; more decimals than these, or anything but digits and one
    /// point, is `None`.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<u64> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let digits = rest.trim_end_matches('0');
        let width = usize::from(self.0);
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(digits) || digits.len() > width {
            return None;
        }
        let padded = format!("{digits:0<width$}");
        let units = if width == 0 { 0 } else { padded.parse().ok()? };
        whole.parse::<u64>().ok()?.checked_mul(self.unit())?.checked_add(units)
    }
}
