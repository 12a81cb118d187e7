//! Packs: written and read back, and bytes that are none.

use proptest::{collection::vec, prelude::*};

use crate::{PackEntry, PackError, pack_bytes, read_pack};

#[test]
fn a_pack_is_its_records_behind_their_positions() {
    let entries = [(17, "one\n"), (0, ""), (18, "two"), (u64::MAX, "19 3\nxyz")]
        .map(|(position, note)| PackEntry { position, note: note.as_bytes() });
    let bytes = pack_bytes(entries);
    let text = "17 4\none\n0 0\n18 3\ntwo18446744073709551615 8\n19 3\nxyz";
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), text);
    assert_eq!(read_pack(&bytes).unwrap(), entries);
    assert_eq!(read_pack(b""), Ok(vec![]));
}

#[test]
fn bytes_that_are_no_pack() {
    let (line, position) = ("a position and a length", "a position");
    let (length, whole) = ("a length", "as many bytes as the length says");
    for (bytes, at, expected) in [
        ("x", 0, line),
        ("\n", 0, line),
        ("17\n", 0, line),
        ("17 4", 0, line),
        ("17 4\r\none\n", 0, length),
        ("17  4\none\n", 0, length),
        ("17 4 \none\n", 0, length),
        (" 17 4\none\n", 0, position),
        ("+17 4\none\n", 0, position),
        ("017 4\none\n", 0, position),
        ("-1 4\none\n", 0, position),
        ("1e1 4\none\n", 0, position),
        ("18446744073709551616 4\none\n", 0, position),
        ("17 04\none\n", 0, length),
        ("17 +4\none\n", 0, length),
        ("17 -4\none\n", 0, length),
        ("17 18446744073709551615\none\n", 0, whole),
        ("17 18446744073709551616\none\n", 0, length),
        ("17 5\none\n", 0, whole),
        ("17 3\none\n", 8, line),
        ("17 4\none\n\n", 9, line),
        ("17 4\none\n18 9\ntwo", 9, whole),
        ("17 4\none\n18", 9, line),
        ("00000000000000000000000000000000000000000000000017 4\none\n", 0, line),
    ] {
        assert_eq!(read_pack(bytes.as_bytes()), Err(PackError { at, expected }), "{bytes:?}");
    }
    assert_eq!(read_pack(b"\xff 4\none\n"), Err(PackError { at: 0, expected: line }));
}

proptest! {
    #[test]
    fn reading_undoes_writing(notes in vec((any::<u64>(), vec(any::<u8>(), 0..60)), 0..6)) {
        let entries = notes.iter().map(|(position, note)| PackEntry { position: *position, note });
        let entries: Vec<PackEntry<'_>> = entries.collect();
        let bytes = pack_bytes(entries.iter().copied());
        prop_assert_eq!(read_pack(&bytes), Ok(entries));
    }

    #[test]
    fn what_can_be_read_is_written_so(bytes in "([0-9 \n]{0,3}[0-9]{1,2} [0-9]\n){0,3}[a-z\n]{0,4}") {
        if let Ok(entries) = read_pack(bytes.as_bytes()) {
            prop_assert_eq!(pack_bytes(entries), bytes.as_bytes());
        }
    }
}
