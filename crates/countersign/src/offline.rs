//! `countersign tally`: a recorded night without keys, log or server.

use std::{collections::HashMap, path::Path, process::ExitCode, sync::Arc};

use election::Mode;
use form::{Form, Forms};
use formats::{NightEntry, What};
use publish::{Edition, View, until_report};
use record::Digest;
use tally::{Board, ChainKey, Change, Placement, Reading};

use crate::{
    args::TallyArgs,
    eml,
    exit::Stop,
    folder::{self, Folder},
    say, table,
};

pub(crate) fn run(args: &TallyArgs) -> Result<ExitCode, Stop> {
    match &*args.paths {
        [folder] if folder.is_dir() => of_folder(folder, args),
        files => eml::run(files, args),
    }
}

fn of_folder(folder: &Path, args: &TallyArgs) -> Result<ExitCode, Stop> {
    if args.seats.is_some() || args.method.is_some() {
        let place = folder.join("election.json");
        return Err(Stop::file(&place, "expected seats and method in its outcome, found options"));
    }
    let forms = Folder::read(folder)?.forms;
    let night = folder::night(folder)?;
    let entries = folder::until(&night, args.until.as_deref())?;
    let board = fold(&forms, entries)?;
    let view = view(&board, entries);
    if args.json {
        say::line(until_report(&view, args.until.as_deref()))?;
    } else {
        say::text(table::night(&view))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The board as it stands after these entries of a rehearsal.
pub(crate) fn view<'b>(board: &'b Board, entries: &[NightEntry]) -> View<'b> {
    let size = entries.len() as u64;
    View::new(board, Edition { sequence: 0, size, time: 0, mode: Mode::Rehearsal })
}

/// Sums and findings of these entries.
pub(crate) fn fold(forms: &Arc<Forms>, entries: &[NightEntry]) -> Result<Board, Stop> {
    let mut board = Board::new(Arc::clone(forms));
    for Decoded { key, reading, placement } in decode(forms, entries)? {
        board.take(key, reading, placement);
    }
    Ok(board)
}

/// A reading of a recorded night and where it stands.
#[derive(Clone)]
pub(crate) struct Decoded {
    pub(crate) key: ChainKey,
    pub(crate) reading: Reading,
    pub(crate) placement: Placement,
}

/// The night's returns in its order; nobody signed them, so ids are made up and signers left empty.
pub(crate) fn decode(forms: &Forms, entries: &[NightEntry]) -> Result<Vec<Decoded>, Stop> {
    let channels: Vec<&String> = forms.election().head().signatures.channels.keys().collect();
    let mut decoded = Vec::with_capacity(entries.len());
    let mut last: HashMap<(&str, &str), (u32, Digest)> = HashMap::new();
    for (position, entry) in (0..).zip(entries) {
        let What::Returns { counts, .. } = &entry.what else { continue };
        let returns = close(forms, entry, counts)?;
        let before = last.get(&(entry.unit.as_str(), &*entry.channel)).copied();
        let (seq, prev) = (before.map_or(1, |(seq, _)| seq + 1), before.map(|(_, id)| id));
        let id = Digest::of(format!("{position}").as_bytes());
        last.insert((entry.unit.as_str(), &entry.channel), (seq, id));
        let channel = channels.iter().position(|channel| ***channel == *entry.channel);
        // A definition opens a thousand channels at most.
        let channel = u32::try_from(channel.unwrap_or(channels.len())).unwrap_or(u32::MAX);
        let key = ChainKey { channel, persons: [].as_slice().into() };
        let placement = if prev.is_some() { Placement::Correction } else { Placement::First };
        let reason = entry.reason.as_deref().map(Arc::from);
        let made = entry.at.map(election::Instant::seconds).into();
        let change = Change::of(prev, reason);
        let reading = Reading { id, position, seq, change, made, devices: 1, returns };
        decoded.push(Decoded { key, reading, placement });
    }
    Ok(decoded)
}

fn close(
    forms: &Forms,
    entry: &NightEntry,
    counts: &[(Arc<str>, u64)],
) -> Result<form::Returns, Stop> {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = counts.iter().map(|(code, count)| (&**code, signed(*count)));
    let form = Form { unit: entry.unit.as_str(), counts };
    form.close(forms)
        .map_err(|refusal| Stop::input(format_args!("night: {}: {refusal}", entry.unit)))
}
