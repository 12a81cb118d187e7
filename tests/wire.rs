// Wire forms, field by field. A test takes this file in by its path and lists what stands on the
// wire, in order, with a name on each field:
//
//     #[path = "../../../../tests/wire.rs"]
//     mod wire;
//
//     wire::check(&bytes, &[("length", Hex("0020")), ("entry", Hex("2ae1…cf21"))]);

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    /// These bytes, as lowercase hexadecimal digits.
    Hex(&'static str),
    /// These bytes, as text.
    Text(&'static str),
    /// So many bytes that other rows speak for.
    Skip(usize),
}

/// Holds bytes against their fields; the first that differs is named.
#[track_caller]
pub(crate) fn check(found: &[u8], fields: &[(&str, Field)]) {
    let mut rest = found;
    for (name, field) in fields {
        let Some((part, after)) = rest.split_at_checked(length(*field)) else {
            panic!("{name}: {} bytes were expected, found the last {}", length(*field), rest.len());
        };
        let at = found.len() - rest.len();
        match field {
            Field::Hex(expected) => assert_eq!(hex(part), *expected, "{name}, at byte {at}"),
            Field::Text(expected) => {
                assert_eq!(String::from_utf8_lossy(part), *expected, "{name}, at byte {at}");
            }
            Field::Skip(_) => {}
        }
        rest = after;
    }
    assert_eq!(hex(rest), "", "bytes behind the last field");
}

fn length(field: Field) -> usize {
    match field {
        Field::Hex(digits) => digits.len() / 2,
        Field::Text(text) => text.len(),
        Field::Skip(length) => length,
    }
}

/// Two lowercase digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
