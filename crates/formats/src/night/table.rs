//! One file of the night: a header that names fields, and rows.

use std::{collections::BTreeSet, sync::Arc};

use election::{Instant, UnitId};

use super::{NightEntry, NightError, What};

/// Where a row stands.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: u64,
}

/// What a column holds.
enum Column {
    Unit,
    Label,
    At,
    Channel,
    Reason,
    Count(Arc<str>),
}

/// What a file's rows are.
enum Rows {
    Returns(Arc<str>),
    Turnout,
}

/// A file with its header read.
pub(super) struct Table<'a, 'l> {
    file: &'a str,
    rows: Rows,
    names: csv::StringRecord,
    columns: Vec<Column>,
    labels: &'l [String],
    /// The channels seen so far; rows share their names.
    channels: BTreeSet<Arc<str>>,
    reader: csv::Reader<&'a [u8]>,
}

impl<'a, 'l> Table<'a, 'l> {
    pub(super) fn open(
        file: &'a str,
        text: &'a str,
        labels: &'l [String],
    ) -> Result<Self, NightError> {
        let rows = rows_of(file)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().map_err(|e| no_table(file, &e))?.clone();
        let columns: Vec<Column> = names.iter().map(column_of).collect();
        check_header(file, &rows, &names)?;
        Ok(Self { file, rows, names, columns, labels, channels: BTreeSet::new(), reader })
    }

    pub(super) fn read(
        mut self,
        entries: &mut Vec<(Place<'a>, NightEntry)>,
    ) -> Result<(), NightError> {
        let mut record = csv::StringRecord::new();
        while self.reader.read_record(&mut record).map_err(|e| no_table(self.file, &e))? {
            let line = record.position().map_or(0, csv::Position::line);
            entries.push((Place { file: self.file, line }, self.entry(&record, line)?));
        }
        Ok(())
    }

    fn entry(&mut self, record: &csv::StringRecord, line: u64) -> Result<NightEntry, NightError> {
        let mut row = Row::default();
        for ((name, column), cell) in self.names.iter().zip(&self.columns).zip(record) {
            let read = row.take(column, cell, self.labels);
            read.map_err(|expected| self.bad_cell(line, name, expected, cell))?;
        }
        let what = self.what(row.counts, line)?;
        let channel = self.shared_channel(row.channel.unwrap_or("file"));
        let unit = row.unit.ok_or_else(|| self.bad_cell(line, "unit", UNIT, ""))?;
        Ok(NightEntry { label: row.label, at: row.at, channel, unit, what, reason: row.reason })
    }

    fn what(&self, mut counts: Vec<(Arc<str>, u64)>, line: u64) -> Result<What, NightError> {
        counts.shrink_to_fit();
        match (&self.rows, counts.first()) {
            (Rows::Returns(form), _) => Ok(What::Returns { form: form.clone(), counts }),
            (Rows::Turnout, Some((_, admitted))) => Ok(What::Turnout { admitted: *admitted }),
            (Rows::Turnout, None) => Err(self.bad_cell(line, ADMITTED, COUNT, "")),
        }
    }

    fn shared_channel(&mut self, name: &str) -> Arc<str> {
        if let Some(channel) = self.channels.get(name) {
            return channel.clone();
        }
        let channel: Arc<str> = name.into();
        self.channels.insert(channel.clone());
        channel
    }

    fn bad_cell(&self, line: u64, column: &str, expected: &'static str, found: &str) -> NightError {
        NightError::Cell {
            file: self.file.to_owned(),
            line,
            column: column.to_owned(),
            expected,
            found: found.to_owned(),
        }
    }
}

/// A row while its cells are read.
#[derive(Default)]
struct Row<'c> {
    unit: Option<UnitId>,
    label: usize,
    at: Option<Instant>,
    channel: Option<&'c str>,
    reason: Option<String>,
    counts: Vec<(Arc<str>, u64)>,
}

impl<'c> Row<'c> {
    /// Takes one cell in; an empty one says that nothing is known, or what is usual. The error is
    /// what was expected.
    fn take(
        &mut self,
        column: &Column,
        cell: &'c str,
        labels: &[String],
    ) -> Result<(), &'static str> {
        match column {
            Column::Unit => self.unit = Some(read_unit(cell)?),
            _ if cell.is_empty() => {}
            Column::Label => self.label = read_label(cell, labels)?,
            Column::At => self.at = Some(read_moment(cell)?),
            Column::Channel => self.channel = Some(cell),
            Column::Reason => self.reason = Some(cell.to_owned()),
            Column::Count(code) => self.counts.push((code.clone(), read_count(cell)?)),
        }
        Ok(())
    }
}

const ADMITTED: &str = "admitted";
const UNIT: &str = "a unit's id";
const COUNT: &str = "a whole number";

/// `01-n10-1.csv` holds returns on the form `n10-1`, `02-turnout.csv` turnout.
fn rows_of(file: &str) -> Result<Rows, NightError> {
    let parts = file.strip_suffix(".csv").and_then(|stem| stem.split_once('-'));
    match parts {
        Some((number, form)) if is_number(number) && !form.is_empty() => Ok(match form {
            "turnout" => Rows::Turnout,
            _ => Rows::Returns(form.into()),
        }),
        _ => Err(NightError::FileName { file: file.to_owned() }),
    }
}

fn is_number(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())
}

fn column_of(name: &str) -> Column {
    match name {
        "unit" => Column::Unit,
        "label" => Column::Label,
        "at" => Column::At,
        "channel" => Column::Channel,
        "reason" => Column::Reason,
        code => Column::Count(code.into()),
    }
}

fn check_header(file: &str, rows: &Rows, names: &csv::StringRecord) -> Result<(), NightError> {
    let bad = |column: &str, expected, found| NightError::Column {
        file: file.to_owned(),
        column: column.to_owned(),
        expected,
        found,
    };
    let often = |name: &str| names.iter().filter(|n| *n == name).count();
    let required: &[&str] = match rows {
        Rows::Returns(_) => &["unit"],
        Rows::Turnout => &["unit", ADMITTED],
    };
    if let Some(name) = required.iter().find(|name| often(name) == 0) {
        return Err(bad(name, "once", 0));
    }
    if let Some(name) = names.iter().find(|name| often(name) > 1) {
        return Err(bad(name, "once", often(name)));
    }
    let foreign = |name: &&str| matches!(column_of(name), Column::Count(_)) && *name != ADMITTED;
    match (rows, names.iter().find(foreign)) {
        (Rows::Turnout, Some(name)) => Err(bad(name, "never", 1)),
        _ => Ok(()),
    }
}

fn no_table(file: &str, error: &csv::Error) -> NightError {
    let line = error.position().map_or(1, csv::Position::line);
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("expected {expected_len} cells, found {len}")
        }
        _ => error.to_string(),
    };
    NightError::Table { file: file.to_owned(), line, problem }
}

fn read_unit(cell: &str) -> Result<UnitId, &'static str> {
    UnitId::try_from(cell.to_owned()).map_err(|_| UNIT)
}

fn read_label(cell: &str, labels: &[String]) -> Result<usize, &'static str> {
    labels.iter().position(|label| label == cell).ok_or("a label of labels.txt")
}

fn read_moment(cell: &str) -> Result<Instant, &'static str> {
    cell.parse().map(Instant::from_seconds).map_err(|_| "whole seconds since 1970")
}

/// Digits only: `parse` alone would take `+5`.
fn read_count(cell: &str) -> Result<u64, &'static str> {
    let digits = cell.bytes().all(|b| b.is_ascii_digit());
    if digits { cell.parse().map_err(|_| COUNT) } else { Err(COUNT) }
}
