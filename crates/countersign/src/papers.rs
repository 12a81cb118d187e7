//! `countersign sign`, `send` and `attest`: records as files, signed on a device of one's own.

use std::{path::Path, process::ExitCode, time::Duration};

use http::client::{Sender, Sent};
use record::{
    Body, Draft, MAX_BYTES, Record, RecordId, Salt,
    body::{Attest, Invitation, KeyAction, Keys, MemberKey},
    note::{Note, Signature},
};
use store::files;
use tlog::Proof;

use crate::{
    args::{AttestArgs, SendArgs, SignArgs},
    definition,
    exit::{FAILED, Stop},
    init::random,
    keys, say, serve,
};

/// How long one record is tried again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Says what a paper says, and puts a signature under it.
pub(crate) fn sign(args: &SignArgs) -> Result<ExitCode, Stop> {
    let paper = files::read_text(&args.file).map_err(Stop::input)?;
    let bad = |problem: String| Stop::file(&args.file, problem);
    let note = Note::parse(paper.as_bytes(), MAX_BYTES).ok();
    let text = note.as_ref().map_or(paper.as_str(), Note::text);
    let mut signatures: Vec<Signature> =
        note.as_ref().map(|note| note.signatures().to_vec()).unwrap_or_default();
    let body = Body::parse(text).map_err(|e| bad(e.to_string()))?;
    say::line(says(&body))?;
    let Some(key) = &args.key else {
        let names: Vec<&str> = signatures.iter().map(|line| line.name.as_str()).collect();
        say::line(format_args!(
            "signed by: {}",
            if names.is_empty() { "nobody".into() } else { names.join(", ") }
        ))?;
        return Ok(ExitCode::SUCCESS);
    };
    let key = keys::read_private(key)?;
    let signature = key.sign(text);
    let same = |line: &Signature| (&line.name, line.id) == (&signature.name, signature.id);
    if signatures.iter().any(same) {
        return Err(bad(format!("{} has signed it already", signature.name)));
    }
    signatures.push(signature);
    let signed = Note::new(text, signatures).map_err(|e| bad(e.to_string()))?.to_bytes();
    files::write(&args.file, &signed).map_err(Stop::input)?;
    say::line(format_args!("signed by {}", key.public().name()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a new paper. One that is there already may have signatures, or be a key.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    if path.exists() {
        return Err(Stop::file(
            path,
            "expected no file of this name, found one; it is left as it is",
        ));
    }
    files::write(path, bytes).map_err(Stop::input)
}

/// What somebody puts their name under, line by line. Texts that others wrote are shown with their
/// control signs named, so that none can draw a line of its own or hide one.
fn says(body: &Body) -> String {
    let mut lines = match body {
        Body::Key(keys) => of_keys(keys),
        Body::Invite(invite) => {
            let code = |code: &Invitation| {
                format!("a one-time code for {:?} at {:?}", code.person, code.unit)
            };
            invite.codes.iter().map(code).collect()
        }
        Body::Attest(attest) => vec![format!(
            "{:?} vouches for positions {} to {} of the log: {}",
            attest.unit, attest.first, attest.last, attest.hash
        )],
        Body::Release(release) => vec![format!("release {:?} and all inside it", release.unit)],
        Body::Decision(decision) => vec![format!(
            "{} counts for {:?}, because: {:?}",
            decision.chosen, decision.unit, decision.reason
        )],
        Body::Returns(returns) => {
            let head = format!(
                "returns of {:?}, by {:?}, no. {}",
                returns.unit, returns.channel, returns.seq
            );
            let figures = returns.counts.iter().map(|(code, count)| format!("{code:?}: {count}"));
            [head].into_iter().chain(figures).collect()
        }
        Body::Turnout(turnout) => vec![format!(
            "turnout of {:?}, by {:?}: {} voters up to {}",
            turnout.unit, turnout.channel, turnout.admitted, turnout.made
        )],
        Body::Definition(_) => vec!["the definition of an election".to_owned()],
    };
    lines.extend(body.definition().map(|id| format!("in election {}", short(id))));
    lines.join("\n")
}

/// The number of an election, as devices and envelopes show it.
pub(crate) fn short(definition: RecordId) -> String {
    definition.to_string().chars().take(16).collect()
}

fn of_keys(keys: &Keys) -> Vec<String> {
    let action = match keys.action {
        KeyAction::Enrol => "enrol",
        KeyAction::Revoke => "revoke",
    };
    let key = |key: &MemberKey| {
        let role = key.role.map_or("", |_| " as registrar");
        let code = key.opening.as_ref().map_or("", |_| ", with a one-time code");
        let (person, unit) = (&key.person, &key.unit);
        format!("{action} the key {:?} of {person:?} for {unit:?}{role}{code}", key.vkey)
    };
    let reason = keys.reason.iter().map(|reason| format!("because: {reason:?}"));
    keys.keys.iter().map(key).chain(reason).collect()
}

/// Hands records in, and keeps what the log promises for each.
pub(crate) fn send(args: &SendArgs) -> Result<ExitCode, Stop> {
    let notes = args.files.iter().map(|path| Ok((path, files::read(path).map_err(Stop::input)?)));
    let notes = notes.collect::<Result<Vec<_>, Stop>>()?;
    let server = args.server.trim_end_matches('/');
    let sender = Sender::new(server, 1, PATIENCE).map_err(Stop::input)?;
    let runtime = serve::runtime()?;
    let mut refused = false;
    for (path, note) in notes {
        match runtime.block_on(sender.send(note)) {
            Ok(sent) => say::line(keep(path, &sent)?)?,
            Err(error) => {
                refused = true;
                say::complain(format_args!("{}: {error}", path.display()));
            }
        }
    }
    Ok(if refused { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// Writes a receipt beside its record.
fn keep(path: &Path, sent: &Sent) -> Result<String, Stop> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".receipt");
    let beside = path.with_file_name(name);
    files::write(&beside, sent.receipt().as_bytes()).map_err(Stop::input)?;
    let proof: Proof = sent.receipt().parse().map_err(Stop::failed)?;
    let how = match sent {
        Sent::New(_) => "taken in",
        Sent::Known(_) => "known already",
        Sent::Fork(_) => "taken in, and contradicts another record of its signers,",
    };
    let (path, receipt) = (path.display(), beside.display());
    Ok(format!("{path}: {how} at position {}; receipt in {receipt}", proof.index()))
}

/// The text by which a committee vouches for the records that it has in its hands.
pub(crate) fn attest(args: &AttestArgs) -> Result<ExitCode, Stop> {
    let rulebook = definition::of(&args.under)?;
    let ids = args.files.iter().map(|path| {
        let note = files::read(path).map_err(Stop::input)?;
        Record::parse(&note).map(|record| record.id).map_err(|e| Stop::file(path, e))
    });
    let ids = ids.collect::<Result<Vec<_>, Stop>>()?;
    let (first, found) = (args.first, ids.len() as u64);
    let expected = args.last.checked_sub(first).map_or(0, |more| more.saturating_add(1));
    if expected != found {
        let last = args.last;
        let problem =
            format_args!("positions {first} to {last} are {expected} records, found {found} files");
        return Err(Stop::input(problem));
    }
    let body = Body::Attest(Attest {
        definition: rulebook.definition(),
        first,
        hash: Attest::hash_of(ids),
        last: args.last,
        salt: Salt::from_bytes(random()?),
        unit: args.unit.clone(),
    });
    let draft = Draft::new(&body).map_err(Stop::input)?;
    write_new(&args.out, draft.text().as_bytes())?;
    say::line(format_args!("{found} records in {}: sign and send", args.out.display()))?;
    Ok(ExitCode::SUCCESS)
}
