//! `countersign serve`: the room, its intake, the publisher, and the origin as a child.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};

use http::{
    Intake, Limits, Rehearsal,
    room::{Export, Room},
};
use store::{files, log::Log, writer::Writer};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{oneshot, watch},
    task::JoinHandle,
};

use crate::{
    args::ServeArgs, clock, exit::Stop, places::Places, publisher::Site, say, verdict::read_policy,
    witnesses::Witnesses,
};

/// How often it is looked whether all parts still run.
const WATCH: Duration = Duration::from_secs(1);
/// Any free port of this machine.
pub(crate) const ANY_PORT: &str = "127.0.0.1:0";

pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Stop> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let stopped = until_stopped()?;
        let mut server = Server::start(&args.dir, args.listen, &args.ignore_witness).await?;
        say::note(format_args!("records come in at {}", server.url()));
        let bundle = Places::new(&args.dir).bundle();
        tokio::select! {
            stop = open_public_side(args, &mut server, &bundle) => return Err(stop),
            () = stopped => {}
        }
        say::note("stopping: every record that was answered is in the log");
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Serves the bundle as soon as there is one, and starts the child again whenever it ends. Whatever
/// happens on the public side, records go on coming in; it returns only when they cannot.
async fn open_public_side(args: &ServeArgs, server: &mut Server, bundle: &Path) -> Stop {
    if let Err(stop) = server.until_published(1).await {
        return stop;
    }
    let mut origin = None;
    if args.no_origin {
        say::note(format_args!("the public site is left to another host: {}", bundle.display()));
    } else {
        origin = open_origin(bundle, ANY_PORT);
    }
    loop {
        tokio::time::sleep(WATCH).await;
        if let Some(stop) = server.broken().await {
            return stop;
        }
        if let Some(ended) = origin.take_if(|origin| origin.has_ended()) {
            say::complain("the public site's program has ended; starting it again");
            origin = open_origin(bundle, ended.address());
        }
    }
}

fn open_origin(bundle: &Path, listen: &str) -> Option<Origin> {
    match Origin::start(bundle, listen) {
        Ok(origin) => {
            say::note(format_args!("the public site is at {}", origin.url));
            Some(origin)
        }
        Err(stop) => {
            say::complain(format_args!("the public site is not served here: {stop}"));
            None
        }
    }
}

/// One thread for the sockets. The checking pool has a thread for every core and the log one of
/// its own; a second thread here only made batches smaller (measured: 200 µs of CPU a record with
/// two, 170 µs with one).
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().map_err(Stop::failed)
}

/// The way in, without a public side.
pub(crate) struct Door {
    pub(crate) intake: Intake,
    writer: Writer<Room>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    http: JoinHandle<()>,
}

impl Door {
    /// Opens the log, which recovers everything from its entries, asks the witnesses whether it is
    /// the newest of its kind, and listens.
    pub(crate) async fn open(
        dir: &Path,
        listen: SocketAddr,
        ignored: &[String],
    ) -> Result<(Self, Witnesses), Stop> {
        let places = Places::new(dir);
        let key = places.ed25519("log", &origin(dir)?)?;
        let public = key.public().clone();
        let log = Log::open(&places.log()).map_err(Stop::input)?;
        let room = Room::open(&log, key, Box::new(clock::now)).map_err(Stop::input)?;
        let (intake, writer) = Intake::start(log, room).map_err(Stop::failed)?;
        let policy = read_policy(&places.policy())?;
        let mut witnesses = Witnesses::start(policy, &public, ignored, &intake)?;
        let Export { size, checkpoint, .. } =
            intake.export(u64::MAX).await.map_err(Stop::failed)?;
        witnesses.guard(size, &checkpoint).await?;
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|e| Stop::input(format_args!("{listen}: {e}")))?;
        let address = listener.local_addr().map_err(Stop::failed)?;
        // Whoever has the seed signs for everyone, so it never leaves this machine.
        let seed = places.read_secret("rehearsal")?.filter(|_| address.ip().is_loopback());
        let rehearsal = seed.map(|seed| Rehearsal { seed });
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let serving = http::serve(listener, intake.clone(), rehearsal, Limits::default(), stopped);
        Ok((Self { intake, writer, address, stop, http: tokio::spawn(serving) }, witnesses))
    }

    /// Where records come in.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers what is under way and closes the log.
    pub(crate) async fn close(self) {
        let _ = self.stop.send(());
        let _ = self.http.await;
        drop(self.intake);
        let _ = tokio::task::spawn_blocking(|| self.writer.stop()).await;
    }
}

/// The log's name.
pub(crate) fn origin(dir: &Path) -> Result<String, Stop> {
    files::read_text(&dir.join("origin")).map_err(Stop::input)
}

/// A server that runs.
pub(crate) struct Server {
    pub(crate) intake: Intake,
    door: Door,
    publisher: JoinHandle<Stop>,
    published: watch::Receiver<u64>,
}

impl Server {
    /// Opens the door, and publishes what may be public.
    pub(crate) async fn start(
        dir: &Path,
        listen: SocketAddr,
        ignored: &[String],
    ) -> Result<Self, Stop> {
        let places = Places::new(dir);
        let (door, witnesses) = Door::open(dir, listen, ignored).await?;
        let intake = door.intake.clone();
        let publisher_key = places.ed25519("publisher", &format!("{}/publisher", origin(dir)?))?;
        let site = Site::new(places.bundle(), intake.rulebook().clone(), publisher_key);
        let (sender, published) = watch::channel(0);
        let publisher = tokio::spawn(site.run(intake.clone(), witnesses, sender));
        Ok(Self { intake, door, publisher, published })
    }

    /// Where records come in.
    pub(crate) fn url(&self) -> String {
        self.door.url()
    }

    /// Waits until everything up to this position is published.
    pub(crate) async fn until_published(&mut self, size: u64) -> Result<(), Stop> {
        let waited = self.published.wait_for(|published| *published >= size).await;
        waited.map(|_| ()).map_err(|_| Stop::failed("the publisher has stopped"))
    }

    /// Has something ended that should run for as long as the server does? Then it says why: a
    /// program that ends is started again by whoever watches it, one that only looks alive is not.
    async fn broken(&mut self) -> Option<Stop> {
        if self.door.writer.has_ended() {
            return Some(Stop::failed("the log's writer has stopped"));
        }
        if !self.publisher.is_finished() {
            return None;
        }
        let ended = (&mut self.publisher).await;
        Some(ended.unwrap_or_else(|_| Stop::failed("the publisher has stopped")))
    }

    /// Lets the edition under way come out, answers what is under way and closes the log.
    pub(crate) async fn stop(self) {
        self.publisher.abort();
        let _ = self.publisher.await;
        drop(self.intake);
        self.door.close().await;
    }
}

/// Waits for Ctrl-C or a request to terminate. From this call on neither ends the program by itself,
/// so it comes before anybody is told where to send.
pub(crate) fn until_stopped() -> Result<impl Future<Output = ()>, Stop> {
    let mut pressed = signal(SignalKind::interrupt()).map_err(Stop::failed)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(Stop::failed)?;
    Ok(async move {
        tokio::select! {
            _ = pressed.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// The public side: another program, which can read one folder and ends with this one.
pub(crate) struct Origin {
    child: Child,
    /// Where the site is.
    pub(crate) url: String,
}

impl Origin {
    /// `listen` is an address of this machine; port 0 is any that is free.
    pub(crate) fn start(folder: &Path, listen: &str) -> Result<Self, Stop> {
        let own = std::env::current_exe().map_err(Stop::failed)?;
        let program = own.with_file_name("countersign-origin");
        let mut command = Command::new(&program);
        command.arg(folder).args(["--listen", listen, "--with-parent"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| Stop::file(&program, e))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|e| Stop::file(&program, e))?;
        }
        match line.trim().rsplit_once(' ') {
            Some((_, url)) => Ok(Self { child, url: url.to_owned() }),
            None => Err(Stop::file(&program, "it did not start")),
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Where it listened, so that the next one can be found at the same place.
    fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }
}
