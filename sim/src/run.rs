//! A list of operations, from the first to the end of the night, and the shortest that still fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Failure, Night, Op, Report, Violation, world::World};

impl Night {
    /// Runs the operations, checks everything after each, then lets everybody finish.
    ///
    /// # Errors
    /// With the first operation after which something did not hold.
    pub fn run(&self) -> Result<Report, Failure> {
        let failure =
            |at, op, violation| Failure { seed: None, at, op, violation: Box::new(violation) };
        let opened = guard(|| World::new(self.shape));
        let mut world = opened.map_err(|violation| failure(0, None, violation))?;
        for (at, op) in self.ops.iter().enumerate() {
            let done = guard(|| world.step(*op));
            done.map_err(|violation| failure(at, Some(*op), violation))?;
        }
        let end = guard(|| world.finish());
        end.map_err(|violation| failure(self.ops.len(), None, violation))
    }

    /// Leaves out every operation without which the night still fails, from the last to the first.
    #[must_use]
    pub fn shrink(&self) -> Self {
        let mut night = self.clone();
        for at in (0..self.ops.len()).rev() {
            let mut shorter = night.clone();
            shorter.ops.remove(at);
            if shorter.run().is_err() {
                night = shorter;
            }
        }
        night
    }
}

/// A broken invariant is a stop in the code under test; here it is one more thing that did not
/// hold, with the operation's number.
fn guard<T>(act: impl FnOnce() -> Result<T, Violation>) -> Result<T, Violation> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Violation::Panic(text.unwrap_or_default()))
    })
}

impl World {
    /// Does one operation and checks everything.
    fn step(&mut self, op: Op) -> Result<(), Violation> {
        self.note(&format!("{op:?}"));
        match op {
            Op::Enrol { place } => self.enrol(place),
            Op::Revoke { station } => self.revoke(station),
            Op::Invite { station, code } => self.invite(station, code),
            Op::EnrolByCode { station, code } => self.enrol_by_code(station, code),
            Op::Attest { station, records } => self.attest(station, records),
            Op::Count { station, way, figures } => self.count(station, way, figures),
            Op::Correct { station, way, figures } => self.correct(station, way, figures),
            Op::Fork { station, way, figures } => self.fork(station, way, figures),
            Op::Turnout { station, admitted } => self.turnout(station, admitted),
            Op::Decide { station, pick } => self.decide(station, pick),
            Op::Release { place, made } => self.release(place, made),
            Op::Forge { station, forgery } => self.forge(station, forgery),
            Op::Replay { which } => self.replay(which),
            Op::Send => self.send(),
            Op::Deliver { which } => self.deliver(which),
            Op::Lose { which } => self.lose(which),
            Op::Double { which } => self.double(which),
            Op::Work => self.work(None),
            Op::Crash { after } => self.work(Some(after)),
            Op::FillDisk => self.fill_disk(),
            Op::FreeDisk => self.free_disk(),
            Op::Wait { minutes } => self.wait(minutes),
        }?;
        self.check()
    }
}
