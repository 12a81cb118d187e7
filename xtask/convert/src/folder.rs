//! An election folder before it is on disk.

use std::{fs, path::Path};

use election::{Election, Head, UnitTable};
use formats::Night;

use crate::error::ConvertError;

/// Everything that a folder holds.
pub(crate) struct Folder {
    /// election.json.
    pub(crate) definition: String,
    /// units.csv.
    pub(crate) units: String,
    /// The files of the folder `night`: name and text.
    pub(crate) night: Vec<(String, String)>,
    /// PROVENANCE.md.
    pub(crate) provenance: String,
}

impl Folder {
    /// Every reader will refuse a folder that does not hold together, so it is not written.
    ///
    /// # Errors
    /// When the definition or the night is refused.
    pub(crate) fn check(&self) -> Result<(Election, Night), ConvertError> {
        let refused = |e: election::ElectionError| ConvertError::Definition(e.to_string());
        let head = Head::from_json(&self.definition).map_err(refused)?;
        let table = UnitTable::from_csv(&self.units).map_err(refused)?;
        let election = Election::new(head, &table).map_err(refused)?;
        Ok((election, Night::parse(&self.night)?))
    }

    /// Writes the folder and says what is in it.
    ///
    /// # Errors
    /// When it does not hold together, cannot be written, or has files of another night in it.
    pub(crate) fn write(&self, folder: &Path) -> Result<String, ConvertError> {
        let (election, night) = self.check()?;
        let place = folder.join("night");
        with_path(&place, fs::create_dir_all(&place))?;
        self.refuse_other_nights(&place)?;
        for (name, text) in [
            ("election.json", &self.definition),
            ("units.csv", &self.units),
            ("PROVENANCE.md", &self.provenance),
        ] {
            write(&folder.join(name), text)?;
        }
        self.night.iter().try_for_each(|(name, text)| write(&place.join(name), text))?;
        let (units, entries) = (election.units().count(), night.entries().len());
        Ok(format!("{}: {units} units, {entries} rows of the night", folder.display()))
    }

    /// A file left over would be replayed with the others.
    fn refuse_other_nights(&self, place: &Path) -> Result<(), ConvertError> {
        for entry in with_path(place, fs::read_dir(place))? {
            let path = with_path(place, entry)?.path();
            let ours = |(name, _): &(String, String)| path.ends_with(name);
            if !self.night.iter().any(ours) {
                let problem = "is not of this night; move it away first".to_owned();
                return Err(ConvertError::File { path, problem });
            }
        }
        Ok(())
    }
}

fn write(path: &Path, text: &str) -> Result<(), ConvertError> {
    with_path(path, fs::write(path, text))
}

fn with_path<T>(path: &Path, result: std::io::Result<T>) -> Result<T, ConvertError> {
    result.map_err(|e| ConvertError::File { path: path.to_owned(), problem: e.to_string() })
}

/// A table as text, its header first; `file` is for errors.
///
/// # Errors
/// When a row has not as many cells as the header.
pub(crate) fn table<C: AsRef<[u8]>>(
    file: &str,
    header: &[String],
    rows: impl IntoIterator<Item = impl IntoIterator<Item = C>>,
) -> Result<String, ConvertError> {
    let problem = |problem: String| ConvertError::Table { file: file.to_owned(), problem };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(|e| problem(e.to_string()))?;
    for row in rows {
        writer.write_record(row).map_err(|e| problem(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| problem(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| problem(e.to_string()))
}

/// Cells of a row.
pub(crate) fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).into()
}
