//! What the program says, on standard output and on standard error.

use std::{
    fmt::Display,
    io::{ErrorKind, Write},
};

use crate::exit::Stop;

/// Says something, with a line end behind it. A reader that went away has read enough, and no
/// night ends for it; a disk that is full is told, for a file cut short may look whole.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn line(text: impl Display) -> Result<(), Stop> {
    self::text(format_args!("{text}\n"))
}

/// Says a text that has its line ends.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn text(text: impl Display) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.to_string().as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Stop::failed(format_args!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says what helps whoever looks on. A server goes on whether or not it can be said.
pub(crate) fn note(text: impl Display) {
    drop(line(text));
}

/// Says on standard error what is wrong.
pub(crate) fn complain(text: impl Display) {
    drop(writeln!(std::io::stderr(), "countersign: {text}"));
}
