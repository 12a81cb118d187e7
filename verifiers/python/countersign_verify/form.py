"""From the counts of a record to figures with findings (spec/form.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .checks import CHECKS, Failure, Figures, Value, caucus_failure, total
from .contests import Places
from .errors import NotChecked, Refused
from .forms import Field, Form, Quotient, Rule
from .shape import Text
from .units import Units

MOST_SENTENCE = 16_777_216
NOT_FILLED_IN = "\u2014"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a form or a unit breaks."""

    code: str
    severity: str
    source: str
    text: Text
    fields: tuple[str, ...]
    expected: Value
    found: Value

    def sentence(self, language: str) -> str:
        """The rule's text with what was expected, what was found, and the fields."""
        sentence = self.text.of(language)
        for mark, value in (
            ("{expected}", _said(self.expected)),
            ("{found}", _said(self.found)),
            ("{fields}", ", ".join(self.fields)),
        ):
            if len(sentence) + sentence.count(mark) * len(value) > MOST_SENTENCE:
                raise NotChecked(f"a finding of more than {MOST_SENTENCE} characters")
            sentence = sentence.replace(mark, value)
        return sentence


def _said(value: Value) -> str:
    return NOT_FILLED_IN if value == "" else str(value)


def _stands(field: Field, unit: int, seen: dict[Places, bool]) -> bool:
    """The field is about something on the unit's ballot."""
    if field.about is None or field.about.places is None:
        return True
    places = field.about.places
    if places not in seen:
        seen[places] = places.has(unit)
    return seen[places]


def read_counts(form: Form, unit: int, counts: dict[str, int]) -> Figures:
    """The figures as typed, or why the form is refused."""
    figures: Figures = [None] * len(form.fields)
    seen: dict[Places, bool] = {}
    for code, count in counts.items():
        number = form.number.get(code)
        if number is None or not form.fields[number].on_paper:
            raise Refused(form.place, "the code of a field on paper", code)
        field = form.fields[number]
        if not _stands(field, unit, seen):
            raise Refused(f"{form.place}, {code}", "a selection on the unit's ballot", "another")
        if not 0 <= count <= field.at_most:
            raise Refused(f"{form.place}, {code}", f"0 to {field.at_most}", count)
        figures[number] = count
    for number, field in enumerate(form.fields):
        if field.required and figures[number] is None and _stands(field, unit, seen):
            raise Refused(f"{form.place}, {field.code}", "a count", "none")
    return figures


def _quotient(quotient: Quotient, figures: Figures, units: Units, unit: int) -> int | None:
    figure = figures[quotient.source]
    above, below = units.count(unit, quotient.numerator), units.count(unit, quotient.denominator)
    if figure is None or not above or below is None:
        return None
    whole = quotient.scale * above
    return (2 * figure * below + whole) // (2 * whole)


def work_out(form: Form, units: Units, unit: int, figures: Figures) -> None:
    """The figures that are not on paper, in the order of the fields."""
    for number, field in enumerate(form.fields):
        if field.parts is not None:
            figures[number] = total(figures, field.parts)
        elif field.quotient is not None:
            figures[number] = _quotient(field.quotient, figures, units, unit)
        else:
            continue
        figure = figures[number]
        if figure is not None and figure > field.at_most:
            raise Refused(f"{form.place}, {field.code}", f"at most {field.at_most}", figure)


def close(form: Form, units: Units, unit: int, counts: dict[str, int]) -> Figures:
    """The figures of a unit's form; refused where the form cannot be read."""
    figures = read_counts(form, unit, counts)
    work_out(form, units, unit, figures)
    return figures


def _failures(form: Form, units: Units, unit: int, figures: Figures, rule: Rule) -> Iterable[Failure]:
    if rule.kind == "caucus":
        elects = units.count(unit, form.caucus.elects) if form.caucus else None
        return caucus_failure(form, figures, elects, rule.asks["asks"])
    return CHECKS[rule.kind](figures, rule.asks)


def findings(form: Form, units: Units, unit: int, figures: Figures) -> list[Finding]:
    """What the rules of the form find, in their order."""
    found: list[Finding] = []
    for rule in form.rules:
        if rule.only and units.kinds[unit] not in rule.only:
            continue
        before = len(found)
        for numbers, expected, value in _failures(form, units, unit, figures, rule):
            codes = tuple(form.fields[n].code for n in numbers)
            found.append(Finding(rule.code, rule.severity, rule.source, rule.text, codes, expected, value))
        if rule.stops and len(found) > before:
            break
    return found
