//! The command line. Names are a contract: tests outside the project use them.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, process::ExitCode, str::FromStr};

use clap::{Args as ClapArgs, Parser, Subcommand, error::ErrorKind};
use election::Method;

use crate::say;

/// Carries an election's results from the polling-station table to the public page, and lets
/// anyone recompute them.
#[derive(Parser)]
#[command(
    name = "countersign",
    version,
    after_help = "Exit status: 0 holds / done, 1 a check failed, 2 bad input or usage, 3 could not be checked."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make keys, database, log and policy for an election in a new folder
    Init(InitArgs),
    /// Take records in and publish them
    Serve(ServeArgs),
    /// Play a recorded night: init, serve and replay, up to the site and its verification
    Demo(DemoArgs),
    /// Send a recorded night to a running server
    Replay(ReplayArgs),
    /// Figures and findings of a recorded night, offline
    Tally(TallyArgs),
    /// Votes to seats: a question in JSON on standard input, the answer on standard output
    Seats(SeatsArgs),
    /// Recompute everything from published files alone
    Verify(VerifyArgs),
    /// Hold logs of others to account: cosign what continues the checkpoint seen last
    Witness(WitnessArgs),
    /// Follow a published log: verify and keep all of it, cosign what is kept, serve it
    Mirror(MirrorArgs),
    /// Keys for people: make one on a device, give out codes, enrol, revoke, look up
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Say what a record says, and sign it with a key of this device
    Sign(SignArgs),
    /// Hand signed records in, and keep their receipts
    Send(SendArgs),
    /// Write the record by which a committee vouches for a range of the log
    Attest(AttestArgs),
    /// Measure speed, each number beside a floor measured in the same run
    Bench(BenchArgs),
}

#[derive(ClapArgs)]
pub(crate) struct InitArgs {
    /// The folder to make; it must not be there or be empty
    pub(crate) dir: PathBuf,
    /// The election's folder, with election.json and units.csv
    #[arg(long, value_name = "FOLDER")]
    pub(crate) election: PathBuf,
    /// A live election: people enrol their own keys, and no recorded night can be replayed into it
    #[arg(long, requires = "officers")]
    pub(crate) live: bool,
    /// Who releases, decides and enrols in a live election: lines "PERSON VKEY", each key made by
    /// `countersign keys new` on that person's own device
    #[arg(long, value_name = "FILE", requires = "live")]
    pub(crate) officers: Option<PathBuf>,
    /// The log's name, an address without its scheme
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: Option<String>,
    /// Lines "witness NAME VKEY URL", "group" and "quorum" of a C2SP policy: who holds this log to
    /// account, and how many of them it takes. They go into DIR/policy.txt
    #[arg(long, value_name = "FILE")]
    pub(crate) witnesses: Option<PathBuf>,
}

/// Where the definition is that something is made under.
#[derive(ClapArgs)]
pub(crate) struct Under {
    /// The server whose election it is, such as http://127.0.0.1:8440
    #[arg(long, value_name = "URL", required_unless_present = "definition")]
    pub(crate) server: Option<String>,
    /// Instead of a server: its definition in a file, as GET /v1/definition answers it
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    pub(crate) definition: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a private key in a file on this device; its public half is printed
    New(NewKeyArgs),
    /// Make one-time codes: envelopes to print, and the record with the commitments to them
    Codes(CodesArgs),
    /// Ask for a key to be enrolled, with the code from an envelope
    Request(RequestArgs),
    /// Write the record that enrols the keys of those who asked with their code
    Enrol(EnrolArgs),
    /// Write the record that revokes a key: a lost device, a member who was replaced
    Revoke(RevokeArgs),
    /// What became of every key, as a bundle tells it
    History(HistoryArgs),
}

#[derive(ClapArgs)]
pub(crate) struct NewKeyArgs {
    /// The file to make; it must not be there. Nobody but its owner can read it
    pub(crate) file: PathBuf,
    /// The key's name, which stands on everything that it signs
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(ClapArgs)]
pub(crate) struct CodesArgs {
    /// Who gets a code: a table in CSV with the columns unit, person and, if wanted, role
    /// (member or registrar)
    pub(crate) people: PathBuf,
    #[command(flatten)]
    pub(crate) under: Under,
    /// The folder for envelopes.html, invite.txt and codes.json
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct RequestArgs {
    /// The private key on this device
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Who asks, as it stands on the sheet in the envelope
    #[arg(long, value_name = "NAME")]
    pub(crate) person: String,
    /// For which unit, as it stands there
    #[arg(long, value_name = "ID")]
    pub(crate) unit: String,
    #[command(flatten)]
    pub(crate) under: Under,
    /// Where to write the request; otherwise standard output. The code is read from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct EnrolArgs {
    /// The requests
    #[arg(required = true, value_name = "REQUEST")]
    pub(crate) requests: Vec<PathBuf>,
    /// The codes.json of `keys codes`
    #[arg(long, value_name = "FILE")]
    pub(crate) codes: PathBuf,
    /// Why, where it is not the first key of somebody
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Where to write the record
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct RevokeArgs {
    /// The record that enrolled the key; for an officer's the definition
    pub(crate) enrolled: PathBuf,
    /// Whose key it is
    #[arg(long, value_name = "NAME")]
    pub(crate) person: String,
    /// Only the key for this unit, where the record enrols several of theirs
    #[arg(long, value_name = "ID")]
    pub(crate) unit: Option<String>,
    /// Why; everyone can read it, from the first report of turnout on
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Where to write the record
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct HistoryArgs {
    /// The bundle: a folder, or the address where it is served
    #[arg(value_name = "URL|DIR")]
    pub(crate) bundle: String,
    /// Only of this unit
    #[arg(long, value_name = "ID")]
    pub(crate) unit: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct SignArgs {
    /// The record: a text that nobody signed yet, or one with signatures
    pub(crate) file: PathBuf,
    /// The private key on this device; without it the record is only shown
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct SendArgs {
    /// The records; the receipt of each is written beside it
    #[arg(required = true, value_name = "RECORD")]
    pub(crate) files: Vec<PathBuf>,
    /// The server's address, such as http://127.0.0.1:8440
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,
}

#[derive(ClapArgs)]
pub(crate) struct AttestArgs {
    /// The records of the range, as the committee has them
    #[arg(required = true, value_name = "RECORD")]
    pub(crate) files: Vec<PathBuf>,
    /// The unit whose committee vouches
    #[arg(long, value_name = "ID")]
    pub(crate) unit: String,
    /// The first position of the range
    #[arg(long, value_name = "N")]
    pub(crate) first: u64,
    /// The last position of the range
    #[arg(long, value_name = "N")]
    pub(crate) last: u64,
    #[command(flatten)]
    pub(crate) under: Under,
    /// Where to write the record
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct SeatsArgs {
    /// Print every step as a table for people, instead of the answer in JSON
    #[arg(long)]
    pub(crate) steps: bool,
}

#[derive(ClapArgs)]
pub(crate) struct ServeArgs {
    /// The folder that `countersign init` made
    pub(crate) dir: PathBuf,
    /// Where records come in; the public side listens on a free port of its own
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8440")]
    pub(crate) listen: SocketAddr,
    /// Start no public side: another host serves DIR/bundle
    #[arg(long)]
    pub(crate) no_origin: bool,
    /// Do not ask this witness of DIR/policy.txt, which says something that is wrong
    #[arg(long, value_name = "NAME")]
    pub(crate) ignore_witness: Vec<String>,
}

#[derive(ClapArgs)]
pub(crate) struct DemoArgs {
    /// The election's folder
    #[arg(default_value = "elections/iowa-2020")]
    pub(crate) folder: PathBuf,
    /// Stop after this part of the night
    #[arg(long, value_name = "LABEL")]
    pub(crate) until: Option<String>,
    /// How many times faster than the recorded night, or `max`
    #[arg(long, value_name = "N|max", default_value = "max")]
    pub(crate) speed: Speed,
    /// Where to keep the log and the bundle; otherwise a new temporary folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Everything comes in and nothing is released: the bundle is what the public host serves
    /// before the release moment
    #[arg(long)]
    pub(crate) hold: bool,
    /// Stop when the night is over instead of leaving the site up
    #[arg(long)]
    pub(crate) exit: bool,
}

#[derive(ClapArgs)]
pub(crate) struct ReplayArgs {
    /// The election's folder
    pub(crate) folder: PathBuf,
    /// The server's address, such as http://127.0.0.1:8440
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,
    /// Stop after this part of the night
    #[arg(long, value_name = "LABEL")]
    pub(crate) until: Option<String>,
    /// How many times faster than the recorded night, or `max`
    #[arg(long, value_name = "N|max", default_value = "max")]
    pub(crate) speed: Speed,
    /// Release nothing
    #[arg(long)]
    pub(crate) hold: bool,
}

#[derive(ClapArgs)]
pub(crate) struct TallyArgs {
    /// The election's folder; or files in EML_NL of one election: counts (510a to 510d), and as
    /// wanted its definition (110a), polling stations (110b), candidates (230b) and result (520)
    #[arg(required = true, value_name = "FOLDER|FILE.eml.xml")]
    pub(crate) paths: Vec<PathBuf>,
    /// How many seats there are, where no file says it
    #[arg(long, value_name = "N")]
    pub(crate) seats: Option<u64>,
    /// The law, as in `countersign seats`, where it does not follow from the kind of election
    #[arg(long, value_name = "METHOD", value_parser = method)]
    pub(crate) method: Option<Method>,
    /// Only up to the end of this part of the night
    #[arg(long, value_name = "LABEL")]
    pub(crate) until: Option<String>,
    /// One JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct VerifyArgs {
    /// The bundle: a folder, or the address where it is served
    #[arg(value_name = "URL|DIR", required_unless_present_any = ["receipt", "split_view"])]
    pub(crate) bundle: Option<String>,
    /// What to trust: the log's key, witnesses and quorum, the definition's hash
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// A checkpoint of this log that was seen before: the log must continue it
    #[arg(long, value_name = "CHECKPOINT", requires = "bundle")]
    pub(crate) seen: Option<PathBuf>,
    /// Where to keep the proof when the log does not continue the checkpoint of --seen
    #[arg(long, value_name = "FILE", requires = "seen")]
    pub(crate) evidence: Option<PathBuf>,
    /// Draw the pages again and compare them byte for byte
    #[arg(long, requires = "bundle")]
    pub(crate) render: bool,
    /// Instead of a bundle: the receipt of one record, checked offline
    #[arg(long, value_name = "FILE", requires = "record", conflicts_with = "bundle")]
    pub(crate) receipt: Option<PathBuf>,
    /// The record that the receipt is of, as it was sent
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub(crate) record: Option<PathBuf>,
    /// Write the receipt as one QR code, a picture in SVG, for printing
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub(crate) qr: Option<PathBuf>,
    /// Instead of a bundle: the proof that a log has shown two histories
    #[arg(long, value_name = "FILE", requires = "policy", conflicts_with_all = ["bundle", "receipt", "json"])]
    pub(crate) split_view: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct WitnessArgs {
    /// The witness's folder, made at the first start: its key and what it remembers
    pub(crate) dir: PathBuf,
    /// Follow the logs of this policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,
    /// Follow the log with this public key
    #[arg(long, value_name = "VKEY")]
    pub(crate) log: Vec<String>,
    /// The witness's name at its first start, an address without its scheme
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Where logs ask it
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8450")]
    pub(crate) listen: SocketAddr,
}

#[derive(ClapArgs)]
pub(crate) struct MirrorArgs {
    /// The mirror's folder, made at the first start: its key, what it cosigned, the bundle
    pub(crate) dir: PathBuf,
    /// Where the bundle is served
    pub(crate) url: String,
    /// What to trust: the log's key, witnesses and quorum, the definition's hash
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,
    /// The mirror's name at its first start, an address without its scheme
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How often to look for a new edition
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
    /// Catch up once and stop: exit status 1 when something does not hold
    #[arg(long)]
    pub(crate) once: bool,
    /// Where what was cosigned last can be asked; the site listens on a free port of its own
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8460")]
    pub(crate) listen: SocketAddr,
}

#[derive(ClapArgs)]
pub(crate) struct BenchArgs {
    /// What to measure; when none is named, everything but verify-million, which takes some ten
    /// minutes and 3 GB among the temporary files
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// How many stations the country of verify-million has
    #[arg(long, value_name = "N", default_value = "1000000")]
    pub(crate) stations: NonZeroUsize,
    /// The election's folder
    #[arg(long, value_name = "FOLDER", default_value = "elections/nl-tk2025")]
    pub(crate) election: PathBuf,
    /// One JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// A method by its name in requests.
fn method(name: &str) -> Result<Method, String> {
    let known = |e: serde_json::Error| {
        // What the reader expected, without the place in a text that nobody wrote.
        e.to_string().split(" at line").next().unwrap_or_default().to_owned()
    };
    serde_json::from_value(serde_json::Value::from(name)).map_err(known)
}

/// How fast a recorded night is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// As fast as it goes.
    Max,
    /// So many times faster than it was.
    Times(u32),
}

impl FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("max", _) => Ok(Self::Max),
            (_, Ok(times)) if times > 0 => Ok(Self::Times(times)),
            _ => Err(format!("expected a whole number from 1, or max, found {text:?}")),
        }
    }
}

/// Answers a call that cannot be read: help on standard output, anything else as one line.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        say::note(error.to_string().trim_end());
        return ExitCode::SUCCESS;
    }
    say::complain(format_args!("{}; see countersign --help", one_line(error)));
    ExitCode::from(crate::exit::BAD_INPUT)
}

/// What is wrong, without the advice below it.
fn one_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "expected a command, found none".to_owned();
    }
    let text = error.to_string();
    let advice = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.take_while(advice).filter(|line| !line.starts_with("tip:"));
    let line = lines.collect::<Vec<_>>().join(" ");
    line.trim_start_matches("error: ").to_owned()
}
