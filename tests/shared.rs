// The inputs that tests read but the project does not carry: the published files of real
// elections, in a folder `shared` beside the workspace or wherever COUNTERSIGN_SHARED points.
//
// A test takes this file in by its path and asks for what it reads:
//
//     #[path = "../../../tests/shared.rs"]
//     mod shared;
//
//     let Some(file) = shared::file("eml/index.csv") else { return };

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, process, thread};

/// The shared file or folder at `path`, or `None` after saying that the test has nothing to read.
pub(crate) fn file(path: &str) -> Option<PathBuf> {
    let found = folder()?.join(path);
    if found.exists() {
        return Some(found);
    }
    say_absent(path);
    None
}

/// The workspace is the nearest folder with a Cargo.lock, whichever crate includes this file.
fn folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("COUNTERSIGN_SHARED") {
        return Some(folder.into());
    }
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = crate_folder.ancestors().find(|folder| folder.join("Cargo.lock").exists())?;
    Some(workspace.parent()?.join("shared"))
}

/// The runner hides what a passing test prints, so that `cargo xtask test`, which counts these
/// tests, names a file to tell it in. Process and thread together are one test under any runner.
fn say_absent(path: &str) {
    let (process, thread) = (process::id(), thread::current());
    let line = format!("needs shared data: {path}\t{process} {}\n", thread.name().unwrap_or("?"));
    eprint!("{line}");
    let Some(list) = env::var_os("COUNTERSIGN_SKIPPED") else { return };
    let list = OpenOptions::new().append(true).create(true).open(list);
    let written = list.and_then(|mut list| list.write_all(line.as_bytes()));
    assert!(written.is_ok(), "COUNTERSIGN_SKIPPED: {written:?}");
}
