//! The worker in Chromium: it fetches a bundle from the real public server and checks it there.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    chromium::Chromium,
    folder::{Night, at},
    receipts,
};

/// What the page does: starts the worker, gives it one message, and collects what it posts.
const ASK: &str = "(message) => new Promise((resolve) => {
  const worker = new Worker('/verify/worker.js', { type: 'module' });
  const told = [];
  worker.onmessage = ({ data }) => data.stage ? told.push(data.stage) : resolve({ told, data });
  worker.onerror = (event) => resolve({ told, data: { unchecked: event.message } });
  worker.postMessage(message);
})";

/// What the browser said of one published night.
pub(crate) fn night(
    root: &Path,
    module: &Path,
    origin: &Path,
    folder: &Path,
) -> Result<String, String> {
    let night = Night::read(folder)?;
    let site = Site::of(root, module, &night)?;
    let server = Server::start(origin, &site.0)?;
    let work = site.0.with_extension("chromium");
    fresh(&work)?;
    let mut chromium = Chromium::start(&work)?;
    chromium.visit(&format!("{}good/index.html", server.address))?;
    let good = ask(&mut chromium, &bundle(&server, "good", &night.policy))?;
    let broken = ask(&mut chromium, &bundle(&server, "broken", &night.policy))?;
    let station = ask(&mut chromium, &station(&server, &night)?)?;
    drop(chromium);
    check(&good, "/data/report/holds", &true.into())?;
    check(&good, "/data/report/origin", &"pinned".into())?;
    check(&broken, "/data/report/holds", &false.into())?;
    check(&broken, "/data/report/failed/0/file", &"data/tally.json".into())?;
    check(&station, "/data/station/receipt/holds", &true.into())?;
    told(&good)?;
    let number =
        |answer: &Value, at: &str| answer.pointer(at).and_then(Value::as_f64).unwrap_or(0.0);
    Ok(format!(
        "browser: {} files fetched and checked in {:.2} s, {:.2} s of it checking, with {:.0} MB; a \
         changed figure found; one station in {:.1} ms",
        night.files.0.len(),
        number(&good, "/data/seconds"),
        number(&good, "/data/checking"),
        number(&good, "/data/held") / 1e6,
        number(&station, "/data/milliseconds"),
    ))
}

fn bundle(server: &Server, which: &str, policy: &str) -> Value {
    let at = |path: &str| format!("{}{path}", server.address);
    json!({ "module": at("verify/countersign.wasm"), "bundle": at(which), "policy": policy })
}

fn station(server: &Server, night: &Night) -> Result<Value, String> {
    let receipts = receipts::receipts(night)?;
    let definition = receipts.first().map(|(note, _)| note).ok_or("no definition")?;
    let (record, receipt) =
        receipts.iter().rev().find(|(note, _)| note.contains("/returns/")).ok_or("no returns")?;
    Ok(json!({
        "module": format!("{}verify/countersign.wasm", server.address),
        "definition": definition,
        "station": { "record": record, "receipt": receipt, "policy": night.policy },
    }))
}

fn ask(chromium: &mut Chromium, message: &Value) -> Result<Value, String> {
    let answer = chromium.run(&format!("({ASK})({message})"))?;
    match answer.pointer("/data/unchecked") {
        Some(reason) => Err(format!("the browser could not check: {reason}")),
        None => Ok(answer),
    }
}

fn check(answer: &Value, at: &str, expected: &Value) -> Result<(), String> {
    match answer.pointer(at) {
        Some(found) if found == expected => Ok(()),
        found => Err(format!("{at}: expected {expected}, found {found:?} in {answer}")),
    }
}

/// Each stage was told of.
fn told(answer: &Value) -> Result<(), String> {
    let told = answer.get("told").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let stages = ["fetching", "files", "the log", "records of keys", "records", "figures"];
    match stages.iter().find(|stage| !told.contains(&Value::from(**stage))) {
        None => Ok(()),
        Some(stage) => Err(format!("nothing was told of {stage}: {told:?}")),
    }
}

/// A folder for the public server: a bundle, the same with a figure changed, and the verifier.
struct Site(PathBuf);

impl Site {
    fn of(root: &Path, module: &Path, night: &Night) -> Result<Self, String> {
        let folder = module.with_file_name("site");
        fresh(&folder)?;
        for (path, bytes) in &night.files.0 {
            write(&folder.join("good").join(path), bytes)?;
            match path.as_str() {
                "data/tally.json" => write(&folder.join("broken").join(path), &changed(bytes))?,
                _ => write(&folder.join("broken").join(path), bytes)?,
            }
        }
        for name in ["verifier.js", "worker.js"] {
            let from = root.join("web").join("verify").join(name);
            write(&folder.join("verify").join(name), &fs::read(&from).map_err(at(&from))?)?;
        }
        let bytes = fs::read(module).map_err(at(module))?;
        write(&folder.join("verify").join("countersign.wasm"), &bytes)?;
        Ok(Self(folder))
    }
}

/// The last digit is another one.
pub(crate) fn changed(figures: &[u8]) -> Vec<u8> {
    let mut figures = figures.to_vec();
    if let Some(digit) = figures.iter_mut().rev().find(|byte| byte.is_ascii_digit()) {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
    }
    figures
}

fn fresh(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(path, bytes).map_err(at(path))
}

/// The real public server, which ends when this does.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, folder: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.arg(folder).args(["--listen", "127.0.0.1:0", "--with-parent"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(at(program))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(at(program))?;
        }
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let address = address.ok_or_else(|| format!("{}: said {line:?}", program.display()))?;
        Ok(Self { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
