//! The tables that areas share: figures of contests side by side, and the units inside.

use election::{Contest, Fraction, UnitIndex};
use maud::{Markup, html};

use super::{
    frame::{Frame, bar},
    number,
};

/// How far an area is: units, and the share heard where the election measures it otherwise.
pub(crate) fn progress(frame: &Frame<'_>, area: UnitIndex) -> Markup {
    let (board, words) = (frame.view.board, frame.words);
    let (reported, expected) = board.progress(area);
    let [reported, expected] = [reported, expected].map(|n| number::whole(words, n));
    let kinds = expected_kinds(frame);
    let heard_by = frame.view.election().head().heard.as_ref();
    let heard = heard_by.zip(board.heard(area)).map(|(heard, share)| {
        (words.heard)(&number::per_cent(words, share), heard.name.get(frame.language))
    });
    html! {
        p.progress {
            strong { ((words.reported_of)(&reported, &expected, &kinds)) }
            @if let Some(heard) = heard { "; " (heard) }
        }
        @if let Some(share) = board.heard(area) { (bar(share)) }
    }
}

/// What the places that report are called.
fn expected_kinds(frame: &Frame<'_>) -> String {
    let election = frame.view.election();
    let kinds = election.head().kinds.iter().enumerate().filter(|(kind, _)| {
        let mut expected = election.units().all().filter(|(u, _)| election.is_expected(*u));
        expected.any(|(_, unit)| unit.kind == *kind)
    });
    let names: Vec<&str> = kinds.map(|(_, kind)| kind.many.get(frame.language)).collect();
    names.join(" + ")
}

/// The figures of an area: contests about the same selections stand side by side, so that no
/// column can be taken for "the votes".
pub(crate) fn figures(frame: &Frame<'_>, area: UnitIndex) -> Markup {
    let head = frame.view.election().head();
    let contests = frame.view.election().contests().all();
    let lists = head.selections.keys();
    let groups = lists.map(|list| {
        let ids = head.contests.iter().filter(|c| c.selections == *list).map(|c| &c.id);
        ids.filter_map(|id| contests.iter().find(|c| c.id == *id)).collect::<Vec<_>>()
    });
    html! {
        @for group in groups { @if has_figures(frame, area, &group) { (group_table(frame, area, &group)) } }
    }
}

fn has_figures(frame: &Frame<'_>, area: UnitIndex, group: &[&Contest]) -> bool {
    let mut columns = group.iter().flat_map(|contest| contest.columns());
    columns.any(|(column, _)| frame.view.board.sums().get(area, column).is_some())
}

fn group_table(frame: &Frame<'_>, area: UnitIndex, group: &[&Contest]) -> Markup {
    let mut order: Vec<usize> = match group.first() {
        Some(contest) => lists_of(contest).collect(),
        None => Vec::new(),
    };
    // Shares make sense where selections compete: the largest of the last contest first.
    let competing = group.iter().any(|contest| frame.view.election().is_contested(contest));
    if competing && let Some(last) = group.last() {
        order.sort_by_key(|row| std::cmp::Reverse(sum(frame, area, last, *row)));
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label=(frame.words.figures) {
            table {
                thead { tr {
                    th scope="col" { (frame.words.selection) }
                    @for contest in group { th.number scope="col" { (contest.name.get(frame.language)) } }
                } }
                tbody { @for row in order { (selection_row(frame, area, group, row, competing)) } }
            }
        }
    }
}

fn lists_of(contest: &Contest) -> impl Iterator<Item = usize> {
    contest.selections.iter().enumerate().filter(|(_, s)| s.list.is_none()).map(|(i, _)| i)
}

fn sum(frame: &Frame<'_>, area: UnitIndex, contest: &Contest, row: usize) -> Option<u64> {
    frame.view.board.sums().get(area, contest.column(row))
}

fn selection_row(
    frame: &Frame<'_>,
    area: UnitIndex,
    group: &[&Contest],
    row: usize,
    competing: bool,
) -> Markup {
    let selection = group.first().and_then(|contest| contest.selections.get(row));
    let Some(selection) = selection else { return html! {} };
    html! {
        tr {
            th scope="row" { bdi { (selection.name.get(frame.language)) } }
            @for contest in group { (figure_cell(frame, area, contest, row, competing)) }
        }
    }
}

fn figure_cell(
    frame: &Frame<'_>,
    area: UnitIndex,
    contest: &Contest,
    row: usize,
    competing: bool,
) -> Markup {
    let Some(figure) = sum(frame, area, contest, row) else { return html! { td.number { "–" } } };
    let total: u64 = lists_of(contest).filter_map(|row| sum(frame, area, contest, row)).sum();
    let share = competing.then(|| Fraction::new(figure, total)).flatten();
    html! {
        td.number {
            (number::sum(frame.words, contest.decimals, figure))
            @if let Some(share) = share {
                " " small { (number::per_cent(frame.words, share)) " %" }
                (bar(share))
            }
        }
    }
}

/// The units directly inside an area.
pub(crate) fn inside(frame: &Frame<'_>, area: UnitIndex) -> Markup {
    let units = frame.view.election().units();
    let words = frame.words;
    html! {
        h2 { (words.inside) }
        div.scroll tabindex="0" role="region" aria-label=(words.inside) {
            table {
                thead { tr {
                    th scope="col" { (words.name) }
                    th.number scope="col" { (words.reported) }
                    th.number scope="col" { (words.flagged) }
                } }
                tbody { @for child in units.children(area) {
                    @let (reported, expected) = frame.view.board.progress(child);
                    tr {
                        th scope="row" { (frame.named(child)) }
                        td.number { (number::whole(words, reported)) " / " (number::whole(words, expected)) }
                        td.number { (number::whole(words, frame.view.flagged_in(child) as u64)) }
                    }
                } }
            }
        }
    }
}
