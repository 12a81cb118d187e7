//! What a witness has against a request, as C2SP `tlog-witness` says it in HTTP.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use store::{log::Fault, witness::RememberError};
use tlog::Refusal;

use super::NotCosigned;

/// The specification's type for a tree size.
const TREE_SIZE: HeaderValue = HeaderValue::from_static("text/x.tlog.size");

impl NotCosigned {
    fn status(&self) -> StatusCode {
        match self {
            Self::Request(_) | Self::Note(_) => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => status(refusal),
            // Somebody was faster: the log may ask again.
            Self::Remember(RememberError::Moved { .. }) => StatusCode::CONFLICT,
            Self::Remember(RememberError::Disk(Fault::DiskFull)) => {
                StatusCode::INSUFFICIENT_STORAGE
            }
            Self::Memory(_) | Self::Damaged(_) | Self::Remember(_) | Self::Sign(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// The size that was cosigned last, where that is the answer.
    fn latest(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::Conflict { latest, .. }) => Some(*latest),
            Self::Refused(Refusal::OtherRoot { size, .. }) => Some(*size),
            Self::Remember(RememberError::Moved { found, .. }) => Some(*found),
            _ => None,
        }
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownLog { .. } => StatusCode::NOT_FOUND,
        Refusal::Unsigned(_) => StatusCode::FORBIDDEN,
        Refusal::Checkpoint(_) | Refusal::Order { .. } => StatusCode::BAD_REQUEST,
        Refusal::Conflict { .. } | Refusal::OtherRoot { .. } => StatusCode::CONFLICT,
        Refusal::Inconsistent { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl IntoResponse for NotCosigned {
    fn into_response(self) -> Response {
        let status = self.status();
        match self.latest() {
            Some(size) => {
                (status, [(header::CONTENT_TYPE, TREE_SIZE)], format!("{size}\n")).into_response()
            }
            None => (status, format!("{self}\n")).into_response(),
        }
    }
}
