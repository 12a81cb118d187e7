//! Asks a witness to cosign (C2SP `tlog-witness`). It blocks: each witness has a thread of its own,
//! so that one that is down keeps nobody waiting.

use std::time::Duration;

use record::{Digest, note::Signature};
use tlog::{AddCheckpoint, AnswerError, Timestamp, WitnessKey, read_answer};
use ureq::Agent;

use super::{FetchError, Fetcher};

/// A cosignature is a line; a policy has at most a few dozen of them.
const MAX_ANSWER: u64 = 64 << 10;
/// From the first byte sent to the last one received.
const PATIENCE: Duration = Duration::from_secs(10);

/// A witness, as the log sees it.
#[derive(Clone, Debug)]
pub struct Asker {
    agent: Agent,
    url: String,
    key: WitnessKey,
}

/// What a witness said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Its cosignature, which holds.
    Cosigned(Signature, Timestamp),
    /// It has cosigned a checkpoint of this size last, and not the one that the request builds on.
    Latest(u64),
    /// The log does not continue what it has cosigned.
    Inconsistent,
}

/// Why a witness said nothing that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// There was no answer, or it broke off.
    #[error("{url}: {reason}")]
    Unreachable {
        /// The witness.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It does not cosign for this log.
    #[error("{url}: a cosignature was expected, found status {status}: {message}")]
    Refused {
        /// The witness.
        url: String,
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// The answer is not by this witness, or does not hold.
    #[error("{url}: {reason}")]
    Answer {
        /// The witness.
        url: String,
        /// What is wrong with it.
        reason: AnswerError,
    },
}

impl Asker {
    /// The witness with this key at this address.
    #[must_use]
    pub fn new(url: &str, key: WitnessKey) -> Self {
        let config = Agent::config_builder().timeout_global(Some(PATIENCE));
        let agent = config.http_status_as_error(false).build().into();
        Self { agent, url: url.trim_end_matches('/').to_owned(), key }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// Asks once.
    ///
    /// # Errors
    /// When there is no answer that could be used.
    pub fn ask(&self, request: &AddCheckpoint) -> Result<Said, AskError> {
        let (status, body) = self.post(&request.to_string())?;
        let latest = || body.trim_end().parse().ok();
        match (status, latest()) {
            (200, _) => match read_answer(request.checkpoint(), &body, &self.key) {
                Ok((line, time)) => Ok(Said::Cosigned(line, time)),
                Err(reason) => Err(AskError::Answer { url: self.url.clone(), reason }),
            },
            (409, Some(latest)) => Ok(Said::Latest(latest)),
            (422, _) => Ok(Said::Inconsistent),
            _ => {
                let message = body.lines().next().unwrap_or_default().chars().take(200).collect();
                Err(AskError::Refused { url: self.url.clone(), status, message })
            }
        }
    }

    fn post(&self, body: &str) -> Result<(u16, String), AskError> {
        let lost = |error: ureq::Error| AskError::Unreachable {
            url: self.url.clone(),
            reason: error.to_string(),
        };
        let mut answer =
            self.agent.post(format!("{}/add-checkpoint", self.url)).send(body).map_err(lost)?;
        let text = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_string();
        Ok((answer.status().as_u16(), text.map_err(lost)?))
    }

    /// The checkpoint that it cosigned last for a log, which proves what it says of that log. Not
    /// every witness hands it out.
    ///
    /// # Errors
    /// When it does not.
    pub fn latest(&self, log: Digest) -> Result<Vec<u8>, FetchError> {
        Fetcher::default().fetch(&format!("{}/latest/{log}", self.url), MAX_ANSWER)
    }
}
