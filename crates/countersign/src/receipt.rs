//! `countersign verify --receipt`: what the log promised one station, checked offline.

use std::{path::Path, process::ExitCode, time::Instant};

use browser::receipt_answer;
use qrcode::{EcLevel, QrCode, render::svg};
use store::files;
use tlog::Policy;
use verify::{Known, Origin, Promise, ReceiptError, check_receipt};

use crate::{
    args::VerifyArgs,
    exit::{FAILED, Stop},
    say,
    verdict::{status, timed, witnessed},
};

/// The files that are checked.
pub(crate) struct Asked<'a> {
    pub(crate) receipt: &'a Path,
    pub(crate) record: &'a Path,
    pub(crate) args: &'a VerifyArgs,
}

pub(crate) fn run(asked: &Asked<'_>, policy: Option<&Policy>) -> Result<ExitCode, Stop> {
    let started = Instant::now();
    let record = files::read(asked.record).map_err(Stop::input)?;
    let receipt = files::read_text(asked.receipt).map_err(Stop::input)?;
    let checked = check_receipt(&record, &receipt, policy);
    // What cannot be read at all was not the file that was meant.
    match &checked {
        Err(ReceiptError::Record(error)) => return Err(Stop::file(asked.record, error)),
        Err(ReceiptError::Read(error)) => return Err(Stop::file(asked.receipt, error)),
        _ => {}
    }
    let seconds = started.elapsed().as_secs_f64();
    if asked.args.json {
        let file = asked.receipt.display().to_string();
        say::line(timed(receipt_answer(&file, &checked), seconds))?;
    } else {
        say::line(sentence(&checked))?;
    }
    let Ok(promise) = checked else { return Ok(ExitCode::from(FAILED)) };
    if let Some(path) = &asked.args.qr {
        files::write(path, qr(&receipt)?.as_bytes()).map_err(Stop::input)?;
        say::note(format_args!("QR code: {}", path.display()));
    }
    Ok(status(true, origin(&promise)))
}

fn origin(promise: &Promise) -> Origin {
    match promise.known {
        Known::Nothing => Origin::Unproven,
        Known::Log { .. } => Origin::Pinned,
    }
}

fn sentence(checked: &Result<Promise, ReceiptError>) -> String {
    let promise = match checked {
        Ok(promise) => promise,
        Err(error) => return format!("DOES NOT HOLD. {error}"),
    };
    let Promise { id, log, position, size, known } = promise;
    let what = format!("record {id} at position {position} of its first {size} entries");
    match known {
        Known::Nothing => format!(
            "CONSISTENT IN ITSELF, ORIGIN UNPROVEN. The receipt says that {log} holds {what}, but \
             without --policy nothing says that {log} signed it."
        ),
        Known::Log { cosigned, quorum } => {
            let quorum = match quorum {
                Ok(()) => String::new(),
                Err(error) => format!(" ({error}.)"),
            };
            format!(
                "HOLDS. {log} has promised that it holds {what}. If the published log does not, \
                 this receipt proves it. {}{quorum}",
                witnessed(cosigned)
            )
        }
    }
}

/// The whole receipt as one QR code. A receipt of a log of a million records is 1,400 bytes; with
/// the least correction a code holds 2,953.
fn qr(receipt: &str) -> Result<String, Stop> {
    let code = QrCode::with_error_correction_level(receipt, EcLevel::L)
        .map_err(|e| Stop::input(format_args!("the receipt fits in no QR code: {e}")))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(600, 600).build())
}
