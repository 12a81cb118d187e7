//! The programs that tasks need, and where they are found or how they are made.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::json::Json;
use crate::steps::{cargo_command, output, run, step};

/// The cargo that started this program, so that one toolchain does everything.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `cargo metadata` of the workspace, without its dependencies' own metadata.
///
/// # Errors
/// When cargo says no, or something that is not JSON.
pub(crate) fn metadata() -> Result<Json, String> {
    let text = output(cargo_command(&["metadata", "--format-version", "1", "--no-deps"]))?;
    Json::parse(&text).ok_or_else(|| "`cargo metadata` did not print JSON".to_owned())
}

/// Where cargo puts what it builds.
///
/// # Errors
/// When `cargo metadata` does not say.
pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let metadata = metadata()?;
    let folder = metadata.text("target_directory");
    folder.map(PathBuf::from).ok_or_else(|| "`cargo metadata` names no target folder".to_owned())
}

/// Whether `cargo NAME` is there to be called.
pub(crate) fn has_subcommand(name: &str) -> bool {
    let mut command = cargo_command(&[name, "--version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// cargo-deny: the machine's own, or one built once into the target folder.
///
/// # Errors
/// When it is missing and cannot be built.
pub(crate) fn cargo_deny() -> Result<Command, String> {
    subcommand("deny")
}

/// cargo-mutants, likewise.
///
/// # Errors
/// When it is missing and cannot be built.
pub(crate) fn cargo_mutants() -> Result<Command, String> {
    subcommand("mutants")
}

fn subcommand(name: &str) -> Result<Command, String> {
    if has_subcommand(name) {
        return Ok(cargo_command(&[name]));
    }
    let tools = target_folder()?.join("tools");
    let package = format!("cargo-{name}");
    let program = tools.join("bin").join(&package);
    if !program.exists() {
        install(&package, &tools)?;
    }
    let mut command = Command::new(program);
    command.arg(name).current_dir(crate::root()).stdin(Stdio::null());
    Ok(command)
}

fn install(name: &str, tools: &Path) -> Result<(), String> {
    // Unoptimised: it takes a third of the time to build, and a second to run.
    let mut command = cargo_command(&["install", name, "--locked", "--debug", "--root"]);
    command.arg(tools);
    step("install", &format!("{name}, from the package registry, into {}", tools.display()), || {
        run(command)
    })
}
