//! What an answer says beside the bytes.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

/// On every answer, whatever it is. Pages may load their own files and nothing else; the figures are
/// public, so any page of anybody may read them.
pub(crate) const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self'; \
             script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
];

/// Ask each time whether it has changed.
pub(crate) const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// A year, the longest that RFC 9111 caches are asked to keep; never ask meanwhile (RFC 8246).
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The media type, by the name alone: `nosniff` makes browsers believe it.
pub(crate) fn content_type(file: &str) -> HeaderValue {
    let name = file.rsplit('/').next().unwrap_or(file);
    HeaderValue::from_static(match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        // C2SP tlog-tiles: a checkpoint is served as text. A snapshot is a signed note as well.
        None if file == "checkpoint" || file.starts_with("snapshot/") => {
            "text/plain; charset=utf-8"
        }
        _ => "application/octet-stream",
    })
}

/// Full tiles and packs never change under their names; everything else may, and a partial tile
/// (`067.p/12`) may go.
pub(crate) fn cache_control(file: &str) -> HeaderValue {
    let full_tile = file.starts_with("tile/") && !file.contains(".p/");
    if full_tile || file.starts_with("pack/") { KEEP } else { ASK }
}

/// The SHA-256 of the bytes, in hexadecimal and in quotes: the same on every host that serves the
/// bundle, and the hash that the snapshot lists.
pub(crate) fn etag(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// Whether the reader holds these bytes already (RFC 9110, 13.1.2: `If-None-Match`, compared
/// weakly).
pub(crate) fn holds(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_and_the_keeping_follow_from_the_name() {
        #[track_caller]
        fn check(file: &str, expected_type: &str, expected_cache: &HeaderValue) {
            assert_eq!(content_type(file), expected_type, "{file}");
            assert_eq!(cache_control(file), expected_cache, "{file}");
        }
        check("index.html", "text/html; charset=utf-8", &ASK);
        check("head.json", "application/json", &ASK);
        check("data/sums.csv", "text/csv; charset=utf-8", &ASK);
        check("map.svg", "image/svg+xml", &ASK);
        check("site.css", "text/css; charset=utf-8", &ASK);
        check("verify.js", "text/javascript; charset=utf-8", &ASK);
        check("verify.wasm", "application/wasm", &ASK);
        check("policy.txt", "text/plain; charset=utf-8", &ASK);
        check("map.png", "image/png", &ASK);
        check("checkpoint", "text/plain; charset=utf-8", &ASK);
        check("snapshot/17", "text/plain; charset=utf-8", &ASK);
        check("data/checkpoint", "application/octet-stream", &ASK);
        check("a.html/b", "application/octet-stream", &ASK);
        check("tile/0/x001/067", "application/octet-stream", &KEEP);
        check("tile/0/x001/067.p/12", "application/octet-stream", &ASK);
        check("pack/5f2c", "application/octet-stream", &KEEP);
        check("packs/5f2c", "application/octet-stream", &ASK);
    }

    #[test]
    fn if_none_match_is_a_list_compared_weakly() {
        #[track_caller]
        fn check(values: &[&'static str], expected: bool) {
            let mut request = HeaderMap::new();
            for value in values {
                request.append(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            }
            assert_eq!(holds(&request, "\"5f\""), expected, "{values:?}");
        }
        check(&[], false);
        check(&["\"5f\""], true);
        check(&["W/\"5f\""], true);
        check(&["\"a0\", \"5f\""], true);
        check(&["\"a0\"", "\"5f\""], true);
        check(&["*"], true);
        check(&["5f"], false);
        check(&["\"a0\""], false);
    }

    #[test]
    fn the_etag_is_the_sha_256_of_the_bytes() {
        // FIPS 180-4, the example "abc".
        let expected = "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";
        assert_eq!(etag(b"abc"), expected);
    }
}
