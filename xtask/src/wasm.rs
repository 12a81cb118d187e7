//! `cargo xtask wasm`: the verifier as a WebAssembly module, on any machine that has cargo.
//!
//! The module needs the standard library for `wasm32-unknown-unknown`. It is looked for where a
//! person would look, in this order:
//!
//! 1. in the compiler's own folder;
//! 2. from where rustup gets it;
//! 3. in Debian's packages for building browsers, which carry a compiler with the library's source;
//!    they are unpacked under the target folder, and nothing is installed;
//! 4. otherwise one sentence says what to install.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::debian::Toolchain;
use crate::steps::{cargo_command, output, run, step};
use crate::{hash, root, tools};

const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "countersign-wasm";
/// How long rustup may look for 20 MB.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the module follows from, beside the compiler.
const INPUTS: [&str; 3] = ["Cargo.toml", "Cargo.lock", "crates"];

const NOWHERE: &str = "the standard library for wasm32-unknown-unknown is in none of the places known: \
    not with the compiler, not where rustup looks, and not in Debian's packages. \
    `rustup target add wasm32-unknown-unknown` installs it on a machine with internet, \
    `apt-get update` lets Debian's packages be found";

/// Where the compiler and the library come from.
enum Compiler {
    /// The one that builds everything else.
    Own,
    /// One that was unpacked.
    Debian(Toolchain),
}

/// Builds the module where anything changed since the last time, and says where it is.
///
/// # Errors
/// When there is no library to build it with, or it does not build.
pub(crate) fn build() -> Result<PathBuf, String> {
    step("wasm", "the verifier as a WebAssembly module", || {
        let target = tools::target_folder()?;
        let module = target.join("wasm").join("countersign.wasm");
        let stamp = target.join("wasm").join("built-from");
        let inputs = inputs()?;
        if module.exists() && fs::read_to_string(&stamp).is_ok_and(|found| found == inputs) {
            return Ok(module);
        }
        let built = compile(&compiler(&target)?, &target)?;
        fs::create_dir_all(target.join("wasm")).map_err(|error| error.to_string())?;
        fs::copy(&built, &module).map_err(|error| format!("{}: {error}", built.display()))?;
        fs::write(&stamp, inputs).map_err(|error| format!("{}: {error}", stamp.display()))?;
        Ok(module)
    })
}

/// One line for each input file with a hash of its bytes, and the compiler's version.
fn inputs() -> Result<String, String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    git.args(INPUTS).current_dir(root());
    let files = output(git)?;
    let files = files.split_terminator('\0').filter_map(|path| {
        let bytes = fs::read(root().join(path)).ok()?;
        Some(format!("{path} {:016x}\n", hash::of(&bytes)))
    });
    Ok(format!("{}{}", output(rustc(&["-vV"]))?, files.collect::<String>()))
}

fn rustc(args: &[&str]) -> Command {
    let mut command = Command::new("rustc");
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Down the ladder, to the first rung that holds.
fn compiler(target: &Path) -> Result<Compiler, String> {
    if has_library()? || (rustup_adds_it() && has_library()?) {
        return Ok(Compiler::Own);
    }
    match Toolchain::unpacked(&target.join("wasm").join("debian")) {
        Ok(toolchain) => Ok(Compiler::Debian(toolchain)),
        Err(reason) => Err(format!("{NOWHERE} ({reason})")),
    }
}

fn has_library() -> Result<bool, String> {
    let folder = output(rustc(&["--print", "target-libdir", "--target", TARGET]))?;
    let mut files = fs::read_dir(folder.trim()).into_iter().flatten().flatten();
    Ok(files.any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// A toolchain without rustup says no at once, and so do most machines without internet. Where
/// packets only vanish, rustup would go on asking.
fn rustup_adds_it() -> bool {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(root()).stdin(Stdio::null());
    let Ok(mut asked) = rustup.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(Some(status)) = asked.try_wait() {
            return status.success();
        }
        thread::sleep(Duration::from_millis(100));
    }
    // It may have ended just now; then there is nothing to stop.
    drop(asked.kill());
    drop(asked.wait());
    false
}

fn compile(compiler: &Compiler, target: &Path) -> Result<PathBuf, String> {
    let mut cargo = cargo_command(&["build", "--profile", "wasm", "--locked", "-p", PACKAGE]);
    cargo.args(["--target", TARGET]);
    // Flags for the machine's own code, a linker's say, are none for the module.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let folder = match compiler {
        Compiler::Own => target.to_owned(),
        Compiler::Debian(toolchain) => {
            let folder = target.join("wasm").join("by-debian");
            toolchain.use_for(&mut cargo)?;
            cargo.env("CARGO_TARGET_DIR", &folder);
            folder
        }
    };
    run(cargo)?;
    Ok(folder.join(TARGET).join("wasm").join("countersign_wasm.wasm"))
}
