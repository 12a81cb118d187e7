//! The election's own page.

use maud::html;

use super::{frame::Frame, tables};

pub(crate) fn page(frame: &Frame<'_>) -> Vec<u8> {
    let name = frame.election_name();
    let root = frame.unit;
    let moment = frame.moment(frame.view.election().head().calendar.release.seconds());
    let (reported, _) = frame.view.board.progress(root);
    let body = html! {
        h1 { (name) }
        (tables::progress(frame, root))
        @if !frame.view.is_released(root) && reported == 0 {
            p.sealed { ((frame.words.sealed)(&moment)) }
        }
        (tables::figures(frame, root))
        (super::seats::section(frame))
        (super::unit::own_form(frame, root))
        (super::unit::turnout(frame, root))
        (tables::inside(frame, root))
        (super::unit::keys(frame, root))
        h2 { (frame.words.data) }
        p {
            a href=(format!("{}data/tally.json", frame.place.top())) { "data/tally.json" }
            @for layout in frame.view.board.forms().layouts() {
                ", " a href=(format!("{}data/{}.csv", frame.place.top(), layout.id)) { "data/" (layout.id) ".csv" }
            }
            ", " a href=(format!("{}data/keys/history.csv", frame.place.top())) { (frame.words.keys) }
        }
    };
    frame.page(name, &body)
}
