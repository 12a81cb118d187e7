/// Reads a decimal without sign or leading zeros, the only form C2SP texts know.
pub(crate) fn parse(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}
