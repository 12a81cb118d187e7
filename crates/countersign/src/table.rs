//! The night as a table for a terminal.

use std::fmt::Write as _;

use election::{Contest, Fraction, Language};
use outcome::{Answer, Complete, with_seats};
use publish::View;

/// Progress, every contest with the eight largest of its selections, how much was found, and the
/// outcome where there is one.
pub(crate) fn night(view: &View<'_>) -> String {
    let head = view.election().head();
    let language = head.languages.first().cloned().unwrap_or_else(|| Language::from("en"));
    let root = view.election().units().root();
    let (reported, expected) = view.board.progress(root);
    let mut text = format!("{}\n", head.name.get(&language));
    let _ = write!(text, "{reported} of {expected} reported");
    if let (Some(heard), Some(share)) = (&head.heard, view.board.heard(root)) {
        let _ =
            write!(text, "; {} % of the {}", share.print_times(100, 1), heard.name.get(&language));
    }
    text.push('\n');
    for contest in view.election().contests().all() {
        text.push_str(&contest_table(view, contest, &language));
    }
    text.push_str(&findings(view));
    text.extend(publish::outcome(view).map(|answer| outcome(view, &answer)));
    text
}

fn contest_table(view: &View<'_>, contest: &Contest, language: &Language) -> String {
    let root = view.election().units().root();
    let lists = contest.columns().filter(|(_, selection)| selection.list.is_none());
    let mut rows: Vec<(u64, &str)> = lists
        .filter_map(|(column, selection)| {
            Some((view.board.sums().get(root, column)?, selection.name.get(language)))
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let total: u64 = rows.iter().map(|(sum, _)| sum).sum();
    let contested = view.election().is_contested(contest);
    if contested {
        rows.sort_by(|a, b| b.cmp(a));
    }
    let mut text = format!("\n  {}\n", contest.name.get(language));
    for (sum, name) in rows.into_iter().take(8) {
        let share = Fraction::new(sum, total).filter(|_| contested).map(|s| s.print_times(100, 1));
        let share = share.map_or_else(String::new, |share| format!("{share} %"));
        let _ = writeln!(text, "  {:>14} {share:>8}  {name}", contest.decimals.print(sum));
    }
    text
}

fn findings(view: &View<'_>) -> String {
    let forms = view.board.forms();
    let mut codes: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for finding in view.findings() {
        *codes.entry(forms.code(finding.rule)).or_default() += 1;
    }
    let list: Vec<String> = codes.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let flagged = view.flagged_in(view.election().units().root());
    format!("\n  {flagged} units with findings: {}\n", list.join(", "))
}

/// The outcome: seats by list and who is elected, or the lot that is to be drawn.
fn outcome(view: &View<'_>, answer: &Answer) -> String {
    let names = Names::of(view);
    match answer {
        Answer::Complete(complete) => seats(&names, complete),
        Answer::LotRequired(lot) => {
            let so_far = Complete { seats: lot.seats.clone(), ..Complete::default() };
            let so_far = seats(&names, &so_far);
            let question = lot.purpose.question(lot.seats_left, &lot.among.join(", "));
            format!("{so_far}\n  {question}\n")
        }
        Answer::Error { error } => format!("\n  Seats: {error}\n"),
        _ => String::new(),
    }
}

/// What lists and candidates are called, in the election's first language.
struct Names<'v> {
    contest: Option<&'v Contest>,
    language: Language,
}

impl<'v> Names<'v> {
    fn of(view: &'v View<'_>) -> Self {
        let head = view.election().head();
        let language = head.languages.first().cloned().unwrap_or_else(|| Language::from("en"));
        let id = head.outcome.as_ref().map(|rule| &rule.contest);
        Self { contest: id.and_then(|id| view.election().contests().by_id(id)), language }
    }

    fn get(&self, id: &str) -> &str {
        let name = self.contest.and_then(|contest| contest.name_of(id));
        name.map_or("", |name| name.get(&self.language))
    }
}

fn seats(names: &Names<'_>, complete: &Complete) -> String {
    let lists = with_seats(&complete.seats);
    let heading = if lists.is_empty() { "" } else { "\n  Seats\n" };
    let mut text = heading.to_owned();
    for (list, seats) in lists {
        let _ = writeln!(text, "  {seats:>14}  {list:>3} {}", names.get(list));
        for (person, preferred) in complete.ranked(list) {
            let number = person.to_string();
            let name = Some(names.get(&format!("{list}/{number}"))).filter(|name| *name != number);
            let how = if preferred { "  by preference" } else { "" };
            let _ = writeln!(text, "  {:>22} {}{how}", number, name.unwrap_or_default());
        }
    }
    if complete.unassigned > 0 {
        let _ = writeln!(text, "  {:>14}  that nobody can take", complete.unassigned);
    }
    text
}
