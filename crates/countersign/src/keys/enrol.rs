//! A device asks, a registrar answers with a record; and keys that go.

use std::{collections::HashSet, io::BufRead, path::Path};

use record::{
    Body, Draft, Record, RecordId, Salt,
    body::{KeyAction, Keys, MemberKey, Opening},
    enrolment::{Claim, Code, check_proof, prove},
    note::VerifyingKey,
};
use serde::{Deserialize, Serialize};
use store::files;
use tally::Rulebook;

use super::codes::{Given, Kept};
use crate::{
    args::{EnrolArgs, RequestArgs, RevokeArgs},
    definition,
    exit::Stop,
    init::random,
    papers::{short, write_new},
    say,
};

/// What a device sends to its registrar. The code is in the proof and cannot be read out of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    definition: RecordId,
    person: String,
    proof: String,
    unit: String,
    vkey: String,
}

pub(super) fn request(args: &RequestArgs) -> Result<(), Stop> {
    let key = super::read_private(&args.key)?;
    let rulebook = definition::of(&args.under)?;
    if rulebook.election().units().find(&args.unit).is_none() {
        return Err(Stop::input(format_args!("{:?} is no unit of this election", args.unit)));
    }
    let definition = rulebook.definition();
    say::complain(format_args!("this is election {}", short(definition)));
    let code = read_code()?;
    let claim = Claim { code: code.as_str(), definition, person: &args.person, unit: &args.unit };
    let request = Request {
        definition,
        person: args.person.clone(),
        proof: prove(&claim, &key).map_err(Stop::input)?,
        unit: args.unit.clone(),
        vkey: key.public().to_string(),
    };
    let line = serde_json::to_string(&request).map_err(Stop::failed)?;
    match &args.out {
        Some(path) => write_new(path, format!("{line}\n").as_bytes()),
        None => say::line(line),
    }
}

/// The code is typed or piped in: what stands on a command line, others can see.
fn read_code() -> Result<Code, Stop> {
    say::complain("type the code from your envelope, and press enter");
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).map_err(Stop::input)?;
    typed.parse().map_err(Stop::input)
}

pub(super) fn run(args: &EnrolArgs) -> Result<(), Stop> {
    let kept = files::read_secret(&args.codes).map_err(Stop::input)?;
    let kept: Kept = serde_json::from_slice(&kept).map_err(|e| Stop::file(&args.codes, e))?;
    let keys = args.requests.iter().map(|path| {
        let request: Request = read_json(path)?;
        enrolled(&kept, &request).map_err(|problem| Stop::file(path, problem))
    });
    let keys: Vec<MemberKey> = keys.collect::<Result<_, Stop>>()?;
    let mut asked = HashSet::new();
    for (path, key) in args.requests.iter().zip(&keys) {
        if !asked.insert((&key.person, &key.unit)) {
            let problem = format_args!("{} at {} asks in another file too", key.person, key.unit);
            return Err(Stop::file(path, problem));
        }
    }
    let action = KeyAction::Enrol;
    draft(&args.out, action, kept.definition, keys, args.reason.as_deref())
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Stop> {
    let text = files::read_text(path).map_err(Stop::input)?;
    serde_json::from_str(&text).map_err(|e| Stop::file(path, e))
}

/// The entry that enrols who asks, if they know the code that was made for them.
fn enrolled(kept: &Kept, request: &Request) -> Result<MemberKey, String> {
    let (person, unit) = (&request.person, &request.unit);
    if request.definition != kept.definition {
        let (expected, found) = (kept.definition, request.definition);
        return Err(format!("made under definition {found}, these codes are of {expected}"));
    }
    let same = |given: &&Given| given.person == *person && given.unit == *unit;
    let given = kept.codes.iter().find(same);
    let given = given.ok_or_else(|| format!("there is no code for {person} at {unit}"))?;
    let key: VerifyingKey = request.vkey.parse().map_err(|e| format!("{e}"))?;
    let proven = check_proof(&given.claim(kept.definition), &key, &request.proof);
    proven
        .map_err(|e| format!("{person} at {unit} does not know the code, or another asks: {e}"))?;
    Ok(MemberKey {
        opening: Some(Opening { code: given.code.clone(), salt: given.salt }),
        proof: Some(request.proof.clone()),
        role: given.role,
        ..MemberKey::new(person, unit, &request.vkey)
    })
}

pub(super) fn revoke(args: &RevokeArgs) -> Result<(), Stop> {
    let note = files::read(&args.enrolled).map_err(Stop::input)?;
    let record = Record::parse(&note).map_err(|e| Stop::file(&args.enrolled, e))?;
    let (definition, keys) = enrolled_by(&record).map_err(|e| Stop::file(&args.enrolled, e))?;
    let is_meant = |key: &MemberKey| {
        key.person == args.person && args.unit.as_ref().is_none_or(|unit| key.unit == *unit)
    };
    let gone: Vec<MemberKey> = keys.into_iter().filter(is_meant).collect();
    if gone.is_empty() {
        let at = args.unit.as_ref().map(|unit| format!(" for {unit}")).unwrap_or_default();
        let problem = format_args!("enrols no key of {}{at}", args.person);
        return Err(Stop::file(&args.enrolled, problem));
    }
    draft(&args.out, KeyAction::Revoke, definition, gone, Some(&args.reason))
}

/// The keys that a record enrols, as a revocation names them: a definition those of officers.
fn enrolled_by(record: &Record<'_>) -> Result<(RecordId, Vec<MemberKey>), String> {
    match &record.body {
        Body::Key(keys) => {
            let plain = |key: &MemberKey| MemberKey::new(&key.person, &key.unit, &key.vkey);
            Ok((keys.definition, keys.keys.iter().map(plain).collect()))
        }
        Body::Definition(definition) => {
            let rulebook = Rulebook::new(record).map_err(|e| e.to_string())?;
            let units = rulebook.election().units();
            let root = units.get(units.root()).id.to_string();
            let officers = definition.officers.iter();
            let keys = officers.map(|one| MemberKey::new(&one.person, &root, &one.vkey));
            Ok((record.id, keys.collect()))
        }
        other => Err(format!("expected a record that enrols keys, found kind {}", other.kind())),
    }
}

/// Writes the text of a record of keys, for those who sign it.
fn draft(
    out: &Path,
    action: KeyAction,
    definition: RecordId,
    keys: Vec<MemberKey>,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let (number, reason) = (keys.len(), reason.map(str::to_owned));
    let salt = Salt::from_bytes(random()?);
    let body = Body::Key(Keys { action, definition, keys, reason, salt });
    let draft = Draft::new(&body).map_err(Stop::input)?;
    write_new(out, draft.text().as_bytes())?;
    say::line(format_args!("{number} keys in {}: sign and send", out.display()))
}
