//! What somebody sends: the bytes, and beside them what is true about them.
//!
//! The desk sees the bytes only; the model sees the truth only. They must come to the same.

use std::collections::BTreeMap;

use record::{
    Body, Digest, Draft, RecordId,
    body::{
        Attest, Decision, Invitation, Invite, KeyAction, Keys, MemberKey, Opening, Release,
        Returns, Turnout,
    },
    enrolment::{Claim, commitment, prove},
    note::{Note, SigningKey},
};

use crate::{
    Violation,
    cast::{Cast, PenNo, PlaceNo},
};

/// How a form came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the station itself.
    App,
    /// Read out on the phone, taken down by two people of the area.
    Phone,
    /// Typed from the paper by two people of the area.
    Desk,
    /// A way that the definition does not open.
    Fax,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Phone => "phone",
            Self::Desk => "desk",
            Self::Fax => "fax",
        }
    }
}

/// What the letter says.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    Definition,
    Enrol { pens: Vec<PenNo>, place: PlaceNo },
    Revoke { pens: Vec<PenNo>, place: PlaceNo },
    Invite { place: PlaceNo, code: u8 },
    EnrolByCode { place: PlaceNo, code: u8 },
    Attest { place: PlaceNo, first: u64, last: u64, hash: Digest },
    Returns { place: PlaceNo, reading: Reading },
    Turnout { place: PlaceNo, way: Way, admitted: i64, made: i64 },
    Decision { place: PlaceNo, chosen: RecordId, reason: Option<()> },
    Release { place: PlaceNo, made: i64 },
}

/// A reading of a form.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) way: Way,
    pub(crate) counts: BTreeMap<&'static str, i64>,
    pub(crate) seq: u32,
    pub(crate) prev: Option<RecordId>,
    pub(crate) reason: Option<()>,
    pub(crate) devices: u8,
}

/// What somebody did to an envelope, or under which definition it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// One byte of its last signature is another.
    BrokenSeal,
    /// Its end is missing.
    CutOff,
    /// It was made for another election.
    OtherDefinition,
}

/// A letter.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) id: RecordId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) says: Says,
    /// Whose keys signed it, in the order of the lines.
    pub(crate) pens: Vec<PenNo>,
    pub(crate) flaw: Flaw,
}

impl Letter {
    /// Writes and signs. `number` tells apart letters that say the same.
    pub(crate) fn write(
        cast: &Cast,
        number: usize,
        says: Says,
        pens: Vec<PenNo>,
        flaw: Flaw,
    ) -> Result<Self, Violation> {
        let Says::Definition = says else {
            let draft = Draft::new(&body(cast, number, &says, flaw)?).map_err(made_of)?;
            let keys = pens.iter().filter_map(|pen| cast.pens.get(*pen));
            let keys: Vec<&SigningKey> = keys.map(|pen| pen.key).collect();
            let bytes = draft.sign(&keys).map_err(made_of)?;
            return Ok(Self { id: draft.id(), bytes, says, pens, flaw });
        };
        let (id, bytes) = (cast.definition_id, cast.definition.clone());
        Ok(Self { id, bytes, says, pens, flaw })
    }

    /// The same letter with one byte of its last signature changed.
    pub(crate) fn with_broken_seal(&self) -> Result<Self, Violation> {
        let note = Note::parse(&self.bytes, record::MAX_BYTES).map_err(made_of)?;
        let mut signatures = note.signatures().to_vec();
        let last = signatures.last_mut().and_then(|signature| signature.bytes.last_mut());
        last.into_iter().for_each(|byte| *byte ^= 1);
        let bytes = Note::new(note.text(), signatures).map_err(made_of)?.to_bytes();
        Ok(Self { bytes, flaw: Flaw::BrokenSeal, ..self.clone() })
    }

    /// The same letter with its first signature only.
    pub(crate) fn with_one_signature(&self) -> Result<Self, Violation> {
        let note = Note::parse(&self.bytes, record::MAX_BYTES).map_err(made_of)?;
        let one = note.signatures().iter().take(1).cloned().collect();
        let bytes = Note::new(note.text(), one).map_err(made_of)?.to_bytes();
        Ok(Self { bytes, pens: self.pens.iter().take(1).copied().collect(), ..self.clone() })
    }

    /// The same letter without its last bytes.
    pub(crate) fn cut_off(&self) -> Self {
        let length = self.bytes.len().saturating_sub(3);
        let bytes = self.bytes.iter().take(length).copied().collect();
        Self { bytes, flaw: Flaw::CutOff, ..self.clone() }
    }
}

fn body(cast: &Cast, number: usize, says: &Says, flaw: Flaw) -> Result<Body, Violation> {
    let salt = Digest::of(format!("letter {number}").as_bytes());
    let definition = match flaw {
        Flaw::OtherDefinition => Digest::of(b"another election"),
        _ => cast.definition_id,
    };
    let unit = |place: &PlaceNo| cast.id(*place).to_owned();
    let why = |reason: &Option<()>| reason.map(|()| "counted again".to_owned());
    let members =
        |pens: &[PenNo], place| pens.iter().filter_map(|pen| member(cast, *pen, place)).collect();
    let keys = |action, keys| Body::Key(Keys { action, definition, keys, reason: None, salt });
    Ok(match says {
        Says::Definition => return Err(made_of("the definition is written by the cast")),
        Says::Enrol { pens, place } => keys(KeyAction::Enrol, members(pens, *place)),
        Says::Revoke { pens, place } => keys(KeyAction::Revoke, members(pens, *place)),
        Says::Invite { place, code } => invite(cast, (*place, *code), definition, salt)?,
        Says::EnrolByCode { place, code } => by_code(cast, (*place, *code), definition, salt)?,
        Says::Attest { place, first, last, hash } => {
            let (first, last, hash) = (*first, *last, *hash);
            Body::Attest(Attest { definition, first, hash, last, salt, unit: unit(place) })
        }
        Says::Returns { place, reading } => Body::Returns(Returns {
            channel: reading.way.name().to_owned(),
            counts: reading.counts.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect(),
            definition,
            devices: reading.devices,
            made: None,
            photo: None,
            prev: reading.prev,
            reason: why(&reading.reason),
            salt,
            seq: reading.seq,
            unit: unit(place),
        }),
        Says::Turnout { place, way, admitted, made } => Body::Turnout(Turnout {
            admitted: *admitted,
            channel: way.name().to_owned(),
            definition,
            made: *made,
            salt,
            seq: 1,
            unit: unit(place),
        }),
        Says::Decision { place, chosen, reason } => {
            let reason = why(reason).unwrap_or_default();
            Body::Decision(Decision {
                chosen: *chosen,
                definition,
                reason,
                salt,
                unit: unit(place),
            })
        }
        Says::Release { place, made } => {
            Body::Release(Release { definition, made: *made, salt, unit: unit(place) })
        }
    })
}

/// Who asks with which code for a place.
struct Asking {
    code: String,
    person: String,
    unit: String,
    /// What hides the code: the same every time, as is the commitment.
    salt: Digest,
}

impl Asking {
    fn new(cast: &Cast, place: PlaceNo, code: u8) -> Result<(Self, PenNo), Violation> {
        let pen = cast.coded(place).and_then(|at| Some((at, cast.pens.get(at)?)));
        let (at, pen) = pen.ok_or_else(|| made_of("nobody there gets a code"))?;
        let (code, unit) = (format!("CODE{code}"), cast.id(place).to_owned());
        let salt = Digest::of(format!("{unit} {code}").as_bytes());
        Ok((Self { code, person: pen.person.clone(), unit, salt }, at))
    }

    fn claim(&self, definition: RecordId) -> Claim<'_> {
        Claim { code: &self.code, definition, person: &self.person, unit: &self.unit }
    }
}

fn invite(
    cast: &Cast,
    (place, code): (PlaceNo, u8),
    definition: RecordId,
    salt: Digest,
) -> Result<Body, Violation> {
    let (asking, _) = Asking::new(cast, place, code)?;
    let commitment = commitment(&asking.claim(definition), asking.salt).map_err(made_of)?;
    let (person, unit) = (asking.person, asking.unit);
    let codes = vec![Invitation { commitment, person, unit }];
    Ok(Body::Invite(Invite { codes, definition, salt }))
}

fn by_code(
    cast: &Cast,
    (place, code): (PlaceNo, u8),
    definition: RecordId,
    salt: Digest,
) -> Result<Body, Violation> {
    let (asking, pen) = Asking::new(cast, place, code)?;
    let plain = member(cast, pen, place).ok_or_else(|| made_of("nobody has that key"))?;
    let key = cast.pens.get(pen).map(|pen| pen.key);
    let proof = key.map(|key| prove(&asking.claim(definition), key)).transpose();
    let opening = Some(Opening { code: asking.code.clone(), salt: asking.salt });
    let keys = vec![MemberKey { opening, proof: proof.map_err(made_of)?, ..plain }];
    Ok(Body::Key(Keys { action: KeyAction::Enrol, definition, keys, reason: None, salt }))
}

fn member(cast: &Cast, pen: PenNo, place: PlaceNo) -> Option<MemberKey> {
    let pen = cast.pens.get(pen)?;
    Some(MemberKey::new(&pen.person, cast.id(place), &pen.key.public().vkey().to_string()))
}

/// The simulation could not make what it wanted to send: its own fault.
#[allow(clippy::needless_pass_by_value, reason = "it stands in map_err, which passes values")]
pub(crate) fn made_of(reason: impl ToString) -> Violation {
    Violation::Stage(reason.to_string())
}
