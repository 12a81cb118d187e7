//! The table of units as it is written.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
    ser::SerializeSeq,
};

use crate::ElectionError;

/// The table of units as it is written: a header and rows of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitTable {
    /// Column names: `id`, `kind`, `parent`, `name`, then attributes.
    pub columns: Vec<String>,
    /// One row a unit.
    pub rows: UnitRows,
}

impl UnitTable {
    /// Reads units.csv.
    pub fn from_csv(text: &str) -> Result<Self, ElectionError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let bad =
            |line: usize, e: &csv::Error| ElectionError::UnitRow { line, problem: e.to_string() };
        let columns = reader.headers().map_err(|e| bad(1, &e))?.iter().map(str::to_owned).collect();
        let mut rows = UnitRows::default();
        for (index, row) in reader.records().enumerate() {
            rows.push(row.map_err(|e| bad(index + 2, &e))?.iter());
        }
        Ok(Self { columns, rows })
    }
}

/// Rows of text. They stand in one piece: a string for each cell of a million rows would be several
/// times as large as what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitRows {
    letters: String,
    /// Where each cell ends.
    cells: Vec<usize>,
    /// At which cell each row ends.
    rows: Vec<usize>,
}

/// One row of text.
#[derive(Clone, Copy)]
pub struct UnitRow<'t> {
    table: &'t UnitRows,
    first: usize,
    end: usize,
}

impl UnitRows {
    /// Puts a row below the others.
    pub fn push<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        cells.into_iter().for_each(|cell| self.push_cell(cell));
        self.end_row();
    }

    fn push_cell(&mut self, cell: &str) {
        self.letters.push_str(cell);
        self.cells.push(self.letters.len());
    }

    fn end_row(&mut self) {
        self.rows.push(self.cells.len());
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at a place.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<UnitRow<'_>> {
        let end = *self.rows.get(row)?;
        let first = end_before(&self.rows, row);
        Some(UnitRow { table: self, first, end })
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = UnitRow<'_>> {
        (0..self.rows.len()).filter_map(|row| self.get(row))
    }
}

/// Where one begins: where the one before it ends.
fn end_before(ends: &[usize], place: usize) -> usize {
    place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0)
}

impl<'t> UnitRow<'t> {
    /// The cell at a place.
    #[must_use]
    pub fn get(self, cell: usize) -> Option<&'t str> {
        let place = self.first.checked_add(cell).filter(|place| *place < self.end)?;
        let end = *self.table.cells.get(place)?;
        self.table.letters.get(end_before(&self.table.cells, place)..end)
    }

    /// All cells.
    pub fn cells(self) -> impl Iterator<Item = &'t str> {
        (0..self.end - self.first).filter_map(move |cell| self.get(cell))
    }
}

impl<C: AsRef<str>, R: IntoIterator<Item = C>> FromIterator<R> for UnitRows {
    fn from_iter<T: IntoIterator<Item = R>>(rows: T) -> Self {
        let mut all = Self::default();
        for row in rows {
            row.into_iter().for_each(|cell| all.push_cell(cell.as_ref()));
            all.end_row();
        }
        all
    }
}

impl Serialize for UnitRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.len()))?;
        self.iter().try_for_each(|row| rows.serialize_element(&row))?;
        rows.end()
    }
}

impl Serialize for UnitRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.cells())
    }
}

impl<'de> Deserialize<'de> for UnitRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;

        impl<'de> Visitor<'de> for Rows {
            type Value = UnitRows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<UnitRows, A::Error> {
                let mut all = UnitRows::default();
                while rows.next_element_seed(NextRow(&mut all))?.is_some() {
                    all.end_row();
                }
                Ok(all)
            }
        }

        deserializer.deserialize_seq(Rows)
    }
}

/// Reads a row into the table.
struct NextRow<'t>(&'t mut UnitRows);

impl<'de> DeserializeSeed<'de> for NextRow<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for NextRow<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<(), A::Error> {
        while cells.next_element_seed(NextCell(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads a cell into the table.
struct NextCell<'t>(&'t mut UnitRows);

impl<'de> DeserializeSeed<'de> for NextCell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NextCell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, cell: &str) -> Result<(), E> {
        self.0.push_cell(cell);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::UnitRows;

    proptest! {
        #[test]
        fn rows_in_one_piece_are_written_and_read_as_rows_of_strings(rows: Vec<Vec<String>>) {
            let table: UnitRows = rows.iter().collect();
            let cells = table.iter().map(|row| row.cells().map(str::to_owned).collect::<Vec<_>>());
            prop_assert_eq!(cells.collect::<Vec<_>>(), rows.clone());
            prop_assert_eq!(table.get(rows.len()).is_none(), true);
            let line = serde_json::to_string(&rows).unwrap();
            prop_assert_eq!(serde_json::to_string(&table).unwrap(), line.clone());
            prop_assert_eq!(serde_json::from_str::<UnitRows>(&line).unwrap(), table);
        }
    }

    #[test]
    fn what_is_no_table_is_refused_as_rows_of_strings_are() {
        for line in ["1", "[1]", "[[1]]", "[[\"a\",null]]", "[{}]", "[[[\"a\"]]]", "[[\"a\"]", "{}"]
        {
            let refusal = serde_json::from_str::<UnitRows>(line).unwrap_err().to_string();
            let expected = serde_json::from_str::<Vec<Vec<String>>>(line).unwrap_err().to_string();
            assert_eq!(refusal, expected, "{line}");
        }
    }
}
