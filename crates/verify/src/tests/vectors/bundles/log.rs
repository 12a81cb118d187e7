//! Lies about the tree: leaves, tiles, checkpoints, and a log that shows another history.

use record::note::{Note, SigningKey};
use tlog::Checkpoint;

use super::{How, Lies, Row, log, log_and, nobody, of, publisher, told::Told};
use crate::tests::{
    Bundle,
    night::{checkpoint, key, tree},
};

pub(super) fn lies() -> Lies {
    let night = of_leaves().into_iter().chain(of_checkpoints()).chain(of_one_tile());
    let night = of("night", night.chain(seen()));
    night.into_iter().chain(of("long", of_tiles())).collect()
}

fn of_leaves() -> Vec<Row> {
    vec![
        log("the last record left out: holds", |t| drop(t.entries.pop())),
        log("a record left out, and all made anew: holds", |t| drop(t.entries.remove(4))),
        log("two records exchanged that do not touch each other: holds", |t| t.entries.swap(4, 6)),
        log("a correction before what it corrects", |t| t.entries.swap(3, 5)),
        log("returns before their keys", |t| t.entries.swap(1, 3)),
        log("a record of keys left out", |t| drop(t.entries.remove(1))),
        log("a release left out, and its texts published", |t| drop(t.entries.remove(9))),
        log("a leaf left out of the tree only", |t| {
            // The texts stay where they were.
            let (leaf, last) = (t.entries[4].leaf, t.entries.len() - 1);
            (4..last).for_each(|at| t.entries[at].leaf = t.entries[at + 1].leaf);
            t.entries[last].leaf = leaf;
        }),
        log("a leaf twice", |t| t.entries[8].leaf = t.entries[7].leaf),
        log("a published leaf twice, withheld the second time", |t| {
            t.entries[8].leaf = t.entries[4].leaf;
        }),
        log("a record twice", |t| t.push(t.entries[4].note.clone())),
        log("a turnout twice", |t| t.push(t.entries[2].note.clone())),
        log("a leaf that no text has", |t| t.entries[4].leaf = [7; 32]),
        log("a withheld leaf that is another: holds", |t| t.entries[7].leaf = [7; 32]),
        log("another leaf for the definition", |t| t.entries[0].leaf = [7; 32]),
        log("two leaves in each other's place", |t| {
            (t.entries[4].leaf, t.entries[6].leaf) = (t.entries[6].leaf, t.entries[4].leaf);
        }),
        log("a leaf more that has no text: holds", |t| {
            t.push(Vec::new());
            t.hide(11);
        }),
        log_and(
            "a log that grew after its snapshot",
            |_| (),
            |b| {
                let mut leaves = b.night.entries();
                leaves.push([7; 32]);
                b.put_log(&leaves, "log");
            },
        ),
        log_and(
            "a log that shrank after its snapshot",
            |_| (),
            |b| {
                let leaves = b.night.entries();
                b.put_log(&leaves[..10], "log");
            },
        ),
    ]
}

/// The checkpoint's text changed, and signed by these keys.
fn resigned(bundle: &mut Bundle, change: impl Fn(String) -> String, keys: &[&str]) {
    let bytes = bundle.files["checkpoint"].clone();
    let text = change(Note::parse(&bytes, bytes.len()).unwrap().text().to_owned());
    let keys: Vec<SigningKey> = keys.iter().map(|name| key(name)).collect();
    let lines = keys.iter().map(|key| key.sign(&text)).collect();
    bundle.files.insert("checkpoint".into(), Note::new(&text, lines).unwrap().to_bytes());
}

fn of_checkpoints() -> Vec<Row> {
    let text = |name, from: &'static str, to: &'static str| {
        publisher(name, move |b| {
            resigned(b, |text| text.replacen(from, to, 1), &["log"]);
        })
    };
    let by = |name, keys: &'static [&'static str]| {
        publisher(name, move |b| resigned(b, |text| text, keys))
    };
    vec![
        publisher("no checkpoint, signed for", |b| drop(b.files.remove("checkpoint"))),
        by("a checkpoint by another log", &["other"]),
        by("a checkpoint by the publisher", &["publisher"]),
        by("a checkpoint with a stranger's signature: holds", &["log", "stranger"]),
        by("a checkpoint that the log signed twice: holds", &["log", "log"]),
        text("a checkpoint of another size", "\n11\n", "\n12\n"),
        text("a checkpoint of a size with a leading zero", "\n11\n", "\n011\n"),
        text("a checkpoint of a float", "\n11\n", "\n11.0\n"),
        text("a checkpoint of another origin", "log\n", "gol\n"),
        publisher("a checkpoint with an extension: holds", |b| {
            resigned(b, |text| format!("{text}more\n"), &["log"]);
        }),
        publisher("a checkpoint with an empty extension", |b| {
            resigned(b, |text| format!("{text}\n"), &["log"]);
        }),
        publisher("a checkpoint of another root", |b| {
            let mut leaves = b.night.entries();
            leaves[4] = [7; 32];
            b.files.insert("checkpoint".into(), checkpoint(&leaves, "log"));
        }),
        publisher("a checkpoint whose root has another form", |b| {
            resigned(b, |text| text.replacen('=', "", 1), &["log"]);
        }),
        nobody("a checkpoint changed", |b| b.edit("checkpoint", "\n11\n", "\n10\n")),
    ]
}

fn flip(path: &'static str, at: usize) -> impl Fn(&mut Bundle) {
    move |bundle| bundle.files.get_mut(path).unwrap()[at] ^= 1
}

fn moved(from: &'static str, to: &'static str) -> impl Fn(&mut Bundle) {
    move |bundle| {
        let bytes = bundle.files.remove(from).unwrap();
        bundle.files.insert(to.into(), bytes);
    }
}

fn of_one_tile() -> Vec<Row> {
    vec![
        publisher("a hash flipped", flip("tile/0/000.p/11", 40)),
        publisher("an entry flipped", flip("tile/entries/000.p/11", 40)),
        publisher("an entry of 33 bytes", flip("tile/entries/000.p/11", 1)),
        publisher("no hash tile", |b| drop(b.files.remove("tile/0/000.p/11"))),
        publisher("no tile of entries", |b| drop(b.files.remove("tile/entries/000.p/11"))),
        publisher("a partial tile named as a full one", moved("tile/0/000.p/11", "tile/0/000")),
        publisher("a narrower tile more", |b| {
            let narrow = b.files["tile/0/000.p/11"][..320].to_vec();
            b.files.insert("tile/0/000.p/10".into(), narrow);
        }),
        publisher("a tile more", |b| drop(b.files.insert("tile/0/001".into(), vec![0; 32]))),
        publisher("a tile of a level more", |b| {
            b.files.insert("tile/1/000.p/1".into(), vec![0; 32]);
        }),
    ]
}

/// 515 leaves: two full tiles and one of three in each row, and a row of two hashes above.
fn of_tiles() -> Vec<Row> {
    let cut = |path: &'static str| {
        move |bundle: &mut Bundle| {
            let tile = bundle.files.get_mut(path).unwrap();
            tile.truncate(tile.len() - 1);
        }
    };
    let gone = |path: &'static str| move |bundle: &mut Bundle| drop(bundle.files.remove(path));
    vec![
        nobody("a long log: holds", |_| ()),
        publisher("the first hash of the first tile", flip("tile/0/000", 0)),
        publisher("the last hash of the first tile", flip("tile/0/000", 8191)),
        publisher("a hash of the second tile", flip("tile/0/001", 4000)),
        publisher("the last hash of level 0", flip("tile/0/002.p/3", 95)),
        publisher("the first hash of level 1", flip("tile/1/000.p/2", 0)),
        publisher("the last hash of level 1", flip("tile/1/000.p/2", 63)),
        publisher("a withheld entry of the first tile", flip("tile/entries/000", 8000)),
        publisher("a withheld entry of the last tile", flip("tile/entries/002.p/3", 90)),
        publisher("level 1 missing", gone("tile/1/000.p/2")),
        publisher("a full tile missing", gone("tile/0/001")),
        publisher("a full tile of entries missing", gone("tile/entries/001")),
        publisher("a full tile cut short", cut("tile/0/001")),
        publisher("a tile of entries cut short", cut("tile/entries/002.p/3")),
        publisher("a full tile named as a partial one", moved("tile/0/001", "tile/0/001.p/256")),
        publisher("a tile of level 2", |b| {
            b.files.insert("tile/2/000.p/1".into(), vec![0; 32]);
        }),
        publisher("two tiles in each other's place", |b| {
            let [first, second] = ["tile/0/000", "tile/0/001"].map(|path| b.files[path].clone());
            b.files.extend([("tile/0/000".into(), second), ("tile/0/001".into(), first)]);
        }),
        log("a withheld leaf twice in a long log", |t| t.entries[500].leaf = t.entries[20].leaf),
        log("a full tile as the last: holds", |t| t.entries.truncate(512)),
    ]
}

/// The bundle against a checkpoint that was seen before.
fn seen() -> Vec<Row> {
    let row =
        |name, checkpoint: fn(&Told) -> Vec<u8>| -> Row { (name, How::Seen(Box::new(checkpoint))) };
    vec![
        row("seen the same: holds", |t| checkpoint(&t.leaves(), "log")),
        row("seen a shorter log: holds", |t| checkpoint(&t.leaves()[..7], "log")),
        row("seen one record: holds", |t| checkpoint(&t.leaves()[..1], "log")),
        row("seen with an extension and a stranger's signature: holds", |t| {
            let text = format!("{}more\n", seen_text(t, 7));
            let lines = vec![key("stranger").sign(&text), key("log").sign(&text)];
            Note::new(&text, lines).unwrap().to_bytes()
        }),
        row("seen a longer log: this one is older", |t| {
            let mut leaves = t.leaves();
            leaves.push([7; 32]);
            checkpoint(&leaves, "log")
        }),
        row("seen another history of the same size", |t| {
            let mut leaves = t.leaves();
            leaves[8] = [7; 32];
            checkpoint(&leaves, "log")
        }),
        row("seen another history that is shorter", |t| {
            checkpoint(&[&t.leaves()[..4], &[[7; 32]]].concat(), "log")
        }),
        row("seen a record that is left out here", |t| {
            let mut leaves = t.leaves();
            leaves.insert(4, [7; 32]);
            checkpoint(&leaves[..9], "log")
        }),
        row("seen a checkpoint by another key", |t| checkpoint(&t.leaves(), "other")),
        row("seen what is no checkpoint", |_| b"seen\n".to_vec()),
        row("seen nothing", |_| Vec::new()),
        row("seen an empty log: holds", |_| {
            let root = tree(&[]).root_at(0).unwrap();
            Checkpoint::new(key("log").public().name().clone(), 0, root).sign(&key("log")).unwrap()
        }),
    ]
}

fn seen_text(told: &Told, size: usize) -> String {
    let note = String::from_utf8(checkpoint(&told.leaves()[..size], "log")).unwrap();
    format!("{}\n", note.split_once("\n\n").unwrap().0)
}
