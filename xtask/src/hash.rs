//! A hash that tells whether a file has changed. It is no defence against anybody.

/// FNV-1a, 64 bits.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_fnv_1a() {
        // From the reference of Fowler, Noll and Vo.
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(super::of(text.as_bytes()), expected, "{text}");
        }
    }
}
