//! What may be read without a login: nothing from which a result could be guessed.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use election::Mode;
use record::{Digest, RecordId};
use serde_json::json;

use super::{App, records::text};
use crate::{problem::Problem, room::Under};

/// The description of every route.
pub(super) const OPENAPI: &str = include_str!("../../openapi.json");

/// `GET /v1/receipts/{id}`: the same bytes as the answer to the record itself.
pub(super) async fn receipt(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    let id = read_id(uri.path().rsplit('/').next())?;
    let receipt = app.intake.receipt(id, Under::First).await;
    let receipt = receipt.map_err(|reason| Problem::from(&reason))?;
    Ok(text(StatusCode::OK, &receipt.ok_or_else(|| unknown(id))?))
}

/// `GET /v1/receipts/{id}/cosigned`: the receipt that witnesses stand behind too, once they do.
pub(super) async fn cosigned(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    let id = read_id(uri.path().rsplit('/').nth(1))?;
    let ask =
        async |under| app.intake.receipt(id, under).await.map_err(|reason| Problem::from(&reason));
    match ask(Under::Cosigned).await? {
        Some(receipt) => Ok(text(StatusCode::OK, &receipt)),
        None if ask(Under::First).await?.is_some() => Err(not_yet(id)),
        None => Err(unknown(id)),
    }
}

/// As it was sent: an id has nothing that a URL would have to encode.
fn read_id(word: Option<&str>) -> Result<RecordId, Problem> {
    word.unwrap_or_default().parse().map_err(|error: record::DigestError| {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", "64 of 0-9 a-f", error.found.as_str())
            .at("id")
            .saying(&error)
    })
}

fn not_yet(id: RecordId) -> Problem {
    let expected = "a checkpoint that witnesses cosigned";
    Problem::new(StatusCode::NOT_FOUND, "not_cosigned", expected, id.to_string())
        .at("id")
        .saying("no witness has cosigned a checkpoint that covers this record yet")
}

fn unknown(id: RecordId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown_record", "a record of this log", id.to_string())
        .at("id")
        .saying("the log does not have this record")
}

/// `GET /v1/definition`: position 0 of the log, whose id every record names.
pub(super) async fn definition(State(app): State<App>) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, plain)], app.intake.definition()).into_response()
}

/// `GET /v1/rehearsal`: never for a live log, whatever the program was told.
pub(super) async fn rehearsal(State(app): State<App>) -> Result<Response, Problem> {
    let rehearsing = app.intake.rulebook().mode() == Mode::Rehearsal;
    let Some(rehearsal) = app.rehearsal.filter(|_| rehearsing) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "a rehearsal", "none")
            .at("path")
            .saying("this log is no rehearsal with a known seed"));
    };
    Ok(super::json(json!({"seed": Digest::from_bytes(rehearsal.seed).to_string()})))
}

/// `GET /v1/progress`.
pub(super) async fn progress(State(app): State<App>) -> Response {
    let progress = app.intake.progress();
    super::json(json!({
        "expected": progress.expected, "received": progress.received, "log_size": progress.log_size,
    }))
}

/// `GET /v1/openapi.json`.
pub(super) async fn openapi() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], OPENAPI).into_response()
}
