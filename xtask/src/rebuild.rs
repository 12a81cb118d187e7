//! Is the program that people run the one whose source they read? Two builds of one commit, in two
//! folders, have to be the same bytes; then anybody can build it and compare.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{cargo_command, run};
use crate::{root, tools};

const PROGRAMS: [&str; 2] = ["countersign", "countersign-origin"];

/// Builds the commit that is checked out twice, and says how many programs came out alike.
///
/// # Errors
/// When a build fails, or a program differs.
pub(crate) fn compare() -> Result<String, String> {
    let folder = tools::target_folder()?.join("rebuild");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    // Names of different lengths: a path that gets into a program then shows.
    let [one, other] = ["one", "the-other"].map(|name| folder.join(name));
    build(&one)?;
    build(&other)?;
    for program in PROGRAMS {
        let [left, right] = [&one, &other].map(|clone| read(&built(clone, program)));
        differs(program, &left?, &right?)?;
    }
    Ok(format!("{} programs, the same bytes twice", PROGRAMS.len()))
}

fn build(clone: &Path) -> Result<(), String> {
    let mut git = Command::new("git");
    git.args(["clone", "--quiet"]).arg(root()).arg(clone);
    run(git)?;
    let mut cargo = cargo_command(&["build", "--release", "--locked", "--bins"]);
    cargo.args(PROGRAMS.iter().flat_map(|program| ["-p", program]));
    cargo.current_dir(clone).env("CARGO_TARGET_DIR", clone.join("target"));
    cargo.env("RUSTFLAGS", format!("--remap-path-prefix={}=.", clone.display()));
    run(cargo)
}

fn built(clone: &Path, program: &str) -> PathBuf {
    clone.join("target").join("release").join(program)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn differs(program: &str, left: &[u8], right: &[u8]) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    let at = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left, right) = (left.len(), right.len());
    Err(format!("{program}: {left} and {right} bytes, which differ from byte {at} on"))
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn a_difference_is_told_with_its_place() {
        assert_eq!(differs("a", b"same", b"same"), Ok(()));
        let told = "a: 4 and 5 bytes, which differ from byte 3 on".to_owned();
        assert_eq!(differs("a", b"same", b"sam??"), Err(told));
        let longer = "a: 4 and 5 bytes, which differ from byte 4 on".to_owned();
        assert_eq!(differs("a", b"same", b"same!"), Err(longer));
    }
}
