//! A running server, and the barest of clients: a library would tidy up the very bytes that are
//! tested.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use desk::first_append;
use election::Instant;
use http::{Intake, Limits, Rehearsal, client::Sender, room::Room, serve};
use store::{
    log::{Log, NewEntry, SignedCheckpoint, UnixMillis},
    writer::Writer,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::night::{self, Night, RELEASE};

/// A running server.
pub(crate) struct Server {
    pub(crate) intake: Intake,
    pub(crate) night: Night,
    pub(crate) address: SocketAddr,
    /// The server's clock, in seconds since 1970.
    pub(crate) clock: Arc<AtomicI64>,
    writer: Writer<Room>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    log: PathBuf,
    folder: tempfile::TempDir,
}

/// An answer, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// A server with its definition, and nothing else in the log.
    pub(crate) async fn empty() -> Server {
        Server::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut log = Log::create(&path).unwrap();
        let first = first_append(night::definition(), night::log_key()).unwrap();
        let entry = &first.entries[0];
        let entry =
            NewEntry { id: *entry.id.as_bytes(), note: &entry.note, received: UnixMillis(0) };
        log.append(0, &[entry], &SignedCheckpoint { size: 1, note: first.checkpoint }).unwrap();
        drop(log);
        Server::open(folder, &path, limits).await
    }

    /// A server that knows the keys of every station's members.
    pub(crate) async fn ready() -> Server {
        let server = Server::empty().await;
        for note in [server.night.enrol(), server.night.revoke()] {
            assert_eq!(server.post(&note).await.status, 201);
        }
        server
    }

    async fn open(folder: tempfile::TempDir, path: &Path, limits: Limits) -> Server {
        let log = Log::open(path).unwrap();
        let clock = Arc::new(AtomicI64::new(RELEASE - 1));
        let now = Arc::clone(&clock);
        let clock_of_room = Box::new(move || Instant::from_seconds(now.load(Ordering::SeqCst)));
        let room = Room::open(&log, night::log_key(), clock_of_room).unwrap();
        let (intake, writer) = Intake::start(log, room).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let rehearsal = Some(Rehearsal { seed: [7; 32] });
        let stopped = async { drop(stopped.await) };
        let serving = tokio::spawn(serve(listener, intake.clone(), rehearsal, limits, stopped));
        let (night, log) = (Night::new(), path.to_owned());
        Server { intake, night, address, clock, writer, stop, serving, log, folder }
    }

    /// Stops in an orderly way; gives back the log, and where it is.
    pub(crate) async fn stop(self) -> (Log, PathBuf, tempfile::TempDir) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
        let (log, _) = self.writer.stop();
        (log, self.log, self.folder)
    }

    pub(crate) async fn restart(self) -> Server {
        let (log, path, folder) = self.stop().await;
        drop(log);
        Server::open(folder, &path, Limits::default()).await
    }

    pub(crate) fn sender(&self, connections: usize) -> Sender {
        let url = format!("http://{}", self.address);
        Sender::new(&url, connections, Duration::from_secs(30)).unwrap()
    }

    pub(crate) async fn post(&self, note: &[u8]) -> Answer {
        self.ask("POST", "/v1/records", note).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, b"").await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: tiny\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.raw(&[head.as_bytes(), body].concat()).await
    }

    /// Sends bytes, says that no more will come, and reads until the server closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        Answer::read(stream).await
    }
}

impl Answer {
    pub(crate) async fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}
