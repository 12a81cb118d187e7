//! As much of JSON as `cargo metadata` needs: enough to find names and paths, and no more.

use std::iter::Peekable;
use std::str::Chars;

/// A JSON value. Numbers, booleans and null are `Other`: nothing here asks for them.
#[derive(Debug, PartialEq)]
pub(crate) enum Json {
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
    Other,
}

impl Json {
    /// The value of one JSON text; `None` when the text is not JSON.
    pub(crate) fn parse(text: &str) -> Option<Json> {
        let mut reader = Reader { rest: text.chars().peekable() };
        let value = reader.value()?;
        reader.skip_space();
        reader.rest.next().is_none().then_some(value)
    }

    /// The value under `key`, when this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        let Json::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text under `key`.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list under `key`.
    pub(crate) fn list(&self, key: &str) -> Option<&[Json]> {
        match self.get(key)? {
            Json::List(items) => Some(items),
            _ => None,
        }
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Json> {
        self.skip_space();
        match self.rest.peek()? {
            '"' => self.string().map(Json::Text),
            '[' => self.list(),
            '{' => self.map(),
            _ => self.word(),
        }
    }

    fn skip_space(&mut self) {
        while self.rest.next_if(|c| c.is_ascii_whitespace()).is_some() {}
    }

    /// Takes `wanted`, after white space.
    fn take(&mut self, wanted: char) -> Option<char> {
        self.skip_space();
        self.rest.next_if_eq(&wanted)
    }

    fn list(&mut self) -> Option<Json> {
        self.take('[')?;
        let mut items = Vec::new();
        while self.take(']').is_none() {
            if !items.is_empty() {
                self.take(',')?;
            }
            items.push(self.value()?);
        }
        Some(Json::List(items))
    }

    fn map(&mut self) -> Option<Json> {
        self.take('{')?;
        let mut entries = Vec::new();
        while self.take('}').is_none() {
            if !entries.is_empty() {
                self.take(',')?;
            }
            self.skip_space();
            let key = self.string()?;
            self.take(':')?;
            entries.push((key, self.value()?));
        }
        Some(Json::Map(entries))
    }

    fn string(&mut self) -> Option<String> {
        self.rest.next_if_eq(&'"')?;
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                c => text.push(c),
            }
        }
    }

    /// Paths and names need no surrogate pairs: one is refused, not misread.
    fn escape(&mut self) -> Option<char> {
        match self.rest.next()? {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'u' => {
                let digits: String = self.rest.by_ref().take(4).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
            }
            c => matches!(c, '"' | '\\' | '/').then_some(c),
        }
    }

    fn word(&mut self) -> Option<Json> {
        let mut word = String::new();
        while let Some(c) =
            self.rest.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
        {
            word.push(c);
        }
        let known = matches!(word.as_str(), "true" | "false" | "null");
        (known || word.parse::<f64>().is_ok()).then_some(Json::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    fn map(entries: Vec<(&str, Json)>) -> Json {
        Json::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    #[test]
    fn json_is_read() {
        for (input, expected) in [
            (r#""a""#, text("a")),
            (r#" "a\"\\\/\n\u00e9" "#, text("a\"\\/\né")),
            ("[]", Json::List(vec![])),
            (
                r#"["a", 1, -2.5e3, true, null]"#,
                Json::List(std::iter::once(text("a")).chain((0..4).map(|_| Json::Other)).collect()),
            ),
            ("{ }", map(vec![])),
            (
                r#"{"a":{"b":["c"]},"d":null}"#,
                map(vec![("a", map(vec![("b", Json::List(vec![text("c")]))])), ("d", Json::Other)]),
            ),
        ] {
            assert_eq!(Json::parse(input), Some(expected), "{input}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for input in ["", "a", "[1", "[1 2]", "[,1]", r#"{"a" 1}"#, r#"{a:1}"#, r#""a"#, "1 2"] {
            assert_eq!(Json::parse(input), None, "{input}");
        }
    }

    #[test]
    fn values_are_found_by_key() {
        let json = Json::parse(r#"{"a":"x","b":["y"]}"#).unwrap();
        assert_eq!(json.text("a"), Some("x"));
        assert_eq!(json.text("b"), None);
        assert_eq!(json.list("b"), Some(&[text("y")][..]));
        assert_eq!(json.get("c"), None);
    }
}
