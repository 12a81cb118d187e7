use super::{
    KeyName, PublicKey, RelyingParty, Signature, SigningKey,
    p256::{Encoding, Key, portable},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{self, signature::Signer};
use sha2::{Digest, Sha256};

const TEXT: &str = "countersign/returns/v1\n{}\n";
const SCALAR: [u8; 32] = [3; 32];
const PARTY: &str = "stembureau.example";

/// An authenticator that can be told to answer wrongly.
struct Answer {
    relying_party: &'static str,
    flags: u8,
    client_data: String,
}

fn honest() -> Answer {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(TEXT));
    let client_data = format!(r#"{{"type":"webauthn.get","challenge":"{challenge}"}}"#);
    Answer { relying_party: PARTY, flags: 0x05, client_data }
}

impl Answer {
    fn authenticator_data(&self) -> Vec<u8> {
        let hash = Sha256::digest(self.relying_party);
        [hash.as_slice(), &[self.flags], &[0, 0, 0, 7]].concat()
    }

    fn signature(&self, authenticator_data: &[u8]) -> Vec<u8> {
        let hash = Sha256::digest(&self.client_data);
        let key = ecdsa::SigningKey::from_slice(&SCALAR).unwrap();
        let signature: ecdsa::Signature = key.sign(&[authenticator_data, &hash].concat());
        signature.to_der().as_bytes().to_vec()
    }

    fn bytes(&self) -> Vec<u8> {
        let data = self.authenticator_data();
        wire([&data, self.client_data.as_bytes(), &self.signature(&data)])
    }
}

fn wire(parts: [&[u8]; 3]) -> Vec<u8> {
    let prefix = |part: &[u8]| u16::try_from(part.len()).unwrap().to_be_bytes();
    parts.map(|part| [&prefix(part), part].concat()).concat()
}

fn key() -> SigningKey {
    let name: KeyName = "officer/de-vries".parse().unwrap();
    SigningKey::webauthn(name, &SCALAR, RelyingParty::from_bytes(PARTY.as_bytes()).unwrap())
        .unwrap()
}

#[track_caller]
fn check(bytes: Vec<u8>, expected: &str) {
    let key = key();
    let public = key.public();
    let signature = Signature { name: public.name().clone(), id: public.id(), bytes };
    let found = match public.verify(TEXT, &signature) {
        Ok(()) => "holds".to_owned(),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(found, expected);
}

#[test]
fn an_assertion_says_what_it_must() {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(TEXT));
    let with = |client_data: String| Answer { client_data, ..honest() }.bytes();
    check(honest().bytes(), "holds");
    check(with(format!(r#"{{"challenge":"{challenge}","x":[1],"type":"webauthn.get"}}"#)), "holds");
    check(
        with(honest().client_data.replace("get", "create")),
        r#"the assertion's type was expected to be "webauthn.get", found "webauthn.create""#,
    );
    check(
        with(honest().client_data.replace(&challenge, "AAAA")),
        &format!(r#"the assertion's challenge was expected to be "{challenge}", found "AAAA""#),
    );
    check(
        with(r#"{"type":"webauthn.get","type":"webauthn.get","challenge":""}"#.to_owned()),
        "the assertion's clientDataJSON does not parse: duplicate field `type` at line 1 column 29",
    );
    check(
        Answer { flags: 0xfe, ..honest() }.bytes(),
        "the assertion's user-present flag was expected to be set, found flags 0xfe",
    );
    check(
        Answer { relying_party: "evil.example", ..honest() }.bytes(),
        "the assertion's rpIdHash was expected to be \
         \"dN44zomZ84bOz2k0W1Kolk11yZXHR2dj0OEuPqdWenM\", \
         found \"nBgN4M1pnueIl8R8_bPn7h11kG4xt3RqR0fepTaQmDc\"",
    );
}

#[test]
fn an_assertion_is_three_parts_and_no_more() {
    let honest = honest();
    let data = honest.authenticator_data();
    let client = honest.client_data.as_bytes();
    let signature = honest.signature(&data);
    check(vec![0], "the assertion's authenticatorData was expected to have 2 bytes, found 1");
    check(vec![0, 9, 1], "the assertion's authenticatorData was expected to have 9 bytes, found 1");
    check(
        wire([&data[..36], client, &signature]),
        "the assertion's authenticatorData was expected to have 37 bytes, found 36",
    );
    let longer = [honest.bytes(), vec![0]].concat();
    check(longer, "the assertion's end was expected to have 0 bytes, found 1");
    let fixed = ecdsa::Signature::from_der(&signature).unwrap().to_bytes();
    let invalid = "the WebAuthn signature does not fit the text and the key";
    check(wire([&data, client, &fixed]), invalid);
    check(wire([&data, client, &[signature.as_slice(), &[0]].concat()]), invalid);
}

/// BER that is not DER, zero and oversized numbers: both verifiers refuse the same.
#[test]
fn both_p256_verifiers_read_der_alike() {
    let key = key();
    let PublicKey::WebAuthn { point, .. } = key.public().public() else { panic!("not WebAuthn") };
    let native = Key::new(point, Encoding::Der).unwrap();
    let browser = portable::Key::new(point, Encoding::Der).unwrap();
    let answer = honest();
    let message = b"message";
    let secret = ecdsa::SigningKey::from_slice(&SCALAR).unwrap();
    let signature: ecdsa::Signature = secret.sign(message);
    let der = signature.to_der().as_bytes().to_vec();
    assert!(native.holds(message, &der) && browser.holds(message, &der));
    let long_form = [&[0x30, 0x81], &der[1..]].concat();
    let rows = [long_form, answer.bytes(), vec![], vec![0x30, 6, 2, 1, 0, 2, 1, 0]];
    for row in rows {
        assert!(!native.holds(message, &row) && !browser.holds(message, &row), "{row:02x?}");
    }
    for at in 0..der.len() {
        let mut bad = der.clone();
        bad[at] ^= 1;
        assert!(!native.holds(message, &bad) && !browser.holds(message, &bad), "byte {at}");
    }
}
