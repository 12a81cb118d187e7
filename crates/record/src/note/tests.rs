mod bytes;

use super::p256::{Encoding, Key, portable};
use super::*;
use proptest::prelude::*;

/// The example of golang.org/x/mod/sumdb/note, made by other hands.
const NEUMANN_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN_NOTE: &str = "\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";

const TEXT: &str = "countersign/returns/v1\n{\"unit\":\"G0363:12\"}\n";

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn relying_party() -> RelyingParty {
    RelyingParty::from_bytes(b"stembureau.example").unwrap()
}

/// One key of each type, each with a secret of its own.
fn signers() -> [SigningKey; 3] {
    [
        SigningKey::ed25519(name("log.example/tiny"), &[1; 32]).unwrap(),
        SigningKey::p256(name("officer/jansen"), &[2; 32]).unwrap(),
        SigningKey::webauthn(name("officer/de-vries"), &[3; 32], relying_party()).unwrap(),
    ]
}

fn signed(text: &str) -> String {
    let signatures = signers().iter().map(|key| key.sign(text)).collect();
    Note::new(text, signatures).unwrap().to_string()
}

#[track_caller]
fn check_parse(bytes: &[u8], expected: &str) {
    let found = match Note::parse(bytes, 2000) {
        Ok(note) => format!("{} by {}", note.text().len(), note.signatures().len()),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(bytes));
}

#[test]
fn a_note_is_a_text_an_empty_line_and_signatures() {
    let no_separator =
        "an empty line between text and signatures was expected, found none in 2 lines";
    // S stands for a signature line.
    let rows = [
        ("t\n\nS", "2 by 1"),
        ("t\n\n\nS", "3 by 1"),
        ("\n\nS", "1 by 1"),
        ("a\n\nb\n\nSSSSSSSSSSSSSSSS", "5 by 16"),
        ("\nS", no_separator),
        ("t\nS", no_separator),
        ("", "line 1 does not end in a newline"),
        ("t\n\nSx", "line 4 does not end in a newline"),
        ("t\r\n\nS", "line 1 holds the control character 0x0d"),
        ("t\nu\tv\n\nS", "line 2 holds the control character 0x09"),
        ("t\n\n", "a signature was expected after the empty line, found none"),
        ("t\n\nSSSSSSSSSSSSSSSSS", "at most 16 signatures were expected, found 17"),
    ];
    for (pattern, expected) in rows {
        check_parse(pattern.replace('S', "— a AAAAAQI=\n").as_bytes(), expected);
    }
    check_parse(b"t\n\xff\n\n", "byte 2 of the note is not UTF-8");
    check_parse(&[b'x'; 2001], "a note of at most 2000 bytes was expected, found 2001");
}

#[test]
fn a_signature_line_is_a_dash_a_name_and_base64() {
    let shape = "\"— NAME BASE64\" was expected, found";
    let name = "a key name without spaces, control characters and \"+\" was expected, found";
    let base64 = "canonical base64 was expected, found";
    let short = "a key id and a signature, over 4 bytes, were expected, found";
    let rows = [
        ("- a AAAAAQI=", format!("{shape} \"- a AAAAAQI=\"")),
        ("— a", format!("{shape} \"— a\"")),
        ("—  AAAAAQI=", format!("{name} \"\"")),
        ("— a+b AAAAAQI=", format!("{name} \"a+b\"")),
        ("— a\u{a0}b AAAAAQI=", format!("{name} \"a\\u{{a0}}b\"")),
        ("— a b AAAAAQI=", format!("{base64} \"b AAAAAQI=\"")),
        ("— a AAAAAQI", format!("{base64} \"AAAAAQI\"")),
        ("— a AAAAAQJ=", format!("{base64} \"AAAAAQJ=\"")),
        ("— a AAAAAQI= ", format!("{base64} \"AAAAAQI= \"")),
        ("— a AAAA_QI=", format!("{base64} \"AAAA_QI=\"")),
        ("— a AAAAAQ==", format!("{short} 4")),
        ("— a ", format!("{short} 0")),
    ];
    for (line, expected) in rows {
        let note = format!("t\n\n— a AAAAAQI=\n{line}\n");
        check_parse(note.as_bytes(), &format!("line 4: {expected}"));
    }
}

#[test]
fn a_note_is_not_made_of_what_it_could_not_read_back() {
    let signature = Signature { name: name("a"), id: KeyId([0; 4]), bytes: vec![1] };
    let empty = Signature { bytes: Vec::new(), ..signature.clone() };
    let rows = [
        ("t", vec![signature.clone()], NoteError::NoNewline { line: 1 }),
        ("", vec![signature.clone()], NoteError::NoNewline { line: 1 }),
        ("a\nb\0\n", vec![signature.clone()], NoteError::ControlCharacter { line: 2, found: 0 }),
        ("t\n", vec![], NoteError::NoSignature),
        ("t\n", vec![signature.clone(); 17], NoteError::TooManySignatures { found: 17 }),
        ("t\n", vec![signature, empty], NoteError::SignatureTooShort { line: 4, found: 4 }),
    ];
    for (text, signatures, expected) in rows {
        assert_eq!(Note::new(text, signatures), Err(expected));
    }
}

#[test]
fn the_go_example_holds() {
    let key: VerifyingKey = NEUMANN_KEY.parse().unwrap();
    assert_eq!(key.to_string(), NEUMANN_KEY);
    let note = Note::parse(NEUMANN_NOTE.as_bytes(), 1000).unwrap();
    assert_eq!(note.to_string(), NEUMANN_NOTE);
    assert_eq!(note.verify(|line| key.if_named_by(line)), Ok(vec![&key]));
}

#[track_caller]
fn check_key(text: &str, expected: &str) {
    let found = match text.parse::<VerifyingKey>() {
        Ok(key) => key.to_string(),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected);
}

/// A vkey whose id fits its name and material.
fn vkey(parts: &[&[u8]]) -> String {
    Vkey::new(name("a"), parts.concat()).to_string()
}

#[test]
fn a_key_has_one_text() {
    for key in signers() {
        check_key(&key.public().to_string(), &key.public().to_string());
    }
    let shape = "a key \"NAME+ID+BASE64\" was expected, found";
    let name = "a key name without spaces, control characters and \"+\" was expected, found";
    let id = "a key id of eight lowercase hexadecimal digits was expected, found";
    let rows = [
        ("", format!("{shape} \"\"")),
        ("a+00000000", format!("{shape} \"a+00000000\"")),
        ("+00000000+", format!("{name} \"\"")),
        ("a+0000000+", format!("{id} \"0000000\"")),
        ("a+0000000A+", format!("{id} \"0000000A\"")),
        ("a+00000000+AQ", "the key of a was expected in canonical base64, found \"AQ\"".to_owned()),
        ("a+00000000+AQ==", "the key of a has id d56cc4fe, found 00000000".to_owned()),
    ];
    rows.iter().for_each(|(text, expected)| check_key(text, expected));
}

#[test]
fn a_key_fits_its_type() {
    let found = "the key of a has signature type";
    let types = "expected 0x01, countersign/p256/v1 or countersign/webauthn/v1";
    check_key(&vkey(&[]), &format!("{found} none; {types}"));
    check_key(&vkey(&[&[4], &[7; 32]]), &format!("{found} 0x04; {types}"));
    check_key(&vkey(&[b"\xffother/v1\nabc"]), &format!("{found} other/v1; {types}"));
    let short = "the key of a was expected to have 32 bytes, found 31";
    check_key(&vkey(&[&[1], &[7; 31]]), short);
    // Two points of small order, and one that is no point.
    let point = "the key of a is not a usable point of Ed25519";
    for first in [0, 1, 2] {
        check_key(&vkey(&[&[1, first], &[0; 31]]), point);
    }
}

#[test]
fn a_p256_key_is_one_uncompressed_point() {
    let [_, signer, _] = signers();
    let PublicKey::P256(point) = signer.public().public().clone() else { panic!("not P-256") };
    let mut off_curve = point;
    off_curve[64] ^= 1;
    let mut hybrid = point;
    hybrid[0] = 6 + (point[64] & 1);
    let p256: &[u8] = b"\xffcountersign/p256/v1\n";
    let webauthn: &[u8] = b"\xffcountersign/webauthn/v1\n";
    let no_point = "the key of a is not a usable point of P-256";
    check_key(&vkey(&[p256, &off_curve]), no_point);
    check_key(&vkey(&[p256, &hybrid]), no_point);
    check_key(&vkey(&[webauthn, &off_curve, b"a.nl"]), no_point);
    let length = "the key of a was expected to have 65 bytes, found";
    check_key(&vkey(&[p256, &[3; 33]]), &format!("{length} 33"));
    check_key(&vkey(&[webauthn, &[4; 64]]), &format!("{length} 64"));
    let party = "a relying-party id, a domain name in lower case, was expected, found";
    check_key(&vkey(&[webauthn, &point]), &format!("{party} \"\""));
    check_key(&vkey(&[webauthn, &point, b"A.nl"]), &format!("{party} \"A.nl\""));
}

/// RFC 6979, A.2.5: P-256 with SHA-256 over "sample" and "test", made by other hands.
#[test]
fn p256_signs_as_rfc_6979_says() {
    let scalar = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    let rows = [
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ];
    let key = SigningKey::p256(name("rfc6979"), &unhex(scalar).try_into().unwrap()).unwrap();
    for (text, r, s) in rows {
        let signature = key.sign(text);
        assert_eq!(signature.bytes, unhex(&format!("{r}{s}")));
        assert_eq!(key.public().verify(text, &signature), Ok(()));
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.bytes().map(|digit| char::from(digit).to_digit(16).unwrap());
    let digits: Vec<u8> = digits.map(|digit| u8::try_from(digit).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn signatures_of_unknown_keys_are_passed_over_and_those_of_known_keys_bind() {
    let [log, jansen, de_vries] = signers();
    let (log, jansen) = (log.public(), jansen.public());
    let text = signed(TEXT);
    let note = Note::parse(text.as_bytes(), 2000).unwrap();
    assert_eq!(note.verify(|line| jansen.if_named_by(line)), Ok(vec![jansen]));
    let both = |line: &Signature| log.if_named_by(line).or(jansen.if_named_by(line));
    assert_eq!(note.verify(both), Ok(vec![log, jansen]));
    assert_eq!(note.verify(|_| None), Err(VerifyError::NoKnownSigner));
    // The same name with another key is another signer.
    let impostor = SigningKey::p256(name("officer/jansen"), &[9; 32]).unwrap();
    let found = note.verify(|line| impostor.public().if_named_by(line));
    assert_eq!(found, Err(VerifyError::NoKnownSigner));
    // One false signature of a known key outweighs the true one of another.
    let [signer, _, _] = signers();
    let signatures = vec![signer.sign(TEXT), de_vries.sign("another text\n")];
    let note = Note::new(TEXT, signatures).unwrap();
    let known = |line: &Signature| log.if_named_by(line).or(de_vries.public().if_named_by(line));
    assert!(matches!(note.verify(known), Err(VerifyError::Signature { .. })));
}

#[test]
fn a_signature_belongs_to_its_key_and_its_text() {
    for key in signers() {
        let good = key.sign(TEXT);
        assert_eq!(key.public().verify(TEXT, &good), Ok(()));
        let other = SigningKey::p256(name("other"), &[5; 32]).unwrap();
        let found = other.public().verify(TEXT, &good);
        assert!(matches!(found, Err(SignatureError::OtherKey { .. })), "{found:?}");
        assert!(key.public().verify("another\n", &good).is_err());
        for at in 0..good.bytes.len() {
            let mut bad = good.clone();
            bad.bytes[at] ^= 1;
            assert!(key.public().verify(TEXT, &bad).is_err(), "byte {at} of {}", good.name);
        }
        for length in 0..good.bytes.len() {
            let bytes = good.bytes[..length].to_vec();
            let short = Signature { bytes, ..good.clone() };
            assert!(key.public().verify(TEXT, &short).is_err(), "{length} bytes of {}", good.name);
        }
        let long = Signature { bytes: [&good.bytes[..], &[0]].concat(), ..good.clone() };
        assert!(key.public().verify(TEXT, &long).is_err());
    }
}

/// S = H(R || A || text) · a with R the neutral point: the equation of RFC 8032 holds, and only a
/// strict verifier refuses. Whoever holds the key could make any number of these.
#[test]
fn ed25519_is_verified_strictly() {
    let s = "7e83858468f6378c78a33212fd63807dbc9f35bf5df97b39730f4e775a832c09";
    let [log, _, _] = signers();
    let bytes = [&[1], &[0; 31][..], &unhex(s)].concat();
    let lax = Signature { bytes, ..log.sign(TEXT) };
    let found = log.public().verify(TEXT, &lax);
    assert_eq!(found, Err(SignatureError::Invalid { algorithm: "Ed25519" }));
    let PublicKey::Ed25519(key) = log.public().public() else { panic!("not Ed25519") };
    let key = ed25519_dalek::VerifyingKey::from_bytes(key).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&lax.bytes).unwrap();
    assert!(ed25519_dalek::Verifier::verify(&key, TEXT.as_bytes(), &signature).is_ok());
}

#[test]
fn a_signing_key_does_not_print_its_secret() {
    let secret = format!("{:?}", [2_u8; 32]);
    for key in signers() {
        let shown = format!("{key:?}");
        assert!(shown.contains("public") && !shown.contains("secret"), "{shown}");
        assert!(!shown.contains(secret.trim_matches(['[', ']'])), "{shown}");
    }
}

proptest! {
    /// Whatever parses prints as the same bytes.
    #[test]
    fn what_parses_is_its_own_print(
        text in "(?s)[a-c\n+ —]{0,20}\n",
        names in prop::collection::vec("[a-z+ /—]{0,4}", 0..4),
        blobs in prop::collection::vec("[A-D/+=]{0,12}", 4),
    ) {
        let lines = names.iter().zip(&blobs).map(|(name, blob)| format!("— {name} {blob}\n"));
        let bytes = format!("{text}\n{}", lines.collect::<String>()).into_bytes();
        if let Ok(note) = Note::parse(&bytes, 1000) {
            prop_assert_eq!(note.to_bytes(), bytes);
        }
    }

    /// What is made is read back.
    #[test]
    fn what_is_made_parses(
        text in "(?s)[ -~\n]{0,40}\n",
        blobs in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..80), 1..16),
    ) {
        let sign = |bytes| Signature { name: name("a"), id: KeyId([1, 2, 3, 4]), bytes };
        let note = Note::new(&text, blobs.into_iter().map(sign).collect()).unwrap();
        let bytes = note.to_bytes();
        prop_assert_eq!(Note::parse(&bytes, 10_000), Ok(note));
    }

    /// The browser's P-256 and the server's give the same answers.
    #[test]
    fn both_p256_verifiers_agree(
        scalar in any::<[u8; 32]>(),
        text in "[a-z]{0,20}",
        at in 0..64_usize,
        flip in prop::sample::select(vec![0_u8, 1, 128]),
    ) {
        let Ok(key) = SigningKey::p256(name("a"), &scalar) else { return Ok(()) };
        let PublicKey::P256(point) = key.public().public() else { panic!("not P-256") };
        let mut bytes = key.sign(&text).bytes;
        bytes[at] ^= flip;
        let native = Key::new(point, Encoding::Fixed).unwrap().holds(text.as_bytes(), &bytes);
        let browser = portable::Key::new(point, Encoding::Fixed).unwrap();
        prop_assert_eq!(native, flip == 0);
        prop_assert_eq!(browser.holds(text.as_bytes(), &bytes), native);
    }
}
