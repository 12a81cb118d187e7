//! The numbers for a terminal.

use std::{fmt::Write as _, num::NonZeroUsize};

use super::Measured;

pub(super) fn print(all: &[Measured], threads: NonZeroUsize) -> String {
    let mut text = format!(
        "{:<15} {:>10} {:<10} {:>10} {:>6}  goal\n",
        "name", "value", "unit", "floor", "ratio"
    );
    for measured in all {
        let _ = writeln!(text, "{}", line(measured).trim_end());
    }
    let _ = writeln!(text, "on {threads} threads, each number and its floor alike");
    if cfg!(debug_assertions) {
        text.push_str("this is a build for debugging: --release is many times faster\n");
    }
    text
}

fn line(measured: &Measured) -> String {
    let floor = measured.floor.map_or_else(String::new, number);
    let ratio = measured.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let goal = measured.goal.as_ref().map_or_else(String::new, |goal| {
        format!("{}: {}", goal.words, if goal.met { "met" } else { "missed" })
    });
    let (name, unit, value) = (measured.name, measured.unit, number(measured.value));
    format!("{name:<15} {value:>10} {unit:<10} {floor:>10} {ratio:>6}  {goal}")
}

/// As many decimals as say something.
fn number(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
