//! A network that loses, doubles, delays and reorders: it hands out whatever it is asked for, in
//! any order, once, twice or never.

use std::rc::Rc;

use crate::{cast::PlaceNo, letter::Letter};

/// Somebody who sends and waits for receipts: the officers (by the root), an area, a station.
pub(crate) type ActorNo = PlaceNo;

/// What is under way.
#[derive(Clone)]
pub(crate) enum Packet {
    /// To the desk. Nobody waits for the answer of one without a sender: it was forged or replayed.
    Letter { from: Option<ActorNo>, letter: Rc<Letter> },
    /// To whoever sent the letter.
    Answer { to: ActorNo, letter: Rc<Letter>, answer: Answer },
}

/// What the desk says to a sender.
#[derive(Clone)]
pub(crate) enum Answer {
    /// It stands in the log: the text of a receipt.
    Receipt(String),
    /// It is refused for good, or until something else comes in.
    Refused(crate::Reason),
    /// The desk could not store it.
    TryAgain,
}

/// The most that can be under way; beyond it the oldest is lost.
const CAPACITY: usize = 60;

#[derive(Default)]
pub(crate) struct Network {
    packets: Vec<Packet>,
}

impl Network {
    pub(crate) fn send(&mut self, packet: Packet) {
        if self.packets.len() == CAPACITY {
            self.packets.remove(0);
        }
        self.packets.push(packet);
    }

    /// Takes out whichever: picking is reordering, and not being picked is delay.
    pub(crate) fn take(&mut self, which: u16) -> Option<Packet> {
        let place = self.place(which)?;
        Some(self.packets.remove(place))
    }

    /// A second copy of one that is under way.
    pub(crate) fn double(&mut self, which: u16) -> Option<()> {
        let copy = self.packets.get(self.place(which)?)?.clone();
        self.send(copy);
        Some(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    fn place(&self, which: u16) -> Option<usize> {
        usize::from(which).checked_rem(self.packets.len())
    }
}
