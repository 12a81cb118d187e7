//! Records that can be read and cannot be taken in.

use axum::http::StatusCode;
use serde_json::Value;
use tally::Refusal;

use super::Problem;

pub(super) fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Form(refusal) => form(refusal),
        Refusal::OtherDefinition { expected, found } => {
            conflict("other_definition", "definition", expected.to_string(), found.to_string())
        }
        Refusal::SecondDefinition => conflict("second_definition", "kind", "no definition", "one"),
        Refusal::Sequence { expected, found } => conflict("sequence", "seq", *expected, *found),
        Refusal::Predecessor { expected, found } => {
            conflict("predecessor", "prev", expected.as_str(), found.as_str())
        }
        Refusal::UnknownKey { name } => unproven("unknown_key", "an enrolled key", name.as_str()),
        Refusal::RevokedKey { name, .. } => unproven("revoked_key", "a valid key", name.as_str()),
        Refusal::BadSignature { name, .. } => {
            unproven("bad_signature", "a signature that fits text and key", name.as_str())
        }
        Refusal::OutOfScope { scope, unit, .. } => {
            unproven("out_of_scope", unit.as_str(), scope.as_str())
        }
        Refusal::TooFewPersons { expected, found } => {
            unproven("too_few_signers", *expected, *found)
        }
        Refusal::SamePerson { person } => {
            unproven("same_person", "different persons", person.as_str())
        }
        // One signature, and devices for more: what is missing is a signature.
        Refusal::Devices { signers: 1, found: found @ 2.. } => {
            unproven("too_few_signers", *found, 1)
        }
        Refusal::Devices { signers, found } => content("devices", "devices", *signers, *found),
        Refusal::ClosedChannel { open, found } => {
            content("closed_channel", "channel", open.as_str(), found.as_str())
        }
        Refusal::NoReason => content("no_reason", "reason", "a reason", Value::Null),
        Refusal::NotAReading { chosen, unit } => {
            content("not_a_reading", "chosen", format!("a reading of {unit}"), chosen.to_string())
        }
        Refusal::TooEarly { expected, found } => content("too_early", "made", *expected, *found),
        Refusal::Range { last, position, .. } => conflict("range", "last", *position, *last),
        Refusal::OtherRecords { expected, found, .. } => {
            conflict("other_records", "hash", expected.to_string(), found.to_string())
        }
        Refusal::BadCode { unit, person, .. } => content(
            "bad_code",
            "codes",
            "a code that may be given out",
            format!("{person} for {unit}"),
        ),
        Refusal::BadKey { vkey, .. } => content("bad_key", "keys", "a usable key", vkey.as_str()),
    }
}

fn form(refusal: &form::Refusal) -> Problem {
    use form::Refusal as Form;
    match refusal {
        Form::UnknownUnit { found } => {
            content("unknown_unit", "unit", "a unit of this election", found.as_str())
        }
        Form::NoForm { unit } => {
            content("no_form", "unit", "a unit that fills in a form", unit.as_str())
        }
        Form::UnknownField { field, .. } => {
            content("unknown_field", field, "a field of the unit's form", field.as_str())
        }
        Form::NotOnBallot { unit, field } => {
            content("not_on_ballot", field, format!("the ballot of {unit}"), field.as_str())
        }
        Form::NotOnPaper { field, found } => {
            content("not_on_paper", field, "nothing: it is worked out", *found)
        }
        Form::OutOfRange { field, most, found } => {
            content("out_of_range", field, most.get(), *found)
        }
        Form::Missing { field, .. } => content("missing", field, "a number", Value::Null),
    }
}

/// It does not fit what the log has.
fn conflict(
    code: &'static str,
    field: &str,
    expected: impl Into<Value>,
    found: impl Into<Value>,
) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, expected, found).at(field)
}

/// Those who should have signed did not, as far as anyone can tell.
fn unproven(code: &'static str, expected: impl Into<Value>, found: impl Into<Value>) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, expected, found).at("signatures")
}

/// What it says cannot be, whoever signed it.
fn content(
    code: &'static str,
    field: &str,
    expected: impl Into<Value>,
    found: impl Into<Value>,
) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, expected, found).at(field)
}
