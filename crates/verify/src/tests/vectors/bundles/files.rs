//! Lies about files and lists, by the publisher or by whoever stands between.

use election::Mode;
use publish::{Head, Snapshot};
use record::{Digest, note::Note};

use super::{How, Lies, Row, log, nobody, of, publisher};
use crate::tests::{Bundle, night::key};

pub(super) fn lies() -> Lies {
    let rows = by_nobody().into_iter().chain(of_heads()).chain(by_the_publisher());
    let night = of("night", rows.chain(of_snapshots()).chain(of_policies()).chain(of_packs()));
    night.into_iter().chain(of("seats", of_another_election())).collect()
}

fn put(path: &'static str, bytes: &'static [u8]) -> impl Fn(&mut Bundle) {
    move |bundle| drop(bundle.files.insert(path.into(), bytes.into()))
}

fn gone(path: &'static str) -> impl Fn(&mut Bundle) {
    move |bundle| drop(bundle.files.remove(path).unwrap())
}

fn edit(path: &'static str, from: &'static str, to: &'static str) -> impl Fn(&mut Bundle) {
    move |bundle| bundle.edit(path, from, to)
}

fn by_nobody() -> Vec<Row> {
    vec![
        nobody("nothing: holds", |_| ()),
        nobody("a figure changed", edit("data/tally.json", "121", "122")),
        nobody("a data file missing", gone("data/units/B.json")),
        nobody("a data file cut short", |b| drop(b.files.insert("data/form.csv".into(), vec![]))),
        nobody("a page changed", put("index.html", b"other")),
        nobody("a page missing", gone("style.css")),
        nobody("a file that nobody signed for", put("early.csv", b"")),
        nobody("a page that nobody signed for", put("nl/S-4.html", b"early")),
        nobody("an older snapshot beside it", put("snapshot/6", b"old")),
        nobody("no head.json", gone("head.json")),
        nobody("no snapshot", gone("snapshot/7")),
        nobody("no checkpoint", gone("checkpoint")),
        nobody("a snapshot changed", edit("snapshot/7", "quence\":7", "quence\":8")),
    ]
}

/// head.json is signed by nobody: whoever serves the bundle can write it.
fn of_heads() -> Vec<Row> {
    let head = |name, from, to| nobody(name, edit("head.json", from, to));
    let bytes = |bundle: &mut Bundle| bundle.files.remove("head.json").unwrap();
    vec![
        nobody("an empty head.json", put("head.json", b"")),
        head("a head of another sequence", "\"sequence\":7", "\"sequence\":8"),
        head("a head of another size", "\"size\":11", "\"size\":12"),
        head("a head of another time", "\"time\":1761768090", "\"time\":1761768091"),
        head("a head of another mode", "\"rehearsal\"", "\"live\""),
        head("a head of another election", "\"test\"", "\"other\""),
        head("a head with white space", "\"election\":", "\"election\": "),
        head("a head with a key more", "{", "{\"a\":1,"),
        head("a head with a key fewer", "\"mode\":\"rehearsal\",", ""),
        head("a head with a key twice", "{", "{\"election\":\"test\","),
        head("a head of a float", "\"sequence\":7", "\"sequence\":7.0"),
        head("a head that names another file", "snapshot/7", "snapshot/8"),
        head("a head that names a file outside", "snapshot/7", "../etc/7"),
        nobody("a head without its newline", move |b| {
            let line = bytes(b);
            b.files.insert("head.json".into(), line[..line.len() - 1].to_vec());
        }),
        nobody("a head with an empty line more", move |b| {
            let line = [bytes(b), vec![b'\n']].concat();
            b.files.insert("head.json".into(), line);
        }),
    ]
}

fn by_the_publisher() -> Vec<Row> {
    vec![
        publisher("signed again: holds", |_| ()),
        publisher("a page changed and signed for: holds", put("index.html", b"other")),
        publisher("a page more and signed for: holds", put("en/extra.html", b"extra")),
        publisher("no page at all: holds", |b| b.files.retain(|path, _| path != "index.html")),
        publisher("a data file missing and signed for", gone("data/units/B.json")),
        publisher("the tally missing and signed for", gone("data/tally.json")),
        publisher("a table missing and signed for", gone("data/form.csv")),
        publisher("a data file more and signed for", put("data/extra.json", b"{}\n")),
        publisher("an area more and signed for", put("data/units/C.json", b"{}\n")),
        publisher("a file of a station, signed for", put("data/units/S-1.json", b"{}\n")),
        publisher("a page among the data, signed for", put("data/extra.html", b"extra")),
        publisher("a page among the tiles, signed for", put("tile/extra.css", b"extra")),
        publisher("a file of no kind, signed for", put("extra.csv", b"extra")),
        publisher("a checkpoint more, signed for", put("checkpoint.1", b"extra")),
        publisher("a name with a dot only, signed for", put("html", b"extra")),
    ]
}

fn of_snapshots() -> Vec<Row> {
    let signed = |name, by, change: fn(&mut publish::SnapshotHead)| {
        nobody(name, move |b: &mut Bundle| b.sign_as(by, change))
    };
    vec![
        signed("a snapshot by another key", "other", |_| ()),
        signed("a snapshot by the log's key", "log", |_| ()),
        signed("another election", "publisher", |head| head.election = "other".into()),
        signed("another mode", "publisher", |head| head.mode = Mode::Live),
        signed("another definition", "publisher", |head| head.definition = Digest::of(b"")),
        signed("another time", "publisher", |head| head.time += 1),
        signed("another sequence", "publisher", |head| head.sequence = 8),
        signed("a size that is larger", "publisher", |head| head.size = 12),
        signed("a size that is smaller", "publisher", |head| head.size = 10),
        signed("a size of 0", "publisher", |head| head.size = 0),
        signed("a size that is absurd", "publisher", |head| head.size = u64::MAX),
        nobody("a path twice in the snapshot", |b| {
            listed(b, |lines| lines.insert(1, lines[1].clone()));
        }),
        nobody("a snapshot that is not sorted", |b| listed(b, |lines| lines.swap(1, 2))),
        nobody("a snapshot with a length of leading zeros", |b| {
            listed(b, |lines| lines[1] = lines[1].replacen(' ', " 0", 1));
        }),
        nobody("a snapshot with an upper-case hash", |b| {
            listed(b, |lines| lines[1] = lines[1].replace(['a', 'b'], "A"));
        }),
        nobody("a snapshot that says another length", |b| {
            listed(b, |lines| lines[1] = lines[1].replacen(' ', " 1", 1));
        }),
        nobody("a snapshot that lists itself", |b| {
            listed(b, |lines| lines.push(format!("{} 1 snapshot/7", "0".repeat(64))));
        }),
        nobody("a snapshot that lists a path outside", |b| {
            listed(b, |lines| lines.insert(1, format!("{} 1 ../x.html", "0".repeat(64))));
        }),
        nobody("a stranger's signature on the snapshot: holds", |b| {
            note_again(b, |text| {
                Note::new(text, vec![key("publisher").sign(text), key("x").sign(text)])
            });
        }),
        nobody("a false signature beside the publisher's", |b| {
            let bad = |text: &str| vec![key("publisher").sign(text), key("publisher").sign("x\n")];
            note_again(b, |text| Note::new(text, bad(text)));
        }),
    ]
}

/// The snapshot's list with other lines, signed by the publisher; the first is the head.
fn listed(bundle: &mut Bundle, change: impl Fn(&mut Vec<String>)) {
    let text = String::from_utf8(bundle.files["snapshot/7"].clone()).unwrap();
    let (text, _) = text.split_once("\n\n").unwrap();
    let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    change(&mut lines);
    let text = format!("countersign/snapshot/v1\n{}\n", lines.join("\n"));
    write_note(bundle, Note::new(&text, vec![key("publisher").sign(&text)]).unwrap().to_bytes());
}

/// The snapshot's text with other signatures.
fn note_again(
    bundle: &mut Bundle,
    sign: impl Fn(&str) -> Result<Note<'_>, record::note::NoteError>,
) {
    let bytes = bundle.files["snapshot/7"].clone();
    let text = Note::parse(&bytes, bytes.len()).unwrap().text().to_owned();
    write_note(bundle, sign(&text).unwrap().to_bytes());
}

fn write_note(bundle: &mut Bundle, bytes: Vec<u8>) {
    let mut head = Head::parse(&bundle.files["head.json"]).unwrap();
    head.snapshot_hash = Digest::of(&bytes);
    bundle.files.insert("head.json".into(), head.line());
    bundle.files.insert("snapshot/7".into(), bytes);
}

fn of_policies() -> Vec<Row> {
    let policy = |name, text: fn(String) -> Option<String>| -> Row {
        (name, How::Policy(Box::new(move |bundle: &Bundle| text(bundle.policy().to_string()))))
    };
    vec![
        policy("no policy: holds", |_| None),
        policy("a policy of another definition", |text| {
            let pinned = text.split_whitespace().find(|word| word.len() == 64)?.to_owned();
            Some(text.replace(&pinned, &"0".repeat(64)))
        }),
        policy("a policy of another log", |text| {
            Some(text.replace(&key("log").public().to_string(), &key("x").public().to_string()))
        }),
        policy("a policy of another log beside this one: holds", |text| {
            Some(format!("log {}\n{text}", key("x").public()))
        }),
        policy("a witness that has not cosigned", |text| {
            let witness = super::super::logs::witness("w");
            let line = format!("witness w {}\nquorum w\n", witness.public());
            Some(text.replace("quorum none\n", &line))
        }),
    ]
}

fn of_packs() -> Vec<Row> {
    vec![
        publisher("an empty pack more: holds", |b| {
            b.files.insert(format!("pack/{}", Digest::of(b"")), vec![]);
        }),
        publisher("a pack of another name", put("pack/1", b"")),
        publisher("a pack of another name that is needed", |b| {
            let path = b.files.keys().find(|path| path.starts_with("pack/")).unwrap().clone();
            let pack = b.files.remove(&path).unwrap();
            b.files.insert("pack/first".into(), pack);
        }),
        publisher("bytes behind a pack", |b| b.edit_pack(|pack| pack.push(b'\n'))),
        publisher("a pack cut short", |b| b.edit_pack(|pack| pack.truncate(pack.len() - 1))),
        publisher("a pack with a plus", |b| b.edit_pack(|pack| pack.insert(0, b'+'))),
        publisher("a pack twice under two names", |b| {
            let pack = b.files.iter().find(|(path, _)| path.starts_with("pack/")).unwrap();
            let pack = pack.1.clone();
            b.files.insert("pack/again".into(), pack);
        }),
        log("two texts at one position", |t| {
            let note = t.entries[6].note.clone();
            t.twice = Some((4, note));
        }),
        log("a text beyond the log", |t| {
            let note = t.entries[4].note.clone();
            t.twice = Some((11, note));
        }),
    ]
}

/// Files of a bundle that holds, in another one.
fn of_another_election() -> Vec<Row> {
    let other = || Bundle::of(&crate::tests::night());
    vec![
        publisher("packs of another election", move |b| {
            let packs = other().files.into_iter().filter(|(path, _)| path.starts_with("pack/"));
            b.remove_under("pack/");
            b.files.extend(packs);
        }),
        publisher("the checkpoint of another election", move |b| {
            b.files.insert("checkpoint".into(), other().files["checkpoint"].clone());
        }),
        publisher("figures of another election", move |b| {
            b.files.insert("data/tally.json".into(), other().files["data/tally.json"].clone());
        }),
        nobody("the head and snapshot of another election", move |b| {
            let other = other();
            for path in ["head.json", "snapshot/7"] {
                b.files.insert(path.into(), other.files[path].clone());
            }
            assert!(Snapshot::read_unverified(&b.files["snapshot/7"]).is_ok());
        }),
    ]
}
