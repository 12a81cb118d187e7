//! Records on their way in.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{App, body};
use crate::{
    problem::Problem,
    room::{Answer, NotTaken, Receipt, Taken},
};

/// The largest record over HTTP. A form of two thousand candidates is 40 kB; the definition, which
/// may be larger, never comes this way.
pub const MAX_RECORD: usize = 1 << 20;
/// The largest batch, in bytes.
pub(crate) const MAX_BATCH_BYTES: usize = 16 << 20;
/// The largest batch, in records.
pub(crate) const MAX_BATCH: usize = 1000;

/// `POST /v1/records`: the body is one signed note.
pub(super) async fn one(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let note = body::read(request, MAX_RECORD, app.limits).await?;
    match app.intake.submit(note.into()).await {
        Ok(Taken::New(receipt)) => Ok(text(StatusCode::CREATED, &receipt)),
        Ok(Taken::Known(receipt)) => Ok(text(StatusCode::OK, &receipt)),
        Ok(Taken::Fork(receipt)) => Err(Problem::fork(receipt)),
        Err(reason) => Err(Problem::from(&reason)),
    }
}

/// A receipt as the answer.
pub(super) fn text(status: StatusCode, receipt: &Receipt) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    (status, [(header::CONTENT_TYPE, plain)], receipt.to_string()).into_response()
}

/// `POST /v1/records/batch`: the body is a JSON array of signed notes, and so is the answer, of
/// what became of each.
pub(super) async fn many(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let body = body::read(request, MAX_BATCH_BYTES, app.limits).await?;
    let notes = read_batch(&body)?;
    // Those that are too large keep their place in the order, and an answer of their own.
    let sizes: Vec<usize> = notes.iter().map(String::len).collect();
    let small = notes.into_iter().filter(|note| note.len() <= MAX_RECORD);
    let mut answers =
        app.intake.submit_all(small.map(String::into_bytes).collect()).await.into_iter();
    let items = sizes.into_iter().map(|size| match size {
        ..=MAX_RECORD => item(answers.next().unwrap_or(Err(NotTaken::Stopped))),
        _ => failed(&too_large(size)),
    });
    Ok(super::json(items.collect()))
}

fn read_batch(body: &[u8]) -> Result<Vec<String>, Problem> {
    let notes: Vec<String> = serde_json::from_slice(body).map_err(|error| {
        let expected = "a JSON array of signed notes";
        Problem::new(StatusCode::BAD_REQUEST, "malformed", expected, error.to_string())
            .at("body")
            .saying("the batch cannot be read")
    })?;
    if notes.len() > MAX_BATCH {
        let found = notes.len();
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many", MAX_BATCH, found)
            .at("body")
            .saying("the batch holds more records than one may"));
    }
    Ok(notes)
}

fn too_large(size: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", MAX_RECORD, size)
        .at("note")
        .saying("the record is larger than this path takes, in bytes")
}

fn item(answer: Answer) -> Value {
    match answer {
        Ok(Taken::New(receipt)) => json!({"status": 201, "receipt": receipt.to_string()}),
        Ok(Taken::Known(receipt)) => json!({"status": 200, "receipt": receipt.to_string()}),
        Ok(Taken::Fork(receipt)) => failed(&Problem::fork(receipt)),
        Err(reason) => failed(&Problem::from(&reason)),
    }
}

fn failed(problem: &Problem) -> Value {
    let mut item = problem.json();
    if let Some(fields) = item.as_object_mut() {
        fields.insert("status".to_owned(), problem.status().as_u16().into());
    }
    item
}
