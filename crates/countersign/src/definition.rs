//! The definition that something is made under: of a server, or in a file.

use std::{path::Path, sync::Arc};

use http::client::Fetcher;
use record::{MAX_DEFINITION_BYTES, Record};
use store::files;
use tally::Rulebook;

use crate::{args::Under, exit::Stop};

/// The definition of a running server.
pub(crate) fn of_server(server: &str) -> Result<Arc<Rulebook>, Stop> {
    let url = format!("{}/v1/definition", server.trim_end_matches('/'));
    let note = Fetcher::default().fetch(&url, MAX_DEFINITION_BYTES as u64).map_err(Stop::input)?;
    read(&note, &url)
}

/// The definition that is asked for.
pub(crate) fn of(under: &Under) -> Result<Arc<Rulebook>, Stop> {
    match (&under.server, &under.definition) {
        (Some(server), _) => of_server(server),
        (None, Some(file)) => of_file(file),
        (None, None) => Err(Stop::input("expected --server or --definition")),
    }
}

fn of_file(path: &Path) -> Result<Arc<Rulebook>, Stop> {
    read(&files::read(path).map_err(Stop::input)?, &path.display().to_string())
}

fn read(note: &[u8], place: &str) -> Result<Arc<Rulebook>, Stop> {
    let bad = |problem: String| Stop::input(format_args!("{place}: {problem}"));
    let record = Record::parse(note).map_err(|e| bad(e.to_string()))?;
    Rulebook::new(&record).map(Arc::new).map_err(|e| bad(e.to_string()))
}
