//! The exact bytes of each kind, with their ids. They are what people put their keys under: a
//! change here makes every old record unreadable.

use super::{bodies, key, outcome, returns, signed, turnout};
use crate::{
    Body, Draft, Kind, MAX_BYTES, MAX_DEFINITION_BYTES, Record, canonical_line, note::Note,
};

/// Text and id of each of [`bodies`], in their order. The ids are of `sha256sum`.
const GOLDEN: [(&str, &str); 11] = [
    (
        r#"countersign/definition/v1
{"head":{"a":{"n":0,"naam":"Ωmega"},"z":[1,-2,true,null]},"log":"countersign.example/log+5ff5a844+AROY9ixtGkV8UbpqS189vS9p/KkyFiGNyJl+QWvRfZPK","mode":"rehearsal","officers":[{"person":"jansen","vkey":"jansen+a0892f3e+AW56HN0psLeP0Tr0xVmP7/TvKpcWbjym8uT7/M2AUFvx"},{"person":"de-vries","vkey":"de-vries+ca258274+AYqHX/8es4RRV3rNWv7kBUVlaN18ieCQhjoFV7x69J8X"}],"publisher":"publisher+88730550+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs","salt":"1111111111111111111111111111111111111111111111111111111111111111","units":{"columns":["id","kind","parent","name"],"rows":[["M","municipality","","Reusel-De Mierden"]]}}
"#,
        "b7367e2f66fd568907e5a1a5eea9b16037ef4518b02ea7bd4f19e3d4247a883a",
    ),
    (
        r#"countersign/key/v1
{"action":"enrol","definition":"2222222222222222222222222222222222222222222222222222222222222222","keys":[{"person":"1667::SB1/1","unit":"1667::SB1","vkey":"1667::SB1/1+e87c22ae+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"},{"person":"1667::SB1/2","unit":"1667::SB1","vkey":"1667::SB1/2+7a6b79c4+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"}],"salt":"1111111111111111111111111111111111111111111111111111111111111111"}
"#,
        "1b6100531b62d9f6b2fd633c2a9ea6d910a9fb56e07346c26ecdf80a05c33883",
    ),
    (
        r#"countersign/key/v1
{"action":"revoke","definition":"2222222222222222222222222222222222222222222222222222222222222222","keys":[],"salt":"1111111111111111111111111111111111111111111111111111111111111111"}
"#,
        "271dd67ce892ad0d24cc322c8792d1611f5480967fb9212ae187b3f76e3f948f",
    ),
    (
        r#"countersign/returns/v1
{"channel":"app","counts":{"1/10":0,"1/9":7,"A":700,"E.1":201},"definition":"2222222222222222222222222222222222222222222222222222222222222222","devices":2,"salt":"1111111111111111111111111111111111111111111111111111111111111111","seq":1,"unit":"1667::SB1"}
"#,
        "22a073bc24e596f42f42e2b8b9be80c0fb540a7bfc61ebf5957e4f081daf8292",
    ),
    (
        r#"countersign/returns/v1
{"channel":"app","counts":{"1/10":0,"1/9":7,"A":700,"E.1":201},"definition":"2222222222222222222222222222222222222222222222222222222222222222","devices":2,"made":1761764400,"photo":"3333333333333333333333333333333333333333333333333333333333333333","prev":"4444444444444444444444444444444444444444444444444444444444444444","reason":"lijst 1 \"opnieuw\" geteld: één te veel","salt":"1111111111111111111111111111111111111111111111111111111111111111","seq":2,"unit":"1667::SB1"}
"#,
        "f44c7307c4e7a3246bdbc49dac7e3c9c0f30221238aefb6454704777a89744a4",
    ),
    (
        r#"countersign/turnout/v1
{"admitted":412,"channel":"app","definition":"2222222222222222222222222222222222222222222222222222222222222222","made":1761764400,"salt":"1111111111111111111111111111111111111111111111111111111111111111","seq":3,"unit":"1667::SB1"}
"#,
        "e7cade8d0799b452e3b205147d7ba57876cb6c2871b9f195e87f6dbb9f4eccab",
    ),
    (
        r#"countersign/decision/v1
{"chosen":"4444444444444444444444444444444444444444444444444444444444444444","definition":"2222222222222222222222222222222222222222222222222222222222222222","reason":"hertelling","salt":"1111111111111111111111111111111111111111111111111111111111111111","unit":"1667::SB1"}
"#,
        "4d6cc0255bcea15fcf8f5887143ebd307c94ca71ce9abee8749446d211b549a8",
    ),
    (
        r#"countersign/release/v1
{"definition":"2222222222222222222222222222222222222222222222222222222222222222","made":1761768000,"salt":"1111111111111111111111111111111111111111111111111111111111111111","unit":"M"}
"#,
        "7b1852bc20646090159c4640f461b73662afd7bb77f2a0ea7374272e9208d513",
    ),
    (
        r#"countersign/invite/v1
{"codes":[{"commitment":"5555555555555555555555555555555555555555555555555555555555555555","person":"1667::SB1/1","unit":"1667::SB1"}],"definition":"2222222222222222222222222222222222222222222222222222222222222222","salt":"1111111111111111111111111111111111111111111111111111111111111111"}
"#,
        "cd3e3bef74d64d41cc29c02ae01983c54a79a1d37dc1c28588e8c41fc09f90b0",
    ),
    (
        r#"countersign/key/v1
{"action":"enrol","definition":"2222222222222222222222222222222222222222222222222222222222222222","keys":[{"opening":{"code":"8QW2T4HXM1C9ZK3R","salt":"6666666666666666666666666666666666666666666666666666666666666666"},"person":"1667::SB1/1","proof":"AA==","role":"registrar","unit":"1667::SB1","vkey":"1667::SB1/1+e87c22ae+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"}],"reason":"verloren telefoon","salt":"1111111111111111111111111111111111111111111111111111111111111111"}
"#,
        "67fdb04877e8e77b1deb8c1a92bed4162f3bef303a8f5d27e028157d16feecac",
    ),
    (
        r#"countersign/attest/v1
{"definition":"2222222222222222222222222222222222222222222222222222222222222222","first":1,"hash":"7777777777777777777777777777777777777777777777777777777777777777","last":40,"salt":"1111111111111111111111111111111111111111111111111111111111111111","unit":"1667"}
"#,
        "716f44a74f41738f840e15a28199f89a9bad7cc4fdebf4cdca895d74eb906ff2",
    ),
];

#[test]
fn each_kind_has_these_bytes_and_this_id() {
    assert_eq!(bodies().len(), GOLDEN.len());
    for (body, (text, id)) in bodies().iter().zip(GOLDEN) {
        let draft = Draft::new(body).unwrap();
        assert_eq!(draft.text(), text);
        assert_eq!(draft.id().to_string(), id, "{text}");
        let bytes = signed(body);
        let record = Record::parse(&bytes).unwrap();
        assert_eq!((&record.body, record.id, record.note.text()), (body, draft.id(), text));
    }
}

#[test]
fn every_kind_is_among_them() {
    for kind in Kind::ALL {
        let named = format!("countersign/{kind}/v1\n");
        assert!(GOLDEN.iter().any(|(text, _)| text.starts_with(&named)), "{kind}");
    }
    for body in bodies() {
        let names_definition = body.kind() != Kind::Definition;
        assert_eq!(body.definition().is_some(), names_definition, "{}", body.kind());
    }
}

#[test]
fn the_whole_record_is_text_an_empty_line_and_signatures() {
    let bytes = signed(&turnout());
    let (text, _) = GOLDEN[5];
    let signature = "6Hwirm8nkBRuYx5sxKvbZcWSETdf0aNgp2kryA59M5AkdghSb0atBGLfCN78LXF+XYMCqdDGB6IR8ghQ6AMYuOJ/lgI=";
    let expected = format!("{text}\n— 1667::SB1/1 {signature}\n");
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

/// Reading compares with what the fields' own order gives; writing sorts. They must agree.
#[test]
fn fields_are_declared_in_alphabetical_order() {
    for body in bodies() {
        let (direct, sorted) = match &body {
            Body::Definition(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Key(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Invite(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Returns(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Turnout(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Decision(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Release(b) => (serde_json::to_string(b), canonical_line(b)),
            Body::Attest(b) => (serde_json::to_string(b), canonical_line(b)),
        };
        assert_eq!(direct.unwrap(), sorted.unwrap(), "{}", body.kind());
    }
}

#[test]
fn the_id_does_not_depend_on_who_signed() {
    let draft = Draft::new(&turnout()).unwrap();
    let (one, two) = (key("1667::SB1/1", 1), key("1667::SB1/2", 2));
    for (keys, signatures) in [(vec![&one], 1), (vec![&one, &two], 2), (vec![&two, &one], 2)] {
        let bytes = draft.sign(&keys).unwrap();
        let record = Record::parse(&bytes).unwrap();
        assert_eq!(record.id, draft.id());
        assert_eq!(record.note.signatures().len(), signatures);
        let known = [one.public(), two.public()];
        let known =
            |line: &crate::note::Signature| known.into_iter().find(|key| key.id() == line.id);
        assert_eq!(record.note.verify(known).unwrap().len(), signatures);
    }
    assert_eq!(
        draft.sign(&[]).unwrap_err().to_string(),
        "a signature was expected after the empty line, found none"
    );
}

#[test]
fn the_salt_makes_another_id() {
    let salted = |byte| {
        let salt = crate::Digest::from_bytes([byte; 32]);
        Draft::new(&Body::Returns(crate::body::Returns { salt, ..returns() })).unwrap().id()
    };
    assert_ne!(salted(1), salted(2));
    assert_eq!(salted(1), salted(1));
}

/// Nobody can turn one record into another: each flipped bit of the text gives another id or is
/// refused, each flipped bit below it spoils the signature.
#[test]
fn every_flipped_bit_shows() {
    let signer = key("1667::SB1/1", 1);
    let bytes = signed(&turnout());
    let original = Record::parse(&bytes).unwrap();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            let Ok(record) = Record::parse(&flipped) else { continue };
            let holds = record
                .note
                .verify(|line| (line.id == signer.public().id()).then_some(signer.public()));
            let same = record.id == original.id;
            assert!(!same || holds.is_err(), "byte {place} bit {bit}");
            assert!(same || record.note.text() != original.note.text());
            assert!(holds.is_err(), "byte {place} bit {bit} is still signed");
        }
    }
}

#[test]
fn a_record_has_a_size_limit() {
    let big = "x".repeat(MAX_BYTES);
    let found = outcome(big.as_bytes()).unwrap_err();
    assert!(!found.contains("at most"), "{found}");
    let found = outcome(format!("{big}x").as_bytes()).unwrap_err();
    assert_eq!(found, "a note of at most 16777216 bytes was expected, found 16777217");
    assert!(Note::parse(&signed(&turnout()), MAX_BYTES).is_ok());
    // A definition may be longer, up to its own limit, and no text may that only looks like one.
    for (first, most) in [
        ("countersign/definition/v1\n", MAX_DEFINITION_BYTES),
        ("countersign/definition/v2\n", MAX_BYTES),
        ("countersign/definition/v1 \n", MAX_BYTES),
    ] {
        let text = |length: usize| format!("{first}{}", "x".repeat(length - first.len()));
        let found = outcome(text(most).as_bytes()).unwrap_err();
        assert!(!found.contains("at most"), "{found}");
        let found = outcome(text(most + 1).as_bytes()).unwrap_err();
        let expected = format!("a note of at most {most} bytes was expected, found {}", most + 1);
        assert_eq!(found, expected);
    }
}
