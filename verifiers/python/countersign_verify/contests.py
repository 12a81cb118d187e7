"""Contests, their selections, and where these stand (spec/definition.md, "Contests")."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from .errors import Refused
from .shape import each_once
from .units import Units


@dataclass(frozen=True)
class Places:
    """The part of the tree where a list stands, as runs of units that do not meet."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def has(self, unit: int) -> bool:
        """The unit lies in one of the runs."""
        at = bisect_right(self.starts, unit) - 1
        return at >= 0 and unit < self.ends[at]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a vote can be for: a selection, or a candidate of the selection `list_id`."""

    contest: str
    id: str
    list_id: str | None
    places: Places | None


@dataclass(frozen=True)
class Contest:
    """A question, with its selections in order, candidates behind their list."""

    id: str
    decimals: int
    choices: dict[str, Choice]

    @property
    def lists(self) -> list[Choice]:
        """The selections that are no candidates."""
        return [choice for choice in self.choices.values() if choice.list_id is None]

    def candidates(self) -> dict[str, list[Choice]]:
        """The candidates of each list."""
        found: dict[str, list[Choice]] = {choice.id: [] for choice in self.lists}
        for choice in self.choices.values():
            if choice.list_id is not None:
                found[choice.list_id].append(choice)
        return found


def _places(names: list[str], units: Units, place: str) -> Places | None:
    """Where a selection stands; None is everywhere."""
    if not names:
        return None
    runs = []
    for name in names:
        if name not in units.number:
            raise Refused(place, "a unit", name)
        runs.append((units.number[name], units.ends[units.number[name]]))
    apart: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return Places(tuple(s for s, _ in apart), tuple(e for _, e in apart))


@dataclass(frozen=True)
class _Selection:
    """A selection of a named list."""

    id: str
    candidates: int
    places: Places | None


def _selections(name: str, described: list[dict[str, Any]], units: Units) -> list[_Selection]:
    each_once([s["id"] for s in described], f"selections {name}")
    return [_Selection(s["id"], s["candidates"], _places(s["in"], units, f"selection {s['id']}")) for s in described]


def _choices(contest: str, selections: list[_Selection]) -> dict[str, Choice]:
    choices: dict[str, Choice] = {}
    for selection in selections:
        list_id, places = selection.id, selection.places
        choices[list_id] = Choice(contest, list_id, None, places)
        for n in range(1, selection.candidates + 1):
            choices[f"{list_id}/{n}"] = Choice(contest, f"{list_id}/{n}", list_id, places)
    return choices


def read_contests(head: dict[str, Any], units: Units) -> dict[str, Contest]:
    """The contests of a definition."""
    lists = {name: _selections(name, described, units) for name, described in head["selections"].items()}
    each_once([c["id"] for c in head["contests"]], "contests")
    contests: dict[str, Contest] = {}
    for contest in head["contests"]:
        selections = lists.get(contest["selections"])
        if selections is None:
            raise Refused(f"contest {contest['id']}", "a list of selections", contest["selections"])
        choices = _choices(contest["id"], selections)
        contests[contest["id"]] = Contest(contest["id"], contest["decimals"], choices)
    return contests
