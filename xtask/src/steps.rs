//! How a step is run: what it does is said before it, how long it took after it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use crate::{root, tools};

/// Does one step of a task and names it on either side.
///
/// # Errors
/// The step's own reason, with the step's name before it.
pub(crate) fn step<T>(
    name: &str,
    what: &str,
    work: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    eprintln!("xtask {name}: {what}");
    let start = Instant::now();
    let result = work();
    let verdict = if result.is_ok() { "done" } else { "FAILED" };
    eprintln!("xtask {name}: {verdict} after {:.1} s", start.elapsed().as_secs_f32());
    result.map_err(|reason| format!("{name} failed: {reason}"))
}

/// A step that is one call of cargo at the root of the workspace.
///
/// # Errors
/// When cargo cannot be started or says no.
pub(crate) fn cargo(name: &str, what: &str, args: &[&str]) -> Result<(), String> {
    step(name, what, || run(cargo_command(args)))
}

/// `cargo ARGS` at the root of the workspace, with nothing to read.
pub(crate) fn cargo_command(args: &[&str]) -> Command {
    let mut command = Command::new(tools::cargo());
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a command that shows its own output.
///
/// # Errors
/// When it cannot be started or does not succeed; the reason holds the command.
pub(crate) fn run(mut command: Command) -> Result<(), String> {
    let status = command.status().map_err(|error| describe(&command, &error.to_string()))?;
    expect_success(&command, status)
}

/// Runs a command, shows its output as it comes, and keeps it.
///
/// # Errors
/// When it cannot be started. Whether it succeeded is in the status.
pub(crate) fn watch(command: &mut Command) -> Result<(ExitStatus, String), String> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| describe(command, &error.to_string()))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (out, err) = thread::scope(|scope| {
        let out = scope.spawn(|| echo(stdout));
        let err = echo(stderr);
        (out.join().unwrap_or_default(), err)
    });
    let status = child.wait().map_err(|error| describe(command, &error.to_string()))?;
    Ok((status, out + &err))
}

/// Both streams of a watched command are shown on standard error, as they come.
fn echo(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    let Some(stream) = stream else { return text };
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// What a command printed to standard output.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| describe(&command, &error.to_string()))?;
    expect_success(&command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Lets a program have the terminal, in the caller's own folder, and takes its status over.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn hand_over(
    program: &Path,
    first: &[&str],
    args: &[OsString],
) -> Result<ExitCode, String> {
    let mut command = Command::new(program);
    command.args(first).args(args);
    let status = command.status().map_err(|error| describe(&command, &error.to_string()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// # Errors
/// When the status is not success.
pub(crate) fn expect_success(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(describe(command, &status.to_string())) }
}

pub(crate) fn describe(command: &Command, problem: &str) -> String {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    format!("`{} {}`: {problem}", program.display(), words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::{output, run, step, watch};
    use std::process::Command;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failed_step_is_named() {
        let reason = step("paint", "test", || run(shell("exit 3")));
        assert_eq!(reason, Err("paint failed: `sh -c exit 3`: exit status: 3".to_owned()));
    }

    #[test]
    fn a_missing_program_is_named() {
        let reason = run(Command::new("no-such-program")).unwrap_err();
        assert!(reason.starts_with("`no-such-program `: "), "{reason}");
    }

    #[test]
    fn a_watched_command_is_kept_and_judged() {
        let (status, text) = watch(&mut shell("echo out; echo err >&2; exit 4")).unwrap();
        assert_eq!(status.code(), Some(4));
        assert_eq!(text, "out\nerr\n");
    }

    #[test]
    fn output_is_standard_output() {
        assert_eq!(output(shell("echo out")), Ok("out\n".to_owned()));
        assert!(output(shell("echo out; exit 1")).is_err());
    }
}
