//! A table in CSV, with a head.

/// Column names, and rows of as many cells.
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table; a row of another length is refused.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect();
        let columns = reader.headers().map(cells).map_err(|e| e.to_string())?;
        let rows =
            reader.records().map(|row| row.map(|row| cells(&row)).map_err(|e| e.to_string()));
        Ok(Self { columns, rows: rows.collect::<Result<_, _>>()? })
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}
