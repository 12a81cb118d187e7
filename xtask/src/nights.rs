//! A night of every election of this project, published: what both verifiers and the one in a browser
//! are held against.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::{cargo, run, step};
use crate::{root, tools};

/// The programs, and each night's folder: `bundle`, `policy.txt`.
pub(crate) struct Nights {
    /// Where the programs were built.
    pub(crate) programs: PathBuf,
    /// The folder of all nights.
    pub(crate) folder: PathBuf,
    names: Vec<String>,
}

impl Nights {
    /// Builds the programs and plays every night.
    ///
    /// # Errors
    /// When a program cannot be built, or a night does not come to its end.
    pub(crate) fn play() -> Result<Self, String> {
        let packages = ["build", "--package", "countersign", "--package", "countersign-origin"];
        cargo("nights", "the programs", &packages)?;
        let target = tools::target_folder()?;
        let (programs, folder) = (target.join("debug"), target.join("nights"));
        // Those of an election that is gone say nothing any more.
        drop(fs::remove_dir_all(&folder));
        let nights = Self { programs, folder, names: elections()? };
        step("nights", "one of every election, published", || {
            nights.names.iter().try_for_each(|name| nights.publish(name))
        })?;
        Ok(nights)
    }

    /// The folder of each night.
    pub(crate) fn all(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.names.iter().map(|name| self.folder.join(name))
    }

    /// `countersign`, as it was built.
    pub(crate) fn countersign(&self) -> Command {
        let mut command = Command::new(self.programs.join("countersign"));
        command.stdin(Stdio::null());
        command
    }

    /// Replays a night and keeps what was published.
    fn publish(&self, name: &str) -> Result<(), String> {
        let data = self.folder.join(name);
        fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        let mut demo = self.countersign();
        demo.arg("demo").arg(folder().join(name)).arg("--data").arg(&data);
        demo.args(["--speed", "max", "--exit"]).stdout(Stdio::null()).stderr(Stdio::null());
        run(demo)
    }
}

fn folder() -> PathBuf {
    root().join("elections")
}

fn elections() -> Result<Vec<String>, String> {
    let failed = |error| format!("{}: {error}", folder().display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder()).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        names.extend(name.filter(|_| path.is_dir()).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// Keeps a text beside what it is about.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn keep(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
