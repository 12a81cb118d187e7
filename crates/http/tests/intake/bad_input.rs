//! Whatever is wrong with a record has one clear answer, and loses nothing.

use record::{
    Body, Digest,
    body::{self, KeyAction, MemberKey},
};

use crate::{
    night::{Night, RELEASE, definition, id, key, sign, sign_returns},
    server::Server,
};

/// What was sent, its bytes, and the answer: status, code, field, expected and found.
type Row<'a> = (&'a str, Vec<u8>, &'a str);

/// To a server that has the first reading of S001 and nothing of S002.
async fn check(rows: Vec<Row<'_>>) {
    let server = Server::ready().await;
    assert_eq!(server.post(&server.night.signed("S001")).await.status, 201);
    let before = server.intake.progress();
    let description = server.get("/v1/openapi.json").await.json();
    let described = &description["paths"]["/v1/records"]["post"]["responses"];
    for (what, note, expected) in rows {
        let answer = server.post(&note).await;
        let (status, json) = (answer.status, answer.json());
        let [code, field] = ["code", "field"].map(|name| json[name].as_str().unwrap());
        let [wanted, found] = ["expected", "found"].map(|name| &json[name]);
        let text = format!("{status} {code} at {field}: {wanted}, not {found}");
        assert_eq!(text, expected, "{what}");
        assert!(!json["message"].as_str().unwrap().is_empty(), "{what}");
        let description = described[status.to_string()]["description"].as_str().unwrap();
        assert!(description.contains(code), "{what}: {code} is not described");
    }
    assert_eq!(server.intake.progress(), before, "nothing was taken in");
    // The server goes on, and what it had is still there.
    assert_eq!(server.post(&server.night.signed("S001")).await.status, 200);
    assert_eq!(server.post(&server.night.signed("S002")).await.status, 201);
}

/// The first reading of S002, changed and signed again.
fn changed(change: impl FnOnce(&mut body::Returns)) -> Vec<u8> {
    let mut returns = Night::new().returns("S002");
    change(&mut returns);
    sign_returns(returns)
}

/// The first reading of S002, signed by others.
fn signed_by(names: &[&str]) -> Vec<u8> {
    sign(&Body::Returns(Night::new().returns("S002")), names)
}

/// The bytes with one piece exchanged: what is signed is no longer what is there.
fn patched(note: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(note).unwrap();
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn what_is_no_record() {
    let note = Night::new().signed("S002");
    let half = note[..note.len() / 2].to_vec();
    let end = note.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let unended = r#"400 malformed at note: "a newline at the end", not "line 1""#;
    let unsigned = r#"401 unsigned at signatures: "a signature", not 0"#;
    check(vec![
        ("nothing", Vec::new(), unended),
        ("a word", b"hello".to_vec(), unended),
        ("half", half, r#"400 malformed at note: "a newline at the end", not "line 2""#),
        ("no text", b"\xff\xfe\n\n".to_vec(), r#"400 malformed at note: "UTF-8", not "byte 0""#),
        (
            "a tab",
            b"a\tb\n".to_vec(),
            r#"400 malformed at note: "no control character", not "0x09""#,
        ),
        (
            "an unknown kind",
            patched(&note, "returns", "rumours"),
            "400 unknown_kind at kind: \"a type line such as countersign/returns/v1\", \
             not \"countersign/rumours/v1\"",
        ),
        (
            "a key that stands twice",
            patched(&note, "\"A\":10", "\"A\":10,\"A\":11"),
            r#"400 duplicate_key at A: 1, not "2 or more""#,
        ),
        (
            "a number in quotes",
            patched(&note, "\"devices\":2", "\"devices\":\"2\""),
            "400 malformed at body: \"the JSON of this kind\", \
             not \"invalid type: string \\\"2\\\", expected u8 at line 1 column 136\"",
        ),
        (
            "white space",
            patched(&note, "\"A\":10,", "\"A\": 10,"),
            r#"400 not_canonical at body: "10,\"E.1\":7},\"def", not " 10,\"E.1\":7},\"de""#,
        ),
        ("unsigned", note[..=end].to_vec(), unsigned),
        ("unsigned, with the empty line", note[..end + 2].to_vec(), unsigned),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_signed_by_those_who_must() {
    let night = Night::new();
    let one_device = {
        let mut returns = night.returns("S002");
        returns.devices = 1;
        sign(&Body::Returns(returns), &["S002/1"])
    };
    let revoked = sign(&Body::Returns(night.returns("S000")), &["S000/1", "S000/3"]);
    let too_few = "401 too_few_signers at signatures: 2, not 1";
    check(vec![
        ("one where two are due", signed_by(&["S002/1"]), too_few),
        ("one where two are due, and one device", one_device, too_few),
        (
            "the same person twice",
            signed_by(&["S002/1", "S002/1"]),
            r#"401 same_person at signatures: "different persons", not "S002/1""#,
        ),
        (
            "a key that nobody enrolled",
            signed_by(&["S002/1", "S002/9"]),
            r#"401 unknown_key at signatures: "an enrolled key", not "S002/9""#,
        ),
        (
            "a key that was revoked",
            revoked,
            r#"401 revoked_key at signatures: "a valid key", not "S000/3""#,
        ),
        (
            "a key of another station",
            signed_by(&["S002/1", "S003/1"]),
            r#"401 out_of_scope at signatures: "S002", not "S003""#,
        ),
        (
            "another text under the signatures",
            patched(&night.signed("S002"), "\"A\":10", "\"A\":11"),
            "401 bad_signature at signatures: \"a signature that fits text and key\", \
             not \"S002/1\"",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_does_not_fit_the_log() {
    let night = Night::new();
    let again = |seq, prev| {
        let mut returns = night.returns("S001");
        (returns.seq, returns.prev) = (seq, prev);
        sign_returns(returns)
    };
    let (this, first) = (night.definition, id(&night.signed("S001")));
    let other = Digest::of(b"another election");
    let other_definition =
        format!("409 other_definition at definition: \"{this}\", not \"{other}\"");
    let predecessor = format!("409 predecessor at prev: \"{first}\", not \"none\"");
    check(vec![
        ("another definition", changed(|returns| returns.definition = other), &other_definition),
        (
            "a second definition",
            patched(&definition(), "\"one\":\"whole\"", "\"one\":\"hole\""),
            r#"409 second_definition at kind: "no definition", not "one""#,
        ),
        (
            "a gap at the beginning",
            changed(|returns| returns.seq = 2),
            "409 sequence at seq: 1, not 2",
        ),
        ("a gap", again(3, Some(first)), "409 sequence at seq: 2, not 3"),
        ("a correction of nothing", again(2, None), &predecessor),
        (
            "a correction without a reason",
            again(2, Some(first)),
            r#"422 no_reason at reason: "a reason", not null"#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn whose_form_it_is() {
    let of_unit = |unit: &str| {
        let mut returns = Night::new().returns("S002");
        returns.unit = unit.to_owned();
        sign(&Body::Returns(returns), &["S002/1", "S002/2"])
    };
    check(vec![
        (
            "a unit of another election",
            of_unit("Z"),
            r#"422 unknown_unit at unit: "a unit of this election", not "Z""#,
        ),
        (
            "a unit without a form",
            of_unit("G1"),
            r#"422 no_form at unit: "a unit that fills in a form", not "G1""#,
        ),
        (
            "a channel that is not open",
            changed(|returns| returns.channel = "pigeon".to_owned()),
            r#"422 closed_channel at channel: "app, phone", not "pigeon""#,
        ),
        ("no device", changed(|r| r.devices = 0), "422 devices at devices: 2, not 0"),
        (
            "more devices than persons",
            changed(|returns| returns.devices = 3),
            "422 devices at devices: 2, not 3",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_the_form_cannot_hold() {
    let count = |code: &str, number: i64| {
        changed(|returns| {
            returns.counts.insert(code.to_owned(), number);
        })
    };
    let without = changed(|returns| assert!(returns.counts.remove("A").is_some()));
    check(vec![
        (
            "ten digits",
            count("A", 1_000_000_000),
            "422 out_of_range at A: 999999999, not 1000000000",
        ),
        ("less than none", count("A", -1), "422 out_of_range at A: 999999999, not -1"),
        ("more than the field takes", count("B", 51), "422 out_of_range at B: 50, not 51"),
        ("a field left open", without, r#"422 missing at A: "a number", not null"#),
        (
            "a field of another form",
            count("Z", 1),
            r#"422 unknown_field at Z: "a field of the unit's form", not "Z""#,
        ),
        (
            "a list of another ballot",
            count("E.2", 1),
            r#"422 not_on_ballot at E.2: "the ballot of S002", not "E.2""#,
        ),
        ("a sum", count("D", 10), r#"422 not_on_paper at D: "nothing: it is worked out", not 10"#),
    ])
    .await;
}

/// An enrolment of one key as it is written.
fn enrol(vkey: &str, officers: &[&str]) -> Vec<u8> {
    let (person, unit) = ("S004/9".to_owned(), "S004".to_owned());
    let keys = vec![MemberKey::new(&person, &unit, vkey)];
    let (definition, salt) = (Night::new().definition, Digest::of(b"enrol"));
    sign(
        &Body::Key(body::Keys { action: KeyAction::Enrol, definition, keys, reason: None, salt }),
        officers,
    )
}

/// Two codes for one person.
fn two_codes(officers: &[&str]) -> Vec<u8> {
    let code = |text: &[u8]| body::Invitation {
        commitment: Digest::of(text),
        person: "S004/9".to_owned(),
        unit: "S004".to_owned(),
    };
    let (definition, salt) = (Night::new().definition, Digest::of(b"invite"));
    let codes = vec![code(b"one"), code(b"two")];
    sign(&Body::Invite(body::Invite { codes, definition, salt }), officers)
}

/// What members of a station vouch for, who saw only the definition.
fn vouch(last: u64) -> Vec<u8> {
    let definition = Night::new().definition;
    let (hash, salt) = (body::Attest::hash_of(vec![definition]), Digest::of(b"vouch"));
    let unit = "S001".to_owned();
    let body = body::Attest { definition, first: 0, hash, last, salt, unit };
    sign(&Body::Attest(body), &["S001/1", "S001/2"])
}

#[tokio::test]
async fn what_officers_and_committees_cannot_do() {
    let night = Night::new();
    let officers = ["officer/1", "officer/2"];
    let (definition, chosen) = (night.definition, Digest::of(b"no reading"));
    let decision = |reason: &str| {
        let (reason, unit) = (reason.to_owned(), "S001".to_owned());
        let salt = Digest::of(b"decision");
        sign(&Body::Decision(body::Decision { chosen, definition, reason, salt, unit }), &officers)
    };
    let [taken, new] = ["S001/1", "S004/9"].map(|name| key(name).public().vkey().to_string());
    let not_a_reading =
        format!("422 not_a_reading at chosen: \"a reading of S001\", not \"{chosen}\"");
    let bad_key = format!("422 bad_key at keys: \"a usable key\", not \"{taken}\"");
    let [own, log] = [vec![definition], vec![definition, id(&night.enrol())]];
    let [own, log] = [own, log].map(body::Attest::hash_of);
    let others = format!("409 other_records at hash: \"{log}\", not \"{own}\"");
    let too_early = format!("422 too_early at made: {RELEASE}, not {}", RELEASE - 1);
    check(vec![
        ("a decision for no reading", decision("the paper says so"), &not_a_reading),
        (
            "a decision without a reason",
            decision(" "),
            r#"422 no_reason at reason: "a reason", not null"#,
        ),
        ("a release signed too early", night.release(RELEASE - 1), &too_early),
        ("a release sent too early", night.release(RELEASE), &too_early),
        ("no key", enrol("none", &officers), r#"422 bad_key at keys: "a usable key", not "none""#),
        ("another's key", enrol(&taken, &officers), &bad_key),
        (
            "two codes for one person",
            two_codes(&officers),
            r#"422 bad_code at codes: "a code that may be given out", not "S004/9 for S004""#,
        ),
        ("a range beyond the log", vouch(99), "409 range at last: 4, not 99"),
        ("other records than there are", vouch(1), &others),
        ("one officer", enrol(&new, &["officer/1"]), "401 too_few_signers at signatures: 2, not 1"),
        (
            "members in an officer's place",
            enrol(&new, &["S001/1", "S001/2"]),
            r#"401 out_of_scope at signatures: "the whole election", not "S001""#,
        ),
    ])
    .await;
}
