//! Receipts of a night's records, and receipts that are none.

use browser::Session;
use publish::read_pack;
use serde_json::json;
use tlog::{Proof, tile};

use crate::{folder::Night, module::Module, same};

/// How many records of a night, dealt out over the whole of it.
const RECORDS: usize = 24;

/// Each record with its own receipt, with another's, with one that was changed, without a policy.
pub(crate) fn of(module: &mut Module, night: &Night) -> Result<usize, String> {
    let receipts = receipts(night)?;
    let mut session = Session::default();
    let definition = receipts.first().map(|(note, _)| note.as_bytes()).unwrap_or_default();
    let native = session.definition(definition);
    same(&night.name, &native, &module.ask("definition", [definition])?)?;
    let mut done = 0;
    let others = receipts.iter().cycle().skip(1);
    for ((record, receipt), (_, other)) in receipts.iter().zip(others) {
        let changed = receipt.replacen("index ", "index 1", 1);
        let policy = Some(&night.policy);
        let requests = [
            (policy, receipt.as_str()),
            (None, receipt.as_str()),
            (policy, other.as_str()),
            (policy, changed.as_str()),
            (policy, "no receipt"),
        ];
        for (policy, receipt) in requests {
            let request = json!({ "record": record, "receipt": receipt, "policy": policy });
            let request = request.to_string();
            let native = session.station(request.as_bytes());
            same(&night.name, &native, &module.ask("station", [request.as_bytes()])?)?;
            done += 1;
        }
        holds(&session, record, receipt, &night.policy)?;
    }
    Ok(done)
}

/// Two sides that both refuse everything would agree as well.
fn holds(session: &Session, record: &str, receipt: &str, policy: &str) -> Result<(), String> {
    let request = json!({ "record": record, "receipt": receipt, "policy": policy });
    let answer = session.station(request.to_string().as_bytes());
    match answer.contains("\"holds\":true") {
        true => Ok(()),
        false => Err(format!("a receipt that should hold does not: {answer}")),
    }
}

/// Records with receipts, made from the published tiles; the definition is the first.
pub(crate) fn receipts(night: &Night) -> Result<Vec<(String, String)>, String> {
    let files = &night.files.0;
    let packs = files.iter().filter(|(path, _)| path.starts_with("pack/"));
    let mut notes = Vec::new();
    for (path, bytes) in packs {
        let entries = read_pack(bytes).map_err(|error| format!("{path}: byte {}", error.at))?;
        notes.extend(entries.into_iter().map(|entry| (entry.position, entry.note)));
    }
    notes.sort_unstable();
    let checkpoint = files.get("checkpoint").ok_or("no checkpoint")?;
    let text = String::from_utf8_lossy(checkpoint);
    let size = text.lines().nth(1).and_then(|line| line.parse().ok()).ok_or("no size")?;
    let log = tile::read_log(size, |tile| files.get(&tile.to_string()).cloned());
    let log = log.map_err(|error| error.to_string())?;
    let step = (notes.len() / RECORDS).max(1);
    let receipts = notes.into_iter().step_by(step).map(|(position, note)| {
        let proof = log.tree.inclusion_proof(position, size).map_err(|error| error.to_string())?;
        let receipt = Proof::new(position, proof, checkpoint).map_err(|error| error.to_string())?;
        Ok((String::from_utf8_lossy(note).into_owned(), receipt.to_string()))
    });
    receipts.collect()
}
