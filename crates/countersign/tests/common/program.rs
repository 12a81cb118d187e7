//! The real program, run as a person runs it.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// What a run said and how it ended.
#[derive(Debug)]
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
    let output = Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).output().unwrap();
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
