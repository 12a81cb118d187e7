//! Files of others: EML and the tables of a recorded night.

use election::Election;
use form::Forms;
use formats::{
    Night,
    eml::{self, Asked, Assembly, Document, UnitVotes},
};
use std::io::BufReader;

/// An EML file of any kind: it reads alike whole and in small pieces.
pub fn eml(bytes: &[u8]) -> bool {
    let whole = eml_by(bytes, bytes.len().max(1));
    let pieces = eml_by(bytes, 7);
    assert_eq!(whole, pieces);
    whole.0.is_ok()
}

fn eml_by(bytes: &[u8], piece: usize) -> (Result<Document, eml::EmlError>, Vec<UnitVotes>) {
    let mut units = Vec::new();
    let input = BufReader::with_capacity(piece, bytes);
    (eml::read(input, |unit| units.push(unit)), units)
}

/// EML files of one election, a byte 0 between them, put together and read as any other election.
pub fn assembly(bytes: &[u8]) -> bool {
    let mut assembly = Assembly::default();
    for file in bytes.split(|byte| *byte == 0) {
        if assembly.read("a file", file).is_err() {
            return false;
        }
    }
    let Ok(made) = assembly.finish(Asked { seats: None, method: None }) else { return false };
    let election = Election::new(made.head, &made.units);
    election.is_ok_and(|election| Forms::new(election).is_ok())
}

/// The files of a night: lines that begin with `== ` name the file whose text follows. The order
/// in which the files are given means nothing.
pub fn night(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let files = text.split("== ").skip(1).filter_map(|file| file.split_once('\n'));
    let mut files: Vec<(String, String)> =
        files.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mut names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
    names.sort();
    if names.is_sorted_by(|a, b| a < b) {
        let read = Night::parse(&files);
        files.reverse();
        assert_eq!(Night::parse(&files), read);
        return read.is_ok_and(|night| !night.entries().is_empty());
    }
    false
}
