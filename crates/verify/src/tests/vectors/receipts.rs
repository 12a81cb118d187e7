//! Receipts as `countersign verify --receipt` judges them: by a record and perhaps a policy.

use serde_json::{Value, json};
use tlog::{Policy, Proof};

use super::{
    base64, hold,
    logs::{cosigned, witness},
};
use crate::{
    Known, ReceiptError, check_receipt,
    tests::night::{Night, checkpoint, key, tree},
};

/// The record of position 3 in a log of eleven.
const AT: u64 = 3;

#[test]
fn receipts_of_records() {
    let night = crate::tests::night();
    let receipt = receipt(&night, "log", "");
    let good = Policy::without_witnesses(key("log").public().clone(), [7; 32]).to_string();
    let other = Policy::without_witnesses(key("other").public().clone(), [7; 32]).to_string();
    let vkey = witness("w").public().to_string();
    let wanted = good.replace("quorum none\n", &format!("witness w {vkey}\nquorum w\n"));
    let checkpoint = String::from_utf8(checkpoint(&night.entries(), "log")).unwrap();
    let text = format!("{}\n", checkpoint.split_once("\n\n").unwrap().0);
    let seen = self::receipt(&night, "log", &format!("{}\n", cosigned(&text, "w", 1_761_768_000)));
    let false_one = cosigned(&text.replace("11", "12"), "w", 1_761_768_000);
    let false_one = self::receipt(&night, "log", &format!("{false_one}\n"));
    let record = night.notes[3].as_slice();
    let mut changed = record.to_vec();
    changed.extend_from_slice(b"x");
    let rows = [
        row("without a policy", record, &receipt, None),
        row("with a policy of another definition", record, &receipt, Some(&good)),
        row("with a policy of another log", record, &receipt, Some(&other)),
        row("by another log, without a policy", record, &self::receipt(&night, "other", ""), None),
        row("the quorum not met", record, &receipt, Some(&wanted)),
        row("the quorum met", record, &seen, Some(&wanted)),
        row("a witness that the policy does not know", record, &seen, Some(&good)),
        row("a false cosignature", record, &false_one, Some(&wanted)),
        row("a false cosignature, without a policy", record, &false_one, None),
        row("another record", &night.notes[4], &receipt, Some(&good)),
        row("another position", record, &receipt.replace("index 3", "index 4"), Some(&good)),
        row("signatures of others on the record", &resigned(record), &receipt, Some(&good)),
        row("no record", &changed, &receipt, Some(&good)),
        row("no receipt", record, "receipt\n", Some(&good)),
        row("a receipt of the definition", &night.notes[0], &receipt, Some(&good)),
    ];
    hold("receipt", &json!(rows));
}

/// The receipt by a log of this name, with more lines under its checkpoint.
fn receipt(night: &Night, by: &str, lines: &str) -> String {
    let entries = night.entries();
    let note = [checkpoint(&entries, by), lines.as_bytes().to_vec()].concat();
    let proof = tree(&entries).inclusion_proof(AT, entries.len() as u64).unwrap();
    Proof::new(AT, proof, &note).unwrap().to_string()
}

/// The same text with the line of somebody whom nobody knows: its id is what it was.
fn resigned(record: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(record).unwrap().split_once("\n\n").unwrap().0;
    let text = format!("{text}\n");
    format!("{text}\n{}\n", key("stranger").sign(&text)).into_bytes()
}

fn row(name: &str, record: &[u8], receipt: &str, policy: Option<&str>) -> Value {
    let checked = check_receipt(record, receipt, policy.map(|text| text.parse().unwrap()).as_ref());
    let status = match &checked {
        Ok(promise) if promise.known == Known::Nothing => 3,
        Ok(_) => 0,
        Err(ReceiptError::Proof(_)) => 1,
        Err(ReceiptError::Record(_) | ReceiptError::Read(_)) => 2,
    };
    let why = checked.as_ref().err().map(ToString::to_string);
    let promise = checked.ok().map(|promise| {
        let (cosigned, quorum) = match promise.known {
            Known::Nothing => (Vec::new(), false),
            Known::Log { cosigned, quorum } => (cosigned, quorum.is_ok()),
        };
        let cosigned = cosigned.into_iter();
        let cosigned = cosigned.map(|(witness, time)| json!({"witness": witness, "time": time.0}));
        json!({
            "record": promise.id.to_string(), "log": promise.log.as_str(),
            "position": promise.position, "size": promise.size,
            "cosigned": cosigned.collect::<Vec<_>>(), "quorum": quorum,
        })
    });
    json!({
        "name": name, "record_base64": base64(record), "receipt": receipt, "policy": policy,
        "status": status, "promise": promise, "why": why,
    })
}
