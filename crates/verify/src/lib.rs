//! From published files alone to "it holds", or the first things that do not.
//! It trusts nothing that it was not given: not the server, not the files, not their names; and it
//! knows neither the desk, the store nor a network.
//! The program runs it over a folder or an address; anybody may build another on its reports.
//!
//! ```text
//! head.json ─► snapshot ─► every file's hash
//! checkpoint ─► tiles ─► root                    the policy pins the log's key
//! packs ─► ids are the leaves                    the policy pins the definition's id
//!       ─► keys ─► signatures ─► the fold ─► every figure ─► data files, byte for byte
//! ```
//!
//! A failure never stops what can still be checked, so that a report names everything at once.

mod files;
mod in_order;
mod receipt;
mod records;
mod report;
mod source;
mod tree;

pub use receipt::{Known, Promise, ReceiptError, check_receipt};
pub use records::check_signatures;
pub use report::{Checked, Failure, Origin, Report};
pub use source::{Source, SourceError};

use std::{
    num::NonZeroUsize,
    panic,
    thread::{self, ScopedJoinHandle},
};

use publish::{Edition, File, View, area_files, page_files, summary_files};
use tally::Ledger;
use tlog::policy::Policy;

use crate::{files::Files, records::Log, report::Findings};

/// What to check against, and how much.
pub struct Options<'a> {
    /// What is pinned; without it the best answer is "consistent in itself".
    pub policy: Option<&'a Policy>,
    /// A checkpoint that was seen before, as the log signed it: the log must continue it.
    pub seen: Option<&'a [u8]>,
    /// Whether pages are drawn again and compared, beside their hashes.
    pub pages: Pages,
    /// How many threads check signatures and hashes.
    pub threads: NonZeroUsize,
}

/// What is done about pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Their hashes are in the signed snapshot.
    Hash,
    /// They are drawn again from the records and compared byte for byte.
    Render,
}

/// Checks a bundle. `progress` is told what is being checked.
pub fn verify(source: &impl Source, options: &Options<'_>, progress: &dyn Fn(&str)) -> Report {
    let mut findings = Findings::default();
    let holds = check(source, options, progress, &mut findings);
    findings.report(if options.policy.is_some() { Origin::Pinned } else { Origin::Unproven }, holds)
}

/// `None`: something is broken so far up that what follows cannot be checked. The findings say
/// what.
fn check(
    source: &impl Source,
    options: &Options<'_>,
    progress: &dyn Fn(&str),
    findings: &mut Findings,
) -> Option<()> {
    progress("files");
    let files = Files::read(source, options.threads, findings)?;
    progress("log");
    let log = Log::read(&files, options, findings)?;
    files.check_publisher(log.rulebook(), findings);
    progress("records");
    let ledger = log.fold(options.threads, findings)?;
    progress("figures");
    check_drawn(&files, &ledger, options, findings);
    Some(())
}

/// Draws the data files, and the pages if asked, again, and compares them byte for byte.
fn check_drawn(files: &Files, ledger: &Ledger, options: &Options<'_>, findings: &mut Findings) {
    let head = &files.snapshot().head;
    let edition =
        Edition { sequence: head.sequence, size: head.size, time: head.time, mode: head.mode };
    let view = View::new(ledger.board(), edition);
    let data = draw_data(&view, options.threads);
    files.compare("data/", &data, findings);
    findings.checked("data files recomputed", data.len());
    findings.checked("figures recomputed", figures(&view));
    if options.pages == Pages::Render {
        let drawn: Vec<File> = page_files(&view, None);
        files.compare_pages(&drawn, findings);
        findings.checked("pages drawn again", drawn.len());
    }
}

/// All data files. Those of areas are drawn on several threads, dealt out in turn because large
/// areas stand beside each other.
fn draw_data(view: &View<'_>, threads: NonZeroUsize) -> Vec<File> {
    let units = || view.election().units().all().map(|(unit, _)| unit);
    let mut files = summary_files(view);
    thread::scope(|scope| {
        let share = |first| move || area_files(view, units().skip(first).step_by(threads.get()));
        let parts: Vec<_> = (0..threads.get()).map(|first| scope.spawn(share(first))).collect();
        files.extend(parts.into_iter().flat_map(joined));
    });
    files
}

/// What a thread made. Should it ever stop, so does the verification: less work is no verdict.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
}

/// Two pieces of work that do not need each other, side by side where that was asked for.
fn both<A: Send, B>(
    threads: NonZeroUsize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if threads.get() == 1 {
        return (one(), other());
    }
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (joined(one), other)
    })
}

/// How many sums the tally holds.
fn figures(view: &View<'_>) -> usize {
    let units = view.election().units().all();
    let known = |unit| view.board.sums().row(unit).iter().filter(|cell| cell.known > 0).count();
    units.map(|(unit, _)| known(unit)).sum()
}

#[cfg(test)]
mod tests;
