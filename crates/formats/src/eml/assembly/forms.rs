//! The forms, as far as EML carries them: a station's, and a committee's over others.

use election::{Check, FormSpec};

use super::{AssemblyError, tree::Level};
use crate::dutch::{self, DutchError};

/// What EML does not carry: tick boxes, and the second of the two figures for a list.
const NOT_CARRIED: [&str; 5] = ["equal", "more", "fewer", "explained_yes", "explained_no"];
/// Rules that ask for what EML does not carry; F.203 would compare H with itself.
const NOT_ASKED: [&str; 7] = ["F.203", "F.301", "F.302", "F.303", "F.304", "F.310", "F.403"];
/// Rules that hold for one station and not for a sum of stations, where I and J are both sums.
const ONE_STATION: [&str; 5] = ["F.305", "F.306", "F.307", "F.308", "F.309"];

/// The form of a station, by its id.
const STATION: &str = "n10-1";
/// The form of a committee over others, by its id.
const SUM: &str = "na31-2";

/// The form that a unit's figures stand on.
pub(super) fn form_of(level: Level) -> &'static str {
    match level {
        Level::Station => STATION,
        Level::Root | Level::District | Level::Municipality => SUM,
    }
}

/// The forms that units of these kinds fill in; `kinds` are all that the election has.
pub(super) fn forms(kinds: &[&str], leaves: &[Level]) -> Result<Vec<FormSpec>, AssemblyError> {
    let mut forms = Vec::new();
    if leaves.contains(&Level::Station) {
        let mut form = station_form()?;
        form.kinds.retain(|kind| kinds.contains(&&**kind));
        forms.push(form);
    }
    let sums = leaves.iter().filter(|level| **level != Level::Station);
    let sums: Vec<String> = sums.map(|level| level.kind_that_counts().to_owned()).collect();
    if !sums.is_empty() {
        forms.push(FormSpec { kinds: sums, ..sum_form()? });
    }
    Ok(forms)
}

/// Model N 10-1 as far as EML carries it. H is the sum of its parts, every other field may be
/// missing, and the checks of a list against its candidates look at the one figure for a list.
///
/// # Errors
/// When the file beside the program is broken.
pub fn station_form() -> Result<FormSpec, DutchError> {
    let mut form = dutch::keep(
        dutch::n10_1()?,
        |section| section != "pages",
        |field| !NOT_CARRIED.contains(&field),
        |rule| !NOT_ASKED.contains(&rule),
    );
    dutch::make_optional(&mut form);
    for field in dutch::plain_fields(&mut form).flatten().filter(|field| field.code == "H") {
        field.sum = ["E", "F", "G"].map(str::to_owned).into();
    }
    for rule in &mut form.rules {
        if let Check::ListTotalsGiven { totals, .. } | Check::ListSums { totals, .. } =
            &mut rule.check
        {
            "lists".clone_into(totals);
        }
    }
    Ok(form)
}

/// A committee's form over others (Model Na 31-2 and its likes): the same fields, and F.312 in the
/// place of what holds for one station only.
///
/// # Errors
/// When the file beside the program is broken.
pub fn sum_form() -> Result<FormSpec, DutchError> {
    let own = dutch::na31_2()?;
    let mut form = station_form()?;
    form.rules.retain(|rule| !ONE_STATION.contains(&&*rule.code));
    form.rules.extend(own.rules);
    Ok(FormSpec { id: own.id, name: own.name, ..form })
}
