//! Tests of the desk with real signed records: a room that stores what it is told to.

#[path = "../../../tests/night.rs"]
mod night;

mod propose;
mod recover;

use election::Instant;
use record::RecordId;
use tlog::Checkpoint;

use crate::{Append, Checked, Desk, Proposal, Recovery, Rejected, Verdict, first_append};
use night::{Pen, RELEASE, definition, key, signed};

/// The desk with what it had stored so far.
struct Room {
    desk: Desk,
    pen: Pen,
    stored: Vec<Append>,
}

impl Room {
    /// A log with its definition and the members of every station.
    fn new() -> Self {
        let (note, pen) = signed(definition());
        let first = first_append(note.clone(), key("log")).unwrap();
        let recovery = Recovery::begin(&note, key("log")).unwrap();
        let desk = recovery.finish(&checkpoint(&first)).unwrap();
        let mut room = Self { desk, pen, stored: vec![first] };
        assert_eq!(room.take(&[pen.members()]), "new 1");
        room
    }

    fn check(&self, note: &[u8]) -> Result<Checked, Rejected> {
        let ledger = self.desk.ledger();
        Checked::check(ledger.rulebook(), ledger.keys(), note.to_vec())
    }

    /// Judges a batch a minute after the release moment.
    fn propose(&mut self, notes: &[Vec<u8>]) -> Proposal {
        let jobs = notes.iter().map(|note| self.check(note).unwrap()).collect();
        self.desk.propose(jobs, Instant::from_seconds(RELEASE + 60)).unwrap()
    }

    /// Judges a batch, stores what is to be stored, and tells what became of each record.
    fn take(&mut self, notes: &[Vec<u8>]) -> String {
        let proposal = self.propose(notes);
        let told = told(&proposal);
        self.commit(proposal);
        told
    }

    fn take_one(&mut self, note: &[u8]) -> String {
        self.take(&[note.to_vec()])
    }

    fn commit(&mut self, proposal: Proposal) {
        self.stored.extend(proposal.append.clone());
        self.desk.commit(proposal);
    }

    /// Everything that anybody could notice of the desk's state.
    fn state(&self) -> (u64, Vec<Option<u64>>, String, String) {
        let (desk, size) = (&self.desk, self.desk.size());
        assert_eq!(desk.tree().size(), size);
        let entries = self.stored.iter().flat_map(|append| &append.entries);
        let positions = entries.map(|entry| desk.position(entry.id)).collect();
        let root = desk.tree().root_at(size).unwrap().to_string();
        let board = desk.ledger().board();
        let units = board.forms().election().units().all();
        let sums: Vec<_> = units.map(|(unit, _)| board.sums().row(unit)).collect();
        (size, positions, root, format!("{sums:?}"))
    }
}

/// `new 2, waits, known 1, fork 3, refused: …`
fn told(proposal: &Proposal) -> String {
    let one = |verdict: &Option<Verdict>| match verdict {
        None => "waits".to_owned(),
        Some(Verdict::New(position)) => format!("new {position}"),
        Some(Verdict::Fork(position)) => format!("fork {position}"),
        Some(Verdict::Known(position)) => format!("known {position}"),
        Some(Verdict::Refused(refusal)) => format!("refused: {refusal}"),
    };
    proposal.verdicts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn checkpoint(append: &Append) -> Checkpoint {
    Checkpoint::verify(&append.checkpoint, key("log").public()).unwrap()
}

fn ids(append: &Append) -> Vec<RecordId> {
    append.entries.iter().map(|entry| entry.id).collect()
}
