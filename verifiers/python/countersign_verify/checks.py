"""The checks of a form (spec/form.md, "Checks")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any

from .caucus import Worksheet
from .forms import Form

Figures = list[int | None]
Value = int | str
Failure = tuple[Iterable[int], Value, Value]

EMPTY = ""


def total(figures: Figures, fields: Iterable[int]) -> int | None:
    """The sum; unknown if one is unknown."""
    added = 0
    for number in fields:
        figure = figures[number]
        if figure is None:
            return None
        added += figure
    return added


def known_total(figures: Figures, fields: Iterable[int]) -> int | None:
    """The sum of those that are known; unknown if none is."""
    known = [figure for n in fields if (figure := figures[n]) is not None]
    return sum(known) if known else None


def compare(figures: Figures, when: tuple[int, str, int]) -> bool | None:
    """A comparison; unknown if a side is."""
    left, right = figures[when[0]], figures[when[2]]
    if left is None or right is None:
        return None
    return {"equal": left == right, "more": left > right, "fewer": left < right, "unequal": left != right}[when[1]]


def _sum_equals(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    added, found = known_total(f, c["parts"]), f[c["total"]]
    if added is not None and found is not None and added != found:
        yield (*c["parts"], c["total"]), added, found


def _sums_equal(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    left, right = total(f, c["left"]), total(f, c["right"])
    if left is not None and right is not None and left != right:
        yield (*c["left"], *c["right"]), left, right


def _sum_at_most(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    parts, limit = total(f, c["parts"]), total(f, c["limit"])
    if parts is not None and limit is not None and parts > limit:
        yield c["parts"], limit, parts


def _total_given(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    added = known_total(f, c["parts"])
    if f[c["total"]] is None and added:
        yield (c["total"],), added, EMPTY


def _tick_true(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    left, _, right = c["when"]
    if f[c["tick"]] == 1 and compare(f, c["when"]) is False:
        yield (c["tick"], left, right), f[left] or 0, f[right] or 0


def _one_ticked(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    ticked = known_total(f, c["ticks"]) or 0
    if (c["when"] is None or compare(f, c["when"])) and ticked != 1:
        yield c["ticks"], 1, ticked


def _zero_when(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    if compare(f, c["when"]):
        first = next((figure for n in c["fields"] if (figure := f[n])), None)
        if first is not None:
            yield c["fields"], 0, first


def _difference_is(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    found, larger, smaller = f[c["field"]], f[c["larger"]], f[c["smaller"]]
    if found is None or larger is None or smaller is None:
        return
    if larger > smaller and found != larger - smaller:
        yield (c["field"], c["larger"], c["smaller"]), larger - smaller, found


def _share_below(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    part, whole = f[c["part"]], f[c["whole"]]
    if part is not None and whole and Fraction(part, whole) >= c["share"]:
        yield (c["part"], c["whole"]), ceil(c["share"] * whole), part


def _difference_below(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    left, right, whole = f[c["left"]], f[c["right"]], f[c["whole"]]
    if left is None or right is None or whole is None:
        return
    difference, most = abs(left - right), min(ceil(c["share"] * whole), c["count"])
    if difference > 0 and difference >= most:
        yield (c["left"], c["right"]), most, difference


def _not_zero(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    if f[c["field"]] == 0:
        yield (c["field"],), 1, 0


def _at_most(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    found, limit = f[c["field"]], f[c["limit"]]
    if found is not None and limit and found > limit:
        yield (c["field"], c["limit"]), limit, found


def _both_or_neither(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    some = total(f, c["some"])
    if some and total(f, c["also"]) == 0:
        yield c["also"], some, 0


def _not_all_zero(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    if total(f, c["of"]) == 0:
        yield (), 1, 0


def _list_totals_given(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    for number, candidates in c["lists"]:
        added = known_total(f, candidates)
        if f[number] is None and added:
            yield (number,), added, EMPTY


def _list_sums(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    for number, candidates in c["lists"]:
        added, found = total(f, candidates), f[number]
        if added is not None and found is not None and added != found:
            yield (number,), added, found


def _lists_equal(f: Figures, c: dict[str, Any]) -> Iterator[Failure]:
    for left, right in zip(c["left"], c["right"]):
        expected, found = f[left], f[right]
        if expected is not None and found is not None and expected != found:
            yield (left, right), expected, found


CHECKS: dict[str, Callable[[Figures, dict[str, Any]], Iterator[Failure]]] = {
    "sum-equals": _sum_equals,
    "sums-equal": _sums_equal,
    "sum-at-most": _sum_at_most,
    "total-given": _total_given,
    "tick-true": _tick_true,
    "one-ticked": _one_ticked,
    "zero-when": _zero_when,
    "difference-is": _difference_is,
    "share-below": _share_below,
    "difference-below": _difference_below,
    "not-zero": _not_zero,
    "at-most": _at_most,
    "both-or-neither": _both_or_neither,
    "not-all-zero": _not_all_zero,
    "list-totals-given": _list_totals_given,
    "list-sums": _list_sums,
    "lists-equal": _lists_equal,
}


def _known(figures: Figures, section: range) -> list[int] | None:
    known = [figure for n in section if (figure := figures[n]) is not None]
    return known if len(known) == len(section) else None


def caucus_failure(form: Form, figures: Figures, elects: int | None, asks: str) -> Iterator[Failure]:
    """A caucus check (spec/caucus.md, "Checks")."""
    sections = form.caucus
    if sections is None or elects is None:
        return
    first, final = _known(figures, sections.first), _known(figures, sections.final)
    award, delegates = _known(figures, sections.award), _known(figures, sections.delegates)
    if first is None or final is None or award is None or delegates is None or not any(first):
        return
    failure = Worksheet(elects, first, final, award, delegates).failure(asks)
    if failure is not None:
        section, (groups, expected, found) = failure
        fields = {"final": sections.final, "award": sections.award, "delegates": sections.delegates}[section]
        yield [fields[group] for group in groups], expected, found
