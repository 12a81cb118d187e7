//! `strace` on a server that runs.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::server::Server;

/// Lets this `strace` follow the server. `None` where that may not be.
pub(crate) fn attach(mut strace: Command, server: &Server) -> Option<Child> {
    strace.arg("-p").arg(server.child.id().to_string()).stderr(Stdio::piped());
    let mut strace = strace.spawn().ok()?;
    let mut said = String::new();
    BufReader::new(strace.stderr.as_mut()?).read_line(&mut said).unwrap();
    said.contains(" attached").then_some(strace)
}
