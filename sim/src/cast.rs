//! Who is there: a small election, its places, and everybody who holds a key.

use std::{collections::BTreeMap, sync::LazyLock};

use election::{Mode, UnitTable};
use record::{
    Body, Digest, Draft, RecordId,
    body::{Definition, Officer},
    note::SigningKey,
};

use crate::{Violation, letter::made_of};

/// How many stations the first and the second area have: at most four each.
pub type Shape = [u8; 2];

/// The place of a key in [`Cast::pens`].
pub(crate) type PenNo = usize;
/// The place of a place in [`Cast::places`].
pub(crate) type PlaceNo = usize;

/// The whole election, in which everything lies.
pub(crate) const ROOT: PlaceNo = 0;
/// Three officers, of whom two must sign.
pub(crate) const OFFICERS: [PenNo; 3] = [0, 1, 2];
/// Two people whom nobody enrols.
pub(crate) const STRANGERS: [PenNo; 2] = [3, 4];

/// The officers and the strangers.
const PEOPLE: [&str; 5] = ["jansen", "de-vries", "bakker", "mallory", "trudy"];
const AREAS: [&str; 2] = ["A", "B"];
/// The most stations that an area has.
const MOST_STATIONS: u8 = 4;
/// The persons who sign for an area, by key.
const AREA: [&str; 2] = ["1", "2"];
/// The persons who sign for a station, by key: the fourth is a second device of the second person.
const STATION: [&str; 4] = ["1", "2", "3", "2"];

/// Every key that any night needs. They are the same every night, and making them takes longer
/// than all else in a night.
static KEYS: LazyLock<BTreeMap<String, SigningKey>> = LazyLock::new(|| {
    let stations = (1..=MOST_STATIONS).flat_map(|n| AREAS.map(|area| format!("{area}{n}")));
    let stations = stations.flat_map(|id| {
        let coded = coded(&id);
        names(&id, &STATION).into_iter().chain([coded])
    });
    let areas = AREAS.into_iter().flat_map(|id| names(id, &AREA));
    let names = PEOPLE.map(str::to_owned).into_iter().chain(areas).chain(stations);
    names.filter_map(|name| Some((name.clone(), make_key(&name)?))).collect()
});

/// The names of a place's keys: place, person, device.
fn names(place: &str, persons: &[&str]) -> Vec<String> {
    let name = |(device, person)| format!("{place}/{person}.{device}");
    persons.iter().enumerate().map(name).collect()
}

/// The name of a station's key that comes by a code.
fn coded(place: &str) -> String {
    format!("{place}/3.coded")
}

fn make_key(name: &str) -> Option<SigningKey> {
    SigningKey::p256(name.parse().ok()?, Digest::of(name.as_bytes()).as_bytes()).ok()
}

/// A municipality, an area or a polling station.
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) parent: Option<PlaceNo>,
    /// The keys of those who sign for it.
    pub(crate) pens: Vec<PenNo>,
    /// A station's third person's second device, whose key comes by a one-time code.
    pub(crate) coded: Option<PenNo>,
}

/// A key with the person who holds it.
pub(crate) struct Pen {
    pub(crate) key: &'static SigningKey,
    pub(crate) person: String,
}

pub(crate) struct Cast {
    pub(crate) places: Vec<Place>,
    pub(crate) pens: Vec<Pen>,
    /// The definition as it stands at position 0.
    pub(crate) definition: Vec<u8>,
    pub(crate) definition_id: RecordId,
}

impl Cast {
    pub(crate) fn new(shape: Shape) -> Result<Self, Violation> {
        let (definition, definition_id) = (Vec::new(), Digest::of(b""));
        let mut cast = Self { places: Vec::new(), pens: Vec::new(), definition, definition_id };
        cast.place("M", None);
        for person in PEOPLE {
            cast.pen(person, person)?;
        }
        for (area, stations) in AREAS.into_iter().zip(shape) {
            let parent = cast.place(area, Some(ROOT));
            cast.enter(parent, &AREA)?;
            for number in 1..=stations {
                let station = cast.place(&format!("{area}{number}"), Some(parent));
                cast.enter(station, &STATION)?;
                let id = cast.id(station).to_owned();
                let pen = cast.pen(&coded(&id), &format!("{id}/3"))?;
                cast.places.get_mut(station).into_iter().for_each(|place| place.coded = Some(pen));
            }
        }
        (cast.definition, cast.definition_id) = cast.define()?;
        Ok(cast)
    }

    fn place(&mut self, id: &str, parent: Option<PlaceNo>) -> PlaceNo {
        self.places.push(Place { id: id.to_owned(), parent, pens: Vec::new(), coded: None });
        self.places.len() - 1
    }

    fn enter(&mut self, place: PlaceNo, persons: &[&str]) -> Result<(), Violation> {
        let id = self.id(place).to_owned();
        for (name, person) in names(&id, persons).iter().zip(persons) {
            let pen = self.pen(name, &format!("{id}/{person}"))?;
            self.places.get_mut(place).into_iter().for_each(|place| place.pens.push(pen));
        }
        Ok(())
    }

    fn pen(&mut self, name: &str, person: &str) -> Result<PenNo, Violation> {
        let key = KEYS.get(name).ok_or_else(|| made_of(format!("nobody made a key for {name}")))?;
        self.pens.push(Pen { key, person: person.to_owned() });
        Ok(self.pens.len() - 1)
    }

    fn define(&self) -> Result<(Vec<u8>, RecordId), Violation> {
        let officers: Vec<&Pen> = OFFICERS.iter().filter_map(|pen| self.pens.get(*pen)).collect();
        let vkey = |key: &SigningKey| key.public().vkey().to_string();
        let officer = |pen: &&Pen| Officer { person: pen.person.clone(), vkey: vkey(pen.key) };
        let body = Body::Definition(Box::new(Definition {
            head: serde_json::from_str(HEAD).map_err(made_of)?,
            log: vkey(&log_key()?),
            mode: Mode::Rehearsal,
            officers: officers.iter().map(officer).collect(),
            publisher: vkey(&log_key()?),
            salt: Digest::of(b"definition"),
            units: self.table(),
        }));
        let keys: Vec<&SigningKey> = officers.iter().map(|pen| pen.key).collect();
        let draft = Draft::new(&body).map_err(made_of)?;
        Ok((draft.sign(&keys).map_err(made_of)?, draft.id()))
    }

    fn table(&self) -> UnitTable {
        let row = |place: &Place| {
            let parent = place.parent.map(|parent| self.id(parent)).unwrap_or_default();
            let kind = match (place.parent, place.id.len()) {
                (None, _) => "municipality",
                (_, 1) => "area",
                _ => "station",
            };
            [place.id.as_str(), kind, parent, ""].map(str::to_owned).to_vec()
        };
        let columns = ["id", "kind", "parent", "name"].map(str::to_owned).to_vec();
        UnitTable { columns, rows: self.places.iter().map(row).collect() }
    }

    pub(crate) fn id(&self, place: PlaceNo) -> &str {
        self.places.get(place).map_or("", |place| &place.id)
    }

    pub(crate) fn pens_of(&self, place: PlaceNo) -> &[PenNo] {
        self.places.get(place).map_or(&[], |place| &place.pens)
    }

    /// The key that comes by a code.
    pub(crate) fn coded(&self, place: PlaceNo) -> Option<PenNo> {
        self.places.get(place).and_then(|place| place.coded)
    }

    /// The stations, in the order of the table.
    pub(crate) fn stations(&self) -> Vec<PlaceNo> {
        let is_station = |place: &PlaceNo| self.id(*place).len() > 1;
        (0..self.places.len()).filter(is_station).collect()
    }

    /// One of the stations, whatever the number.
    pub(crate) fn station(&self, number: u8) -> PlaceNo {
        let stations = self.stations();
        stations.get(usize::from(number) % stations.len().max(1)).copied().unwrap_or(ROOT)
    }

    /// Does a place lie in another, or is it that one?
    pub(crate) fn lies_in(&self, inner: PlaceNo, outer: PlaceNo) -> bool {
        let parent = |place: &PlaceNo| self.places.get(*place).and_then(|place| place.parent);
        std::iter::successors(Some(inner), parent).any(|place| place == outer)
    }
}

/// The log's key, for as many desks as the night needs.
pub(crate) fn log_key() -> Result<SigningKey, Violation> {
    let name = "log.example".parse().map_err(made_of)?;
    SigningKey::ed25519(name, &[7; 32]).map_err(made_of)
}

/// Two lists and three figures. A form whose lists and blank votes are not its total breaks F.1,
/// one with more ballots than voters admitted F.2; two readings that differ break W.1. Nothing is
/// said of Z, which stations may leave out.
const HEAD: &str = r#"{
  "id": "sim", "name": "A simulated night", "languages": ["en"],
  "calendar": {
    "zone": "UTC", "polls_close": "2026-03-18T20:00:00Z", "release": "2026-03-18T20:00:00Z"
  },
  "kinds": [
    {"id": "municipality", "one": "municipality", "many": "municipalities"},
    {"id": "area", "one": "area", "many": "areas"},
    {"id": "station", "one": "station", "many": "stations"}
  ],
  "selections": {
    "lists": [{"id": "1", "name": "Red"}, {"id": "2", "name": "Blue"}],
    "figures": [
      {"id": "eligible", "name": "Eligible"},
      {"id": "admitted", "name": "Admitted"},
      {"id": "counted", "name": "Votes cast"}
    ]
  },
  "contests": [
    {"id": "votes", "name": "Votes", "selections": "lists"},
    {"id": "ballots", "name": "Ballots", "selections": "figures"}
  ],
  "forms": [{
    "id": "form", "name": "Form", "kinds": ["station"],
    "sections": [
      {"id": "lists", "name": "Lists",
       "body": {"kind": "selections", "contest": "votes", "prefix": "E."}},
      {"id": "totals", "name": "Totals", "body": {"kind": "fields", "fields": [
        {"code": "Z", "name": "Eligible", "presence": "optional",
         "counts": {"contest": "ballots", "selection": "eligible"}},
        {"code": "D", "name": "Admitted",
         "counts": {"contest": "ballots", "selection": "admitted"}},
        {"code": "F", "name": "Blank"},
        {"code": "H", "name": "Votes cast",
         "counts": {"contest": "ballots", "selection": "counted"}}
      ]}}
    ],
    "rules": [
      {"code": "F.1", "severity": "error", "source": "N 10", "text": "",
       "check": {"kind": "sum-equals", "parts": ["@lists", "F"], "total": "H"}},
      {"code": "F.2", "severity": "error", "source": "N 10", "text": "",
       "check": {"kind": "at-most", "field": "H", "limit": "D"}}
    ]
  }],
  "across": [
    {"code": "W.1", "severity": "warning", "source": "Na 31-2", "text": "",
     "check": {"kind": "readings-agree"}}
  ],
  "signatures": {
    "channels": {"app": {"persons": 2}, "phone": {"persons": 2}, "desk": {"persons": 2}},
    "officers": 2
  }
}"#;
