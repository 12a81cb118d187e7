//! From the table of units to the tree.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
};

use hashbrown::HashTable;

use super::{
    Area, AttributeKind, AttributeSpec, Row, UnitIdError, UnitIndex, UnitRow, UnitRows, UnitTable,
    Units, is_id, path_name,
};
use crate::{ElectionError, count::read_whole, head::Kind};

/// What `Units::number` answers from, attribute by attribute: texts are read and not kept.
type Numbers = Vec<Option<Box<[Option<u64>]>>>;

impl Units {
    /// Reads the table: every name in it resolved, the tree in its order.
    pub(crate) fn build(
        table: &UnitTable,
        kinds: &[Kind],
        attributes: &[AttributeSpec],
    ) -> Result<Self, ElectionError> {
        let columns = Columns::of(table, attributes)?;
        let mut read = read_rows(table, &columns, kinds, attributes)?;
        let order = Order::of(&read.parents)?;
        let mut units = Self {
            rows: Vec::with_capacity(table.rows.len()),
            letters: String::with_capacity(read.letters),
            ends: Vec::new(),
            by_path: HashTable::new(),
            hasher: RandomState::new(),
            attributes: attributes.to_vec(),
            numbers: order.sort(std::mem::take(&mut read.numbers)),
        };
        for row in &order.rows {
            units.push(table, &columns, &read, &order, number(*row));
        }
        units.by_path = units.index()?;
        Ok(units)
    }

    fn push(
        &mut self,
        table: &UnitTable,
        columns: &Columns,
        read: &Read,
        order: &Order,
        row: usize,
    ) {
        let place = self.rows.len();
        let Some(cells) = table.rows.get(row) else { return };
        let (id, name) = (columns.cell(cells, columns.id), columns.cell(cells, columns.name));
        let parent = read.parents.get(row).copied().flatten();
        let inside = at(&order.sizes, row);
        let is_area = inside > 1;
        let area = u32::try_from(self.ends.len() + 1).ok().and_then(NonZeroU32::new).map(Area);
        self.rows.push(Row {
            // Ids and names together were found to be below 4 GiB.
            start: u32::try_from(self.letters.len()).unwrap_or(u32::MAX),
            parent: parent.map(|row| UnitIndex::from_usize(number(at(&order.places, number(row))))),
            area: area.filter(|_| is_area),
            kind: read.kinds.get(row).copied().unwrap_or_default(),
            id: u8::try_from(id.len()).unwrap_or(u8::MAX),
        });
        self.letters.push_str(id);
        self.letters.push_str(name);
        if is_area {
            self.ends.push(UnitIndex::from_usize(place + number(inside)));
        }
    }

    /// The table by which units are found. No two may have one file, so no two have one id.
    fn index(&self) -> Result<HashTable<UnitIndex>, ElectionError> {
        let path = |index: &UnitIndex| path_name(self.texts(index.get()).0);
        let hash = |index: &UnitIndex| self.hasher.hash_one(path(index));
        let mut by_path = HashTable::with_capacity(self.rows.len());
        for index in (0..self.rows.len()).map(UnitIndex::from_usize) {
            let own = path(&index);
            let same = by_path.find(hash(&index), |other| path(other) == own);
            // The election's own page has this name.
            if same.is_some() || own == "index" {
                let id = self.texts(index.get()).0.to_owned();
                return Err(ElectionError::Twice { what: "unit", id });
            }
            by_path.insert_unique(hash(&index), index, hash);
        }
        Ok(by_path)
    }
}

/// Where what stands in a row.
struct Columns {
    id: usize,
    kind: usize,
    parent: usize,
    name: usize,
    attributes: Vec<usize>,
}

impl Columns {
    fn of(table: &UnitTable, attributes: &[AttributeSpec]) -> Result<Self, ElectionError> {
        let column = |name: &str| {
            let found = table.columns.iter().position(|c| c == name);
            found.ok_or_else(|| ElectionError::UnitColumn { column: name.to_owned() })
        };
        Ok(Self {
            id: column("id")?,
            kind: column("kind")?,
            parent: column("parent")?,
            name: column("name")?,
            attributes: attributes.iter().map(|a| column(&a.id)).collect::<Result<_, _>>()?,
        })
    }

    fn cell<'t>(&self, cells: UnitRow<'t>, column: usize) -> &'t str {
        cells.get(column).unwrap_or_default()
    }
}

/// What the rows say, in the order of the table.
struct Read {
    kinds: Vec<u16>,
    /// For each row, the row of the unit that it lies in.
    parents: Vec<Option<u32>>,
    numbers: Vec<Option<Vec<Option<u64>>>>,
    /// How many bytes ids and names have together.
    letters: usize,
}

fn read_rows(
    table: &UnitTable,
    columns: &Columns,
    kinds: &[Kind],
    attributes: &[AttributeSpec],
) -> Result<Read, ElectionError> {
    let count = table.rows.len();
    let numbers = attributes
        .iter()
        .map(|spec| (spec.kind == AttributeKind::Count).then(|| Vec::with_capacity(count)));
    let mut read = Read {
        kinds: Vec::with_capacity(count),
        parents: Vec::with_capacity(count),
        numbers: numbers.collect(),
        letters: 0,
    };
    let mut seen = Seen::new(&table.rows, columns.id);
    for (number, cells) in table.rows.iter().enumerate() {
        let place = |problem: String| ElectionError::UnitRow { line: number + 2, problem };
        let cell = |column: usize| columns.cell(cells, column);
        let (id, kind, parent) = (cell(columns.id), cell(columns.kind), cell(columns.parent));
        if !is_id(id) {
            return Err(place(UnitIdError { found: id.to_owned() }.to_string()));
        }
        let of_kind = kinds.iter().position(|k| k.id == kind);
        let of_kind = of_kind.and_then(|kind| u16::try_from(kind).ok());
        read.kinds.push(of_kind.ok_or_else(|| place(format!("unknown kind {kind:?}")))?);
        let above = seen.find(parent);
        if above.is_none() && !parent.is_empty() {
            return Err(place(format!("parent {parent:?} does not stand above")));
        }
        read.parents.push(above);
        let values = columns.attributes.iter().zip(attributes).zip(&mut read.numbers);
        for ((column, spec), numbers) in values {
            let value = read_attribute(cell(*column), spec).map_err(place)?;
            numbers.iter_mut().for_each(|numbers| numbers.push(value));
        }
        read.letters += id.len() + cell(columns.name).len();
        seen.put(number);
    }
    check_letters(&read)?;
    Ok(read)
}

/// A record is far below this; a file need not be.
fn check_letters(read: &Read) -> Result<(), ElectionError> {
    let (most, found) = (u64::from(u32::MAX), read.letters as u64);
    let (place, what) = ("units.csv".to_owned(), "bytes of ids and names");
    match found > most {
        true => Err(ElectionError::TooMany { place, what, most, found }),
        false => Ok(()),
    }
}

/// The number in a cell; `None` where there is none, or where the attribute holds texts.
fn read_attribute(cell: &str, spec: &AttributeSpec) -> Result<Option<u64>, String> {
    match spec.kind {
        _ if cell.is_empty() => Ok(None),
        AttributeKind::Text => Ok(None),
        AttributeKind::Count => {
            let bad = || format!("{}: expected a whole number, found {cell:?}", spec.id);
            read_whole(cell).map(Some).ok_or_else(bad)
        }
    }
}

/// The rows that were read, by their ids; of two with one id the last.
struct Seen<'t> {
    rows: &'t UnitRows,
    id: usize,
    by_id: HashTable<u32>,
    hasher: RandomState,
}

impl<'t> Seen<'t> {
    fn new(rows: &'t UnitRows, id: usize) -> Self {
        let by_id = HashTable::with_capacity(rows.len());
        Self { rows, id, by_id, hasher: RandomState::new() }
    }

    fn find(&self, id: &str) -> Option<u32> {
        let is_its = |row: &u32| id_of(self.rows, self.id, *row) == id;
        self.by_id.find(self.hasher.hash_one(id), is_its).copied()
    }

    fn put(&mut self, row: usize) {
        let Self { rows, id, by_id, hasher } = self;
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let own = id_of(rows, *id, row);
        let hash = |row: &u32| hasher.hash_one(id_of(rows, *id, *row));
        match by_id.find_mut(hash(&row), |other| id_of(rows, *id, *other) == own) {
            Some(other) => *other = row,
            None => drop(by_id.insert_unique(hash(&row), row, hash)),
        }
    }
}

fn id_of(rows: &UnitRows, column: usize, row: u32) -> &str {
    rows.get(number(row)).and_then(|cells| cells.get(column)).unwrap_or_default()
}

/// The order of the tree: each subtree is one run, children in the order of the table.
struct Order {
    /// For each row, how many units its subtree has.
    sizes: Vec<u32>,
    /// For each row, its place in the tree.
    places: Vec<u32>,
    /// For each place in the tree, its row.
    rows: Vec<u32>,
}

impl Order {
    /// Parents stand above their children in the table, so one pass from below counts what is inside
    /// each, and one from above gives each the first place that its parent has left.
    fn of(parents: &[Option<u32>]) -> Result<Self, ElectionError> {
        let roots = parents.iter().filter(|parent| parent.is_none()).count();
        if roots != 1 {
            return Err(ElectionError::Roots { found: roots });
        }
        let mut sizes = vec![1; parents.len()];
        for (row, parent) in parents.iter().enumerate().rev() {
            let inside = at(&sizes, row);
            parent.iter().for_each(|parent| add(&mut sizes, *parent, inside));
        }
        let mut left = vec![0; parents.len()];
        let mut places = Vec::with_capacity(parents.len());
        let mut rows = vec![0; parents.len()];
        for (row, parent) in (0..).zip(parents) {
            let place = parent.map_or(0, |parent| at(&left, number(parent)));
            parent.iter().for_each(|parent| add(&mut left, *parent, at(&sizes, number(row))));
            add(&mut left, row, place + 1);
            add(&mut rows, place, row);
            places.push(place);
        }
        Ok(Self { sizes, places, rows })
    }

    /// Numbers of rows, put into the order of the tree.
    fn sort(&self, numbers: Vec<Option<Vec<Option<u64>>>>) -> Numbers {
        let sorted = |numbers: Vec<Option<u64>>| {
            let rows = self.rows.iter();
            rows.map(|row| numbers.get(number(*row)).copied().flatten()).collect()
        };
        numbers.into_iter().map(|numbers| numbers.map(sorted)).collect()
    }
}

fn number(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

fn at(list: &[u32], place: usize) -> u32 {
    list.get(place).copied().unwrap_or(0)
}

fn add(list: &mut [u32], place: u32, more: u32) {
    if let Some(number) = list.get_mut(number(place)) {
        *number += more;
    }
}
