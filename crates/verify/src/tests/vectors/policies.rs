//! Policy files, and checkpoints under them.

use serde_json::{Value, json};
use tlog::{Checkpoint, Policy, Tree};

use super::{
    base64, hex, hold,
    logs::{cosigned, witness},
};
use crate::tests::night::key;

fn text() -> String {
    let log = key("log");
    let root = Tree::default().root_at(0).unwrap();
    Checkpoint::new(log.public().name().clone(), 0, root).to_string()
}

/// The log's line, the witnesses' lines, then what follows.
fn file(rest: &str) -> String {
    let witnesses = ["w1", "w2", "w3"].map(|name| {
        let vkey = witness(name).public().to_string();
        format!("witness {name} {vkey} https://{name}.example/\n")
    });
    format!("log {}\n{}{rest}", key("log").public(), witnesses.concat())
}

#[test]
fn policies() {
    let definition = format!("#definition {}\n", "0a".repeat(32));
    let reads = |name: &str, text: &str| {
        let read = text.parse::<Policy>();
        let why = read.as_ref().err().map(ToString::to_string);
        let pinned = read.as_ref().ok().and_then(|policy| policy.definition().map(hex));
        json!({"name": name, "policy": text, "reads": read.is_ok(), "definition": pinned, "why": why})
    };
    let rows: Vec<Value> =
        texts(&definition).iter().map(|(name, text)| reads(name, text)).collect();
    hold("policy", &json!({"files": rows, "checkpoints": checkpoints()}));
}

fn texts(definition: &str) -> Vec<(&'static str, String)> {
    let log = format!("log {}\n", key("log").public());
    let bare = |rest: &str| format!("{log}{rest}");
    vec![
        ("no witnesses", bare("quorum none\n")),
        ("pinned", format!("{definition}{log}quorum none\n")),
        ("pinned behind the quorum", bare(&format!("quorum none\n{definition}"))),
        ("pinned twice", format!("{definition}{definition}{log}quorum none\n")),
        ("pinned by no hash", bare("#definition 00\nquorum none\n")),
        ("pinned with a word more", bare(&definition.replace('\n', " x\nquorum none\n"))),
        ("a comment", bare("# definition 00\n#definitions\n\nquorum none\n")),
        ("tabs and blanks", log.replace(' ', " \t ") + " quorum\tnone \n"),
        ("no quorum", log.clone()),
        ("two quorums", bare("quorum none\nquorum none\n")),
        ("no newline", bare("quorum none")),
        ("empty", String::new()),
        ("no log", "quorum none\n".to_owned()),
        ("names that are any word", {
            let vkey = witness("w1").public().to_string();
            bare(&format!("witness \u{e9}+/=, {vkey}\ngroup #x 1 \u{e9}+/=,\nquorum #x\n"))
        }),
        ("a log twice", format!("{log}{log}quorum none\n")),
        ("a log that is a witness", format!("log {}\nquorum none\n", witness("w1").public())),
        ("an unknown word", bare("logs x\nquorum none\n")),
        ("a carriage return", bare("quorum none\r\n")),
        ("a group", file("group g 2 w1 w2 w3\nquorum g\n")),
        ("a group of groups", file("group g any w1 w2\ngroup h all g w3\nquorum h\n")),
        ("a quorum before its group", file("quorum g\ngroup g 1 w1\n")),
        ("a threshold of 0", file("group g 0 w1\nquorum g\n")),
        ("a threshold above its members", file("group g 2 w1\nquorum g\n")),
        ("a member twice", file("group g 1 w1\ngroup h 1 w1\nquorum g\n")),
        ("a name that is taken", file("group w1 1 w2\nquorum none\n")),
        ("a name that is reserved", file("group none 1 w2\nquorum none\n")),
        ("a group without members", file("group g 1\nquorum none\n")),
        ("a word too many", bare("quorum none x\n")),
    ]
}

/// A checkpoint signed by the log and cosigned by some, under a quorum.
fn checkpoints() -> Vec<Value> {
    let rows = [
        ("quorum none\n", "", true),
        ("quorum none\n", "w1", true),
        ("quorum w1\n", "w1", true),
        ("quorum w1\n", "w2", true),
        ("group g 2 w1 w2 w3\nquorum g\n", "w1 w3", true),
        ("group g 2 w1 w2 w3\nquorum g\n", "w1 w1", true),
        ("group g any w1 w2\ngroup h all g w3\nquorum h\n", "w2 w3", true),
        ("group g any w1 w2\ngroup h all g w3\nquorum h\n", "w1 w2", true),
        ("quorum w1\n", "w1 stranger", true),
        ("quorum none\n", "w1", false),
    ];
    rows.map(|(rest, by, fits)| checkpoint(rest, by, fits)).into()
}

/// `fits`: the witnesses signed this very text.
fn checkpoint(rest: &str, by: &str, fits: bool) -> Value {
    let text = text();
    let seen = if fits { text.clone() } else { text.replace("\n0\n", "\n1\n") };
    let lines = by.split_whitespace().zip(1_700_000_000..);
    let lines = lines.map(|(name, time)| format!("{}\n", cosigned(&seen, name, time)));
    let note = format!("{text}\n{}\n{}", key("log").sign(&text), lines.collect::<String>());
    let policy = file(rest);
    let read = policy.parse::<Policy>().unwrap().accept(note.as_bytes());
    let cosigned = read.as_ref().ok().map(|accepted| {
        let row = |(name, time): &(String, tlog::Timestamp)| json!([name, time.0]);
        accepted.cosigned.iter().map(row).collect::<Vec<_>>()
    });
    let why = read.err().map(|error| error.to_string());
    json!({"policy": policy, "note_base64": base64(note), "cosigned": cosigned, "why": why})
}
