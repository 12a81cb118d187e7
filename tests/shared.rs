// The inputs that tests read but the project does not carry: the published files of real
// elections, in a folder `shared` beside the workspace or wherever COUNTERSIGN_SHARED points.
//
// A test takes this file in by its path and asks for what it reads:
//
//     #[path = "../../../tests/shared.rs"]
//     mod shared;
//
//     let Some(file) = shared::file("eml/index.csv") else { return };

#[path = "skipped.rs"]
mod skipped;

use std::env;
use std::path::{Path, PathBuf};

/// The shared file or folder at `path`, or `None` after saying that the test has nothing to read.
pub(crate) fn file(path: &str) -> Option<PathBuf> {
    let found = folder()?.join(path);
    if found.exists() {
        return Some(found);
    }
    skipped::say(&format!("shared data: {path}"));
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
