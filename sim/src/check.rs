//! What must hold after every operation.

use std::{collections::BTreeSet, fmt::Debug, ops::Range};

use election::UnitIndex;
use tally::{Assurance, Board, Contradiction, UnitState};
use tlog::{Checkpoint, Hash, Proof, hash::node_hash, leaf_hash, verify_consistency};

use crate::{
    Seen, Violation,
    cast::PlaceNo,
    letter::Says,
    model::{Quarrel, Story},
    world::World,
};

/// The columns of the tally by the field that adds to them.
const COLUMNS: [(&str, &str, &str); 5] = [
    ("votes", "1", "E.1"),
    ("votes", "2", "E.2"),
    ("ballots", "eligible", "Z"),
    ("ballots", "admitted", "D"),
    ("ballots", "counted", "H"),
];

impl World {
    pub(crate) fn check(&mut self) -> Result<(), Violation> {
        self.check_entries()?;
        self.check_checkpoints()?;
        self.check_receipts()?;
        self.check_public()?;
        for place in 0..self.cast.places.len() {
            let seen = self.check_place(place)?;
            seen.into_iter().for_each(|seen| self.saw(seen));
        }
        Ok(())
    }

    /// What is durable is what the model has, byte for byte, and the desk knows where.
    fn check_entries(&self) -> Result<(), Violation> {
        let size = self.model.log.len() as u64 + 1;
        same("log", "size on disk", &size, &self.disk.size())?;
        same("log", "size at the desk", &size, &self.desk.size())?;
        let tree = self.desk.tree().size();
        same("log", "size of the tree", &size, &tree)?;
        for ((position, letter), (id, note)) in
            self.model.letters().zip(self.disk.entries.iter().skip(1))
        {
            if (letter.id, &letter.bytes) != (*id, note) {
                let (expected, found) = (letter.id.to_string(), id.to_string());
                return Err(Violation::Entry { position: position as u64, expected, found });
            }
            same("log", "position", &Some(position as u64), &self.desk.position(*id))?;
            self.check_signers(position)?;
        }
        Ok(())
    }

    fn check_signers(&self, position: usize) -> Result<(), Violation> {
        let Some(letter) = self.model.at(position) else { return Ok(()) };
        let found = self.model.persons(letter).len();
        if found < 2 { Err(Violation::TwoPersons { position, found }) } else { Ok(()) }
    }

    /// Every checkpoint that became durable verifies, is over exactly the durable records, and
    /// continues the one before it.
    fn check_checkpoints(&mut self) -> Result<(), Violation> {
        let done = self.checked.as_ref().map_or(0, |(count, _)| *count);
        for (size, note) in self.disk.checkpoints.iter().skip(done) {
            let read = Checkpoint::verify(note, &self.log_key);
            let read = read.map_err(|e| Violation::Checkpoint(e.to_string()))?;
            self.check_root(*size, &read)?;
            self.check_grown(&read)?;
            let count = self.checked.as_ref().map_or(1, |(count, _)| count + 1);
            self.checked = Some((count, read));
            self.check_moment()?;
        }
        Ok(())
    }

    fn check_root(&self, size: u64, read: &Checkpoint) -> Result<(), Violation> {
        let size_here = usize::try_from(size).unwrap_or(usize::MAX);
        let entries = self.disk.entries.iter().take(size_here);
        let leaves: Vec<Hash> = entries.map(|(id, _)| leaf_hash(id.as_bytes())).collect();
        let expected = root(&leaves, 0..leaves.len());
        if (size, expected) == (read.size, Some(read.root)) {
            return Ok(());
        }
        let (expected, found) = (format!("{expected:?}"), read.root.to_string());
        Err(Violation::Root { size, expected, found })
    }

    fn check_grown(&self, read: &Checkpoint) -> Result<(), Violation> {
        let Some((_, last)) = &self.checked else { return Ok(()) };
        let (old, new) = (last.size, read.size);
        let proof = self.desk.tree().consistency_proof(old, new);
        let proof = proof.map_err(|e| Violation::Checkpoint(e.to_string()))?;
        verify_consistency((old, last.root), (new, read.root), &proof)
            .map_err(|reason| Violation::Consistency { old, new, reason })
    }

    /// What has just become durable is no release before its time.
    fn check_moment(&self) -> Result<(), Violation> {
        let (expected, found) = (self.model.moment, self.now);
        let released = (0..self.cast.places.len()).any(|p| self.model.released(p).is_some());
        if released && found < expected {
            return Err(Violation::Early { expected, found });
        }
        Ok(())
    }

    /// Whoever was given a receipt finds the record where it says.
    fn check_receipts(&self) -> Result<(), Violation> {
        for (record, receipt) in &self.receipts {
            let proof: Option<Proof> = receipt.parse().ok();
            let place = proof.and_then(|proof| usize::try_from(proof.index()).ok());
            let found = place.and_then(|place| self.disk.entries.get(place)).map(|(id, _)| id);
            if found != Some(record) {
                let problem = format!("its place in the log holds {found:?}");
                return Err(Violation::Receipt { record: *record, problem });
            }
        }
        Ok(())
    }

    /// Nothing about the results of a place is public before its release, nor while it is held;
    /// no keys before anything that they could have signed.
    fn check_public(&self) -> Result<(), Violation> {
        let board = self.desk.ledger().board();
        let open = self.model.open();
        for position in 0..=self.model.log.len() {
            let expected = open.contains(&position);
            let access = self.desk.access(position as u64);
            let found = access.is_some_and(|access| access.is_public(board));
            if found && !expected {
                return Err(Violation::Leak { position });
            }
            same("the log", "public", &(position, expected), &(position, found))?;
        }
        Ok(())
    }

    /// One place of the board against the model.
    fn check_place(&self, place: PlaceNo) -> Result<Vec<Seen>, Violation> {
        let id = self.cast.id(place);
        let board = self.desk.ledger().board();
        let found = board.forms().election().units().find(id);
        let unit = found.ok_or_else(|| Violation::Stage(format!("no unit {id}")))?;
        let story = self.model.story(place);
        self.check_reading(id, board.unit(unit), &story)?;
        let released = self.model.released(place).map(|position| position as u64);
        same(id, "released", &released, &board.released(unit))?;
        self.check_turnout(place, board.turnout(unit))?;
        self.check_area(place, board, unit)?;
        let findings = self.findings(&story);
        same(id, "findings", &findings, &board.findings(unit).len())?;
        Ok(self.seen(&story, findings, board.unit(unit)))
    }

    fn check_reading(
        &self,
        id: &str,
        unit: &UnitState,
        story: &Story<'_>,
    ) -> Result<(), Violation> {
        let counted = unit.counted().map(|reading| reading.position);
        same(id, "counted", &story.counted.map(|position| position as u64), &counted)?;
        let quarrel = match unit.contradiction() {
            None => Quarrel::None,
            Some(Contradiction::Held) => Quarrel::Held,
            Some(Contradiction::Disputed) => Quarrel::Disputed,
        };
        same(id, "quarrel", &story.quarrel, &quarrel)?;
        let heads = unit.chains().iter().filter_map(|chain| chain.head()).map(|head| head.position);
        let expected: BTreeSet<u64> = story.heads.values().map(|head| *head as u64).collect();
        same(id, "heads", &expected, &heads.collect())?;
        let expected = story.counted.map(|counted| {
            let second = |other: &usize| self.model.is_second_source(counted, *other);
            let agree = story.heads.values().any(second);
            if agree { Assurance::TwoAgree } else { Assurance::OneSource }
        });
        same(id, "assurance", &expected, &unit.assurance())
    }

    fn check_turnout(
        &self,
        place: PlaceNo,
        found: &[tally::TurnoutReport],
    ) -> Result<(), Violation> {
        let reports = self.model.letters().filter_map(|(position, letter)| match letter.says {
            Says::Turnout { place: of, admitted, made, .. } if of == place => {
                Some((position as u64, admitted, made))
            }
            _ => None,
        });
        // In the order of the day; the log's order is only for those of one moment.
        let mut expected: Vec<(u64, i64, i64)> = reports.collect();
        expected.sort_by_key(|(_, _, made)| *made);
        let number = |admitted| i64::try_from(admitted).unwrap_or(i64::MAX);
        let found = found.iter().map(|r| (r.position, number(r.admitted), r.made));
        same(self.cast.id(place), "turnout", &expected, &found.collect())
    }

    /// Sums and progress: each station of the area once, by what counts for it.
    fn check_area(&self, area: PlaceNo, board: &Board, unit: UnitIndex) -> Result<(), Violation> {
        let id = self.cast.id(area);
        let inside = |station: &PlaceNo| self.cast.lies_in(*station, area);
        let stations: Vec<PlaceNo> = self.cast.stations().into_iter().filter(inside).collect();
        let counted = |station: &PlaceNo| self.model.story(*station).counted;
        let counted: Vec<usize> = stations.iter().filter_map(counted).collect();
        same(id, "progress", &(counted.len(), stations.len()), &progress(board, unit))?;
        let contests = board.forms().election().contests();
        for (contest, selection, code) in COLUMNS {
            let figures = counted.iter().filter_map(|at| self.model.counts(*at)?.get(code));
            let known = figures.clone().count() as u64;
            let expected = (known > 0).then_some((figures.sum::<i64>(), known));
            let contest = contests.by_id(contest);
            let column = contest.and_then(|c| Some(c.column(c.find(selection)?)));
            let cell = column.and_then(|column| board.sums().row(unit).get(column.get()).copied());
            let found = cell.map(|cell| (i64::try_from(cell.sum).unwrap_or(i64::MAX), cell));
            let found = found.map(|(sum, cell)| (sum, u64::from(cell.known)));
            same(id, code, &expected, &found.filter(|(_, known)| *known > 0))?;
        }
        Ok(())
    }

    fn counts(&self, story: &Story<'_>) -> Option<&std::collections::BTreeMap<&'static str, i64>> {
        self.model.counts(story.counted?)
    }

    /// The heads of the witnesses whose reading does not count. Officers may have chosen a
    /// reading, and a fork may have frozen one, so that the leading witness's head is another.
    fn others(&self, story: &Story<'_>) -> Vec<usize> {
        let leader = story.counted.and_then(|at| self.model.at(at)).and_then(|letter| {
            let Says::Returns { reading, .. } = &letter.says else { return None };
            Some(self.model.witness(letter, reading))
        });
        let others = story.heads.iter().filter(|(witness, _)| Some(*witness) != leader.as_ref());
        others.map(|(_, head)| *head).collect()
    }

    /// How many rules the figures that count break, other readings included.
    fn findings(&self, story: &Story<'_>) -> usize {
        let Some(counts) = self.counts(story) else { return 0 };
        let figure = |code| counts.get(code).copied().unwrap_or_default();
        let adds_up = figure("E.1") + figure("E.2") + figure("F") == figure("H");
        let others = self.others(story);
        let differ = others.iter().filter(|other| self.model.counts(**other) != Some(counts));
        usize::from(!adds_up) + usize::from(figure("H") > figure("D")) + differ.count()
    }

    fn seen(&self, story: &Story<'_>, findings: usize, unit: &UnitState) -> Vec<Seen> {
        let without = self.counts(story).is_some_and(|counts| !counts.contains_key("Z"));
        let all = [
            (story.quarrel == Quarrel::Held, Seen::Held),
            (story.quarrel == Quarrel::Disputed, Seen::Disputed),
            (unit.assurance() == Some(Assurance::TwoAgree), Seen::TwoAgree),
            (findings > 0, Seen::WrongForm),
            (without, Seen::UnknownFigure),
        ];
        all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, seen)| seen).collect()
    }
}

fn progress(board: &Board, unit: UnitIndex) -> (usize, usize) {
    let (reported, expected) = board.progress(unit);
    let number = |count| usize::try_from(count).unwrap_or(usize::MAX);
    (number(reported), number(expected))
}

fn same<T: PartialEq + Debug>(
    place: &str,
    what: &'static str,
    expected: &T,
    found: &T,
) -> Result<(), Violation> {
    if expected == found {
        return Ok(());
    }
    let (place, expected, found) =
        (place.to_owned(), format!("{expected:?}"), format!("{found:?}"));
    Err(Violation::Board { place, what, expected, found })
}

/// The root as RFC 6962, section 2.1, defines it, by halves and from the leaves each time.
fn root(leaves: &[Hash], range: Range<usize>) -> Option<Hash> {
    match range.len() {
        0 => None,
        1 => leaves.get(range.start).copied(),
        length => {
            let middle = range.start + length.next_power_of_two() / 2;
            Some(node_hash(root(leaves, range.start..middle)?, root(leaves, middle..range.end)?))
        }
    }
}
