//! Nights of a few operations, each cut down from one in which a bug showed.
//!
//! The bugs were planted, one at a time, to see whether the simulation sees them; none is in the
//! crates. `docs/simulation.md` lists them. A bug that is found in earnest gets its row here.

use sim::{Figures, Forgery, Made, Night, Op, Step, Way};

/// Everybody sends, everything arrives in order, the desk works, and everybody hears.
const TALK: [Op; 18] = {
    let mut ops = [Op::Deliver { which: 0 }; 18];
    ops[0] = Op::Send;
    ops[9] = Op::Work;
    ops
};
/// The same, but the desk only has it on its table.
const SEND: [Op; 9] = {
    let mut ops = [Op::Deliver { which: 0 }; 9];
    ops[0] = Op::Send;
    ops
};
/// The second place is the first area, the third its first station: station 0.
const AREA: Op = Op::Enrol { place: 1 };
const KEYS: Op = Op::Enrol { place: 2 };
const COUNT: Op = Op::Count { station: 0, way: Way::App, figures: Figures::True };
const CORRECT: Op = Op::Correct { station: 0, way: Way::App, figures: Figures::Misread(3) };
const FORK: Op = Op::Fork { station: 0, way: Way::App, figures: Figures::Misread(4) };
const TURNOUT: Op = Op::Turnout { station: 0, admitted: 74 };
const RELEASE: Op = Op::Release { place: 0, made: Made::AtMoment };
const MOMENT: Op = Op::Wait { minutes: 45 };

fn forge(forgery: Forgery) -> Op {
    Op::Forge { station: 0, forgery }
}

#[track_caller]
fn check(bug: &str, parts: &[&[Op]]) {
    let night = Night { shape: [2, 2], ops: parts.concat() };
    let failure = night.run().err();
    assert!(failure.is_none(), "{bug}: {failure:?}");
}

#[test]
fn the_log() {
    check("abandon keeps the leaves", &[&[KEYS, Op::FillDisk], &TALK, &[Op::FreeDisk], &TALK]);
    check(
        "a crash forgets what was stored",
        &[&[KEYS], &SEND, &[Op::Crash { after: Step::Stored }], &TALK],
    );
    check(
        "a crash keeps what was not stored",
        &[&[KEYS], &SEND, &[Op::Crash { after: Step::Proposed }], &TALK],
    );
    check(
        "recovery skips turnout",
        &[
            &[KEYS],
            &TALK,
            &[TURNOUT],
            &TALK,
            &[COUNT],
            &SEND,
            &[Op::Crash { after: Step::Committed }],
        ],
    );
    check(
        "one text twice in a batch",
        &[
            &[KEYS],
            &TALK,
            &[COUNT, Op::Send, Op::Double { which: 0 }],
            &[Op::Deliver { which: 0 }; 2],
            &[Op::Work],
        ],
    );
}

#[test]
fn who_signs() {
    let revoke = Op::Revoke { station: 0 };
    check("a revoked key still signs", &[&[KEYS], &TALK, &[revoke, COUNT], &TALK]);
    for forgery in [
        Forgery::OnePersonTwoKeys,
        Forgery::OnePerson,
        Forgery::OtherStation,
        Forgery::Strangers,
        Forgery::Gap,
        Forgery::WrongPredecessor,
        Forgery::ReleaseByOne,
    ] {
        let keys: [&[Op]; 4] = [&[KEYS, AREA, Op::Enrol { place: 3 }], &TALK, &TALK, &TALK];
        let forged: [&[Op]; 2] = [&[forge(forgery)], &TALK];
        let bug = format!("{forgery:?} passes");
        check(&bug, &[&keys[..], &forged].concat());
        check(&bug, &[&keys[..], &[&[COUNT], &TALK], &forged].concat());
    }
    check(
        "a bad signature passes",
        &[
            &[KEYS],
            &TALK,
            &[COUNT, Op::Send, Op::Lose { which: 0 }],
            &[Op::Forge { station: 1, forgery: Forgery::BrokenSeal }],
            &TALK,
        ],
    );
}

#[test]
fn what_counts() {
    let counted: [&[Op]; 4] = [&[KEYS], &TALK, &[COUNT], &TALK];
    let then = |parts: &[&'static [Op]]| [&counted, parts].concat();
    check("what counted before stays in the sums", &then(&[&[CORRECT], &TALK]));
    check(
        "a dispute does not freeze the figure",
        &then(&[&[MOMENT, RELEASE], &TALK, &[FORK], &TALK, &[CORRECT], &TALK]),
    );
    check(
        "a decision moves no head",
        &then(&[
            &[CORRECT],
            &TALK,
            &[Op::Decide { station: 0, pick: 0 }],
            &TALK,
            &[CORRECT],
            &TALK,
        ]),
    );
}

#[test]
fn what_is_public() {
    let counted: [&[Op]; 4] = [&[KEYS], &TALK, &[COUNT], &TALK];
    let then = |parts: &[&'static [Op]]| [&counted, parts].concat();
    check("a release does not look at the clock", &then(&[&[RELEASE], &TALK]));
    let early = Op::Release { place: 0, made: Made::BeforeMoment };
    check("a release may say any time", &[&[MOMENT, early], &TALK]);
    check("a release opens its own unit only", &then(&[&[MOMENT, RELEASE], &TALK]));
    check("a held unit is public", &then(&[&[FORK], &TALK, &[MOMENT, RELEASE], &TALK]));
    check("keys are public", &[&[KEYS], &TALK, &[TURNOUT], &TALK]);
    check("a decision is public", &then(&[&[Op::Decide { station: 0, pick: 0 }], &TALK]));
}
