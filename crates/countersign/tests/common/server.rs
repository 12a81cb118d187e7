//! A running `countersign serve`.
#![allow(dead_code, reason = "each test uses its own part")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// Started, and killed at the latest when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    out: BufReader<ChildStdout>,
}

impl Server {
    /// Starts the program for a folder that `init` made, without a public side. It may not listen
    /// yet.
    pub(crate) fn start(dir: &Path, complaints: Stdio) -> Server {
        Server::with(dir, complaints, &["--no-origin"])
    }

    /// The same with these options.
    pub(crate) fn with(dir: &Path, complaints: Stdio, options: &[&str]) -> Server {
        let program = Command::new(env!("CARGO_BIN_EXE_countersign"));
        Server::spawn(program, dir, complaints, options)
    }

    /// The same under another program, which must run it as the process that it is itself.
    pub(crate) fn under(mut wrapper: Command, dir: &Path) -> Server {
        wrapper.arg(env!("CARGO_BIN_EXE_countersign"));
        Server::spawn(wrapper, dir, Stdio::inherit(), &["--no-origin"])
    }

    fn spawn(mut command: Command, dir: &Path, complaints: Stdio, options: &[&str]) -> Server {
        let mut child = command
            .arg("serve")
            .arg(dir)
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Server { child, out }
    }

    /// Waits until it says where records come in.
    pub(crate) fn url(&mut self) -> String {
        self.says("records come in at ")
    }

    /// The same for a server that may die before.
    pub(crate) fn url_if_alive(&mut self) -> Option<String> {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        Some(line.trim().strip_prefix("records come in at ")?.to_owned())
    }

    /// Waits until it says where the public site is.
    pub(crate) fn site(&mut self) -> String {
        self.says("the public site is at ")
    }

    fn says(&mut self, what: &str) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let rest = line.trim().strip_prefix(what);
        rest.unwrap_or_else(|| panic!("the server says {line:?}")).to_owned()
    }

    /// Waits until there is a bundle of this run.
    pub(crate) fn until_published(&mut self) {
        self.says("the public site is left to another host: ");
    }

    /// SIGKILL: it has no say in it.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as a service manager does.
    pub(crate) fn stop(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has mostly ended by now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
