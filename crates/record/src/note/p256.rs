//! ECDSA on P-256 with SHA-256, by the fastest code the platform has: it is the busiest function
//! of intake and verifier, two calls a record.

/// How `r` and `s` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `r || s`, 32 bytes each: what WebCrypto makes.
    Fixed,
    /// ASN.1 DER: what authenticators make.
    Der,
}

/// Decodes a public key. `None` when the bytes are not `04 || x || y` of a point on the curve.
///
/// SEC 1 has other forms of the same point (`06` and `07` before x and y); one key has one text.
pub(super) fn decode(point: &[u8; 65], encoding: Encoding) -> Option<Key> {
    match point {
        [4, ..] => Key::new(point, encoding),
        _ => None,
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) use native::Key;
#[cfg(target_arch = "wasm32")]
pub(super) use portable::Key;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::Encoding;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ParsedPublicKey};

    /// A public key, decoded and checked once.
    #[derive(Clone, Debug)]
    pub(in super::super) struct Key(ParsedPublicKey);

    impl Key {
        pub(in super::super) fn new(point: &[u8; 65], encoding: Encoding) -> Option<Self> {
            let algorithm = match encoding {
                Encoding::Fixed => &ECDSA_P256_SHA256_FIXED,
                Encoding::Der => &ECDSA_P256_SHA256_ASN1,
            };
            ParsedPublicKey::new(algorithm, point).ok().map(Self)
        }

        pub(in super::super) fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
            self.0.verify_sig(message, signature).is_ok()
        }
    }
}

/// The same in plain Rust, for the browser. Native tests hold it against the other.
#[cfg(any(test, target_arch = "wasm32"))]
pub(super) mod portable {
    use super::Encoding;
    use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};

    /// A public key, decoded and checked once.
    #[derive(Clone, Debug)]
    pub(in super::super) struct Key(VerifyingKey, Encoding);

    impl Key {
        pub(in super::super) fn new(point: &[u8; 65], encoding: Encoding) -> Option<Self> {
            VerifyingKey::from_sec1_bytes(point).ok().map(|key| Self(key, encoding))
        }

        pub(in super::super) fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
            let signature = match self.1 {
                Encoding::Fixed => Signature::from_slice(signature),
                Encoding::Der => Signature::from_der(signature),
            };
            signature.is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
        }
    }
}
