//! One station's proof, checked offline by the real program.
#![cfg(test)]

#[path = "common/dice.rs"]
mod dice;
#[path = "common/program.rs"]
mod program;
#[path = "common/server.rs"]
mod server;
#[path = "common/stations.rs"]
mod stations;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use http::client::Sender;
use rqrr::{Grid, SimpleGrid};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    dice::Dice,
    program::{Ended, countersign},
    server::Server,
    stations::Stations,
};

/// What a station holds after it has sent: its record, its receipt, and the policy that it knows.
struct Station {
    folder: TempDir,
    id: String,
}

impl Station {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [election, log] = ["election", "log"].map(|name| folder.path().join(name));
        fs::create_dir(&election).unwrap();
        stations::make_election(&election, 4);
        stations::init(&log, &election);
        let mut server = Server::start(&log, Stdio::inherit());
        let url = server.url();
        let mut papers = Stations::new(stations::signer(&url), 0..4);
        let sender = Sender::new(&url, 1, Duration::from_secs(60)).unwrap();
        let runtime = Runtime::new().unwrap();
        let sent = (0..9).map(|_| {
            let signed = papers.next();
            let sent = runtime.block_on(sender.send(signed.note.clone())).unwrap();
            (signed, sent.receipt().to_owned())
        });
        let (signed, receipt) = sent.last().unwrap();
        let station = Self { id: signed.id.to_string(), folder };
        fs::write(station.place("record"), signed.note).unwrap();
        fs::write(station.place("receipt"), receipt).unwrap();
        fs::copy(log.join("policy.txt"), station.place("policy")).unwrap();
        station
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn check(&self, options: &[&OsStr]) -> Ended {
        let [receipt, record] = ["receipt", "record"].map(|name| self.place(name));
        let words = ["verify".as_ref(), "--receipt".as_ref(), receipt.as_os_str()];
        let record = ["--record".as_ref(), record.as_os_str()];
        countersign(&[&words[..], &record, options].concat())
    }

    /// Checked under its policy.
    fn pinned(&self, options: &[&str]) -> Ended {
        let policy = self.place("policy");
        let options: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
        self.check(&[&["--policy".as_ref(), policy.as_os_str()], options.as_slice()].concat())
    }
}

#[track_caller]
fn check(ended: &Ended, status: i32, starts: &str) {
    assert_eq!(ended.status, status, "{}{}", ended.out, ended.err);
    let said = if status == 2 { &ended.err } else { &ended.out };
    assert!(said.starts_with(starts) && said.lines().count() == 1, "{said}");
}

#[test]
fn a_receipt_holds_for_its_record_and_its_log() {
    let station = Station::new();
    let held = station.pinned(&[]);
    check(&held, 0, "HOLDS. localhost/tiny has promised that it holds record ");
    assert!(held.out.contains(&station.id), "{}", held.out);
    assert!(held.out.contains("No witness says that the log shows everyone the same."));
    check(&station.check(&[]), 3, "CONSISTENT IN ITSELF, ORIGIN UNPROVEN.");

    let json: Value = serde_json::from_str(&station.pinned(&["--json"]).out).unwrap();
    assert_eq!((&json["holds"], &json["origin"]), (&true.into(), &"pinned".into()));
    let promise = &json["promise"];
    assert_eq!(promise["record"], station.id);
    assert_eq!(promise["log"], "localhost/tiny");
    assert!(promise["position"].as_u64() < promise["size"].as_u64(), "{promise}");

    // The same receipt under the policy of another log.
    let other = Station::new();
    fs::copy(other.place("policy"), station.place("policy")).unwrap();
    check(
        &station.pinned(&[]),
        1,
        "DOES NOT HOLD. the receipt: no log of the policy stands behind",
    );
    let json: Value = serde_json::from_str(&station.pinned(&["--json"]).out).unwrap();
    assert_eq!(json["holds"], false);
    assert_eq!(json["failed"][0]["place"], "receipt");
}

#[test]
fn what_cannot_be_read_is_named() {
    let station = Station::new();
    let [receipt, record] =
        ["receipt", "record"].map(|name| fs::read(station.place(name)).unwrap());
    let with = |receipt: &[u8], record: &[u8]| {
        fs::write(station.place("receipt"), receipt).unwrap();
        fs::write(station.place("record"), record).unwrap();
        station.pinned(&[])
    };
    let place = |name: &str| format!("countersign: {}: ", station.place(name).display());
    check(&with(b"", &record), 2, &place("receipt"));
    check(&with(&receipt, b"hello\n"), 2, &place("record"));
    check(&with(&record, &receipt), 2, &place("record"));
    fs::remove_file(station.place("record")).unwrap();
    check(&station.pinned(&[]), 2, &place("record"));
    let alone = countersign(&["verify", "--receipt", "x"]);
    check(&alone, 2, "countersign: the following required arguments were not provided: --record");
}

/// No flipped bit of the receipt or of the record's text goes unseen.
#[test]
fn any_flipped_bit_is_seen() {
    let station = Station::new();
    let mut dice = Dice::new(1);
    for name in ["receipt", "record"] {
        let good = fs::read(station.place(name)).unwrap();
        // A record's id covers its text: the signatures below it are for the log to check.
        let text = good.windows(2).position(|two| two == b"\n\n").unwrap();
        let end = if name == "record" { text } else { good.len() };
        for _ in 0..40 {
            let mut bad = good.clone();
            bad[usize::try_from(dice.below(end as u64)).unwrap()] ^= 1 << dice.below(8);
            fs::write(station.place(name), &bad).unwrap();
            let status = station.pinned(&[]).status;
            assert!(
                status == 1 || status == 2,
                "{name} holds: {:?}",
                String::from_utf8_lossy(&bad)
            );
        }
        fs::write(station.place(name), &good).unwrap();
    }
    assert_eq!(station.pinned(&[]).status, 0);
}

#[test]
fn a_receipt_is_one_qr_code() {
    let station = Station::new();
    let picture = station.place("receipt.svg");
    let held = station.pinned(&["--qr", picture.to_str().unwrap()]);
    assert_eq!(held.status, 0, "{}", held.err);
    let receipt = fs::read_to_string(station.place("receipt")).unwrap();
    assert_eq!(read_qr(&picture), receipt);
}

/// Reads the squares of the picture as a scanner would the modules of the code.
fn read_qr(picture: &Path) -> String {
    let svg = fs::read_to_string(picture).unwrap();
    let path = svg.rsplit(" d=\"").next().unwrap().split('"').next().unwrap();
    let squares: Vec<(usize, usize, usize)> = path.split('M').skip(1).map(square).collect();
    let side = squares[0].2;
    let least = squares.iter().map(|(x, _, _)| *x).min().unwrap();
    let dark: std::collections::BTreeSet<(usize, usize)> =
        squares.iter().map(|(x, y, _)| ((x - least) / side, (y - least) / side)).collect();
    let size = dark.iter().map(|(x, _)| x + 1).max().unwrap();
    let grid = SimpleGrid::from_func(size, |x, y| dark.contains(&(x, y)));
    Grid::new(grid).decode().unwrap().1
}

/// `16 20h4v4H16V20`: left, top and side.
fn square(text: &str) -> (usize, usize, usize) {
    let (place, rest) = text.split_once('h').unwrap();
    let (x, y) = place.split_once(' ').unwrap();
    let side = rest.split_once('v').unwrap().0;
    (x.parse().unwrap(), y.parse().unwrap(), side.parse().unwrap())
}
