//! A running `countersign serve`.

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
    /// Starts the program for a folder that `init` made. It may not listen yet.
    pub(crate) fn start(dir: &Path, complaints: Stdio) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("serve")
            .arg(dir)
            .args(["--listen", "127.0.0.1:0", "--no-origin"])
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Server { child, out }
    }

    /// Waits until it says where records come in.
    pub(crate) fn url(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("records come in at ");
        url.unwrap_or_else(|| panic!("the server says {line:?}")).to_owned()
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
