//! Whole bundles: those of the vectors, whole and broken, and published nights.

use std::{cell::RefCell, collections::BTreeMap, fs, num::NonZeroUsize, ops::Range, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use browser::{read_policy, report_answer};
use record::Digest;
use serde::Deserialize;
use serde_json::{Value, json};
use verify::{Options, Pages, Progress, Source, SourceError};

use crate::{
    browse::changed,
    folder::{ABSENT, Files, Night, at},
    module::Module,
    same,
};

/// docs/spec/vectors/bundles-small.json, an item.
#[derive(Deserialize)]
struct Small {
    name: String,
    policy: String,
    files_base64: BTreeMap<String, String>,
}

/// docs/spec/vectors/bundles-broken.json: files stand once, by a short name.
#[derive(Deserialize)]
struct Broken {
    bases: BTreeMap<String, Base>,
    cases: Vec<Case>,
    files: BTreeMap<String, String>,
    files_base64: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Base {
    policy: String,
    files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    base: String,
    write: BTreeMap<String, String>,
    remove: Vec<String>,
    /// `true` where nothing is said: then it is the base's. `null` is none.
    #[serde(default = "said_nothing")]
    policy: Value,
    seen_base64: Option<String>,
}

fn said_nothing() -> Value {
    Value::Bool(true)
}

/// A bundle of more files takes the interpreter a minute, and broken it would say nothing new.
const SMALL: usize = 1000;

/// All bundles of the vectors; how many they were.
pub(crate) fn vectors(module: &mut Module, folder: &Path) -> Result<usize, String> {
    let small: Vec<Small> = read(&folder.join("bundles-small.json"))?;
    let broken: Broken = read(&folder.join("bundles-broken.json"))?;
    let mut done = 0;
    for Small { name, policy, files_base64 } in small {
        let files = decode(&files_base64)?;
        done += both_ways(module, &Night { name, policy, files })?;
    }
    let mut named = decode(&broken.files_base64)?.0;
    named.extend(broken.files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())));
    for case in &broken.cases {
        let base = broken.bases.get(&case.base).ok_or_else(|| format!("no base {}", case.base))?;
        done += of_case(module, case, base, &named)?;
    }
    Ok(done)
}

/// One case, as a folder.
fn of_case(
    module: &mut Module,
    case: &Case,
    base: &Base,
    named: &BTreeMap<String, Vec<u8>>,
) -> Result<usize, String> {
    let mut paths = base.files.clone();
    paths.extend(case.write.clone());
    paths.retain(|path, _| !case.remove.contains(path));
    let files = paths.iter().map(|(path, name)| {
        let bytes = named.get(name).ok_or_else(|| format!("{}: no file {name}", case.name));
        Ok((path.clone(), bytes?.clone()))
    });
    let files = Files(files.collect::<Result<_, String>>()?);
    let policy = match &case.policy {
        Value::Bool(_) => Value::from(base.policy.as_str()),
        said => said.clone(),
    };
    let seen = case.seen_base64.as_ref().map(|seen| STANDARD.decode(seen)).transpose();
    let seen = seen.map_err(|error| error.to_string())?;
    let seen = seen.map(|seen| String::from_utf8_lossy(&seen).into_owned());
    let paths: Vec<&String> = files.0.keys().collect();
    let asked = json!({ "policy": policy, "seen": seen, "paths": paths });
    let night = Night { name: case.name.clone(), policy: base.policy.clone(), files };
    compare(module, &night, &asked).map(|_| 1)
}

/// One published night, which holds; and again with a figure changed, which does not.
pub(crate) fn night(module: &mut Module, mut night: Night) -> Result<usize, String> {
    let asked = json!({ "policy": night.policy });
    let holds = compare(module, &night, &asked)?;
    if !holds.contains("\"holds\":true,\"origin\":\"pinned\"") {
        return Err(format!("{}: expected a bundle that holds, found {holds}", night.name));
    }
    if night.files.0.len() > SMALL {
        return Ok(1);
    }
    let figures = night.files.0.get_mut("data/tally.json");
    let figures = figures.ok_or_else(|| format!("{}: no figure to change", night.name))?;
    *figures = changed(figures);
    let broken = compare(module, &night, &asked)?;
    if broken.contains("\"holds\":true") {
        return Err(format!("{}: a changed figure holds", night.name));
    }
    Ok(2)
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T, String> {
    let text = fs::read(path).map_err(at(path))?;
    serde_json::from_slice(&text).map_err(at(path))
}

fn decode(files: &BTreeMap<String, String>) -> Result<Files, String> {
    let decoded = files.iter().map(|(path, bytes)| {
        STANDARD.decode(bytes).map(|bytes| (path.clone(), bytes)).map_err(|e| e.to_string())
    });
    decoded.collect::<Result<_, _>>().map(Files)
}

/// With the policy and pages drawn again, and without either.
fn both_ways(module: &mut Module, night: &Night) -> Result<usize, String> {
    compare(module, night, &json!({ "policy": night.policy }))?;
    let paths: Vec<&String> = night.files.0.keys().collect();
    compare(module, night, &json!({ "policy": night.policy, "render": true, "paths": paths }))?;
    compare(module, night, &json!({}))?;
    Ok(1)
}

/// One bundle on either side; the answer that both gave.
fn compare(module: &mut Module, night: &Night, asked: &Value) -> Result<String, String> {
    let (native, told) = native(night, asked)?;
    module.told();
    let wasm = in_module(module, night, asked)?;
    same(&night.name, &native, &wasm)?;
    let told_there = module.told();
    if told != told_there {
        return Err(format!("{}: {told:?} was told, and in the module {told_there:?}", night.name));
    }
    Ok(native)
}

/// As `countersign verify --json` does it.
fn native(night: &Night, asked: &Value) -> Result<(String, Vec<String>), String> {
    let text = asked.get("policy").and_then(Value::as_str);
    let policy = match text.map(read_policy).transpose() {
        Ok(policy) => policy,
        Err(error) => {
            let error = format!("the policy: {error}");
            return Ok((json!({ "error": error }).to_string(), Vec::new()));
        }
    };
    let seen = asked.get("seen").and_then(Value::as_str);
    let render = asked.get("render").is_some();
    let pages = if render { Pages::Render } else { Pages::Hash };
    let options = Options {
        policy: policy.as_ref(),
        seen: seen.map(str::as_bytes),
        pages,
        threads: NonZeroUsize::MIN,
    };
    let told = RefCell::new(Vec::new());
    let tell = |Progress { stage, done, total }: Progress| {
        told.borrow_mut().push(format!("{} {done}/{total}", stage.name()));
    };
    let report = match asked.get("paths") {
        Some(_) => verify::verify(&night.files, &options, &tell),
        None => verify::verify(&Unlisted(&night.files), &options, &tell),
    };
    Ok((report_answer(&report).to_string(), told.into_inner()))
}

/// The same files at an address, which cannot say what else it has.
struct Unlisted<'a>(&'a Files);

impl Source for Unlisted<'_> {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        self.0.read(path, most)
    }

    fn hash(&self, path: &str, listed: Digest) -> Result<(u64, Digest), SourceError> {
        self.0.hash(path, listed)
    }

    fn read_part(
        &self,
        path: &str,
        hash: Digest,
        part: Range<u64>,
    ) -> Result<Vec<u8>, SourceError> {
        self.0.read_part(path, hash, part)
    }

    fn list(&self) -> Option<Result<Vec<String>, SourceError>> {
        None
    }
}

/// As the worker does it: whatever is wanted is given, until nothing is.
fn in_module(module: &mut Module, night: &Night, asked: &Value) -> Result<String, String> {
    let begun = module.ask("begin", [asked.to_string().as_bytes()])?;
    let Ok(mut wanted) = paths(&begun) else { return Ok(begun) };
    while let Some(path) = wanted.pop() {
        let answer = match night.files.0.get(&path) {
            Some(bytes) => module.ask("give", [path.as_bytes(), bytes])?,
            None => module.ask("absent", [path.as_bytes(), ABSENT.as_bytes()])?,
        };
        wanted.extend(paths(&answer)?);
    }
    module.ask("verify", [])
}

/// `{"wanted":[…]}`.
#[derive(Deserialize)]
struct Wanted {
    wanted: Vec<String>,
}

fn paths(answer: &str) -> Result<Vec<String>, String> {
    let read: Result<Wanted, _> = serde_json::from_str(answer);
    read.map(|answer| answer.wanted).map_err(|error| format!("{answer}: {error}"))
}
