//! Trees, tiles, proofs, checkpoints, receipts and packs.

use publish::{PackEntry, pack_bytes, read_pack};
use record::{Digest, note::SigningKey};
use serde_json::{Value, json};
use tlog::{Checkpoint, CosigningKey, Proof, Tile, Timestamp, Tree, leaf_hash, tile};

use super::{base64, hex, hold};
use crate::tests::night::key;

const SIZES: [u64; 14] = [0, 1, 2, 3, 4, 5, 7, 8, 255, 256, 257, 512, 600, 700];

fn entry(number: u64) -> [u8; 32] {
    *Digest::of(&number.to_be_bytes()).as_bytes()
}

fn log(size: u64) -> (Tree, Vec<[u8; 32]>) {
    let entries: Vec<[u8; 32]> = (0..size).map(entry).collect();
    let mut tree = Tree::default();
    for entry in &entries {
        tree.append(leaf_hash(entry));
    }
    (tree, entries)
}

#[test]
fn trees_and_tiles() {
    let (tree, entries) = log(700);
    let roots =
        SIZES.map(|size| json!({"size": size, "root_hex": hex(tree.root_at(size).unwrap().0)}));
    let hashes = |proof: Vec<tlog::Hash>| proof.iter().map(|hash| hex(hash.0)).collect::<Vec<_>>();
    let inclusion = [(0, 1), (0, 2), (1, 3), (2, 3), (4, 7), (256, 257), (699, 700), (300, 600)];
    let inclusion = inclusion.map(|(index, size)| {
        let proof = tree.inclusion_proof(index, size).unwrap();
        json!({"index": index, "size": size, "proof_hex": hashes(proof)})
    });
    let consistency = [(0, 5), (1, 2), (3, 7), (4, 8), (6, 7), (255, 257), (512, 700), (7, 7)];
    let consistency = consistency.map(|(old, new)| {
        let proof = tree.consistency_proof(old, new).unwrap();
        json!({"old": old, "new": new, "proof_hex": hashes(proof)})
    });
    let tiles = [1, 255, 256, 257, 700].map(tiles);
    let first: Vec<String> = entries.iter().take(3).map(hex).collect();
    hold(
        "tree",
        &json!({
            "entries": "entry number n, from 0, is SHA-256 of n as 8 bytes, big-endian",
            "first_entries_hex": first,
            "first_leaf_hex": hex(leaf_hash(&entries[0]).0),
            "roots": roots, "inclusion": inclusion, "consistency": consistency, "tiles": tiles,
            "paths": paths(),
        }),
    );
}

/// Every file of a log of this size, with the hash of its bytes.
fn tiles(size: u64) -> Value {
    let (tree, entries) = log(size);
    let files = tile::new_tiles(0, size).into_iter().map(|tile| {
        let bytes = tile.bytes(&tree, &entries).unwrap();
        json!({"path": tile.to_string(), "length": bytes.len(), "sha256": Digest::of(&bytes)})
    });
    json!({"size": size, "files": files.collect::<Vec<_>>()})
}

/// The last files of logs that are too large to write down.
fn paths() -> Vec<Value> {
    let sizes = [1_000 * 256, 1_000 * 256 + 1, 65_536, 1_234_067 * 256 + 17];
    let named = |size: u64| {
        let tiles = tile::new_tiles(0, size);
        let last = |wanted: tile::Content| {
            tiles.iter().rfind(|tile| tile.content() == wanted).map(Tile::to_string)
        };
        let level = |level| last(tile::Content::Hashes { level });
        json!({
            "size": size, "files": tiles.len(), "last_entries": last(tile::Content::Entries),
            "last_of_level": [level(0), level(1), level(2), level(3)],
        })
    };
    sizes.map(named).into()
}

#[test]
fn checkpoints() {
    let (log_key, stranger) = (key("log"), key("stranger"));
    let root = log(5).0.root_at(5).unwrap();
    let text = Checkpoint::new(log_key.public().name().clone(), 5, root).to_string();
    let rows = [
        ("good", text.clone(), vec![&log_key]),
        ("a stranger beside it", text.clone(), vec![&stranger, &log_key]),
        ("a stranger alone", text.clone(), vec![&stranger]),
        ("an extension", format!("{text}more\n"), vec![&log_key]),
        ("an empty extension", format!("{text}\n"), vec![&log_key]),
        ("another origin", text.replace("log\n", "other\n"), vec![&log_key]),
        ("a leading zero", text.replace("\n5\n", "\n05\n"), vec![&log_key]),
        ("no number", text.replace("\n5\n", "\n5 \n"), vec![&log_key]),
        ("a hash without padding", text.replace("=\n", "\n"), vec![&log_key]),
        ("two lines", "log\n5\n".to_owned(), vec![&log_key]),
    ];
    let rows = rows.map(|(name, text, keys)| {
        let note = signed(&text, &keys);
        let read = Checkpoint::verify(note.as_bytes(), log_key.public());
        let why = read.as_ref().err().map(ToString::to_string);
        let read = read.ok().map(|it| json!({"size": it.size, "root_hex": hex(it.root.0)}));
        json!({"name": name, "log": log_key.public().to_string(), "note_base64": base64(note), "read": read, "why": why})
    });
    hold("checkpoint", &json!(rows));
}

fn signed(text: &str, keys: &[&SigningKey]) -> String {
    let lines = keys.iter().map(|key| format!("{}\n", key.sign(text)));
    format!("{text}\n{}", lines.collect::<String>())
}

#[test]
fn receipts() {
    let (tree, entries) = log(7);
    let log_key = key("log");
    let root = tree.root_at(7).unwrap();
    let note = Checkpoint::new(log_key.public().name().clone(), 7, root).sign(&log_key).unwrap();
    let good = Proof::new(4, tree.inclusion_proof(4, 7).unwrap(), &note).unwrap().to_string();
    let rows = [
        ("good", good.clone(), 4),
        ("another entry", good.clone(), 5),
        ("another index", good.replace("index 4", "index 5"), 4),
        ("extra data", good.replace("index", "extra AAAA\nindex"), 4),
        ("extra that is no base64", good.replace("index", "extra A\nindex"), 4),
        ("another header", good.replace("@v1", "@v2"), 4),
        ("a leading zero", good.replace("index 4", "index 04"), 4),
        ("a hash fewer", without_line(&good, 2), 4),
        ("no empty line", good.replacen("\n\n", "\n", 1), 4),
    ];
    let rows = rows.map(|(name, text, of)| {
        let read = text.parse::<Proof>();
        let read = read.map_err(|error| error.to_string()).and_then(|proof| {
            proof.verify(&entries[of], log_key.public()).map_err(|error| error.to_string())
        });
        json!({
            "name": name, "log": log_key.public().to_string(), "entry_hex": hex(entries[of]),
            "receipt": text, "holds": read.is_ok(), "why": read.err(),
        })
    });
    hold("proof", &json!(rows));
}

fn without_line(text: &str, number: usize) -> String {
    let lines = text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != number);
    lines.map(|(_, line)| line).collect()
}

#[test]
fn packs() {
    let entry = |position, note| PackEntry { position, note };
    let good = pack_bytes([entry(0, b"first\n"), entry(17, b"second\n"), entry(18, b"")]);
    let text = String::from_utf8(good.clone()).unwrap();
    let rows = [
        ("three records", good),
        ("none", vec![]),
        ("a leading zero", text.replace("17 7", "017 7").into_bytes()),
        ("a plus", text.replace("17 7", "+17 7").into_bytes()),
        ("two blanks", text.replace("17 7", "17  7").into_bytes()),
        ("a length beyond the end", b"0 9\nfirst\n".to_vec()),
        ("bytes behind the end", format!("{text}\n").into_bytes()),
        ("a line without an end", b"0 5".to_vec()),
        ("a position above 64 bits", b"18446744073709551616 0\n".to_vec()),
        ("a position twice, which the pack itself allows", b"1 0\n1 0\n".to_vec()),
    ];
    let rows = rows.map(|(name, bytes)| {
        let read = read_pack(&bytes);
        let records = read.as_ref().ok().map(|entries| {
            let row = |e: &PackEntry<'_>| json!({"position": e.position, "note_base64": base64(e.note)});
            entries.iter().map(row).collect::<Vec<_>>()
        });
        let why = read.as_ref().err().map(ToString::to_string);
        let path = format!("pack/{}", Digest::of(&bytes));
        json!({"name": name, "pack_base64": base64(&bytes), "path": path, "records": records, "why": why})
    });
    hold("pack", &json!(rows));
}

/// The line of a witness under a checkpoint's text.
pub(super) fn cosigned(text: &str, name: &str, time: u64) -> String {
    witness(name).cosign(text, Timestamp(time)).unwrap().to_string()
}

pub(super) fn witness(name: &str) -> CosigningKey {
    let seed = *Digest::of(name.as_bytes()).as_bytes();
    CosigningKey::new(name.parse().unwrap(), &seed).unwrap()
}
