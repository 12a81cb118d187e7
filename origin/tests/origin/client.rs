//! The program under test and the barest of clients, which sends bytes as they are: a library would
//! tidy up the very paths that are tested.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running origin, its folder, and something secret beside the folder.
pub(crate) struct Origin {
    pub(crate) child: Child,
    pub(crate) address: String,
    outer: tempfile::TempDir,
}

/// An answer, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_countersign-origin"))
}

impl Origin {
    pub(crate) fn start() -> Origin {
        let outer = tempfile::tempdir().unwrap();
        std::fs::create_dir(outer.path().join("bundle")).unwrap();
        std::fs::write(outer.path().join("secret"), "secret").unwrap();
        let mut child = command()
            .arg(outer.path().join("bundle"))
            .args(["--listen", "127.0.0.1:0", "--with-parent"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").unwrap();
        let address = address.strip_suffix("/\n").unwrap().to_owned();
        Origin { child, address, outer }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.outer.path().join("bundle")
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        write(&self.dir(), path, bytes);
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    /// Sends one request with more header lines, each ended by `\r\n`.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        ask(&self.address, method, path, headers)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn write(dir: &Path, path: &str, bytes: &[u8]) {
    let file = dir.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

pub(crate) fn ask(address: &str, method: &str, path: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let close = "Connection: close\r\n";
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{close}{headers}\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Answer::parse(&bytes)
}

impl Answer {
    fn parse(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (status, headers) = head.split_once("\r\n").unwrap();
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = headers.split("\r\n").map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        });
        let headers = headers.filter(|(name, _)| name != "date").collect();
        Answer { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// The one value of a header, or `None`.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(found, _)| found == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert_eq!(values.next(), None, "{name} only once");
        value
    }
}
