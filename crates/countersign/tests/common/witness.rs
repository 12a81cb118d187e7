//! Running witnesses and mirrors, and a log that has them.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A program that runs until it is dropped, and what it says.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start<A: AsRef<OsStr>>(arguments: &[A]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// Reads on to a line that begins so.
    pub(crate) fn says(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended before {start:?}");
            if line.starts_with(start) {
                return line.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A witness that runs, and its line for a policy.
pub(crate) struct Witness {
    pub(crate) name: String,
    pub(crate) dir: PathBuf,
    pub(crate) line: String,
    _running: Running,
}

impl Witness {
    /// Starts one in a folder, whether it is new or not, at this address.
    pub(crate) fn start(dir: &Path, policy: &Path, listen: &str) -> Self {
        let words = ["witness".as_ref(), dir.as_os_str()];
        let options = ["--policy".as_ref(), policy.as_os_str()];
        let listen: [&OsStr; 2] = ["--listen".as_ref(), listen.as_ref()];
        let mut running = Running::start(&[words, options, listen].concat());
        let line = running.says("witness ");
        let name = line.split(' ').nth(1).unwrap().to_owned();
        Self { name, dir: dir.to_owned(), line, _running: running }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        self.line.rsplit(' ').next().unwrap()
    }

    pub(crate) fn address(&self) -> &str {
        self.url().trim_start_matches("http://")
    }
}

/// Gives a log's policy these witnesses, so many of whom must have cosigned.
pub(crate) fn put_witnesses(dir: &Path, quorum: usize, witnesses: &[&Witness]) {
    let path = dir.join("policy.txt");
    let policy = fs::read_to_string(&path).unwrap();
    let pinned = policy.lines().take(2).map(|line| format!("{line}\n")).collect::<String>();
    let lines: String = witnesses.iter().map(|witness| format!("{}\n", witness.line)).collect();
    let names: Vec<&str> = witnesses.iter().map(|witness| witness.name.as_str()).collect();
    let group = format!("group enough {quorum} {}\nquorum enough\n", names.join(" "));
    fs::write(path, pinned + &lines + &group).unwrap();
}

/// Copies a folder, as a backup would.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
