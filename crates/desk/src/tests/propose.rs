//! Batches: what is judged now, what waits, and what stays when nothing can be stored.

use election::Instant;
use record::body::KeyAction;
use tally::{Access, Contradiction};

use super::{
    Room, checkpoint, ids,
    night::{OFFICERS, RELEASE, id_of, sign},
    told,
};
use crate::Rejected;

#[test]
fn records_of_different_units_go_together() {
    let mut room = Room::new();
    let pen = room.pen;
    let notes =
        [pen.returns("S:1", "E.1=1 E.2=2"), pen.turnout("S:2", 40, 0), pen.returns("S:3", "E.1=3")];
    assert_eq!(room.take(&notes), "new 2, new 3, new 4");
    let append = room.stored.last().unwrap();
    assert_eq!((append.from, ids(append)), (2, notes.iter().map(|n| id_of(n)).collect()));
    assert!(append.entries.iter().zip(&notes).all(|(entry, note)| entry.note == *note));
    // The checkpoint is over all of them, by the log's own key.
    assert_eq!(checkpoint(append).size, 5);
    assert_eq!(checkpoint(append).root, room.desk.tree().root_at(5).unwrap());
    let unit = |id| room.desk.ledger().rulebook().election().units().find(id).unwrap();
    let access: Vec<_> = (0..6).map(|position| room.desk.access(position)).collect();
    let sealed = |id| Some(Access::Sealed(unit(id)));
    let open = Some(Access::Open);
    assert_eq!(access, [open, Some(Access::Keys), sealed("S:1"), open, sealed("S:3"), None]);
}

#[test]
fn a_batch_that_could_not_be_stored_never_came() {
    let mut room = Room::new();
    let pen = room.pen;
    room.take(&[pen.returns("S:1", "E.1=1 E.2=2")]);
    let before = room.state();
    let lost = [pen.returns("S:2", "E.1=5 E.2=5"), pen.returns("S:3", "E.1=6")];
    let proposal = room.propose(&lost);
    assert_eq!(told(&proposal), "new 3, new 4");
    room.desk.abandon(proposal);
    assert_eq!(room.state(), before);
    assert_eq!(lost.each_ref().map(|note| room.desk.position(id_of(note))), [None, None]);
    // Others may come first now; they get the same positions, and no leaf is left over.
    let other = [pen.returns("S:3", "E.1=6"), pen.returns("S:4", "E.1=7")];
    assert_eq!(room.take(&other), "new 3, new 4");
    let mut calm = Room::new();
    calm.take(&[pen.returns("S:1", "E.1=1 E.2=2")]);
    calm.take(&other);
    assert_eq!((room.state(), &room.stored), (calm.state(), &calm.stored));
}

#[test]
fn a_unit_has_one_record_in_a_batch() {
    let mut room = Room::new();
    let pen = room.pen;
    let first = pen.returns("S:1", "E.1=1 E.2=2");
    let notes = [
        first.clone(),
        pen.returns("S:2", "E.1=3 E.2=4"),
        pen.correction("S:1", "E.1=2 E.2=2", id_of(&first)),
        pen.returns("S:3", "E.1=5"),
        pen.phoned("S:1", "E.1=2 E.2=2"),
    ];
    // The third waits for the first; those behind it wait too, so that they stay behind it.
    let proposal = room.propose(&notes);
    assert_eq!(told(&proposal), "new 2, new 3, waits, waits, waits");
    let deferred = &proposal.deferred;
    assert_eq!(deferred.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [2, 3, 4]);
    let waiting: Vec<_> = deferred.iter().map(|(_, checked)| checked.id()).collect();
    assert_eq!(waiting, notes[2..].iter().map(|n| id_of(n)).collect::<Vec<_>>());
    room.commit(proposal);
    assert_eq!(room.take(&notes[2..]), "new 4, new 5, waits");
    assert_eq!(room.take(&notes[4..]), "new 6");
}

#[test]
fn a_committee_vouches_for_what_the_log_holds() {
    let mut room = Room::new();
    let pen = room.pen;
    let notes = ["S:1", "S:2", "S:3"]
        .map(|unit| pen.returns(unit, if unit == "S:3" { "E.1=1" } else { "E.1=1 E.2=2" }));
    let ids: Vec<_> = notes.iter().map(|note| id_of(note)).collect();
    let by = ["A/1", "A/2"];
    let whole = pen.attest("A", (2, 4), ids.clone(), &by);
    // Before they are durable, also in the batch that brings them.
    let [one, two, three] = notes;
    let early = "refused: vouches for positions 2 to 4; expected 1 to 65536 positions before 2";
    assert_eq!(room.take_one(&whole), early);
    let batch = [one, two, three, whole.clone(), pen.turnout("S:4", 1, 0)];
    assert_eq!(room.take(&batch), "new 2, new 3, new 4, waits, waits");
    let others = pen.attest("A", (2, 4), ids[1..].to_vec(), &by);
    assert!(room.take_one(&others).starts_with("refused: vouches for "));
    let backwards = pen.attest("A", (4, 2), Vec::new(), &by);
    assert_eq!(
        room.take_one(&backwards),
        "refused: vouches for positions 4 to 2; expected 1 to 65536 positions before 5"
    );
    let alone = pen.attest("A", (2, 4), ids.clone(), &["A/1"]);
    assert_eq!(room.take_one(&alone), "refused: 2 different persons sign, found 1");
    let mut turned = ids;
    turned.reverse();
    assert_eq!(room.take_one(&pen.attest("A", (2, 4), turned, &by)), "new 5");
    assert_eq!(room.take_one(&whole), "known 5");
}

#[test]
fn keys_and_releases_go_alone() {
    for (what, alone) in [
        ("codes", Room::new().pen.invite(&[("S:4/3", "ONE")], &OFFICERS)),
        ("an attest", {
            let definition = Room::new().desk.id(0).unwrap();
            Room::new().pen.attest("A", (0, 0), vec![definition], &["A/1", "A/2"])
        }),
        ("keys", Room::new().pen.keys(KeyAction::Enrol, &["S:4/3"])),
        ("release", Room::new().pen.release("A", RELEASE)),
    ] {
        let mut room = Room::new();
        let pen = room.pen;
        let (one, two) = (pen.returns("S:1", "E.1=1 E.2=2"), pen.returns("S:2", "E.1=1 E.2=2"));
        let notes = [one.clone(), alone.clone(), two.clone()];
        assert_eq!(room.take(&notes), "new 2, waits, waits", "{what}");
        assert_eq!(room.take(&notes[1..]), "new 3, waits", "{what}");
        assert_eq!(room.take(&notes[2..]), "new 4", "{what}");
    }
}

#[test]
fn what_is_refused_takes_no_place() {
    let mut room = Room::new();
    let pen = room.pen;
    let early = pen.reading("S:1", "app", "E.1=1 E.2=2");
    let body = record::Body::Returns(record::body::Returns { seq: 2, ..early });
    let second = sign(&body, &["S:1/1", "S:1/2"]);
    let notes = [second, pen.returns("S:1", "E.1=1 E.2=2"), pen.returns("S:2", "E.1=1 E.2=2")];
    assert_eq!(room.take(&notes), "refused: seq 2 does not follow, expected 1, new 2, new 3");
    // A key that was revoked while the record waited for its turn: the judge looks, not the clock.
    let checked = room.check(&pen.returns("S:4", "E.1=9")).unwrap();
    room.take(&[pen.keys(KeyAction::Revoke, &["S:4/1"])]);
    let now = Instant::from_seconds(RELEASE);
    let proposal = room.desk.propose(vec![checked], now).unwrap();
    assert_eq!(told(&proposal), "refused: the key S:4/1 was revoked at position 4");
    assert_eq!(proposal.append, None);
}

#[test]
fn a_record_that_is_known_keeps_its_position() {
    let mut room = Room::new();
    let pen = room.pen;
    let note = pen.returns("S:1", "E.1=1 E.2=2");
    assert_eq!(room.take_one(&note), "new 2");
    assert_eq!(room.take(&[note.clone(), pen.members()]), "known 2, known 1");
    // The same text in another envelope is the same record: the id covers the text alone.
    let body = record::Body::Returns(pen.reading_of_two("S:1", "E.1=1 E.2=2"));
    let swapped = sign(&body, &["S:1/2", "S:1/1"]);
    assert_ne!(swapped, note);
    assert_eq!(room.take_one(&swapped), "known 2");
    // Twice in one batch: the second waits until the first has its position.
    let twice = [pen.returns("S:2", "E.1=1 E.2=2"), pen.returns("S:2", "E.1=1 E.2=2")];
    assert_eq!(room.take(&twice), "new 3, waits");
    assert_eq!(room.take(&twice[1..]), "known 3");
    assert_eq!(room.desk.size(), 4);
}

#[test]
fn a_second_text_with_one_number_is_kept_and_told_as_a_fork() {
    let mut room = Room::new();
    let pen = room.pen;
    let (one, other) = (pen.returns("S:1", "E.1=1 E.2=2"), pen.returns("S:1", "E.1=9 E.2=2"));
    assert_eq!(room.take(&[one.clone(), other.clone()]), "new 2, waits");
    assert_eq!(room.take_one(&other), "fork 3");
    assert_eq!(room.take_one(&other), "known 3");
    let contradiction = |room: &Room| {
        let ledger = room.desk.ledger();
        let unit = ledger.rulebook().election().units().find("S:1").unwrap();
        ledger.board().unit(unit).contradiction()
    };
    assert_eq!(contradiction(&room), Some(Contradiction::Held));
    assert_eq!(room.take(&[pen.decision("S:1", id_of(&other))]), "new 4");
    assert_eq!(contradiction(&room), None);
}

#[test]
fn nothing_is_released_before_the_moment_by_the_desks_own_clock() {
    for (now, made, expected) in [
        (
            RELEASE - 1,
            RELEASE + 3600,
            format!("refused: released at {}, not before {RELEASE}", RELEASE - 1),
        ),
        (0, RELEASE, format!("refused: released at 0, not before {RELEASE}")),
        (RELEASE, RELEASE, "new 2".to_owned()),
        (RELEASE + 3600, RELEASE, "new 2".to_owned()),
    ] {
        let mut room = Room::new();
        let checked = room.check(&room.pen.release("M", made)).unwrap();
        let proposal = room.desk.propose(vec![checked], Instant::from_seconds(now)).unwrap();
        assert_eq!(told(&proposal), expected, "at {now}, signed for {made}");
    }
    // Signed for an earlier moment it is refused before it comes to any clock.
    let room = Room::new();
    let early = room.check(&room.pen.release("M", RELEASE - 1)).err().unwrap();
    assert_eq!(early.to_string(), format!("released at {}, not before {RELEASE}", RELEASE - 1));
    // Returns may come at any time of the desk's clock.
    let mut room = Room::new();
    let checked = room.check(&room.pen.returns("S:3", "E.1=1")).unwrap();
    let proposal = room.desk.propose(vec![checked], Instant::from_seconds(0)).unwrap();
    assert_eq!(told(&proposal), "new 2");
}

#[test]
fn one_checkpoint_for_each_batch_that_holds_something_new() {
    let mut room = Room::new();
    let pen = room.pen;
    let note = pen.returns("S:1", "E.1=1 E.2=2");
    let batches: [(Vec<Vec<u8>>, bool); 5] = [
        (vec![], false),
        (vec![note.clone()], true),
        (vec![note.clone(), note], false),
        (vec![pen.decision("S:2", id_of(&pen.members()))], false),
        (vec![pen.returns("S:2", "E.1=1 E.2=2"), pen.returns("S:3", "E.1=1")], true),
    ];
    let mut sizes = Vec::new();
    for (batch, signs) in batches {
        let proposal = room.propose(&batch);
        assert_eq!(proposal.append.is_some(), signs, "{}", told(&proposal));
        sizes.extend(proposal.append.as_ref().map(|append| checkpoint(append).size));
        room.commit(proposal);
    }
    assert_eq!(sizes, [3, 5]);
    assert_eq!(room.stored.iter().map(|append| append.from).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn what_cannot_be_checked_comes_to_no_desk() {
    let room = Room::new();
    let pen = room.pen;
    let good = pen.returns("S:1", "E.1=1 E.2=2");
    let text = String::from_utf8(good.clone()).unwrap();
    let body = record::Body::Returns(pen.reading("S:1", "app", "E.1=1 E.2=2"));
    let elsewhere = record::Body::Returns(pen.reading("S:9", "app", "E.1=1"));
    for (note, expected) in [
        (b"".to_vec(), "Unreadable"),
        (good[..good.len() - 1].to_vec(), "Unreadable"),
        (text.replace("returns/v1", "returns/v2").into_bytes(), "Unreadable"),
        (text.replace("\"E.1\":1", "\"E.1\":7").into_bytes(), "BadSignature"),
        (sign(&body, &["S:1/1", "nobody"]), "UnknownKey"),
        (sign(&elsewhere, &["S:1/1", "S:1/2"]), "UnknownUnit"),
        // The form is looked at when somebody has signed it.
        (sign(&elsewhere, &["nobody", "S:1/2"]), "UnknownKey"),
    ] {
        let rejected: Rejected = room.check(&note).err().unwrap();
        assert!(format!("{rejected:?}").contains(expected), "{expected}: {rejected:?}");
    }
    // Who may sign for what depends on the log, so the desk judges it.
    let mut room = Room::new();
    let others = sign(&body, &["S:2/1", "S:2/2"]);
    let alone = sign(&body, &["S:1/1"]);
    let twice = sign(&body, &["S:1/1", "S:1/1"]);
    let officers = sign(&body, &OFFICERS);
    assert_eq!(
        [others, alone, twice, officers].map(|note| room.take_one(&note)),
        [
            "refused: the key S:2/1 signs for S:2, not for S:1",
            "refused: 2 different persons sign, found 1",
            "refused: S:1/1 signed twice",
            "refused: the key jansen signs for the whole election as an officer, not for S:1",
        ]
    );
}
