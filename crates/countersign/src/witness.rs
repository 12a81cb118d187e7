//! `countersign witness`: holds logs of others to account.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
};

use http::{Limits, witness::Witness};
use record::note::VerifyingKey;
use store::{files, witness::Memory};
use tlog::{CosigningKey, Policy, SplitView, Timestamp};
use tokio::net::TcpListener;

use crate::{
    args::WitnessArgs,
    clock,
    exit::Stop,
    init::random,
    places::Places,
    say,
    serve::{runtime, until_stopped},
};

pub(crate) fn run(args: &WitnessArgs) -> Result<ExitCode, Stop> {
    let logs = followed(&args.policy, &args.log)?;
    let follows = !logs.is_empty();
    let witness = open(&args.dir, args.name.as_deref(), logs)?;
    if !follows {
        introduce(args, &witness, args.listen)?;
        say::line("it follows no log yet: start it with --policy FILE or --log VKEY")?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime()?.block_on(async {
        let stopped = until_stopped()?;
        let listener = TcpListener::bind(args.listen).await;
        let listener = listener.map_err(|e| Stop::input(format_args!("{}: {e}", args.listen)))?;
        introduce(args, &witness, listener.local_addr().map_err(Stop::failed)?)?;
        let witness = Arc::new(Mutex::new(witness));
        http::witness::serve(listener, witness, Limits::default(), stopped).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Says what a log's policy needs to know of it.
fn introduce(args: &WitnessArgs, witness: &Witness, address: SocketAddr) -> Result<(), Stop> {
    let name = args.dir.file_name().map_or("witness".into(), |name| name.to_string_lossy());
    say::line("for the policies of the logs that it follows:")?;
    say::line(format_args!("witness {name} {} http://{address}", witness.public()))
}

/// The logs of these policies, and these.
fn followed(policies: &[PathBuf], keys: &[String]) -> Result<Vec<VerifyingKey>, Stop> {
    let mut logs = Vec::new();
    for path in policies {
        let policy: Policy = files::read_text(path)
            .map_err(Stop::input)?
            .parse()
            .map_err(|e| Stop::file(path, e))?;
        logs.extend(policy.logs().cloned());
    }
    for key in keys {
        let log = key.parse().map_err(|e| Stop::input(format_args!("--log {key}: {e}")))?;
        logs.push(log);
    }
    Ok(logs)
}

/// Opens the folder, or makes it: key and memory together. A key without its memory is refused, for
/// a witness that has forgotten would cosign a second history.
pub(crate) fn open(
    dir: &Path,
    name: Option<&str>,
    logs: Vec<VerifyingKey>,
) -> Result<Witness, Stop> {
    let places = Places::new(dir);
    let memory = dir.join("witness.db");
    let memory = if places.read_secret("witness")?.is_some() {
        Memory::open(&memory).map_err(Stop::input)?
    } else {
        files::create_dir(&places.keys()).map_err(Stop::input)?;
        let made = Memory::create(&memory).map_err(Stop::input)?;
        let seed = random()?;
        places.write_secret("witness", &seed)?;
        let name = name.map_or_else(default_name, |name| Ok(name.to_owned()))?;
        files::write(&dir.join("name"), name.as_bytes()).map_err(Stop::input)?;
        made
    };
    let key = key(dir, &places)?;
    let evidence = dir.to_owned();
    let alarm = Box::new(move |proof: &SplitView| keep_evidence(&evidence, proof));
    Ok(Witness::new(key, logs, memory, Box::new(now), alarm))
}

fn key(dir: &Path, places: &Places) -> Result<CosigningKey, Stop> {
    let missing = || Stop::file(&places.keys().join("witness"), "no such key");
    let seed = places.read_secret("witness")?.ok_or_else(missing)?;
    let path = dir.join("name");
    let name = files::read_text(&path).map_err(Stop::input)?;
    let name = name.trim_end().parse().map_err(|e| Stop::file(&path, e))?;
    CosigningKey::new(name, &seed).map_err(|e| Stop::file(&path, e))
}

/// Names are for people and need not be an address; two witnesses of one machine differ.
fn default_name() -> Result<String, Stop> {
    let [a, b, c, d, ..] = random()?;
    Ok(format!("localhost/witness-{a:02x}{b:02x}{c:02x}{d:02x}"))
}

fn now() -> Timestamp {
    Timestamp(u64::try_from(clock::now().seconds()).unwrap_or(0))
}

/// Writes the proof that a log has forked beside the witness's memory, and says so. The same proof
/// is one file, however often it comes.
pub(crate) fn keep_evidence(dir: &Path, proof: &SplitView) {
    let text = proof.to_string();
    let path = dir.join(format!("split-view-{}.txt", record::Digest::of(text.as_bytes())));
    let kept = if path.exists() { Ok(()) } else { files::write(&path, text.as_bytes()) };
    match kept {
        Ok(()) => say::complain(format_args!("a log has shown two histories: {}", path.display())),
        Err(error) => say::complain(format_args!("a log has shown two histories: {error}\n{text}")),
    }
}
