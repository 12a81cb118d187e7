//! Clients that break off, dawdle, shout, or knock at the wrong door.

use std::time::Duration;

use http::Limits;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::server::{Answer, Server};

#[tokio::test]
async fn wrong_methods_and_paths_are_named() {
    let server = Server::empty().await;
    let check = async |method: &str, path: &str, status, code: &str, allow: &str| {
        let answer = server.ask(method, path, b"").await;
        let json = answer.json();
        assert_eq!((answer.status, &json["code"]), (status, &code.into()), "{method} {path}");
        let allowed = answer.head.lines().find_map(|line| line.strip_prefix("allow: "));
        assert_eq!(allowed.unwrap_or_default(), allow, "{method} {path}");
        assert!(json["expected"].is_string() && json["found"].is_string(), "{json}");
    };
    check("GET", "/v1/records", 405, "method_not_allowed", "post").await;
    check("PUT", "/v1/records", 405, "method_not_allowed", "post").await;
    check("DELETE", "/v1/records/batch", 405, "method_not_allowed", "post").await;
    check("POST", "/v1/progress", 405, "method_not_allowed", "get,head").await;
    check("POST", "/v1/receipts/00", 405, "method_not_allowed", "get,head").await;
    check("GET", "/", 404, "not_found", "").await;
    check("POST", "/v1/record", 404, "not_found", "").await;
    check("GET", "/v1/receipts/", 404, "not_found", "").await;
    check("GET", "/v1/receipts/%ff", 400, "malformed", "").await;
    check("GET", "/v1/receipts/00", 400, "malformed", "").await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_both_numbers() {
    let server = Server::ready().await;
    let answer = server.post(&vec![b'x'; (1 << 20) + 7]).await;
    let json = answer.json();
    assert_eq!((answer.status, &json["code"]), (413, &"too_large".into()));
    assert_eq!((&json["expected"], &json["found"]), (&(1 << 20).into(), &((1 << 20) + 7).into()));
    // Without an announced length the server finds out on the way.
    let chunk =
        [format!("{:x}\r\n", (1 << 20) + 1).as_bytes(), &vec![b'x'; (1 << 20) + 1]].concat();
    let head = b"POST /v1/records HTTP/1.1\r\nHost: tiny\r\nConnection: close\r\n\
                 Transfer-Encoding: chunked\r\n\r\n";
    let answer = server.raw(&[head, chunk.as_slice(), b"\r\n0\r\n\r\n"].concat()).await;
    assert_eq!((answer.status, &answer.json()["code"]), (413, &"too_large".into()));
    assert_eq!(server.post(&server.night.signed("S001")).await.status, 201);
}

#[tokio::test]
async fn a_body_that_breaks_off_stores_nothing() {
    let server = Server::ready().await;
    let note = server.night.signed("S001");
    let head = format!(
        "POST /v1/records HTTP/1.1\r\nHost: tiny\r\nContent-Length: {}\r\n\r\n",
        note.len()
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&[head.as_bytes(), &note[..note.len() - 1]].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = Answer::read(stream).await;
    assert_eq!((answer.status, &answer.json()["code"]), (400, &"truncated".into()));
    assert_eq!(server.intake.progress().received, 0);
    assert_eq!(server.post(&note).await.status, 201);
}

#[tokio::test]
async fn whoever_dawdles_is_sent_away() {
    let brief = Duration::from_millis(50);
    let limits = Limits { head: brief, body: brief, ..Limits::default() };
    let server = Server::with(limits).await;
    let check = async |bytes: &[u8], status: u16| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        assert_eq!(Answer::read(stream).await.status, status);
    };
    check(b"", 0).await;
    check(b"POST /v1/records HTTP/1.1\r\nHost:", 0).await;
    check(b"POST /v1/records HTTP/1.1\r\nHost: tiny\r\nContent-Length: 9\r\n\r\nabc", 408).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::empty().await;
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20 << 10));
    assert_eq!(server.raw(head.as_bytes()).await.status, 431);
    assert_eq!(server.raw(b"nonsense\r\n\r\n").await.status, 400);
}

#[tokio::test]
async fn a_server_that_stops_answers_what_is_under_way() {
    let server = Server::ready().await;
    let note = server.night.signed("S001");
    let head = format!(
        "POST /v1/records HTTP/1.1\r\nHost: tiny\r\nContent-Length: {}\r\n\r\n",
        note.len()
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The answer to another request shows that the server has seen this one's head.
    server.get("/v1/progress").await;
    let (reading, writing) = stream.into_split();
    let stopping = tokio::spawn(server.stop());
    let mut writing = writing;
    writing.write_all(&note).await.unwrap();
    let answer = Answer::read(reading.reunite(writing).unwrap()).await;
    assert_eq!(answer.status, 201);
    let (log, ..) = stopping.await.unwrap();
    assert_eq!(log.size().unwrap(), 4);
}
