//! How votes become seats, as far as the definition says it: the arithmetic stands elsewhere.

use serde::{Deserialize, Serialize};

/// The outcome that an election asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRule {
    /// The contest whose votes count.
    pub contest: String,
    /// The law.
    pub method: Method,
    /// How many seats there are.
    pub seats: u64,
    /// How many votes make a full seat; for [`Method::Hamilton`], and for no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<NamedQuota>,
    /// Places on a list are not the same people everywhere, so that nobody can be said to be elected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seats_only: bool,
}

/// How many votes make a full seat, by the name that the quota goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedQuota {
    /// votes / seats.
    Hare,
    /// The least whole number above votes / (seats + 1).
    Droop,
    /// votes / (seats + 1).
    HagenbachBischoff,
    /// votes / (seats + 2).
    Imperiali,
}

/// The largest assembly: thirty times the largest there is.
pub const MOST_SEATS: u64 = 100_000;

/// How votes become seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The Dutch Senate: chapter U of the Kieswet. Votes are weighted by province already.
    NlSenate,
    /// Dutch municipal councils, provinces and water boards.
    NlCouncil,
    /// The Dutch House of Representatives.
    NlParliament,
    /// The Dutch members of the European Parliament.
    NlEuropean,
    /// One seat each for those with the most votes.
    FirstPastThePost,
    /// Largest averages: 1, 2, 3, …
    Dhondt,
    /// Largest averages: 1, 3, 5, …
    SainteLague,
    /// Largest averages: 1.4, 3, 5, …
    ModifiedSainteLague,
    /// Largest averages: geometric means of seats and seats + 1.
    HuntingtonHill,
    /// Largest averages: 0, 1, 2, …
    Adams,
    /// Largest averages: harmonic means of seats and seats + 1.
    Dean,
    /// Full quotas, then largest remainders.
    Hamilton,
}
