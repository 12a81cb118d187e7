//! Polling stations that never run out of records: an election of any size whose every station
//! hands in the same right form through every channel, and corrects it for ever.

use std::{fs, path::Path, sync::Arc};

use election::Instant;
use formats::{Night, NightEntry};
use http::client::Fetcher;
use record::{Digest, Record};
use rehearsal::{Rehearsal, Signed, Signer};
use serde_json::Value;
use tally::Rulebook;

use crate::program::{countersign, election};

/// The largest definition.
const MAX: u64 = 1 << 20;
const CHANNELS: [&str; 4] = ["app", "desk", "file", "phone"];

/// Makes an election's folder: `tiny`, with so many stations.
pub(crate) fn make_election(folder: &Path, stations: usize) {
    let units = (0..stations).map(|number| format!("{},polling-station,T,,\n", station(number)));
    let units: String = units.collect();
    let units = format!("id,kind,parent,name,postcode\nT,municipality,,Town,\n{units}");
    fs::write(folder.join("units.csv"), units).unwrap();
    fs::copy(election("tiny").join("election.json"), folder.join("election.json")).unwrap();
}

/// Makes the folder of a log.
pub(crate) fn init(dir: &Path, election: &Path) {
    let words = ["init".as_ref(), dir.as_os_str(), "--election".as_ref(), election.as_os_str()];
    let made = countersign(&words);
    assert_eq!(made.status, 0, "{}", made.err);
}

fn station(number: usize) -> String {
    format!("S{number}")
}

/// Who writes for a running server, which is a rehearsal and gives its seed away.
pub(crate) fn signer(server: &str) -> Signer {
    let fetch = |path| Fetcher::default().fetch(&format!("{server}{path}"), MAX).unwrap();
    let definition = fetch("/v1/definition");
    let rulebook = Rulebook::new(&Record::parse(&definition).unwrap()).unwrap();
    let seed: Value = serde_json::from_slice(&fetch("/v1/rehearsal")).unwrap();
    let seed: Digest = seed["seed"].as_str().unwrap().parse().unwrap();
    Signer::new(Arc::new(rulebook), Rehearsal { seed: *seed.as_bytes() })
}

/// Some of the stations.
pub(crate) struct Stations {
    signer: Signer,
    papers: Vec<NightEntry>,
    written: usize,
}

impl Stations {
    /// The stations with these numbers.
    pub(crate) fn new(signer: Signer, numbers: impl Iterator<Item = usize>) -> Self {
        let form = right_form();
        let of_unit = |number| {
            let form = form.clone();
            CHANNELS.map(move |channel| NightEntry {
                unit: station(number).try_into().unwrap(),
                channel: channel.into(),
                ..form.clone()
            })
        };
        Self { signer, papers: numbers.flat_map(of_unit).collect(), written: 0 }
    }

    /// How many first readings there are: one for each station and channel.
    #[allow(dead_code, reason = "one test uses it")]
    pub(crate) fn papers(&self) -> usize {
        self.papers.len()
    }

    /// The next record: the first reading of a station and channel, later its corrections.
    pub(crate) fn next(&mut self) -> Signed {
        let place = self.written % self.papers.len();
        let paper = &mut self.papers[place];
        let signed = self.signer.record(paper, Instant::from_seconds(0)).unwrap();
        paper.reason = Some("one more typing error".to_owned());
        self.written += 1;
        signed
    }
}

/// Station SB2 of the tiny night, whose figures add up.
fn right_form() -> NightEntry {
    let read = |name: &str| {
        let path = election("tiny").join("night").join(name);
        (name.to_owned(), fs::read_to_string(path).unwrap())
    };
    let night = Night::parse(&[read("labels.txt"), read("02-n10-1.csv")]).unwrap();
    let mut entries = night.entries().iter();
    entries.find(|entry| entry.unit.as_str() == "9999::SB2").unwrap().clone()
}
