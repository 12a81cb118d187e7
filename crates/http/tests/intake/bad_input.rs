//! Whatever is wrong with a record has one clear answer, and loses nothing.

use record::{
    Body, Digest,
    body::{self, KeyAction, MemberKey},
};
use serde_json::{Value, json};

use crate::{
    night::{Night, RELEASE, key, sign, sign_returns, station},
    server::Server,
};

/// What was sent, and what must come back: status, code, field, expected, found.
struct Row {
    what: &'static str,
    note: Vec<u8>,
    answer: (u16, &'static str, &'static str, Value, Value),
}

fn row(
    what: &'static str,
    note: impl Into<Vec<u8>>,
    status: u16,
    code: &'static str,
    field: &'static str,
    (expected, found): (Value, Value),
) -> Row {
    Row { what, note: note.into(), answer: (status, code, field, expected, found) }
}

async fn check(rows: Vec<Row>) {
    let server = Server::ready().await;
    assert_eq!(server.post(&server.night.signed("S001")).await.status, 201);
    let before = server.intake.progress();
    let description = server.get("/v1/openapi.json").await.json();
    let described = &description["paths"]["/v1/records"]["post"]["responses"];
    for Row { what, note, answer } in rows {
        let (status, code, field, expected, found) = answer;
        let bad = server.post(&note).await;
        let json = bad.json();
        let found_answer = (bad.status, &json["code"], &json["field"]);
        assert_eq!(found_answer, (status, &code.into(), &field.into()), "{what}: {json}");
        assert_eq!((&json["expected"], &json["found"]), (&expected, &found), "{what}: {json}");
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
fn changed(night: Night, change: impl FnOnce(&mut body::Returns)) -> Vec<u8> {
    let mut returns = night.returns("S002");
    change(&mut returns);
    sign_returns(returns)
}

/// The bytes with one piece exchanged: what is signed is no longer what is there.
fn patched(note: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(note).unwrap();
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn what_is_no_record() {
    let night = Night::new();
    let note = night.signed("S002");
    let text = std::str::from_utf8(&note).unwrap();
    let (signed_text, _) = text.split_once("\n\n").unwrap();
    let malformed = |what, note: &[u8], field, expected: &str, found: Value| {
        row(what, note, 400, "malformed", field, (expected.into(), found))
    };
    check(vec![
        malformed("nothing", b"", "note", "a newline at the end", "line 1".into()),
        malformed("no text", b"\xff\xfe\n\n", "note", "UTF-8", "byte 0".into()),
        malformed("a tab", b"a\tb\n", "note", "no control character", "0x09".into()),
        malformed(
            "half a record",
            &note[..note.len() / 2],
            "note",
            "a newline at the end",
            "line 2".into(),
        ),
        malformed(
            "another body",
            &patched(&note, "\"seq\":1", "\"sex\":1"),
            "body",
            "the JSON of this kind",
            "unknown field `sex`, expected one of `channel`, `counts`, `definition`, `devices`, \
             `made`, `photo`, `prev`, `reason`, `salt`, `seq`, `unit` at line 1 column 214"
                .into(),
        ),
        row(
            "unknown kind",
            patched(&note, "returns", "rumours"),
            400,
            "unknown_kind",
            "kind",
            ("a type line such as countersign/returns/v1".into(), "countersign/rumours/v1".into()),
        ),
        row(
            "duplicate key",
            patched(&note, "\"A\":10", "\"A\":10,\"A\":11"),
            400,
            "duplicate_key",
            "A",
            (1.into(), "2 or more".into()),
        ),
        row(
            "white space",
            patched(&note, "\"A\":10", "\"A\": 10"),
            400,
            "not_canonical",
            "body",
            ("10,\"E.1\":7},\"def".into(), " 10,\"E.1\":7},\"de".into()),
        ),
        row(
            "unsigned",
            format!("{signed_text}\n"),
            401,
            "unsigned",
            "signatures",
            ("a signature".into(), 0.into()),
        ),
        row(
            "unsigned, with the empty line",
            format!("{signed_text}\n\n"),
            401,
            "unsigned",
            "signatures",
            ("a signature".into(), 0.into()),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_signed_by_those_who_must() {
    let night = Night::new();
    let returns = || Body::Returns(night.returns("S002"));
    let signed = |what, note, code, expected: Value, found: Value| {
        row(what, note, 401, code, "signatures", (expected, found))
    };
    let one_device = |persons: &[&str]| {
        let mut returns = night.returns("S002");
        returns.devices = 1;
        sign(&Body::Returns(returns), persons)
    };
    let s000 = |name: &str| sign(&Body::Returns(night.returns("S000")), &["S000/1", name]);
    check(vec![
        signed(
            "one where two are due",
            sign(&returns(), &["S002/1"]),
            "too_few_signers",
            2.into(),
            1.into(),
        ),
        signed(
            "one where two are due, on one device",
            one_device(&["S002/1"]),
            "too_few_signers",
            2.into(),
            1.into(),
        ),
        signed(
            "the same person twice",
            sign(&returns(), &["S002/1", "S002/1"]),
            "same_person",
            "different persons".into(),
            "S002/1".into(),
        ),
        signed(
            "a key that nobody enrolled",
            sign(&returns(), &["S002/1", "S002/9"]),
            "unknown_key",
            "an enrolled key".into(),
            "S002/9".into(),
        ),
        signed(
            "a key that was revoked",
            s000("S000/3"),
            "revoked_key",
            "a valid key".into(),
            "S000/3".into(),
        ),
        signed(
            "a key for another station",
            sign(&returns(), &["S002/1", "S003/1"]),
            "out_of_scope",
            "S002".into(),
            "S003".into(),
        ),
        signed(
            "another text under the signatures",
            patched(&night.signed("S002"), "\"A\":10", "\"A\":11"),
            "bad_signature",
            "a signature that fits text and key".into(),
            "S002/1".into(),
        ),
        signed(
            "a release by members",
            {
                let salt = Digest::of(b"r");
                let (definition, unit) = (night.definition, "tiny".to_owned());
                let release = body::Release { definition, made: RELEASE, salt, unit };
                sign(&Body::Release(release), &["S002/1", "S002/2"])
            },
            "too_early",
            RELEASE.into(),
            (RELEASE - 1).into(),
        )
        .with(422, "made"),
    ])
    .await;
}

impl Row {
    /// The same with another status and field.
    fn with(mut self, status: u16, field: &'static str) -> Row {
        self.answer.0 = status;
        self.answer.2 = field;
        self
    }
}

#[tokio::test]
async fn what_does_not_fit_the_log() {
    let night = Night::new();
    let other = Digest::of(b"another election");
    let again = |change: fn(&mut body::Returns)| {
        let mut returns = night.returns("S001");
        returns.salt = Digest::of(b"again");
        change(&mut returns);
        sign_returns(returns)
    };
    let first = crate::night::id(&night.signed("S001")).to_string();
    let conflict = |what, note, code, field, expected: Value, found: Value| {
        row(what, note, 409, code, field, (expected, found))
    };
    check(vec![
        conflict(
            "another definition",
            changed(night, |returns| returns.definition = other),
            "other_definition",
            "definition",
            night.definition.to_string().into(),
            other.to_string().into(),
        ),
        conflict(
            "a definition",
            patched(&crate::night::definition(), "\"one\":\"whole\"", "\"one\":\"hole\""),
            "second_definition",
            "kind",
            "no definition".into(),
            "one".into(),
        ),
        conflict(
            "a gap at the beginning",
            changed(night, |returns| returns.seq = 2),
            "sequence",
            "seq",
            1.into(),
            2.into(),
        ),
        conflict("a gap", again(|returns| returns.seq = 3), "sequence", "seq", 2.into(), 3.into()),
        conflict(
            "a correction of nothing",
            again(|returns| returns.seq = 2),
            "predecessor",
            "prev",
            first.as_str().into(),
            "none".into(),
        ),
        row(
            "a correction without a reason",
            {
                let mut returns = night.returns("S001");
                returns.seq = 2;
                returns.prev = Some(crate::night::id(&night.signed("S001")));
                sign_returns(returns)
            },
            422,
            "no_reason",
            "reason",
            ("a reason".into(), Value::Null),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_the_form_cannot_hold() {
    let night = Night::new();
    let unit = |unit: &str| {
        let mut returns = night.returns("S002");
        returns.unit = unit.to_owned();
        sign(&Body::Returns(returns), &["S002/1", "S002/2"])
    };
    let count = |code: &str, number: i64| {
        changed(night, |returns| {
            returns.counts.insert(code.to_owned(), number);
        })
    };
    let content = |what, note, code, field, expected: Value, found: Value| {
        row(what, note, 422, code, field, (expected, found))
    };
    check(vec![
        content(
            "a unit of another election",
            unit("Z"),
            "unknown_unit",
            "unit",
            "a unit of this election".into(),
            "Z".into(),
        ),
        content(
            "a unit without a form",
            unit("G1"),
            "no_form",
            "unit",
            "a unit that fills in a form".into(),
            "G1".into(),
        ),
        content(
            "a field of another form",
            count("Z", 1),
            "unknown_field",
            "Z",
            "a field of the unit's form".into(),
            "Z".into(),
        ),
        content(
            "a list of another ballot",
            count("E.2", 1),
            "not_on_ballot",
            "E.2",
            "the ballot of S002".into(),
            "E.2".into(),
        ),
        content(
            "a sum",
            count("D", 10),
            "not_on_paper",
            "D",
            "nothing: it is worked out".into(),
            10.into(),
        ),
        content(
            "ten digits",
            count("A", 1_000_000_000),
            "out_of_range",
            "A",
            999_999_999.into(),
            1_000_000_000.into(),
        ),
        content(
            "less than none",
            count("A", -1),
            "out_of_range",
            "A",
            999_999_999.into(),
            (-1).into(),
        ),
        content(
            "more than the field takes",
            count("B", 51),
            "out_of_range",
            "B",
            50.into(),
            51.into(),
        ),
        content(
            "a field that is not filled in",
            changed(night, |returns| assert_eq!(returns.counts.remove("A"), Some(10))),
            "missing",
            "A",
            "a number".into(),
            Value::Null,
        ),
        content(
            "a channel that is not open",
            changed(night, |returns| returns.channel = "pigeon".to_owned()),
            "closed_channel",
            "channel",
            "app, phone".into(),
            "pigeon".into(),
        ),
        content(
            "no device",
            changed(night, |returns| returns.devices = 0),
            "devices",
            "devices",
            2.into(),
            0.into(),
        ),
        content(
            "more devices than persons",
            changed(night, |returns| returns.devices = 3),
            "devices",
            "devices",
            2.into(),
            3.into(),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_officers_cannot_do() {
    let night = Night::new();
    let officers = ["officer/1", "officer/2"];
    let (definition, chosen) = (night.definition, Digest::of(b"no reading"));
    let decision = |reason: &str| {
        let (reason, unit) = (reason.to_owned(), "S001".to_owned());
        let salt = Digest::of(b"decision");
        sign(&Body::Decision(body::Decision { chosen, definition, reason, salt, unit }), &officers)
    };
    let enrol = |vkey: &str| {
        let (person, unit) = ("S004/9".to_owned(), "S004".to_owned());
        let keys = vec![MemberKey { person, unit, vkey: vkey.to_owned() }];
        let (action, salt) = (KeyAction::Enrol, Digest::of(b"enrol"));
        sign(&Body::Key(body::Keys { action, definition, keys, salt }), &officers)
    };
    let taken = key("S001/1").public().vkey().to_string();
    let content = |what, note, code, field, expected: Value, found: Value| {
        row(what, note, 422, code, field, (expected, found))
    };
    check(vec![
        content(
            "a decision for no reading",
            decision("the paper says so"),
            "not_a_reading",
            "chosen",
            "a reading of S001".into(),
            chosen.to_string().into(),
        ),
        content(
            "a decision without a reason",
            decision(" "),
            "no_reason",
            "reason",
            "a reason".into(),
            json!(null),
        ),
        content(
            "a release before the moment",
            night.release(RELEASE - 1),
            "too_early",
            "made",
            RELEASE.into(),
            (RELEASE - 1).into(),
        ),
        content("no key", enrol("none"), "bad_key", "keys", "a usable key".into(), "none".into()),
        content(
            "a key twice",
            enrol(&taken),
            "bad_key",
            "keys",
            "a usable key".into(),
            taken.as_str().into(),
        ),
        row(
            "one officer",
            {
                let members = [("S005/9".to_owned(), station(5))];
                let keys = night.keys(KeyAction::Enrol, &members);
                let text = String::from_utf8(keys).unwrap();
                let (rest, _) = text.trim_end().rsplit_once('\n').unwrap();
                format!("{rest}\n")
            },
            401,
            "too_few_signers",
            "signatures",
            (2.into(), 1.into()),
        ),
    ])
    .await;
}
