//! `countersign demo`: a recorded night from the first key to the verified site.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use publish::{Edition, View};
use rehearsal::Rehearsal;

use crate::{
    args::DemoArgs,
    clock,
    exit::Stop,
    folder::{self, Folder},
    init,
    places::Places,
    progress,
    replay::{Replay, SentCount, Target},
    say,
    serve::{self, ANY_PORT, Origin, Server},
    table,
};

pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode, Stop> {
    let election = Folder::read(&args.folder)?;
    let night = folder::night(&args.folder)?;
    let entries = folder::until(&night, args.until.as_deref())?.to_vec();
    let dir = data_dir(args.data.as_deref())?;
    progress::show(&format!("making keys, log and policy in {}", dir.display()));
    init::make(&dir, &election, init::Choices::rehearsal())?;
    progress::done();
    serve::runtime()?.block_on(async {
        let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Server::start(&dir, any_port, &[]).await?;
        let started = Instant::now();
        let sent = send(args, &server, &dir, entries).await?;
        let seconds = started.elapsed().as_secs_f64();
        progress::done();
        let size = server.intake.look(desk::Desk::size).await.map_err(Stop::failed)?;
        server.until_published(size).await?;
        say::line(format_args!("{} records with receipts in {seconds:.1} s", sent.all))?;
        show_night(args, &server).await?;
        finish(args, server, &dir).await
    })
}

fn data_dir(wanted: Option<&Path>) -> Result<PathBuf, Stop> {
    match wanted {
        Some(dir) => Ok(dir.to_owned()),
        None => store::files::temporary_dir("countersign-demo").map_err(Stop::input),
    }
}

async fn send(
    args: &DemoArgs,
    server: &Server,
    dir: &Path,
    entries: Vec<formats::NightEntry>,
) -> Result<SentCount, Stop> {
    let seed = Places::new(dir).read_secret("rehearsal")?;
    let seed = seed.ok_or_else(|| Stop::failed("a rehearsal has a seed"))?;
    let target =
        Target { rulebook: server.intake.rulebook().clone(), rehearsal: Rehearsal { seed } };
    let replay = Replay::new(&server.url(), target)?;
    if !args.hold {
        replay.release().await?;
    }
    let started = Instant::now();
    let line = async |sent: usize, _| {
        let progress = server.intake.progress();
        let rate = sent as f64 / started.elapsed().as_secs_f64().max(0.001);
        let flagged = server.intake.look(flagged).await.unwrap_or(0);
        let (received, expected) = (progress.received, progress.expected);
        format!("{received} of {expected} in · {rate:.0} reports/s · {flagged} with findings")
    };
    replay.send_all(entries, args.speed, line).await
}

/// How many units' forms do not close, or ask for a look.
fn flagged(desk: &desk::Desk) -> usize {
    let board = desk.ledger().board();
    let units = desk.ledger().rulebook().election().units().all();
    let counted = units.filter_map(|(unit, _)| board.unit(unit).counted());
    counted.filter(|reading| !reading.returns.findings().is_empty()).count()
}

/// The night's table, from the room's own board: the operator's screen, not the public's.
async fn show_night(args: &DemoArgs, server: &Server) -> Result<(), Stop> {
    if args.hold {
        say::line("everything is in and nothing is released")?;
        return Ok(());
    }
    let time = clock::now().seconds();
    let text = server.intake.look(move |desk| {
        let (size, mode) = (desk.size(), desk.ledger().rulebook().mode());
        let edition = Edition { sequence: 0, size, time, mode };
        table::night(&View::of(desk.ledger(), edition))
    });
    say::line(format_args!("\n{}", text.await.map_err(Stop::failed)?))?;
    Ok(())
}

async fn finish(args: &DemoArgs, server: Server, dir: &Path) -> Result<ExitCode, Stop> {
    let places = Places::new(dir);
    let (bundle, policy) = (places.bundle(), places.policy());
    say::line(format_args!("bundle  {}", bundle.display()))?;
    say::line(format_args!("policy  {}", policy.display()))?;
    say::line(format_args!(
        "check   countersign verify {} --policy {}",
        bundle.display(),
        policy.display()
    ))?;
    if !args.exit {
        let stopped = serve::until_stopped()?;
        let origin = Origin::start(&bundle, ANY_PORT)?;
        say::line(format_args!("site    {}   (Ctrl-C stops it)", origin.url))?;
        stopped.await;
    }
    server.stop().await;
    Ok(ExitCode::SUCCESS)
}
