//! The answers as JSON: the contract of `countersign verify --json`. How long it took is added by
//! whoever has a clock.

use std::str::FromStr;

use serde_json::{Value, json};
use tlog::{Policy, PolicyError as ReadPolicyError, Timestamp};
use verify::{Known, Origin, Promise, ReceiptError, Report};

/// Why a text is no policy that a verification can go by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadPolicyError),
    /// It pins no definition.
    #[error("expected a line \"#definition\" with 64 hexadecimal digits, found none")]
    NoDefinition,
}

/// Reads a policy that pins a log and a definition.
///
/// # Errors
/// When it cannot be read, or pins no definition: then any election of that log would do.
pub fn read_policy(text: &str) -> Result<Policy, PolicyError> {
    let policy = Policy::from_str(text)?;
    policy.definition().is_some().then_some(()).ok_or(PolicyError::NoDefinition)?;
    Ok(policy)
}

/// What a bundle's verification says.
#[must_use]
pub fn report_answer(report: &Report) -> Value {
    let checked = report.checked.iter().map(|c| json!({ "what": c.what, "count": c.count }));
    let failed = report.failed.iter().map(
        |f| json!({ "file": f.file, "place": f.place, "expected": f.expected, "found": f.found }),
    );
    json!({
        "holds": report.holds,
        "origin": origin(report.origin),
        "checked": checked.collect::<Vec<_>>(),
        "failed": failed.collect::<Vec<_>>(),
        "withheld": report.withheld,
        "cosigned": by_witness(&report.cosigned),
        "unopenable": [],
    })
}

/// What the check of one receipt says, which came in a file of this name.
#[must_use]
pub fn receipt_answer(file: &str, checked: &Result<Promise, ReceiptError>) -> Value {
    let (failed, promise) = match checked {
        Ok(promise) => (Vec::new(), Some(promise)),
        Err(error) => (vec![failure(file, error)], None),
    };
    let pinned = promise.is_some_and(|promise| matches!(promise.known, Known::Log { .. }));
    let mut answer = json!({
        "holds": promise.is_some(),
        "origin": origin(if pinned { Origin::Pinned } else { Origin::Unproven }),
        "checked": [{ "what": "receipts", "count": 1 }],
        "failed": failed,
        "withheld": [],
        "unopenable": [],
    });
    if let (Some(promise), Some(fields)) = (promise, answer.as_object_mut()) {
        fields.insert("promise".to_owned(), promised(promise));
    }
    answer
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Pinned => "pinned",
        Origin::Unproven => "unproven",
    }
}

fn promised(promise: &Promise) -> Value {
    let Promise { id, log, position, size, known } = promise;
    let cosigned = match known {
        Known::Nothing => Vec::new(),
        Known::Log { cosigned, .. } => by_witness(cosigned),
    };
    let quorum = matches!(known, Known::Log { quorum: Ok(()), .. });
    json!({
        "record": id.to_string(), "log": log.as_str(), "position": position, "size": size,
        "cosigned": cosigned, "quorum": quorum,
    })
}

fn failure(file: &str, error: &ReceiptError) -> Value {
    json!({
        "file": file,
        "place": "receipt",
        "expected": "the promise of a log of the policy to hold this record",
        "found": error.to_string(),
    })
}

/// Who cosigned, and when by their own clocks, in seconds since 1970.
fn by_witness(cosigned: &[(String, Timestamp)]) -> Vec<Value> {
    let each = cosigned.iter();
    each.map(|(witness, time)| json!({ "witness": witness, "time": time.0 })).collect()
}
