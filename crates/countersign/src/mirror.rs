//! `countersign mirror`: follows a published log, verifies and keeps all of it, cosigns what it keeps,
//! and serves it.

mod incoming;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use http::{Limits, witness::Witness};
use record::note::VerifyingKey;
use store::files;
use tlog::{Checkpoint, Policy};
use tokio::net::TcpListener;
use verify::{Options, Pages, Report};

use self::incoming::Incoming;
use crate::{
    args::MirrorArgs,
    exit::{FAILED, Stop},
    places::Places,
    say,
    serve::{ANY_PORT, Origin, runtime, until_stopped},
    sources::until_still,
    verdict::read_policy,
    witness,
};

pub(crate) fn run(args: &MirrorArgs) -> Result<ExitCode, Stop> {
    let policy = read_policy(&args.policy)?;
    let logs: Vec<VerifyingKey> = policy.logs().cloned().collect();
    let witness = witness::open(&args.dir, args.name.as_deref(), logs)?;
    let mirror = Mirror {
        url: args.url.clone(),
        dir: args.dir.clone(),
        policy,
        witness: Arc::new(Mutex::new(witness)),
    };
    if args.once {
        return match mirror.catch_up()? {
            Round::Broken => Ok(ExitCode::from(FAILED)),
            Round::Same | Round::Kept => Ok(ExitCode::SUCCESS),
        };
    }
    runtime()?.block_on(serve(args, mirror))
}

async fn serve(args: &MirrorArgs, mirror: Mirror) -> Result<ExitCode, Stop> {
    let stopped = until_stopped()?;
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.map_err(|e| Stop::input(format_args!("{}: {e}", args.listen)))?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    say::line(format_args!("what this mirror cosigned last: http://{address}/latest/ID"))?;
    say::line(format_args!("it signs as {}", mirror.witness().public()))?;
    files::create_dir(&mirror.bundle()).map_err(Stop::input)?;
    let site = Origin::start(&mirror.bundle(), ANY_PORT)?;
    say::line(format_args!("the site is also at {}", site.url))?;
    let witness = Arc::clone(&mirror.witness);
    let every = Duration::from_secs(args.every.into());
    let following = tokio::spawn(follow(mirror, every));
    http::witness::serve_latest(listener, witness, Limits::default(), stopped).await;
    following.abort();
    Ok(ExitCode::SUCCESS)
}

/// Catches up again and again. Whatever happens, what is kept stays up.
async fn follow(mirror: Mirror, every: Duration) {
    let mirror = Arc::new(mirror);
    loop {
        let round = Arc::clone(&mirror);
        if let Ok(Err(stop)) = tokio::task::spawn_blocking(move || round.catch_up()).await {
            say::complain(format_args!("{stop}; trying again"));
        }
        tokio::time::sleep(every).await;
    }
}

struct Mirror {
    url: String,
    dir: PathBuf,
    policy: Policy,
    witness: Arc<Mutex<Witness>>,
}

/// What one look at the log brought.
enum Round {
    /// Nothing new.
    Same,
    /// A new edition, verified, cosigned and kept.
    Kept,
    /// Something that does not hold; the last edition that held is still there.
    Broken,
}

impl Mirror {
    fn bundle(&self) -> PathBuf {
        Places::new(&self.dir).bundle()
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn catch_up(&self) -> Result<Round, Stop> {
        let incoming = Incoming::open(&self.url, &self.bundle())?;
        if incoming.is_held() {
            return Ok(Round::Same);
        }
        let seen = self.seen()?;
        let threads = available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN);
        let options = Options {
            policy: Some(&self.policy),
            seen: seen.as_deref(),
            pages: Pages::Hash,
            threads,
        };
        let report = until_still(|| Ok(&incoming), &options, &|_| ())?;
        if !report.holds {
            return self.broken(&report);
        }
        let (checkpoint, request) = incoming.request(seen.as_deref())?;
        // Dying between the two: the cosignature is for a log that was whole here, and the next
        // round keeps it.
        self.witness().add_checkpoint(request.to_string().as_bytes()).map_err(Stop::failed)?;
        incoming.keep(&self.bundle())?;
        say::note(format_args!("{} entries verified, cosigned and kept", checkpoint.size));
        Ok(Round::Kept)
    }

    /// What was cosigned last.
    fn seen(&self) -> Result<Option<Vec<u8>>, Stop> {
        let log = self.policy.logs().next().ok_or_else(|| Stop::input("the policy has no log"))?;
        let id = http::witness::id_of(log.name().as_str());
        self.witness().latest(id).map_err(Stop::failed)
    }

    fn broken(&self, report: &Report) -> Result<Round, Stop> {
        if let Some(proof) = &report.split_view {
            witness::keep_evidence(&self.dir, proof);
        }
        let count = report.failed.len();
        for failure in report.failed.iter().take(5) {
            say::complain(format_args!(
                "{}: {}, {}: expected {}, found {}",
                self.url, failure.file, failure.place, failure.expected, failure.found
            ));
        }
        say::complain(format_args!(
            "{}: {count} failures; the last edition that held stays",
            self.url
        ));
        Ok(Round::Broken)
    }
}

/// A checkpoint's text, without its signatures.
fn claimed(note: &[u8]) -> Result<Checkpoint, Stop> {
    let note =
        record::note::Note::parse(note, tlog::checkpoint::MAX_BYTES).map_err(Stop::failed)?;
    note.text().parse().map_err(Stop::failed)
}

/// The head of the bundle that is kept, if there is one.
fn head_of(bundle: &Path) -> Option<Vec<u8>> {
    files::read(&bundle.join("head.json")).ok()
}
