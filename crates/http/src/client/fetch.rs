//! Reads published files, one after the other over one connection. It blocks, for whoever verifies
//! has nothing else to do meanwhile.

use std::time::Duration;

use ureq::Agent;

/// For one file, from the first byte sent to the last one received.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads files over HTTP or HTTPS.
#[derive(Clone, Debug)]
pub struct Fetcher(Agent);

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The server does not have it, or does not give it.
    #[error("{url}: expected status 200, found {found}")]
    Status {
        /// The file.
        url: String,
        /// The status.
        found: u16,
    },
    /// It is larger than it may be.
    #[error("{url}: expected at most {most} bytes, found more")]
    TooLarge {
        /// The file.
        url: String,
        /// How many there may be.
        most: u64,
    },
    /// There was no answer, or it broke off.
    #[error("{url}: {reason}")]
    Unreachable {
        /// The file.
        url: String,
        /// What happened.
        reason: String,
    },
}

impl Default for Fetcher {
    fn default() -> Self {
        Self(Agent::config_builder().timeout_global(Some(PATIENCE)).build().into())
    }
}

impl Fetcher {
    /// Reads one file of at most `most` bytes.
    ///
    /// # Errors
    /// When there is no such file, it is larger, or the server does not answer.
    pub fn fetch(&self, url: &str, most: u64) -> Result<Vec<u8>, FetchError> {
        let fault = |error| fault(url, most, &error);
        let mut answer = self.0.get(url).call().map_err(fault)?;
        answer.body_mut().with_config().limit(most).read_to_vec().map_err(fault)
    }
}

fn fault(url: &str, most: u64, error: &ureq::Error) -> FetchError {
    let url = url.to_owned();
    match error {
        ureq::Error::StatusCode(found) => FetchError::Status { url, found: *found },
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge { url, most },
        other => FetchError::Unreachable { url, reason: other.to_string() },
    }
}
