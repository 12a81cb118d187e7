//! Canonical JSON, and bytes that are a record or none.

use record::{Record, canonical_line};
use serde_json::{Value, json};

use super::{base64, hold};
use crate::tests::night::{Night, RELEASE, definition, night_of_codes, sign};

#[test]
fn canonical_lines() {
    let inputs = [
        "{\"b\": 1, \"a\": [true, null, \"x\"]}",
        "{\"10\":1,\"9\":2,\"Z\":3,\"a\":4,\"é\":5,\"\u{ffff}\":6,\"\u{10000}\":7}",
        "\"\\u0041\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\\u007f\\u2028\"",
        "[0, -1, 18446744073709551615, -9223372036854775808]",
        "[18446744073709551616]",
        "[1.0]",
        "[1e2]",
        "[-0]",
        "{}",
        "\"e\u{301}\"",
        "\"\u{e9}\"",
        "\"\\n\u{303}\"",
        "\"x\\n \u{303}\"",
        "\"\u{1f5f3}\"",
    ];
    let lines = inputs.map(|input| {
        let value: Value = serde_json::from_str(input).unwrap();
        json!({"json": input, "line": canonical_line(&value).ok()})
    });
    hold("canonical", &json!(lines));
}

#[test]
fn bytes_that_are_records_or_none() {
    let night = Night::new();
    let pen = night.pen;
    let returns = String::from_utf8(pen.returns("S:1", "E.1=5 E.2=3 F=0")).unwrap();
    let mut cases = vec![
        case("definition", &night.notes[0]),
        case("key", &night.notes[1]),
        case("returns", returns.as_bytes()),
        case("turnout", &pen.turnout("S:1", 40, 0)),
        case("release", &pen.release("M", RELEASE)),
        case("decision", &pen.decision("S:1", night.definition())),
    ];
    cases.extend(of_keys());
    cases.extend(replaced(&returns));
    cases.extend(of_bytes(&returns));
    cases.extend(definitions());
    hold("records", &json!(cases));
}

/// Codes, registrars, ranges; and the same with one thing written otherwise.
fn of_keys() -> Vec<Value> {
    let night = night_of_codes();
    let [codes, keys] = [3, 4].map(|at| str::from_utf8(&night.notes[at]).unwrap());
    let (registrars, revoked) = (&night.notes[2], &night.notes[5]);
    let attest = String::from_utf8(night.attest("S:1", 1, 3)).unwrap();
    let other = |name, note: &str, from: &str, to: &str| {
        assert!(note.contains(from), "{name}");
        case(name, note.replacen(from, to, 1).as_bytes())
    };
    let registrar = str::from_utf8(registrars).unwrap();
    vec![
        case("codes", codes.as_bytes()),
        case("keys with codes", keys.as_bytes()),
        case("registrars", registrars),
        case("a revocation with a reason", revoked),
        case("a range", attest.as_bytes()),
        other("another role", registrar, "\"registrar\"", "\"king\""),
        other("null for a role", keys, "\",\"unit\"", "\",\"role\":null,\"unit\""),
        other("a code without its salt", keys, ",\"salt\":", ",\"pepper\":"),
        other("a proof that is no base64 is a record", keys, "\"proof\":\"", "\"proof\":\"?"),
        other("a commitment that is no digest", codes, "\"commitment\":\"", "\"commitment\":\"x"),
        other("codes under another name", codes, "\"codes\"", "\"coded\""),
        other(
            "an invitation with an action",
            codes,
            "{\"codes\"",
            "{\"action\":\"enrol\",\"codes\"",
        ),
        other("a negative position", &attest, "\"first\":1", "\"first\":-1"),
        other("a range backwards is a record", &attest, "\"first\":1", "\"first\":9"),
        other(
            "the largest position is a record",
            &attest,
            "\"last\":3",
            "\"last\":18446744073709551615",
        ),
        other("a larger position", &attest, "\"last\":3", "\"last\":18446744073709551616"),
    ]
}

/// One thing is written otherwise.
fn replaced(returns: &str) -> Vec<Value> {
    let long = "9".repeat(20);
    [
        ("another type line", "returns/v1", "returns/v2"),
        ("an unknown kind", "countersign/returns/", "countersign/audit/"),
        ("white space", "\"channel\":", "\"channel\": "),
        ("keys unsorted", "\"seq\":1,\"unit\":\"S:1\"", "\"unit\":\"S:1\",\"seq\":1"),
        ("a key twice", "\"F\":0", "\"F\":0,\"F\":0"),
        ("an unknown key", "\"devices\":2", "\"devices\":2,\"extra\":1"),
        ("a key missing", "\"devices\":2,", ""),
        ("null for a key left out", "\"salt\"", "\"photo\":null,\"salt\""),
        ("a fraction", "\"F\":0", "\"F\":0.0"),
        ("an exponent", "\"E.1\":5", "\"E.1\":5e0"),
        ("a negative zero", "\"F\":0", "\"F\":-0"),
        ("a negative count is a record", "\"F\":0", "\"F\":-1"),
        ("more than 64 bits", "\"F\":0", &format!("\"F\":{long}")),
        ("devices above 255", "\"devices\":2", "\"devices\":256"),
        ("a number above 32 bits", "\"seq\":1", "\"seq\":4294967296"),
        ("an escape that is not needed", "\"app\"", "\"\\u0061pp\""),
        ("a slash that is escaped", "\"S:1\"", "\"S\\/1\""),
        ("upper-case digits", "\"salt\":\"", "\"salt\":\"A"),
        ("not in normal form", "\"app\"", "\"e\u{301}\""),
        ("a letter after an escape that composes", "\"app\"", "\"\\n\u{303}\""),
        ("a delete character is allowed", "\"app\"", "\"a\u{7f}\""),
        ("a third line", "}\n\n", "}\nx\n\n"),
        ("an empty line more", "}\n\n", "}\n\n\n"),
        ("no em dash", "— ", "- "),
        ("two blanks", "— S:1/1 ", "— S:1/1  "),
        ("a plus in a name", "— S:1/1", "— S:1+1"),
        ("white space in a name", "— S:1/1", "— S:1\u{a0}1"),
        ("a carriage return", "}\n\n", "}\r\n\n"),
        ("a tab", "\"app\"", "\"a\tp\""),
        ("base64 without padding", "=\n", "\n"),
        ("base64 of another alphabet", "— S:1/1 Q", "— S:1/1 _"),
    ]
    .iter()
    .map(|(name, from, to)| {
        assert!(returns.contains(from), "{name}");
        case(name, returns.replacen(from, to, 1).as_bytes())
    })
    .collect()
}

/// The bytes themselves.
fn of_bytes(returns: &str) -> Vec<Value> {
    let (text, signatures) = returns.split_once("\n\n").unwrap();
    let line = signatures.lines().next().unwrap();
    let signed = |count: usize| format!("{text}\n\n{}", format!("{line}\n").repeat(count));
    let cut = returns.strip_suffix('\n').unwrap();
    let bad = [returns.as_bytes(), &[0xff, b'\n']].concat();
    vec![
        case("empty", b""),
        case("no newline at the end", cut.as_bytes()),
        case("not UTF-8", &bad),
        case("no empty line", format!("{text}\n{signatures}").as_bytes()),
        case("no signature", format!("{text}\n\n").as_bytes()),
        case("16 signatures", signed(16).as_bytes()),
        case("17 signatures", signed(17).as_bytes()),
        case(
            "four bytes of id and none of signature",
            format!("{text}\n\n— a AAAAAA==\n").as_bytes(),
        ),
        case("five bytes", format!("{text}\n\n— a AAAAAAA=\n").as_bytes()),
        case("bits behind the last byte", format!("{text}\n\n— a AAAAAAB=\n").as_bytes()),
        case("an empty line within the signatures", format!("{returns}\n{line}\n").as_bytes()),
    ]
}

/// The head of a definition is any JSON of whole numbers.
fn definitions() -> Vec<Value> {
    let note = sign(&record::Body::Definition(Box::new(definition())), &["jansen"]);
    let text = String::from_utf8(note).unwrap();
    let change = |name, from, to| case(name, text.replacen(from, to, 1).as_bytes());
    vec![
        change("a fraction in a head", "\"above\":100", "\"above\":100.5"),
        change("a head that is any JSON", "\"above\":100", "\"above\":{\"x\":[null,-1]}"),
        change("127 arrays and objects", "\"above\":100", &nested(127 - 5)),
        change("128 arrays and objects", "\"above\":100", &nested(128 - 5)),
        change("another mode", "\"mode\":\"rehearsal\"", "\"mode\":\"test\""),
    ]
}

/// This many arrays, within the five values that the threshold of a rule across units stands in.
fn nested(depth: usize) -> String {
    format!("\"above\":{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// A row: the bytes, and what was read. Why it is none is for people; no other program says it so.
fn case(name: &str, note: &[u8]) -> Value {
    let read = Record::parse(note);
    let (id, kind) = read.as_ref().map_or((None, None), |record| {
        (Some(record.id.to_string()), Some(record.body.kind().to_string()))
    });
    let why = read.as_ref().err().map(ToString::to_string);
    json!({"name": name, "note_base64": base64(note), "id": id, "kind": kind, "why": why})
}
