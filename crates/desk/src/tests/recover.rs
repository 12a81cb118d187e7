//! A restart reads the log again, and believes no byte of it that the checkpoint does not bear out.

use record::RecordId;
use tlog::{Checkpoint, Hash};

use super::{
    Room, checkpoint, ids,
    night::{OFFICERS, RELEASE, definition, id_of, key, sign, signed},
};
use crate::{Desk, Recovery, RecoveryError, first_append};

/// A night with one of everything.
fn night() -> Room {
    let mut room = Room::new();
    let pen = room.pen;
    let (one, other) = (pen.returns("S:1", "E.1=1 E.2=2"), pen.returns("S:1", "E.1=9 E.2=2"));
    for batch in [
        vec![pen.turnout("S:1", 40, 0), pen.returns("S:2", "E.1=3 E.2=4")],
        vec![one, pen.returns("S:3", "E.1=7")],
        vec![other.clone()],
        vec![pen.decision("S:1", id_of(&other))],
        vec![pen.keys(record::body::KeyAction::Revoke, &["S:4/1"])],
        vec![pen.release("M", RELEASE)],
        vec![pen.phoned("S:1", "E.1=9 E.2=2")],
    ] {
        room.take(&batch);
    }
    let ids = [3, 1, 2].map(|position| room.desk.id(position).unwrap());
    room.take(&[pen.attest("A", (1, 3), ids.into(), &["A/1", "A/2"])]);
    room.take(&[pen.invite(&[("S:4/3", "ONE")], &OFFICERS)]);
    assert_eq!(room.desk.size(), 13);
    room
}

/// Reads stored entries again, after a change to them.
fn recover(
    room: &Room,
    change: impl FnOnce(&mut Vec<(RecordId, Vec<u8>)>),
    end: &Checkpoint,
) -> Result<Desk, RecoveryError> {
    let entries = room.stored.iter().flat_map(|append| append.entries.clone());
    let mut entries: Vec<_> = entries.map(|entry| (entry.id, entry.note)).collect();
    change(&mut entries);
    let mut recovery = Recovery::begin(&entries[0].1, key("log"))?;
    for (id, note) in &entries[1..] {
        recovery.entry(*id, note)?;
    }
    recovery.finish(end)
}

#[test]
fn the_same_entries_give_the_same_desk() {
    let room = night();
    let end = checkpoint(room.stored.last().unwrap());
    let desk = recover(&room, |_| (), &end).unwrap();
    let again = Room { desk, pen: room.pen, stored: room.stored.clone() };
    assert_eq!(again.state(), room.state());
    let (left, right) = (again.desk.ledger().board(), room.desk.ledger().board());
    for (unit, _) in left.forms().election().units().all() {
        assert_eq!(left.unit(unit), right.unit(unit));
        assert_eq!(left.turnout(unit), right.turnout(unit));
        assert_eq!(
            (left.released(unit), left.progress(unit)),
            (right.released(unit), right.progress(unit))
        );
    }
    let keys = |room: &Room| format!("{:?}", room.desk.ledger().keys().all().collect::<Vec<_>>());
    assert_eq!(keys(&again), keys(&room));
    let access = |room: &Room| (0..14).map(|p| room.desk.access(p)).collect::<Vec<_>>();
    assert_eq!(access(&again), access(&room));
    // And it goes on as the other would have.
    let (mut again, mut room) = (again, room);
    let more = [room.pen.returns("S:4", "E.1=5")];
    assert_eq!(again.take(&more), "refused: the key S:4/1 was revoked at position 8");
    let more = [room.pen.phoned("S:2", "E.1=3 E.2=4")];
    assert_eq!((again.take(&more), room.take(&more)), ("new 13".to_owned(), "new 13".to_owned()));
    assert_eq!((again.state(), &again.stored), (room.state(), &room.stored));
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Vec<(RecordId, Vec<u8>)>), expected: &str) {
    let room = night();
    let end = checkpoint(room.stored.last().unwrap());
    match recover(&room, change, &end) {
        Err(error) => assert_eq!(error.to_string(), expected),
        Ok(_) => panic!("recovered, expected: {expected}"),
    }
}

#[test]
fn a_log_that_is_not_what_was_stored() {
    let pen = Room::new().pen;
    let other = pen.returns("S:3", "E.1=8");
    let (right, wrong) = (id_of(&pen.returns("S:3", "E.1=7")), id_of(&other));
    let (late, more) = (pen.returns("S:4", "E.1=1"), pen.phoned("S:2", "E.1=1 E.2=1"));
    let kind = "expected a definition, found a record of kind key";
    refused(|log| log.truncate(10), "the log holds 10 entries, its last checkpoint says 13");
    refused(
        |log| log.push((id_of(&more), more.clone())),
        "the log holds 14 entries, its last checkpoint says 13",
    );
    refused(
        |log| log[5].1 = other.clone(),
        &format!("position 5: the text's id is {wrong}, the log says {right}"),
    );
    refused(|log| drop(log.remove(0)), &format!("position 0: {kind}"));
    refused(|log| log[6].1.truncate(20), "position 6: line 1 does not end in a newline");
    refused(
        |log| log[9] = (id_of(&late), late.clone()),
        "position 9: the key S:4/1 was revoked at position 8",
    );
    // Another reading with its own id, or two that could stand in either order: every step is
    // legal, but it is not what was signed.
    refused_root(|log| log[5] = (wrong, other.clone()));
    refused_root(|log| log.swap(2, 3));
}

#[track_caller]
fn refused_root(change: impl FnOnce(&mut Vec<(RecordId, Vec<u8>)>)) {
    let room = night();
    let end = checkpoint(room.stored.last().unwrap());
    let error = recover(&room, change, &end).err();
    let Some(RecoveryError::Root { size, expected, found }) = error else { panic!("{error:?}") };
    assert_eq!((size, expected), (13, end.root));
    assert_ne!(found, expected);
}

#[test]
fn another_checkpoint_is_another_log() {
    let room = night();
    let end = checkpoint(room.stored.last().unwrap());
    let other = Checkpoint { root: Hash([7; 32]), ..end.clone() };
    let found = end.root;
    let error = recover(&room, |_| (), &other).err();
    assert_eq!(error, Some(RecoveryError::Root { size: 13, expected: Hash([7; 32]), found }));
    let shorter = Checkpoint { size: 10, ..end };
    let error = recover(&room, |_| (), &shorter).err();
    assert_eq!(error, Some(RecoveryError::Size { expected: 10, found: 13 }));
}

#[test]
fn a_log_begins_with_its_definition_and_a_checkpoint_over_it() {
    let (note, _) = signed(definition());
    let first = first_append(note.clone(), key("log")).unwrap();
    assert_eq!((first.from, ids(&first)), (0, vec![id_of(&note)]));
    assert_eq!(first.entries[0].note, note);
    assert_eq!(checkpoint(&first).size, 1);
    let broken = record::body::Definition { log: "x".into(), ..definition() };
    let broken = sign(&record::Body::Definition(Box::new(broken)), &OFFICERS);
    let error = first_append(broken, key("log")).err().unwrap().to_string();
    assert!(error.starts_with("position 0: key of the log: "), "{error}");
    let error = first_append(b"x".to_vec(), key("log")).err().unwrap();
    assert!(matches!(error, RecoveryError::Unreadable { position: 0, .. }), "{error}");
}
