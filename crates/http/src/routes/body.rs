//! Bodies, read with a limit in bytes and in time.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::StatusCode,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use tokio::time::timeout;

use crate::{Limits, problem::Problem};

/// How much of a body that is too large is still read, so that its sender gets to the answer: who
/// is cut off while writing sees a broken connection and no reason.
const DISCARD: usize = 64 << 20;

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(request: Request, most: usize, limits: Limits) -> Result<Bytes, Problem> {
    let body = request.into_body();
    let announced = body.size_hint().lower();
    if announced > most as u64 {
        discard(body, limits).await;
        return Err(too_large(most, announced));
    }
    match timeout(limits.body, collect(body, most)).await {
        Ok(read) => read,
        Err(_) => Err(too_slow(limits)),
    }
}

async fn collect(body: Body, most: usize) -> Result<Bytes, Problem> {
    let read = Limited::new(body, most).collect().await;
    let whole = read.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => too_large(most, format!("more than {most}")),
        None => broken_off(),
    })?;
    Ok(whole.to_bytes())
}

async fn discard(body: Body, limits: Limits) {
    let mut rest = Limited::new(body, DISCARD);
    let discarding = async { while let Some(Ok(_)) = rest.frame().await {} };
    // Whether it came to an end or not, the answer is the same.
    let _ = timeout(limits.body, discarding).await;
}

fn too_large(most: usize, found: impl Into<Value>) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", most, found)
        .at("body")
        .saying("the body is larger than this path takes, in bytes")
}

fn too_slow(limits: Limits) -> Problem {
    let expected = format!("the whole body within {} s", limits.body.as_secs());
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", expected, Value::Null)
        .at("body")
        .saying("the body did not come to an end in time")
}

fn broken_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "truncated", "the whole body", Value::Null)
        .at("body")
        .saying("the body broke off, or was not framed as its headers say")
}
