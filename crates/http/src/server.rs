//! Connections: accepted, limited, and brought to an end in an orderly way.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use crate::{
    intake::Intake,
    routes::{self, App, Rehearsal},
};

/// How long and how much the server waits for. The defaults are for a night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the whole head of a request, and so for the next one on a quiet connection.
    pub head: Duration,
    /// For the whole body: 16 MiB in this time is 4 Mbit/s; a form of 2 kB is through at once.
    pub body: Duration,
    /// For requests under way when the server stops.
    pub farewell: Duration,
    /// Connections at a time; the next one waits to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            farewell: Duration::from_secs(10),
            connections: 1024,
        }
    }
}

/// A request's head in bytes, 16 kB: a path of 100 and the headers that a browser sends.
const MAX_HEAD: usize = 16 << 10;
/// How long to wait when the system has no connection to give (no file handles left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready and every request under way is answered.
pub async fn serve(
    listener: TcpListener,
    intake: Intake,
    rehearsal: Option<Rehearsal>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    serve_router(listener, routes::router(App { intake, limits, rehearsal }), limits, stop).await;
}

pub(crate) async fn serve_router(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept_all(&listener, &router, limits, &connections) => {}
        () = stop => {}
    }
    drop(listener);
    // Who is slower than this loses the connection and, holding no receipt, sends again.
    let _ = timeout(limits.farewell, connections.shutdown()).await;
}

async fn accept_all(
    listener: &TcpListener,
    router: &Router,
    limits: Limits,
    connections: &GracefulShutdown,
) {
    let room = Arc::new(Semaphore::new(limits.connections));
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let watcher = connections.watcher();
                tokio::spawn(connection(stream, router.clone(), limits, watcher, place));
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    watcher: Watcher,
    _place: OwnedSemaphorePermit,
) {
    // An answer is one small write; waiting for more would cost its reader 40 ms.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // A connection that breaks concerns nobody but its own sender, who got no answer.
    let _ = watcher.watch(connection).await;
}
