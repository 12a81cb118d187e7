//! Counts in EML: a long file of stations with 27 lists of 40 candidates, read unit by unit. Its
//! floor is the parser's own walk through the same bytes, of which nothing is kept.

use std::{
    fs,
    hint::black_box,
    io::{self, BufRead, BufReader, Read},
    time::Instant,
};

use formats::eml::read_count;
use quick_xml::events::Event;

use super::{Goal, Measured, median, setting::Setting};
use crate::{exit::Stop, progress};

const LISTS: u64 = 27;
const CANDIDATES: u64 = 40;
/// Stations in the file: some 200 MB.
const STATIONS: u64 = 1_500;
/// So often is it read.
const TIMES: usize = 5;
/// What is held of the file at once.
const PIECE: usize = 1 << 16;

pub(super) fn run(_: &Setting) -> Result<Vec<Measured>, Stop> {
    let station = station();
    let megabytes = (station.len() as u64 * STATIONS) as f64 / 1e6;
    progress::show(&format!("eml: {megabytes:.0} MB, {TIMES} times"));
    let (mut floors, mut rates, mut grown) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let started = Instant::now();
        black_box(events(file(&station))).map_err(Stop::failed)?;
        floors.push(megabytes / started.elapsed().as_secs_f64());
        let (before, started) = (resident(), Instant::now());
        let mut votes = 0;
        read_count(file(&station), |unit| votes += unit.votes.for_candidates.unwrap_or(0))
            .map_err(Stop::failed)?;
        black_box(votes);
        rates.push(megabytes / started.elapsed().as_secs_f64());
        grown.extend(resident().zip(before).map(|(after, before)| after.saturating_sub(before)));
    }
    let (value, floor) = (median(rates), Some(median(floors)));
    let goal = Goal::new("150 MB/s", value >= 150.0);
    let rate = Measured { name: "eml", value, unit: "MB/s", floor, goal };
    // The largest of them: what the first reading leaves behind, every later one finds.
    let most = grown.into_iter().max().map(|bytes| bytes as f64 / 1e6);
    let memory = most.map(|value| {
        let goal = Goal::new("under 8 MB", value < 8.0);
        Measured { name: "eml-memory", value, unit: "MB", floor: None, goal }
    });
    Ok([rate].into_iter().chain(memory).collect())
}

/// The votes of one station, as the Electoral Council's files have them: on one line.
fn station() -> String {
    let mut xml = String::from(
        "<ReportingUnitVotes><ReportingUnitIdentifier Id=\"0668::SB1\">Stembureau School (postcode: 6651 AB)</ReportingUnitIdentifier>",
    );
    for list in 1..=LISTS {
        xml.push_str(&format!(
            "<Selection><AffiliationIdentifier Id=\"{list}\"><RegisteredName>Lijst {list}</RegisteredName></AffiliationIdentifier><ValidVotes>{}</ValidVotes></Selection>",
            list * 31
        ));
        for candidate in 1..=CANDIDATES {
            xml.push_str(&format!(
                "<Selection><Candidate><CandidateIdentifier Id=\"{candidate}\"></CandidateIdentifier></Candidate><ValidVotes>{}</ValidVotes></Selection>",
                (list * candidate) % 97
            ));
        }
    }
    xml.push_str("<Cast>1200</Cast><TotalCounted>900</TotalCounted></ReportingUnitVotes>");
    xml
}

/// A file that is nowhere as a whole.
fn file(station: &str) -> impl BufRead + '_ {
    let head = "<EML Id=\"510b\"><ManagingAuthority><AuthorityIdentifier Id=\"0668\">Gemeente</AuthorityIdentifier></ManagingAuthority>\
                <Count><Election><ElectionIdentifier Id=\"TK2025\"></ElectionIdentifier><Contests><Contest><ContestIdentifier Id=\"6\"></ContestIdentifier>";
    let tail = "</Contest></Contests></Election></Count></EML>";
    let stations = Again { text: station.as_bytes(), at: 0, left: STATIONS };
    BufReader::with_capacity(PIECE, head.as_bytes().chain(stations).chain(tail.as_bytes()))
}

/// One text, again and again.
struct Again<'t> {
    text: &'t [u8],
    at: usize,
    left: u64,
}

impl Read for Again<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let count = self.text.get(self.at..).unwrap_or_default().read(to)?;
        self.at += count;
        if self.at >= self.text.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(count)
    }
}

fn events(input: impl BufRead) -> Result<u64, quick_xml::Error> {
    let mut reader = quick_xml::Reader::from_reader(input);
    let (mut bytes, mut count) = (Vec::new(), 0);
    loop {
        bytes.clear();
        match reader.read_event_into(&mut bytes)? {
            Event::Eof => return Ok(count),
            event => {
                black_box(&event);
                count += 1;
            }
        }
    }
}

/// What this program holds in memory, in bytes, where the system says it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
