//! The second verifier beside the first: both look at the same bundles, and neither may say anything
//! that the other does not.

use std::process::{Command, Stdio};

use crate::nights::{Nights, keep};
use crate::root;
use crate::steps::{expect_success, output, step, watch};

/// A Python that is asked for, in this order: the first on the path, then the system's own, for which
/// packages of the system are installed.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

/// Runs the second verifier's own tests, which go through all vectors of the specification, and
/// compares both verifiers on a night of every election. Returns the closing line.
///
/// # Errors
/// When there is no Python that can check signatures, when a test fails, or the two disagree.
pub(crate) fn compare(nights: &Nights) -> Result<String, String> {
    let python = python()?;
    step("verifiers", "what the first one says of every night", || ask_first(nights))?;
    let what = "the second one, on all vectors and all nights";
    step("verifiers", what, || unit_tests(python, nights))
}

fn python() -> Result<&'static str, String> {
    let knows = |python: &&str| {
        let mut command = Command::new(python);
        command.args(["-c", "import cryptography"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    PYTHONS.into_iter().find(knows).ok_or_else(|| {
        "the second verifier needs python3 with the package cryptography (Debian: python3-cryptography)"
            .to_owned()
    })
}

/// Keeps its answer beside the bundle, for the second one's tests.
fn ask_first(nights: &Nights) -> Result<(), String> {
    for night in nights.all() {
        let mut verify = nights.countersign();
        verify.arg("verify").arg(night.join("bundle"));
        verify.arg("--policy").arg(night.join("policy.txt")).arg("--json");
        keep(&night.join("verdict.json"), &output(verify)?)?;
    }
    Ok(())
}

fn unit_tests(python: &str, nights: &Nights) -> Result<String, String> {
    let mut command = Command::new(python);
    command.args(["-B", "-m", "unittest"]).current_dir(root().join("verifiers").join("python"));
    command.env("COUNTERSIGN_GOLDEN", &nights.folder);
    let (status, text) = watch(&mut command)?;
    expect_success(&command, status)?;
    let closing = text.lines().rfind(|line| line.starts_with("Ran ")).unwrap_or_default();
    Ok(format!("second verifier: {closing}"))
}
