//! `countersign init`: keys, definition, database, log, policy.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use desk::{Checked, Desk, Recovery, Verdict, first_append};
use election::{Election, Mode, UnitIndex};
use http::room::store;
use record::{
    Body, Draft, RecordId, Salt,
    body::{Definition, Invitation, Invite, KeyAction, Keys, MemberKey, Officer, Opening},
    enrolment::{Claim, Code, commitment, prove},
    note::{SigningKey, VerifyingKey},
};
use rehearsal::Rehearsal;
use store::{files, log::Log};
use tlog::{Checkpoint, policy::Policy};

use crate::{args::InitArgs, clock, exit::Stop, folder::Folder, places::Places, say};

/// The most keys in one record: 500 lines of about 200 bytes stay far below what an intake takes.
const KEYS_IN_A_RECORD: usize = 500;

pub(crate) fn run(args: &InitArgs) -> Result<ExitCode, Stop> {
    let officers = args.officers.as_deref().filter(|_| args.live).map(read_officers).transpose()?;
    let witnesses = args.witnesses.as_deref().map(read_witnesses).transpose()?;
    let folder = Folder::read(&args.election)?;
    let choices = Choices { officers, origin: args.origin.as_deref(), witnesses };
    make(&args.dir, &folder, choices)?;
    say::line(format_args!("made {}", args.dir.display()))?;
    say::line(format_args!("policy {}", Places::new(&args.dir).policy().display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Lines of witnesses, groups and a quorum are a policy without a log.
fn read_witnesses(path: &Path) -> Result<Policy, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    text.parse().map_err(|e| Stop::file(path, e))
}

/// What is chosen when a log is made.
pub(crate) struct Choices<'a> {
    /// Who answers for a live election; `None`: it is a rehearsal.
    pub(crate) officers: Option<Vec<Officer>>,
    /// The log's name; otherwise one after the election.
    pub(crate) origin: Option<&'a str>,
    pub(crate) witnesses: Option<Policy>,
}

impl Choices<'_> {
    /// A rehearsal that nobody witnesses.
    pub(crate) fn rehearsal() -> Self {
        Self { officers: None, origin: None, witnesses: None }
    }
}

/// Makes the folder of an election's server. A folder that holds a log already is left alone.
pub(crate) fn make(dir: &Path, folder: &Folder, choices: Choices<'_>) -> Result<(), Stop> {
    let Choices { officers, origin, witnesses } = choices;
    if let Some(own) = &officers {
        check_officers(own, folder.forms.election())?;
    }
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
    let (mode, officers) = match officers {
        Some(own) => (Mode::Live, Officers::Own(own)),
        None => (Mode::Rehearsal, Officers::rehearsed(&places, folder.forms.election())?),
    };
    let draft = definition(folder, mode, &log_key()?, &publisher, officers.listed())?;
    // Its id is what is pinned; the log stands for the bytes.
    let note = draft.sign(&[&log_key()?]).map_err(Stop::failed)?;
    let mut log = Log::create(&places.log()).map_err(Stop::input)?;
    let first = first_append(note.clone(), log_key()?).map_err(Stop::input)?;
    store(&mut log, &first, clock::now()).map_err(Stop::failed)?;
    let checkpoint =
        Checkpoint::verify(&first.checkpoint, log_key()?.public()).map_err(Stop::failed)?;
    let recovery = Recovery::begin(&note, log_key()?).map_err(Stop::input)?;
    let mut desk = recovery.finish(&checkpoint).map_err(Stop::failed)?;
    if let Officers::Rehearsed { rehearsal, keys } = &officers {
        let needed = usize::from(folder.forms.election().head().signatures.officers);
        let officers = keys.iter().take(needed).map(|(_, key)| key).collect();
        let by = Registration { rehearsal: *rehearsal, definition: draft.id(), officers };
        enrol_all(&mut desk, &mut log, &by)?;
    }
    let policy = Policy::without_witnesses(log_key()?.public().clone(), *draft.id().as_bytes());
    let policy = match witnesses {
        Some(witnesses) => policy.with_witnesses_of(witnesses),
        None => policy,
    };
    files::write(&places.policy(), policy.to_string().as_bytes()).map_err(Stop::input)
}

/// Who answers for the election while its log is made.
enum Officers {
    /// Invented people, whose keys follow from the seed.
    Rehearsed { rehearsal: Rehearsal, keys: Vec<(String, SigningKey)> },
    /// Real ones, whose keys never leave their devices.
    Own(Vec<Officer>),
}

impl Officers {
    /// One more than must sign, so that one may be away.
    fn rehearsed(places: &Places, election: &Election) -> Result<Self, Stop> {
        let rehearsal = Rehearsal { seed: random()? };
        places.write_secret("rehearsal", &rehearsal.seed)?;
        let number = usize::from(election.head().signatures.officers) + 1;
        let keys = (1..=number).map(|n| {
            let person = Rehearsal::officer(n);
            let key = rehearsal.key(&person).map_err(Stop::failed)?;
            Ok((person, key))
        });
        Ok(Self::Rehearsed { rehearsal, keys: keys.collect::<Result<_, Stop>>()? })
    }

    fn listed(&self) -> Vec<Officer> {
        let officer = |(person, key): &(String, SigningKey)| Officer {
            person: person.clone(),
            vkey: key.public().to_string(),
        };
        match self {
            Self::Rehearsed { keys, .. } => keys.iter().map(officer).collect(),
            Self::Own(officers) => officers.clone(),
        }
    }
}

/// Asked before anything is written, so that a list that was mended can be used at once.
fn check_officers(officers: &[Officer], election: &Election) -> Result<(), Stop> {
    let (expected, found) = (usize::from(election.head().signatures.officers), officers.len());
    if found < expected {
        let problem = format_args!("{expected} officers sign, the definition names {found}");
        return Err(Stop::input(problem));
    }
    let (mut people, mut keys) = (HashSet::new(), HashSet::new());
    let mut is_twice =
        |one: &&Officer| !people.insert(one.person.clone()) || !keys.insert(one.vkey.clone());
    match officers.iter().find(|one| is_twice(one)) {
        Some(twice) => {
            Err(Stop::input(format_args!("officer {}: person or key stands twice", twice.person)))
        }
        None => Ok(()),
    }
}

/// Lines "PERSON VKEY"; empty ones, and those that begin with `#`, say nothing.
fn read_officers(path: &Path) -> Result<Vec<Officer>, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    let lines = (1..).zip(text.lines().map(str::trim));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let officers = lines.map(|(number, line)| {
        let bad = |why: String| Stop::file(path, format_args!("line {number}: {why}"));
        let parts = line.rsplit_once(char::is_whitespace);
        let (person, vkey) = parts.ok_or_else(|| bad("expected PERSON VKEY".to_owned()))?;
        vkey.parse::<VerifyingKey>().map_err(|e| bad(e.to_string()))?;
        Ok(Officer { person: person.trim().to_owned(), vkey: vkey.to_owned() })
    });
    officers.collect()
}

fn definition(
    folder: &Folder,
    mode: Mode,
    log: &SigningKey,
    publisher: &SigningKey,
    officers: Vec<Officer>,
) -> Result<Draft, Stop> {
    let body = Definition {
        head: folder.head.clone(),
        log: log.public().to_string(),
        mode,
        officers,
        publisher: publisher.public().to_string(),
        salt: Salt::from_bytes(random()?),
        units: folder.units.clone(),
    };
    Draft::new(&Body::Definition(Box::new(body))).map_err(Stop::input)
}

/// Enrols the members of every unit with a form and of the area that it lies in, the units of one
/// area in one record.
fn enrol_all(desk: &mut Desk, log: &mut Log, by: &Registration<'_>) -> Result<(), Stop> {
    let rulebook = Arc::clone(desk.ledger().rulebook());
    let election = rulebook.election();
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
        let people = units.iter().flat_map(|unit| (1..=members).map(move |n| (&**unit, n)));
        let people: Vec<(&str, String)> =
            people.map(|(unit, n)| (unit, Rehearsal::member(unit, n))).collect();
        if rulebook.asks_for_codes() {
            admit(desk, log, by.sign(&by.invite(&people)?)?)?;
        }
        admit(desk, log, by.sign(&by.enrol(&people, rulebook.asks_for_codes())?)?)?;
    }
    Ok(())
}

/// Who makes the records of keys of a rehearsal.
struct Registration<'a> {
    rehearsal: Rehearsal,
    definition: RecordId,
    /// As many officers as must sign.
    officers: Vec<&'a SigningKey>,
}

impl Registration<'_> {
    fn enrol(&self, people: &[(&str, String)], with_code: bool) -> Result<Body, Stop> {
        let keys = people.iter().map(|(unit, person)| {
            let key = self.rehearsal.key(person).map_err(Stop::failed)?;
            let member = MemberKey::new(person, unit, &key.public().to_string());
            if !with_code {
                return Ok(member);
            }
            let code = self.rehearsal.code(person);
            let proof = prove(&self.claim(unit, person, &code), &key).map_err(Stop::failed)?;
            let opening = Opening { code: code.as_str().to_owned(), salt: self.code_salt(person) };
            Ok(MemberKey { opening: Some(opening), proof: Some(proof), ..member })
        });
        let keys = keys.collect::<Result<_, Stop>>()?;
        let (definition, salt) = (self.definition, self.salt("keys", people));
        Ok(Body::Key(Keys { action: KeyAction::Enrol, definition, keys, reason: None, salt }))
    }

    fn invite(&self, people: &[(&str, String)]) -> Result<Body, Stop> {
        let codes = people.iter().map(|(unit, person)| {
            let code = self.rehearsal.code(person);
            let commitment = commitment(&self.claim(unit, person, &code), self.code_salt(person));
            let (person, unit) = (person.clone(), (*unit).to_owned());
            Ok(Invitation { commitment: commitment.map_err(Stop::failed)?, person, unit })
        });
        let codes = codes.collect::<Result<_, Stop>>()?;
        let (definition, salt) = (self.definition, self.salt("codes", people));
        Ok(Body::Invite(Invite { codes, definition, salt }))
    }

    fn claim<'a>(&self, unit: &'a str, person: &'a str, code: &'a Code) -> Claim<'a> {
        Claim { code: code.as_str(), definition: self.definition, person, unit }
    }

    fn code_salt(&self, person: &str) -> Salt {
        self.rehearsal.salt(&format!("code {person}"))
    }

    fn salt(&self, what: &str, people: &[(&str, String)]) -> Salt {
        let people: Vec<&str> = people.iter().map(|(_, person)| person.as_str()).collect();
        self.rehearsal.salt(&format!("{what} {}", people.join(" ")))
    }

    fn sign(&self, body: &Body) -> Result<Vec<u8>, Stop> {
        Draft::new(body).map_err(Stop::failed)?.sign(&self.officers).map_err(Stop::failed)
    }
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
