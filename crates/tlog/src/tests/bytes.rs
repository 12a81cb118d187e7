//! The wire forms, byte by byte. The digests and key ids were worked out a second time by a script
//! outside this project, and the examples are those that the specifications print.

use super::{entries, entry, log, name, tree, witness};
use crate::{
    Checkpoint, Hash, Policy, Proof, Tile, Timestamp, hash::empty_root, leaf_hash,
    proof::ProofError,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use record::note::{Note, Signature};
use sha2::{Digest, Sha256};

#[path = "../../../../tests/wire.rs"]
mod wire;

use wire::Field::{Hex, Skip, Text};

/// When the witness of the specification's example signed, and ours.
const TIME: Timestamp = Timestamp(1_679_315_147);

/// The text of the checkpoint over the first three entries.
fn text() -> String {
    let tree = tree(3);
    Checkpoint::new(name("log.example/tiny"), 3, tree.root_at(3).unwrap()).to_string()
}

/// That checkpoint, signed and cosigned.
fn checkpoint() -> String {
    let text = text();
    let signatures = vec![log().sign(&text), witness().cosign(&text, TIME).unwrap()];
    Note::new(&text, signatures).unwrap().to_string()
}

fn receipt() -> Proof {
    let hashes = tree(3).inclusion_proof(1, 3).unwrap();
    Proof::new(1, hashes, checkpoint().as_bytes()).unwrap()
}

/// RFC 6962, section 2.1: what is hashed for a tree's leaf, for a node above two leaves, and for a
/// tree without leaves.
#[test]
fn a_leaf_and_a_node_are_kept_apart_by_their_first_byte() {
    let (zero, one) = (leaf_hash(&entry(0)), leaf_hash(&entry(1)));
    let leaf = [&[0], &entry(0)[..]].concat();
    wire::check(
        &leaf,
        &[
            ("leaf", Hex("00")),
            ("entry 0", Hex("3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d")),
        ],
    );
    wire::check(
        &zero.0,
        &[("leaf 0", Hex("51bcc36a610cd5490ffdaa6a72068134b2c6d1d535d517348e8f8324f170f5c3"))],
    );
    assert_eq!(Sha256::digest(&leaf)[..], zero.0);
    let node = [&[1], &zero.0[..], &one.0].concat();
    wire::check(
        &node,
        &[
            ("node", Hex("01")),
            ("leaf 0", Hex("51bcc36a610cd5490ffdaa6a72068134b2c6d1d535d517348e8f8324f170f5c3")),
            ("leaf 1", Hex("bd31928847520353ffa8547a2f55969a86f9ee5692bf8df88b2b8119f7cac799")),
        ],
    );
    let root = tree(2).root_at(2).unwrap();
    wire::check(
        &root.0,
        &[("root of 2", Hex("27d854e3e8b58af5eb23b163582ce6350010b4973b651c02602271fb1b92d30f"))],
    );
    assert_eq!(Sha256::digest(&node)[..], root.0);
    wire::check(
        &empty_root().0,
        &[("root of 0", Hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))],
    );
}

#[track_caller]
fn check_tile(path: &str, fields: &[(&str, wire::Field)]) {
    let tile: Tile = path.parse().unwrap();
    let bytes = tile.bytes(&tree(300), &entries(300)).unwrap();
    wire::check(&bytes, fields);
    if path.starts_with("tile/entries/") {
        assert_eq!(tile.read_entries(&bytes).unwrap().len(), bytes.len() / 34);
    } else {
        assert_eq!(tile.read_hashes(&bytes).unwrap().len(), bytes.len() / 32);
    }
}

/// C2SP `tlog-tiles`: the files of a log of 300 entries.
#[test]
fn a_hash_tile_is_hashes_and_nothing_else() {
    check_tile(
        "tile/0/000",
        &[
            ("leaf 0", Hex("51bcc36a610cd5490ffdaa6a72068134b2c6d1d535d517348e8f8324f170f5c3")),
            ("leaf 1", Hex("bd31928847520353ffa8547a2f55969a86f9ee5692bf8df88b2b8119f7cac799")),
            ("leaves 2 to 254", Skip(253 * 32)),
            ("leaf 255", Hex("096acfaa4e4a49898c8446bdefde4cc1e7ddc445455c17c564d262ac1b6205f1")),
        ],
    );
    check_tile(
        "tile/0/001.p/44",
        &[
            ("leaf 256", Hex("70570547ec25418c6de6b5ebbe2a668d151b31700518f438340e51e4ebb18d04")),
            ("leaves 257 to 298", Skip(42 * 32)),
            ("leaf 299", Hex("4cd04a421817adeb359652b1c4732bc6905dc1d58855459484afba9316cb827b")),
        ],
    );
    check_tile(
        "tile/1/000.p/1",
        &[("root of 256", Hex("22f07a192090df2f2a1c1820171e5b211f9a387e37ba19d4a7ed45373053820a"))],
    );
}

#[test]
fn an_entry_stands_behind_its_length() {
    check_tile(
        "tile/entries/000",
        &[
            ("length", Hex("0020")),
            ("entry 0", Hex("3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d")),
            ("length", Hex("0020")),
            ("entry 1", Hex("2ae1c19c0cbd378e46c927a9f3611923ec07cc1ae357502a09536d455275cf21")),
            ("entries 2 to 254", Skip(253 * 34)),
            ("length", Hex("0020")),
            ("entry 255", Hex("1d88c0c66be52ad2fa6e9b6966bb09dda269314aace45bf16085f4ccf3ef3a45")),
        ],
    );
    check_tile(
        "tile/entries/001.p/44",
        &[
            ("length", Hex("0020")),
            ("entry 256", Hex("e64cf59bfbcf3c5743ccd9eda3a811a7966689717a8499e5b1ef0cb1f33bf4b6")),
            ("entries 257 to 298", Skip(42 * 34)),
            ("length", Hex("0020")),
            ("entry 299", Hex("40e12170430151f165ade44bb4dcd92d339607b77b332abe373d3122655ac561")),
        ],
    );
}

/// C2SP `tlog-checkpoint`.
#[test]
fn a_checkpoint_is_a_note_of_three_lines() {
    wire::check(
        checkpoint().as_bytes(),
        &[
            ("origin", Text("log.example/tiny")),
            ("newline", Hex("0a")),
            ("size", Text("3")),
            ("newline", Hex("0a")),
            ("root of 3", Text("MJQQOS0hID9drWpqqH3pkU7XeCIHtk4a1tjnQx62Xks=")),
            ("newline", Hex("0a")),
            ("empty line", Hex("0a")),
            ("em dash", Hex("e28094")),
            ("space", Hex("20")),
            ("key name", Text("log.example/tiny")),
            ("space", Hex("20")),
            ("base64 of 4 + 64 bytes", Skip(92)),
            ("newline", Hex("0a")),
            ("em dash", Hex("e28094")),
            ("space", Hex("20")),
            ("key name", Text("w1.example/witness")),
            ("space", Hex("20")),
            ("base64 of 4 + 72 bytes", Skip(104)),
            ("newline", Hex("0a")),
        ],
    );
    let root = "MJQQOS0hID9drWpqqH3pkU7XeCIHtk4a1tjnQx62Xks=".parse::<Hash>().unwrap();
    wire::check(
        &root.0,
        &[("root of 3", Hex("309410392d21203f5dad6a6aa87de9914ed7782207b64e1ad6d8e7431eb65e4b"))],
    );
}

/// C2SP `tlog-cosignature`: what is hashed into a witness's key id.
#[test]
fn a_witness_has_a_key_id_of_its_own() {
    let key = witness();
    let input = [b"w1.example/witness\n\x04".as_slice(), key.public().public()].concat();
    wire::check(
        &input,
        &[
            ("key name", Text("w1.example/witness")),
            ("newline", Hex("0a")),
            ("type: timestamped Ed25519", Hex("04")),
            ("public key", Hex("ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c")),
        ],
    );
    wire::check(&key.public().id().0, &[("key id", Hex("63436178"))]);
    assert_eq!(Sha256::digest(&input)[..4], key.public().id().0);
}

/// C2SP `tlog-cosignature`: the blob, and the message that its signature is over.
#[test]
fn a_cosignature_is_a_time_and_a_signature() {
    let key = witness();
    let cosignature = key.cosign(&text(), TIME).unwrap();
    assert_eq!(cosignature.bytes.len(), 72);
    wire::check(
        &cosignature.bytes,
        &[
            ("time, big-endian", Hex("00000000641850cb")),
            ("R", Hex("a081d9fa1a924c2b9caf3127d28736d3dcc3d9e7b581c577062f66de52f16d75")),
            ("S", Hex("e7956a08d841f2f7e99ee543736d18f856cd582201db3e35f3905eae35b39a0e")),
        ],
    );
    let message = format!("cosignature/v1\ntime 1679315147\n{}", text());
    wire::check(
        message.as_bytes(),
        &[
            ("header", Text("cosignature/v1")),
            ("newline", Hex("0a")),
            ("time", Text("time 1679315147")),
            ("newline", Hex("0a")),
            ("origin", Text("log.example/tiny")),
            ("newline", Hex("0a")),
            ("size", Text("3")),
            ("newline", Hex("0a")),
            ("root of 3", Text("MJQQOS0hID9drWpqqH3pkU7XeCIHtk4a1tjnQx62Xks=")),
            ("newline", Hex("0a")),
        ],
    );
    let public = ed25519_dalek::VerifyingKey::from_bytes(key.public().public()).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&cosignature.bytes[8..]).unwrap();
    assert_eq!(public.verify_strict(message.as_bytes(), &signature).ok(), Some(()));
}

/// C2SP `tlog-proof`.
#[test]
fn a_receipt_is_a_proof_and_a_checkpoint() {
    let receipt = receipt();
    wire::check(
        receipt.to_string().as_bytes(),
        &[
            ("header", Text("c2sp.org/tlog-proof@v1")),
            ("newline", Hex("0a")),
            ("index", Text("index 1")),
            ("newline", Hex("0a")),
            ("leaf 0", Text("UbzDamEM1UkP/apqcgaBNLLG0dU11Rc0jo+DJPFw9cM=")),
            ("newline", Hex("0a")),
            ("leaf 2", Text("3/g49Yn+R0+MXpq5LjBByI4jgghL/Zzv+mdmrtq3lcs=")),
            ("newline", Hex("0a")),
            ("empty line", Hex("0a")),
            (
                "checkpoint",
                Text("log.example/tiny\n3\nMJQQOS0hID9drWpqqH3pkU7XeCIHtk4a1tjnQx62Xks=\n"),
            ),
            ("its signatures", Skip(1 + 3 + 1 + 16 + 1 + 92 + 1 + 3 + 1 + 18 + 1 + 104 + 1)),
        ],
    );
    let [zero, two] = receipt.hashes() else { panic!("not two hashes") };
    wire::check(
        &[zero.0, two.0].concat(),
        &[
            ("leaf 0", Hex("51bcc36a610cd5490ffdaa6a72068134b2c6d1d535d517348e8f8324f170f5c3")),
            ("leaf 2", Hex("dff838f589fe474f8c5e9ab92e3041c88e2382084bfd9ceffa6766aedab795cb")),
        ],
    );
}

/// The whole receipt and its policy as files. What is written today and what was written once are
/// the same, and the old file still proves its entry.
#[test]
fn the_wire_form_stays() {
    let text = include_str!("golden.tlog-proof");
    assert_eq!(receipt().to_string(), text);
    let read: Proof = text.parse().unwrap();
    let found = read.verify(&entry(1), log().public()).unwrap();
    assert_eq!(found.to_string(), self::text());
    let policy: Policy = include_str!("golden.policy").parse().unwrap();
    let accepted = read.verify_under(&entry(1), &policy).unwrap();
    assert_eq!(accepted.cosigned, [("w1".to_owned(), TIME)]);
    let other = read.verify_under(&entry(2), &policy).unwrap_err();
    assert!(matches!(other, ProofError::Inclusion { index: 1, .. }), "{other}");
}

/// C2SP `tlog-policy`: keys in it are vkeys, name, id and base64 of type and key.
#[test]
fn a_policy_is_lines_of_words() {
    let policy: Policy = include_str!("golden.policy").parse().unwrap();
    wire::check(
        policy.to_string().as_bytes(),
        &[
            ("log", Text("log ")),
            ("key name", Text("log.example/tiny")),
            ("key id", Text("+456026bf+")),
            ("type and key", Text("AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")),
            ("newline", Hex("0a")),
            ("witness", Text("witness ")),
            ("name in this file", Text("w1 ")),
            ("key name", Text("w1.example/witness")),
            ("key id", Text("+63436178+")),
            ("type and key", Text("BMqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58")),
            ("newline", Hex("0a")),
            ("quorum", Text("quorum w1")),
            ("newline", Hex("0a")),
        ],
    );
    assert_eq!(log().public().to_string().split('+').nth(1), Some("456026bf"));
    assert_eq!(witness().public().to_string().split('+').nth(1), Some("63436178"));
    let key = STANDARD.decode("AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c").unwrap();
    wire::check(
        &key,
        &[
            ("type: Ed25519", Hex("01")),
            ("public key", Hex("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")),
        ],
    );
}

/// The example of `tlog-cosignature`, of other keys: a checkpoint, its log's line and a witness's.
const SOFA: &str = "\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

#[test]
fn the_example_of_the_specification_reads() {
    let note = Note::parse(SOFA.as_bytes(), 1000).unwrap();
    assert_eq!(note.to_string(), SOFA);
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    assert_eq!(
        (checkpoint.origin.as_str(), checkpoint.size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    wire::check(
        &checkpoint.root.0,
        &[("root", Hex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"))],
    );
    let [log, witness] = note.signatures() else { panic!("not two signatures") };
    check_signature(
        log,
        "example.com/behind-the-sofa",
        &[
            ("key id", Hex("033de0ae")),
            ("R", Hex("582dccf2026b9392f27a5599fd4ccaaff92199e2329f9926eae644378ea110de")),
            ("S", Hex("e1445837bbb9fd985ccafdaad601b31a4bbd9d3a3ecf2584fb178c713380610f")),
        ],
    );
    check_signature(
        witness,
        "witness.example.com/w1",
        &[
            ("key id", Hex("8d66cf3f")),
            ("time, big-endian", Hex("00000000641850cb")),
            ("R", Hex("119307c1245a24d8880e87bd0d89ffcd772bb4f1dea25308e4e59712164207d7")),
            ("S", Hex("65ac326c5f76f6a328a7d673d9aa17f99cda34c547be99b2140640487d9faa9c")),
        ],
    );
}

#[track_caller]
fn check_signature(found: &Signature, name: &str, fields: &[(&str, wire::Field)]) {
    assert_eq!(found.name.as_str(), name);
    wire::check(&[&found.id.0, found.bytes.as_slice()].concat(), fields);
}

/// The example of `tlog-proof`; the signatures are left out there, so another note's stand in.
#[test]
fn the_proof_of_the_specification_reads() {
    let signatures = SOFA.split_once("\n\n").unwrap().1;
    let text = format!(
        "c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

{signatures}"
    );
    let proof: Proof = text.parse().unwrap();
    assert_eq!((proof.index(), proof.hashes().len()), (73_894, 5));
    assert_eq!(proof.to_string(), text);
    wire::check(
        &proof.hashes()[4].0,
        &[("hash 4", Hex("0070a2a17f672e3b2bb1ee988634519a4d565048ab54e2cb468390eaf7cee6f9"))],
    );
    let checkpoint = Note::parse(proof.checkpoint().as_bytes(), 1000).unwrap();
    let checkpoint: Checkpoint = checkpoint.text().parse().unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/fancylog", 109_482));
}
