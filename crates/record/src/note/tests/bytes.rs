//! Signed notes and keys on the wire, byte by byte. The key ids were worked out a second time by a
//! script outside this project.

use super::super::{KeyName, Note, RelyingParty, SigningKey};
use sha2::{Digest, Sha256};

#[path = "../../../../../tests/wire.rs"]
mod wire;

use wire::Field::{Hex, Skip, Text};

const TEXT: &str = "countersign/returns/v1\n{\"unit\":\"G0363:12\"}\n";

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn ed25519() -> SigningKey {
    SigningKey::ed25519(name("log.example/tiny"), &[1; 32]).unwrap()
}

fn p256() -> SigningKey {
    SigningKey::p256(name("officer/jansen"), &[2; 32]).unwrap()
}

fn webauthn() -> SigningKey {
    let party = RelyingParty::from_bytes(b"stembureau.example").unwrap();
    SigningKey::webauthn(name("officer/de-vries"), &[3; 32], party).unwrap()
}

/// C2SP `signed-note`: a text, an empty line, a line for each signature.
#[test]
fn a_note_is_text_and_signature_lines() {
    let signatures = vec![ed25519().sign(TEXT), p256().sign(TEXT)];
    wire::check(
        &Note::new(TEXT, signatures).unwrap().to_bytes(),
        &[
            ("type line", Text("countersign/returns/v1")),
            ("newline", Hex("0a")),
            ("canonical JSON", Text("{\"unit\":\"G0363:12\"}")),
            ("newline", Hex("0a")),
            ("empty line", Hex("0a")),
            ("em dash", Hex("e28094")),
            ("space", Hex("20")),
            ("key name", Text("log.example/tiny")),
            ("space", Hex("20")),
            (
                "base64",
                Text(
                    "RWAmvwtPJs9oR/bbCk/6R06bCfQa2lx8A/8LBxpAhJoPNHm538Babpyakw3LE/iTXI/wKV/sKkeYuM3sVw2SWi/DpgI=",
                ),
            ),
            ("newline", Hex("0a")),
            ("em dash", Hex("e28094")),
            ("space", Hex("20")),
            ("key name", Text("officer/jansen")),
            ("space", Hex("20")),
            ("base64 of 4 + 64 bytes", Skip(92)),
            ("newline", Hex("0a")),
        ],
    );
}

/// What is hashed into a key's id, and what stands in its vkey behind the name: type and key.
#[track_caller]
fn check_key(key: &SigningKey, fields: &[(&str, wire::Field)], id: &'static str) {
    let key = key.public();
    let input = [key.name().as_str().as_bytes(), b"\n", &key.public().material()].concat();
    wire::check(&input, fields);
    wire::check(&key.id().0, &[("key id", Hex(id))]);
    assert_eq!(Sha256::digest(&input)[..4], key.id().0);
    assert_eq!(key.to_string().split('+').nth(1), Some(id));
}

#[test]
fn a_key_id_is_a_hash_of_name_type_and_key() {
    check_key(
        &ed25519(),
        &[
            ("key name", Text("log.example/tiny")),
            ("newline", Hex("0a")),
            ("type: Ed25519", Hex("01")),
            ("public key", Hex("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")),
        ],
        "456026bf",
    );
    check_key(
        &p256(),
        &[
            ("key name", Text("officer/jansen")),
            ("newline", Hex("0a")),
            ("type: an identifier follows", Hex("ff")),
            ("identifier", Text("countersign/p256/v1")),
            ("newline", Hex("0a")),
            ("uncompressed point", Hex("04")),
            ("x", Hex("550f471003f3df97c3df506ac797f6721fb1a1fb7b8f6f83d224498a65c88e24")),
            ("y", Hex("136093d7012e509a73715cbd0b00a3cc0ff4b5c01b3ffa196ab1fb327036b8e6")),
        ],
        "2a3b5bd9",
    );
    check_key(
        &webauthn(),
        &[
            ("key name", Text("officer/de-vries")),
            ("newline", Hex("0a")),
            ("type: an identifier follows", Hex("ff")),
            ("identifier", Text("countersign/webauthn/v1")),
            ("newline", Hex("0a")),
            ("uncompressed point", Hex("04")),
            ("x", Hex("591ab771ebbcfd6d9cb9094d106528add1a69d44c2c1f627f089ec58b9c61adf")),
            ("y", Hex("9f4e6abf0d045c0c693a3c68ad7c97ca72be64def4a26fecd263dd98a92780f0")),
            ("relying-party id", Text("stembureau.example")),
        ],
        "68b8d966",
    );
}

#[track_caller]
fn check_signature(key: &SigningKey, fields: &[(&str, wire::Field)]) {
    let signature = key.sign(TEXT);
    wire::check(&[&signature.id.0, signature.bytes.as_slice()].concat(), fields);
    assert_eq!(key.public().verify(TEXT, &signature), Ok(()));
}

/// What base64 hides in a signature line.
#[test]
fn a_signature_line_holds_key_id_and_signature() {
    check_signature(
        &ed25519(),
        &[
            ("key id", Hex("456026bf")),
            ("R", Hex("0b4f26cf6847f6db0a4ffa474e9b09f41ada5c7c03ff0b071a40849a0f3479b9")),
            ("S", Hex("dfc05a6e9c9a930dcb13f8935c8ff0295fec2a4798b8cdec570d925a2fc3a602")),
        ],
    );
    check_signature(
        &p256(),
        &[
            ("key id", Hex("2a3b5bd9")),
            ("r", Hex("954044f6c6378a01a71a0bb6e15921dce6a8d9d118ecbd13300c2408749aea71")),
            ("s", Hex("31c5d3ed0f8d76d65c7f75be6f1ac4e871f9f9de801faa7c0217edb7e0c6ec7e")),
        ],
    );
    check_signature(
        &webauthn(),
        &[
            ("key id", Hex("68b8d966")),
            ("length of authenticatorData", Hex("0025")),
            ("rpIdHash", Hex("74de38ce8999f386cecf69345b52a8964d75c995c7476763d0e12e3ea7567a73")),
            ("flags: user present", Hex("01")),
            ("counter", Hex("00000000")),
            ("length of clientDataJSON", Hex("008b")),
            ("type", Text("{\"type\":\"webauthn.get\",\"challenge\":\"")),
            ("SHA-256 of the text, base64url", Text("ml5i7cRC1C3zgF9FkCEUZ-zV3LUSgMljT2lMfOJtRDk")),
            ("origin", Text("\",\"origin\":\"https://stembureau.example\"")),
            ("crossOrigin", Text(",\"crossOrigin\":false}")),
            ("length of the signature", Hex("0046")),
            ("DER: a sequence of 68 bytes", Hex("3044")),
            ("DER: a number of 32 bytes", Hex("0220")),
            ("r", Hex("65358b83d60becdb0d321a22a71a7832e646299c68e9bbbb4db7aaba33dafd2f")),
            ("DER: a number of 32 bytes", Hex("0220")),
            ("s", Hex("545206e0a2f458132597d3032f7fd7b235090ce93b561a6633adcaee3a9f643a")),
        ],
    );
    let challenge = Sha256::digest(TEXT);
    wire::check(
        &challenge,
        &[(
            "SHA-256 of the text",
            Hex("9a5e62edc442d42df3805f4590211467ecd5dcb51280c9634f694c7ce26d4439"),
        )],
    );
}

/// The whole note and its keys as files. What is written today and what was written once are the
/// same: a change here breaks every stored record.
#[test]
fn the_wire_form_stays() {
    let signers = [ed25519(), p256(), webauthn()];
    let signatures = signers.iter().map(|key| key.sign(TEXT)).collect();
    let note = Note::new(TEXT, signatures).unwrap().to_string();
    assert_eq!(note, include_str!("../golden.note"));
    let keys = signers.map(|key| key.public().to_string()).join("\n");
    assert_eq!(format!("{keys}\n"), include_str!("../golden.vkeys"));
}

/// The example of C2SP `signed-note`. Its key is not printed there; its id is.
#[test]
fn the_example_of_the_specification_reads() {
    let text = "\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
";
    let note = Note::parse(text.as_bytes(), 1000).unwrap();
    assert_eq!(note.to_string(), text);
    assert_eq!(note.text().lines().count(), 4);
    let [signature] = note.signatures() else { panic!("not one signature") };
    assert_eq!(signature.name.as_str(), "quasimodo.example/salvatore");
    wire::check(
        &[&signature.id.0, signature.bytes.as_slice()].concat(),
        &[
            ("key id", Hex("367ba04b")),
            ("R", Hex("34e3b5501ec084be67f8898543de14390eff9410da2e5d7671884cb942f8485f")),
            ("S", Hex("2d6f6824a38dacca2e152414d3131c5f18fdf628404306aa3f765e911c0db487")),
        ],
    );
}
