//! `countersign init`: keys, definition, database, log, policy.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use desk::{Checked, Desk, Recovery, Verdict, first_append};
use election::{Election, Mode, UnitIndex};
use http::room::store;
use record::{
    Body, Draft, RecordId, Salt,
    body::{Definition, KeyAction, Keys, MemberKey, Officer},
    note::SigningKey,
};
use rehearsal::Rehearsal;
use store::{files, log::Log};
use tlog::{Checkpoint, policy::Policy};

use crate::{args::InitArgs, clock, exit::Stop, folder::Folder, places::Places, say};

/// The most keys in one record: 500 lines of about 200 bytes stay far below what an intake takes.
const KEYS_IN_A_RECORD: usize = 500;

pub(crate) fn run(args: &InitArgs) -> Result<ExitCode, Stop> {
    let mode = if args.live { Mode::Live } else { Mode::Rehearsal };
    let witnesses = args.witnesses.as_deref().map(read_witnesses).transpose()?;
    let folder = Folder::read(&args.election)?;
    let choices = Choices { mode, origin: args.origin.as_deref(), witnesses };
    make(&args.dir, &folder, choices)?;
    say::line(format_args!("made {}", args.dir.display()))?;
    say::line(format_args!("policy {}", Places::new(&args.dir).policy().display()))?;
    if args.live {
        say::line(format_args!(
            "the officers' keys lie in {}: give each officer theirs, and keep no copy",
            Places::new(&args.dir).keys().display()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lines of witnesses, groups and a quorum are a policy without a log.
fn read_witnesses(path: &Path) -> Result<Policy, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    text.parse().map_err(|e| Stop::file(path, e))
}

/// What is chosen when a log is made.
pub(crate) struct Choices<'a> {
    pub(crate) mode: Mode,
    /// The log's name; otherwise one after the election.
    pub(crate) origin: Option<&'a str>,
    pub(crate) witnesses: Option<Policy>,
}

impl Choices<'_> {
    /// A rehearsal that nobody witnesses.
    pub(crate) fn rehearsal() -> Self {
        Self { mode: Mode::Rehearsal, origin: None, witnesses: None }
    }
}

/// Makes the folder of an election's server. A folder that holds a log already is left alone.
pub(crate) fn make(dir: &Path, folder: &Folder, choices: Choices<'_>) -> Result<(), Stop> {
    let Choices { mode, origin, witnesses } = choices;
    let places = Places::new(dir);
    files::create_dir(&places.keys()).map_err(Stop::input)?;
    let id = &folder.forms.election().head().id;
    let origin = origin.map_or_else(|| format!("localhost/{id}"), str::to_owned);
    // First what is never overwritten: a folder that has keys keeps its origin too.
    for name in ["log", "publisher"] {
        places.write_secret(name, &random()?)?;
    }
    files::write(&dir.join("origin"), origin.as_bytes()).map_err(Stop::input)?;
    let log_key = || places.ed25519("log", &origin);
    let publisher = places.ed25519("publisher", &format!("{origin}/publisher"))?;
    let officers = Officers::make(&places, folder.forms.election(), mode)?;
    let draft = definition(folder, mode, &log_key()?, &publisher, &officers)?;
    let note = draft.sign(&officers.all()).map_err(Stop::failed)?;
    let mut log = Log::create(&places.log()).map_err(Stop::input)?;
    let first = first_append(note.clone(), log_key()?).map_err(Stop::input)?;
    store(&mut log, &first, clock::now()).map_err(Stop::failed)?;
    let checkpoint =
        Checkpoint::verify(&first.checkpoint, log_key()?.public()).map_err(Stop::failed)?;
    let recovery = Recovery::begin(&note, log_key()?).map_err(Stop::input)?;
    let mut desk = recovery.finish(&checkpoint).map_err(Stop::failed)?;
    if let Some(rehearsal) = officers.rehearsal {
        enrol_all(&mut desk, &mut log, folder.forms.election(), rehearsal, &officers, draft.id())?;
    }
    let policy = Policy::without_witnesses(log_key()?.public().clone(), *draft.id().as_bytes());
    let policy = match witnesses {
        Some(witnesses) => policy.with_witnesses_of(witnesses),
        None => policy,
    };
    files::write(&places.policy(), policy.to_string().as_bytes()).map_err(Stop::input)
}

/// The officers' keys while the log is made.
struct Officers {
    rehearsal: Option<Rehearsal>,
    keys: Vec<(String, SigningKey)>,
}

impl Officers {
    /// One more than must sign, so that one may be away.
    fn make(places: &Places, election: &Election, mode: Mode) -> Result<Self, Stop> {
        let number = usize::from(election.head().signatures.officers) + 1;
        let rehearsal = match mode {
            Mode::Live => None,
            Mode::Rehearsal => Some(Rehearsal { seed: random()? }),
        };
        if let Some(rehearsal) = rehearsal {
            places.write_secret("rehearsal", &rehearsal.seed)?;
        }
        let keys = (1..=number).map(|n| {
            let person = Rehearsal::officer(n);
            let key = match rehearsal {
                Some(rehearsal) => rehearsal.key(&person).map_err(Stop::failed)?,
                None => {
                    let secret = random()?;
                    places.write_secret(&format!("officer-{n}"), &secret)?;
                    SigningKey::p256(person.parse().map_err(Stop::failed)?, &secret)
                        .map_err(Stop::failed)?
                }
            };
            Ok((person, key))
        });
        Ok(Self { rehearsal, keys: keys.collect::<Result<_, Stop>>()? })
    }

    fn all(&self) -> Vec<&SigningKey> {
        self.keys.iter().map(|(_, key)| key).collect()
    }

    /// As many as must sign.
    fn quorum(&self, election: &Election) -> Vec<&SigningKey> {
        let number = usize::from(election.head().signatures.officers);
        self.keys.iter().take(number).map(|(_, key)| key).collect()
    }
}

fn definition(
    folder: &Folder,
    mode: Mode,
    log: &SigningKey,
    publisher: &SigningKey,
    officers: &Officers,
) -> Result<Draft, Stop> {
    let officers = officers
        .keys
        .iter()
        .map(|(person, key)| Officer { person: person.clone(), vkey: key.public().to_string() });
    let body = Definition {
        head: folder.head.clone(),
        log: log.public().to_string(),
        mode,
        officers: officers.collect(),
        publisher: publisher.public().to_string(),
        salt: Salt::from_bytes(random()?),
        units: folder.units.clone(),
    };
    Draft::new(&Body::Definition(Box::new(body))).map_err(Stop::input)
}

/// Enrols the members of every unit with a form and of the area that it lies in, the units of one
/// area in one record.
fn enrol_all(
    desk: &mut Desk,
    log: &mut Log,
    election: &Election,
    rehearsal: Rehearsal,
    officers: &Officers,
    definition: RecordId,
) -> Result<(), Stop> {
    let with_form = election.units().all().filter(|(unit, _)| election.form_of(*unit).is_some());
    let mut areas: BTreeMap<Option<UnitIndex>, Vec<String>> = BTreeMap::new();
    for (_, unit) in with_form {
        areas.entry(unit.parent).or_default().push(unit.id.to_string());
    }
    for (area, units) in &mut areas {
        let area = area.filter(|area| election.form_of(*area).is_none());
        units.extend(area.map(|area| election.units().get(area).id.to_string()));
    }
    let members = Rehearsal::members(election);
    for units in areas.values().flat_map(|units| units.chunks(KEYS_IN_A_RECORD / members.max(1))) {
        let keys = member_keys(units, members, rehearsal)?;
        let salt = rehearsal.salt(&format!("keys {}", units.join(" ")));
        let body =
            Body::Key(Keys { action: KeyAction::Enrol, definition, keys, reason: None, salt });
        let draft = Draft::new(&body).map_err(Stop::failed)?;
        let note = draft.sign(&officers.quorum(election)).map_err(Stop::failed)?;
        admit(desk, log, note)?;
    }
    Ok(())
}

fn member_keys(
    units: &[String],
    members: usize,
    rehearsal: Rehearsal,
) -> Result<Vec<MemberKey>, Stop> {
    let people = units.iter().flat_map(|unit| (1..=members).map(move |n| (unit, n)));
    let keys = people.map(|(unit, number)| {
        let person = Rehearsal::member(unit, number);
        let key = rehearsal.key(&person).map_err(Stop::failed)?;
        Ok(MemberKey::new(&person, unit, &key.public().to_string()))
    });
    keys.collect()
}

/// The same way as any other record goes, without a network between.
fn admit(desk: &mut Desk, log: &mut Log, note: Vec<u8>) -> Result<(), Stop> {
    let ledger = desk.ledger();
    let checked = Checked::check(ledger.rulebook(), ledger.keys(), note).map_err(Stop::failed)?;
    let mut proposal = desk.propose(vec![checked], clock::now()).map_err(Stop::failed)?;
    if let Some(Some(Verdict::Refused(refusal))) = proposal.verdicts.first() {
        return Err(Stop::failed(refusal));
    }
    if let Some(append) = proposal.append.take() {
        store(log, &append, clock::now()).map_err(Stop::failed)?;
    }
    desk.commit(proposal);
    Ok(())
}

/// 32 bytes from the operating system.
pub(crate) fn random() -> Result<[u8; 32], Stop> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| Stop::failed(format_args!("no random bytes: {e}")))?;
    Ok(bytes)
}
