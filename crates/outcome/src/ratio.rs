//! Exact fractions of any size that an election gives: quotas, averages, surpluses.

use std::{cmp::Ordering, fmt};

use election::Fraction;
use serde::{Serialize, Serializer};

/// A fraction of whole numbers, compared exactly. With a denominator of 0 it is more than every
/// other; of two such the larger numerator is more. Some laws divide by 0 for a list's first seat,
/// so that every list has one before any has two.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: u128,
    denominator: u128,
}

impl Ratio {
    /// `numerator / denominator`.
    #[must_use]
    pub fn new(numerator: u128, denominator: u128) -> Self {
        Self { numerator, denominator }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: u128) -> Self {
        Self::new(number, 1)
    }

    /// How often 1 goes into it; `None` when the denominator is 0.
    #[must_use]
    pub fn floor(self) -> Option<u128> {
        self.numerator.checked_div(self.denominator)
    }

    /// The product. Both are far below what 64 bits hold.
    pub(crate) fn times(self, other: Self) -> Self {
        let (numerator, denominator) =
            (self.numerator * other.numerator, self.denominator * other.denominator);
        Self::new(numerator, denominator).reduced()
    }

    /// The quotient. Both are far below what 64 bits hold.
    pub(crate) fn over(self, other: Self) -> Self {
        self.times(Self::new(other.denominator, other.numerator))
    }

    /// The sum, over the least denominator that both divide.
    pub(crate) fn plus(self, other: Self) -> Self {
        let common = greatest_common_divisor(self.denominator, other.denominator).max(1);
        let (ours, theirs) = (other.denominator / common, self.denominator / common);
        let numerator = self.numerator * ours + other.numerator * theirs;
        Self::new(numerator, self.denominator * ours).reduced()
    }

    /// As a fraction of numbers of 64 bits, where it is one.
    #[must_use]
    pub fn fraction(self) -> Option<Fraction> {
        let (numerator, denominator) = self.lowest();
        Fraction::new(u64::try_from(numerator).ok()?, u64::try_from(denominator).ok()?)
    }

    fn reduced(self) -> Self {
        let (numerator, denominator) = self.lowest();
        Self { numerator, denominator }
    }

    /// Rounded down to three decimals, for people to look at; a whole number has none. What is
    /// divided by 0 is told as such, and what is too large for decimals as the fraction.
    #[must_use]
    pub fn decimal(self) -> String {
        let Some(whole) = self.floor() else { return "∞".to_owned() };
        let rest = self.numerator % self.denominator;
        match rest.checked_mul(1000) {
            Some(0) => whole.to_string(),
            Some(rest) => format!("{whole}.{:03}", rest / self.denominator),
            None => self.to_string(),
        }
    }

    /// In lowest terms.
    fn lowest(self) -> (u128, u128) {
        let divisor = greatest_common_divisor(self.numerator, self.denominator).max(1);
        (self.numerator / divisor, self.denominator / divisor)
    }
}

/// Euclid's algorithm.
fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The product of two numbers of 128 bits, as its upper and its lower half: school multiplication
/// in digits of 64 bits.
fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let [(a_high, a_low), (b_high, b_low)] = [a, b].map(|n| (n >> 64, n & LOW));
    let (low, first, second) = (a_low * b_low, a_low * b_high, a_high * b_low);
    let middle = (low >> 64) + (first & LOW) + (second & LOW);
    let high = a_high * b_high + (first >> 64) + (second >> 64) + (middle >> 64);
    (high, (middle << 64) | (low & LOW))
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.denominator, other.denominator) {
            (0, 0) => self.numerator.cmp(&other.numerator),
            (0, _) => Ordering::Greater,
            (_, 0) => Ordering::Less,
            (ours, theirs) => product(self.numerator, theirs).cmp(&product(other.numerator, ours)),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ratio {}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lowest() {
            (numerator, 1) => numerator.fmt(f),
            (numerator, denominator) => write!(f, "{numerator}/{denominator}"),
        }
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
