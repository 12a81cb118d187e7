//! Records signed beforehand, so that only their way in is measured.

use std::{collections::HashSet, num::NonZeroUsize, sync::Arc, thread};

use formats::{NightEntry, What};

use crate::{clock, exit::Stop, replay::Target};

/// Each unit hands its form in and corrects it twice: 31,293 records of the Dutch night.
const ROUNDS: usize = 3;

/// Signs every unit's form once for each round, on several threads. A round holds one record of a
/// unit, so the records of a round may come in in any order.
pub(super) fn sign(
    target: &Arc<Target>,
    night: &[NightEntry],
    threads: NonZeroUsize,
) -> Result<Vec<Vec<Vec<u8>>>, Stop> {
    let forms = first_forms(night);
    let share = forms.len().div_ceil(threads.get()).max(1);
    let parts: Vec<Result<Vec<Vec<Vec<u8>>>, Stop>> = thread::scope(|scope| {
        let parts: Vec<_> =
            forms.chunks(share).map(|part| scope.spawn(|| sign_part(target, part))).collect();
        let broken = || Stop::failed("a thread that signs has stopped");
        parts.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(broken()))).collect()
    });
    let mut rounds = vec![Vec::new(); ROUNDS];
    for part in parts {
        for (round, notes) in rounds.iter_mut().zip(part?) {
            round.extend(notes);
        }
    }
    Ok(rounds)
}

/// The first form that each unit handed in.
fn first_forms(night: &[NightEntry]) -> Vec<NightEntry> {
    let mut seen = HashSet::new();
    let forms = night.iter().filter(|entry| matches!(entry.what, What::Returns { .. }));
    forms.filter(|entry| seen.insert(entry.unit.as_str())).cloned().collect()
}

fn sign_part(target: &Arc<Target>, part: &[NightEntry]) -> Result<Vec<Vec<Vec<u8>>>, Stop> {
    let mut signer = target.signer();
    let mut sign =
        |entry: &NightEntry| signer.record(entry, clock::now()).map(|signed| signed.note);
    let mut rounds = Vec::with_capacity(ROUNDS);
    let mut part = part.to_vec();
    for _ in 0..ROUNDS {
        rounds.push(part.iter().map(&mut sign).collect::<Result<_, _>>().map_err(Stop::failed)?);
        part.iter_mut().for_each(|entry| entry.reason = Some("counted again".to_owned()));
    }
    Ok(rounds)
}
