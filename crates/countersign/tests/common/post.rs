//! One request on one connection, so that a test sees the whole answer.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
};

use serde_json::Value;

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    #[allow(dead_code, reason = "one test uses it")]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends one record to `http://HOST:PORT`.
pub(crate) fn post(server: &str, note: &[u8]) -> Answer {
    try_post(server, note).unwrap()
}

/// The same to a server that may die at any moment; then there is an error, or half an answer, which
/// is none.
pub(crate) fn try_post(server: &str, note: &[u8]) -> io::Result<Answer> {
    let host = server.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host)?;
    let length = note.len();
    write!(
        stream,
        "POST /v1/records HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n"
    )?;
    stream.write_all(note)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Answer { status, head: head.to_lowercase(), body: body.to_owned() })
}
