//! Who may sign, and from which position to which.

use record::{
    Body, Draft, Record,
    body::{KeyAction, MemberKey, Returns},
    note::{Note, RelyingParty, SigningKey},
};

use super::{Night, OFFICERS, counts, key, look_alikes, member, refused, typed, vkey};
use crate::Scope;

#[test]
fn a_key_signs_from_its_enrolment_to_its_revocation() {
    let mut night = Night::new();
    let late = [member("S1/3"), member("S1/4")];
    let first = typed("S1", "app", 1, "E.1=5 E.2=3");
    let signers = ["S1/3", "S1/4"];
    refused(night.read(&first, &signers), "the key S1/3 is not enrolled");
    night.keys(KeyAction::Enrol, &late, &OFFICERS).unwrap();
    let id = night.read(&first, &signers).unwrap();
    night.keys(KeyAction::Revoke, &late[1..], &OFFICERS).unwrap();
    let mut next = typed("S1", "app", 2, "E.1=6 E.2=3");
    (next.prev, next.reason) = (Some(id), Some("recount"));
    refused(night.read(&next, &signers), "the key S1/4 was revoked at position 4");
    // What it signed before stays.
    assert_eq!(night.state("S1"), "E.1=5 E.2=3, one source");
    let revoked: Vec<_> =
        night.ledger.keys().all().filter_map(|k| Some((k.enrolled, k.revoked?))).collect();
    assert_eq!(revoked, [(2, 4)]);
}

#[test]
fn officers_are_there_from_the_start() {
    let night = Night::new();
    let keys = night.ledger.keys();
    let officers = keys.all().filter(|key| key.scope == Scope::Officer);
    let names: Vec<_> = officers.map(|k| (keys.person(k.person), k.enrolled, k.revoked)).collect();
    assert_eq!(names, [("jansen", 0, None), ("de-vries", 0, None), ("bakker", 0, None)]);
    let station = keys.all().find(|k| keys.person(k.person) == "S1/2").unwrap();
    assert_eq!((station.scope, station.enrolled), (Scope::Unit(night.unit("S1")), 1));
}

#[test]
fn a_key_signs_for_its_unit_and_all_inside_it() {
    let signs_for = |key: &str, scope: &str, unit: &str| {
        format!("the key {key} signs for {scope}, not for {unit}")
    };
    for (unit, counts, signers, refusal) in [
        ("S1", "E.1=1 E.2=1", ["S1/1", "S1/2"], None),
        ("S1", "E.1=1 E.2=1", ["A/1", "A/2"], None),
        ("S2", "E.1=1 E.2=1", ["A/1", "S2/1"], None),
        ("S2", "E.1=1 E.2=1", ["S1/1", "S1/2"], Some(signs_for("S1/1", "S1", "S2"))),
        ("S2", "E.1=1 E.2=1", ["S2/1", "S1/2"], Some(signs_for("S1/2", "S1", "S2"))),
        ("S3", "E.1=1", ["A/1", "A/2"], Some(signs_for("A/1", "A", "S3"))),
        (
            "S1",
            "E.1=1 E.2=1",
            OFFICERS,
            Some(signs_for("jansen", "the whole election as an officer", "S1")),
        ),
    ] {
        let mut night = Night::new();
        let outcome = night.read(&typed(unit, "app", 1, counts), &signers);
        assert_eq!(outcome.err().map(|e| e.to_string()), refusal, "{signers:?} for {unit}");
    }
}

#[test]
fn four_eyes_are_two_persons() {
    let mut night = Night::new();
    // A second key of a person who has one.
    let second = MemberKey::new("S1/1", "S1", &vkey("tablet"));
    night.keys(KeyAction::Enrol, &[second], &OFFICERS).unwrap();
    let app = typed("S1", "app", 1, "E.1=5 E.2=3");
    refused(night.read(&app, &["S1/1", "tablet"]), "S1/1 signed twice");
    refused(night.read(&app, &["S1/1", "S1/1"]), "S1/1 signed twice");
    refused(night.read(&app, &["S1/1"]), "2 different persons sign, found 1");
    refused(night.read(&app, &["S1/1", "S1/2", "tablet"]), "S1/1 signed twice");
    night.read(&app, &["tablet", "S1/2"]).unwrap();
    // By telephone one is enough.
    night.read(&typed("S1", "phone", 1, "E.1=5 E.2=3"), &["S1/2"]).unwrap();
}

#[test]
fn officers_enrol_release_and_decide_together() {
    let mut night = Night::new();
    let new = [member("S1/9")];
    let enrol = |night: &mut Night, signers: &[&str]| night.keys(KeyAction::Enrol, &new, signers);
    refused(enrol(&mut night, &["jansen"]), "2 different persons sign, found 1");
    refused(enrol(&mut night, &["jansen", "jansen"]), "jansen signed twice");
    refused(
        enrol(&mut night, &["jansen", "A/1"]),
        "the key A/1 signs for A, not for the whole election",
    );
    refused(enrol(&mut night, &["jansen", "nobody"]), "the key nobody is not enrolled");
    enrol(&mut night, &["bakker", "jansen"]).unwrap();
    night.keys(KeyAction::Enrol, &[member("S1/8")], &["bakker", "jansen", "de-vries"]).unwrap();
}

#[test]
fn one_key_is_one_persons() {
    let mut night = Night::new();
    let owned = |vkey: &str, person: &str, owner: &str| {
        format!("key {vkey:?} of {person}: it is {owner}'s already")
    };
    let stolen = MemberKey::new("S2/9", "S2", &vkey("S1/1"));
    let expected = owned(&stolen.vkey, "S2/9", "S1/1");
    refused(night.keys(KeyAction::Enrol, &[stolen], &OFFICERS), &expected);
    // Also an officer's, and also the same person's once more.
    let officer = MemberKey::new("S2/9", "S2", &vkey("jansen"));
    let expected = owned(&officer.vkey, "S2/9", "jansen");
    refused(night.keys(KeyAction::Enrol, &[officer], &OFFICERS), &expected);
    let again = member("S1/1");
    let expected = owned(&again.vkey, "S1/1", "S1/1");
    refused(night.keys(KeyAction::Enrol, &[again], &OFFICERS), &expected);
    let twice = [member("S2/8"), MemberKey { person: "S2/9".into(), ..member("S2/8") }];
    let expected = format!("key {:?} of S2/9: it stands twice", vkey("S2/8"));
    refused(night.keys(KeyAction::Enrol, &twice, &OFFICERS), &expected);
}

#[test]
fn one_point_is_one_key_whatever_the_way_of_signing() {
    let mut night = Night::new();
    let (scalar, party) = ([7; 32], RelyingParty::from_bytes(b"stembureau.example").unwrap());
    let plain = SigningKey::p256("S1/7".parse().unwrap(), &scalar).unwrap();
    let passkey = SigningKey::webauthn("S1/8".parse().unwrap(), &scalar, party).unwrap();
    let member = |key: &SigningKey| {
        let person = key.public().name().to_string();
        MemberKey::new(&person, "S1", &key.public().vkey().to_string())
    };
    let both = [member(&plain), member(&passkey)];
    let expected = format!("key {:?} of S1/8: it stands twice", both[1].vkey);
    refused(night.keys(KeyAction::Enrol, &both, &OFFICERS), &expected);
    night.keys(KeyAction::Enrol, &both[..1], &OFFICERS).unwrap();
    let expected = format!("key {:?} of S1/8: it is S1/7's already", both[1].vkey);
    refused(night.keys(KeyAction::Enrol, &both[1..], &OFFICERS), &expected);
}

#[test]
fn a_passkey_signs_as_one_and_no_plain_key_stands_for_it() {
    let mut night = Night::new();
    let (scalar, party) = ([7; 32], RelyingParty::from_bytes(b"stembureau.example").unwrap());
    let plain = SigningKey::p256("S1/7".parse().unwrap(), &scalar).unwrap();
    let passkey = SigningKey::webauthn("S1/7".parse().unwrap(), &scalar, party).unwrap();
    let [with_passkey, with_plain] = [&passkey, &plain].map(|key| {
        let vkey = key.public().vkey().to_string();
        [MemberKey::new("S1/7", "S1", &vkey)]
    });
    night.keys(KeyAction::Enrol, &with_passkey, &OFFICERS).unwrap();
    let keys = night.ledger.keys();
    let note = Note::new("text\n", vec![passkey.sign("text\n")]).unwrap();
    let signers = keys.signers(&note).unwrap();
    assert_eq!(keys.check(&note, &signers), Ok(()));
    let expected = format!("key {:?} of S1/7: it is not enrolled", with_plain[0].vkey);
    refused(night.keys(KeyAction::Revoke, &with_plain, &OFFICERS), &expected);
    night.keys(KeyAction::Revoke, &with_passkey, &OFFICERS).unwrap();
}

#[test]
fn two_keys_of_one_name_are_told_apart() {
    let mut night = Night::new();
    let second = SigningKey::ed25519("S1/1".parse().unwrap(), &[9; 32]).unwrap();
    let vkey = second.public().vkey().to_string();
    let second_key = MemberKey::new("S1/5", "S1", &vkey);
    night.keys(KeyAction::Enrol, &[second_key], &OFFICERS).unwrap();
    let keys = night.ledger.keys();
    let text = "text\n";
    for (signer, person) in [(&key("S1/1"), "S1/1"), (&second, "S1/5")] {
        let note = Note::new(text, vec![signer.sign(text)]).unwrap();
        let signers = keys.signers(&note).unwrap();
        assert_eq!(keys.check(&note, &signers), Ok(()));
        assert_eq!(keys.person(keys.get(signers[0]).unwrap().person), person);
    }
}

#[test]
fn two_keys_that_a_signature_line_cannot_tell_apart_are_refused() {
    let [honest, ground] = look_alikes();
    assert_eq!(honest.public().id(), ground.public().id());
    let member = |key: &SigningKey, person: &str| {
        let vkey = key.public().vkey().to_string();
        MemberKey::new(person, "S1", &vkey)
    };
    let pair = [member(&honest, "S1/8"), member(&ground, "S1/9")];
    let expected = format!(
        "key {:?} of S1/9: signatures by it look like those by a key of S1/8's",
        pair[1].vkey
    );
    let mut night = Night::new();
    refused(night.keys(KeyAction::Enrol, &pair, &OFFICERS), &expected);
    night.keys(KeyAction::Enrol, &pair[..1], &OFFICERS).unwrap();
    refused(night.keys(KeyAction::Enrol, &pair[1..], &OFFICERS), &expected);
    // Nor later: old records are still checked by the key that is gone.
    night.keys(KeyAction::Revoke, &pair[..1], &OFFICERS).unwrap();
    refused(night.keys(KeyAction::Enrol, &pair[1..], &OFFICERS), &expected);
}

#[test]
fn only_what_is_enrolled_is_revoked_and_nothing_comes_back() {
    let mut night = Night::new();
    let stranger = member("S1/9");
    let expected = format!("key {:?} of S1/9: it is not enrolled", stranger.vkey);
    refused(night.keys(KeyAction::Revoke, &[stranger], &OFFICERS), &expected);
    let gone = [member("S1/1")];
    night.keys(KeyAction::Revoke, &gone, &OFFICERS).unwrap();
    let expected = format!("key {:?} of S1/1: it is not enrolled", gone[0].vkey);
    refused(night.keys(KeyAction::Revoke, &gone, &OFFICERS), &expected);
    let expected = format!("key {:?} of S1/1: it is S1/1's already", gone[0].vkey);
    refused(night.keys(KeyAction::Enrol, &gone, &OFFICERS), &expected);
}

#[test]
fn a_revocation_says_whose_key_it_is_and_for_which_unit() {
    let mut night = Night::new();
    let refuse = |night: &mut Night, wrong: MemberKey, why: &str| {
        let expected = format!("key {:?} of {}: it is {why}", wrong.vkey, wrong.person);
        refused(night.keys(KeyAction::Revoke, &[wrong], &OFFICERS), &expected);
    };
    let right = member("S1/1");
    let whose = "S1/1's, for S1";
    refuse(&mut night, MemberKey { person: "S1/2".into(), ..right.clone() }, whose);
    refuse(&mut night, MemberKey { unit: "S2".into(), ..right.clone() }, whose);
    refuse(&mut night, MemberKey { unit: "A".into(), ..right.clone() }, whose);
    // An officer's key signs for the whole election.
    let officer = MemberKey { unit: "S1".into(), ..member("jansen") };
    refuse(&mut night, officer.clone(), "jansen's, for M");
    // One that does not fit is enough for none to go.
    let both = [right.clone(), MemberKey { person: "S1/1".into(), ..member("S1/2") }];
    let expected = format!("key {:?} of S1/1: it is S1/2's, for S1", both[1].vkey);
    refused(night.keys(KeyAction::Revoke, &both, &OFFICERS), &expected);
    night.keys(KeyAction::Revoke, &[right], &OFFICERS).unwrap();
}

#[test]
fn as_many_officers_stay_as_must_sign() {
    let officer = |person: &str| MemberKey { unit: "M".into(), ..member(person) };
    let [jansen, de_vries, bakker] = ["jansen", "de-vries", "bakker"].map(officer);
    let few = |key: &MemberKey| {
        let (vkey, person) = (&key.vkey, &key.person);
        format!("key {vkey:?} of {person}: 2 officers sign, 1 would be left")
    };
    let mut night = Night::new();
    let two = [jansen, member("S1/1"), de_vries.clone()];
    refused(night.keys(KeyAction::Revoke, &two, &OFFICERS), &few(&de_vries));
    // One of three may go, and be one of those who say so.
    night.keys(KeyAction::Revoke, &[bakker], &["bakker", "jansen"]).unwrap();
    refused(night.keys(KeyAction::Revoke, &two[..1], &OFFICERS), &few(&two[0]));
    // Another key of an officer, which signs for a unit, is no officer's key.
    let second = [MemberKey { person: "bakker".into(), ..member("S1/7") }];
    night.keys(KeyAction::Enrol, &second, &OFFICERS).unwrap();
    refused(night.keys(KeyAction::Revoke, &two[..1], &OFFICERS), &few(&two[0]));
    night.release("M", crate::tests::RELEASE).unwrap();
}

#[test]
fn a_key_that_cannot_be_read_is_named() {
    let mut night = Night::new();
    let broken = MemberKey::new("S1/9", "S1", "S1/9+oops");
    let refusal = night.keys(KeyAction::Enrol, &[broken], &OFFICERS).unwrap_err().to_string();
    assert!(refusal.starts_with("key \"S1/9+oops\" of S1/9: "), "{refusal}");
    let nowhere = MemberKey { unit: "X".into(), ..member("S1/9") };
    let outcome = night.keys(KeyAction::Enrol, &[nowhere], &OFFICERS);
    refused(outcome, "\"X\" is no unit of this election");
}

#[test]
fn a_signature_that_does_not_hold_is_refused() {
    let mut night = Night::new();
    let body = |night: &Night, seq| {
        Draft::new(&Body::Returns(Returns {
            channel: "app".into(),
            counts: counts("E.1=5 E.2=3"),
            definition: night.definition(),
            devices: 1,
            made: None,
            photo: None,
            prev: None,
            reason: None,
            salt: night.salt(),
            seq,
            unit: "S1".into(),
        }))
        .unwrap()
    };
    let (draft, other) = (body(&night, 1), body(&night, 2));
    let signatures = vec![key("S1/1").sign(draft.text()), key("S1/2").sign(other.text())];
    let note = Note::new(draft.text(), signatures).unwrap().to_bytes();
    let refusal = night.take(&note).unwrap_err().to_string();
    assert!(refusal.starts_with("the signature by S1/2: "), "{refusal}");
    assert_eq!(night.state("S1"), "nothing");
    let good = draft.sign(&[&key("S1/1"), &key("S1/2")]).unwrap();
    assert!(Record::parse(&good).is_ok());
    night.take(&good).unwrap();
}
