//! Figures for machines: the tally, one file for each area, one table for each form.

use election::{Unit, UnitIndex};
use form::Layout;
use serde_json::{Map, Value, json};
use tally::{Assurance, Contradiction, KeyChange, KeyEvent, Ledger, Reading, Scope};

use crate::{
    View,
    report::{edition_json, figures, finding_json, tally_report},
};

/// data/tally.json: the whole tally, with the edition that it is of.
pub(crate) fn tally_file(view: &View<'_>) -> Vec<u8> {
    line(&json!({ "edition": edition_json(view), "tally": tally_report(view) }))
}

/// data/units/ID.json: an area and every unit directly inside it.
pub(crate) fn area_file(view: &View<'_>, area: UnitIndex) -> Vec<u8> {
    let units = view.election().units();
    let unit = units.get(area);
    let (reported, expected) = view.board.progress(area);
    let inside = units.children(area).map(|child| unit_json(view, child));
    line(&json!({
        "election": view.election().head().id,
        "mode": view.edition.mode,
        "unit": unit.id.as_str(),
        "name": unit.name,
        "units_reported": reported,
        "units_expected": expected,
        "position": last_position(view, area),
        "figures": figures(view, area),
        "own": form_json(view, area),
        "turnout": turnout_json(view, area),
        "units": inside.collect::<Vec<_>>(),
    }))
}

fn unit_json(view: &View<'_>, unit: UnitIndex) -> Value {
    let units = view.election().units();
    let (reported, expected) = view.board.progress(unit);
    json!({
        "unit": units.get(unit).id.as_str(),
        "name": units.get(unit).name,
        "units_reported": reported,
        "units_expected": expected,
        "form": form_json(view, unit),
        "turnout": turnout_json(view, unit),
        "findings": view.findings_of(unit).iter().map(|f| finding_json(view.board.forms(), f)).collect::<Vec<_>>(),
    })
}

/// What is known of a unit's own form; nothing before it is released.
fn form_json(view: &View<'_>, unit: UnitIndex) -> Value {
    let state = view.board.unit(unit);
    let Some((_, layout)) = view.board.forms().of(unit) else { return Value::Null };
    let Some(counted) = state.counted().filter(|_| view.is_released(unit)) else {
        return Value::Null;
    };
    let readings = state.chains().iter().flat_map(|chain| chain.readings.iter());
    json!({
        "assurance": state.assurance().map(assurance_name),
        "contradiction": state.contradiction().map(contradiction_name),
        "counted": counted.id,
        "readings": readings.map(|reading| reading_json(view, layout, reading)).collect::<Vec<_>>(),
    })
}

fn reading_json(view: &View<'_>, layout: &Layout, reading: &Reading) -> Value {
    let counts = layout.fields.iter().zip(reading.returns.counts());
    let fields = counts.filter_map(|(field, count)| {
        Some((field.code.to_string(), Value::from(count.as_ref()?.get())))
    });
    let mut value = json!({
        "record": reading.id,
        "position": reading.position,
        "channel": channel_of(view, reading),
        "seq": reading.seq,
        "devices": reading.devices,
        "fields": fields.collect::<Map<String, Value>>(),
    });
    if let (Some(object), Some(prev)) = (value.as_object_mut(), reading.prev()) {
        object.insert("replaces".to_owned(), json!(prev));
        object.insert("reason".to_owned(), json!(reading.reason()));
    }
    value
}

/// The channel by which a reading came.
pub(crate) fn channel_of<'a>(view: &View<'a>, reading: &Reading) -> &'a str {
    let state = view.board.unit(reading.returns.unit());
    let chain = state.chains().iter().find(|c| c.readings.iter().any(|r| r.id == reading.id));
    let mut channels = view.election().head().signatures.channels.keys();
    chain
        .and_then(|chain| channels.nth(usize::try_from(chain.key.channel).ok()?))
        .map_or("", String::as_str)
}

fn turnout_json(view: &View<'_>, unit: UnitIndex) -> Value {
    let reports = view.board.turnout(unit).iter();
    let reports = reports.map(|r| json!({ "until": r.made, "admitted": r.admitted }));
    reports.collect::<Vec<_>>().into()
}

/// The names of the assurance levels in data files.
pub(crate) fn assurance_name(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::OneSource => "one-source",
        Assurance::TwoAgree => "two-agree",
    }
}

/// The names of the states of a fork in data files.
pub(crate) fn contradiction_name(contradiction: Contradiction) -> &'static str {
    match contradiction {
        Contradiction::Held => "held",
        Contradiction::Disputed => "disputed",
    }
}

/// The last position of the log at which an area's figures changed.
pub(crate) fn last_position(view: &View<'_>, area: UnitIndex) -> Option<u64> {
    let subtree = view.election().units().subtree(area);
    let inside = view.election().units().all().skip(subtree.start).take(subtree.len());
    inside.filter_map(|(unit, _)| Some(view.board.unit(unit).counted()?.position)).max()
}

/// data/FORM.csv: one row for each unit with that form that has reported, row by row.
pub(crate) fn form_table(view: &View<'_>, form: usize, put: &mut dyn FnMut(&[u8])) {
    let Some(layout) = view.board.forms().layouts().get(form) else { return };
    let codes = layout.fields.iter().map(|field| field.code.as_ref());
    let head: Vec<&str> = ["unit", "name", "record", "position"].into_iter().chain(codes).collect();
    put(format!("{}\n", head.join(",")).as_bytes());
    for (unit, spec) in view.election().units().all() {
        let counted = view.board.unit(unit).counted();
        let counted = counted.filter(|r| r.returns.form() == form && view.is_released(unit));
        if let Some(reading) = counted {
            put(table_row(&spec, reading).as_bytes());
        }
    }
}

fn table_row(unit: &Unit<'_>, reading: &Reading) -> String {
    let (id, name) = (unit.id.as_str(), quoted(unit.name));
    let mut row = format!("{id},{name},{},{}", reading.id, reading.position);
    for count in reading.returns.counts() {
        row.push(',');
        row.push_str(&count.map_or_else(String::new, |count| count.to_string()));
    }
    row.push('\n');
    row
}

/// data/keys/history.csv: one row for each key or code that came or went, in the order of the log.
pub(crate) fn key_table(view: &View<'_>, put: &mut dyn FnMut(&[u8])) {
    put(b"position,action,unit,person,role,key,reason\n");
    let Some(ledger) = view.signers() else { return };
    for event in ledger.key_history() {
        put(key_row(view, ledger, event).as_bytes());
    }
}

fn key_row(view: &View<'_>, ledger: &Ledger, event: KeyEvent) -> String {
    let key = ledger.key_of(event);
    let name = ledger.key_name_of(event);
    let (position, change) = (event.position, change_name(event.change));
    let (unit, person) = (&view.election().units().get(event.unit).id, ledger.person_of(event));
    let role = key.map_or("", |key| role_name(key.scope));
    let (name, reason) = (name.unwrap_or_default(), ledger.registry().reason(position));
    let [person, name, reason] = [person, &name, reason.unwrap_or_default()].map(quoted);
    format!("{position},{change},{unit},{person},{role},{name},{reason}\n")
}

fn change_name(change: KeyChange) -> &'static str {
    match change {
        KeyChange::Invited(_) => "invite",
        KeyChange::Enrolled(_) => "enrol",
        KeyChange::Revoked(_) => "revoke",
    }
}

fn role_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Officer => "officer",
        Scope::Registrar(_) => "registrar",
        Scope::Unit(_) => "member",
    }
}

/// A cell of a table, safe in a spreadsheet: quoted, and never beginning like a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn line(value: &Value) -> Vec<u8> {
    let mut line = value.to_string().into_bytes();
    line.push(b'\n');
    line
}
