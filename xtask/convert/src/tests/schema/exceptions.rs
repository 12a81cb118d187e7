//! Where the schema and the reader differ, and why they may.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Change, Taker};

/// One way in which they differ: who takes what the other refuses, why, and which changes are of
/// this kind.
type Exception = (Taker, &'static str, fn(&Change<'_>) -> bool);

const EXCEPTIONS: [Exception; 6] = [
    (Taker::Schema, "to JSON Schema 2.0 is a whole number", |c| *c.new == json!(2.0)),
    (Taker::Schema, "a schema does not see that a fraction is beyond 64 bits", |c| {
        *c.new == json!("99999999999999999999")
    }),
    (Taker::Schema, "a pattern does not know how long a month is", |c| {
        *c.new == json!("2001-02-29T00:00:00Z")
    }),
    (Taker::Reader, "serde takes null for a key that is left out", is_left_out),
    (Taker::Reader, "serde lets a kind without keys have any", |c| {
        c.place.starts_with("/across/")
            && (is("readings-agree", c.new) || is("readings-agree", &c.new["kind"]))
    }),
    (Taker::Reader, "nobody looks at a text in a language that the election does not have", |c| {
        c.new["unknown"].is_string()
    }),
];

fn is_left_out(change: &Change<'_>) -> bool {
    let last = change.place.rsplit('/').next();
    change.new.is_null() && last.is_some_and(|key| OPTIONS.contains(&key))
}

const OPTIONS: [&str; 8] =
    ["at_most", "caucus", "counts", "heard", "outcome", "quota", "registrars", "when"];

fn is(word: &str, value: &Value) -> bool {
    value.as_str() == Some(word)
}

/// Why this difference may be, if it may.
pub(super) fn reason(who: Taker, change: &Change<'_>) -> Option<&'static str> {
    let fits = |(taker, _, fits): &&Exception| *taker == who && fits(change);
    EXCEPTIONS.iter().find(fits).map(|(_, reason, _)| *reason)
}

pub(super) fn reasons() -> BTreeSet<&'static str> {
    EXCEPTIONS.iter().map(|(_, reason, _)| *reason).collect()
}
