//! A line that says how far long work is.

use std::{
    cell::Cell,
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

/// Shows a line in place of the one before it; where nobody watches, on a line of its own.
pub(crate) fn show(line: &str) {
    let mut out = stderr();
    let _ = match out.is_terminal() {
        true => write!(out, "\r\x1b[K{line}"),
        false => writeln!(out, "{line}"),
    };
    let _ = out.flush();
}

/// How often a bar moves: as often as an eye follows.
const STEP: Duration = Duration::from_millis(100);
/// The bar's width in characters.
const WIDTH: usize = 20;

/// A bar that says how much of long work is done, and how long the rest may take. Where nobody
/// watches it is one line for each piece of work.
pub(crate) struct Bar {
    /// What is being done, since when, and when that was shown last.
    now: Cell<Option<(&'static str, Instant, Instant)>>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self { now: Cell::new(None) }
    }

    /// So much of some work is done.
    pub(crate) fn show(&self, what: &'static str, done: usize, total: usize) {
        let now = Instant::now();
        let (since, last) = match self.now.get() {
            Some((before, since, last)) if before == what => (since, Some(last)),
            _ => (now, None),
        };
        let due = last.is_none_or(|last| stderr().is_terminal() && now - last >= STEP);
        if due {
            self.now.set(Some((what, since, now)));
            show(&match stderr().is_terminal() {
                true => bar(what, done, total, now - since),
                false => format!("checking {what}, {total} in all"),
            });
        }
    }
}

/// `checking records   [########            ]  42 %, about 12 s more`
fn bar(what: &str, done: usize, total: usize, taken: Duration) -> String {
    let total = total.max(1);
    let filled = WIDTH * done / total;
    let (full, empty) = ("#".repeat(filled), " ".repeat(WIDTH - filled));
    let rest = taken.as_secs_f64() * (total - done) as f64 / done.max(1) as f64;
    // Of what has only begun nobody can tell, and what is nearly done needs no telling.
    let is_told = taken >= 10 * STEP && done > 0 && rest >= 1.0;
    let rest = if is_told { format!(", about {rest:.0} s more") } else { String::new() };
    format!("checking {what:<15} [{full}{empty}] {:>3} %{rest}", 100 * done / total)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::bar;

    #[test]
    fn a_bar_is_as_long_as_what_is_done() {
        let seconds = Duration::from_secs;
        for (done, total, taken, expected) in [
            (0, 10, 0, "checking files           [                    ]   0 %"),
            (5, 10, 8, "checking files           [##########          ]  50 %, about 8 s more"),
            (10, 10, 9, "checking files           [####################] 100 %"),
            (0, 0, 9, "checking files           [                    ]   0 %"),
        ] {
            assert_eq!(bar("files", done, total, seconds(taken)), expected);
        }
    }
}
