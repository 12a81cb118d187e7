//! Style and structure as tests: what a reviewer would otherwise have to look for.
//!
//! Each check is a function from text to complaints, with a table that shows it complaining.
//! What clippy and rustfmt see is left to them.

mod docs;
mod scan;
mod source;
mod text;
mod workspace;

use std::fs;
use std::process::Command;

use crate::steps::output;
use crate::{root, tools};
use source::Source;
use workspace::Workspace;

/// A file of the project: its path from the workspace's root, with `/`, and its text.
pub(crate) struct File {
    path: String,
    text: String,
}

/// Sentences that name the place and say what is wrong there.
type Complaints = Vec<String>;

/// Looks at the whole workspace.
///
/// # Errors
/// All complaints, one a line.
pub(crate) fn check() -> Result<(), String> {
    let files = files()?;
    let workspace = Workspace::read(&manifest(&files)?, &tools::metadata()?)?;
    let sources: Vec<Source> = files.iter().filter_map(Source::of).collect();
    let complaints = [
        workspace.check(),
        source::check(&sources, &workspace),
        text::check(&files),
        docs::check(&files),
    ]
    .concat();
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// All files that git knows or would add, and that are text.
fn files() -> Result<Vec<File>, String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    Ok(output(git)?.lines().filter_map(read).collect())
}

/// `None` for what is no text, and for what is deleted but not yet committed.
fn read(path: &str) -> Option<File> {
    let text = fs::read_to_string(root().join(path)).ok()?;
    Some(File { path: path.to_owned(), text })
}

fn manifest(files: &[File]) -> Result<String, String> {
    let manifest = files.iter().find(|file| file.path == "Cargo.toml");
    manifest.map(|file| file.text.clone()).ok_or_else(|| "there is no Cargo.toml".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_workspace_is_tidy() {
        if let Err(complaints) = super::check() {
            panic!("\n{complaints}");
        }
    }
}
