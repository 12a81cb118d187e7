//! The public side: a web server for one folder of files, and nothing else. It is not part of the
//! night's work: it links no other crate of this workspace, so there is nothing in it that could
//! read a log or open a pack. `countersign serve` starts it as a child; any static host or CDN can
//! take its place.
//!
//! ```text
//! GET /                     index.html       asked again each time, by its ETag
//! GET /tile/0/x001/067      a full tile      kept for ever
//! GET /pack/5f2c…           a pack           kept for ever
//! everything else           404, always with the same words
//! ```
//!
//! Invariants: only `GET` and `HEAD`; nothing is listed; no hidden file and no link is followed; no
//! cookie, no log of who reads what. The folder may be exchanged for another at any moment, for
//! nothing of it is kept between two requests.

mod headers;
mod path;
mod site;

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Serves one folder of public files over HTTP, read-only.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder to serve.
    dir: PathBuf,
    /// Where to listen; port 0 takes a free one. The first line of output says which.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// End when standard input is closed, as it is when the program that started this one ends.
    #[arg(long)]
    with_parent: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("countersign-origin: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Serves until the parent is gone, or for ever. The error is one line for a person.
async fn serve(arguments: Arguments) -> Result<(), String> {
    let Arguments { dir, listen, with_parent } = arguments;
    if !dir.is_dir() {
        return Err(format!("{}: expected a folder to serve, found none", dir.display()));
    }
    let cannot_listen = |error: io::Error| format!("{listen}: cannot listen: {}", error.kind());
    let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    writeln!(io::stdout(), "listening on http://{address}/")
        .map_err(|error| format!("cannot say where it listens: {}", error.kind()))?;
    let server = axum::serve(listener, site::router(dir)).into_future();
    if with_parent {
        tokio::select! {
            served = server => served.map_err(cannot_listen),
            _ = stdin_closed() => Ok(()),
        }
    } else {
        server.await.map_err(cannot_listen)
    }
}

/// Answers when standard input ends, or cannot be read at all: the parent is gone either way. The
/// kernel closes the pipe however the parent ended.
fn stdin_closed() -> oneshot::Receiver<io::Result<u64>> {
    let (tell, closed) = oneshot::channel();
    // A thread of its own: a blocked read in the runtime's pool would keep the program from ending.
    thread::spawn(move || tell.send(io::copy(&mut io::stdin().by_ref(), &mut io::sink())));
    closed
}
