//! Lots that were drawn by people and recorded. Nothing here draws any.

use crate::{Purpose, Stop};

/// The recorded lots that were not used yet.
#[derive(Clone, Debug)]
pub(crate) struct Lots<'a> {
    left: &'a [String],
    used: usize,
}

/// A tie: who are tied, and how many of them can have it.
pub(crate) struct Tie<T> {
    pub(crate) purpose: Purpose,
    pub(crate) among: Vec<T>,
    pub(crate) places: u64,
}

impl<'a> Lots<'a> {
    pub(crate) fn new(recorded: &'a [String]) -> Self {
        Self { left: recorded, used: 0 }
    }

    /// The winners, in the order in which they were drawn.
    pub(crate) fn draw<T: Copy>(
        &mut self,
        tie: Tie<T>,
        name: impl Fn(T) -> String,
    ) -> Result<Vec<T>, Stop> {
        let Tie { purpose, mut among, places } = tie;
        let mut winners = Vec::new();
        while (winners.len() as u64) < places {
            let names = || among.iter().map(|one| name(*one)).collect::<Vec<_>>();
            let Some((lot, left)) = self.left.split_first() else {
                let left = places - winners.len() as u64;
                return Err(Stop::Lot { purpose, among: names(), places: left });
            };
            self.left = left;
            self.used += 1;
            let Some(at) = among.iter().position(|one| name(*one) == *lot) else {
                let (number, among) = (self.used, names().join(", "));
                let problem = format!("lot {number}: expected one of {among}, found {lot:?}");
                return Err(Stop::Bad(problem));
            };
            winners.push(among.remove(at));
        }
        Ok(winners)
    }

    /// Every lot that was recorded was needed, or they belong to another count.
    pub(crate) fn finish(&self) -> Result<(), Stop> {
        match self.left.first() {
            None => Ok(()),
            Some(lot) => Err(Stop::Bad(format!(
                "lots: expected {}, found {}, the first one too many is {lot:?}",
                self.used,
                self.used + self.left.len()
            ))),
        }
    }
}
