//! The disk: what a receipt must wait for.

use std::time::Instant;

use store::files::Appender;

use super::{
    Measured, median,
    setting::{Scratch, Setting},
};
use crate::{exit::Stop, progress};

/// One page of the log.
const PAGE: [u8; 4096] = [0xC5; 4096];
/// So many writes; at 8 ms each they take under two seconds.
const WRITES: usize = 200;

pub(super) fn fsync(_: &Setting) -> Result<Vec<Measured>, Stop> {
    let value = median_seconds(&Scratch::new()?)? * 1e6;
    Ok(vec![Measured { name: "fsync", value, unit: "µs", floor: None, goal: None }])
}

/// How long a small durable write takes on the disk where the log lies.
pub(super) fn median_seconds(scratch: &Scratch) -> Result<f64, Stop> {
    progress::show(&format!("fsync: {WRITES} writes"));
    let mut file = Appender::open(&scratch.path().join("writes")).map_err(Stop::input)?;
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let started = Instant::now();
        file.append(&PAGE).map_err(Stop::failed)?;
        times.push(started.elapsed().as_secs_f64());
    }
    Ok(median(times))
}
