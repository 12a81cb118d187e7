//! Exact fractions: shares and ratios are never rounded before they are printed.

use std::{cmp::Ordering, fmt, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::count::read_whole;

/// A fraction of whole numbers in lowest terms. Written `3/100`; a whole number stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fraction {
    numerator: u64,
    denominator: NonZeroU64,
}

/// A text that is no fraction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fraction is written n/d with d above 0, found {found:?}")]
pub struct FractionError {
    /// What was found instead.
    pub found: String,
}

impl Fraction {
    /// `numerator / denominator` in lowest terms; `None` when the denominator is 0.
    #[must_use]
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        let divisor = greatest_common_divisor(numerator, denominator);
        let denominator = NonZeroU64::new(denominator.checked_div(divisor)?)?;
        Some(Self { numerator: numerator.checked_div(divisor)?, denominator })
    }

    /// The numerator in lowest terms.
    #[must_use]
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// The denominator in lowest terms, never 0.
    #[must_use]
    pub fn denominator(self) -> NonZeroU64 {
        self.denominator
    }

    /// Is `part / whole` at least this fraction? Products are 128 bits wide, so exact.
    #[must_use]
    pub fn is_reached_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.denominator.get())
            >= u128::from(self.numerator) * u128::from(whole)
    }

    /// This fraction of a whole, rounded up: how many make up at least the share.
    #[must_use]
    pub fn of_rounded_up(self, whole: u64) -> u64 {
        let product = u128::from(self.numerator) * u128::from(whole);
        let up = product.div_ceil(u128::from(self.denominator.get()));
        u64::try_from(up).unwrap_or(u64::MAX)
    }

    /// Rounded half up to `decimals` places, as text for people: 1/3 in per cent is `33.3`.
    #[must_use]
    pub fn print_times(self, factor: u64, decimals: u32) -> String {
        let scale = 10u128.pow(decimals);
        let (n, d) = (u128::from(self.numerator), u128::from(self.denominator.get()));
        let units = (2 * n * u128::from(factor) * scale + d) / (2 * d);
        if decimals == 0 {
            return units.to_string();
        }
        let width = usize::try_from(decimals).unwrap_or(usize::MAX);
        format!("{}.{:0width$}", units / scale, units % scale)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u128::from(self.numerator) * u128::from(other.denominator.get());
        let right = u128::from(other.numerator) * u128::from(self.denominator.get());
        left.cmp(&right)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator.get() {
            1 => self.numerator.fmt(f),
            d => write!(f, "{}/{d}", self.numerator),
        }
    }
}

impl FromStr for Fraction {
    type Err = FractionError;
    fn from_str(text: &str) -> Result<Self, FractionError> {
        let (n, d) = text.split_once('/').unwrap_or((text, "1"));
        let parsed = read_whole(n).zip(read_whole(d)).and_then(|(n, d)| Self::new(n, d));
        parsed.ok_or_else(|| FractionError { found: text.to_owned() })
    }
}

impl TryFrom<String> for Fraction {
    type Error = FractionError;
    fn try_from(text: String) -> Result<Self, FractionError> {
        text.parse()
    }
}

impl From<Fraction> for String {
    fn from(fraction: Fraction) -> Self {
        fraction.to_string()
    }
}
