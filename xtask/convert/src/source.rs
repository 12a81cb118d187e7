//! Published tables, read by the names of their columns.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use crate::error::ConvertError;

/// A file's text; one whose name ends in `.gz` is unpacked.
///
/// # Errors
/// When the file cannot be read or is no UTF-8 text.
pub(crate) fn text(path: &Path) -> Result<String, ConvertError> {
    let problem = |e: std::io::Error| ConvertError::File {
        path: PathBuf::from(path),
        problem: e.to_string(),
    };
    let bytes = fs::read(path).map_err(problem)?;
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::MultiGzDecoder::new(&*bytes).read_to_string(&mut text).map_err(problem)?;
    } else {
        (&*bytes).read_to_string(&mut text).map_err(problem)?;
    }
    Ok(text)
}

/// A table with a header.
pub(crate) struct Table {
    file: String,
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no table of UTF-8 text.
    pub(crate) fn open(path: &Path, delimiter: u8) -> Result<Self, ConvertError> {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::read(&file, &text(path)?, delimiter)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// When it is no table.
    pub(crate) fn read(file: &str, text: &str, delimiter: u8) -> Result<Self, ConvertError> {
        let problem =
            |e: csv::Error| ConvertError::Table { file: file.to_owned(), problem: e.to_string() };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let header = reader.headers().map_err(problem)?;
        let columns = header.iter().enumerate().map(|(i, name)| (name.to_owned(), i)).collect();
        let rows = reader.into_records().collect::<Result<_, _>>().map_err(problem)?;
        Ok(Self { file: file.to_owned(), columns, rows })
    }

    /// All rows, in file order.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { table: self, record })
    }

    /// Is there such a column?
    ///
    /// # Errors
    /// When there is not.
    fn column(&self, name: &str) -> Result<usize, ConvertError> {
        self.columns.get(name).copied().ok_or_else(|| ConvertError::Column {
            file: self.file.clone(),
            column: name.to_owned(),
        })
    }
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// The cell in a column.
    ///
    /// # Errors
    /// When there is no such column.
    pub(crate) fn get(self, column: &str) -> Result<&'a str, ConvertError> {
        Ok(self.record.get(self.table.column(column)?).unwrap_or_default())
    }

    /// The cell in a column, as `read` takes it.
    ///
    /// # Errors
    /// When there is no such column, or when `read` makes nothing of the cell.
    pub(crate) fn read<T>(
        self,
        column: &str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConvertError> {
        let cell = self.get(column)?;
        read(cell).ok_or_else(|| ConvertError::Cell {
            file: self.table.file.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: column.to_owned(),
            expected,
            found: cell.to_owned(),
        })
    }

    /// The whole number in a column.
    ///
    /// # Errors
    /// When there is no such column, or no whole number in it.
    pub(crate) fn number(self, column: &str) -> Result<u64, ConvertError> {
        self.read(column, "a whole number", |cell| cell.parse().ok())
    }
}

#[cfg(test)]
mod tests;
