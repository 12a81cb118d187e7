//! Debian's compiler for building browsers, unpacked into a folder of ours: it comes with the source of
//! its standard library, which cargo then builds for WebAssembly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::{output, run, step};

/// The packages whose names do not change.
const PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "libstd-rust-web-dev"];
/// How the names of those begin that they depend on, and that a machine need not have: the compiler
/// itself is a library, and LLVM another.
const DEPENDED_ON: [&str; 2] = ["libstd-rust-web-", "libllvm"];

/// What the code and its dependencies use and that compiler has, but did not call stable yet. A later
/// compiler of Debian's needs fewer, and only warns of those that it knows as stable.
const FEATURES: [&str; 6] = [
    "array_windows",
    "const_black_box",
    "integer_sign_cast",
    "let_chains",
    "slice_as_chunks",
    "unsigned_is_multiple_of",
];

/// A compiler in a folder.
pub(crate) struct Toolchain {
    folder: PathBuf,
}

impl Toolchain {
    /// The folder as it was left last time, or filled with what apt downloads.
    ///
    /// # Errors
    /// When apt does not have the packages, or they do not hold a compiler that runs.
    pub(crate) fn unpacked(folder: &Path) -> Result<Self, String> {
        let toolchain = Self { folder: folder.to_owned() };
        if !folder.exists() {
            step("debian", "a compiler with its library's source, unpacked", || {
                let fresh = folder.with_extension("new");
                drop(fs::remove_dir_all(&fresh));
                fs::create_dir_all(&fresh).map_err(|error| error.to_string())?;
                download(&fresh)?;
                fs::rename(&fresh, folder).map_err(|error| error.to_string())
            })?;
        }
        toolchain.version().map(|_| toolchain)
    }

    /// Lets cargo build with it: the library from its source, and the code as that compiler knows the
    /// language.
    ///
    /// # Errors
    /// When the linker that came with rustup is not there, or the wrapper cannot be written.
    pub(crate) fn use_for(&self, cargo: &mut Command) -> Result<(), String> {
        cargo.args(["-Zbuild-std=std,panic_abort", "--ignore-rust-version"]);
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", self.wrapper()?);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()?);
        Ok(())
    }

    fn version(&self) -> Result<String, String> {
        let mut rustc = Command::new(self.wrapper()?);
        rustc.arg("--version");
        output(rustc)
    }

    /// The compiler finds its own libraries only where they would have been installed. Its standard
    /// library, which cargo marks, turns on the features that it needs itself.
    fn wrapper(&self) -> Result<PathBuf, String> {
        let wrapper = self.folder.join("rustc");
        let usr = self.folder.join("usr");
        let libraries =
            format!("{0}/lib:{0}/lib/{1}-linux-gnu", usr.display(), std::env::consts::ARCH);
        let features =
            FEATURES.map(|feature| format!("'-Zcrate-attr=feature({feature})'")).join(" ");
        let script = format!(
            "#!/bin/sh\nexport LD_LIBRARY_PATH='{libraries}'\nrustc='{}/bin/rustc'\ncase \"$*\" in\n\
             *force-unstable-if-unmarked* | *-vV* | --version) exec \"$rustc\" \"$@\" ;;\n\
             *) exec \"$rustc\" \"$@\" {features} ;;\nesac\n",
            usr.display()
        );
        if fs::read_to_string(&wrapper).is_ok_and(|found| found == script) {
            return Ok(wrapper);
        }
        fs::write(&wrapper, script).map_err(|error| format!("{}: {error}", wrapper.display()))?;
        let mut chmod = Command::new("chmod");
        chmod.arg("+x").arg(&wrapper);
        run(chmod).map(|()| wrapper)
    }
}

/// Downloads the packages into the folder and unpacks them there.
fn download(folder: &Path) -> Result<(), String> {
    let mut names: Vec<String> = PACKAGES.map(str::to_owned).to_vec();
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        let new: Vec<String> =
            depends(&name)?.into_iter().filter(|name| !names.contains(name)).collect();
        names.extend(new);
        next += 1;
    }
    let mut apt = Command::new("apt-get");
    apt.args(["download", "--quiet"]).args(&names).current_dir(folder);
    run(apt)?;
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())?.flatten() {
        let package = entry.path();
        if package.extension().is_some_and(|end| end == "deb") {
            let mut dpkg = Command::new("dpkg");
            dpkg.arg("-x").arg(&package).arg(folder);
            run(dpkg)?;
            fs::remove_file(&package).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Which of the packages that we need a package depends on.
fn depends(name: &str) -> Result<Vec<String>, String> {
    let mut apt = Command::new("apt-cache");
    apt.args(["depends", name]).stdin(Stdio::null());
    Ok(needed(&output(apt)?))
}

fn needed(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let ours = |name: &&str| DEPENDED_ON.iter().any(|start| name.starts_with(start));
    names.filter(ours).map(str::to_owned).collect()
}

/// rust-lld, which rustup ships with every compiler.
fn linker() -> Result<PathBuf, String> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir"]).current_dir(crate::root());
    let libraries = output(rustc)?;
    let linker = Path::new(libraries.trim()).parent().map(|host| host.join("bin").join("rust-lld"));
    linker.filter(|linker| linker.exists()).ok_or_else(|| {
        format!(
            "{}: expected rust-lld beside the compiler's libraries, found none",
            libraries.trim()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn packages_that_change_their_names_are_found() {
        let text = "libstd-rust-web-dev\n  Depends: libstd-rust-web-1.85\n  Conflicts: <rustup>\n";
        assert_eq!(needed(text), ["libstd-rust-web-1.85"]);
        let text = "libstd-rust-web-1.85\n  Depends: libc6\n  Depends: libllvm19\n";
        assert_eq!(needed(text), ["libllvm19"]);
        assert_eq!(needed("x\n  Recommends: libllvm19\n"), [""; 0]);
    }
}
