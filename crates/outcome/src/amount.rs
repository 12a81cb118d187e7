//! Amounts that people write in a question: state delegates, a pool of them.

use election::Fraction;
use serde::Deserialize;

use crate::Ratio;

/// The largest numerator and denominator: a sum over ten thousand sites stays within 128 bits.
const MOST: u64 = 1_000_000;

/// An amount above 0, exactly as it was written: `18`, `"18"`, `"25/2"` or `"12.5"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Amount(Fraction);

/// How an amount stands in JSON. A number with a point does not: readers of JSON round those.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "an amount is a whole number, or a text such as \"25/2\" or \"12.5\""
)]
enum Written {
    Whole(u64),
    Text(String),
}

impl Amount {
    /// As a ratio.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        let Self(amount) = self;
        Ratio::new(amount.numerator().into(), amount.denominator().get().into())
    }
}

impl TryFrom<Written> for Amount {
    type Error = String;
    fn try_from(written: Written) -> Result<Self, String> {
        let (found, amount) = match written {
            Written::Whole(number) => (number.to_string(), Fraction::new(number, 1)),
            Written::Text(text) => {
                (format!("{text:?}"), text.parse().ok().or_else(|| point(&text)))
            }
        };
        let small = |amount: &Fraction| {
            let parts = [amount.numerator(), amount.denominator().get()];
            parts.iter().all(|part| (1..=MOST).contains(part))
        };
        amount.filter(small).map(Self).ok_or_else(|| {
            format!(
                "an amount is 18, \"25/2\" or \"12.5\", of numbers from 1 to {MOST}, found {found}"
            )
        })
    }
}

/// `12.5` as 125/10.
fn point(text: &str) -> Option<Fraction> {
    let (whole, decimals) = text.split_once('.')?;
    let scale = 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let digits = format!("{whole}{decimals}");
    let only_digits = !whole.is_empty() && !decimals.is_empty();
    let only_digits = only_digits && digits.bytes().all(|byte| byte.is_ascii_digit());
    Fraction::new(digits.parse().ok().filter(|_| only_digits)?, scale)
}
