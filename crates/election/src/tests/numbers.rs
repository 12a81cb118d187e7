//! Counts, decimals, fractions and moments.

use proptest::prelude::*;

use crate::{Count, Decimals, Fraction, Instant};

#[test]
fn a_count_has_nine_digits() {
    for (value, expected) in [
        (0, Ok(0)),
        (1, Ok(1)),
        (999_999_999, Ok(999_999_999)),
        (1_000_000_000, Err("a count is 0 to 999999999, found 1000000000")),
        // Not cut off at 32 bits: 2^32 is not 0.
        (1 << 32, Err("a count is 0 to 999999999, found 4294967296")),
        (u64::MAX, Err("a count is 0 to 999999999, found 18446744073709551615")),
    ] {
        let found = Count::new(value).map(Count::get).map_err(|e| e.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{value}");
    }
}

#[test]
fn a_count_is_read_from_json_by_the_same_rule() {
    for (json, expected) in [
        ("7", Some(7)),
        ("999999999", Some(999_999_999)),
        ("1000000000", None),
        ("-1", None),
        ("7.0", None),
        ("\"7\"", None),
    ] {
        let found = serde_json::from_str::<Count>(json).ok().map(Count::get);
        assert_eq!(found, expected, "{json}");
    }
}

#[test]
fn decimals_are_printed_without_trailing_zeros() {
    for (decimals, units, text) in [
        (0, 0, "0"),
        (0, 511, "511"),
        (4, 0, "0"),
        (4, 1, "0.0001"),
        (4, 10, "0.001"),
        (4, 5_119_980, "511.998"),
        (4, 10_000, "1"),
        (4, 10_001, "1.0001"),
        (9, 1, "0.000000001"),
    ] {
        let decimals = Decimals::new(decimals).unwrap();
        assert_eq!(decimals.print(units), text);
        assert_eq!(decimals.parse(text), Some(units), "{text}");
    }
    assert_eq!(Decimals::new(10), None);
}

#[test]
fn decimals_read_digits_and_one_point() {
    for (decimals, text, units) in [
        (4, "0.0001", Some(1)),
        (4, "1.50", Some(15_000)),
        (4, "1.500000", Some(15_000)),
        (4, "007", Some(70_000)),
        (4, "0.00001", None),
        (0, "7.0", Some(7)),
        (0, "7.5", None),
        (4, "", None),
        (4, ".5", None),
        (4, "+5", None),
        (4, "-5", None),
        (4, "1e3", None),
        (4, "1.5.0", None),
        (4, "1,5", None),
        (4, " 1", None),
        (4, "1.٥", None),
        (0, "18446744073709551615", Some(u64::MAX)),
        (0, "18446744073709551616", None),
        (4, "18446744073709551615", None),
    ] {
        assert_eq!(Decimals::new(decimals).unwrap().parse(text), units, "{text}");
    }
}

#[test]
fn a_fraction_is_in_lowest_terms() {
    for (numerator, denominator, text) in [
        (6, 4, Some("3/2")),
        (0, 7, Some("0")),
        (7, 7, Some("1")),
        (960, 19, Some("960/19")),
        (u64::MAX, u64::MAX, Some("1")),
        (1, 0, None),
        (0, 0, None),
    ] {
        let found = Fraction::new(numerator, denominator).map(|f| f.to_string());
        assert_eq!(found.as_deref(), text, "{numerator}/{denominator}");
    }
}

#[test]
fn a_fraction_is_read_as_it_is_written() {
    let fraction = |text: &str| text.parse::<Fraction>().map(|f| f.to_string()).ok();
    for (text, expected) in [
        ("3/100", Some("3/100")),
        ("6/4", Some("3/2")),
        ("7", Some("7")),
        ("0/5", Some("0")),
        ("1/0", None),
        ("", None),
        ("/", None),
        ("1/2/3", None),
        ("-1/2", None),
        ("0.5", None),
        ("1 / 2", None),
        ("+1/2", None),
        ("1/+2", None),
    ] {
        assert_eq!(fraction(text).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn a_share_is_reached_exactly() {
    let three_per_cent = Fraction::new(3, 100).unwrap();
    for (part, whole, reached, needed) in [
        (2, 100, false, 3),
        (3, 100, true, 3),
        (3, 101, false, 4),
        (4, 101, true, 4),
        (29, 1000, false, 30),
        (30, 1000, true, 30),
        (0, 0, true, 0),
        (1, 0, true, 0),
    ] {
        assert_eq!(three_per_cent.is_reached_by(part, whole), reached, "{part} of {whole}");
        assert_eq!(three_per_cent.of_rounded_up(whole), needed, "of {whole}");
    }
    assert_eq!(Fraction::new(u64::MAX, 1).unwrap().of_rounded_up(2), u64::MAX);
}

#[test]
fn a_fraction_is_printed_for_people_rounded_half_up() {
    for (numerator, denominator, factor, decimals, text) in [
        (1, 3, 100, 1, "33.3"),
        (2, 3, 100, 1, "66.7"),
        (1, 8, 100, 1, "12.5"),
        (1, 8, 100, 0, "13"),
        (1, 2000, 100, 1, "0.1"),
        (1, 2001, 100, 1, "0.0"),
        (1, 1, 100, 1, "100.0"),
        (0, 1, 100, 1, "0.0"),
        (999, 1000, 1, 2, "1.00"),
        (1, 3, 1, 4, "0.3333"),
        (u64::MAX, 1, 100, 4, "1844674407370955161500.0000"),
    ] {
        let fraction = Fraction::new(numerator, denominator).unwrap();
        assert_eq!(fraction.print_times(factor, decimals), text, "{fraction}");
    }
}

#[test]
fn a_moment_has_an_offset() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("2025-10-29T21:00:00+01:00", Some(1_761_768_000)),
        ("2025-10-29T20:00:00Z", Some(1_761_768_000)),
        // The hour that happens twice when summer time ends has two names.
        ("2025-10-26T02:30:00+02:00", Some(1_761_438_600)),
        ("2025-10-26T02:30:00+01:00", Some(1_761_442_200)),
        ("2025-10-29T21:00:00", None),
        ("2025-10-29", None),
        ("2025-02-30T00:00:00Z", None),
        ("soon", None),
        ("", None),
    ] {
        let found = text.parse::<Instant>().ok().map(Instant::seconds);
        assert_eq!(found, seconds, "{text}");
    }
    assert_eq!(Instant::from_seconds(1_761_768_000).to_string(), "2025-10-29T20:00:00Z");
}

proptest! {
    #[test]
    fn decimals_read_what_they_print(decimals in 0u8..=9, units in 0..u64::MAX / 2) {
        let decimals = Decimals::new(decimals).unwrap();
        prop_assert_eq!(decimals.parse(&decimals.print(units)), Some(units));
    }

    #[test]
    fn fractions_read_what_they_print(numerator: u64, denominator in 1..=u64::MAX) {
        let fraction = Fraction::new(numerator, denominator).unwrap();
        prop_assert_eq!(fraction.to_string().parse(), Ok(fraction));
    }

    #[test]
    fn fractions_compare_as_their_cross_products(
        (a, b, c, d) in (0u64.., 1u64.., 0u64.., 1u64..),
        small in (0..20u64, 1..20u64, 0..20u64, 1..20u64),
    ) {
        for (a, b, c, d) in [(a, b, c, d), small] {
            let (left, right) = (Fraction::new(a, b).unwrap(), Fraction::new(c, d).unwrap());
            let products = (u128::from(a) * u128::from(d), u128::from(c) * u128::from(b));
            prop_assert_eq!(left.cmp(&right), products.0.cmp(&products.1));
            prop_assert_eq!(left == right, products.0 == products.1);
            prop_assert_eq!(right.is_reached_by(a, b), products.0 >= products.1);
        }
    }

    #[test]
    fn the_rounded_up_share_is_the_first_that_reaches_it(
        (n, d, whole) in (0..1000u64, 1..1000u64, 1..1_000_000_000u64),
    ) {
        let share = Fraction::new(n, d).unwrap();
        let needed = share.of_rounded_up(whole);
        prop_assert!(share.is_reached_by(needed, whole));
        prop_assert!(needed == 0 || !share.is_reached_by(needed - 1, whole));
    }
}
