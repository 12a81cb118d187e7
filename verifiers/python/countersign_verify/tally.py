"""Sums, assurance and findings at the end of the fold (spec/fold.md, from "Assurance" on)."""

from __future__ import annotations

from typing import Any

from .errors import Budget
from .fold import Fold, Reading
from .form import Finding, findings
from .forms import Column, Form

MOST_SUMS = 10_000_000
MOST_NAMED = 10_000_000

Sums = dict[Column, int]


def _add(sums: Sums, more: Sums) -> None:
    for column, figure in more.items():
        sums[column] = sums.get(column, 0) + figure


class Tally:
    """What follows from the records that were taken in."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.election = fold.election
        self.units = fold.units
        self.counted: dict[int, Reading] = {
            unit: state.counted for unit, state in fold.of_unit.items() if state.counted is not None
        }
        self.known = 0
        self.sums = self._sum_up()
        self.reported = self._count_up({u for u in self.counted if self.election.is_expected(u)})
        self.expected = self._count_up({u for u in range(len(self.units)) if self.election.is_expected(u)})
        self.last_position = self._last_positions()
        self.findings = self._find()

    def form(self, unit: int) -> Form | None:
        """The form that a unit fills in."""
        return self.election.form_of(unit)

    def _own(self, unit: int) -> Sums:
        """What a unit's own reading adds."""
        reading, form = self.counted.get(unit), self.form(unit)
        if reading is None or form is None:
            return {}
        pairs = zip(form.fields, reading.figures)
        return {f.column: figure for f, figure in pairs if figure is not None and f.column is not None}

    def _sum_up(self) -> dict[int, Sums]:
        """The sums of the areas and of the root; what is not there is unknown."""
        sums: dict[int, Sums] = {}
        budget = Budget(MOST_SUMS, "sums of areas")
        for unit in range(len(self.units) - 1, -1, -1):
            added = sums.setdefault(unit, {}) if self.units.is_area(unit) or unit == 0 else {}
            _add(added, self._own(unit))
            self.known += len(added)
            if unit in sums:
                budget.spend(len(added))
            parent = self.units.parents[unit]
            if parent is not None:
                _add(sums.setdefault(parent, {}), added)
        return sums

    def _count_up(self, units: set[int]) -> list[int]:
        """For each unit how many of these are it or inside it."""
        counts = [int(unit in units) for unit in range(len(self.units))]
        for unit in range(len(counts) - 1, 0, -1):
            counts[self.units.parents[unit] or 0] += counts[unit]
        return counts

    def _last_positions(self) -> list[int | None]:
        last: list[int | None] = [None] * len(self.units)
        for unit in range(len(last) - 1, -1, -1):
            reading, parent = self.counted.get(unit), self.units.parents[unit]
            found = [p for p in (last[unit], reading.position if reading else None) if p is not None]
            last[unit] = max(found, default=None)
            if parent is not None and last[unit] is not None:
                last[parent] = max(last[unit] or 0, last[parent] or 0)
        return last

    def heard(self) -> tuple[int, int]:
        """Of the root: the weight that reported, over the weight that is expected."""
        attribute = self.election.heard
        if attribute is None:
            return self.reported[0], self.expected[0]
        expected = [u for u in range(len(self.units)) if self.election.is_expected(u)]
        weights = {unit: self.units.count(unit, attribute) or 0 for unit in expected}
        return sum(w for u, w in weights.items() if u in self.counted), sum(weights.values())

    def assurance(self, counted: Reading) -> str:
        """Whether another witness with other persons says the same."""
        if counted.is_apart:
            for witness, head in self.fold.of_unit[counted.unit].heads.items():
                others = witness != counted.witness and not witness[1] & counted.witness[1]
                if others and head.is_apart and head.figures == counted.figures:
                    return "two-agree"
        return "one-source"

    def _find(self) -> dict[int, list[Finding]]:
        """The findings of every unit with a reading that counts."""
        copies = [_Copies(self, rule) for rule in self.election.across if rule["check"]["kind"] == "no-copy"]
        agree = next((r for r in self.election.across if r["check"]["kind"] == "readings-agree"), None)
        found: dict[int, list[Finding]] = {}
        budget = Budget(MOST_NAMED, "fields of findings")
        for unit in sorted(self.counted):
            form, reading = self.form(unit), self.counted[unit]
            if form is None:
                continue
            found[unit] = findings(form, self.units, unit, reading.figures)
            if agree is not None:
                found[unit] += self._disagreements(form, reading, agree)
            for rule in copies:
                found[unit] += rule.findings(unit, form)
            budget.spend(sum(len(finding.fields) for finding in found[unit]))
        return found

    def _disagreements(self, form: Form, counted: Reading, rule: dict[str, Any]) -> list[Finding]:
        found = []
        for witness, head in self.fold.of_unit[counted.unit].heads.items():
            if witness == counted.witness or head.figures == counted.figures:
                continue
            differ = [n for n, (a, b) in enumerate(zip(counted.figures, head.figures)) if a != b]
            codes = tuple(form.fields[n].code for n in differ)
            expected, value = counted.figures[differ[0]], head.figures[differ[0]]
            found.append(_across(rule, codes, "" if expected is None else expected, "" if value is None else value))
        return found


def _across(rule: dict[str, Any], codes: tuple[str, ...], expected: int | str, found: int | str) -> Finding:
    return Finding(rule["code"], rule["severity"], rule["source"], rule["text"], codes, expected, found)


class _Copies:
    """The units that take part in a rule of `no-copy`, by what they say."""

    def __init__(self, tally: Tally, rule: dict[str, Any]) -> None:
        self.tally, self.rule = tally, rule
        self.sections, self.above = rule["check"]["sections"], rule["check"]["above"]
        self.fields: dict[str, list[int]] = {}
        self.same: dict[tuple[str, tuple[int | None, ...]], list[int]] = {}
        self.said: dict[int, tuple[str, tuple[int | None, ...]]] = {}
        for unit in sorted(tally.counted):
            self._add(unit)

    def _add(self, unit: int) -> None:
        form, figures = self.tally.form(unit), self.tally.counted[unit].figures
        if form is None or not self.sections or self.sections[0] not in form.sections:
            return
        if sum(figures[n] or 0 for n in form.sections[self.sections[0]]) <= self.above:
            return
        if form.id not in self.fields:
            self.fields[form.id] = list(form.fields_of([f"@{s}" for s in self.sections if s in form.sections]))
        said = form.id, tuple(figures[n] for n in self.fields[form.id])
        self.said[unit] = said
        self.same.setdefault(said, []).append(unit)

    def findings(self, unit: int, form: Form) -> list[Finding]:
        """One finding, where the unit has copies."""
        copies = self.same.get(self.said[unit], []) if unit in self.said else []
        if len(copies) < 2:
            return []
        other = copies[0] if copies[0] != unit else copies[1]
        codes = tuple(form.fields[n].code for n in self.fields[form.id])
        return [_across(self.rule, codes, "", self.tally.units.ids[other])]
