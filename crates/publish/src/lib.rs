//! What is published: a folder of static files that anybody can serve, copy and recompute.
//! It decides nothing (whether a text may be public is the desk's question) and writes nothing to
//! any disk: paths and bytes come out.
//! The program's publisher writes them; `verify` makes the same bytes again and compares.
//!
//! ```text
//! checkpoint            the log's signed size and root
//! tile/…                C2SP tiles: every leaf and every hash
//! pack/HASH             texts of records that are released, by position
//! data/…                figures as JSON and CSV
//! index.html  nl/  en/  pages
//! snapshot/SEQ          signed list of all these files with their SHA-256
//! head.json             which snapshot is the last one
//! ```
//!
//! Every file is a function of the released records, the snapshot's number and its time.

mod bundle;
mod data;
mod files;
mod pack;
mod report;
mod site;
mod snapshot;
mod view;

pub use bundle::{Changes, Log, Publisher, Released};
pub use files::{Drawing, File, data_drawings, data_files, is_page, page_drawings, page_files};
pub use pack::{PackEntry, PackError, pack_bytes, read_pack};
pub use report::{finding_json, outcome, tally_report, until_report};
pub use snapshot::{Head, Listed, Snapshot, SnapshotError, SnapshotHead};
pub use view::{Edition, View};

#[cfg(test)]
mod tests;
