//! The routes, in one table. `openapi.json` describes the same ones, and a test compares.

pub(crate) mod body;
mod reading;
mod records;

pub use records::MAX_RECORD;

use axum::{
    Json, Router,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use serde_json::Value;

use crate::{Limits, intake::Intake, problem::Problem};

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) intake: Intake,
    pub(crate) limits: Limits,
    pub(crate) rehearsal: Option<Rehearsal>,
}

/// The seed from which a rehearsal's keys are made, for those who replay a recorded night. A live
/// log has none: its keys are people's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// The seed.
    pub seed: [u8; 32],
}

/// One route: its method, its path, and what answers.
struct Route(&'static str, &'static str, MethodRouter<App>);

fn routes() -> [Route; 8] {
    [
        Route("POST", "/v1/records", post(records::one)),
        Route("POST", "/v1/records/batch", post(records::many)),
        Route("GET", "/v1/receipts/{id}", get(reading::receipt)),
        Route("GET", "/v1/receipts/{id}/cosigned", get(reading::cosigned)),
        Route("GET", "/v1/definition", get(reading::definition)),
        Route("GET", "/v1/rehearsal", get(reading::rehearsal)),
        Route("GET", "/v1/progress", get(reading::progress)),
        Route("GET", "/v1/openapi.json", get(reading::openapi)),
    ]
}

pub(crate) fn router(app: App) -> Router {
    let paths = routes().into_iter().fold(Router::new(), |router, Route(allowed, path, answer)| {
        router.route(path, answer.fallback(async move |used| wrong_method(allowed, &used)))
    });
    paths.fallback(wrong_path).with_state(app)
}

/// axum adds the header `Allow`.
fn wrong_method(allowed: &str, used: &Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", allowed, used.as_str())
        .at("method")
        .saying("this path does not take this method")
}

async fn wrong_path(uri: Uri) -> Problem {
    let expected = "a path of GET /v1/openapi.json";
    Problem::new(StatusCode::NOT_FOUND, "not_found", expected, uri.path())
        .at("path")
        .saying("there is nothing at this path")
}

/// A JSON answer that is no error.
fn json(value: Value) -> Response {
    Json(value).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{reading::OPENAPI, routes};

    #[test]
    fn every_route_is_described_and_every_described_route_exists() {
        let described: Value = serde_json::from_str(OPENAPI).unwrap();
        let paths = described["paths"].as_object().unwrap().iter();
        let described: BTreeSet<(String, String)> = paths
            .flat_map(|(path, operations)| {
                let methods = operations.as_object().unwrap().keys();
                methods.map(|method| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let routes = routes().map(|route| (route.0.to_owned(), route.1.to_owned()));
        assert_eq!(described, BTreeSet::from(routes));
    }
}
