//! Officers, areas and stations: what they write, send, believe and wait for.

use std::{collections::BTreeMap, rc::Rc};

use record::RecordId;
use tlog::Proof;

use crate::{
    Figures, Made, Reason, Report, Violation, Way,
    cast::{OFFICERS, PenNo, PlaceNo, ROOT},
    letter::{Flaw, Letter, Reading, Says},
    net::{ActorNo, Answer, Packet},
    world::World,
};

/// A sender.
#[derive(Default)]
pub(crate) struct Actor {
    outbox: Vec<Item>,
    /// For each chain of readings the last that the log acknowledged: its number and id.
    chains: BTreeMap<Chain, (u32, RecordId)>,
    team: Team,
}

/// The readings of one place by one way, signed by the same keys.
type Chain = (PlaceNo, Way, Vec<PenNo>);

/// Who signs for a station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Team {
    #[default]
    First,
    /// The first member's key is gone.
    WithSubstitute,
}

/// A letter with what became of it.
struct Item {
    letter: Rc<Letter>,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waiting,
    Acknowledged,
    Refused,
}

/// How many letters a sender sends at once. None of them depends on another: a correction is not
/// written before the receipt of what it corrects is there.
const AT_ONCE: usize = 4;
/// Rounds after which everything must be answered, once nothing is lost any more: a record that
/// came before its keys takes two, and some letters wait for others.
const PATIENCE: usize = 60;

impl Actor {
    fn waits(&self) -> bool {
        self.outbox.iter().any(|item| item.fate == Fate::Waiting)
    }
}

impl World {
    pub(crate) fn enrol(&mut self, place: u8) -> Result<(), Violation> {
        let place = usize::from(place) % self.cast.places.len().max(1);
        let pens = self.cast.pens_of(place).to_vec();
        if pens.is_empty() { Ok(()) } else { self.officers(Says::Enrol { pens, place }) }
    }

    pub(crate) fn invite(&mut self, station: u8, code: u8) -> Result<(), Violation> {
        self.officers(Says::Invite { place: self.cast.station(station), code })
    }

    pub(crate) fn enrol_by_code(&mut self, station: u8, code: u8) -> Result<(), Violation> {
        self.officers(Says::EnrolByCode { place: self.cast.station(station), code })
    }

    pub(crate) fn attest(&mut self, station: u8, records: u8) -> Result<(), Violation> {
        let area = self.actor(self.cast.station(station), Way::Desk);
        let last = self.model.log.len() as u64;
        let first = last.saturating_sub(records.into());
        let says = Says::Attest { place: area, first, last, hash: self.model.range(first, last) };
        self.post(area, says, self.cast.pens_of(area).to_vec())
    }

    pub(crate) fn revoke(&mut self, station: u8) -> Result<(), Violation> {
        let place = self.cast.station(station);
        let first: Vec<PenNo> = self.cast.pens_of(place).iter().take(1).copied().collect();
        if first.is_empty() { Ok(()) } else { self.officers(Says::Revoke { pens: first, place }) }
    }

    pub(crate) fn decide(&mut self, station: u8, pick: u8) -> Result<(), Violation> {
        let place = self.cast.station(station);
        let readings: Vec<RecordId> = self.model.readings(place).map(|(_, l, _)| l.id).collect();
        let pick = usize::from(pick).checked_rem(readings.len());
        match pick.and_then(|pick| readings.get(pick)) {
            Some(id) => self.officers(Says::Decision { place, chosen: *id, reason: Some(()) }),
            None => Ok(()),
        }
    }

    pub(crate) fn release(&mut self, place: u8, made: Made) -> Result<(), Violation> {
        let place = usize::from(place) % self.cast.places.len().max(1);
        let made = match made {
            Made::BeforeMoment => self.model.moment - 1,
            Made::AtMoment => self.model.moment,
        };
        self.officers(Says::Release { place, made })
    }

    /// Two of the three officers sign, not always the same two.
    fn officers(&mut self, says: Says) -> Result<(), Violation> {
        let absent = self.written % OFFICERS.len();
        let present = OFFICERS.into_iter().enumerate().filter(|(index, _)| *index != absent);
        let pens = present.map(|(_, pen)| pen).collect();
        self.post(ROOT, says, pens)
    }

    pub(crate) fn turnout(&mut self, station: u8, admitted: u16) -> Result<(), Violation> {
        let place = self.cast.station(station);
        let (admitted, made) = (i64::from(admitted), self.now);
        let says = Says::Turnout { place, way: Way::App, admitted, made };
        let mut pens = self.signers(place, Way::App);
        // Whoever has a device by a code uses it where it makes no difference to their readings.
        let coded = self.cast.coded(place).filter(|pen| self.model.is_enrolled(*pen));
        if let (Some(coded), Some(second)) = (coded, self.cast.pens_of(place).get(1)) {
            pens = vec![*second, coded];
        }
        self.post(place, says, pens)
    }

    pub(crate) fn count(
        &mut self,
        station: u8,
        way: Way,
        figures: Figures,
    ) -> Result<(), Violation> {
        let chain = self.chain(self.cast.station(station), way);
        if self.is_busy(&chain) || self.last(&chain).is_some() {
            return Ok(());
        }
        self.write(&chain, figures, 1, None)
    }

    pub(crate) fn correct(
        &mut self,
        station: u8,
        way: Way,
        figures: Figures,
    ) -> Result<(), Violation> {
        let chain = self.chain(self.cast.station(station), way);
        match self.last(&chain) {
            Some((seq, id)) if !self.is_busy(&chain) => {
                self.write(&chain, figures, seq + 1, Some(id))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn fork(
        &mut self,
        station: u8,
        way: Way,
        figures: Figures,
    ) -> Result<(), Violation> {
        let chain = self.chain(self.cast.station(station), way);
        match self.last(&chain) {
            Some((seq, _)) if !self.is_busy(&chain) => self.write(&chain, figures, seq, None),
            _ => Ok(()),
        }
    }

    fn write(
        &mut self,
        chain: &Chain,
        figures: Figures,
        seq: u32,
        prev: Option<RecordId>,
    ) -> Result<(), Violation> {
        let (place, way, pens) = chain.clone();
        let (counts, reason) = (on_paper(place, figures), prev.map(|_| ()));
        // Now and then the two share a device.
        let devices = if self.written % 4 == 3 { 1 } else { 2 };
        let reading = Reading { way, counts, seq, prev, reason, devices };
        self.post(self.actor(place, way), Says::Returns { place, reading }, pens)
    }

    /// Signs a letter and puts it into the sender's outbox.
    fn post(&mut self, from: ActorNo, says: Says, pens: Vec<PenNo>) -> Result<(), Violation> {
        self.written += 1;
        let letter = Letter::write(&self.cast, self.written, says, pens, Flaw::None)?;
        let item = Item { letter: Rc::new(letter), fate: Fate::Waiting };
        if let Some(actor) = self.actors.get_mut(from) {
            actor.outbox.push(item);
        }
        Ok(())
    }

    /// Everybody sends the oldest letters that were not answered.
    pub(crate) fn send(&mut self) -> Result<(), Violation> {
        for (from, actor) in self.actors.iter().enumerate() {
            let waiting = actor.outbox.iter().filter(|item| item.fate == Fate::Waiting);
            for Item { letter, .. } in waiting.take(AT_ONCE) {
                self.heard.push(Rc::clone(letter));
                let letter = Rc::clone(letter);
                self.network.send(Packet::Letter { from: Some(from), letter });
            }
        }
        Ok(())
    }

    /// An answer arrives.
    pub(crate) fn hear(
        &mut self,
        to: ActorNo,
        letter: &Letter,
        answer: &Answer,
    ) -> Result<(), Violation> {
        let fate = match answer {
            Answer::Receipt(receipt) => {
                self.check_receipt(letter.id, receipt)?;
                Fate::Acknowledged
            }
            // The keys may be on their way, and the disk may be freed: they ask again.
            Answer::Refused(Reason::UnknownKey) | Answer::TryAgain => return Ok(()),
            Answer::Refused(_) => Fate::Refused,
        };
        let items = self.actors.get_mut(to).into_iter().flat_map(|actor| &mut actor.outbox);
        let mut waiting = items.filter(|i| i.fate == Fate::Waiting && i.letter.id == letter.id);
        let Some(item) = waiting.next() else { return Ok(()) };
        item.fate = fate;
        match answer {
            Answer::Receipt(_) => self.learn(to, letter),
            Answer::Refused(Reason::RevokedKey) => self.substitute(to),
            _ => {}
        }
        Ok(())
    }

    /// What a sender does with a receipt before anything else.
    fn check_receipt(&self, record: RecordId, receipt: &str) -> Result<(), Violation> {
        let bad = |problem: String| Violation::Receipt { record, problem };
        let proof: Proof = receipt.parse().map_err(|e| bad(format!("{e}")))?;
        proof.verify(record.as_bytes(), &self.log_key).map_err(|e| bad(e.to_string()))?;
        Ok(())
    }

    /// What people know after a receipt, and tell those whom it concerns.
    fn learn(&mut self, to: ActorNo, letter: &Letter) {
        match &letter.says {
            Says::Returns { place, reading } => {
                let chain = (*place, reading.way, letter.pens.clone());
                let last = self.last(&chain).map_or(0, |(seq, _)| seq);
                if reading.seq > last {
                    self.believe(to, chain, (reading.seq, letter.id));
                }
            }
            Says::Decision { place, chosen, .. } => self.tell(*place, *chosen),
            Says::Revoke { place, .. } => self.substitute(*place),
            _ => {}
        }
    }

    /// Somebody's key is gone: the third member steps in.
    fn substitute(&mut self, place: PlaceNo) {
        if let Some(actor) = self.actors.get_mut(place) {
            actor.team = Team::WithSubstitute;
        }
    }

    /// Officers chose a reading: those who sent it go on from there.
    fn tell(&mut self, place: PlaceNo, chosen: RecordId) {
        let mut found = self.model.readings(place).filter(|(_, letter, _)| letter.id == chosen);
        let told = found.next().map(|(_, l, reading)| (reading.way, l.pens.clone(), reading.seq));
        drop(found);
        if let Some((way, pens, seq)) = told {
            self.believe(self.actor(place, way), (place, way, pens), (seq, chosen));
        }
    }

    fn believe(&mut self, actor: ActorNo, chain: Chain, last: (u32, RecordId)) {
        if let Some(actor) = self.actors.get_mut(actor) {
            actor.chains.insert(chain, last);
        }
    }

    /// Who sends what comes this way: the station, or the area it lies in.
    fn actor(&self, place: PlaceNo, way: Way) -> ActorNo {
        let area = self.cast.places.get(place).and_then(|place| place.parent);
        if way == Way::App { place } else { area.unwrap_or(ROOT) }
    }

    pub(crate) fn signers(&self, place: PlaceNo, way: Way) -> Vec<PenNo> {
        let actor = self.actor(place, way);
        let absent = self.actors.get(actor).map_or(Team::First, |actor| actor.team);
        let skip = usize::from(absent == Team::WithSubstitute);
        self.cast.pens_of(actor).iter().skip(skip).take(2).copied().collect()
    }

    fn chain(&self, place: PlaceNo, way: Way) -> Chain {
        (place, way, self.signers(place, way))
    }

    fn last(&self, chain: &Chain) -> Option<(u32, RecordId)> {
        self.actors.get(self.actor(chain.0, chain.1))?.chains.get(chain).copied()
    }

    /// Does the last letter of a chain wait for its answer?
    fn is_busy(&self, (place, way, _): &Chain) -> bool {
        let actor = self.actors.get(self.actor(*place, *way));
        let waiting = |item: &Item| {
            let says = &item.letter.says;
            let same = matches!(says, Says::Returns { place: of, .. } if of == place);
            same && item.fate == Fate::Waiting
        };
        actor.is_some_and(|actor| actor.outbox.iter().any(waiting))
    }

    /// Nothing fails any more: everybody must come to the end of what they began, every station
    /// must hold a receipt for its figures, and the officers can release.
    pub(crate) fn finish(&mut self) -> Result<Report, Violation> {
        self.free_disk()?;
        self.now = self.now.max(self.model.moment);
        for place in 1..self.cast.places.len() {
            let enrolled = self.cast.pens_of(place).iter().any(|pen| self.model.is_enrolled(*pen));
            if !enrolled {
                self.enrol(u8::try_from(place).unwrap_or_default())?;
            }
        }
        self.calm()?;
        // Twice: a station may learn by its first attempt that it needs its substitute.
        for _ in 0..2 {
            for station in 0..self.cast.stations().len() {
                self.count(u8::try_from(station).unwrap_or_default(), Way::App, Figures::True)?;
            }
            self.calm()?;
        }
        self.release(0, Made::AtMoment)?;
        self.calm()?;
        self.check_everybody_served()?;
        self.report()
    }

    fn calm(&mut self) -> Result<(), Violation> {
        for _ in 0..PATIENCE {
            self.send()?;
            self.deliver_all()?;
            self.work(None)?;
            self.deliver_all()?;
            self.check()?;
            if self.actors.iter().all(|actor| !actor.waits()) {
                break;
            }
        }
        Ok(())
    }

    fn deliver_all(&mut self) -> Result<(), Violation> {
        while !self.network.is_empty() {
            self.deliver(0)?;
        }
        Ok(())
    }

    fn check_everybody_served(&self) -> Result<(), Violation> {
        for (place, actor) in self.actors.iter().enumerate() {
            let is_station = self.cast.stations().contains(&place);
            let has_receipt = actor.chains.keys().any(|(of, ..)| *of == place);
            if actor.waits() || (is_station && !has_receipt) {
                return Err(Violation::Waiting { place: self.cast.id(place).to_owned() });
            }
        }
        Ok(())
    }
}

/// The figures of a place's form as somebody writes them down.
pub(crate) fn on_paper(place: PlaceNo, figures: Figures) -> BTreeMap<&'static str, i64> {
    let number = i64::try_from(place).unwrap_or_default();
    let (red, blue, blank) = (100 + 7 * number, 80 + 3 * number, 5);
    let all = red + blue + blank;
    let mut counts = BTreeMap::from([
        ("E.1", red),
        ("E.2", blue),
        ("F", blank),
        ("H", all),
        ("D", all),
        ("Z", all + 50),
    ]);
    let mut change = |code, by: i64| {
        counts.entry(code).and_modify(|figure| *figure += by);
    };
    match figures {
        Figures::True => {}
        Figures::Misread(votes) => {
            change("E.1", -i64::from(votes));
            change("E.2", i64::from(votes));
        }
        Figures::DoesNotAddUp => change("H", 1),
        Figures::WithoutEligible => drop(counts.remove("Z")),
        Figures::Incomplete => drop(counts.remove("H")),
    }
    counts
}
