//! Reporting units: every place with figures, in one tree.

mod build;
mod table;

use std::{
    borrow::Cow,
    fmt,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    ops::Range,
};

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

pub use table::{UnitRow, UnitRows, UnitTable};

/// The id of a reporting unit as the authority writes it: `0668::SB1`, `G0014`, `946558`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitId(Box<str>);

/// A text that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a unit id is 1 to 64 of A-Z a-z 0-9 : . _ -, found {found:?}")]
pub struct UnitIdError {
    /// What was found instead.
    pub found: String,
}

impl UnitId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Is this 1 to 64 of the characters that ids of units, fields and selections are made of?
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        // A dot hides a file, a dash begins a formula in a spreadsheet.
        && !text.starts_with(['.', '-'])
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b":._-".contains(&b))
}

/// An id as a name of a file or a page, where a colon would be read as something else.
fn path_name(id: &str) -> Cow<'_, str> {
    match id.contains(':') {
        true => id.replace(':', "-").into(),
        false => id.into(),
    }
}

impl TryFrom<String> for UnitId {
    type Error = UnitIdError;
    fn try_from(text: String) -> Result<Self, UnitIdError> {
        if is_id(&text) { Ok(Self(text.into())) } else { Err(UnitIdError { found: text }) }
    }
}

impl From<UnitId> for String {
    fn from(id: UnitId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a unit stands in [`Units`]: parents before their children, each subtree in one run, so
/// that "inside" is a comparison of two numbers. It is kept one higher, so that a unit that may be
/// missing takes no more than four bytes: there are millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIndex(NonZeroU32);

impl UnitIndex {
    /// The place in [`Units::all`].
    #[must_use]
    pub fn get(self) -> usize {
        self.0.get() as usize - 1
    }

    pub(crate) fn from_usize(index: usize) -> Self {
        let higher = index.checked_add(1).and_then(|higher| u32::try_from(higher).ok());
        Self(higher.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX))
    }
}

/// What an extra column of units.csv holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeKind {
    /// A whole number, such as the delegates that a precinct elects.
    Count,
    /// A text, such as a postcode.
    Text,
}

/// An extra column of units.csv.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSpec {
    /// The column's name.
    pub id: String,
    /// What it holds.
    pub kind: AttributeKind,
}

/// One reporting unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit<'u> {
    /// Its id.
    pub id: UnitName<'u>,
    /// Its name, in whatever script the authority writes it.
    pub name: &'u str,
    /// Its kind: an index into [`crate::Head::kinds`].
    pub kind: usize,
    /// The unit it lies in; the root has none.
    pub parent: Option<UnitIndex>,
    area: Option<Area>,
}

/// The id of a unit of an election: a [`UnitId`] that is kept with all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitName<'u>(&'u str);

impl<'u> UnitName<'u> {
    /// The id as text.
    #[must_use]
    pub fn as_str(self) -> &'u str {
        self.0
    }

    /// The id as a name of a file or a page, where a colon would be read as something else.
    #[must_use]
    pub fn path_name(self) -> String {
        path_name(self.0).into_owned()
    }
}

impl fmt::Display for UnitName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of an area among the areas, kept one higher as a [`UnitIndex`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area(NonZeroU32);

impl Unit<'_> {
    /// Has it no units inside it?
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.area.is_none()
    }

    /// Its place among the areas, which are the units with others inside them: sums are kept for
    /// these only.
    #[must_use]
    pub fn area(&self) -> Option<usize> {
        self.area.map(Area::get)
    }
}

impl Area {
    fn get(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All units of an election, in the order described at [`UnitIndex`]. One takes some 60 bytes, its
/// id and name included: there are millions of them.
#[derive(Clone, Debug)]
pub struct Units {
    rows: Vec<Row>,
    /// Id and name of each unit, one behind the other.
    letters: String,
    /// For each area, one past the last unit of its subtree.
    ends: Vec<UnitIndex>,
    /// By the name of a file, which no two ids share.
    by_path: HashTable<UnitIndex>,
    hasher: RandomState,
    attributes: Vec<AttributeSpec>,
    /// For each attribute that holds numbers, the number of every unit; texts are nowhere asked for.
    numbers: Vec<Option<Box<[Option<u64>]>>>,
}

/// What is kept of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// Where its id begins.
    start: u32,
    parent: Option<UnitIndex>,
    area: Option<Area>,
    kind: u16,
    /// How long its id is; its name is what follows.
    id: u8,
}

/// Elections are the same when their units are, in whatever order a table was filled.
impl PartialEq for Units {
    fn eq(&self, other: &Self) -> bool {
        (&self.rows, &self.letters, &self.attributes, &self.numbers)
            == (&other.rows, &other.letters, &other.attributes, &other.numbers)
    }
}

impl Eq for Units {}

impl Units {
    /// The unit at an index. Indexes come from this table only, so there is one.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "an index is made by this table only, which never shrinks"
    )]
    pub fn get(&self, index: UnitIndex) -> Unit<'_> {
        let Row { parent, area, kind, .. } = self.rows[index.get()];
        let (id, name) = self.texts(index.get());
        Unit { id: UnitName(id), name, kind: kind.into(), parent, area }
    }

    /// Id and name of the unit at a place.
    fn texts(&self, place: usize) -> (&str, &str) {
        let start = |row: &Row| usize::try_from(row.start).unwrap_or(usize::MAX);
        let row = self.rows.get(place);
        let end = self.rows.get(place + 1).map_or(self.letters.len(), start);
        let own = row.and_then(|row| self.letters.get(start(row)..end)).unwrap_or_default();
        let length = row.map_or(0, |row| usize::from(row.id));
        own.split_at_checked(length).unwrap_or_default()
    }

    /// The unit with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<UnitIndex> {
        let is_its = |index: &UnitIndex| self.texts(index.get()).0 == id;
        self.by_path.find(self.hasher.hash_one(path_name(id)), is_its).copied()
    }

    /// The unit that all others lie in.
    #[must_use]
    pub fn root(&self) -> UnitIndex {
        UnitIndex(NonZeroU32::MIN)
    }

    /// All units with their indexes, parents before children.
    pub fn all(
        &self,
    ) -> impl DoubleEndedIterator<Item = (UnitIndex, Unit<'_>)> + ExactSizeIterator {
        let indexes = (0..self.rows.len()).map(UnitIndex::from_usize);
        indexes.map(|index| (index, self.get(index)))
    }

    /// How many units there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many of them have units inside them.
    #[must_use]
    pub fn areas(&self) -> usize {
        self.ends.len()
    }

    /// The unit and all inside it, as places in [`Units::all`].
    #[must_use]
    pub fn subtree(&self, index: UnitIndex) -> Range<usize> {
        index.get()..self.end(index).get()
    }

    /// One past the last unit of a subtree.
    fn end(&self, index: UnitIndex) -> UnitIndex {
        let area = self.rows.get(index.get()).and_then(|row| row.area);
        let end = area.and_then(|area| self.ends.get(area.get()));
        end.copied().unwrap_or(UnitIndex(index.0.saturating_add(1)))
    }

    /// Is `inner` this unit or one inside it?
    #[must_use]
    pub fn contains(&self, outer: UnitIndex, inner: UnitIndex) -> bool {
        self.subtree(outer).contains(&inner.get())
    }

    /// The units directly inside a unit.
    pub fn children(&self, index: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        let end = self.end(index);
        let first = UnitIndex(index.0.saturating_add(1));
        let next = move |child: &UnitIndex| Some(self.end(*child)).filter(|n| *n < end);
        std::iter::successors((first < end).then_some(first), next)
    }

    /// The unit, its parent, and so on up to the root.
    pub fn upwards(&self, index: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        let parent = |index: &UnitIndex| self.rows.get(index.get())?.parent;
        std::iter::successors(Some(index), parent)
    }

    /// The place of an attribute in every unit.
    #[must_use]
    pub fn attribute(&self, id: &str) -> Option<usize> {
        self.attributes.iter().position(|spec| spec.id == id)
    }

    /// A whole-number attribute of a unit, where it has one.
    #[must_use]
    pub fn number(&self, index: UnitIndex, attribute: usize) -> Option<u64> {
        *self.numbers.get(attribute)?.as_ref()?.get(index.get())?
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn a_unit_takes_16_bytes_beside_its_texts() {
        assert_eq!(size_of::<Row>(), 16);
    }
}
