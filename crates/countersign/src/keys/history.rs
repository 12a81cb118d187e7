//! `countersign keys history`: what a bundle says of keys, for people.

use std::path::Path;

use verify::Source;

use super::table::Table;
use crate::{
    args::HistoryArgs,
    exit::Stop,
    say,
    sources::{Address, Disk, MAX_FILE, is_address},
};

/// Where it stands in a bundle.
const FILE: &str = "data/keys/history.csv";

pub(super) fn run(args: &HistoryArgs) -> Result<(), Stop> {
    let bytes = match is_address(&args.bundle) {
        true => Address::open(&args.bundle)?.read(FILE, MAX_FILE),
        false => Disk::open(Path::new(&args.bundle))?.read(FILE, MAX_FILE),
    };
    let bad = |problem: String| Stop::input(format_args!("{}/{FILE}: {problem}", args.bundle));
    let bytes = bytes.map_err(|e| bad(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| bad(e.to_string()))?;
    let table = Table::read(&text).map_err(bad)?;
    let unit = table.column("unit").ok_or_else(|| bad("expected a column unit".to_owned()))?;
    let wanted = |row: &&Vec<String>| args.unit.is_none() || row.get(unit) == args.unit.as_ref();
    // Whoever chose a name may have chosen signs that draw or hide lines on a terminal.
    let shown =
        |row: &Vec<String>| row.iter().map(|cell| cell.escape_debug().to_string()).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().filter(wanted).map(shown).collect();
    say::line(drawn(&table.columns, &rows))?;
    if rows.is_empty() {
        say::note(match &args.unit {
            Some(unit) => format!("the bundle tells of no key for {unit}"),
            None => "the bundle tells of no keys: nothing is published yet".to_owned(),
        });
    }
    if args.unit.is_some() {
        say::note(
            "keys of the areas around it, and officers', sign there too: see them without --unit",
        );
    }
    say::note("this is what the bundle says; `countersign verify` says whether it is true");
    Ok(())
}

/// Columns as wide as their widest cell.
fn drawn(columns: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(columns.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let lines = rows.iter().map(|row| line(row));
    [line(columns)].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}
