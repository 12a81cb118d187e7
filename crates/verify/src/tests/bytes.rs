//! No byte of a bundle is without meaning, and no bytes stop the verifier.

use proptest::{collection::vec, prelude::*, sample::Index};

use publish::Head;
use record::Digest;

use super::{Bundle, Pages, night};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_byte_that_is_another_fails(file: Index, byte: Index, change in 1..=255u8) {
        let mut bundle = Bundle::of(&night());
        let paths: Vec<String> = bundle.files.keys().cloned().collect();
        let path = file.get(&paths);
        let bytes = bundle.files.get_mut(path).unwrap();
        let byte = byte.index(bytes.len());
        bytes[byte] ^= change;
        let report = bundle.verify_with(None, Pages::Hash);
        prop_assert!(!report.holds, "{path}, byte {byte}");
    }

    #[test]
    fn garbage_is_told_and_stops_nothing(file: Index, start: Index, length: Index, garbage in vec(any::<u8>(), 0..200)) {
        let mut bundle = Bundle::of(&night());
        let paths: Vec<String> = bundle.files.keys().cloned().collect();
        let path = file.get(&paths);
        let bytes = bundle.files.get_mut(path).unwrap();
        let start = start.index(bytes.len());
        let end = start + length.index(bytes.len() - start + 1);
        let same = bytes[start..end] == garbage;
        bytes.splice(start..end, garbage);
        let unsigned = bundle.verify();
        prop_assert_eq!(unsigned.holds, same, "{}", path);
        if path == "head.json" {
            return Ok(());
        }
        // Again, as its publisher would have signed it, so that it is read to the end.
        if path.starts_with("snapshot/") {
            let head = Head::parse(&bundle.files["head.json"]).unwrap();
            let snapshot_hash = Digest::of(&bundle.files[path]);
            bundle.files.insert("head.json".into(), Head { snapshot_hash, ..head }.line());
        } else {
            bundle.sign();
        }
        prop_assert_eq!(bundle.verify().holds, same, "{}, signed again", path);
    }
}
