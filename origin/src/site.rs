//! One request, one answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::{headers, path};

/// What an unknown path is told: nothing about the folder.
const NOT_FOUND: &str = "Niet gevonden. Not found.\n";
const ONLY_READING: &str = "Hier kan alleen worden gelezen. Only reading is possible here.\n";
const TRY_AGAIN: &str = "Probeer het zo weer. Try again in a moment.\n";

/// The whole server: every method and path comes to [`answer`].
pub(crate) fn router(dir: PathBuf) -> Router {
    Router::new().fallback(answer_with_headers).with_state(Arc::from(dir))
}

async fn answer_with_headers(
    State(dir): State<Arc<Path>>,
    method: Method,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    (headers::ALWAYS, answer(dir, &method, &uri, &request).await).into_response()
}

async fn answer(dir: Arc<Path>, method: &Method, uri: &Uri, request: &HeaderMap) -> Response {
    if *method != Method::GET && *method != Method::HEAD {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (allow, message(StatusCode::METHOD_NOT_ALLOWED, ONLY_READING)).into_response();
    }
    let Some(file) = path::file(uri.path()) else {
        return message(StatusCode::NOT_FOUND, NOT_FOUND);
    };
    let relative = file.clone();
    let found = tokio::task::spawn_blocking(move || read(&dir, &relative)).await;
    match found {
        Ok(Ok(Some(bytes))) => contents(&file, bytes, request),
        Ok(Ok(None)) => message(StatusCode::NOT_FOUND, NOT_FOUND),
        // No file handle to be had, a failing disk, or the folder away between two renames. A 404
        // would say that the file does not exist.
        Ok(Err(_)) | Err(_) => {
            let later = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
            (later, message(StatusCode::SERVICE_UNAVAILABLE, TRY_AGAIN)).into_response()
        }
    }
}

/// Reads a file of the folder; `None` when there is none, or something else, or a link on the way.
/// The folder is looked up anew each time, so that an exchange is seen at once; the bytes are read
/// from one open file, so that an exchange meanwhile does not mix them.
fn read(dir: &Path, file: &str) -> io::Result<Option<Vec<u8>>> {
    let place = dir.canonicalize()?.join(file);
    // Resolving the links of a path without links changes nothing.
    let linkless = place.canonicalize().is_ok_and(|resolved| resolved == place);
    if !linkless || !place.is_file() {
        return Ok(None);
    }
    match fs::read(&place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

fn contents(file: &str, bytes: Vec<u8>, request: &HeaderMap) -> Response {
    let etag = headers::etag(&bytes);
    let unchanged = headers::holds(request, &etag);
    let about = [(header::CACHE_CONTROL, headers::cache_control(file))];
    let about = (about, [(header::ETAG, etag)]);
    if unchanged {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    // For HEAD, hyper sends the length of these bytes and not the bytes.
    (about, [(header::CONTENT_TYPE, headers::content_type(file))], bytes).into_response()
}

fn message(status: StatusCode, words: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, headers::ASK)], words).into_response()
}
