//! A night as a list: what people do, and what goes wrong.
//!
//! Whatever an operation names is taken modulo what there is, and one that makes no sense where
//! it stands does nothing: so any part of a list is a list too, and a failing one can be cut down.

use crate::{Shape, Way, dice::Dice};

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are numbers of stations, of readings and of packets")]
pub enum Op {
    /// Officers enrol everybody at a place.
    Enrol { place: u8 },
    /// Officers give somebody of a station a one-time code, one of a few.
    Invite { station: u8, code: u8 },
    /// Officers enrol that person's key by a code.
    EnrolByCode { station: u8, code: u8 },
    /// The people of an area vouch for the last records of the log.
    Attest { station: u8, records: u8 },
    /// Officers take a station's first member's key away; the third member steps in.
    Revoke { station: u8 },
    /// Two people write down a form for the first time.
    Count { station: u8, way: Way, figures: Figures },
    /// The same two correct what the log has from them, and say why.
    Correct { station: u8, way: Way, figures: Figures },
    /// The same two write another text with the number they used last.
    Fork { station: u8, way: Way, figures: Figures },
    /// Two people say how many voters were admitted.
    Turnout { station: u8, admitted: u16 },
    /// Officers choose among a station's readings.
    Decide { station: u8, pick: u8 },
    /// Officers release a place and all in it.
    Release { place: u8, made: Made },
    /// Somebody sends what must not be taken in.
    Forge { station: u8, forgery: Forgery },
    /// Somebody sends again what was under way some time before.
    Replay { which: u16 },
    /// Everybody who waits for an answer sends their oldest unanswered letters again.
    Send,
    /// A packet arrives.
    Deliver { which: u16 },
    /// A packet is lost.
    Lose { which: u16 },
    /// A packet is doubled.
    Double { which: u16 },
    /// The desk takes in what has arrived, as one batch.
    Work,
    /// The same, and the machine stops in the middle of it.
    Crash { after: Step },
    /// The disk takes nothing more.
    FillDisk,
    /// The disk takes more again.
    FreeDisk,
    /// Time passes.
    Wait { minutes: u8 },
}

/// What is written on the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figures {
    /// What stands on the paper.
    True,
    /// Two lists with so many votes moved from one to the other: it still adds up.
    Misread(u8),
    /// More blank votes than the total has room for.
    DoesNotAddUp,
    /// One figure left out that may be left out.
    WithoutEligible,
    /// One figure left out that may not.
    Incomplete,
}

/// What the officers write as the time of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// A second before the release moment.
    BeforeMoment,
    /// The release moment, whatever the time is.
    AtMoment,
}

/// After which step the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Judged and signed, but not stored.
    Proposed,
    /// Stored, but the desk does not know.
    Stored,
    /// The desk knows, but nobody was answered.
    Committed,
}

/// What must not be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// A known letter, one byte of a signature changed.
    BrokenSeal,
    /// A known letter without its last bytes.
    CutOff,
    /// A known letter without its second signature. Where the log has its text it is the same
    /// record, and is answered as one.
    OneSignature,
    /// A form signed by one person.
    OnePerson,
    /// A form signed by one person on two devices.
    OnePersonTwoKeys,
    /// A form signed by people whom nobody enrolled.
    Strangers,
    /// A form signed by the members of another station.
    OtherStation,
    /// A form signed by officers.
    Officers,
    /// A form for another election.
    OtherElection,
    /// A form of a place that fills in none.
    NoForm,
    /// A form by a way that is not open.
    ClosedChannel,
    /// A form signed on more devices than persons.
    ManyDevices,
    /// A form whose number leaves one out.
    Gap,
    /// A correction of something else than what stands.
    WrongPredecessor,
    /// A correction that does not say why.
    NoReason,
    /// The definition once more.
    SecondDefinition,
    /// A release signed by a station's members.
    ReleaseByMembers,
    /// A release signed by one officer.
    ReleaseByOne,
    /// A decision for a record that is no reading of the station.
    ChoiceOfNothing,
    /// Keys of a station enrolled a second time, for another.
    KeysTwice,
    /// A key of a station taken away as if it were another's.
    OtherKeyGone,
    /// Two of the three officers' keys taken away at once.
    OfficersGone,
    /// An area's people vouch for a record that is not in the log.
    OtherRecords,
    /// They vouch for positions that the log does not have yet.
    RangeAhead,
}

impl Forgery {
    const ALL: [Self; 24] = [
        Self::BrokenSeal,
        Self::CutOff,
        Self::OneSignature,
        Self::OnePerson,
        Self::OnePersonTwoKeys,
        Self::Strangers,
        Self::OtherStation,
        Self::Officers,
        Self::OtherElection,
        Self::NoForm,
        Self::ClosedChannel,
        Self::ManyDevices,
        Self::Gap,
        Self::WrongPredecessor,
        Self::NoReason,
        Self::SecondDefinition,
        Self::ReleaseByMembers,
        Self::ReleaseByOne,
        Self::ChoiceOfNothing,
        Self::KeysTwice,
        Self::OtherKeyGone,
        Self::OfficersGone,
        Self::OtherRecords,
        Self::RangeAhead,
    ];
}

/// How many operations a night has, after the enrolments at its beginning.
const LENGTH: usize = 260;
/// How many codes there are for one person: few, so that one is often right.
const CODES: u8 = 3;
/// How many packets arrive on either way in the quiet hours before.
const QUIET: usize = 12;

/// One night: how many stations, and what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    /// The stations of both areas.
    pub shape: Shape,
    /// What happens, in order.
    pub ops: Vec<Op>,
}

impl Night {
    /// The night of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let shape = [2 + small(&mut dice, 3), 2 + small(&mut dice, 3)];
        let places = 3 + shape.iter().sum::<u8>();
        // Some places are forgotten at first, so that their records come before their keys.
        let first = (1..places).filter(|_| dice.throw(5) > 0).collect::<Vec<_>>();
        let enrolments = first.into_iter().map(|place| Op::Enrol { place });
        let night = (0..LENGTH).map(|_| throw(&mut dice));
        let ops = enrolments.chain(quiet()).chain(night).collect();
        Self { shape, ops }
    }
}

/// Most keys are in the log before anything goes wrong, or little else would ever happen.
fn quiet() -> impl Iterator<Item = Op> {
    let arrive = || std::iter::repeat_n(Op::Deliver { which: 0 }, QUIET);
    let talk = move |_| [Op::Send].into_iter().chain(arrive()).chain([Op::Work]).chain(arrive());
    (0..3).flat_map(talk)
}

fn throw(dice: &mut Dice) -> Op {
    let (station, which) = (small(dice, 24), dice.throw(u16::MAX));
    let way = dice.pick(&[Way::App, Way::App, Way::Phone, Way::Desk], Way::App);
    match dice.throw(200) {
        0..=79 => Op::Deliver { which },
        80..=99 => Op::Work,
        100..=117 => Op::Send,
        118..=131 => Op::Count { station, way, figures: figures(dice) },
        132..=140 => Op::Correct { station, way, figures: figures(dice) },
        141..=147 => Op::Fork { station, way, figures: figures(dice) },
        148..=152 => Op::Decide { station, pick: small(dice, 8) },
        153..=155 => Op::Turnout { station, admitted: dice.throw(1000) },
        156..=159 => Op::Release { place: small(dice, 24), made: made(dice) },
        160..=161 => Op::Enrol { place: small(dice, 24) },
        162..=163 => Op::Revoke { station },
        164..=175 => Op::Forge { station, forgery: dice.pick(&Forgery::ALL, Forgery::BrokenSeal) },
        176..=179 => Op::Replay { which },
        180..=183 => Op::Lose { which },
        184..=187 => Op::Double { which },
        188..=190 => Op::Crash {
            after: dice.pick(&[Step::Proposed, Step::Stored, Step::Committed], Step::Proposed),
        },
        191 => Op::FillDisk,
        192..=193 => Op::FreeDisk,
        194 => Op::Invite { station, code: small(dice, CODES) },
        195 => Op::EnrolByCode { station, code: small(dice, CODES) },
        196 => Op::Attest { station, records: small(dice, 30) },
        _ => Op::Wait { minutes: small(dice, 20) },
    }
}

fn figures(dice: &mut Dice) -> Figures {
    match dice.throw(12) {
        0..=4 => Figures::True,
        5..=7 => Figures::Misread(1 + small(dice, 9)),
        8..=9 => Figures::DoesNotAddUp,
        10 => Figures::WithoutEligible,
        _ => Figures::Incomplete,
    }
}

fn made(dice: &mut Dice) -> Made {
    dice.pick(&[Made::AtMoment, Made::AtMoment, Made::BeforeMoment], Made::AtMoment)
}

fn small(dice: &mut Dice, sides: u8) -> u8 {
    u8::try_from(dice.throw(u16::from(sides))).unwrap_or_default()
}
