//! Seats, who is elected, and every step that a person with a pencil would take.

use std::collections::BTreeMap;

use election::Contest;
use maud::{Markup, html};
use outcome::{Answer, Complete, LotRequired, Person, Step, with_seats};

use super::{frame::Frame, number};
use crate::report::outcome;

/// The seats of the whole election; nothing where it asks for none or not all have reported.
pub(crate) fn section(frame: &Frame<'_>) -> Markup {
    let Some(answer) = outcome(frame.view) else { return html! {} };
    let names = Names::of(frame);
    match &answer {
        Answer::Complete(complete) => html! {
            h2 { (frame.words.seats) }
            (table(&names, &complete.seats))
            (unassigned(frame, complete))
            (elected(&names, complete))
            (steps(&names, &complete.steps))
        },
        Answer::LotRequired(lot) => html! {
            h2 { (frame.words.seats) }
            (to_be_drawn(&names, lot))
            (table(&names, &lot.seats))
            (steps(&names, &lot.steps))
        },
        _ => html! {},
    }
}

/// What lists and candidates are called.
struct Names<'a> {
    frame: &'a Frame<'a>,
    contest: Option<&'a Contest>,
}

impl<'a> Names<'a> {
    fn of(frame: &'a Frame<'a>) -> Self {
        let election = frame.view.election();
        let rule = election.head().outcome.as_ref();
        Self { frame, contest: rule.and_then(|rule| election.contests().by_id(&rule.contest)) }
    }

    /// The name of `3` or `3/7`; the id itself where there is no name of its own.
    fn get<'i>(&'i self, id: &'i str) -> &'i str {
        let name = self.contest.and_then(|contest| contest.name_of(id));
        name.map_or(id, |name| name.get(self.frame.language))
    }

    /// A list's name, or a candidate's with the list's.
    fn tied(&self, id: &str) -> Markup {
        match id.split_once('/') {
            Some((list, place)) => {
                let name = Some(self.get(id)).filter(|name| *name != place && *name != id);
                html! { (self.get(list)) ", " (place) @if let Some(name) = name { " " (name) } }
            }
            None => html! { (self.get(id)) },
        }
    }

    fn person(&self, list: &str, person: &Person) -> Markup {
        let place = person.to_string();
        let id = format!("{list}/{place}");
        let name = self.get(&id);
        html! { (place) @if name != place && name != id { " " bdi { (name) } } }
    }
}

fn table(names: &Names<'_>, seats: &BTreeMap<String, u64>) -> Markup {
    let words = names.frame.words;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(words.seats) {
            table {
                thead { tr { th scope="col" { (words.selection) } th.number scope="col" { (words.seats) } } }
                tbody { @for (list, seats) in with_seats(seats) {
                    tr {
                        th scope="row" { bdi { (names.get(list)) } }
                        td.number { (number::whole(words, seats)) }
                    }
                } }
            }
        }
    }
}

fn unassigned(frame: &Frame<'_>, complete: &Complete) -> Markup {
    let empty = number::whole(frame.words, complete.unassigned);
    html! { @if complete.unassigned > 0 { p { ((frame.words.unassigned)(&empty)) } } }
}

fn to_be_drawn(names: &Names<'_>, lot: &LotRequired) -> Markup {
    let words = names.frame.words;
    let places = number::whole(words, lot.seats_left);
    html! { p.disputed {
        ((words.lot)(lot.purpose, &places))
        @for id in &lot.among { " · " bdi { (names.tied(id)) } }
        "."
    } }
}

fn elected(names: &Names<'_>, complete: &Complete) -> Markup {
    let words = names.frame.words;
    html! {
        @if !complete.elected.is_empty() {
            details {
                summary { (words.elected) }
                p.why { (words.elected_why) }
                @for (list, _) in with_seats(&complete.seats) {
                    h3 { bdi { (names.get(list)) } }
                    ol { @for (person, how) in complete.ranked(list) {
                        li { (names.person(list, person)) @if how { " (" (words.preferred) ")" } }
                    } }
                }
            }
        }
    }
}

fn steps(names: &Names<'_>, steps: &[Step]) -> Markup {
    let words = names.frame.words;
    html! {
        details {
            summary { (words.steps) }
            div.scroll tabindex="0" role="region" aria-label=(words.steps) {
                table {
                    thead { tr {
                        th scope="col" { (words.article) }
                        th scope="col" { (words.step) }
                        th scope="col" { (words.selection) }
                        th.number scope="col" { (words.value) }
                        th.number scope="col" { (words.seats) }
                    } }
                    tbody { @for one in steps { (step(names, one)) } }
                }
            }
        }
    }
}

fn step(names: &Names<'_>, step: &Step) -> Markup {
    let words = names.frame.words;
    html! {
        tr {
            td { (step.article.unwrap_or("–")) }
            td { ((words.step_kind)(step.kind)) }
            th scope="row" {
                bdi { (names.get(&step.list)) }
                @if let Some(from) = &step.from { " " small { "← " bdi { (names.get(from)) } } }
            }
            td.number { @if let Some(value) = step.value { (value) } @else { "–" } }
            td.number { (number::whole(words, step.seats)) }
        }
        @let ranking = step.ranking();
        @if !ranking.is_empty() {
            tr { td.why colspan="5" { small {
                (words.compared)
                @for (list, value) in ranking {
                    " · " bdi { (names.get(list)) } " " (number::decimal(words, &value.decimal()))
                }
            } } }
        }
    }
}
