//! The real program, run as a person runs it.

use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// What a run said and how it ended.
#[derive(Debug)]
#[allow(dead_code, reason = "each test uses its own part")]
pub(crate) struct Ended {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// Runs `countersign` to its end.
pub(crate) fn countersign<A: AsRef<OsStr>>(arguments: &[A]) -> Ended {
    ended(Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).output().unwrap())
}

/// Runs `countersign` with something to read on standard input.
#[allow(dead_code, reason = "one test uses it")]
pub(crate) fn countersign_reading(input: &str, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    ended(child.wait_with_output().unwrap())
}

/// Runs `countersign` with its standard output going somewhere else.
#[allow(dead_code, reason = "one test uses it")]
pub(crate) fn saying_to(out: Stdio, arguments: &[String]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).stdout(out).stderr(Stdio::piped());
    ended(command.spawn().unwrap().wait_with_output().unwrap())
}

fn ended(output: Output) -> Ended {
    Ended {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The folder of a recorded night that the project carries.
pub(crate) fn election(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../elections").join(name)
}
