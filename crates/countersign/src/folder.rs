//! Reading an election's folder.

use std::{path::Path, sync::Arc};

use election::{Election, Head, UnitTable};
use form::Forms;
use formats::{Night, NightEntry};
use store::{bundle::read_folder, files};

use crate::exit::Stop;

/// An election's folder: the definition as it is written, and read.
pub(crate) struct Folder {
    /// election.json as it is written.
    pub(crate) head: serde_json::Value,
    /// units.csv as it is written.
    pub(crate) units: UnitTable,
    /// Both, read.
    pub(crate) forms: Arc<Forms>,
}

impl Folder {
    pub(crate) fn read(path: &Path) -> Result<Self, Stop> {
        let head_path = path.join("election.json");
        let text = files::read_text(&head_path).map_err(Stop::input)?;
        let head = serde_json::from_str(&text).map_err(|e| Stop::file(&head_path, e))?;
        let typed = Head::from_json(&text).map_err(|e| Stop::file(path, e))?;
        let csv = files::read_text(&path.join("units.csv")).map_err(Stop::input)?;
        let units = UnitTable::from_csv(&csv).map_err(|e| Stop::file(path, e))?;
        let election = Election::new(typed, &units).map_err(|e| Stop::file(path, e))?;
        let forms = Arc::new(Forms::new(election).map_err(|e| Stop::file(path, e))?);
        Ok(Self { head, units, forms })
    }
}

/// The recorded night of an election's folder.
pub(crate) fn night(path: &Path) -> Result<Night, Stop> {
    let folder = path.join("night");
    let mut texts = Vec::new();
    for (name, bytes) in read_folder(&folder).map_err(Stop::input)? {
        let text = String::from_utf8(bytes);
        texts.push((name.clone(), text.map_err(|e| Stop::file(&folder.join(name), e))?));
    }
    Night::parse(&texts).map_err(|e| Stop::file(path, e))
}

/// The entries up to the end of a part of the night, or all of them.
pub(crate) fn until<'a>(night: &'a Night, label: Option<&str>) -> Result<&'a [NightEntry], Stop> {
    match label {
        Some(label) => night.until(label).map_err(Stop::input),
        None => Ok(night.entries()),
    }
}
