//! One station: the promise that its record is in the log, and what its form says.

use std::collections::BTreeMap;

use form::{Form, Forms, Returns};
use publish::finding_json;
use record::{Body, Record};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tally::{Rulebook, What, prepare};
use verify::{ReceiptError, check_receipt};

use crate::{read_policy, receipt_answer};

/// A form as somebody typed it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    unit: String,
    counts: BTreeMap<String, i64>,
}

/// A record with its receipt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Promised {
    record: String,
    receipt: String,
    policy: Option<String>,
}

/// A form's figures and findings, or why it cannot be read.
pub(crate) fn close(rulebook: &Rulebook, request: &[u8]) -> Result<Value, String> {
    let Typed { unit, counts } = serde_json::from_slice(request).map_err(|e| e.to_string())?;
    let counts = counts.iter().map(|(code, number)| (code.as_str(), *number));
    let forms = rulebook.forms();
    Ok(match (Form { unit: &unit, counts }).close(forms) {
        Ok(returns) => figures(forms, &returns),
        Err(refusal) => refused(&refusal),
    })
}

/// What `verify --receipt` says, and under a definition what the record says.
pub(crate) fn check(rulebook: Option<&Rulebook>, request: &[u8]) -> Result<Value, String> {
    let asked: Promised = serde_json::from_slice(request).map_err(|e| e.to_string())?;
    let policy = asked.policy.as_deref().map(read_policy).transpose();
    let policy = policy.map_err(|error| format!("the policy: {error}"))?;
    let checked = check_receipt(asked.record.as_bytes(), &asked.receipt, policy.as_ref());
    // What cannot be read at all was not the file that was meant.
    if let Err(error @ (ReceiptError::Record(_) | ReceiptError::Read(_))) = &checked {
        return Err(error.to_string());
    }
    let says = rulebook.map(|rulebook| said(rulebook, asked.record.as_bytes())).transpose()?;
    Ok(json!({ "receipt": receipt_answer("receipt", &checked), "record": says }))
}

/// The figures and findings of a record of returns, or why the definition has no place for it.
fn said(rulebook: &Rulebook, note: &[u8]) -> Result<Value, String> {
    let record = Record::parse(note).map_err(|error| error.to_string())?;
    let prepared = match prepare(rulebook, &record) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(refused(&refusal)),
    };
    let mut says = match &prepared.what {
        What::Returns { returns, .. } => figures(rulebook.forms(), returns),
        _ => json!({}),
    };
    if let Some(fields) = says.as_object_mut() {
        let names = record.note.signatures().iter().map(|by| by.name.as_str());
        fields.insert("kind".to_owned(), record.body.kind().name().into());
        fields.insert("signed".to_owned(), names.collect::<Vec<_>>().into());
        if let Body::Returns(body) = &record.body {
            fields.insert("channel".to_owned(), body.channel.as_str().into());
            fields.insert("seq".to_owned(), body.seq.into());
        }
    }
    Ok(says)
}

/// Every figure that is known, those that follow from others too, and what does not add up.
fn figures(forms: &Forms, returns: &Returns) -> Value {
    let unit = forms.election().units().get(returns.unit());
    let layout = forms.layouts().get(returns.form());
    let codes = layout.into_iter().flat_map(|layout| &layout.fields).map(|field| &field.code);
    let known = codes
        .zip(returns.counts())
        .filter_map(|(code, count)| Some((code.to_string(), Value::from(u64::from((*count)?)))));
    let findings = returns.findings().iter().map(|finding| finding_json(forms, finding));
    json!({
        "unit": unit.id.as_str(),
        "name": unit.name,
        "counts": known.collect::<Map<String, Value>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn refused(refusal: &impl ToString) -> Value {
    json!({ "refused": refusal.to_string() })
}
