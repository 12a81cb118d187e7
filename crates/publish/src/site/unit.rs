//! The page of one unit below the root.

use election::{Severity, UnitIndex};
use form::{Field, Finding, Layout, RuleRef, SectionFields};
use maud::{Markup, html};
use tally::{KeyEvent, Ledger, Reading};

use super::{frame::Frame, number, tables};

pub(crate) fn page(frame: &Frame<'_>) -> Vec<u8> {
    let units = frame.view.election().units();
    let unit = units.get(frame.unit);
    let kind = frame.view.election().head().kinds.get(unit.kind);
    let area = !unit.is_leaf();
    let body = html! {
        (frame.way_up())
        h1 { bdi { (unit.name) } }
        p.kind { @if let Some(kind) = kind { (kind.one.get(frame.language)) } " " code { (unit.id) } }
        @if area {
            (tables::progress(frame, frame.unit))
            (tables::figures(frame, frame.unit))
        }
        (own_form(frame, frame.unit))
        (turnout(frame, frame.unit))
        (keys(frame, frame.unit))
        @if area {
            (tables::inside(frame, frame.unit))
            h2 { (frame.words.data) }
            p { a href=(format!("../data/units/{}.json", unit.id.path_name())) { "JSON" } }
        }
    };
    frame.page(&format!("{} – {}", unit.name, frame.election_name()), &body)
}

/// The unit's own form, where it fills one in.
pub(crate) fn own_form(frame: &Frame<'_>, unit: UnitIndex) -> Markup {
    let Some((_, layout)) = frame.view.board.forms().of(unit) else { return html! {} };
    let state = frame.view.board.unit(unit);
    let counted = state.counted().filter(|_| frame.view.is_released(unit));
    let contradiction = state.contradiction().filter(|_| frame.view.is_released(unit));
    html! {
        h2 { (frame.words.form) }
        @if let Some(contradiction) = contradiction {
            p.disputed { ((frame.words.contradiction)(contradiction)) }
        }
        @match counted {
            Some(reading) => {
                @if let Some(assurance) = state.assurance() {
                    p.assurance { ((frame.words.assurance)(assurance)) }
                }
                (findings(frame, unit))
                @for section in &layout.sections { (section_table(frame, layout, section, reading, unit)) }
                (readings(frame, unit, reading))
            }
            None if frame.view.is_released(unit) => { p { (frame.words.not_in) } }
            None => { p { (frame.words.not_heard) } }
        }
    }
}

fn findings(frame: &Frame<'_>, unit: UnitIndex) -> Markup {
    let findings = frame.view.findings_of(unit);
    html! {
        h3 { (frame.words.findings) }
        @if findings.is_empty() {
            p { (frame.words.no_findings) }
        } @else {
            ul.findings { @for finding in findings { (finding_item(frame, finding)) } }
            p.why { (frame.words.findings_why) }
        }
    }
}

fn finding_item(frame: &Frame<'_>, finding: &Finding) -> Markup {
    let forms = frame.view.board.forms();
    let (class, severity) = match forms.severity(finding.rule) {
        Severity::Error => ("error", frame.words.error),
        Severity::Warning => ("warning", frame.words.warning),
    };
    html! {
        li class=(class) {
            strong { (forms.code(finding.rule)) } " (" (severity) "): "
            (forms.sentence(finding, frame.language))
            " " small { (forms.source(finding.rule)) }
        }
    }
}

fn section_table(
    frame: &Frame<'_>,
    layout: &Layout,
    section: &SectionFields,
    reading: &Reading,
    unit: UnitIndex,
) -> Markup {
    let known = section.fields.clone().filter_map(|index| {
        Some((index, layout.fields.get(index)?, reading.returns.get(index)?.get()))
    });
    let rows: Vec<_> = known.collect();
    let flagged = |index: &usize| {
        // A finding across units is about the whole form; marking every row would mark none.
        let own = |finding: &&Finding| matches!(finding.rule, RuleRef::Form(..));
        let mut own = frame.view.findings_of(unit).iter().filter(own);
        own.any(|finding| finding.fields.contains(index))
    };
    let heading = section.name.get(frame.language);
    html! {
        @if !rows.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(heading) {
                table {
                    caption { (heading) }
                    thead { tr {
                        th scope="col" { (frame.words.field) }
                        th scope="col" { (frame.words.label) }
                        th.number scope="col" { (frame.words.count) }
                    } }
                    tbody { @for (index, field, count) in &rows {
                        (field_row(frame, field, *count, flagged(index)))
                    } }
                }
            }
        }
    }
}

fn field_row(frame: &Frame<'_>, field: &Field, count: u64, flagged: bool) -> Markup {
    html! {
        tr.flagged[flagged] {
            th scope="row" { code { (field.code) } }
            td { bdi { (field.name.get(frame.language)) } @if !field.is_on_paper() { " " small { "(" (frame.words.worked_out) ")" } } }
            td.number { (number::sum(frame.words, field.decimals, count)) }
        }
    }
}

/// Every reading that was signed, the one that counts marked: nothing is taken away.
fn readings(frame: &Frame<'_>, unit: UnitIndex, counted: &Reading) -> Markup {
    let state = frame.view.board.unit(unit);
    let readings = state.chains().iter().flat_map(|chain| chain.readings.iter());
    html! {
        h3 { (frame.words.readings) }
        ol.readings { @for reading in readings {
            li {
                @if reading.id == counted.id { strong { (frame.words.counts) } " · " }
                (frame.words.position) " " (number::whole(frame.words, reading.position))
                " · " (frame.words.channel) " " (crate::data::channel_of(frame.view, reading))
                @if let Some(made) = reading.made.seconds() { " · " (frame.words.made) " " (frame.moment(made)) }
                " · " (frame.words.record) " " code.id { (reading.id) }
                @if let Some(reason) = reading.reason() { " · " (frame.words.replaces) " " q { (reason) } }
            }
        } }
    }
}

/// Who may sign here, also for an area around it, and since when: whoever finds a name that should not be there can say so.
pub(super) fn keys(frame: &Frame<'_>, unit: UnitIndex) -> Markup {
    let events = frame.view.keys_for(unit);
    let ledger = frame.view.signers().filter(|_| !events.is_empty());
    html! {
        @if let Some(ledger) = ledger {
            h2 { (frame.words.keys) }
            div.scroll tabindex="0" role="region" aria-label=(frame.words.keys) {
                table {
                    thead { tr {
                        th.number scope="col" { (frame.words.position) }
                        th scope="col" { (frame.words.key_what) }
                        th scope="col" { (frame.words.key_who) }
                        th scope="col" { (frame.words.key) }
                    } }
                    tbody { @for event in &events { (key_row(frame, ledger, *event)) } }
                }
            }
        }
    }
}

fn key_row(frame: &Frame<'_>, ledger: &Ledger, event: KeyEvent) -> Markup {
    let key = ledger.key_of(event);
    html! {
        tr {
            td.number { (number::whole(frame.words, event.position)) }
            td {
                ((frame.words.key_change)(event.change, key.map(|key| key.scope)))
                @if let Some(reason) = ledger.registry().reason(event.position) { ": " q { (reason) } }
            }
            td { bdi { (ledger.person_of(event)) } ", " code { (frame.view.election().units().get(event.unit).id) } }
            td { @if let Some(name) = ledger.key_name_of(event) { code { bdi { (name) } } } }
        }
    }
}

/// The voters admitted so far, where that was reported.
pub(super) fn turnout(frame: &Frame<'_>, unit: UnitIndex) -> Markup {
    let reports = frame.view.board.turnout(unit);
    html! {
        @if !reports.is_empty() {
            h2 { (frame.words.turnout) }
            table {
                thead { tr {
                    th scope="col" { (frame.words.until) }
                    th.number scope="col" { (frame.words.admitted) }
                } }
                tbody { @for report in reports { tr {
                    th scope="row" { (frame.moment(report.made)) }
                    td.number { (number::whole(frame.words, report.admitted)) }
                } } }
            }
        }
    }
}
