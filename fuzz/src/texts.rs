//! The signed texts: notes, keys, records, checkpoints, cosignatures, receipts, policies.

use crate::{night::Night, seeds};
use record::{
    Draft, MAX_BYTES, Record,
    enrolment::Code,
    note::{KeyName, Note, SigningKey, VerifyingKey, Vkey},
};
use std::{fmt::Display, str::FromStr, sync::LazyLock};
use tally::{Ledger, check_definition, prepare};
use tlog::{
    AddCheckpoint, Checkpoint, CosigningKey, Policy, Proof, Seen, SplitView, Tile, WitnessKey,
    verify_inclusion,
};

/// The key of the log in the seeds.
pub(crate) fn log() -> SigningKey {
    SigningKey::ed25519(name("log.example/tiny"), &[1; 32]).unwrap()
}

/// The witness in the seeds.
pub(crate) fn witness() -> CosigningKey {
    CosigningKey::new(name("w1.example/witness"), &[4; 32]).unwrap()
}

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

/// Reads a text and compares it with its print.
fn prints_as_it_reads<T: FromStr + Display>(bytes: &[u8]) -> Option<T> {
    let text = str::from_utf8(bytes).ok()?;
    let read: T = text.parse().ok()?;
    assert_eq!(read.to_string(), text);
    Some(read)
}

/// A signed note.
pub fn note(bytes: &[u8]) -> bool {
    let Ok(note) = Note::parse(bytes, MAX_BYTES) else { return false };
    assert_eq!(note.to_bytes(), bytes);
    let again = Note::new(note.text(), note.signatures().to_vec());
    assert_eq!(again.as_ref(), Ok(&note));
    true
}

/// A public key of any type, of a signer and of a witness.
pub fn vkey(bytes: &[u8]) -> bool {
    let Some(vkey) = prints_as_it_reads::<Vkey>(bytes) else { return false };
    let signer = prints_as_it_reads::<VerifyingKey>(bytes);
    assert!(signer.is_none_or(|key| key.id() == vkey.id() && key.vkey() == vkey));
    let witness = prints_as_it_reads::<WitnessKey>(bytes);
    assert!(witness.is_none_or(|key| key.id() == vkey.id()));
    true
}

/// A one-time code: on paper it is what was typed, but for how it was typed.
pub fn code(bytes: &[u8]) -> bool {
    let typed = str::from_utf8(bytes).ok();
    let Some(code) = typed.and_then(|typed| typed.parse::<Code>().ok()) else { return false };
    assert_eq!(code.on_paper().parse().as_ref(), Ok(&code));
    assert_eq!(code.as_str().len(), 16);
    true
}

/// A record of any kind: its body writes the same text, and so has the same id.
pub fn record(bytes: &[u8]) -> bool {
    let Ok(record) = Record::parse(bytes) else { return false };
    let draft = Draft::new(&record.body).unwrap();
    assert_eq!(draft.text(), record.note.text());
    assert_eq!((draft.id(), record.note.to_bytes().as_slice()), (record.id, bytes));
    true
}

/// The night under whose definition records come in.
static NIGHT: LazyLock<Night> = LazyLock::new(seeds::night);

/// A record on its way in, but for the mathematics of its signatures, which no input gets past:
/// read, resolved, judged, and taken in if nothing is against it.
pub fn intake(bytes: &[u8]) -> bool {
    let Ok(record) = Record::parse(bytes) else { return false };
    let ledger = &NIGHT.ledger;
    if check_definition(ledger.rulebook(), &record).is_err() {
        return false;
    }
    let Ok(signers) = ledger.keys().signers(&record.note) else { return false };
    let Ok(prepared) = prepare(ledger.rulebook(), &record) else { return false };
    let Ok(admission) = ledger.judge(prepared, &signers) else { return false };
    assert_eq!(admission.id(), record.id);
    Ledger::clone(ledger).apply(admission, NIGHT.notes.len() as u64);
    true
}

/// The text of a checkpoint.
pub fn checkpoint(bytes: &[u8]) -> bool {
    prints_as_it_reads::<Checkpoint>(bytes).is_some()
}

/// A checkpoint with the log's signature and cosignatures: what the log and the witness of the seeds
/// signed is what they would sign today.
pub fn cosigned(bytes: &[u8]) -> bool {
    let Ok(note) = Note::parse(bytes, MAX_BYTES) else { return false };
    let (log, witness) = (log(), witness());
    let times = note.signatures().iter().filter_map(|signature| {
        let time = witness.public().verify(note.text(), signature).ok()?;
        assert_eq!(witness.cosign(note.text(), time).as_ref(), Ok(signature));
        Some(time)
    });
    let times = times.count();
    let Ok(checkpoint) = Checkpoint::verify(bytes, log.public()) else { return false };
    assert_eq!(checkpoint.to_string(), note.text());
    times > 0
}

/// A receipt. One that holds leads from its entry to the root of its checkpoint.
pub fn receipt(bytes: &[u8]) -> bool {
    let Some(proof) = prints_as_it_reads::<Proof>(bytes) else { return false };
    let entry = [7; 32];
    if let Ok(checkpoint) = proof.verify(&entry, log().public()) {
        let (leaf, hashes) = (tlog::leaf_hash(&entry), proof.hashes());
        let held = verify_inclusion(leaf, proof.index(), checkpoint.size, hashes, checkpoint.root);
        assert_eq!(held, Ok(()));
    }
    true
}

/// What a witness is asked. What it agrees to continues what it has seen: nothing, or the log of
/// four entries.
pub fn add_checkpoint(bytes: &[u8]) -> bool {
    let Ok(request) = AddCheckpoint::read(bytes) else { return false };
    assert_eq!(request.to_string().as_bytes(), bytes);
    let Ok(claimed) = request.claim(&[log().public().clone()]) else { return true };
    for seen in [Seen::nothing(), seeds::seen()] {
        if request.check(&claimed, seen).is_ok() {
            assert_eq!((request.old(), claimed.size >= seen.size), (seen.size, true));
        }
    }
    true
}

/// A proof that a log has shown two histories. One that holds has two checkpoints by the log, which
/// no input makes: they are those of the seeds.
pub fn split_view(bytes: &[u8]) -> bool {
    let Some(proof) = prints_as_it_reads::<SplitView>(bytes) else { return false };
    if let Ok((first, second)) = proof.verify(log().public()) {
        assert!(first.size <= second.size && first.root != second.root);
    }
    true
}

/// A policy: it prints as a file that reads as the same policy. Spaces and comments go.
pub fn policy(bytes: &[u8]) -> bool {
    let Some(policy) = str::from_utf8(bytes).ok().and_then(|text| text.parse::<Policy>().ok())
    else {
        return false;
    };
    assert_eq!(policy.to_string().parse().as_ref(), Ok(&policy));
    let accepted = policy.accept(seeds::CHECKPOINT.as_bytes());
    assert!(accepted.is_err() || policy.to_string().contains("log "));
    true
}

/// The path of a tile.
pub fn tile_path(bytes: &[u8]) -> bool {
    let Some(tile) = prints_as_it_reads::<Tile>(bytes) else { return false };
    assert!((1..=256).contains(&(tile.nodes().end - tile.nodes().start)));
    true
}
