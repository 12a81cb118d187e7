//! The witness's two routes.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use record::Digest;
use tlog::witness;
use tokio::net::TcpListener;

use super::Witness;
use crate::{Limits, routes::body, server::serve_router};

#[derive(Clone)]
struct App {
    witness: Arc<Mutex<Witness>>,
    limits: Limits,
}

/// Serves until `stop` is ready and every request under way is answered.
pub async fn serve(
    listener: TcpListener,
    witness: Arc<Mutex<Witness>>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let router = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/latest/{id}", get(latest))
        .with_state(App { witness, limits });
    serve_router(listener, router, limits, stop).await;
}

/// Serves what was cosigned last and takes no requests: for a mirror, which cosigns only what it
/// has fetched itself.
pub async fn serve_latest(
    listener: TcpListener,
    witness: Arc<Mutex<Witness>>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let router = Router::new().route("/latest/{id}", get(latest));
    serve_router(listener, router.with_state(App { witness, limits }), limits, stop).await;
}

async fn add_checkpoint(State(app): State<App>, request: Request) -> Response {
    let body = match body::read(request, witness::MAX_BYTES, app.limits).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    // One fsync; the lock is held for all of it, for that is what makes check and memory one.
    let answer = tokio::task::spawn_blocking(move || lock(&app.witness).add_checkpoint(&body));
    match answer.await {
        Ok(Ok(lines)) => plain(lines.into_bytes()),
        Ok(Err(refused)) => refused.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn latest(State(app): State<App>, uri: Uri) -> Response {
    let id = uri.path().rsplit('/').next().unwrap_or_default();
    let Ok(id) = id.parse::<Digest>() else { return StatusCode::BAD_REQUEST.into_response() };
    match lock(&app.witness).latest(id) {
        Ok(Some(note)) => plain(note),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn plain(text: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn lock(witness: &Mutex<Witness>) -> std::sync::MutexGuard<'_, Witness> {
    // What a request that panicked had begun is in no memory: `remember` is one transaction.
    witness.lock().unwrap_or_else(PoisonError::into_inner)
}
