//! Votes to seats: 150 seats for 27 lists by averages, every step kept. Its floor is as many
//! comparisons of quotients, of which nothing is kept.

use std::{hint::black_box, time::Instant};

use outcome::{Method, Request, answer};

use super::{Goal, Measured, median, setting::Setting};
use crate::{exit::Stop, progress};

const SEATS: u64 = 150;
const LISTS: u64 = 27;
/// So often are the seats dealt out.
const TIMES: usize = 201;

pub(super) fn run(_: &Setting) -> Result<Vec<Measured>, Stop> {
    progress::show("seats: 150 for 27 lists");
    let votes: Vec<u64> = (1..=LISTS).map(|list| 5_000_000 / (list + 2) + list).collect();
    // By averages alone no list has full seats at once: each of the 150 is a round of its own.
    let request = Request::of_totals(Method::Dhondt, SEATS, (1..).zip(votes.iter().copied()));
    let (mut floors, mut times) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let started = Instant::now();
        black_box(bare(black_box(&votes)));
        floors.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        black_box(answer(black_box(&request)));
        times.push(started.elapsed().as_secs_f64());
    }
    let (value, floor) = (median(times) * 1e3, Some(median(floors) * 1e3));
    let goal = Goal::new("under 1 ms", value < 1.0);
    Ok(vec![Measured { name: "seats", value, unit: "ms", floor, goal }])
}

fn bare(votes: &[u64]) -> Vec<u64> {
    let mut lists: Vec<(u128, u128)> = votes.iter().map(|votes| (u128::from(*votes), 1)).collect();
    for _ in 0..SEATS {
        let largest = lists.iter_mut().max_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
        if let Some((_, next)) = largest {
            *next += 1;
        }
    }
    lists.iter().map(|(_, next)| u64::try_from(next - 1).unwrap_or(u64::MAX)).collect()
}
