//! The program: arguments, configuration, wiring.
//! It holds no rule of any election, form, log or verification; those are in the crates that it
//! wires together.
//! People at a terminal, tests from outside and other programs build on its commands and their
//! exit statuses.
//!
//! ```text
//! countersign demo elections/iowa-2020      a recorded night, through the real intake, to a site
//! countersign verify DIR/bundle --policy DIR/policy.txt
//! ```

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "these panic when nobody reads")]

mod args;
mod bench;
mod clock;
mod definition;
mod demo;
mod eml;
mod exit;
mod folder;
mod init;
mod keys;
mod mirror;
mod offline;
mod papers;
mod places;
mod progress;
mod publisher;
mod receipt;
mod replay;
mod say;
mod seats;
mod serve;
mod sources;
mod table;
mod verdict;
mod witness;
mod witnesses;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Command, exit::Stop};

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return args::usage(&error),
    };
    match run(args.command) {
        Ok(status) => status,
        Err(stop) => {
            say::complain(&stop);
            stop.status()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Tally(args) => offline::run(&args),
        Command::Seats(args) => seats::run(&args),
        Command::Verify(args) => verdict::run(&args),
        Command::Witness(args) => witness::run(&args),
        Command::Mirror(args) => mirror::run(&args),
        Command::Keys(command) => keys::run(&command),
        Command::Sign(args) => papers::sign(&args),
        Command::Send(args) => papers::send(&args),
        Command::Attest(args) => papers::attest(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
