//! A code as it stands on paper, to be typed by hand.

use std::{fmt, str::FromStr};

/// Crockford's letters and digits: no I, L, O or U, which people read as others.
const SYMBOLS: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random symbols; the last of a code follows from them.
const RANDOM: usize = 15;
/// How many symbols stand together on paper.
const GROUP: usize = 4;

/// A one-time code: 15 random symbols (75 bits) and a check symbol, by which a device tells one
/// wrong key from a wrong code (Luhn's algorithm over 32 symbols).
///
/// ```
/// use record::enrolment::Code;
/// let code = Code::from_random([7; 15]);
/// assert_eq!(code.on_paper(), "7777-7777-7777-777Z");
/// assert_eq!("7777 7777 7777 777z".parse(), Ok(code));
/// assert!("7777-7777-7777-7771".parse::<Code>().is_err());
/// ```
///
/// No output shows it by itself: [`Code::as_str`] and [`Code::on_paper`] are asked for by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

/// Why a text is no code. It does not say the text, which may be nearly the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Too few or too many symbols.
    #[error("a code has {expected} letters and digits, found {found}")]
    Length {
        /// How many it has.
        expected: usize,
        /// How many were found.
        found: usize,
    },
    /// A sign that no code has.
    #[error("no code has the sign {found:?}")]
    Symbol {
        /// The sign.
        found: char,
    },
    /// The last symbol is not the one that follows from the others.
    #[error("the code was mistyped: its last sign does not fit the others")]
    Check,
}

impl Code {
    /// A code from random bytes, of each of which five bits are used.
    #[must_use]
    pub fn from_random(bytes: [u8; RANDOM]) -> Self {
        let values: Vec<u8> = bytes.iter().map(|byte| byte % 32).collect();
        let values = values.iter().copied().chain([check(&values)]);
        Self(values.map(symbol).collect())
    }

    /// The code as it is signed and stands in the log: no signs that only part its groups.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as it stands in an envelope, in groups of four.
    #[must_use]
    pub fn on_paper(&self) -> String {
        let symbols: Vec<char> = self.0.chars().collect();
        let groups = symbols.chunks(GROUP).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join("-")
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let typed = text.chars().filter(|sign| *sign != '-' && !sign.is_whitespace());
        let values: Vec<u8> = typed.map(value).collect::<Result<_, _>>()?;
        let (expected, found) = (RANDOM + 1, values.len());
        match values.split_last() {
            Some((last, values)) if found == expected => match *last == check(values) {
                true => Ok(Self(values.iter().copied().chain([*last]).map(symbol).collect())),
                false => Err(CodeError::Check),
            },
            _ => Err(CodeError::Length { expected, found }),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The check symbol of values below 32. Every second value, the last one among them, counts
/// twice, its two digits in base 32 added up: so any one wrong symbol is seen.
fn check(values: &[u8]) -> u8 {
    let weighed = values.iter().rev().enumerate().map(|(place, value)| {
        let times = if place % 2 == 0 { 2 * u32::from(*value) } else { u32::from(*value) };
        times / 32 + times % 32
    });
    let sum: u32 = weighed.sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or_default()
}

fn symbol(value: u8) -> char {
    SYMBOLS.get(usize::from(value)).copied().map_or('0', char::from)
}

/// What a sign stands for, those too that people take for others.
fn value(sign: char) -> Result<u8, CodeError> {
    let symbol = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = SYMBOLS.iter().position(|known| char::from(*known) == symbol);
    let place = place.and_then(|place| u8::try_from(place).ok());
    place.ok_or(CodeError::Symbol { found: sign })
}
