//! `countersign keys codes`: codes for people, in envelopes for them and as commitments for the log.

use std::{collections::HashSet, path::Path};

use record::{
    Body, Draft, RecordId, Salt,
    body::{Invitation, Invite, Role},
    enrolment::{Claim, Code, commitment},
};
use serde::{Deserialize, Serialize};
use store::files;
use tally::Rulebook;

use super::{envelopes, table::Table};
use crate::{args::CodesArgs, definition, exit::Stop, init::random, papers::write_new, say};

/// The longest text that an intake takes, with room for its signatures.
const MOST_TO_SEND: usize = http::MAX_RECORD - (16 << 10);

/// What a registrar keeps until everybody has enrolled: as secret as the envelopes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    pub(super) definition: RecordId,
    pub(super) codes: Vec<Given>,
}

/// The code of one person.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    pub(super) code: String,
    pub(super) person: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Role>,
    pub(super) salt: Salt,
    pub(super) unit: String,
}

impl Given {
    pub(super) fn claim(&self, definition: RecordId) -> Claim<'_> {
        Claim { code: &self.code, definition, person: &self.person, unit: &self.unit }
    }
}

pub(super) fn run(args: &CodesArgs) -> Result<(), Stop> {
    let rulebook = definition::of(&args.under)?;
    let people = People::read(&args.people, &rulebook)?;
    let draws = people.0.iter().map(|person| person.draw());
    let kept = Kept { definition: rulebook.definition(), codes: draws.collect::<Result<_, _>>()? };
    // All is made before anything is written: envelopes without a list would be printed in vain.
    let secret = serde_json::to_vec(&kept).map_err(Stop::failed)?;
    let pages = envelopes::page(&rulebook, &kept).map_err(Stop::failed)?;
    let draft = invite(&kept)?;
    let (most, found) = (MOST_TO_SEND, draft.text().len());
    if found > most {
        let problem =
            format_args!("a list of at most {most} bytes can be sent, found {found}: split it");
        return Err(Stop::file(&args.people, problem));
    }
    files::create_dir(&args.out).map_err(Stop::input)?;
    let at = |name: &str| args.out.join(name);
    // The secret first: codes that are committed to and lost would be of no use to anybody.
    files::write_secret(&at("codes.json"), &secret).map_err(Stop::input)?;
    files::write_secret(&at("envelopes.html"), pages.as_bytes()).map_err(Stop::input)?;
    write_new(&at("invite.txt"), draft.text().as_bytes())?;
    say::line(format_args!("{} codes in {}", kept.codes.len(), args.out.display()))?;
    say::line("envelopes.html  print, seal, hand over, and delete")?;
    say::line("invite.txt      the commitments: sign and send")?;
    say::line("codes.json      keep secret until everybody has enrolled, then delete")
}

fn invite(kept: &Kept) -> Result<Draft, Stop> {
    let codes = kept.codes.iter().map(|given| {
        let commitment = commitment(&given.claim(kept.definition), given.salt);
        let (person, unit) = (given.person.clone(), given.unit.clone());
        Ok(Invitation { commitment: commitment.map_err(Stop::input)?, person, unit })
    });
    let codes = codes.collect::<Result<_, Stop>>()?;
    let salt = Salt::from_bytes(random()?);
    Draft::new(&Body::Invite(Invite { codes, definition: kept.definition, salt }))
        .map_err(Stop::input)
}

/// Who gets a code: a table with the columns `unit`, `person` and, where it is wanted, `role`.
struct People(Vec<Person>);

struct Person {
    unit: String,
    person: String,
    role: Option<Role>,
}

impl People {
    fn read(path: &Path, rulebook: &Rulebook) -> Result<Self, Stop> {
        let text = files::read_text(path).map_err(Stop::input)?;
        let table = Table::read(&text).map_err(|e| Stop::file(path, e))?;
        let (Some(unit), Some(person)) = (table.column("unit"), table.column("person")) else {
            return Err(Stop::file(path, "expected the columns unit and person"));
        };
        let role = table.column("role");
        let people = (2..).zip(&table.rows).map(|(line, row)| {
            let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
            let bad = |problem: String| Stop::file(path, format_args!("line {line}: {problem}"));
            let (unit, person) = (cell(unit), cell(person));
            let role = read_role(&role.map(cell).unwrap_or_default()).map_err(bad)?;
            check(&unit, &person, role, rulebook).map_err(bad)?;
            Ok(Person { unit, person, role })
        });
        let people: Vec<Person> = people.collect::<Result<_, Stop>>()?;
        let mut seen = HashSet::new();
        for (line, one) in (2..).zip(&people) {
            if !seen.insert((&one.unit, &one.person)) {
                let problem =
                    format_args!("line {line}: {} at {} stands twice", one.person, one.unit);
                return Err(Stop::file(path, problem));
            }
        }
        Ok(Self(people))
    }
}

fn read_role(role: &str) -> Result<Option<Role>, String> {
    match role {
        "" | "member" => Ok(None),
        "registrar" => Ok(Some(Role::Registrar)),
        other => Err(format!("expected member or registrar as the role, found {other:?}")),
    }
}

fn check(unit: &str, person: &str, role: Option<Role>, rulebook: &Rulebook) -> Result<(), String> {
    if rulebook.election().units().find(unit).is_none() {
        return Err(format!("{unit:?} is no unit of this election"));
    }
    if person.trim().is_empty() {
        return Err("expected a person, found none".to_owned());
    }
    if role.is_some() && rulebook.registrars_needed().is_none() {
        return Err("this election has no registrars".to_owned());
    }
    Ok(())
}

impl Person {
    fn draw(&self) -> Result<Given, Stop> {
        let [drawn, salt] = [random()?, random()?];
        let mut bytes = [0; 15];
        bytes.iter_mut().zip(drawn).for_each(|(byte, drawn)| *byte = drawn);
        Ok(Given {
            code: Code::from_random(bytes).as_str().to_owned(),
            person: self.person.clone(),
            role: self.role,
            salt: Salt::from_bytes(salt),
            unit: self.unit.clone(),
        })
    }
}
