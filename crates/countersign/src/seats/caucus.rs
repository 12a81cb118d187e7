//! Tables for the chair of a caucus, in the room.

use std::collections::BTreeMap;

use outcome::{Caucus, Judged, Ratio, Satellites, SiteAward};

/// Who is viable, who needs how many more people, and what each group gets.
pub(super) fn room(caucus: &Caucus) -> String {
    let least = match caucus.smallest_viable {
        Some(least) => format!("smallest viable group {least}\n"),
        None => "one delegate: it goes to the most people\n".to_owned(),
    };
    let free = caucus.free_to_move.map(|free| format!("free to move {free}\n"));
    let groups = caucus.people.iter().map(|(name, people)| group(caucus, name, *people));
    std::iter::once(least).chain(free).chain(groups).collect()
}

fn group(caucus: &Caucus, name: &str, people: u64) -> String {
    let standing = match caucus.needs.get(name) {
        Some(needs) => format!("needs {needs} more"),
        None if caucus.smallest_viable.is_some() => "viable".to_owned(),
        None => String::new(),
    };
    let got = caucus.delegates.get(name).copied().unwrap_or(0);
    let worth = caucus.state_delegate_equivalents.as_ref().and_then(|worth| worth.get(name));
    let worth = worth.map_or_else(String::new, |worth| format!("  {}", equivalents(*worth)));
    format!("{name:<20} {people:>6} people  {standing:<16} {got:>4} delegates{worth}\n")
}

/// The exact fraction, and four decimals as the party prints them.
fn equivalents(worth: Ratio) -> String {
    let decimals = worth.fraction().map(|worth| worth.print_times(1, 4));
    let decimals = decimals.map_or_else(String::new, |decimals| format!(" ({decimals})"));
    format!("{worth}{decimals} state delegate equivalents")
}

/// For which attendances an award is legal, and what is legal instead.
pub(super) fn judged(judged: &Judged) -> String {
    let [least, most] = judged.asked;
    if judged.legal {
        let runs: Vec<String> = judged.attendees.iter().copied().map(run).collect();
        return format!("legal with {} people, of {least} to {most} asked\n", runs.join(", "));
    }
    let instead = judged.instead.as_ref().map(|instead| {
        let awards = instead.awards.iter().map(|award| format!("  {}\n", row(award)));
        let (attendees, count, told) = (instead.attendees, instead.count, instead.awards.len());
        let awards: String = awards.collect();
        format!("legal with {attendees} people, {told} of {count}:\n{awards}")
    });
    let instead = instead.unwrap_or_else(|| "and no other award is\n".to_owned());
    format!("not legal with {least} to {most} people\n{instead}")
}

fn run([first, last]: [u64; 2]) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

fn row(award: &BTreeMap<String, u64>) -> String {
    let groups = award.iter().map(|(name, got)| format!("{name} {got}"));
    groups.collect::<Vec<_>>().join(", ")
}

/// Each site's share and delegates, and what all sites come to.
pub(super) fn satellites(satellites: &Satellites) -> String {
    let head = format!("reading {}\n", satellites.reading);
    let sites = satellites.sites.iter().map(|(id, award)| site(id, award));
    let totals = satellites.state_delegate_equivalents.iter();
    let totals = totals.map(|(name, worth)| format!("{name:<20} {}\n", equivalents(*worth)));
    let nobody = format!("{:<20} {}\n", "(nobody)", equivalents(satellites.unawarded));
    std::iter::once(head).chain(sites).chain(totals).chain([nobody]).collect()
}

fn site(id: &str, award: &SiteAward) -> String {
    let (share, elects, delegates) = (award.share, award.elects, row(&award.delegates));
    format!("site {id:<15} share {share}, elects {elects}: {delegates}\n")
}
