//! JSON for people: what fits on a line stands on one.

use serde::{Serialize, de::DeserializeOwned};

use crate::error::ConvertError;

const WIDTH: usize = 100;

/// Reads a text that is kept beside the converter.
///
/// # Errors
/// When it is broken.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ConvertError> {
    serde_json::from_str(text).map_err(|e| ConvertError::Definition(e.to_string()))
}

/// The value as indented JSON with a line end; an object or a list that fits on one line is
/// written on one.
///
/// # Errors
/// When the value is none that JSON can hold.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String, ConvertError> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|e| ConvertError::Definition(e.to_string()))?;
    Ok(fold(&text))
}

/// serde writes one thing a line, so a line that ends with a bracket opens something and one
/// that begins with a bracket closes it; texts are between quotes and do neither.
fn fold(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in text.lines() {
        lines.push(line.to_owned());
        if opens(line) {
            open.push(lines.len() - 1);
        } else if line.trim_start().starts_with(['}', ']']) {
            let inner = lines.split_off(open.pop().unwrap_or_default());
            match one_line(&inner) {
                Some(folded) => lines.push(folded),
                None => lines.extend(inner),
            }
        }
    }
    lines.join("\n") + "\n"
}

fn opens(line: &str) -> bool {
    line.ends_with(['{', '['])
}

/// All lines of one object or list as one, if it has no long one inside and is not long itself.
fn one_line(lines: &[String]) -> Option<String> {
    let (first, rest) = lines.split_first()?;
    let (last, inner) = rest.split_last()?;
    if inner.iter().any(|line| opens(line)) {
        return None;
    }
    let inner: Vec<&str> = inner.iter().map(|line| line.trim_start()).collect();
    let folded = format!("{first}{}{}", inner.join(" "), last.trim_start());
    (folded.chars().count() <= WIDTH).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn what_fits_stands_on_one_line() {
        let long = "x".repeat(60);
        let value =
            serde_json::json!({"a": [1, {"b": []}], "long": {"c": long, "d": long}, "z": "}"});
        let expected = format!(
            "{{\n  \"a\": [1, {{\"b\": []}}],\n  \"long\": {{\n    \"c\": \"{long}\",\n    \"d\": \"{long}\"\n  }},\n  \"z\": \"}}\"\n}}\n"
        );
        assert_eq!(pretty(&value), Ok(expected));
    }
}
