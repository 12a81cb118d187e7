//! The night as a table for a terminal.

use std::fmt::Write as _;

use election::{Contest, Fraction, Language};
use publish::View;
use serde_json::Value;

/// Progress, every contest with the eight largest of its selections, and how much was found.
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
pub(crate) fn seats(view: &View<'_>, outcome: &Value) -> String {
    let Some(seats) = outcome["seats"].as_object() else { return String::new() };
    let head = view.election().head();
    let language = head.languages.first().cloned().unwrap_or_else(|| Language::from("en"));
    let contest = head.outcome.as_ref().map(|rule| &rule.contest);
    let contest = contest.and_then(|id| view.election().contests().by_id(id));
    let name = |list: &str| {
        let selection = contest.and_then(|contest| contest.selections.get(contest.find(list)?));
        selection.map_or("", |list| list.name.get(&language)).to_owned()
    };
    let mut rows: Vec<(u64, &String, u64)> = seats
        .iter()
        .filter_map(|(list, seats)| Some((list.parse().ok()?, list, seats.as_u64()?)))
        .filter(|(_, _, seats)| *seats > 0)
        .collect();
    rows.sort_unstable();
    let mut text = "\n  Seats\n".to_owned();
    for (_, list, seats) in rows {
        let _ = writeln!(text, "  {seats:>14}  {list:>3} {}", name(list));
        let elected = outcome["elected"][list].as_array().into_iter().flatten();
        let preferred = outcome["preferred"][list].as_u64().unwrap_or(0);
        for (person, rank) in elected.zip(1..) {
            let how = if rank <= preferred { "  by preference" } else { "" };
            let who = name(&format!("{list}/{person}"));
            let number = person.to_string();
            let who = if who == number { String::new() } else { format!(" {who}") };
            let _ = writeln!(text, "  {:>14}      {number:>3}{who}{how}", "");
        }
    }
    if outcome["status"] == "lot_required" {
        let among = outcome["among"].as_array().into_iter().flatten();
        let among: Vec<&str> = among.filter_map(Value::as_str).collect();
        let _ = writeln!(
            text,
            "  A lot is to be drawn ({}): {} of {}",
            outcome["for"].as_str().unwrap_or_default(),
            outcome["seats_left"],
            among.join(", ")
        );
    }
    text
}

/// How the seats stand to the official result.
pub(crate) fn official(official: &Value) -> String {
    let lists = official["lists"].as_object().into_iter().flatten();
    let lists: Vec<String> = lists
        .map(|(list, row)| format!("{list}: {} ({} by preference)", row["seats"], row["preferred"]))
        .collect();
    match official["equal"].as_bool() {
        Some(true) => "\n  The official result has the same seats.\n".to_owned(),
        Some(false) => format!("\n  THE OFFICIAL RESULT DIFFERS: {}\n", lists.join(", ")),
        None => format!("\n  The official result: {}\n", lists.join(", ")),
    }
}
