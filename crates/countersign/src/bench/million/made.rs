//! A bundle of as many stations as asked: every key, form, signature and figure of it is a real
//! one, and only the people are not.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use election::{Mode, UnitTable};
use publish::{
    Edition, Head, Listed, PackEntry, Snapshot, SnapshotHead, View, data_drawings, pack_bytes,
};
use record::{
    Body, Digest, Draft, Record, RecordId,
    body::{Definition, KeyAction, Keys as KeysBody, MemberKey, Officer, Release, Returns},
    note::SigningKey,
};
use rehearsal::Rehearsal;
use serde_json::Value;
use store::files;
use tally::{Keys, Ledger, Rulebook, prepare};
use tlog::{Checkpoint, Policy, Tree, leaf_hash, new_tiles};

use super::super::setting::Setting;
use crate::{clock, exit::Stop, progress};

/// The election but for its units.
const HEAD: &str = include_str!("head.json");
/// The name of the log.
const ORIGIN: &str = "localhost/million";
/// Stations of a municipality, and municipalities of a district.
const IN_EACH: usize = 100;
/// Keys of a station.
const MEMBERS: usize = 2;
/// Officers who sign.
const OFFICERS: usize = 2;
/// Municipalities that are signed at once, on every thread.
const ROUND: usize = 8;
/// What a pack holds, as in other bundles.
const PACK_BYTES: usize = 1 << 20;

/// What the floor is measured with.
pub(super) struct Made {
    pub(super) keys: Arc<Keys>,
    pub(super) packs: Vec<PathBuf>,
}

/// Where the bundle is.
pub(super) fn bundle(dir: &Path) -> PathBuf {
    dir.join("bundle")
}

/// Where the policy is that pins it.
pub(super) fn policy(dir: &Path) -> PathBuf {
    dir.join("policy.txt")
}

/// Makes a bundle of as many stations as the setting says, with its policy.
pub(super) fn make(dir: &Path, setting: &Setting) -> Result<Made, Stop> {
    let country = Country::new(setting.stations.get())?;
    let mut files = Files::new(bundle(dir))?;
    let municipalities = country.stations.div_ceil(IN_EACH);
    let mut log = Log::new(&country, municipalities, &mut files)?;
    let (threads, mut begun) = (setting.threads.get(), 0);
    while begun < municipalities {
        progress::show(&format!("verify-million: signing, {begun} of {municipalities} areas"));
        let end = municipalities.min(begun + ROUND * threads);
        let round: Vec<usize> = (begun..end).collect();
        let signed: Vec<Result<Vec<Municipality>, Stop>> = thread::scope(|scope| {
            let sign = |part: &[usize]| part.iter().map(|number| country.sign(*number)).collect();
            let parts: Vec<_> =
                round.chunks(ROUND).map(|part| scope.spawn(move || sign(part))).collect();
            let broken = || Err(Stop::failed("a thread that signs has stopped"));
            parts.into_iter().map(|part| part.join().unwrap_or_else(|_| broken())).collect()
        });
        for signed in signed {
            signed?.into_iter().try_for_each(|one| log.take(one, &mut files))?;
        }
        begun = end;
    }
    progress::show("verify-million: drawing");
    log.finish(&country, dir, files)
}

/// Everything that the records are made of.
struct Country {
    stations: usize,
    rehearsal: Rehearsal,
    officers: Vec<SigningKey>,
    log: SigningKey,
    publisher: SigningKey,
    definition: Vec<u8>,
    rulebook: Arc<Rulebook>,
}

/// The records of one municipality.
struct Municipality {
    number: usize,
    keys: Vec<u8>,
    returns: Vec<Vec<u8>>,
}

impl Country {
    fn new(stations: usize) -> Result<Self, Stop> {
        let rehearsal = Rehearsal { seed: [7; 32] };
        let officers = (1..=OFFICERS).map(|n| rehearsal.key(&Rehearsal::officer(n)));
        let officers: Vec<_> = officers.collect::<Result<_, _>>().map_err(Stop::failed)?;
        let named = |name: &str, seed: [u8; 32]| {
            SigningKey::ed25519(name.parse().map_err(Stop::failed)?, &seed).map_err(Stop::failed)
        };
        let log = named(ORIGIN, [1; 32])?;
        let publisher = named(&format!("{ORIGIN}/publisher"), [2; 32])?;
        let body = Body::Definition(Box::new(Definition {
            head: serde_json::from_str::<Value>(HEAD).map_err(Stop::failed)?,
            log: log.public().to_string(),
            mode: Mode::Rehearsal,
            officers: officers.iter().map(officer).collect(),
            publisher: publisher.public().to_string(),
            salt: rehearsal.salt("definition"),
            units: units(stations)?,
        }));
        let definition = sign(&body, &officers)?;
        drop(body);
        let record = Record::parse(&definition).map_err(Stop::failed)?;
        let rulebook = Arc::new(Rulebook::new(&record).map_err(Stop::failed)?);
        drop(record);
        Ok(Self { stations, rehearsal, officers, log, publisher, definition, rulebook })
    }

    /// Makes the keys of every station of a municipality, and signs what they count.
    fn sign(&self, number: usize) -> Result<Municipality, Stop> {
        let first = number * IN_EACH;
        let mut keys = Vec::new();
        let mut returns = Vec::new();
        for station in first..self.stations.min(first + IN_EACH) {
            let unit = station_id(station);
            let members = (1..=MEMBERS).map(|n| self.rehearsal.key(&Rehearsal::member(&unit, n)));
            let members: Vec<_> = members.collect::<Result<_, _>>().map_err(Stop::failed)?;
            keys.extend(members.iter().map(|key| {
                let key = key.public();
                MemberKey::new(key.name().as_str(), &unit, &key.to_string())
            }));
            returns.push(sign(&self.returns(station, unit), &members)?);
        }
        let keys = Body::Key(KeysBody {
            action: KeyAction::Enrol,
            definition: self.rulebook.definition(),
            keys,
            reason: None,
            salt: self.rehearsal.salt(&format!("keys {number}")),
        });
        Ok(Municipality { number, keys: sign(&keys, &self.officers)?, returns })
    }

    fn returns(&self, station: usize, unit: String) -> Body {
        // Figures that add up, and are others in every station.
        let number = i64::try_from(station).unwrap_or(i64::MAX) % 1_000_003;
        let votes = |list: i64| (number * (2 * list + 1)) % 397 + 20 * list;
        let parts =
            [("E.1", 1), ("E.2", 2), ("E.3", 3), ("E.4", 4), ("E.5", 5), ("F", 0), ("G", 0)];
        let parts = parts.map(|(code, list)| (code.to_owned(), votes(list)));
        let total = parts.iter().map(|(_, votes)| votes).sum();
        let mut counts = BTreeMap::from(parts);
        counts.insert("D".to_owned(), total);
        Body::Returns(Returns {
            channel: "app".to_owned(),
            counts,
            definition: self.rulebook.definition(),
            devices: 2,
            made: Some(self.rulebook.release_moment().seconds()),
            photo: None,
            prev: None,
            reason: None,
            salt: self.rehearsal.salt(&unit),
            seq: 1,
            unit,
        })
    }

    fn release(&self) -> Result<Vec<u8>, Stop> {
        let body = Body::Release(Release {
            definition: self.rulebook.definition(),
            made: self.rulebook.release_moment().seconds(),
            salt: self.rehearsal.salt("release"),
            unit: "country".to_owned(),
        });
        sign(&body, &self.officers)
    }
}

fn officer(key: &SigningKey) -> Officer {
    Officer { person: key.public().name().to_string(), vkey: key.public().to_string() }
}

fn station_id(station: usize) -> String {
    format!("S{station:07}")
}

fn sign(body: &Body, keys: &[SigningKey]) -> Result<Vec<u8>, Stop> {
    let draft = Draft::new(body).map_err(Stop::failed)?;
    draft.sign(&keys.iter().collect::<Vec<_>>()).map_err(Stop::failed)
}

/// The country, its districts, their municipalities, their stations.
fn units(stations: usize) -> Result<UnitTable, Stop> {
    let mut csv = String::from("id,kind,parent,name\ncountry,country,,Country\n");
    for station in 0..stations {
        let (municipality, district) = (station / IN_EACH, station / (IN_EACH * IN_EACH));
        if station % (IN_EACH * IN_EACH) == 0 {
            let _ = writeln!(csv, "D{district:03},district,country,District {district}");
        }
        if station % IN_EACH == 0 {
            let name = format!("Municipality {municipality}");
            let _ = writeln!(csv, "M{municipality:05},municipality,D{district:03},{name}");
        }
        let id = station_id(station);
        let _ = writeln!(csv, "{id},station,M{municipality:05},Polling station {station}");
    }
    UnitTable::from_csv(&csv).map_err(Stop::failed)
}

/// The log while it is written: first the definition, then the keys of every municipality, then the
/// forms of all stations, then the release.
struct Log {
    municipalities: usize,
    ledger: Ledger,
    ids: Vec<[u8; 32]>,
    keys: Pack,
    returns: Pack,
}

impl Log {
    fn new(country: &Country, municipalities: usize, files: &mut Files) -> Result<Self, Stop> {
        let size = 1 + municipalities + country.stations + 1;
        let mut log = Self {
            municipalities,
            ledger: Ledger::new(Arc::clone(&country.rulebook)),
            ids: vec![[0; 32]; size],
            keys: Pack::default(),
            returns: Pack::default(),
        };
        log.place(0, country.rulebook.definition())?;
        log.keys.push(0, country.definition.clone(), files)?;
        Ok(log)
    }

    fn place(&mut self, position: usize, id: RecordId) -> Result<(), Stop> {
        let slot = self.ids.get_mut(position);
        *slot.ok_or_else(|| Stop::failed("a record beyond the log"))? = *id.as_bytes();
        Ok(())
    }

    fn take(&mut self, records: Municipality, files: &mut Files) -> Result<(), Stop> {
        let position = 1 + records.number;
        self.fold(position, &records.keys)?;
        self.keys.push(position, records.keys, files)?;
        let first = 1 + self.municipalities + records.number * IN_EACH;
        for (position, note) in (first..).zip(records.returns) {
            self.fold(position, &note)?;
            self.returns.push(position, note, files)?;
        }
        Ok(())
    }

    /// That the signatures hold is for the verifier to say.
    fn fold(&mut self, position: usize, note: &[u8]) -> Result<(), Stop> {
        let record = Record::parse(note).map_err(Stop::failed)?;
        self.place(position, record.id)?;
        let prepared = prepare(self.ledger.rulebook(), &record).map_err(Stop::failed)?;
        let signers = self.ledger.keys().signers(&record.note).map_err(Stop::failed)?;
        let admission = self.ledger.judge(prepared, &signers).map_err(Stop::failed)?;
        self.ledger.apply(admission, position as u64);
        Ok(())
    }

    fn finish(mut self, country: &Country, dir: &Path, mut files: Files) -> Result<Made, Stop> {
        let (release, position) = (country.release()?, self.ids.len() - 1);
        self.fold(position, &release)?;
        self.returns.push(position, release, &mut files)?;
        self.keys.write(&mut files)?;
        self.returns.write(&mut files)?;
        let packs = files.listed.iter().map(|file| bundle(dir).join(&file.path)).collect();
        let size = self.ids.len() as u64;
        let mut tree = Tree::default();
        for id in &self.ids {
            tree.append(leaf_hash(id));
        }
        for tile in new_tiles(0, size) {
            let bytes = tile.bytes(&tree, &self.ids).map_err(Stop::failed)?;
            files.add(tile.to_string(), &bytes)?;
        }
        let root = tree.root_at(size).map_err(Stop::failed)?;
        let checkpoint = Checkpoint::new(country.log.public().name().clone(), size, root);
        let checkpoint = checkpoint.sign(&country.log).map_err(Stop::failed)?;
        files.add("checkpoint".to_owned(), &checkpoint)?;
        let time = clock::now().seconds();
        let edition = Edition { sequence: 1, size, time, mode: Mode::Rehearsal };
        let view = View::of(&self.ledger, edition);
        for drawing in data_drawings(&view, None) {
            let (path, bytes) = drawing.file(&view);
            files.add(path, &bytes)?;
        }
        files.sign(country, edition)?;
        let definition = *country.rulebook.definition().as_bytes();
        let text = Policy::without_witnesses(country.log.public().clone(), definition).to_string();
        files::write_scratch(&policy(dir), text.as_bytes()).map_err(Stop::input)?;
        Ok(Made { keys: Arc::clone(self.ledger.keys()), packs })
    }
}

/// The pack that is not full yet.
#[derive(Default)]
struct Pack {
    entries: Vec<(u64, Vec<u8>)>,
    bytes: usize,
}

impl Pack {
    fn push(&mut self, position: usize, note: Vec<u8>, files: &mut Files) -> Result<(), Stop> {
        self.bytes += note.len();
        self.entries.push((position as u64, note));
        if self.bytes >= PACK_BYTES { self.write(files) } else { Ok(()) }
    }

    fn write(&mut self, files: &mut Files) -> Result<(), Stop> {
        let entries = self.entries.iter();
        let entries = entries.map(|(position, note)| PackEntry { position: *position, note });
        let bytes = pack_bytes(entries);
        (self.entries, self.bytes) = (Vec::new(), 0);
        files.add(format!("pack/{}", Digest::of(&bytes)), &bytes)
    }
}

/// The files of the bundle so far.
struct Files {
    dir: PathBuf,
    listed: Vec<Listed>,
}

impl Files {
    fn new(dir: PathBuf) -> Result<Self, Stop> {
        Ok(Self { dir, listed: Vec::new() })
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.dir.join(path);
        let folder = path.parent().unwrap_or(&self.dir);
        files::create_dir(folder).map_err(Stop::input)?;
        files::write_scratch(&path, bytes).map_err(Stop::input)
    }

    fn add(&mut self, path: String, bytes: &[u8]) -> Result<(), Stop> {
        self.write(&path, bytes)?;
        self.listed.push(Listed { path, hash: Digest::of(bytes), length: bytes.len() as u64 });
        Ok(())
    }

    fn sign(mut self, country: &Country, edition: Edition) -> Result<(), Stop> {
        let Edition { sequence, size, time, mode } = edition;
        let (definition, election) = (country.rulebook.definition(), country.rulebook.election());
        let election = election.head().id.clone();
        let head = SnapshotHead { definition, election, mode, sequence, size, time };
        self.listed.sort_by(|a, b| a.path.cmp(&b.path));
        let snapshot = Snapshot { head, files: std::mem::take(&mut self.listed) };
        let bytes = snapshot.sign(&country.publisher).map_err(Stop::failed)?;
        let head = Head::of(&snapshot, &bytes);
        self.write(&head.snapshot, &bytes)?;
        self.write("head.json", &head.line())
    }
}
