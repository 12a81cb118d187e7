//! `countersign serve`: the room, its intake, the publisher, and the origin as a child.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
};

use http::{Intake, Limits, Rehearsal, room::Room};
use store::{files, log::Log, writer::Writer};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
};

use crate::{args::ServeArgs, clock, exit::Stop, places::Places, publisher::Site};

pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Stop> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut server = Server::start(&args.dir, args.listen).await?;
        println!("records come in at {}", server.url());
        let origin = Origin::start(&Places::new(&args.dir).bundle())?;
        println!("the public site is at {}", origin.url);
        server.until_stopped().await?;
        println!("stopping: every record that was answered is in the log");
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// As many threads as there are cores.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Stop::failed)
}

/// A server that runs.
pub(crate) struct Server {
    pub(crate) intake: Intake,
    writer: Writer<Room>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    http: JoinHandle<()>,
    publisher: JoinHandle<Result<(), Stop>>,
    published: watch::Receiver<u64>,
}

impl Server {
    /// Opens the log, which recovers everything from its entries, and listens.
    pub(crate) async fn start(dir: &Path, listen: SocketAddr) -> Result<Self, Stop> {
        let places = Places::new(dir);
        let origin = files::read_text(&dir.join("origin")).map_err(Stop::input)?;
        let key = places.ed25519("log", &origin)?;
        let log = Log::open(&places.log()).map_err(Stop::input)?;
        let room = Room::open(&log, key, Box::new(clock::now)).map_err(Stop::input)?;
        let (intake, writer) = Intake::start(log, room).map_err(Stop::failed)?;
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|e| Stop::input(format_args!("{listen}: {e}")))?;
        let address = listener.local_addr().map_err(Stop::failed)?;
        // Whoever has the seed signs for everyone, so it never leaves this machine.
        let seed = places.read_secret("rehearsal")?.filter(|_| address.ip().is_loopback());
        let rehearsal = seed.map(|seed| Rehearsal { seed });
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let (http_intake, site_intake) = (intake.clone(), intake.clone());
        let http =
            tokio::spawn(http::serve(listener, http_intake, rehearsal, Limits::default(), stopped));
        let publisher_key = places.ed25519("publisher", &format!("{origin}/publisher"))?;
        let site = Site::open(&places.bundle(), intake.rulebook().clone(), publisher_key)?;
        let (sender, published) = watch::channel(0);
        let publisher = tokio::spawn(site.run(site_intake, sender));
        Ok(Self { intake, writer, address, stop, http, publisher, published })
    }

    /// Where records come in.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until everything up to this position is published.
    pub(crate) async fn until_published(&mut self, size: u64) -> Result<(), Stop> {
        tokio::select! {
            waited = self.published.wait_for(|published| *published >= size) => {
                waited.map(|_| ()).map_err(|_| Stop::failed("the publisher has stopped"))
            }
            ended = &mut self.publisher => Err(publisher_ended(ended)),
        }
    }

    /// Waits for Ctrl-C or a request to terminate, or for the publisher to fail.
    pub(crate) async fn until_stopped(&mut self) -> Result<(), Stop> {
        let terminate = tokio::signal::unix::SignalKind::terminate();
        let mut terminated = tokio::signal::unix::signal(terminate).map_err(Stop::failed)?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map_err(Stop::failed),
            _ = terminated.recv() => Ok(()),
            ended = &mut self.publisher => Err(publisher_ended(ended)),
        }
    }

    /// Answers what is under way and closes the log.
    pub(crate) async fn stop(self) {
        self.publisher.abort();
        let _ = self.stop.send(());
        let _ = self.http.await;
        drop(self.intake);
        let _ = tokio::task::spawn_blocking(|| self.writer.stop()).await;
    }
}

fn publisher_ended(ended: Result<Result<(), Stop>, tokio::task::JoinError>) -> Stop {
    match ended {
        Ok(Err(stop)) => stop,
        Ok(Ok(())) => Stop::failed("the publisher has stopped"),
        Err(error) => Stop::failed(error),
    }
}

/// The public side: another program, which can read one folder and ends with this one.
pub(crate) struct Origin {
    _child: Child,
    /// Where the site is.
    pub(crate) url: String,
}

impl Origin {
    pub(crate) fn start(folder: &Path) -> Result<Self, Stop> {
        let own = std::env::current_exe().map_err(Stop::failed)?;
        let program = own.with_file_name("countersign-origin");
        let mut command = Command::new(&program);
        command.arg(folder).args(["--listen", "127.0.0.1:0", "--with-parent"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| Stop::file(&program, e))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|e| Stop::file(&program, e))?;
        }
        match line.trim().rsplit_once(' ') {
            Some((_, url)) => Ok(Self { _child: child, url: url.to_owned() }),
            None => Err(Stop::file(&program, "it did not start")),
        }
    }
}
