//! Postcodes in the names of polling stations.

/// Splits `Stadhuis (postcode: 5541 KB)` into the name and `5541 KB`. Real files also write
/// `(postcode:5541KB)`, a postcode cut short, or none; what is no whole postcode stays in the name.
#[must_use]
pub fn split_postcode(name: &str) -> (&str, Option<String>) {
    let name = name.trim();
    let parts = name.strip_suffix(')').and_then(|front| front.rsplit_once("(postcode:"));
    match parts.and_then(|(front, code)| Some((front.trim_end(), postcode(code)?))) {
        Some((front, code)) => (front, Some(code)),
        None => (name, None),
    }
}

/// Four digits and two capitals, in its official spelling.
fn postcode(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (digits, letters) = code.split_at_checked(4)?;
    let good = digits.bytes().all(|b| b.is_ascii_digit())
        && letters.len() == 2
        && letters.bytes().all(|b| b.is_ascii_uppercase());
    good.then(|| format!("{digits} {letters}"))
}
