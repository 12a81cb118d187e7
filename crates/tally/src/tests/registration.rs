//! One-time codes, registrars, and the history of a key.

use std::slice::from_ref;

use record::{
    Body, Digest, RecordId,
    body::{Definition, Invitation, Invite, KeyAction, Keys, MemberKey, Opening, Role},
    enrolment::{Claim, commitment, prove},
};

use super::{Night, OFFICERS, definition, key, member, refused, sign, typed};
use crate::{KeyChange, Refusal, Scope};

/// A definition with registrars, with or without codes for everybody.
fn registered(codes: bool) -> Definition {
    let mut definition = definition();
    definition.head["signatures"]["registrars"] = 2.into();
    definition.head["signatures"]["codes"] = codes.into();
    definition
}

const CODE: &str = "8QW2T4HXM1C9ZK3R";

/// 32 bytes that hid the code of a person.
fn hidden(person: &str) -> Digest {
    Digest::of(format!("hides {person}").as_bytes())
}

impl Night {
    fn claim<'a>(&self, person: &'a str, code: &'a str) -> Claim<'a> {
        let unit = person.split('/').next().unwrap();
        Claim { code, definition: self.definition(), person, unit }
    }

    fn invitation(&self, person: &str, code: &str) -> Invitation {
        let claim = self.claim(person, code);
        let commitment = commitment(&claim, hidden(person)).unwrap();
        Invitation { commitment, person: person.into(), unit: claim.unit.into() }
    }

    fn invite(&mut self, codes: &[Invitation], by: &[&str]) -> Result<RecordId, Refusal> {
        let (definition, salt) = (self.definition(), self.salt());
        let body = Invite { codes: codes.to_vec(), definition, salt };
        self.take(&sign(&Body::Invite(body), by))
    }

    /// A member with the code in the envelope and a proof of the key of that name.
    fn asked(&self, person: &str, code: &str, name: &str) -> MemberKey {
        let claim = self.claim(person, code);
        let (opening, proof) =
            (Opening { code: code.into(), salt: hidden(person) }, prove(&claim, &key(name)));
        MemberKey {
            opening: Some(opening),
            proof: Some(proof.unwrap()),
            ..MemberKey::new(person, claim.unit, &super::vkey(name))
        }
    }

    fn enrol(&mut self, keys: &[MemberKey], by: &[&str]) -> Result<RecordId, Refusal> {
        self.keys(KeyAction::Enrol, keys, by)
    }
}

fn registrar(person: &str) -> MemberKey {
    MemberKey { role: Some(Role::Registrar), ..member(person) }
}

/// A night whose area A has two registrars, and area B two.
fn with_registrars() -> Night {
    let mut night = Night::of(registered(false));
    let registrars = ["A/r1", "A/r2", "B/r1", "B/r2"].map(registrar);
    night.enrol(&registrars, &OFFICERS).unwrap();
    night
}

/// What is expected of a key that cannot be enrolled.
fn bad(key: &MemberKey, why: &str) -> String {
    format!("key {:?} of {}: {why}", key.vkey, key.person)
}

#[test]
fn a_code_lets_one_person_enrol_one_key_once() {
    let mut night = Night::of(registered(true));
    let key = night.asked("S1/1", CODE, "phone");
    let unknown = "no such code was given to S1/1 at S1";
    let closed = bad(&key, unknown);
    refused(night.enrol(from_ref(&key), &OFFICERS), &closed);
    let invitation = night.invitation("S1/1", CODE);
    night.invite(from_ref(&invitation), &OFFICERS).unwrap();
    // Somebody who knows the salt and not the code.
    let guessed = night.asked("S1/1", "8QW2T4HXM1C9ZK3S", "phone");
    refused(night.enrol(&[guessed], &OFFICERS), &closed);
    night.enrol(&[key], &OFFICERS).unwrap();
    // The code is known to everyone now, and good for nothing.
    let again = night.asked("S1/1", CODE, "tablet");
    let used = "the code of S1/1 at S1 was used, or replaced by another";
    let closed = bad(&again, used);
    refused(night.enrol(&[again], &OFFICERS), &closed);
    let why = "code of S1/1 for S1: its commitment stands in the log already";
    refused(night.invite(&[invitation], &OFFICERS), why);
}

#[test]
fn a_code_is_of_one_person_at_one_unit() {
    let mut night = Night::of(registered(true));
    let (one, two) = (night.invitation("S1/1", CODE), night.invitation("S1/2", CODE));
    night.invite(&[one, two], &OFFICERS).unwrap();
    // The other's envelope, opened.
    let mut taken = night.asked("S1/1", CODE, "phone");
    taken.person = "S1/2".into();
    let why = "its proof: the Ed25519 signature does not fit the text and the key";
    refused(night.enrol(from_ref(&taken), &OFFICERS), &bad(&taken, why));
    // One code, two keys in one record.
    let both = ["phone", "tablet"].map(|name| night.asked("S1/1", CODE, name));
    let why = bad(&both[1], "the code of S1/1 at S1 was used, or replaced by another");
    refused(night.enrol(&both, &OFFICERS), &why);
    let each = [night.asked("S1/1", CODE, "phone"), night.asked("S1/2", CODE, "tablet")];
    night.enrol(&each, &OFFICERS).unwrap();
    night.read(&typed("S1", "app", 1, "E.1=5 E.2=3"), &["phone", "tablet"]).unwrap();
}

#[test]
fn a_later_code_takes_the_place_of_the_one_before() {
    let mut night = Night::of(registered(true));
    let (first, second) = (night.invitation("S1/1", CODE), night.invitation("S1/1", "NEWC0DE"));
    night.invite(&[first], &OFFICERS).unwrap();
    night.invite(&[second], &OFFICERS).unwrap();
    let lost = night.asked("S1/1", CODE, "phone");
    let closed = bad(&lost, "the code of S1/1 at S1 was used, or replaced by another");
    refused(night.enrol(&[lost], &OFFICERS), &closed);
    let found = night.asked("S1/1", "NEWC0DE", "phone");
    night.enrol(&[found], &OFFICERS).unwrap();
}

#[test]
fn a_list_of_codes_names_nobody_and_nothing_twice() {
    let mut night = Night::of(registered(true));
    let one = night.invitation("S1/1", CODE);
    let other = Invitation { person: "S1/2".into(), ..one.clone() };
    let why = "code of S1/2 for S1: its commitment stands twice";
    refused(night.invite(&[one.clone(), other], &OFFICERS), why);
    let why = "code of S1/1 for S1: one person gets two codes";
    refused(night.invite(&[one.clone(), night.invitation("S1/1", "X")], &OFFICERS), why);
    let nowhere = Invitation { unit: "X".into(), ..one.clone() };
    assert!(night.invite(&[nowhere], &OFFICERS).unwrap_err().to_string().contains("\"X\""));
    refused(night.invite(from_ref(&one), &OFFICERS[..1]), "2 different persons sign, found 1");
    night.invite(&[one], &OFFICERS).unwrap();
}

#[test]
fn where_codes_are_asked_for_nobody_comes_without() {
    let mut night = Night::of(registered(true));
    let plain = member("S1/1");
    refused(
        night.enrol(from_ref(&plain), &OFFICERS),
        &bad(&plain, "a key is enrolled with a one-time code"),
    );
    let full = night.asked("S1/1", CODE, "S1/1");
    let without = |proof: bool| MemberKey {
        proof: full.proof.clone().filter(|_| !proof),
        opening: full.opening.clone().filter(|_| proof),
        ..plain.clone()
    };
    for asks in [true, false] {
        let mut night = Night::of(registered(asks));
        // Made under another definition, so these proofs do not hold; that is not looked at.
        refused(night.enrol(&[without(true)], &OFFICERS), &bad(&plain, "a code without a proof"));
        refused(
            night.enrol(&[without(false)], &OFFICERS),
            &bad(&plain, "a proof without its code"),
        );
    }
    // Where they are not asked for, one that is given must be right all the same.
    let mut free = Night::of(registered(false));
    let unasked = free.asked("S1/1", CODE, "S1/1");
    let closed = bad(&unasked, "no such code was given to S1/1 at S1");
    refused(free.enrol(&[unasked], &OFFICERS), &closed);
    free.enrol(&[plain], &OFFICERS).unwrap();
}

#[test]
fn registrars_give_out_codes_and_keys_in_their_area() {
    let mut night = with_registrars();
    let codes = [night.invitation("S1/1", CODE), night.invitation("A/1", CODE)];
    night.invite(&codes, &["A/r1", "A/r2"]).unwrap();
    let keys = [night.asked("S1/1", CODE, "S1/1"), night.asked("A/1", CODE, "A/1"), member("S2/1")];
    refused(night.enrol(&keys, &["A/r1"]), "2 different persons sign, found 1");
    let outside = "the key B/r1 signs for the keys of B, not for the keys of S1";
    refused(night.enrol(&keys, &["A/r1", "B/r1"]), outside);
    night.enrol(&keys, &["A/r1", "A/r2"]).unwrap();
    night.read(&typed("S1", "app", 1, "E.1=5 E.2=3"), &["S1/1", "A/1"]).unwrap();
    let mixed = "the key A/r1 signs for the keys of A, not for the whole election";
    refused(night.enrol(&[member("S1/5")], &["A/r1", "jansen"]), mixed);
    let abroad = "the key A/r1 signs for the keys of A, not for the keys of S3";
    refused(night.enrol(&[member("S3/1")], &["A/r1", "A/r2"]), abroad);
    let above = "the key A/r1 signs for the keys of A, not for the keys of M";
    refused(night.invite(&[night.invitation("M/1", CODE)], &["A/r1", "A/r2"]), above);
    night.keys(KeyAction::Revoke, &[member("S2/1")], &["A/r2", "A/r1"]).unwrap();
}

#[test]
fn registrars_sign_no_figures_and_members_no_keys() {
    let mut night = with_registrars();
    night.enrol(&[member("S1/1"), member("S1/2")], &OFFICERS).unwrap();
    let app = typed("S1", "app", 1, "E.1=5 E.2=3");
    let figures = "the key A/r1 signs for the keys of A, not for S1";
    refused(night.read(&app, &["A/r1", "A/r2"]), figures);
    refused(night.read(&app, &["S1/1", "A/r1"]), figures);
    let keys = "the key S1/1 signs for S1, not for the whole election";
    refused(night.enrol(&[member("S1/5")], &["S1/1", "S1/2"]), keys);
    let release = "the key A/r1 signs for the keys of A, not for the whole election";
    refused(night.release_by("M", super::RELEASE, &["A/r1", "A/r2"]), release);
}

#[test]
fn only_officers_make_and_unmake_registrars() {
    let mut night = with_registrars();
    let not_theirs = "the key A/r1 signs for the keys of A, not for the whole election";
    let own = ["A/r1", "A/r2"];
    refused(night.enrol(&[registrar("S1/r1")], &own), not_theirs);
    let gone = MemberKey { role: None, ..registrar("A/r2") };
    refused(night.keys(KeyAction::Revoke, from_ref(&gone), &own), not_theirs);
    let why = bad(&gone, "a revocation names person, unit and key, and nothing else");
    refused(night.keys(KeyAction::Revoke, &[registrar("A/r2")], &OFFICERS), &why);
    night.keys(KeyAction::Revoke, &[gone], &OFFICERS).unwrap();
    let late = night.enrol(&[member("S1/1")], &own).unwrap_err().to_string();
    assert_eq!(late, "the key A/r2 was revoked at position 2");
    // Without a word in the definition there are none.
    let mut plain = Night::of(definition());
    let key = registrar("A/r1");
    refused(plain.enrol(from_ref(&key), &OFFICERS), &bad(&key, "this election has no registrars"));
}

/// What it would take to check a range of the whole log of a country, again and again.
#[test]
fn a_range_has_a_length() {
    let id = |position: u64| Some(Digest::of(&position.to_be_bytes()));
    let range = |first, last| {
        let ids = (first..=last).take(70_000).filter_map(id).collect();
        let hash = record::body::Attest::hash_of(ids);
        let unit = Night::of(definition()).unit("M");
        crate::check_attest(&crate::What::Attest { unit, first, last, hash }, 100_000, id)
    };
    assert_eq!(range(5, 5 + 65_535), Ok(()));
    let long = "vouches for positions 5 to 65541; expected 1 to 65536 positions before 100000";
    assert_eq!(range(5, 5 + 65_536).map_err(|e| e.to_string()), Err(long.to_owned()));
    assert!(range(0, u64::MAX).is_err());
    assert_eq!(range(99_999, 99_999), Ok(()));
    assert!(range(99_999, 100_000).is_err());
}

#[test]
fn the_history_of_a_key_is_told_in_the_order_of_the_log() {
    use KeyChange::{Enrolled, Invited, Revoked};
    let mut night = with_registrars();
    night.invite(&[night.invitation("S1/1", CODE)], &["A/r1", "A/r2"]).unwrap();
    night.enrol(&[night.asked("S1/1", CODE, "phone")], &["A/r1", "A/r2"]).unwrap();
    let lost = MemberKey::new("S1/1", "S1", &super::vkey("phone"));
    let (definition, salt) = (night.definition(), night.salt());
    let reason = Some("the phone was left on a train".to_owned());
    let body = Keys { action: KeyAction::Revoke, definition, keys: vec![lost], reason, salt };
    night.take(&sign(&Body::Key(body), &["A/r1", "A/r2"])).unwrap();
    night.invite(&[night.invitation("S1/1", "NEWC0DE")], &["A/r1", "A/r2"]).unwrap();
    night.enrol(&[night.asked("S1/1", "NEWC0DE", "tablet")], &["A/r1", "A/r2"]).unwrap();
    let units = night.ledger.rulebook().election().units();
    let told = night.ledger.key_history().map(|event| {
        let name = night.ledger.key_of(event).map_or("-", |key| key.name);
        let (unit, person) = (units.get(event.unit).id.as_str(), night.ledger.person_of(event));
        let reason = night.ledger.registry().reason(event.position);
        (event.position, event.change, unit, person, name, reason)
    });
    let (told, end): (Vec<_>, Vec<_>) = told.partition(|(position, ..)| *position < 2);
    let beginning = told.iter().map(|(position, change, unit, person, ..)| {
        assert!(matches!(change, Enrolled(_)));
        (*position, *unit, *person)
    });
    let officers = ["jansen", "de-vries", "bakker"].map(|person| (0, "M", person));
    let registrars = ["A/r1", "A/r2", "B/r1", "B/r2"]
        .map(|person| (1, person.split_once('/').unwrap().0, person));
    assert_eq!(beginning.collect::<Vec<_>>(), [officers.as_slice(), &registrars].concat());
    let lost = Some("the phone was left on a train");
    assert_eq!(
        end,
        [
            (2, Invited(0), "S1", "S1/1", "-", None),
            (3, Enrolled(7), "S1", "S1/1", "phone", None),
            (4, Revoked(7), "S1", "S1/1", "phone", lost),
            (5, Invited(1), "S1", "S1/1", "-", None),
            (6, Enrolled(8), "S1", "S1/1", "tablet", None),
        ]
    );
    let scopes =
        |event| night.ledger.key_of(event).map(|key| matches!(key.scope, Scope::Registrar(_)));
    assert_eq!(night.ledger.key_history().filter_map(scopes).filter(|is| *is).count(), 4);
}
