//! Two units whose forms have the same figures, field by field.

use std::collections::HashMap;

use election::{AcrossCheck, Count, UnitIndex};
use form::{FieldIndex, Figure, Finding, Layout, RuleRef};
use tally::Board;

pub(crate) fn find(board: &Board) -> Vec<Finding> {
    let across = &board.forms().election().head().across;
    let rules = across.iter().enumerate().filter_map(|(rule, row)| match &row.check {
        AcrossCheck::NoCopy { sections, above } => {
            Some(copies(board, RuleRef::Across(rule), sections, *above))
        }
        AcrossCheck::ReadingsAgree => None,
    });
    let mut findings: Vec<Finding> = rules.flatten().collect();
    findings.sort_by_key(|finding| (finding.unit, finding.rule));
    findings
}

fn copies(board: &Board, rule: RuleRef, sections: &[String], above: u64) -> Vec<Finding> {
    let election = board.forms().election();
    let mut same: HashMap<(usize, Vec<Option<Count>>), Vec<UnitIndex>> = HashMap::new();
    for (unit, _) in election.units().all() {
        if let Some(key) = figures(board, unit, sections, above) {
            same.entry(key).or_default().push(unit);
        }
    }
    let groups = same.into_values().filter(|units| units.len() > 1);
    groups.flat_map(|units| group_findings(board, rule, sections, &units)).collect()
}

/// The figures of a unit in some sections of its form; none when the first section adds up to no
/// more than `above`, since small rooms are alike by chance.
fn figures(
    board: &Board,
    unit: UnitIndex,
    sections: &[String],
    above: u64,
) -> Option<(usize, Vec<Option<Count>>)> {
    let (form, layout) = board.forms().of(unit)?;
    let returns = &board.unit(unit).counted()?.returns;
    let people = layout.section(sections.first()?)?.fields.clone();
    let sum: u64 = people.filter_map(|field| returns.get(field)).map(Count::get).sum();
    let fields = fields_of(layout, sections);
    (sum > above).then(|| (form, fields.into_iter().map(|field| returns.get(field)).collect()))
}

fn fields_of(layout: &Layout, sections: &[String]) -> Vec<FieldIndex> {
    let found = sections.iter().filter_map(|id| layout.section(id));
    found.flat_map(|section| section.fields.clone()).collect()
}

/// One finding for each unit, naming the first other one.
fn group_findings(
    board: &Board,
    rule: RuleRef,
    sections: &[String],
    units: &[UnitIndex],
) -> Vec<Finding> {
    let id = |unit: &UnitIndex| board.forms().election().units().get(*unit).id.to_string();
    let finding = |unit: &UnitIndex| {
        let other = units.iter().find(|other| *other != unit)?;
        let layout = board.forms().of(*unit)?.1;
        let (expected, found) = (Figure::Text(String::new()), Figure::Text(id(other)));
        Some(Finding { unit: *unit, rule, fields: fields_of(layout, sections), expected, found })
    };
    units.iter().filter_map(finding).collect()
}
