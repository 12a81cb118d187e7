//! Texts by their places, each kept once. Two million keys have two million names, and a string of its
//! own for each, with a map from it, would be 80 bytes beside the letters.

use std::hash::{BuildHasher, RandomState};

use crate::{place::Place, table::Table};

/// A text, by its place among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) Place);

/// So many texts have one mark: more would be fewer bytes, and more lengths to add up.
const MARKED: usize = 16;

/// All texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    letters: Letters,
    by_text: Table<Name>,
    hasher: RandomState,
}

/// One text behind the other.
#[derive(Clone, Debug, Default)]
struct Letters {
    all: String,
    /// How long each text is. It stood in a record, and those are far below 4 GiB.
    lengths: Vec<u32>,
    /// Where every sixteenth text begins: of all together nothing says that they are below 4 GiB.
    marks: Vec<usize>,
}

impl Names {
    /// The text.
    pub(crate) fn get(&self, name: Name) -> &str {
        self.letters.of(name)
    }

    /// The text at a place, if there is one.
    pub(crate) fn at(&self, place: usize) -> Option<&str> {
        self.letters.at(place)
    }

    /// Where a text is that is here.
    pub(crate) fn find(&self, text: &str) -> Option<Name> {
        let hash = self.hasher.hash_one(text);
        self.by_text.find(hash, |name| self.get(name) == text)
    }

    /// Where a text is, which is here from now on.
    pub(crate) fn take(&mut self, text: &str) -> Name {
        self.find(text).unwrap_or_else(|| {
            let name = self.letters.push(text);
            self.by_text.insert(name, |name| self.hasher.hash_one(self.letters.of(name)));
            name
        })
    }

    /// Makes room for so many texts more.
    pub(crate) fn reserve(&mut self, texts: usize) {
        self.letters.lengths.reserve(texts);
        self.letters.marks.reserve(texts / MARKED);
        self.by_text.reserve(texts, |name| self.hasher.hash_one(self.letters.of(name)));
    }
}

impl Letters {
    fn of(&self, name: Name) -> &str {
        self.at(name.0.get()).unwrap_or_default()
    }

    fn at(&self, place: usize) -> Option<&str> {
        let length = usize::try_from(*self.lengths.get(place)?).ok()?;
        let marked = place / MARKED;
        let before = self.lengths.get(marked * MARKED..place)?;
        let before = before.iter().filter_map(|length| usize::try_from(*length).ok());
        let start = *self.marks.get(marked)? + before.sum::<usize>();
        self.all.get(start..start + length)
    }

    fn push(&mut self, text: &str) -> Name {
        let place = self.lengths.len();
        if place.is_multiple_of(MARKED) {
            self.marks.push(self.all.len());
        }
        self.lengths.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.all.push_str(text);
        Name(Place::new(place))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Name, Names};

    proptest! {
        #[test]
        fn every_text_has_one_place_and_is_found_by_it(texts: Vec<String>) {
            let mut names = Names::default();
            let places: Vec<Name> = texts.iter().map(|text| names.take(text)).collect();
            for (text, place) in texts.iter().zip(&places) {
                prop_assert_eq!(names.get(*place), text);
                prop_assert_eq!(names.find(text), Some(*place));
            }
            for (first, one) in texts.iter().zip(&places) {
                for (second, other) in texts.iter().zip(&places) {
                    prop_assert_eq!(first == second, one == other);
                }
            }
        }
    }

    #[test]
    fn what_was_never_taken_is_not_there() {
        let mut names = Names::default();
        names.reserve(100);
        for number in 0..100 {
            names.take(&format!("S{number}"));
        }
        assert_eq!(names.find("S100"), None);
        assert_eq!(names.at(100), None);
    }
}
