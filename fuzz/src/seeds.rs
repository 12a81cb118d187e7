//! What the fuzzer begins with: what the real code writes, so that no seed is older than the code;
//! and small files by hand where the code only reads.

use crate::{
    night::{self, Night, OFFICERS, RELEASE, checkpoint, key, night_of_codes, tree},
    texts::{log, witness},
};
use election::Mode;
use publish::{Edition, Log, PackEntry, Publisher, Released, View, pack_bytes};
use record::{
    Body, Draft,
    enrolment::Code,
    note::{RelyingParty, SigningKey},
};
use tlog::{
    AddCheckpoint, Checkpoint, Proof, Seen, SplitView, Timestamp, Tree, leaf_hash, new_tiles,
};

type Seeds = Vec<Vec<u8>>;

/// A checkpoint with its witness, as `tlog` keeps it.
pub(crate) const CHECKPOINT: &str = include_str!("../../crates/tlog/src/tests/golden.tlog-proof");

fn owned(texts: &[&str]) -> Seeds {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// One of everything: turnout, readings, a correction, a contradiction that officers decide, the
/// release, a reading by telephone after it.
pub(crate) fn night() -> Night {
    let mut night = Night::new();
    let pen = night.pen;
    night.take(pen.turnout("S:1", 40, 0));
    let first = night.returns("S:1", "E.1=120 E.2=7 F=1");
    night.take(pen.correction("S:1", "E.1=121 E.2=7 F=1", first));
    let chosen = night.returns("S:4", "E.1=41");
    night.returns("S:4", "E.1=14");
    night.take(pen.decision("S:4", chosen));
    night.release("M");
    night.take(pen.phoned("S:1", "E.1=121 E.2=8"));
    night
}

/// Records of every kind, each signed by the three types of key.
#[must_use]
pub fn records() -> Seeds {
    let mut seeds = night().notes;
    seeds.extend(night_of_codes().notes);
    let name = |text: &str| text.parse().unwrap();
    let party = RelyingParty::from_bytes(b"stembureau.example").unwrap();
    let keys = [
        SigningKey::p256(name("officer/jansen"), &[2; 32]).unwrap(),
        SigningKey::webauthn(name("officer/de-vries"), &[3; 32], party).unwrap(),
    ];
    let body = Body::Returns(night().pen.reading("S:2", "phone", "E.1=3"));
    seeds.push(Draft::new(&body).unwrap().sign(&keys.iter().collect::<Vec<_>>()).unwrap());
    seeds
}

/// Notes: records, and the example of the specification.
#[must_use]
pub fn notes() -> Seeds {
    let example = "t\n\n— example.com/foo NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITA==\n";
    let records = records().into_iter().filter(|note| note.len() < 2000);
    records.chain(owned(&[example])).collect()
}

/// Keys of every type.
#[must_use]
pub fn vkeys() -> Seeds {
    let golden = include_str!("../../crates/record/src/note/golden.vkeys");
    golden
        .lines()
        .map(str::to_owned)
        .chain([witness().public().to_string()])
        .map(Vec::from)
        .collect()
}

/// What can still come in after the night, so that it passes every judge.
#[must_use]
pub fn incoming() -> Seeds {
    let pen = night().pen;
    vec![
        pen.returns("S:2", "E.1=0 E.2=9 P.1=12345 F=3"),
        pen.returns("S:3", "E.1=30"),
        pen.phoned("S:2", "E.1=9 E.2=9"),
        pen.turnout("S:3", 77, RELEASE - 7200),
        pen.release("A", RELEASE),
        pen.keys(record::body::KeyAction::Revoke, &["S:3/1"]),
        pen.keys(record::body::KeyAction::Enrol, &["B/7"]),
        pen.invite(&[("S:3/3", "CODE")], &OFFICERS),
        pen.attest("S:3", (0, 0), vec![night().definition()], &["S:3/1", "S:3/2"]),
    ]
}

/// One-time codes as people type them.
#[must_use]
pub fn codes() -> Seeds {
    let codes = [*b"any fifteen byt", [0; 15], [31; 15]].map(Code::from_random);
    let papers = codes.iter().map(Code::on_paper);
    papers.chain([codes[0].as_str().to_lowercase()]).map(Vec::from).collect()
}

fn tree_of(size: u64) -> (Tree, Vec<[u8; 32]>) {
    let entries: Vec<[u8; 32]> = (0..size).map(|n| leaf_hash(&n.to_be_bytes()).0).collect();
    (tree(&entries), entries)
}

fn signed(tree: &Tree) -> Vec<u8> {
    let root = tree.root_at(tree.size()).unwrap();
    let checkpoint = Checkpoint::new(log().public().name().clone(), tree.size(), root);
    checkpoint.sign(&log()).unwrap()
}

/// Texts of checkpoints, with extension lines and without.
#[must_use]
pub fn checkpoints() -> Seeds {
    owned(&[
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log.example/tiny\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\nand more\n",
    ])
}

/// A checkpoint with its cosignature.
#[must_use]
pub fn cosigned() -> Seeds {
    let (_, checkpoint) = CHECKPOINT.split_once("\n\n").unwrap_or_default();
    let (tree, _) = tree_of(5);
    let note = String::from_utf8(signed(&tree)).unwrap();
    let (text, line) = note.split_once("\n\n").unwrap_or_default();
    let later = witness().cosign(&format!("{text}\n"), Timestamp(1_800_000_000)).unwrap();
    owned(&[checkpoint, &format!("{text}\n\n{line}{later}\n")])
}

/// Receipts: as it is kept, one in a larger tree, one that proves its entry.
#[must_use]
pub fn receipts() -> Seeds {
    let (large, _) = tree_of(1000);
    let proof = large.inclusion_proof(700, 1000).unwrap();
    let large = Proof::new(700, proof, &signed(&large)).unwrap().to_string();
    let mut tree = tree_of(4).0;
    tree.append(leaf_hash(&[7; 32]));
    let proof = Proof::new(4, tree.inclusion_proof(4, 5).unwrap(), &signed(&tree)).unwrap();
    owned(&[CHECKPOINT, &large, &proof.to_string()])
}

/// Policies: without witnesses, with one, with groups of groups.
#[must_use]
pub fn policies() -> Seeds {
    let (log, witness) = (log(), witness());
    let (log, witness) = (log.public(), witness.public());
    owned(&[
        include_str!("../../crates/tlog/src/tests/golden.policy"),
        &tlog::Policy::without_witnesses(log.clone(), [1; 32]).to_string(),
        &format!(
            "log {log} https://log.example\n# words\nwitness a {witness} https://w.example/é\n\
             group g any a\ngroup h all g\nquorum h\n"
        ),
    ])
}

/// Paths of tiles.
#[must_use]
pub fn tile_paths() -> Seeds {
    owned(&["tile/0/x001/x234/067", "tile/entries/273.p/112", "tile/63/x001/000.p/255"])
}

/// Logs as `bundle::log` reads them: some sizes around a full tile.
#[must_use]
pub fn logs() -> Seeds {
    let log = |size: u64| {
        let (tree, entries) = tree_of(size);
        let files = new_tiles(0, size).into_iter();
        let files = files.flat_map(|tile| tile.bytes(&tree, &entries).unwrap());
        u16::try_from(size).unwrap().to_be_bytes().into_iter().chain(files).collect()
    };
    [0, 1, 2, 7, 255, 257].map(log).into()
}

/// The files of the night's first edition whose paths begin so.
fn published(path: &str) -> Seeds {
    let night = night();
    let (entries, public) = (night.entries(), night.public());
    let (tree, checkpoint) = (tree(&entries), checkpoint(&entries, "log"));
    let edition = Edition {
        sequence: 1,
        size: entries.len() as u64,
        time: RELEASE + 90,
        mode: Mode::Rehearsal,
    };
    let log = Log {
        tree: &tree,
        entries: &entries,
        checkpoint: &checkpoint,
        definition: night.definition(),
    };
    let released = night.open().into_iter().map(|(position, note)| Released { position, note });
    let view = View::of(&public, edition);
    let changes = Publisher::default().next(&view, &log, released.collect(), &key("publisher"));
    let files = changes.unwrap().write.into_iter().filter(|(name, _)| name.starts_with(path));
    files.map(|(_, bytes)| bytes).collect()
}

/// Packs, small ones: in the night's nearly every byte is a note's, which the pack does not read.
#[must_use]
pub fn packs() -> Seeds {
    let release = night().pen.release("A", RELEASE);
    let entry = [PackEntry { position: 18, note: &release }];
    [owned(&["0 3\na\nb12 0\n", "7 1\nx"]), vec![pack_bytes(entry)]].concat()
}

/// Snapshots.
#[must_use]
pub fn snapshots() -> Seeds {
    published("snapshot/")
}

/// head.json.
#[must_use]
pub fn heads() -> Seeds {
    published("head.json")
}

/// Definitions: the smallest election, and that of the night.
#[must_use]
pub fn definitions() -> Seeds {
    let tiny = include_str!("../../elections/tiny/election.json");
    let units = include_str!("../../elections/tiny/units.csv");
    let definition = night::definition();
    let rows = definition.units.rows.iter();
    let rows: Vec<String> = rows.map(|row| row.cells().collect::<Vec<_>>().join(",")).collect();
    let header = definition.units.columns.join(",");
    let small = format!("{}\0{header}\n{}\n", definition.head, rows.join("\n"));
    owned(&[&format!("{tiny}\0{units}"), &small])
}

/// Forms of the smallest election, whose own night has them.
#[must_use]
pub fn forms() -> Seeds {
    let table = include_str!("../../elections/tiny/night/02-n10-1.csv");
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let codes = lines.next().unwrap_or_default();
    let rows = lines.filter(|row| row.len() == codes.len());
    let form = |row: Vec<&str>| {
        let cells = codes.iter().zip(&row).skip(5).filter(|(_, number)| !number.is_empty());
        let cells: String = cells.map(|(code, number)| format!("\n{code}={number}")).collect();
        format!("{}{cells}", row[0]).into_bytes()
    };
    rows.map(form).collect()
}

/// The night of the smallest election.
#[must_use]
pub fn nights() -> Seeds {
    let labels = include_str!("../../elections/tiny/night/labels.txt");
    let turnout = include_str!("../../elections/tiny/night/01-turnout.csv");
    let returns = include_str!("../../elections/tiny/night/02-n10-1.csv");
    owned(&[
        &format!("== labels.txt\n{labels}== 01-turnout.csv\n{turnout}"),
        &format!("== labels.txt\n{labels}== 02-n10-1.csv\n{returns}"),
        "== labels.txt\nall\n== 01-n10-1.csv\nunit,E.1,at,reason\nA,7,1000,\nA,8,2000,\"a, b\"\n",
    ])
}

/// EML files of each kind.
#[must_use]
pub fn eml() -> Seeds {
    owned(&[
        include_str!("../seeds/110a.eml.xml"),
        include_str!("../seeds/110b.eml.xml"),
        include_str!("../seeds/230b.eml.xml"),
        include_str!("../seeds/510b.eml.xml"),
        include_str!("../seeds/520.eml.xml"),
    ])
}

/// EML files of one election together.
#[must_use]
pub fn assemblies() -> Seeds {
    let count = include_str!("../seeds/510b.eml.xml");
    let all = [
        include_str!("../seeds/110a.eml.xml"),
        include_str!("../seeds/230b.eml.xml"),
        count,
        include_str!("../seeds/520.eml.xml"),
    ];
    owned(&[count, &all.join("\0")])
}

/// Questions about seats, one of each kind.
#[must_use]
pub fn seats() -> Seeds {
    include_str!("../seeds/seats.jsonl").lines().map(|line| line.as_bytes().to_vec()).collect()
}

/// Small values.
#[must_use]
pub fn values() -> Seeds {
    let digest = "9a5e62edc442d42df3805f4590211467ecd5dcb51280c9634f694c7ce26d4439";
    let instant = "2026-03-18T21:00:00+01:00";
    owned(&["960/19", "0668::SB1", instant, digest, "{\"nl\":\"a\",\"en\":\"b\"}"])
}

/// What a witness has seen that has cosigned the log of four entries.
pub(crate) fn seen() -> Seen {
    let tree = tree_of(4).0;
    Seen { size: 4, root: tree.root_at(4).unwrap() }
}

/// What witnesses are asked: at first, again, and after a log has grown.
#[must_use]
pub fn add_checkpoints() -> Seeds {
    let ask = |old: u64, size: u64| {
        let tree = tree_of(size).0;
        let proof = tree.consistency_proof(old, size).unwrap();
        AddCheckpoint::new(old, proof, &signed(&tree)).unwrap().to_string()
    };
    owned(&[&ask(0, 4), &ask(4, 4), &ask(4, 9), &ask(700, 1000)])
}

/// Proofs of two histories, of one size and of two.
#[must_use]
pub fn split_views() -> Seeds {
    let first = tree_of(4).0;
    let proof = |size: u64| {
        let mut second = tree_of(3).0;
        (3..size).for_each(|n| assert_eq!(second.append(leaf_hash(&[7; 32])), n));
        let [a, b] = [&first, &second].map(|tree| String::from_utf8(signed(tree)).unwrap());
        let read = |note: &str| Checkpoint::verify(note.as_bytes(), log().public()).unwrap();
        SplitView::find(&second, (&read(&a), &a), (&read(&b), &b)).unwrap().unwrap().to_string()
    };
    owned(&[&proof(4), &proof(5), &proof(900)])
}
