//! One municipality from its count in EML_NL 510b: the municipality, its polling stations, the
//! form as far as EML carries it, and every station's figures.

use std::{collections::BTreeSet, sync::Arc};

use formats::{
    NightEntry, What,
    eml::{Asked, Assembled, Assembly, AssemblyError, field_of_reason, read_count},
};

use crate::{
    error::ConvertError,
    folder::{Folder, table},
    json,
};

const NIGHT: &str = "01-n10-1.csv";

/// Makes the folder out of the text of a count.
///
/// # Errors
/// When the text is no count, or lacks what a definition needs.
pub(crate) fn convert(name: &str, xml: &str) -> Result<Folder, ConvertError> {
    let mut assembly = Assembly::default();
    assembly.read(name, xml.as_bytes())?;
    let Assembled { head, units, entries, .. } = assembly.finish(Asked::default())?;
    Ok(Folder {
        definition: json::pretty(&head)?,
        units: table("units.csv", &units.columns, units.rows.iter().map(|row| row.cells()))?,
        night: vec![
            ("labels.txt".to_owned(), "final\n".to_owned()),
            (NIGHT.to_owned(), night(&entries)?),
        ],
        provenance: provenance(xml)?,
    })
}

/// A column for each field that any station has, in the order of the file.
fn night(entries: &[NightEntry]) -> Result<String, ConvertError> {
    let returns = || entries.iter().filter_map(counts);
    let mut columns: Vec<&str> = Vec::new();
    for (code, _) in returns().flat_map(|(_, counts)| counts) {
        if !columns.contains(&&**code) {
            columns.push(code);
        }
    }
    let rows = returns().map(|(unit, counts)| {
        let cell = |column: &&str| counts.iter().find(|(code, _)| **code == **column);
        let cells =
            columns.iter().map(|c| cell(c).map_or_else(String::new, |(_, n)| n.to_string()));
        std::iter::once(unit.to_owned()).chain(cells).collect::<Vec<_>>()
    });
    let header = std::iter::once("unit").chain(columns.iter().copied()).map(str::to_owned);
    table(NIGHT, &header.collect::<Vec<_>>(), rows)
}

/// A unit and its figures by field.
type Row<'n> = (&'n str, &'n [(Arc<str>, u64)]);

fn counts(entry: &NightEntry) -> Option<Row<'_>> {
    match &entry.what {
        What::Returns { counts, .. } => Some((entry.unit.as_str(), counts)),
        What::Turnout { .. } => None,
    }
}

/// What the file says of itself and the folder does not.
fn provenance(xml: &str) -> Result<String, ConvertError> {
    let mut stations = Vec::new();
    let unreadable = |problem| AssemblyError::File { file: NIGHT.to_owned(), problem };
    let file = read_count(xml.as_bytes(), |unit| stations.push(unit)).map_err(unreadable)?;
    let total = file.contests.first().and_then(|contest| contest.total.as_ref());
    let total = total.ok_or(ConvertError::Missing("which lists take part (TotalVotes)"))?;
    let candidates: usize = total.lists.iter().map(|list| list.candidates.len()).sum();
    let without = stations.iter().filter(|station| station.postcode.is_none()).count();
    let reasons = stations.iter().flat_map(|station| &station.votes.reasons);
    let foreign: BTreeSet<&str> =
        reasons.map(|(reason, _)| &**reason).filter(|r| field_of_reason(r).is_none()).collect();
    let foreign: Vec<&str> = foreign.into_iter().collect();
    let foreign = if foreign.is_empty() { "none".to_owned() } else { foreign.join(", ") };
    let text = include_str!("../data/eml510-provenance.md")
        .replace("{kind}", &file.kind)
        .replace("{authority}", &file.authority.name)
        .replace("{election}", &file.election.id)
        .replace("{stations}", &stations.len().to_string())
        .replace("{lists}", &total.lists.len().to_string())
        .replace("{candidates}", &candidates.to_string())
        .replace("{without}", &without.to_string())
        .replace("{foreign}", &foreign);
    Ok(text)
}
