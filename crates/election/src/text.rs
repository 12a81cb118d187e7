//! Names and sentences in every language of the election.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language by its two-letter code (ISO 639-1), such as `nl`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(Box<str>);

impl Language {
    /// The code itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Language {
    fn from(code: &str) -> Self {
        Self(code.into())
    }
}

/// One text in every language of the election, or one text that is the same in all of them, such
/// as a person's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    /// The same in every language.
    Same(String),
    /// A text for each language.
    Each(BTreeMap<Language, String>),
}

impl Texts {
    /// The text in a language. An election is refused when a text lacks one of its languages, so
    /// the fall-back to any other is for languages that the election does not have.
    #[must_use]
    pub fn get(&self, language: &Language) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Each(texts) => {
                texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
            }
        }
    }

    /// The first of these languages in which there is no text.
    #[must_use]
    pub fn missing<'a>(&self, languages: &'a [Language]) -> Option<&'a Language> {
        match self {
            Self::Same(_) => None,
            Self::Each(texts) => languages.iter().find(|l| !texts.contains_key(l)),
        }
    }
}
