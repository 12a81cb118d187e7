//! What is no record, with the reason.

use super::{key, outcome, returns, signed, turnout};
use crate::{Body, CanonicalError, Draft, body, canonical_line, note::Note};

const TEXT: &str = "countersign/turnout/v1\n{\"admitted\":412,\"channel\":\"app\",\"definition\":\"2222222222222222222222222222222222222222222222222222222222222222\",\"made\":1761764400,\"salt\":\"1111111111111111111111111111111111111111111111111111111111111111\",\"seq\":3,\"unit\":\"1667::SB1\"}\n";

fn sign(text: &str) -> Vec<u8> {
    Note::new(text, vec![key("1667::SB1/1", 1).sign(text)]).unwrap().to_bytes()
}

/// Replaces something in the text of a record, signs it, and reads it.
#[track_caller]
fn refused(from: &str, to: &str, expected: &str) {
    assert!(TEXT.contains(from), "{from}");
    let found = outcome(&sign(&TEXT.replacen(from, to, 1))).unwrap_err();
    assert!(found.starts_with(expected), "{to:?}\n   found {found}\nexpected {expected}");
}

#[test]
fn the_text_is_a_record() {
    assert_eq!(Draft::new(&turnout()).unwrap().text(), TEXT);
    assert_eq!(outcome(&sign(TEXT)), Ok(Draft::new(&turnout()).unwrap().id()));
}

#[test]
fn the_type_line() {
    let expected = "line 1: expected a type line such as countersign/returns/v1, found";
    for line in [
        "countersign/turnout/v2",
        "countersign/turnout/v1 ",
        " countersign/turnout/v1",
        "countersign/Turnout/v1",
        "countersign/votes/v1",
        "countersign//v1",
        "countersign/v1",
        "countersign/turnout",
        "turnout/v1",
        "\u{feff}countersign/turnout/v1",
        "",
    ] {
        refused("countersign/turnout/v1", line, &format!("{expected} {line:?}"));
    }
    // A long line is not repeated in full.
    let long = "x".repeat(200);
    refused("countersign/turnout/v1", &long, &format!("{expected} {:?}", "x".repeat(80)));
    // One kind's body under another kind's name.
    refused("countersign/turnout", "countersign/release", "line 2: unknown field `admitted`");
}

#[test]
fn two_lines() {
    refused("}\n", "}\n\n", "a record's text has 2 lines, found 3");
    refused("}\n", "}\nmore\n", "a record's text has 2 lines, found 3");
    refused("v1\n", "v1\n\n", "a record's text has 2 lines, found 3");
    let empty = |text: &str| outcome(&sign(text)).unwrap_err();
    assert_eq!(empty("countersign/turnout/v1\n"), "a record's text has 2 lines, found 1");
    assert_eq!(empty("countersign/turnout/v1\n\n"), "a record's text has 2 lines, found 2");
}

#[test]
fn other_bytes_around_the_text() {
    let bytes = sign(TEXT);
    let text = String::from_utf8(bytes.clone()).unwrap();
    let found = outcome(text.replace('\n', "\r\n").as_bytes()).unwrap_err();
    assert_eq!(found, "line 1 holds the control character 0x0d");
    let found = outcome(format!("\u{feff}{text}").as_bytes()).unwrap_err();
    assert!(found.starts_with("line 1: expected a type line"), "{found}");
    let found = outcome(&bytes[..bytes.len() - 1]).unwrap_err();
    assert_eq!(found, "line 4 does not end in a newline");
    let found = outcome(TEXT.as_bytes()).unwrap_err();
    assert!(found.starts_with("an empty line between text and signatures"), "{found}");
    let found = outcome(format!("{text}\n").as_bytes()).unwrap_err();
    assert!(!found.is_empty());
    assert_eq!(outcome(b""), Err("line 1 does not end in a newline".to_owned()));
}

#[test]
fn a_key_that_stands_twice_is_named() {
    refused("\"seq\":3", "\"seq\":3,\"seq\":3", "line 2: the key \"seq\" stands twice");
    refused("\"seq\":3", "\"seq\":3,\"seq\":4", "line 2: the key \"seq\" stands twice");
    refused("\"seq\":3", "\"seq\":3,\"s\\u0065q\":4", "line 2: the key \"seq\" stands twice");
}

#[test]
fn keys_are_those_of_the_kind() {
    refused("\"seq\"", "\"sek\"", "line 2: unknown field `sek`");
    refused("\"seq\":3,", "\"seq\":3,\"seqq\":3,", "line 2: unknown field `seqq`");
    refused("\"seq\":3,", "", "line 2: missing field `seq`");
    refused("\"seq\":3", "\"seq\":null", "line 2: invalid type: null, expected u32");
}

#[test]
fn numbers_are_whole_and_written_one_way() {
    refused(":412", ":412.0", "line 2: invalid type: floating point `412.0`, expected i64");
    refused(":412", ":4.12", "line 2: invalid type: floating point `4.12`, expected i64");
    refused(":412", ":4e2", "line 2: invalid type: floating point `400.0`, expected i64");
    refused(":412", ":4E2", "line 2: invalid type: floating point `400.0`, expected i64");
    refused(":412", ":-0", "line 2: invalid type: floating point `-0.0`, expected i64");
    refused(":412", ":0412", "line 2: invalid number");
    refused(":412", ":+412", "line 2: expected value");
    refused(":412", ":\"412\"", "line 2: invalid type: string \"412\", expected i64");
    refused(":412", ":9223372036854775808", "line 2: invalid value");
    refused(":3,", ":-3,", "line 2: invalid value: integer `-3`, expected u32");
    refused(":3,", ":4294967296,", "line 2: invalid value: integer `4294967296`, expected u32");
}

#[test]
fn there_is_no_white_space_and_keys_are_sorted() {
    refused(
        "{\"adm",
        "{ \"adm",
        "line 2: byte 1: expected \"\\\"admitted\\\":412,\\\"\", found \" \\\"admitted",
    );
    refused(":412", ": 412", "line 2: byte 12: expected \"412,");
    refused("412,", "412, ", "line 2: byte 16: expected \"\\\"channel");
    refused("SB1\"}", "SB1\" }", "line 2: byte");
    refused("SB1\"}", "SB1\"} ", "line 2: byte");
    refused("{\"adm", " {\"adm", "line 2: byte 0: expected");
    refused(
        "\"admitted\":412,\"channel\":\"app\"",
        "\"channel\":\"app\",\"admitted\":412",
        "line 2: byte 2: expected \"admitted\\\":412,\\\"c\", found \"channel\\\":\\\"app",
    );
    refused("SB1\"}", "SB1\"}{}", "line 2: trailing characters");
    refused("SB1\"}", "SB1\"", "line 2: EOF while parsing");
}

#[test]
fn digests_are_lower_case_hex_of_32_bytes() {
    let digest = "line 2: a digest is 64 of 0-9 a-f, found";
    let ones = "1".repeat(64);
    for other in ["A".repeat(64), "1".repeat(63), "1".repeat(65), "g".repeat(64), String::new()] {
        refused(&ones, &other, &format!("{digest} {other:?}"));
    }
    // 64 bytes that are no 64 digits.
    refused(&ones, &"é".repeat(32), digest);
}

#[test]
fn strings_have_one_spelling() {
    // An escape that nobody needs, and an e with its accent as a character of its own.
    refused("app", "\\u0061pp", "line 2: byte");
    refused("app", "a\\/p", "line 2: byte");
    refused("app", "caf\u{e9}\\u00e9", "line 2: byte");
    refused("app", "cafe\u{301}", "line 2: a string is not in Unicode normal form C");
    refused("app", "\\ud800", "line 2: ");
    // The same in one character is a string like others, of another id.
    let composed = sign(&TEXT.replace("app", "caf\u{e9}"));
    assert!(outcome(&composed).is_ok());
}

#[test]
fn a_body_that_has_no_canonical_form_is_not_drafted() {
    let mut body = returns();
    body.unit = "cafe\u{301}".into();
    assert_eq!(Draft::new(&Body::Returns(body)), Err(CanonicalError::NotNormal));
    for head in [serde_json::json!({"a": [{"b": 0.5}]}), serde_json::json!(1e3)] {
        assert!(matches!(canonical_line(&head), Err(CanonicalError::Shape { .. })), "{head}");
    }
    let zero = canonical_line(&serde_json::json!({"b": 0, "a": u64::MAX})).unwrap();
    assert_eq!(zero, "{\"a\":18446744073709551615,\"b\":0}");
}

#[test]
fn the_head_of_a_definition_is_canonical_too() {
    let definition = |head: &str| {
        let text = format!(
            "countersign/definition/v1\n{{\"head\":{head},\"log\":\"\",\"mode\":\"live\",\"officers\":[],\
             \"publisher\":\"\",\"salt\":\"{}\",\"units\":{{\"columns\":[],\"rows\":[]}}}}\n",
            "1".repeat(64)
        );
        outcome(&sign(&text)).map(|_| ())
    };
    let error = |text: &str| Err(format!("line 2: {text}"));
    assert_eq!(definition("{\"a\":1,\"b\":[{}]}"), Ok(()));
    assert_eq!(definition("{\"a\":0.5}"), error("0.5 is no whole number"));
    assert_eq!(definition("{\"a\":{\"b\":1,\"b\":1}}"), error("the key \"b\" stands twice"));
    for other in ["{\"b\":1,\"a\":1}", "{\"a\": 1}", "{\"a\":1e0}", "{\"a\":-0}", "[1,1.0]"] {
        assert!(definition(other).is_err(), "{other}");
    }
}

#[test]
fn a_digest_is_read_from_its_text() {
    let text = "0123456789abcdef".repeat(4);
    let digest: crate::Digest = text.parse().unwrap();
    assert_eq!(digest.as_bytes()[..8], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
    assert_eq!(
        (digest.to_string(), format!("{digest:?}"), String::from(digest)),
        (text.clone(), text.clone(), text)
    );
    // SHA-256 of nothing (FIPS 180-4).
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(crate::Digest::of(b"").to_string(), empty);
}

#[test]
fn optional_fields_are_left_out_and_never_null() {
    let body = Body::Returns(body::Returns { made: Some(0), ..returns() });
    let text = Draft::new(&body).unwrap().text().to_owned();
    assert!(outcome(&signed(&body)).is_ok());
    let found = outcome(&sign(&text.replace("\"made\":0", "\"made\":null"))).unwrap_err();
    assert!(found.starts_with("line 2: byte"), "{found}");
}
