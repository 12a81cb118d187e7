//! A line that says how far long work is.

use std::io::{IsTerminal, Write, stderr};

/// Shows a line in place of the one before it; where nobody watches, on a line of its own.
pub(crate) fn show(line: &str) {
    let mut out = stderr();
    let _ = match out.is_terminal() {
        true => write!(out, "\r\x1b[K{line}"),
        false => writeln!(out, "{line}"),
    };
    let _ = out.flush();
}

/// Shows a line only where somebody watches: for work that takes long now and then.
pub(crate) fn show_at_terminal(line: &str) {
    if stderr().is_terminal() {
        show(line);
    }
}

/// Ends the line.
pub(crate) fn done() {
    if stderr().is_terminal() {
        drop(writeln!(stderr()));
    }
}
