//! Numbers and moments as people of a language write them.

use election::{Decimals, Fraction};

use super::words::Words;

/// A sum with its decimals and groups of three.
pub(crate) fn sum(words: &Words, decimals: Decimals, sum: u64) -> String {
    decimal(words, &decimals.print(sum))
}

/// A decimal number with a point, in groups of three.
pub(crate) fn decimal(words: &Words, text: &str) -> String {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(words.thousands);
        }
        grouped.push(digit);
    }
    if !rest.is_empty() {
        grouped.push(words.decimal);
        grouped.push_str(rest);
    }
    grouped
}

/// A whole number in groups of three.
pub(crate) fn whole(words: &Words, number: impl Into<u64>) -> String {
    sum(words, Decimals::NONE, number.into())
}

/// A share in per cent with one decimal, rounded half up.
pub(crate) fn per_cent(words: &Words, share: Fraction) -> String {
    share.print_times(100, 1).replace('.', &words.decimal.to_string())
}

/// A moment in the election's time zone, to the minute, with the zone's abbreviation.
pub(crate) fn moment(zone: &str, seconds: i64) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    match jiff::Timestamp::from_second(seconds) {
        Ok(moment) => moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string(),
        Err(_) => seconds.to_string(),
    }
}
