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

mod drawn;
mod files;
mod in_order;
mod index;
mod log;
mod progress;
mod receipt;
mod records;
mod report;
mod source;
mod tree;

pub use files::is_read_whole;
pub use progress::{Progress, Stage};
pub use receipt::{Known, Promise, ReceiptError, check_receipt};
pub use records::check_signatures;
pub use report::{Checked, Failure, Origin, Report};
pub use source::{Source, SourceError, at_most, part_of};

use std::{
    num::NonZeroUsize,
    panic,
    thread::{self, ScopedJoinHandle},
};

use tlog::policy::Policy;

use crate::{drawn::check_drawn, files::Files, log::Log, records::Records, report::Findings};

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

/// Checks a bundle. `tell` is told how far it is, after every file and every record.
pub fn verify(source: &impl Source, options: &Options<'_>, tell: &dyn Fn(Progress)) -> Report {
    let mut findings = Findings::default();
    let holds = check(source, options, tell, &mut findings);
    findings.report(if options.policy.is_some() { Origin::Pinned } else { Origin::Unproven }, holds)
}

/// `None`: something is broken so far up that what follows cannot be checked. The findings say
/// what.
fn check(
    source: &impl Source,
    options: &Options<'_>,
    tell: &dyn Fn(Progress),
    findings: &mut Findings,
) -> Option<()> {
    let files = Files::read(source, options, tell, findings)?;
    let log = Log::read(&files, options, tell, findings)?;
    files.check_publisher(&log.rulebook, findings);
    let ledger = Records::new(&log, options, tell).fold(findings)?;
    drop(log);
    check_drawn(&files, &ledger, options, tell, findings);
    Some(())
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

#[cfg(test)]
mod tests;
