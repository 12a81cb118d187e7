//! Bytes that are no record.

use axum::http::StatusCode;
use record::{
    CanonicalError, RecordError,
    note::{MAX_SIGNATURES, NoteError},
};
use serde_json::Value;

use super::Problem;

pub(super) fn unreadable(error: &RecordError) -> Problem {
    match error {
        RecordError::Note(error) => no_note(error),
        RecordError::TypeLine { found } => {
            malformed("unknown_kind", "a type line such as countersign/returns/v1", found.as_str())
                .at("kind")
        }
        RecordError::Lines { found } => malformed("malformed", 2, *found).at("lines"),
        RecordError::Canonical(error) => not_canonical(error),
    }
}

fn malformed(code: &'static str, expected: impl Into<Value>, found: impl Into<Value>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, expected, found)
}

fn no_note(error: &NoteError) -> Problem {
    let note = |expected: &str, found: Value| malformed("malformed", expected, found).at("note");
    let line = |expected: &str, line: &usize| note(expected, format!("line {line}").into());
    match error {
        NoteError::TooLarge { limit, found } => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", *limit, *found).at("note")
        }
        // A text without an empty line behind it is a text that nobody has signed yet.
        NoteError::NoSeparator { .. } | NoteError::NoSignature => {
            Problem::new(StatusCode::UNAUTHORIZED, "unsigned", "a signature", 0).at("signatures")
        }
        NoteError::NotUtf8 { offset } => note("UTF-8", format!("byte {offset}").into()),
        NoteError::ControlCharacter { found, .. } => {
            note("no control character", format!("0x{found:02x}").into())
        }
        NoteError::NoNewline { line: at } => line("a newline at the end", at),
        NoteError::TooManySignatures { found } => {
            malformed("malformed", MAX_SIGNATURES, *found).at("signatures")
        }
        NoteError::SignatureLine { line: at, .. } => line("— NAME BASE64", at),
        NoteError::Name { line: at, .. } => line("a key name", at),
        NoteError::Base64 { line: at, .. } => line("canonical base64", at),
        NoteError::SignatureTooShort { found, .. } => {
            note("over 4 bytes of signature", (*found).into())
        }
    }
}

fn not_canonical(error: &CanonicalError) -> Problem {
    match error {
        CanonicalError::DuplicateKey { key } => {
            malformed("duplicate_key", 1, "2 or more").at(key.as_str())
        }
        CanonicalError::Shape { message } => {
            malformed("malformed", "the JSON of this kind", message.as_str()).at("body")
        }
        CanonicalError::Bytes { expected, found, .. } => {
            malformed("not_canonical", expected.as_str(), found.as_str()).at("body")
        }
        CanonicalError::NotNormal => {
            malformed("not_canonical", "Unicode normal form C", Value::Null).at("body")
        }
    }
}
