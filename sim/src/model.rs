//! The shadow: the same night as somebody would see it who has only the list of records, in the
//! order of the log, and never saw a network, a disk or a signature.
//!
//! It keeps no state but that list. Every question is answered by reading the list again from the
//! front, so there is nothing to keep up to date and nothing to forget.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
    rc::Rc,
};

use record::{Digest, RecordId, body::Attest};

use crate::{
    Reason,
    cast::{Cast, OFFICERS, PenNo, PlaceNo, ROOT},
    letter::{Flaw, Letter, Reading, Says, Way},
};

/// Whose reading: the way it came and the persons who signed.
pub(crate) type Witness<'a> = (Way, BTreeSet<&'a str>);

/// What became of one place's forms.
#[derive(Default)]
pub(crate) struct Story<'a> {
    /// The positions of the readings that stand for each witness.
    pub(crate) heads: BTreeMap<Witness<'a>, usize>,
    /// The position of the reading that counts.
    pub(crate) counted: Option<usize>,
    pub(crate) quarrel: Quarrel,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quarrel {
    #[default]
    None,
    Held,
    Disputed,
}

/// Position 0, the definition, is not in the list: position `p` is `log[p - 1]`.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) cast: Rc<Cast>,
    pub(crate) moment: i64,
    pub(crate) log: Vec<Rc<Letter>>,
}

impl Model {
    /// All letters with their positions.
    pub(crate) fn letters(&self) -> impl DoubleEndedIterator<Item = (usize, &Letter)> {
        self.log.iter().enumerate().map(|(index, letter)| (index + 1, &**letter))
    }

    pub(crate) fn at(&self, position: usize) -> Option<&Letter> {
        self.log.get(position.checked_sub(1)?).map(|letter| &**letter)
    }

    pub(crate) fn position(&self, id: RecordId) -> Option<usize> {
        if id == self.cast.definition_id {
            return Some(0);
        }
        self.letters().find(|(_, letter)| letter.id == id).map(|(position, _)| position)
    }

    /// Everything against a letter that can be said before it is its turn.
    pub(crate) fn at_the_door(&self, letter: &Letter) -> BTreeSet<Reason> {
        if letter.flaw == Flaw::CutOff {
            return [Reason::Unreadable].into();
        }
        let other = letter.flaw == Flaw::OtherDefinition;
        let broken = letter.flaw == Flaw::BrokenSeal;
        let unknown = letter.pens.iter().any(|pen| !self.is_enrolled(*pen));
        let mut reasons = self.against_the_text(letter);
        reasons.extend(other.then_some(Reason::OtherDefinition));
        reasons.extend(broken.then_some(Reason::BadSignature));
        reasons.extend(unknown.then_some(Reason::UnknownKey));
        reasons
    }

    fn against_the_text(&self, letter: &Letter) -> BTreeSet<Reason> {
        let mut reasons = BTreeSet::new();
        let mut object = |is_so: bool, reason| reasons.extend(is_so.then_some(reason));
        match &letter.says {
            Says::Definition => object(true, Reason::SecondDefinition),
            Says::Returns { place, reading } => {
                let needed = ["E.1", "E.2", "D", "F", "H"];
                let complete = needed.iter().all(|code| reading.counts.contains_key(code));
                let is_station = self.cast.stations().contains(place);
                let devices = usize::from(reading.devices);
                object(!complete || !is_station, Reason::Form);
                object(reading.way == Way::Fax, Reason::ClosedChannel);
                object(devices == 0 || devices > letter.pens.len(), Reason::Devices);
            }
            Says::Turnout { way, .. } => object(*way == Way::Fax, Reason::ClosedChannel),
            Says::Decision { reason, .. } => object(reason.is_none(), Reason::NoReason),
            Says::Release { made, .. } => object(*made < self.moment, Reason::TooEarly),
            Says::Enrol { .. }
            | Says::Revoke { .. }
            | Says::Invite { .. }
            | Says::EnrolByCode { .. }
            | Says::Attest { .. } => {}
        }
        reasons
    }

    /// Everything against a letter that came through the door, when it is its turn.
    pub(crate) fn at_the_table(&self, letter: &Letter, now: i64) -> BTreeSet<Reason> {
        let mut reasons = match &letter.says {
            Says::Returns { place, .. }
            | Says::Turnout { place, .. }
            | Says::Attest { place, .. } => self.against_members(letter, *place),
            _ => self.against_officers(letter),
        };
        let mut object = |is_so: bool, reason| reasons.extend(is_so.then_some(reason));
        match &letter.says {
            Says::Returns { place, reading } => {
                reasons.extend(self.against_order(letter, *place, reading));
            }
            Says::Decision { place, chosen, .. } => {
                let found = self.readings(*place).any(|(_, letter, _)| letter.id == *chosen);
                object(!found, Reason::NotAReading);
            }
            Says::Release { .. } => object(now < self.moment, Reason::TooEarly),
            Says::Enrol { pens, .. } => {
                let again = pens.iter().any(|pen| self.is_enrolled(*pen));
                object(again, Reason::BadKey);
            }
            Says::Revoke { pens, place } => {
                let stays = |pen: &&PenNo| !pens.contains(*pen) && !self.is_revoked(**pen);
                let valid = |pen: &PenNo| !self.is_revoked(*pen) && self.signs_for(*pen, *place);
                let enough = OFFICERS.iter().filter(stays).count() >= 2;
                object(!enough || !pens.iter().all(valid), Reason::BadKey);
            }
            Says::Invite { place, code } => object(self.was_given(*place, *code), Reason::BadCode),
            Says::EnrolByCode { place, code } => {
                let again = self.cast.coded(*place).is_none_or(|pen| self.is_enrolled(pen));
                object(again || self.open_code(*place) != Some(*code), Reason::BadKey);
            }
            Says::Attest { first, last, hash, .. } => {
                reasons.extend(self.against_range(*first, *last, *hash));
            }
            Says::Definition | Says::Turnout { .. } => {}
        }
        reasons
    }

    /// Was this code ever given out for a place?
    fn was_given(&self, place: PlaceNo, code: u8) -> bool {
        self.letters().any(|(_, letter)| {
            matches!(letter.says, Says::Invite { place: of, code: given } if (of, given) == (place, code))
        })
    }

    /// The code that waits for somebody of a place: the last one given out, if nobody used it.
    fn open_code(&self, place: PlaceNo) -> Option<u8> {
        let last = self.letters().rev().find_map(|(_, letter)| match letter.says {
            Says::Invite { place: of, code } if of == place => Some(Some(code)),
            Says::EnrolByCode { place: of, .. } if of == place => Some(None),
            _ => None,
        });
        last.flatten()
    }

    /// What people vouch for must stand before what they sign, and be what stands there.
    fn against_range(&self, first: u64, last: u64, hash: Digest) -> Option<Reason> {
        let next = self.log.len() as u64 + 1;
        if first > last || last >= next {
            return Some(Reason::Range);
        }
        (self.range(first, last) != hash).then_some(Reason::OtherRecords)
    }

    /// What the ids from one position to another come to.
    pub(crate) fn range(&self, first: u64, last: u64) -> Digest {
        let ids = iter::once(self.cast.definition_id).chain(self.log.iter().map(|l| l.id));
        let within = (0..).zip(ids).filter(|(at, _)| (first..=last).contains(at));
        Attest::hash_of(within.map(|(_, id)| id).collect())
    }

    fn against_members(&self, letter: &Letter, place: PlaceNo) -> BTreeSet<Reason> {
        let scope = |pen: &PenNo| self.scope(*pen);
        let outside =
            |pen: &PenNo| !scope(pen).is_some_and(|scope| self.cast.lies_in(place, scope));
        let mut reasons = self.against_signers(letter);
        reasons.extend(letter.pens.iter().any(outside).then_some(Reason::OutOfScope));
        reasons
    }

    fn against_officers(&self, letter: &Letter) -> BTreeSet<Reason> {
        let outside = letter.pens.iter().any(|pen| !OFFICERS.contains(pen));
        let mut reasons = self.against_signers(letter);
        reasons.extend(outside.then_some(Reason::OutOfScope));
        reasons
    }

    /// Four eyes, on keys that nobody took away.
    fn against_signers(&self, letter: &Letter) -> BTreeSet<Reason> {
        let persons = self.persons(letter).len();
        let revoked = letter.pens.iter().any(|pen| self.is_revoked(*pen));
        let mut reasons = BTreeSet::new();
        reasons.extend(revoked.then_some(Reason::RevokedKey));
        reasons.extend((persons < letter.pens.len()).then_some(Reason::SamePerson));
        reasons.extend((persons < 2).then_some(Reason::TooFewPersons));
        reasons
    }

    fn against_order(&self, letter: &Letter, place: PlaceNo, new: &Reading) -> Option<Reason> {
        let head = self.head(place, &self.witness(letter, new));
        let (last, last_id) = head.map_or((0, None), |(seq, id)| (seq, Some(id)));
        match new.seq {
            0 => Some(Reason::Sequence),
            seq if seq <= last => None,
            seq if seq > last + 1 => Some(Reason::Sequence),
            _ if new.prev != last_id => Some(Reason::Predecessor),
            _ if last > 0 && new.reason.is_none() => Some(Reason::NoReason),
            _ => None,
        }
    }

    /// Number and id of the reading that a witness's next one follows.
    pub(crate) fn head(&self, place: PlaceNo, witness: &Witness<'_>) -> Option<(u32, RecordId)> {
        let letter = self.at(*self.story(place).heads.get(witness)?)?;
        let Says::Returns { reading, .. } = &letter.says else { return None };
        Some((reading.seq, letter.id))
    }

    /// Is this letter, which would be taken in, a second one with a number used before?
    pub(crate) fn is_fork(&self, letter: &Letter) -> bool {
        let Says::Returns { place, reading } = &letter.says else { return false };
        let head = self.head(*place, &self.witness(letter, reading));
        head.is_some_and(|(seq, _)| reading.seq <= seq)
    }

    pub(crate) fn persons<'a>(&'a self, letter: &Letter) -> BTreeSet<&'a str> {
        let person = |pen: &PenNo| self.cast.pens.get(*pen).map(|pen| pen.person.as_str());
        letter.pens.iter().filter_map(person).collect()
    }

    pub(crate) fn witness<'a>(&'a self, letter: &Letter, reading: &Reading) -> Witness<'a> {
        (reading.way, self.persons(letter))
    }

    pub(crate) fn is_enrolled(&self, pen: PenNo) -> bool {
        OFFICERS.contains(&pen) || self.scope(pen).is_some()
    }

    /// For which place a key was enrolled.
    fn scope(&self, pen: PenNo) -> Option<PlaceNo> {
        self.letters().find_map(|(_, letter)| match &letter.says {
            Says::Enrol { pens, place } if pens.contains(&pen) => Some(*place),
            Says::EnrolByCode { place, .. } if self.cast.coded(*place) == Some(pen) => Some(*place),
            _ => None,
        })
    }

    fn signs_for(&self, pen: PenNo, place: PlaceNo) -> bool {
        let officer = OFFICERS.contains(&pen) && place == ROOT;
        officer || self.scope(pen) == Some(place)
    }

    pub(crate) fn is_revoked(&self, pen: PenNo) -> bool {
        let goes = |says: &Says| matches!(says, Says::Revoke { pens, .. } if pens.contains(&pen));
        self.letters().any(|(_, letter)| goes(&letter.says))
    }

    /// From which position on a place is released.
    pub(crate) fn released(&self, place: PlaceNo) -> Option<usize> {
        let opens = |letter: &Letter| match letter.says {
            Says::Release { place: area, .. } => self.cast.lies_in(place, area),
            _ => false,
        };
        self.letters().find(|(_, letter)| opens(letter)).map(|(position, _)| position)
    }

    /// All readings of a place's form with their positions.
    pub(crate) fn readings(
        &self,
        place: PlaceNo,
    ) -> impl DoubleEndedIterator<Item = (usize, &Letter, &Reading)> {
        self.letters().filter_map(move |(position, letter)| match &letter.says {
            Says::Returns { place: of, reading } if *of == place => {
                Some((position, letter, reading))
            }
            _ => None,
        })
    }

    /// The rules of decisions 9 and 15: the first witness counts, with its corrections; a fork
    /// before release holds the unit, one after it freezes the figure; officers end either.
    pub(crate) fn story(&self, place: PlaceNo) -> Story<'_> {
        let mut story = Story::default();
        let mut leading: Option<Witness<'_>> = None;
        for (position, letter) in self.letters() {
            match &letter.says {
                Says::Returns { place: of, reading } if *of == place => {
                    let witness = self.witness(letter, reading);
                    let last = story.heads.get(&witness).and_then(|head| self.seq(*head));
                    if last.is_some_and(|last| reading.seq <= last) {
                        story.contradict(self.released(place).is_some_and(|at| at < position));
                        continue;
                    }
                    story.heads.insert(witness.clone(), position);
                    let leader = leading.get_or_insert_with(|| witness.clone());
                    if *leader == witness && story.quarrel == Quarrel::None {
                        story.counted = Some(position);
                    }
                }
                Says::Decision { place: of, chosen, .. } if *of == place => {
                    let readings = self.readings(place).take_while(|(at, ..)| *at < position);
                    let mut chosen = readings.filter(|(_, letter, _)| letter.id == *chosen);
                    let Some((at, letter, reading)) = chosen.next() else { continue };
                    let witness = self.witness(letter, reading);
                    story.heads.insert(witness.clone(), at);
                    leading = Some(witness);
                    story.counted = Some(at);
                    story.quarrel = Quarrel::None;
                }
                _ => {}
            }
        }
        story
    }

    fn seq(&self, position: usize) -> Option<u32> {
        match &self.at(position)?.says {
            Says::Returns { reading, .. } => Some(reading.seq),
            _ => None,
        }
    }

    /// The figures of the reading at a position.
    pub(crate) fn counts(&self, position: usize) -> Option<&BTreeMap<&'static str, i64>> {
        match &self.at(position)?.says {
            Says::Returns { reading, .. } => Some(&reading.counts),
            _ => None,
        }
    }

    /// Do two readings make a figure surer than one: the same figures, and nobody stands behind
    /// both?
    pub(crate) fn is_second_source(&self, one: usize, other: usize) -> bool {
        let both = self.source(one).zip(self.source(other));
        let apart = both.is_some_and(|(one, other)| one.is_disjoint(&other));
        apart && self.counts(one) == self.counts(other)
    }

    /// The people behind a reading; nobody knows who they are when some used another's device.
    fn source(&self, position: usize) -> Option<BTreeSet<&str>> {
        let letter = self.at(position)?;
        let Says::Returns { reading, .. } = &letter.says else { return None };
        let people = self.persons(letter);
        (usize::from(reading.devices) == people.len()).then_some(people)
    }

    /// The positions whose texts the public may read: returns and decisions of places that are
    /// released and not held, keys and ranges once there is a release or a turnout, all else at once.
    pub(crate) fn open(&self) -> BTreeSet<usize> {
        let begun =
            |letter: &Letter| matches!(letter.says, Says::Release { .. } | Says::Turnout { .. });
        let begun = self.letters().any(|(_, letter)| begun(letter));
        let places = 0..self.cast.places.len();
        let free: BTreeSet<PlaceNo> = places.filter(|place| self.is_free(*place)).collect();
        let is_open = |letter: &Letter| match &letter.says {
            Says::Returns { place, .. } | Says::Decision { place, .. } => free.contains(place),
            Says::Enrol { .. }
            | Says::Revoke { .. }
            | Says::Invite { .. }
            | Says::EnrolByCode { .. }
            | Says::Attest { .. } => begun,
            Says::Definition | Says::Turnout { .. } | Says::Release { .. } => true,
        };
        let letters = self.letters().filter(|(_, letter)| is_open(letter));
        iter::once(0).chain(letters.map(|(position, _)| position)).collect()
    }

    /// May the public read what says something about the results of a place?
    fn is_free(&self, place: PlaceNo) -> bool {
        self.released(place).is_some() && self.story(place).quarrel != Quarrel::Held
    }
}

impl Story<'_> {
    fn contradict(&mut self, released: bool) {
        match (self.quarrel, released) {
            (Quarrel::Held, _) => {}
            (_, true) => self.quarrel = Quarrel::Disputed,
            (_, false) => {
                self.quarrel = Quarrel::Held;
                self.counted = None;
            }
        }
    }
}
