//! Records that cannot be taken in, whoever signed them.

use record::{
    Body, Digest,
    body::{Decision, Release, Returns, Turnout},
};

use super::{Night, OFFICERS, RELEASE, counts, definition, member, refused, sign, typed};
use crate::{Access, Board, What, prepare};

fn turnout(night: &Night, unit: &str, channel: &str, admitted: i64, made: i64) -> Body {
    Body::Turnout(Turnout {
        admitted,
        channel: channel.into(),
        definition: night.definition(),
        made,
        salt: night.salt(),
        seq: 1,
        unit: unit.into(),
    })
}

#[test]
fn another_definition_is_another_election() {
    let mut night = Night::new();
    let (expected, found) = (night.definition(), Digest::of(b"other"));
    let (salt, unit) = (night.salt(), "M".to_owned());
    let body = Body::Release(Release { definition: found, made: RELEASE, salt, unit });
    refused(
        night.take(&sign(&body, &OFFICERS)),
        &format!("made under definition {found}, this is {expected}"),
    );
    let again = Body::Definition(Box::new(definition()));
    refused(night.take(&sign(&again, &OFFICERS)), "this log has its definition");
}

#[test]
fn a_form_that_cannot_be_read() {
    let mut night = Night::new();
    for (unit, counts, expected) in [
        ("X", "E.1=1", "\"X\" is no unit of this election"),
        ("A", "E.1=1", "A fills in no form"),
        ("S1", "E.1=1", "E.2 of S1 is not filled in"),
        ("S1", "E.1=1 E.2=-1", "E.2 takes 0 to 999999999, found -1"),
        ("S1", "E.1=1 E.2=1 E.3=1", "the form of S1 has no field \"E.3\""),
        ("S3", "E.1=1 E.2=1", "E.2 does not stand on the ballot of S3"),
    ] {
        refused(night.read(&typed(unit, "app", 1, counts), &["A/1", "A/2"]), expected);
    }
    // One that breaks its own rules can be read, counts, and is flagged.
    night.first("S1", "E.1=0 E.2=1");
    assert_eq!(night.state("S1"), "E.1=0 E.2=1, one source");
    assert_eq!(night.findings("S1"), ["F.1 [E.1]: expected 1, found 0"]);
}

#[test]
fn a_channel_must_be_open() {
    let mut night = Night::new();
    let expected = "channel \"qr\" is not open; open are app, phone";
    let typed = typed("S1", "qr", 1, "E.1=1 E.2=1");
    refused(night.read(&typed, &["S1/1", "S1/2"]), expected);
    let body = turnout(&night, "S1", "qr", 5, 0);
    refused(night.take(&sign(&body, &["S1/1", "S1/2"])), expected);
}

#[test]
fn devices_are_one_to_the_signers() {
    for (devices, expected) in [
        (0, Some("signed on 0 devices by 2 persons")),
        (1, None),
        (2, None),
        (3, Some("signed on 3 devices by 2 persons")),
    ] {
        let mut night = Night::new();
        let mut typed = typed("S1", "app", 1, "E.1=1 E.2=1");
        typed.devices = Some(devices);
        let found = night.read(&typed, &["S1/1", "S1/2"]).err().map(|e| e.to_string());
        assert_eq!(found.as_deref(), expected);
    }
}

#[test]
fn a_decision_chooses_a_reading_of_the_unit_and_says_why() {
    let mut night = Night::new();
    let id = night.first("S1", "E.1=1 E.2=1");
    refused(night.decide("S2", id), &format!("{id} is no reading of S2"));
    let nothing = Digest::of(b"nothing");
    refused(night.decide("S1", nothing), &format!("{nothing} is no reading of S1"));
    refused(night.decide("X", id), "\"X\" is no unit of this election");
    for reason in ["", "  "] {
        let (definition, salt) = (night.definition(), night.salt());
        let body =
            Decision { chosen: id, definition, reason: reason.into(), salt, unit: "S1".into() };
        refused(
            night.take(&sign(&Body::Decision(body), &OFFICERS)),
            "a correction gives its reason",
        );
    }
    night.decide("S1", id).unwrap();
}

#[test]
fn nothing_is_released_before_its_moment() {
    let mut night = Night::new();
    let early = format!("released at {}, not before {RELEASE}", RELEASE - 1);
    refused(night.release("M", RELEASE - 1), &early);
    refused(night.release("X", RELEASE), "\"X\" is no unit of this election");
    night.release("A", RELEASE).unwrap();
    let released = |night: &Night, unit| night.ledger.board().released(night.unit(unit));
    assert_eq!(released(&night, "A"), Some(2));
    assert_eq!((released(&night, "S1"), released(&night, "S2")), (Some(2), Some(2)));
    assert_eq!((released(&night, "M"), released(&night, "S3")), (None, None));
    // What is released stays released from where it was.
    night.release("M", RELEASE + 60).unwrap();
    let found = ["M", "A", "S1", "B", "S4"].map(|unit| released(&night, unit));
    assert_eq!(found, [Some(3), Some(2), Some(2), Some(3), Some(3)]);
}

#[test]
fn turnout_goes_up_in_the_course_of_the_day() {
    let mut night = Night::new();
    let signers = ["S1/1", "S1/2"];
    for (admitted, made) in [(100, 1000), (250, 3000), (180, 2000), (181, 2000)] {
        let body = turnout(&night, "S1", "app", admitted, made);
        night.take(&sign(&body, &signers)).unwrap();
    }
    // By their moments, whatever order they came in; of one moment, the later record stands last.
    let reports = night.ledger.board().turnout(night.unit("S1")).iter();
    let reports: Vec<_> = reports.map(|r| (r.made, r.admitted, r.position)).collect();
    assert_eq!(reports, [(1000, 100, 2), (2000, 180, 4), (2000, 181, 5), (3000, 250, 3)]);
    assert_eq!(night.ledger.board().turnout(night.unit("S2")), []);
    // It is no result: nothing is added up, nothing reported.
    assert_eq!(night.state("S1"), "nothing");
    assert_eq!(night.ledger.board().progress(night.unit("M")), (0, 4));

    let body = turnout(&night, "S1", "app", 5, 0);
    refused(night.take(&sign(&body, &["S2/1", "S2/2"])), "the key S2/1 signs for S2, not for S1");
    let body = turnout(&night, "S1", "app", -5, 0);
    refused(night.take(&sign(&body, &signers)), "admitted takes 0 to 999999999, found -5");
    let body = turnout(&night, "X", "app", 5, 0);
    refused(night.take(&sign(&body, &signers)), "\"X\" is no unit of this election");
}

/// The texts of returns and of decisions stay sealed until their unit is released, and while it is
/// held; those of keys until there is anything that they signed. All else says nothing about results.
#[test]
fn what_the_public_may_read() {
    let mut night = Night::new();
    let (definition, salt) = (night.definition(), night.salt());
    let (unit, chosen) = ("S1".to_owned(), Digest::of(b""));
    let returns = Returns {
        channel: "app".into(),
        counts: counts("E.1=1 E.2=1"),
        definition,
        devices: 1,
        made: None,
        photo: None,
        prev: None,
        reason: None,
        salt,
        seq: 1,
        unit: unit.clone(),
    };
    let reason = "x".to_owned();
    let keys = record::body::Keys {
        action: record::body::KeyAction::Enrol,
        reason: None,
        definition,
        keys: vec![member("S1/9")],
        salt,
    };
    let bodies = [
        Body::Returns(returns),
        Body::Decision(Decision { chosen, definition, reason, salt, unit: unit.clone() }),
        turnout(&night, "S1", "app", 5, 0),
        Body::Release(Release { definition, made: RELEASE, salt, unit }),
        Body::Key(keys),
    ];
    let whats: Vec<What> = bodies
        .iter()
        .map(|body| {
            let bytes = sign(body, &["S1/1"]);
            let record = record::Record::parse(&bytes).unwrap();
            prepare(night.ledger.rulebook(), &record).unwrap().what
        })
        .collect();
    let public = |board: &Board| -> Vec<bool> {
        whats.iter().map(|what| Access::of(what).is_public(board)).collect()
    };
    let nothing = [false, false, true, true, false];
    let (sealed, open) = ([false, false, true, true, true], [true; 5]);
    assert_eq!(public(night.ledger.board()), nothing);
    night.first("S1", "E.1=1 E.2=1");
    night.release("B", RELEASE).unwrap();
    assert_eq!(public(night.ledger.board()), sealed);
    night.release("S1", RELEASE).unwrap();
    assert_eq!(public(night.ledger.board()), open);
    // Another unit's text is still sealed while it is held, also after its release.
    let mut held = Night::new();
    held.first("S1", "E.1=1 E.2=1");
    let other = held.first("S1", "E.1=2 E.2=1");
    held.release("M", RELEASE).unwrap();
    assert_eq!(public(held.ledger.board()), sealed);
    held.decide("S1", other).unwrap();
    assert_eq!(public(held.ledger.board()), open);
}
