//! Makes election folders out of published figures: `cargo xtask convert iowa|nl-tk|eml510 …`.
//! It corrects nothing and fills in nothing: what the source does not say, the folder leaves out.
//! Nothing builds on it; the folders under `elections/` are what it wrote, byte for byte.
//!
//! ```text
//! elections/iowa-2020/
//!   election.json    names, calendar, contests, forms with their rules
//!   units.csv        the tree of units
//!   night/           labels.txt, 01-caucus.csv: who handed in what, in which order
//!   PROVENANCE.md    made from what, by which command, what was left out
//! ```

mod eml510;
mod error;
mod folder;
mod iowa;
mod json;
mod nl_tk;
mod source;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use error::ConvertError;

/// Published figures -> an election folder.
#[derive(Parser)]
#[command(name = "cargo xtask convert")]
struct Arguments {
    #[command(subcommand)]
    source: Source,
    /// The folder to write; what it holds of the same names is replaced.
    #[arg(long, global = true, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Source {
    /// The Iowa caucuses of 2020, from one row a site.
    Iowa {
        /// One row a site, with the release in which it first appeared.
        precincts: PathBuf,
    },
    /// A Dutch parliamentary election, from the Electoral Council's open data.
    NlTk {
        /// Votes by polling station and list.
        stations: PathBuf,
        /// The official result by municipality, district, province and country.
        official: PathBuf,
    },
    /// One municipality, from its count in EML_NL 510b.
    Eml510 {
        /// The count, `Telling_….eml.xml`.
        count: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("convert: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, ConvertError> {
    let out = arguments.out.as_deref().ok_or(ConvertError::NoFolder)?;
    let folder = match &arguments.source {
        Source::Iowa { precincts } => iowa::convert(&source::Table::open(precincts, b',')?)?,
        Source::NlTk { stations, official } => nl_tk::convert(
            &source::Table::open(stations, b';')?,
            &source::Table::open(official, b';')?,
        )?,
        Source::Eml510 { count } => {
            eml510::convert(&count.display().to_string(), &source::text(count)?)?
        }
    };
    folder.write(out)
}
