//! Somebody who means harm, or is very clumsy. They listen, and they may hold keys of their own,
//! but nobody else's.

use std::{collections::BTreeMap, rc::Rc};

use record::Digest;

use crate::{
    Figures, Forgery, Violation, Way,
    cast::{OFFICERS, PenNo, PlaceNo, ROOT, STRANGERS},
    letter::{Flaw, Letter, Reading, Says},
    net::Packet,
    people::on_paper,
    world::World,
};

impl World {
    pub(crate) fn replay(&mut self, which: u16) -> Result<(), Violation> {
        let place = usize::from(which).checked_rem(self.heard.len());
        if let Some(letter) = place.and_then(|place| self.heard.get(place)) {
            let letter = Rc::clone(letter);
            self.network.send(Packet::Letter { from: None, letter });
        }
        Ok(())
    }

    pub(crate) fn forge(&mut self, station: u8, forgery: Forgery) -> Result<(), Violation> {
        if let Some(letter) = self.forged(station, forgery)? {
            let letter = Rc::new(letter);
            self.network.send(Packet::Letter { from: None, letter });
        }
        Ok(())
    }

    fn forged(&mut self, station: u8, forgery: Forgery) -> Result<Option<Letter>, Violation> {
        let heard = usize::from(station).checked_rem(self.heard.len());
        let heard = heard.and_then(|place| self.heard.get(place));
        Ok(match forgery {
            Forgery::BrokenSeal => heard.map(|letter| letter.with_broken_seal()).transpose()?,
            Forgery::OneSignature => heard.map(|letter| letter.with_one_signature()).transpose()?,
            Forgery::CutOff => heard.map(|letter| letter.cut_off()),
            // Before they are enrolled it would be the officers' own mistake, and hold.
            Forgery::KeysTwice if !self.is_enrolled(station) => None,
            _ => {
                let place = self.cast.station(station);
                let (says, pens, flaw) = self.made_up(station, place, forgery);
                self.written += 1;
                Some(Letter::write(&self.cast, self.written, says, pens, flaw)?)
            }
        })
    }

    fn is_enrolled(&self, station: u8) -> bool {
        let first = self.cast.pens_of(self.cast.station(station)).first();
        first.is_some_and(|pen| self.model.is_enrolled(*pen))
    }

    fn made_up(&self, station: u8, place: PlaceNo, forgery: Forgery) -> (Says, Vec<PenNo>, Flaw) {
        let pens = |skip, take| -> Vec<PenNo> {
            self.cast.pens_of(place).iter().skip(skip).take(take).copied().collect()
        };
        let form = Says::Returns { place, reading: self.next_reading(place) };
        let release = Says::Release { place: ROOT, made: self.model.moment };
        let officers: Vec<PenNo> = OFFICERS.into_iter().take(2).collect();
        let (says, pens) = match forgery {
            Forgery::OnePerson => (form, pens(1, 1)),
            // The second and the fourth key are of one person.
            Forgery::OnePersonTwoKeys => (form, pens(1, 3).into_iter().step_by(2).collect()),
            Forgery::Strangers => (form, STRANGERS.to_vec()),
            Forgery::OtherStation => {
                let other = self.cast.station(station.wrapping_add(1));
                (form, self.signers(other, Way::App))
            }
            Forgery::Officers => (form, officers),
            Forgery::SecondDefinition => (Says::Definition, officers),
            Forgery::ReleaseByMembers => (release, pens(1, 2)),
            Forgery::ReleaseByOne => (release, officers.into_iter().take(1).collect()),
            Forgery::ChoiceOfNothing => {
                let chosen = Digest::of(b"nothing");
                (Says::Decision { place, chosen, reason: Some(()) }, officers)
            }
            Forgery::KeysTwice => {
                let other = self.cast.station(station.wrapping_add(1));
                (Says::Enrol { pens: pens(0, 1), place: other }, officers)
            }
            Forgery::OtherKeyGone => {
                let other = self.cast.station(station.wrapping_add(1));
                (Says::Revoke { pens: pens(0, 1), place: other }, officers)
            }
            Forgery::OfficersGone => {
                let gone = OFFICERS.into_iter().skip(1).collect();
                (Says::Revoke { pens: gone, place: ROOT }, officers)
            }
            Forgery::OtherRecords | Forgery::RangeAhead => self.vouching(station, forgery),
            _ => (self.spoiled(place, forgery), self.signers(place, Way::App)),
        };
        let other = forgery == Forgery::OtherElection;
        (says, pens, if other { Flaw::OtherDefinition } else { Flaw::None })
    }

    /// An area's people vouch for what is not there.
    fn vouching(&self, station: u8, forgery: Forgery) -> (Says, Vec<PenNo>) {
        let place = self.cast.places.get(self.cast.station(station));
        let area = place.and_then(|place| place.parent).unwrap_or(ROOT);
        let size = self.model.log.len() as u64;
        let last = if forgery == Forgery::RangeAhead { size + 100 } else { size };
        let says = Says::Attest { place: area, first: 0, last, hash: Digest::of(b"others") };
        (says, self.cast.pens_of(area).to_vec())
    }

    /// A form by the right people that is wrong in itself.
    fn spoiled(&self, place: PlaceNo, forgery: Forgery) -> Says {
        let mut reading = self.next_reading(place);
        let mut place = place;
        match forgery {
            Forgery::NoForm => {
                let parent = self.cast.places.get(place).and_then(|place| place.parent);
                place = parent.unwrap_or(ROOT);
            }
            Forgery::ClosedChannel => reading.way = Way::Fax,
            Forgery::ManyDevices => reading.devices = 3,
            Forgery::Gap => reading.seq += 1,
            Forgery::WrongPredecessor => reading.prev = Some(Digest::of(b"another")),
            Forgery::NoReason => reading.reason = None,
            _ => {}
        }
        Says::Returns { place, reading }
    }

    /// What the station's own people would send next.
    fn next_reading(&self, place: PlaceNo) -> Reading {
        let pens = self.signers(place, Way::App);
        let counts = on_paper(place, Figures::Misread(60));
        let mut reading = reading(counts);
        let says = Says::Returns { place, reading: reading.clone() };
        let letter =
            Letter { id: Digest::of(b""), bytes: Vec::new(), says, pens, flaw: Flaw::None };
        let head = self.model.head(place, &self.model.witness(&letter, &reading));
        if let Some((seq, id)) = head {
            (reading.seq, reading.prev, reading.reason) = (seq + 1, Some(id), Some(()));
        }
        reading
    }
}

fn reading(counts: BTreeMap<&'static str, i64>) -> Reading {
    Reading { way: Way::App, counts, seq: 1, prev: None, reason: None, devices: 2 }
}
