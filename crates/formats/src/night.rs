//! The recorded night of an election folder: who handed in what, in which order.

mod error;
mod table;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use election::{Instant, UnitId};

pub use error::{NightError, UnknownLabel};
use table::{Place, Table};

const LABELS: &str = "labels.txt";

/// A recorded night, in the order in which it is replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    labels: Vec<String>,
    entries: Vec<NightEntry>,
}

/// One paper of the night on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NightEntry {
    /// In which part of the night it came: a place in [`Night::labels`].
    pub label: usize,
    /// When it came, where that is known.
    pub at: Option<Instant>,
    /// How it came: `app`, `phone`, `desk`, `file`.
    pub channel: Arc<str>,
    /// Whose it is.
    pub unit: UnitId,
    /// What it says.
    pub what: What,
    /// Why it replaces what the unit handed in before through the same channel; `None`: it
    /// replaces nothing.
    pub reason: Option<String>,
}

/// What a paper of the night says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The figures of a form. Codes are shared by all rows of a file, because a country's night
    /// has a quarter of a million figures.
    Returns {
        /// The form's id.
        form: Arc<str>,
        /// Field code and figure; a field that the row leaves empty is not here. Figures are as
        /// recorded: whether a field can hold one is for the form to say.
        counts: Vec<(Arc<str>, u64)>,
    },
    /// Turnout during the day.
    Turnout {
        /// Voters admitted so far.
        admitted: u64,
    },
}

impl Night {
    /// Reads the files of the folder `night`, given as name and text in any order:
    ///
    /// - `labels.txt`: one label a line, in order; they name the parts of the night.
    /// - `NN-FORM.csv`: rows of returns on that form, `NN-turnout.csv`: rows of turnout. Columns
    ///   are `unit`, and as wanted `label` (otherwise the first one), `at` (seconds since 1970),
    ///   `channel` (otherwise `file`) and `reason`; every other column is a field's code, or
    ///   `admitted` in a file of turnout.
    ///
    /// The order of replay is total: label, then `at` (rows without one first), then file name,
    /// then row.
    ///
    /// # Errors
    /// The first thing that cannot be read, with file, line and column; and a correction of
    /// something that nobody handed in.
    pub fn parse(files: &[(String, String)]) -> Result<Self, NightError> {
        let text_of_labels = files.iter().find(|(name, _)| name == LABELS).map(|(_, text)| text);
        let labels = read_labels(text_of_labels.map_or("", String::as_str))?;
        let mut tables: Vec<_> = files.iter().filter(|(name, _)| name != LABELS).collect();
        tables.sort();
        let mut placed = Vec::new();
        for (name, text) in tables {
            Table::open(name, text, &labels)?.read(&mut placed)?;
        }
        placed.sort_by_key(|(_, entry)| (entry.label, entry.at)); // stable: file and row stay
        check_corrections(&placed)?;
        Ok(Self { labels, entries: placed.into_iter().map(|(_, entry)| entry).collect() })
    }

    /// The parts of the night, in order.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Everything that came in, in the order of replay.
    #[must_use]
    pub fn entries(&self) -> &[NightEntry] {
        &self.entries
    }

    /// Everything that came in up to the end of a part of the night.
    ///
    /// # Errors
    /// When there is no such label; the error lists those that there are.
    pub fn until(&self, label: &str) -> Result<&[NightEntry], UnknownLabel> {
        let Some(last) = self.labels.iter().position(|l| l == label) else {
            return Err(UnknownLabel { label: label.to_owned(), labels: self.labels.clone() });
        };
        let end = self.entries.partition_point(|entry| entry.label <= last);
        Ok(self.entries.get(..end).unwrap_or_default())
    }
}

fn read_labels(text: &str) -> Result<Vec<String>, NightError> {
    let mut labels: Vec<String> = Vec::new();
    for (index, label) in text.lines().enumerate() {
        if label.trim() != label || label.is_empty() || labels.iter().any(|l| l == label) {
            return Err(NightError::Label { line: index + 1, found: label.to_owned() });
        }
        labels.push(label.to_owned());
    }
    if labels.is_empty() { Err(NightError::NoLabels) } else { Ok(labels) }
}

/// A correction names what it replaces, so something must stand before it.
fn check_corrections(placed: &[(Place<'_>, NightEntry)]) -> Result<(), NightError> {
    let mut seen = HashSet::new();
    for (place, entry) in placed {
        let form = match &entry.what {
            What::Returns { form, .. } => Some(form),
            What::Turnout { .. } => None,
        };
        let first = seen.insert((&entry.unit, &entry.channel, form));
        if first && entry.reason.is_some() {
            return Err(NightError::CorrectsNothing {
                file: place.file.to_owned(),
                line: place.line,
                unit: entry.unit.to_string(),
                channel: entry.channel.to_string(),
            });
        }
    }
    Ok(())
}
