//! What goes wrong, as HTTP says it: one status, one code, one shape.
//!
//! ```text
//! 422 {"code":"out_of_range","expected":999999999,"field":"A","found":1000000000,
//!      "message":"A takes 0 to 999999999, found 1000000000"}
//! ```
//!
//! Only the sender reads this. Nothing of it goes into any log: it may hold their figures.

mod record;
mod refusal;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use store::log::{AppendError, Fault};

use crate::{
    intake::Unanswered,
    room::{Failure, NotTaken, Receipt},
};

/// After how many seconds a sender may try again, where that helps.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// One answer to something that went wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Clone, Debug, PartialEq)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    field: Option<String>,
    expected: Value,
    found: Value,
    message: String,
    /// A fork is an error of its senders, but the record is in the log: nothing is lost.
    receipt: Option<Receipt>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        expected: impl Into<Value>,
        found: impl Into<Value>,
    ) -> Self {
        let (field, message, receipt) = (None, String::new(), None);
        let (expected, found) = (expected.into(), found.into());
        Self(Box::new(Parts { status, code, field, expected, found, message, receipt }))
    }

    pub(crate) fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    pub(crate) fn saying(mut self, message: &(impl ToString + ?Sized)) -> Self {
        self.0.message = message.to_string();
        self
    }

    pub(crate) fn fork(receipt: Receipt) -> Self {
        let message = "these signers gave another text this number already; both are in the log, \
                       and officers decide which one counts";
        let mut fork = Self::new(StatusCode::CONFLICT, "fork", Value::Null, Value::Null);
        fork.0.receipt = Some(receipt);
        fork.at("seq").saying(message)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    pub(crate) fn json(&self) -> Value {
        let Parts { code, field, expected, found, message, receipt, status: _ } = &*self.0;
        let mut body = json!({
            "code": code, "field": field, "expected": expected, "found": found, "message": message,
        });
        if let (Some(receipt), Some(fields)) = (receipt, body.as_object_mut()) {
            fields.insert("receipt".to_owned(), receipt.to_string().into());
        }
        body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.json())).into_response();
        let passes = matches!(
            self.status(),
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::INSUFFICIENT_STORAGE
        );
        if passes {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

fn unavailable(status: StatusCode, code: &'static str) -> Problem {
    Problem::new(status, code, Value::Null, Value::Null)
}

fn busy() -> Problem {
    unavailable(StatusCode::TOO_MANY_REQUESTS, "busy")
}

fn stopped() -> Problem {
    unavailable(StatusCode::SERVICE_UNAVAILABLE, "stopping")
}

impl From<&NotTaken> for Problem {
    fn from(reason: &NotTaken) -> Self {
        let problem = match reason {
            NotTaken::Rejected(desk::Rejected::Unreadable(error)) => record::unreadable(error),
            NotTaken::Rejected(desk::Rejected::Refused(refusal)) => refusal::refused(refusal),
            NotTaken::Busy => busy(),
            NotTaken::Stopped => stopped(),
            NotTaken::Failed(failure) => failed(failure),
        };
        problem.saying(reason)
    }
}

impl From<&Unanswered> for Problem {
    fn from(reason: &Unanswered) -> Self {
        let problem = match reason {
            Unanswered::Busy => busy(),
            Unanswered::Stopped => stopped(),
            Unanswered::Failed(failure) => failed(failure),
        };
        problem.saying(reason)
    }
}

fn failed(failure: &Failure) -> Problem {
    match failure {
        Failure::Append(AppendError::Disk(Fault::DiskFull)) => {
            unavailable(StatusCode::INSUFFICIENT_STORAGE, "disk_full")
        }
        Failure::Append(AppendError::Disk(Fault::ReadOnly)) => {
            unavailable(StatusCode::SERVICE_UNAVAILABLE, "disk_read_only")
        }
        Failure::Append(_) | Failure::Read(_) => {
            unavailable(StatusCode::SERVICE_UNAVAILABLE, "disk_failed")
        }
        Failure::Sign(_) | Failure::Tree(_) | Failure::Receipt(_) | Failure::Uncovered { .. } => {
            unavailable(StatusCode::SERVICE_UNAVAILABLE, "log_failed")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_senders_fault_may_be_sent_again() {
        #[track_caller]
        fn check(reason: impl Into<NotTaken>, status: u16, code: &str) {
            let problem = Problem::from(&reason.into());
            assert_eq!(
                (problem.status().as_u16(), &problem.json()["code"]),
                (status, &code.into())
            );
            let response = problem.into_response();
            assert_eq!(response.headers().get(header::RETRY_AFTER), Some(&RETRY_AFTER), "{code}");
        }
        let append = |fault| Failure::Append(AppendError::Disk(fault));
        check(NotTaken::Busy, 429, "busy");
        check(NotTaken::Stopped, 503, "stopping");
        check(append(Fault::DiskFull), 507, "disk_full");
        check(append(Fault::ReadOnly), 503, "disk_read_only");
        check(append(Fault::Io { code: 778 }), 503, "disk_failed");
        check(Failure::Uncovered { position: 7 }, 503, "log_failed");
    }
}
