//! Style and structure as tests: what a reviewer would otherwise have to look for.
//!
//! Each check is a function from text to complaints, with a table that shows it complaining.
//! What clippy and rustfmt see is left to them.

mod docs;
mod scan;
mod source;
mod text;
mod unsafe_code;
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
        unsafe_code::check(&files),
    ]
    .concat();
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// All files that git knows or would add.
fn files() -> Result<Vec<File>, String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    Ok(output(git)?.split_terminator('\0').filter_map(read).collect())
}

/// A picture is a file without text; `None` is one that is deleted but not yet committed.
fn read(path: &str) -> Option<File> {
    let bytes = fs::read(root().join(path)).ok()?;
    Some(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
}

fn manifest(files: &[File]) -> Result<String, String> {
    let manifest = files.iter().find(|file| file.path == "Cargo.toml");
    manifest.map(|file| file.text.clone()).ok_or_else(|| "there is no Cargo.toml".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{files, read};

    #[test]
    fn files_are_those_of_the_project() {
        let files = files().unwrap();
        let has = |path: &str| files.iter().any(|file| file.path == path && !file.text.is_empty());
        assert!(has("Cargo.toml") && has("xtask/src/tidy.rs") && has(".ci/run"));
        assert!(!files.iter().any(|file| file.path.starts_with("target/")));
        assert!(read("no/such/file").is_none());
    }

    #[test]
    fn the_workspace_is_tidy() {
        if let Err(complaints) = super::check() {
            panic!("\n{complaints}");
        }
    }
}
