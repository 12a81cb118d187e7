//! What each kind of record says.
//!
//! Fields stand in alphabetical order, as they stand in the canonical line. Optional ones are left
//! out when there is nothing to say. Every body has a salt; every body but the definition itself
//! names the definition it was made under, so that one made under another is refused, not misread.

use std::{collections::BTreeMap, fmt};

use election::{Mode, UnitTable};
use serde::{Deserialize, Serialize};

use crate::{Digest, RecordId, Salt};

/// The kinds of record, as the first line of a text names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What is decided before: the election, its officers, the log.
    Definition,
    /// Keys enrolled or revoked.
    Key,
    /// Commitments to one-time codes, with which people enrol their keys.
    Invite,
    /// The figures of one unit's form.
    Returns,
    /// How many voters were admitted up to a moment of the day.
    Turnout,
    /// What officers decide about records that contradict each other.
    Decision,
    /// The decision to publish.
    Release,
    /// A committee vouches for a range of the log.
    Attest,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Definition,
        Self::Key,
        Self::Invite,
        Self::Returns,
        Self::Turnout,
        Self::Decision,
        Self::Release,
        Self::Attest,
    ];

    /// The name in the type line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Key => "key",
            Self::Invite => "invite",
            Self::Returns => "returns",
            Self::Turnout => "turnout",
            Self::Decision => "decision",
            Self::Release => "release",
            Self::Attest => "attest",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// See [`Definition`].
    Definition(Box<Definition>),
    /// See [`Keys`].
    Key(Keys),
    /// See [`Invite`].
    Invite(Invite),
    /// See [`Returns`].
    Returns(Returns),
    /// See [`Turnout`].
    Turnout(Turnout),
    /// See [`Decision`].
    Decision(Decision),
    /// See [`Release`].
    Release(Release),
    /// See [`Attest`].
    Attest(Attest),
}

impl Body {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Definition(_) => Kind::Definition,
            Self::Key(_) => Kind::Key,
            Self::Invite(_) => Kind::Invite,
            Self::Returns(_) => Kind::Returns,
            Self::Turnout(_) => Kind::Turnout,
            Self::Decision(_) => Kind::Decision,
            Self::Release(_) => Kind::Release,
            Self::Attest(_) => Kind::Attest,
        }
    }

    /// The definition that the record was made under; the definition itself has none.
    #[must_use]
    pub fn definition(&self) -> Option<RecordId> {
        match self {
            Self::Definition(_) => None,
            Self::Key(body) => Some(body.definition),
            Self::Invite(body) => Some(body.definition),
            Self::Returns(body) => Some(body.definition),
            Self::Turnout(body) => Some(body.definition),
            Self::Decision(body) => Some(body.definition),
            Self::Release(body) => Some(body.definition),
            Self::Attest(body) => Some(body.definition),
        }
    }
}

/// The election with those who answer for it. Its id is what a policy pins and what every other
/// record names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// election.json as it was written; [`election::Head`] reads it.
    pub head: serde_json::Value,
    /// The key that signs the log's checkpoints (vkey).
    pub log: String,
    /// Live, or a rehearsal whose keys can never sign into a live log.
    pub mode: Mode,
    /// Who enrols keys, releases and decides.
    pub officers: Vec<Officer>,
    /// The key that signs snapshots of the bundle (vkey).
    pub publisher: String,
    /// See the module.
    pub salt: Salt,
    /// units.csv as it was written.
    pub units: UnitTable,
}

/// Somebody who signs for the whole election.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// Who it is: two keys of one person are still one person.
    pub person: String,
    /// Their key (vkey).
    pub vkey: String,
}

/// Keys enrolled or revoked: valid from, or up to, this record's position in the log, whatever any
/// clock says. Signed by officers, or by registrars for what lies in their area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Whether they come or go.
    pub action: KeyAction,
    /// See the module.
    pub definition: RecordId,
    /// The keys.
    pub keys: Vec<MemberKey>,
    /// Why, for those who read the history of a key: a lost device, a member replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// See the module.
    pub salt: Salt,
}

/// Whether keys come or go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAction {
    /// From here on they sign.
    Enrol,
    /// From here on they do not.
    Revoke,
}

/// The key of somebody who signs for one unit and all inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberKey {
    /// The one-time code with which it was asked for; only when a key is enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
    /// Who it is, by a name that says nothing about them: `1667::SB1/2`.
    pub person: String,
    /// What the key itself signed to be enrolled, in base64: see [`crate::enrolment`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// What it signs, when that is not figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The unit they sign for.
    pub unit: String,
    /// The key (vkey).
    pub vkey: String,
}

impl MemberKey {
    /// A key for figures, without a code.
    #[must_use]
    pub fn new(person: &str, unit: &str, vkey: &str) -> Self {
        let (person, unit, vkey) = (person.to_owned(), unit.to_owned(), vkey.to_owned());
        Self { opening: None, person, proof: None, role: None, unit, vkey }
    }
}

/// What a key signs instead of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Codes and keys of those who sign for the unit or for a unit inside it: a registration
    /// authority, in the Netherlands the municipality.
    Registrar,
}

/// The one-time code of a commitment, with what hid it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The code, as it stood in the envelope, without signs that only part its groups.
    pub code: String,
    /// 32 random bytes that only its maker knew until now.
    pub salt: Salt,
}

/// One-time codes, each for one person and unit. The code itself goes to that person in a sealed
/// envelope; here stands what it is later held against. Signed as [`Keys`] are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The codes.
    pub codes: Vec<Invitation>,
    /// See the module.
    pub definition: RecordId,
    /// See the module.
    pub salt: Salt,
}

/// A commitment to one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// See [`crate::enrolment::commitment`].
    pub commitment: Digest,
    /// For whom.
    pub person: String,
    /// For which unit.
    pub unit: String,
}

/// The figures of one unit's form, as read by those who sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// How it came: `app`, `phone`, `desk`, `file`, `qr`.
    pub channel: String,
    /// Field codes with whole numbers; a field that is not there is unknown.
    pub counts: BTreeMap<String, i64>,
    /// See the module.
    pub definition: RecordId,
    /// On how many devices the signers signed; fewer than signers cap the assurance.
    pub devices: u8,
    /// When it was made, by the sender's clock, in seconds since 1970. Nothing depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<i64>,
    /// SHA-256 of the photo or scan of the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Digest>,
    /// The record that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<RecordId>,
    /// Why it replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// See the module.
    pub salt: Salt,
    /// 1, 2, … for each unit, channel and set of signers.
    pub seq: u32,
    /// The unit.
    pub unit: String,
}

/// How many voters a unit had admitted up to a moment of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turnout {
    /// Voters admitted so far.
    pub admitted: i64,
    /// How it came.
    pub channel: String,
    /// See the module.
    pub definition: RecordId,
    /// Up to when, in seconds since 1970.
    pub made: i64,
    /// See the module.
    pub salt: Salt,
    /// 1, 2, … for each unit, channel and set of signers, apart from the numbers of their returns.
    pub seq: u32,
    /// The unit.
    pub unit: String,
}

/// What officers decide where records contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The reading that counts from here on.
    pub chosen: RecordId,
    /// See the module.
    pub definition: RecordId,
    /// Why.
    pub reason: String,
    /// See the module.
    pub salt: Salt,
    /// The unit.
    pub unit: String,
}

/// The decision to publish the returns of a unit and all inside it, those that are there and those
/// that come later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// See the module.
    pub definition: RecordId,
    /// When it was signed, in seconds since 1970: not before the definition's release moment.
    pub made: i64,
    /// See the module.
    pub salt: Salt,
    /// The unit.
    pub unit: String,
}

/// A committee vouches for a range of the log: these records, and no others, are what it held in
/// its hands. Who drops or swaps one of them later is caught by people who were there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// See the module.
    pub definition: RecordId,
    /// The first position of the range.
    pub first: u64,
    /// SHA-256 over the ids of the records in the range, 32 bytes each, sorted.
    pub hash: Digest,
    /// The last position of the range.
    pub last: u64,
    /// See the module.
    pub salt: Salt,
    /// The unit whose members vouch for it.
    pub unit: String,
}

impl Attest {
    /// The hash of a range, from its ids in any order.
    #[must_use]
    pub fn hash_of(mut ids: Vec<RecordId>) -> Digest {
        ids.sort_unstable_by_key(|id| *id.as_bytes());
        let mut hasher = crate::Hasher::default();
        ids.iter().for_each(|id| hasher.update(id.as_bytes()));
        hasher.finish()
    }
}
