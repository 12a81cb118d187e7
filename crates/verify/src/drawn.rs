//! What follows from the records is drawn again, file by file, and compared byte for byte.

use std::{collections::BTreeSet, num::NonZeroUsize};

use publish::{Drawing, Edition, Listed, View, data_drawings, page_drawings};
use record::{Digest, Hasher};
use tally::Ledger;

use crate::{
    Failure, Options, Pages, Progress, Source, Stage, files::Files, in_order::in_order,
    progress::Told, report::Findings,
};

/// How many bytes are shown of a place where two files differ.
const GLIMPSE: usize = 24;

/// Draws the data files, and the pages if asked, again, and compares them.
pub(crate) fn check_drawn<S: Source>(
    files: &Files<'_, S>,
    ledger: &Ledger,
    options: &Options<'_>,
    tell: &dyn Fn(Progress),
    findings: &mut Findings,
) {
    let head = files.head();
    let edition =
        Edition { sequence: head.sequence, size: head.size, time: head.time, mode: head.mode };
    let drawn = Drawn { files, view: &View::of(ledger, edition), threads: options.threads };
    let data = data_drawings(drawn.view, None);
    drawn.check_names(&data, files.under("data/"), findings);
    let told = Told::new(tell, Stage::Figures, data.len());
    drawn.check(&data, |drawing| drawn.check_data(drawing), told, findings);
    findings.checked("data files recomputed", data.len());
    findings.checked("figures recomputed", figures(drawn.view));
    if options.pages == Pages::Render {
        let pages = page_drawings(drawn.view, None);
        drawn.check_names(&pages, files.pages(), findings);
        let told = Told::new(tell, Stage::Pages, pages.len());
        drawn.check(&pages, |drawing| drawn.check_page(drawing), told, findings);
        findings.checked("pages drawn again", pages.len());
    }
}

/// The published files beside what follows from the records.
struct Drawn<'a, 'b, S> {
    files: &'a Files<'a, S>,
    view: &'a View<'b>,
    threads: NonZeroUsize,
}

impl<S: Source> Drawn<'_, '_, S> {
    /// Is a file published that does not follow from the records?
    fn check_names<'f>(
        &self,
        drawings: &[Drawing<'_>],
        listed: impl Iterator<Item = &'f Listed>,
        findings: &mut Findings,
    ) {
        let names: BTreeSet<String> = drawings.iter().map(|one| one.path(self.view)).collect();
        for file in listed.filter(|file| !names.contains(&file.path)) {
            let expected = "no such file follows from the records";
            findings.failed(&file.path, "file", expected, "a file");
        }
    }

    fn check<'d>(
        &self,
        drawings: &[Drawing<'d>],
        check: impl Fn(Drawing<'d>) -> Option<Failure> + Sync,
        mut told: Told<'_>,
        findings: &mut Findings,
    ) {
        in_order(
            drawings,
            self.threads,
            |drawing| check(*drawing),
            |_, failure| {
                findings.add(failure);
                told.one();
            },
        );
    }

    /// The first byte of a data file that is another one than it should be.
    fn check_data(&self, drawing: Drawing<'_>) -> Option<Failure> {
        let path = drawing.path(self.view);
        let failure = |place: String, expected: String, found: String| {
            Some(Failure { file: path.clone(), place, expected, found })
        };
        match self.files.find(&path) {
            Some((listed, true)) if listed.hash == self.hash(drawing) => None,
            Some((listed, true)) => {
                let (_, made) = drawing.file(self.view);
                let found = self.files.get(&listed.path).unwrap_or_default();
                let at = first_difference(&made, &found);
                failure(format!("byte {at}"), glimpse(&made, at), glimpse(&found, at))
            }
            // One that is listed and could not be read was named when it was hashed.
            Some((_, false)) => None,
            None => failure("file".to_owned(), "a file".to_owned(), "none".to_owned()),
        }
    }

    fn check_page(&self, drawing: Drawing<'_>) -> Option<Failure> {
        let (file, hash) = (drawing.path(self.view), self.hash(drawing));
        let same = self.files.find(&file).is_some_and(|(listed, _)| listed.hash == hash);
        let (place, found) = ("page".to_owned(), "another page, or none".to_owned());
        (!same).then(|| Failure { file, place, expected: hash.to_string(), found })
    }

    fn hash(&self, drawing: Drawing<'_>) -> Digest {
        let mut hasher = Hasher::default();
        drawing.draw(self.view, &mut |piece| hasher.update(piece));
        hasher.finish()
    }
}

/// How many sums the tally holds.
fn figures(view: &View<'_>) -> usize {
    let units = view.election().units().all();
    let known = |unit| view.board.sums().row(unit).iter().filter(|cell| cell.known > 0).count();
    units.map(|(unit, _)| known(unit)).sum()
}

fn first_difference(expected: &[u8], found: &[u8]) -> usize {
    expected.iter().zip(found).take_while(|(a, b)| a == b).count()
}

fn glimpse(bytes: &[u8], at: usize) -> String {
    let end = bytes.len().min(at + GLIMPSE);
    String::from_utf8_lossy(bytes.get(at..end).unwrap_or_default()).into_owned()
}
