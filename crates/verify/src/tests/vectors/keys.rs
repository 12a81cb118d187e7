//! Keys and signatures of each type, good and bad.

use p256::ecdsa::signature::Signer;
use record::{
    Digest,
    note::{KeyName, Note, PublicKey, RelyingParty, Signature, SigningKey, VerifyingKey, Vkey},
};
use serde_json::{Value, json};

use super::{base64, hex, hold};

const TEXT: &str = "countersign/example/v1\n{}\n";
/// The order of the group of P-256, big-endian.
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The order of the base point of Ed25519, big-endian.
const ED25519_ORDER: &str = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";

/// The prime of P-256, and a number that is 5 modulo it.
const P256_PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const ABOVE_THE_PRIME: &str = "ffffffff00000001000000000000000000000001000000000000000000000004";
/// Two points of P-256: one whose x is 0, one whose y is 5.
const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const Y_OF_ZERO: &str = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
const X_OF_FIVE: &str = "d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7";
const FIVE: &str = "0000000000000000000000000000000000000000000000000000000000000005";

/// An uncompressed point.
fn at(x: &str, y: &str) -> Vec<u8> {
    [vec![4], bytes(x), bytes(y)].concat()
}

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn party() -> RelyingParty {
    RelyingParty::from_bytes(b"stembureau.example").unwrap()
}

fn keys() -> [SigningKey; 3] {
    [
        SigningKey::ed25519(name("log.example/tiny"), &[1; 32]).unwrap(),
        SigningKey::p256(name("1667::SB1/1"), &[2; 32]).unwrap(),
        SigningKey::webauthn(name("officer/de-vries"), &[3; 32], party()).unwrap(),
    ]
}

#[test]
fn keys_and_signatures() {
    let [ed25519, p256, webauthn] = keys();
    let mut signatures = vec![];
    for key in [&ed25519, &p256, &webauthn] {
        signatures.extend(common(key));
    }
    signatures.extend(of_ed25519(&ed25519));
    signatures.extend(of_p256(&p256));
    signatures.extend(of_webauthn(&webauthn));
    hold("notes", &json!({"keys": public_keys(), "signatures": signatures, "notes": notes()}));
}

/// Texts that are a key or none.
fn public_keys() -> Vec<Value> {
    let [ed25519, p256, webauthn] = keys().map(|key| key.public().to_string());
    let of = |material: Vec<u8>| Vkey::new(name("a"), material).to_string();
    let ed = |key: &str| of([vec![1], bytes(key)].concat());
    let PublicKey::P256(point) = keys()[1].public().public().clone() else { panic!("P-256") };
    let own = |point: &[u8]| of([b"\xffcountersign/p256/v1\n", point].concat());
    let passkey = |id: &str| {
        of([b"\xffcountersign/webauthn/v1\n".as_slice(), &point, id.as_bytes()].concat())
    };
    let changed = |at: usize, by: u8| {
        let mut point = point;
        point[at] ^= by;
        own(&point)
    };
    let zeros = "00".repeat(31);
    let rows = vec![
        ("ed25519", ed25519.clone()),
        ("p256", p256),
        ("webauthn", webauthn),
        ("another id", ed25519.replacen("+", "+0", 1).replacen("0", "", 1)),
        ("an id in upper case", "a+ABCDEF01+AQ==".to_owned()),
        ("two parts", "a+00000000".to_owned()),
        ("no key", of(vec![])),
        ("a witness's key", of([vec![4], bytes(&"03".repeat(32))].concat())),
        ("31 bytes", ed(&"02".repeat(31))),
        ("no point", ed(&format!("02{zeros}"))),
        ("y above the prime, a point", ed(&format!("f0{}7f", "ff".repeat(30)))),
        ("y above the prime, no point", ed(&format!("ef{}7f", "ff".repeat(30)))),
        ("p256 of 64 bytes", own(&point[1..])),
        ("p256 with another first byte", changed(0, 2)),
        ("p256 off the curve", changed(64, 1)),
        ("p256 with an x of 0", own(&at(ZERO, Y_OF_ZERO))),
        ("p256 with an x that is the prime", own(&at(P256_PRIME, Y_OF_ZERO))),
        ("p256 with a y of 5", own(&at(X_OF_FIVE, FIVE))),
        ("p256 with a y that is 5 above the prime", own(&at(X_OF_FIVE, ABOVE_THE_PRIME))),
        ("p256 compressed", own(&point[..33])),
        ("webauthn without a party", passkey("")),
        ("webauthn with an upper-case party", passkey("Example.org")),
        ("webauthn with a party of 253", passkey(&"a".repeat(253))),
        ("webauthn with a party of 254", passkey(&"a".repeat(254))),
        ("another identifier", of(b"\xffcountersign/other/v1\n".to_vec())),
    ];
    let weak = small_order().into_iter().map(|key| ("small order".to_owned(), ed(&key)));
    let rows = rows.into_iter().map(|(name, key)| (name.to_owned(), key)).chain(weak);
    rows.map(|(name, key)| key_row(&name, &key)).collect()
}

/// Every encoding of the eight points whose order divides eight.
fn small_order() -> Vec<String> {
    let end = |first: &str, last: &str| format!("{first}{}{last}", "ff".repeat(30));
    let zeros = "00".repeat(30);
    let eight = |head: &str, last: &str| format!("{head}{last}");
    let (one, other) = (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03",
    );
    vec![
        format!("01{zeros}00"),
        format!("01{zeros}80"),
        format!("00{zeros}00"),
        format!("00{zeros}80"),
        end("ec", "7f"),
        end("ec", "ff"),
        end("ed", "7f"),
        end("ed", "ff"),
        end("ee", "7f"),
        end("ee", "ff"),
        eight(one, "05"),
        eight(one, "85"),
        eight(other, "7a"),
        eight(other, "fa"),
    ]
}

fn key_row(name: &str, vkey: &str) -> Value {
    let read = vkey.parse::<VerifyingKey>();
    let id = read.as_ref().ok().map(|key| key.id().to_string());
    let why = read.err().map(|error| error.to_string());
    json!({"name": name, "vkey": vkey, "key_id": id, "why": why})
}

/// What may go wrong with any type.
fn common(key: &SigningKey) -> Vec<Value> {
    let good = key.sign(TEXT);
    let with = |bytes: &[u8]| Signature { bytes: bytes.to_vec(), ..good.clone() };
    let mut flipped = good.clone();
    *flipped.bytes.last_mut().unwrap() ^= 1;
    vec![
        row("good", key, TEXT, &good),
        row("another text", key, "countersign/example/v1\n[]\n", &good),
        row("a bit flipped", key, TEXT, &flipped),
        row("a byte more", key, TEXT, &with(&[good.bytes.as_slice(), &[0]].concat())),
        row("a byte fewer", key, TEXT, &with(&good.bytes[..good.bytes.len() - 1])),
        row("another name", key, TEXT, &Signature { name: name("other"), ..good.clone() }),
    ]
}

fn of_ed25519(key: &SigningKey) -> Vec<Value> {
    let good = key.sign(TEXT).bytes;
    let signature = |bytes: Vec<u8>| Signature { bytes, ..key.sign(TEXT) };
    let reversed: Vec<u8> = good[32..].iter().rev().copied().collect();
    let mut larger = added(&reversed, &bytes(ED25519_ORDER));
    larger.reverse();
    let weak = |r: &str| [bytes(r), vec![0; 32]].concat();
    vec![
        row("s plus the order", key, TEXT, &signature([&good[..32], &larger].concat())),
        row("r of small order", key, TEXT, &signature(weak(&small_order()[0]))),
        row("r is no point", key, TEXT, &signature(weak(&format!("02{}", "00".repeat(31))))),
    ]
}

fn of_p256(key: &SigningKey) -> Vec<Value> {
    let good = key.sign(TEXT).bytes;
    let signature = |bytes: Vec<u8>| Signature { bytes, ..key.sign(TEXT) };
    let other = subtracted(&bytes(P256_ORDER), &good[32..]);
    let both = |r: &[u8], s: &[u8]| signature([r, s].concat());
    vec![
        row("the other s", key, TEXT, &both(&good[..32], &other)),
        row("r is 0", key, TEXT, &both(&[0; 32], &good[32..])),
        row("s is 0", key, TEXT, &both(&good[..32], &[0; 32])),
        row("s is the order", key, TEXT, &both(&good[..32], &bytes(P256_ORDER))),
    ]
}

/// The assertion of an honest authenticator with one part changed; the signature was made before.
fn of_webauthn(key: &SigningKey) -> Vec<Value> {
    let good = key.sign(TEXT).bytes;
    let [data, client, der] = parts(&good);
    let passed_over = |name: &str, member: &[u8]| {
        let [start, end] = [client.strip_suffix(b"}").unwrap(), b"}"];
        let client = [start, b",".as_slice(), member, end].concat();
        row(name, key, TEXT, &assertion(key, &data, &client))
    };
    let signature = |parts: [&[u8]; 3]| Signature { bytes: wire(parts), ..key.sign(TEXT) };
    let text = String::from_utf8(client.clone()).unwrap();
    let absent = [&data[..32], &[4], &data[33..]].concat();
    let with = |name: &str, from: &str, to: &str| {
        row(name, key, TEXT, &signature([&data, text.replace(from, to).as_bytes(), &der]))
    };
    vec![
        with("another type", "webauthn.get", "webauthn.create"),
        with("a type twice", "{", "{\"type\":\"webauthn.get\","),
        with("client data changed", "https", "http"),
        with("no JSON", "{", ""),
        passed_over("a member more", b"\"more\":[{}]"),
        passed_over("a member more, twice", b"\"more\":1,\"more\":2"),
        passed_over("2,000 arrays", &[b"\"more\":".to_vec(), nested(2_000)].concat()),
        passed_over("a string that is not UTF-8", b"\"more\":\"\xff\""),
        passed_over("a name that is not UTF-8", b"\"\xff\":1"),
        passed_over("half a character in a string", br#""more":"\ud800""#),
        passed_over("half a character in a name", br#""\ud800":1"#),
        passed_over(
            "a number of a thousand digits",
            &[b"\"more\":".to_vec(), vec![b'9'; 1_000]].concat(),
        ),
        passed_over("NaN", b"\"more\":NaN"),
        passed_over("a comma more", b""),
        passed_over("a challenge twice", b"\"challenge\":\"\""),
        row("user absent", key, TEXT, &signature([&absent, &client, &der])),
        row("user absent, signed for", key, TEXT, &assertion(key, &absent, &client)),
        row("honest, signed for again", key, TEXT, &assertion(key, &data, &client)),
        row("36 bytes of data, signed for", key, TEXT, &assertion(key, &data[..36], &client)),
        row("36 bytes of data", key, TEXT, &signature([&data[..36], &client, &der])),
        row(
            "der with a byte more",
            key,
            TEXT,
            &signature([&data, &client, &[&*der, &[0]].concat()]),
        ),
        row(
            "a length beyond the end",
            key,
            TEXT,
            &Signature { bytes: vec![0, 9, 1], ..key.sign(TEXT) },
        ),
    ]
}

/// Arrays within each other.
fn nested(depth: usize) -> Vec<u8> {
    [vec![b'['; depth], vec![b']'; depth]].concat()
}

/// What the authenticator itself signs, whatever its data says.
fn assertion(key: &SigningKey, data: &[u8], client: &[u8]) -> Signature {
    let secret = p256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap();
    let hash = *Digest::of(client).as_bytes();
    let signature: p256::ecdsa::Signature = secret.sign(&[data, &hash].concat());
    let bytes = wire([data, client, signature.to_der().as_bytes()]);
    Signature { bytes, ..key.sign(TEXT) }
}

fn row(name: &str, key: &SigningKey, text: &str, signature: &Signature) -> Value {
    let holds = key.public().verify(text, signature);
    let kind = match key.public().public() {
        PublicKey::Ed25519(_) => "ed25519",
        PublicKey::P256(_) => "p256",
        PublicKey::WebAuthn { .. } => "webauthn",
    };
    json!({
        "name": format!("{kind}: {name}"),
        "vkey": key.public().to_string(),
        "text": text,
        "line": signature.to_string(),
        "signature_hex": hex(&signature.bytes),
        "holds": holds.is_ok(),
        "why": holds.err().map(|error| error.to_string()),
    })
}

/// Whole notes, and what one known key makes of them: the checkpoint's rule, by which unknown
/// signatures are passed over.
fn notes() -> Vec<Value> {
    let [known, stranger, _] = keys();
    let (good, other) = (known.sign(TEXT), stranger.sign(TEXT));
    let bad = Signature { bytes: vec![7; 64], ..good.clone() };
    let same_name = Signature { id: other.id, ..good.clone() };
    let rows = [
        ("the known key", vec![good.clone()]),
        ("a stranger beside it", vec![other.clone(), good.clone()]),
        ("a stranger alone", vec![other]),
        ("a false one beside a good one", vec![good.clone(), bad]),
        ("the name with another id beside it", vec![same_name.clone(), good.clone()]),
        ("the name with another id", vec![same_name]),
        ("twice", vec![good.clone(), good]),
    ];
    let rows = rows.into_iter().map(|(name, signatures)| {
        let note = Note::new(TEXT, signatures).unwrap();
        let holds = note.verify(|signature| known.public().if_named_by(signature));
        let (vkey, note) = (known.public().to_string(), base64(note.to_bytes()));
        json!({"name": name, "known": vkey, "note_base64": note, "holds": holds.is_ok()})
    });
    rows.collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().as_chunks::<2>().0.iter();
    let pairs = pairs.map(|pair| str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// a - b, both big-endian and of one length.
fn subtracted(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut digits: Vec<u8> = Vec::new();
    for (a, b) in a.iter().rev().zip(b.iter().rev()) {
        let left = 256 + u16::from(*a) - u16::from(*b) - borrow;
        digits.push(u8::try_from(left % 256).unwrap());
        borrow = 1 - left / 256;
    }
    digits.reverse();
    digits
}

/// a + b, both big-endian and of one length.
fn added(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut digits: Vec<u8> = Vec::new();
    for (a, b) in a.iter().rev().zip(b.iter().rev()) {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        digits.push(u8::try_from(sum % 256).unwrap());
        carry = sum / 256;
    }
    digits.reverse();
    digits
}

/// The three parts of an assertion.
fn parts(mut bytes: &[u8]) -> [Vec<u8>; 3] {
    [(); 3].map(|()| {
        let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        let (part, rest) = bytes[2..].split_at(length);
        bytes = rest;
        part.to_vec()
    })
}

fn wire(parts: [&[u8]; 3]) -> Vec<u8> {
    let prefix = |part: &[u8]| u16::try_from(part.len()).unwrap().to_be_bytes();
    parts.map(|part| [&prefix(part), part].concat()).concat()
}
