//! Reporting units: every place with figures, in one tree.

use std::{borrow::Borrow, collections::HashMap, fmt, num::NonZeroU32, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{ElectionError, count::read_whole, head::Kind};

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

    /// The id as a name of a file or a page, where a colon would be read as something else.
    #[must_use]
    pub fn path_name(&self) -> String {
        self.0.replace(':', "-")
    }
}

/// A unit is found by the text of its id. Both hash alike: the id is its text and nothing else.
impl Borrow<str> for UnitId {
    fn borrow(&self) -> &str {
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

/// What one unit has in an extra column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A whole number.
    Count(u64),
    /// A text.
    Text(Box<str>),
}

/// One reporting unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its name, in whatever script the authority writes it.
    pub name: Box<str>,
    /// Its kind: an index into [`crate::Head::kinds`].
    pub kind: usize,
    /// The unit it lies in; the root has none.
    pub parent: Option<UnitIndex>,
    /// One past the last unit of its subtree.
    end: UnitIndex,
    attributes: Box<[Option<Attribute>]>,
}

impl Unit {
    /// Has it no units inside it?
    #[must_use]
    pub fn is_leaf(&self, own: UnitIndex) -> bool {
        self.end.get() == own.get() + 1
    }
}

/// The table of units as it is written: a header and rows of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitTable {
    /// Column names: `id`, `kind`, `parent`, `name`, then attributes.
    pub columns: Vec<String>,
    /// One row a unit.
    pub rows: Vec<Vec<String>>,
}

impl UnitTable {
    /// Reads units.csv.
    pub fn from_csv(text: &str) -> Result<Self, ElectionError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let bad =
            |line: usize, e: &csv::Error| ElectionError::UnitRow { line, problem: e.to_string() };
        let columns = reader.headers().map_err(|e| bad(1, &e))?.iter().map(str::to_owned).collect();
        let rows = reader.records().enumerate().map(|(index, row)| {
            row.map(|r| r.iter().map(str::to_owned).collect()).map_err(|e| bad(index + 2, &e))
        });
        Ok(Self { columns, rows: rows.collect::<Result<_, _>>()? })
    }
}

/// All units of an election, in the order described at [`UnitIndex`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    all: Vec<Unit>,
    by_id: HashMap<UnitId, UnitIndex>,
    attributes: Vec<AttributeSpec>,
}

impl Units {
    /// The unit at an index. Indexes come from this table only, so there is one.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "an index is made by this table only, which never shrinks"
    )]
    pub fn get(&self, index: UnitIndex) -> &Unit {
        &self.all[index.get()]
    }

    /// The unit with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<UnitIndex> {
        self.by_id.get(id).copied()
    }

    /// The unit that all others lie in.
    #[must_use]
    pub fn root(&self) -> UnitIndex {
        UnitIndex(NonZeroU32::MIN)
    }

    /// All units with their indexes, parents before children.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (UnitIndex, &Unit)> + ExactSizeIterator {
        self.all.iter().enumerate().map(|(i, unit)| (UnitIndex::from_usize(i), unit))
    }

    /// How many units there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The unit and all inside it, as places in [`Units::all`].
    #[must_use]
    pub fn subtree(&self, index: UnitIndex) -> Range<usize> {
        index.get()..self.get(index).end.get()
    }

    /// Is `inner` this unit or one inside it?
    #[must_use]
    pub fn contains(&self, outer: UnitIndex, inner: UnitIndex) -> bool {
        self.subtree(outer).contains(&inner.get())
    }

    /// The units directly inside a unit.
    pub fn children(&self, index: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        let end = self.get(index).end;
        let first = UnitIndex(index.0.saturating_add(1));
        let next = move |child: &UnitIndex| Some(self.get(*child).end).filter(|n| *n < end);
        std::iter::successors((first < end).then_some(first), next)
    }

    /// The unit, its parent, and so on up to the root.
    pub fn upwards(&self, index: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        std::iter::successors(Some(index), |i| self.get(*i).parent)
    }

    /// The place of an attribute in every unit.
    #[must_use]
    pub fn attribute(&self, id: &str) -> Option<usize> {
        self.attributes.iter().position(|spec| spec.id == id)
    }

    /// A whole-number attribute of a unit, where it has one.
    #[must_use]
    pub fn number(&self, index: UnitIndex, attribute: usize) -> Option<u64> {
        match self.get(index).attributes.get(attribute)?.as_ref()? {
            Attribute::Count(count) => Some(*count),
            Attribute::Text(_) => None,
        }
    }

    pub(crate) fn build(
        table: &UnitTable,
        kinds: &[Kind],
        attributes: &[AttributeSpec],
    ) -> Result<Self, ElectionError> {
        let rows = read_rows(table, kinds, attributes)?;
        let mut units = order(rows)?;
        close_subtrees(&mut units);
        let mut by_id = HashMap::with_capacity(units.len());
        let mut paths = HashMap::with_capacity(units.len());
        // The election's own page has this name.
        paths.insert("index".to_owned(), 0);
        for (index, unit) in units.iter().enumerate() {
            let twice = by_id.insert(unit.id.clone(), UnitIndex::from_usize(index)).is_some();
            if twice || paths.insert(unit.id.path_name(), index).is_some() {
                return Err(ElectionError::Twice { what: "unit", id: unit.id.to_string() });
            }
        }
        Ok(Self { all: units, by_id, attributes: attributes.to_vec() })
    }
}

/// A row of the table before the tree is known.
struct Row {
    unit: Unit,
    parent: Option<usize>,
}

fn read_rows(
    table: &UnitTable,
    kinds: &[Kind],
    attributes: &[AttributeSpec],
) -> Result<Vec<Row>, ElectionError> {
    let column = |name: &str| {
        let found = table.columns.iter().position(|c| c == name);
        found.ok_or_else(|| ElectionError::UnitColumn { column: name.to_owned() })
    };
    let fixed = [column("id")?, column("kind")?, column("parent")?, column("name")?];
    let extra = attributes.iter().map(|a| column(&a.id)).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashMap::with_capacity(table.rows.len());
    let mut rows = Vec::with_capacity(table.rows.len());
    for (number, cells) in table.rows.iter().enumerate() {
        let [own, kind, parent, name] =
            fixed.map(|c| cells.get(c).map(String::as_str).unwrap_or_default());
        let place = |problem: String| ElectionError::UnitRow { line: number + 2, problem };
        let id = UnitId::try_from(own.to_owned()).map_err(|e| place(e.to_string()))?;
        let kind_index = kinds.iter().position(|k| k.id == kind);
        let kind = kind_index.ok_or_else(|| place(format!("unknown kind {kind:?}")))?;
        let parent_row = seen.get(parent).copied();
        if parent_row.is_none() && !parent.is_empty() {
            return Err(place(format!("parent {parent:?} does not stand above")));
        }
        let values = extra.iter().zip(attributes).map(|(c, spec)| {
            let cell = cells.get(*c).map(String::as_str).unwrap_or_default();
            read_attribute(cell, spec).map_err(&place)
        });
        let attributes = values.collect::<Result<_, _>>()?;
        let (here, name) = (UnitIndex::from_usize(number), name.into());
        seen.insert(own, number);
        let unit = Unit { id, name, kind, parent: None, end: here, attributes };
        rows.push(Row { unit, parent: parent_row });
    }
    Ok(rows)
}

fn read_attribute(cell: &str, spec: &AttributeSpec) -> Result<Option<Attribute>, String> {
    match spec.kind {
        _ if cell.is_empty() => Ok(None),
        AttributeKind::Text => Ok(Some(Attribute::Text(cell.into()))),
        AttributeKind::Count => {
            let bad = || format!("{}: expected a whole number, found {cell:?}", spec.id);
            read_whole(cell).map(|n| Some(Attribute::Count(n))).ok_or_else(bad)
        }
    }
}

/// Puts the rows so that each subtree is one run, children in the order of the table.
fn order(rows: Vec<Row>) -> Result<Vec<Unit>, ElectionError> {
    let mut children = vec![Vec::new(); rows.len()];
    let mut roots = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        match row.parent.and_then(|parent| children.get_mut(parent)) {
            Some(list) => list.push(number),
            None => roots.push(number),
        }
    }
    if roots.len() != 1 {
        return Err(ElectionError::Roots { found: roots.len() });
    }
    let mut place = vec![UnitIndex(NonZeroU32::MIN); rows.len()];
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut units = Vec::with_capacity(rows.len());
    let mut waiting = roots;
    while let Some(number) = waiting.pop() {
        let Some(row) = rows.get_mut(number).and_then(Option::take) else { continue };
        let parent = row.parent.and_then(|p| place.get(p).copied());
        if let Some(slot) = place.get_mut(number) {
            *slot = UnitIndex::from_usize(units.len());
        }
        units.push(Unit { parent, ..row.unit });
        waiting.extend(children.get(number).into_iter().flatten().rev());
    }
    Ok(units)
}

/// Gives each unit the end of its subtree: children stand behind parents, so one pass from the
/// back sees every child before its parent.
fn close_subtrees(units: &mut [Unit]) {
    let mut ends: Vec<usize> = (1..=units.len()).collect();
    for index in (0..units.len()).rev() {
        let end = ends.get(index).copied().unwrap_or_default();
        let Some(unit) = units.get_mut(index) else { continue };
        unit.end = UnitIndex::from_usize(end);
        if let Some(parent_end) = unit.parent.and_then(|p| ends.get_mut(p.get())) {
            *parent_end = end.max(*parent_end);
        }
    }
}
