//! `countersign keys`: how people get keys that sign, from the envelope to the log.
//!
//! ```text
//! new      a device makes its key, which never leaves it
//! codes    a registrar makes one-time codes: envelopes to print, commitments to sign
//! request  the device asks with the code from the envelope
//! enrol    the registrar checks who asks, and writes the record that enrols them
//! revoke   a device is lost: its key goes
//! history  what became of every key of a unit
//! ```
//!
//! What they write is signed with `countersign sign` and handed in with `countersign send`.

mod codes;
mod enrol;
mod envelopes;
mod history;
mod private;
mod table;

use std::process::ExitCode;

use crate::{args::KeysCommand, exit::Stop};

pub(crate) use private::read as read_private;

pub(crate) fn run(command: &KeysCommand) -> Result<ExitCode, Stop> {
    match command {
        KeysCommand::New(args) => private::make(args),
        KeysCommand::Codes(args) => codes::run(args),
        KeysCommand::Request(args) => enrol::request(args),
        KeysCommand::Enrol(args) => enrol::run(args),
        KeysCommand::Revoke(args) => enrol::revoke(args),
        KeysCommand::History(args) => history::run(args),
    }?;
    Ok(ExitCode::SUCCESS)
}
