//! For any body: what is written is read, and nothing else reads as it.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::signed;
use crate::{Body, Digest, Draft, Record, body, canonical_line};

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

/// Any text in normal form C. A combining mark behind an escape is left out: it is refused.
fn text() -> impl Strategy<Value = String> {
    "[^\\p{M}]{0,12}".prop_map(|text| text.nfc().collect())
}

fn returns() -> impl Strategy<Value = Body> {
    let counts = prop::collection::btree_map(text(), any::<i64>(), 0..8);
    let first = (text(), counts, digest(), any::<u8>(), option::of(any::<i64>()));
    let second = (option::of(digest()), option::of(digest()), option::of(text()));
    let third = (digest(), any::<u32>(), text());
    (first, second, third).prop_map(|(first, second, third)| {
        let (channel, counts, definition, devices, made) = first;
        let ((photo, prev, reason), (salt, seq, unit)) = (second, third);
        Body::Returns(body::Returns {
            channel,
            counts,
            definition,
            devices,
            made,
            photo,
            prev,
            reason,
            salt,
            seq,
            unit,
        })
    })
}

fn others() -> impl Strategy<Value = Body> {
    let ids = (digest(), digest(), digest());
    (ids, text(), text(), any::<i64>(), any::<i64>(), any::<u32>(), 0..3).prop_map(
        |((definition, salt, chosen), channel, unit, admitted, made, seq, kind)| match kind {
            0 => Body::Turnout(body::Turnout {
                admitted,
                channel,
                definition,
                made,
                salt,
                seq,
                unit,
            }),
            1 => Body::Decision(body::Decision { chosen, definition, reason: channel, salt, unit }),
            _ => Body::Release(body::Release { definition, made, salt, unit }),
        },
    )
}

fn keys() -> impl Strategy<Value = Body> {
    let member = (text(), text(), text())
        .prop_map(|(person, unit, vkey)| body::MemberKey::new(&person, &unit, &vkey));
    let action = prop_oneof![Just(body::KeyAction::Enrol), Just(body::KeyAction::Revoke)];
    (action, digest(), vec(member, 0..4), digest()).prop_map(|(action, definition, keys, salt)| {
        Body::Key(body::Keys { action, definition, keys, reason: None, salt })
    })
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|map: BTreeMap<String, Value>| Value::from_iter(map)),
        ]
    })
}

fn definitions() -> impl Strategy<Value = Body> {
    let officer = (text(), text()).prop_map(|(person, vkey)| body::Officer { person, vkey });
    let rows = (vec(text(), 0..5), vec(vec(text(), 0..5), 0..5));
    let mode = prop_oneof![Just(election::Mode::Live), Just(election::Mode::Rehearsal)];
    (json(), mode, vec(officer, 0..4), text(), text(), digest(), rows).prop_map(
        |(head, mode, officers, log, publisher, salt, (columns, rows))| {
            let units = election::UnitTable { columns, rows: rows.iter().collect() };
            Body::Definition(Box::new(body::Definition {
                head,
                log,
                mode,
                officers,
                publisher,
                salt,
                units,
            }))
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        body in prop_oneof![returns(), others(), keys(), definitions()],
    ) {
        let bytes = signed(&body);
        let record = Record::parse(&bytes).unwrap();
        prop_assert_eq!(&record.body, &body);
        prop_assert_eq!(record.id, Draft::new(&body).unwrap().id());
        prop_assert_eq!(record.note.to_bytes(), bytes);
    }

    #[test]
    fn one_value_has_one_line(value in json()) {
        let line = canonical_line(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value.clone());
        // White space in front of any byte outside a string, and the line says the same in other
        // bytes: those are not the canonical ones.
        let spaced = serde_json::to_string_pretty(&value).unwrap();
        let again: Value = serde_json::from_str(&spaced).unwrap();
        prop_assert_eq!(canonical_line(&again).unwrap(), line);
    }

    #[test]
    fn no_bytes_make_the_reader_stop(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(Record::parse(&bytes).is_err());
    }

    #[test]
    fn no_line_makes_the_reader_stop(line in "[{}\\[\\]\":,a-f0-9.eE+\\\\ -]{0,40}", kind in 0..6usize) {
        let text = format!("countersign/{}/v1\n{line}\n", crate::Kind::ALL[kind]);
        let key = super::key("k", 9);
        let note = crate::note::Note::new(&text, vec![key.sign(&text)]).unwrap().to_bytes();
        prop_assert!(Record::parse(&note).is_err());
    }
}
