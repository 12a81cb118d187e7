//! Definitions as records, of the elections that the project carries and of the vectors' forms.

use std::{collections::BTreeMap, fs, path::Path};

use election::{Mode, UnitTable};
use record::{
    Body, Digest, Draft,
    body::{Definition, Officer},
    note::SigningKey,
};
use serde_json::Value;

use crate::folder::at;

/// A definition as a signed note.
pub(crate) struct Defined {
    pub(crate) name: String,
    pub(crate) note: Vec<u8>,
    pub(crate) units: UnitTable,
    pub(crate) head: Value,
}

/// Every folder of elections, in the order of their names.
pub(crate) fn elections(root: &Path) -> Result<Vec<Defined>, String> {
    let folder = root.join("elections");
    let entries = fs::read_dir(&folder).map_err(at(&folder))?;
    let mut places = entries.map(|e| Ok(e?.path())).collect::<Result<Vec<_>, _>>();
    if let Ok(places) = &mut places {
        places.sort();
    }
    let places = places.map_err(|error: std::io::Error| error.to_string())?;
    places.iter().filter(|place| place.is_dir()).map(|place| election(place)).collect()
}

fn election(place: &Path) -> Result<Defined, String> {
    let read = |name: &str| fs::read_to_string(place.join(name)).map_err(at(place));
    let head: Value = serde_json::from_str(&read("election.json")?).map_err(at(place))?;
    let units = UnitTable::from_csv(&read("units.csv")?).map_err(at(place))?;
    define(place.display().to_string(), head, units)
}

/// The definitions of docs/spec/vectors/forms-*.json.
pub(crate) fn vectors(folder: &Path) -> Result<Vec<Defined>, String> {
    let names = ["forms-caucus", "forms-dutch", "forms-every-check"];
    let defined = names.map(|name| {
        let path = folder.join(format!("{name}.json"));
        let text = fs::read(&path).map_err(at(&path))?;
        let vectors: BTreeMap<String, Value> = serde_json::from_slice(&text).map_err(at(&path))?;
        let part = |name: &str| vectors.get(name).cloned().unwrap_or_default();
        let units = serde_json::from_value(part("units")).map_err(at(&path))?;
        define(name.to_owned(), part("head"), units)
    });
    defined.into_iter().collect()
}

/// Keys follow from names: what is compared here does not depend on them.
fn define(name: String, head: Value, units: UnitTable) -> Result<Defined, String> {
    let officers = ["officer/1", "officer/2", "officer/3", "officer/4"];
    let officer =
        |name: &str| Ok(Officer { person: name.to_owned(), vkey: key(name)?.public().to_string() });
    let body = Definition {
        head: head.clone(),
        log: key("log")?.public().to_string(),
        mode: Mode::Rehearsal,
        officers: officers.into_iter().map(officer).collect::<Result<_, String>>()?,
        publisher: key("publisher")?.public().to_string(),
        salt: Digest::of(name.as_bytes()),
        units: units.clone(),
    };
    let draft = Draft::new(&Body::Definition(Box::new(body))).map_err(|error| error.to_string())?;
    let note = draft.sign(&[&key("officer/1")?]).map_err(|error| error.to_string())?;
    Ok(Defined { name, note, units, head })
}

fn key(name: &str) -> Result<SigningKey, String> {
    let seed = *Digest::of(name.as_bytes()).as_bytes();
    let name = name.parse().map_err(|error: record::note::KeyError| error.to_string())?;
    SigningKey::ed25519(name, &seed).map_err(|error| error.to_string())
}
