//! A Chromium of the machine without a window, spoken to over its debugging pipe: messages of JSON,
//! each ended by a zero byte, in and out of two named pipes.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::folder::at;

/// The names under which systems install it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser with one page.
pub(crate) struct Chromium {
    child: Child,
    to: File,
    from: BufReader<File>,
    session: Value,
    sent: u64,
}

impl Chromium {
    /// Starts it with a profile of its own in an empty folder.
    pub(crate) fn start(folder: &Path) -> Result<Self, String> {
        let program = program()?;
        let pipes = ["to", "from"].map(|name| folder.join(name));
        let mut mkfifo = Command::new("mkfifo");
        let made = mkfifo.args(&pipes).status().map_err(|error| format!("mkfifo: {error}"))?;
        if !made.success() {
            return Err(format!("mkfifo: {made}"));
        }
        let [to, from] = pipes;
        let child = browser(&program, folder, &to, &from).spawn();
        let child = child.map_err(|error| format!("{}: {error}", program.display()))?;
        // Each side waits here until the other one has opened the same pipe.
        let to = OpenOptions::new().write(true).open(&to).map_err(at(&to))?;
        let from = BufReader::new(File::open(&from).map_err(at(&from))?);
        let mut chromium = Self { child, to, from, session: Value::Null, sent: 0 };
        chromium.open_page()?;
        Ok(chromium)
    }

    fn open_page(&mut self) -> Result<(), String> {
        let target = self.ask("Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": target.get("targetId"), "flatten": true });
        let attached = self.ask("Target.attachToTarget", &attach)?;
        self.session = attached.get("sessionId").cloned().unwrap_or_default();
        self.ask("Page.enable", &json!({})).map(drop)
    }

    /// Goes to an address and waits until it is loaded.
    pub(crate) fn visit(&mut self, url: &str) -> Result<(), String> {
        self.ask("Page.navigate", &json!({ "url": url }))?;
        loop {
            let message = self.receive()?;
            if message.get("method") == Some(&"Page.loadEventFired".into()) {
                return Ok(());
            }
        }
    }

    /// Runs a script in the page and waits for what it promises, as JSON.
    pub(crate) fn run(&mut self, script: &str) -> Result<Value, String> {
        let run = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.ask("Runtime.evaluate", &run)?;
        match answer.get("exceptionDetails") {
            Some(problem) => Err(format!("in the page: {problem}")),
            None => Ok(answer.pointer("/result/value").cloned().unwrap_or_default()),
        }
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Result<Value, String> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": parameters });
        if let (false, Some(fields)) = (self.session.is_null(), message.as_object_mut()) {
            fields.insert("sessionId".to_owned(), self.session.clone());
        }
        let line = format!("{message}\0");
        self.to.write_all(line.as_bytes()).map_err(|error| format!("Chromium: {error}"))?;
        loop {
            let mut answer = self.receive()?;
            if answer.get("id") == Some(&self.sent.into()) {
                return match answer.get("error") {
                    Some(error) => Err(format!("Chromium, {method}: {error}")),
                    None => Ok(answer.get_mut("result").map(Value::take).unwrap_or_default()),
                };
            }
        }
    }

    fn receive(&mut self) -> Result<Value, String> {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).map_err(|error| format!("Chromium: {error}"))?;
        let message = bytes.strip_suffix(b"\0").ok_or("Chromium has ended")?;
        serde_json::from_slice(message).map_err(|error| format!("Chromium: {error}"))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It ends by itself when its pipe does; asked, it also takes its children along.
        self.session = Value::Null;
        drop(self.ask("Browser.close", &json!({})));
        drop(self.child.wait());
    }
}

fn program() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file()).ok_or_else(|| {
        "there is no Chromium, which the verifier is tried in: `apt-get install chromium`"
            .to_owned()
    })
}

/// A program cannot be given the third and fourth file from here without `unsafe`; a shell can.
fn browser(program: &Path, folder: &Path, to: &Path, from: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 3<\"$TO\" 4>\"$FROM\""]).arg(program);
    shell.args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"]);
    shell.args(["--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking"]);
    let profile = folder.join("profile");
    drop(fs::create_dir_all(&profile));
    shell.arg(format!("--user-data-dir={}", profile.display()));
    shell.env("TO", to).env("FROM", from).env("HOME", folder);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell
}
