//! Rust text seen just well enough: where code is, where tests are, how long functions are.
//!
//! No parser: it follows comments, literals and brackets, and nothing else. Offsets into what it
//! returns are offsets into what it was given.

use std::ops::Range;

/// What one piece of Rust text is.
enum Piece {
    Code,
    Comment,
    Literal,
}

/// A function with a body.
#[derive(Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    /// Where it begins, from the start of the text.
    pub(super) offset: usize,
    /// Lines that hold code, signature and closing brace included.
    pub(super) lines: usize,
}

/// The text with each comment blanked and each literal overwritten with `"`: what is left can be
/// searched for words and brackets.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((piece, length)) = next_piece(rest) {
        let (found, after) = rest.split_at(length);
        match piece {
            Piece::Code => code.push_str(found),
            Piece::Comment => code.push_str(&overwritten(found, ' ')),
            Piece::Literal => code.push_str(&overwritten(found, '"')),
        }
        rest = after;
    }
    code
}

/// As many bytes of `mark`, with the line ends kept.
fn overwritten(text: &str, mark: char) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { mark }).collect()
}

/// The piece that the text begins with and its length in bytes; `None` at the end.
fn next_piece(rest: &str) -> Option<(Piece, usize)> {
    let first = rest.chars().next()?;
    Some(match first {
        '/' if rest.starts_with("//") => (Piece::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Piece::Comment, block_comment(rest)),
        '"' => (Piece::Literal, quoted(rest, '"')),
        '\'' if is_char(rest) => (Piece::Literal, quoted(rest, '\'')),
        _ if is_word(first) => word(rest),
        _ => (Piece::Code, first.len_utf8()),
    })
}

pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// A word, or the raw string whose prefix it is. `r#match` is a word and so is the `b` of `b"x"`.
fn word(rest: &str) -> (Piece, usize) {
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(length);
    if matches!(word, "r" | "br" | "cr") {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let body = after.trim_start_matches('#').strip_prefix('"');
        if let Some(body) = body {
            let end = body.find(&close).map_or(body.len(), |at| at + close.len());
            return (Piece::Literal, length + hashes + 1 + end);
        }
    }
    (Piece::Code, length)
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut at = "/*".len();
    while let Some(tail) = rest.get(at..) {
        match (tail.find("/*"), tail.find("*/")) {
            (Some(open), Some(close)) if open < close => {
                at += open + block_comment(tail.split_at(open).1);
            }
            (_, Some(close)) => return at + close + "*/".len(),
            (_, None) => break,
        }
    }
    rest.len()
}

/// The length of a literal from its opening to its closing quote.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// `'a'` and `'\n'` are characters, the `'a` of `&'a str` is a lifetime.
fn is_char(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => true,
        (_, second) => second == Some('\''),
    }
}

/// Where the items marked `#[cfg(test)]` stand in text that `code_only` returned.
pub(super) fn test_items(code: &str) -> Vec<Range<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let mut items: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices(MARK) {
        if items.last().is_none_or(|item| item.end <= start) {
            items.push(start..item_end(code, start + MARK.len()));
        }
    }
    items
}

/// An item ends with the brace that closes its body, or with a semicolon when it has none.
fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    let tail = code.get(start..).unwrap_or_default();
    for (at, c) in tail.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth == 0 => return start + at,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(c, '}' | ';') {
            return start + at + 1;
        }
    }
    code.len()
}

/// The text with the ranges blanked.
pub(super) fn without(code: &str, ranges: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(code.len());
    let mut at = 0;
    for range in ranges {
        left.push_str(code.get(at..range.start).unwrap_or_default());
        left.push_str(&overwritten(code.get(range.clone()).unwrap_or_default(), ' '));
        at = range.end;
    }
    left.push_str(code.get(at..).unwrap_or_default());
    left
}

/// All functions with a body, in text that `code_only` returned.
pub(super) fn functions(code: &str) -> Vec<Function> {
    words(code, "fn").filter_map(|offset| function(code, offset)).collect()
}

fn function(code: &str, offset: usize) -> Option<Function> {
    let name: String =
        code.get(offset..)?.strip_prefix("fn ")?.chars().take_while(|c| is_word(*c)).collect();
    let body = code.get(offset..item_end(code, offset))?;
    let real = !name.is_empty() && body.ends_with('}');
    let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
    real.then_some(Function { name, offset, lines })
}

/// The offsets at which `needle` stands as a word, or as words joined by punctuation.
pub(super) fn words<'a>(code: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(needle).map(|(at, _)| at).filter(move |at| {
        let (before, found) = code.split_at(*at);
        let after = found.strip_prefix(needle).unwrap_or_default();
        let goes_on = needle.ends_with(is_word) && after.starts_with(is_word);
        !before.ends_with(is_word) && !goes_on
    })
}

/// The number of the line on which an offset falls, from 1.
pub(super) fn line_number(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
