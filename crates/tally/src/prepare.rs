//! What can be said of a record without knowing any other: is it readable under this definition?
//! It needs the rulebook only, so it may run anywhere and in any order.

use std::{str::FromStr, sync::Arc};

use election::UnitIndex;
use form::{Form, Returns};
use record::{
    Body, Digest, Record, RecordId,
    body::{Invitation, KeyAction, MemberKey, Role},
    enrolment::{self, Claim},
    note::VerifyingKey,
};

use crate::{Refusal, Rulebook};

/// A record whose names are resolved.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its id.
    pub id: RecordId,
    /// What it says.
    pub what: What,
}

/// What a record says, in the terms of this election.
#[derive(Clone, Debug)]
pub enum What {
    /// Keys come or go.
    Keys {
        /// Which of the two.
        action: KeyAction,
        /// The keys.
        keys: Vec<Member>,
        /// Why.
        reason: Option<Arc<str>>,
    },
    /// Commitments to one-time codes.
    Invite {
        /// The codes.
        codes: Vec<Invited>,
    },
    /// A reading of a form.
    Returns {
        /// The figures.
        returns: Arc<Returns>,
        /// The channel's place in the policy.
        channel: usize,
        /// Its number.
        seq: u32,
        /// What it replaces.
        prev: Option<RecordId>,
        /// Why.
        reason: Option<Arc<str>>,
        /// When it was made, by the sender's clock.
        made: Option<i64>,
        /// On how many devices it was signed.
        devices: u8,
    },
    /// Voters admitted up to a moment.
    Turnout {
        /// The unit.
        unit: UnitIndex,
        /// The channel's place in the policy.
        channel: usize,
        /// Voters.
        admitted: u64,
        /// The moment.
        made: i64,
    },
    /// Officers choose a reading.
    Decision {
        /// The unit.
        unit: UnitIndex,
        /// The reading.
        chosen: RecordId,
    },
    /// Officers publish a unit and all inside it.
    Release {
        /// The unit.
        unit: UnitIndex,
        /// When it was signed.
        made: i64,
    },
    /// A committee vouches for a range of the log.
    Attest {
        /// Whose committee.
        unit: UnitIndex,
        /// The first position.
        first: u64,
        /// The last position.
        last: u64,
        /// What the ids of the range come to.
        hash: Digest,
    },
}

/// A key that comes or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key.
    pub key: VerifyingKey,
    /// Whose.
    pub person: String,
    /// For which unit and all inside it.
    pub unit: UnitIndex,
    /// What it signs, when that is not figures.
    pub role: Option<Role>,
    /// The commitment to the code that it was asked for with; its proof holds.
    pub code: Option<Digest>,
}

/// A commitment to the code of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The commitment.
    pub commitment: Digest,
    /// For whom.
    pub person: String,
    /// For which unit.
    pub unit: UnitIndex,
}

/// Was this record made under this definition?
///
/// # Errors
/// [`Refusal::OtherDefinition`] names both; [`Refusal::SecondDefinition`] for a definition itself.
pub fn check_definition(rulebook: &Rulebook, record: &Record<'_>) -> Result<(), Refusal> {
    let expected = rulebook.definition();
    match record.body.definition() {
        None => Err(Refusal::SecondDefinition),
        Some(found) if found == expected => Ok(()),
        Some(found) => Err(Refusal::OtherDefinition { expected, found }),
    }
}

/// Resolves a record's names and closes its form; refuses what this definition cannot read.
///
/// # Errors
/// At the first thing that cannot be read.
pub fn prepare(rulebook: &Rulebook, record: &Record<'_>) -> Result<Prepared, Refusal> {
    check_definition(rulebook, record)?;
    let what = match &record.body {
        Body::Definition(_) => return Err(Refusal::SecondDefinition),
        Body::Key(body) => keys(rulebook, body)?,
        Body::Invite(body) => {
            let codes = body.codes.iter().map(|code| invited(rulebook, code));
            What::Invite { codes: codes.collect::<Result<_, _>>()? }
        }
        Body::Returns(body) => returns(rulebook, body, record.note.signatures().len())?,
        Body::Turnout(body) => What::Turnout {
            unit: unit(rulebook, &body.unit)?,
            channel: channel(rulebook, &body.channel)?,
            admitted: admitted(body.admitted)?,
            made: body.made,
        },
        Body::Decision(body) if body.reason.trim().is_empty() => return Err(Refusal::NoReason),
        Body::Decision(body) => {
            What::Decision { unit: unit(rulebook, &body.unit)?, chosen: body.chosen }
        }
        Body::Release(body) => release(rulebook, body)?,
        Body::Attest(body) => {
            let unit = unit(rulebook, &body.unit)?;
            What::Attest { unit, first: body.first, last: body.last, hash: body.hash }
        }
    };
    Ok(Prepared { id: record.id, what })
}

fn returns(
    rulebook: &Rulebook,
    body: &record::body::Returns,
    signers: usize,
) -> Result<What, Refusal> {
    let counts = body.counts.iter().map(|(code, number)| (code.as_str(), *number));
    let returns = Form { unit: &body.unit, counts }.close(rulebook.forms())?;
    let devices = body.devices;
    if devices == 0 || usize::from(devices) > signers {
        return Err(Refusal::Devices { signers, found: devices });
    }
    Ok(What::Returns {
        returns: Arc::new(returns),
        channel: channel(rulebook, &body.channel)?,
        seq: body.seq,
        prev: body.prev,
        reason: said(body.reason.as_deref()),
        made: body.made,
        devices,
    })
}

fn release(rulebook: &Rulebook, body: &record::body::Release) -> Result<What, Refusal> {
    let expected = rulebook.release_moment().seconds();
    if body.made < expected {
        return Err(Refusal::TooEarly { expected, found: body.made });
    }
    Ok(What::Release { unit: unit(rulebook, &body.unit)?, made: body.made })
}

fn keys(rulebook: &Rulebook, body: &record::body::Keys) -> Result<What, Refusal> {
    let keys = body.keys.iter().map(|member| {
        let bad = |problem: String| {
            let (person, vkey) = (member.person.clone(), member.vkey.clone());
            Refusal::BadKey { person, vkey, problem }
        };
        let key = VerifyingKey::from_str(&member.vkey).map_err(|e| bad(e.to_string()))?;
        let unit = unit(rulebook, &member.unit)?;
        if member.role.is_some() && rulebook.registrars_needed().is_none() {
            return Err(bad("this election has no registrars".to_owned()));
        }
        let code = match body.action {
            KeyAction::Enrol => code(rulebook, member, &key).map_err(bad)?,
            KeyAction::Revoke => plain(member).map_err(bad)?,
        };
        Ok(Member { key, person: member.person.clone(), unit, role: member.role, code })
    });
    let keys = keys.collect::<Result<_, Refusal>>()?;
    Ok(What::Keys { action: body.action, keys, reason: said(body.reason.as_deref()) })
}

/// The commitment that a new key's code opens, its proof checked.
fn code(
    rulebook: &Rulebook,
    member: &MemberKey,
    key: &VerifyingKey,
) -> Result<Option<Digest>, String> {
    let (opening, proof) = match (&member.opening, &member.proof) {
        (Some(opening), Some(proof)) => (opening, proof),
        (None, None) if !rulebook.asks_for_codes() => return Ok(None),
        (None, None) => return Err("a key is enrolled with a one-time code".to_owned()),
        (Some(_), None) => return Err("a code without a proof".to_owned()),
        (None, Some(_)) => return Err("a proof without its code".to_owned()),
    };
    let claim = Claim {
        code: &opening.code,
        definition: rulebook.definition(),
        person: &member.person,
        unit: &member.unit,
    };
    enrolment::check_proof(&claim, key, proof).map_err(|e| e.to_string())?;
    enrolment::commitment(&claim, opening.salt).map(Some).map_err(|e| e.to_string())
}

/// A key that goes is named and no more.
fn plain(member: &MemberKey) -> Result<Option<Digest>, String> {
    let nothing = member.opening.is_none() && member.proof.is_none() && member.role.is_none();
    let more = || "a revocation names person, unit and key, and nothing else".to_owned();
    nothing.then_some(None).ok_or_else(more)
}

fn invited(rulebook: &Rulebook, code: &Invitation) -> Result<Invited, Refusal> {
    let unit = unit(rulebook, &code.unit)?;
    Ok(Invited { commitment: code.commitment, person: code.person.clone(), unit })
}

/// A reason of white space only is none.
fn said(reason: Option<&str>) -> Option<Arc<str>> {
    reason.filter(|reason| !reason.trim().is_empty()).map(Arc::from)
}

fn unit(rulebook: &Rulebook, id: &str) -> Result<UnitIndex, Refusal> {
    let found = rulebook.election().units().find(id);
    Ok(found.ok_or_else(|| form::Refusal::UnknownUnit { found: id.to_owned() })?)
}

fn channel(rulebook: &Rulebook, id: &str) -> Result<usize, Refusal> {
    rulebook.channel(id).ok_or_else(|| Refusal::ClosedChannel {
        open: rulebook.channels().iter().map(|(c, _)| c.as_str()).collect::<Vec<_>>().join(", "),
        found: id.to_owned(),
    })
}

fn admitted(number: i64) -> Result<u64, Refusal> {
    let count = u64::try_from(number).ok().and_then(|n| election::Count::new(n).ok());
    let (field, most) = ("admitted".to_owned(), election::Count::MAX);
    let out_of_range = form::Refusal::OutOfRange { field, most, found: number };
    Ok(count.ok_or(out_of_range)?.get())
}
