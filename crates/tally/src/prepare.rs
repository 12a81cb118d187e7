//! What can be said of a record without knowing any other: is it readable under this definition?
//! It needs the rulebook only, so it may run anywhere and in any order.

use std::{str::FromStr, sync::Arc};

use election::UnitIndex;
use form::{Form, Returns};
use record::{
    Body, Record, RecordId,
    body::{KeyAction, MemberKey},
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
        /// The keys: whose, for which unit.
        keys: Vec<(VerifyingKey, String, UnitIndex)>,
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
        Body::Key(body) => {
            let keys = body.keys.iter().map(|key| member_key(rulebook, key));
            What::Keys { action: body.action, keys: keys.collect::<Result<_, _>>()? }
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
        reason: body.reason.as_deref().filter(|r| !r.trim().is_empty()).map(Arc::from),
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

fn member_key(
    rulebook: &Rulebook,
    member: &MemberKey,
) -> Result<(VerifyingKey, String, UnitIndex), Refusal> {
    let key = VerifyingKey::from_str(&member.vkey).map_err(|e| bad_key(member, &e.to_string()))?;
    Ok((key, member.person.clone(), unit(rulebook, &member.unit)?))
}

fn bad_key(member: &MemberKey, problem: &str) -> Refusal {
    Refusal::BadKey {
        person: member.person.clone(),
        vkey: member.vkey.clone(),
        problem: problem.to_owned(),
    }
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
