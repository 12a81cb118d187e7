"""The data files that follow from the records (spec/bundle.md, "Data files")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import gcd
from typing import Any

from . import canonical
from .contests import Choice, Contest
from .fold import Reading
from .form import Finding
from .forms import Form
from .history import cell, history
from .outcome import Question, answer
from .rounds import Party
from .tally import Tally
from .text import is_blank
from .units import file_name

Json = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """What the snapshot says of itself and of the log."""

    mode: str
    sequence: int
    size: int
    time: int


def decimal(sum_: int, decimals: int) -> int | str:
    """A sum as its contest writes it: exact, without trailing zeros."""
    if decimals == 0:
        return sum_
    whole, rest = divmod(sum_, 10**decimals)
    return f"{whole}.{rest:0{decimals}}".rstrip("0") if rest else str(whole)


def ratio(numerator: int, denominator: int) -> str:
    """`n/d` in lowest terms, or `n`."""
    common = gcd(numerator, denominator)
    n, d = numerator // common, denominator // common
    return str(n) if d == 1 else f"{n}/{d}"


def first_difference(expected: bytes, found: bytes) -> int:
    """The first byte at which two texts differ."""
    pairs = enumerate(zip(expected, found))
    return next((at for at, (a, b) in pairs if a != b), min(len(expected), len(found)))


def _line(value: Json) -> bytes:
    return (canonical.write(value) + "\n").encode("utf-8")


class DataFiles:
    """All data files of a tally."""

    def __init__(self, tally: Tally, edition: Edition) -> None:
        self.tally = tally
        self.edition = edition
        self.election = tally.election
        self.units = tally.units
        self.fold = tally.fold

    def __iter__(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Each file's path, and what writes it."""
        yield "data/tally.json", lambda: _line(self.whole())
        for form in self.election.forms.values():
            yield f"data/{form.id}.csv", partial(self.table, form)
        shown = self.fold.shown()
        yield "data/keys/history.csv", lambda: history(self.fold.keys, bool(shown[0]))
        for unit in range(len(self.units)):
            if self.units.is_area(unit) and (unit == 0 or shown[unit]):
                yield f"data/units/{file_name(self.units.ids[unit])}.json", partial(self._area_line, unit)

    def whole(self) -> Json:
        """`tally.json`."""
        edition, tally = self.edition, self.tally
        return {
            "edition": {
                "election": self.election.id,
                "mode": edition.mode,
                "sequence": edition.sequence,
                "size": edition.size,
                "time": edition.time,
            },
            "tally": {
                "areas": {self.units.ids[u]: self.figures(u) for u in tally.sums if self.units.is_area(u)},
                "election": self.election.id,
                "findings": [f for unit in sorted(tally.findings) for f in self.findings(unit)],
                "heard": self.heard(),
                "outcome": self.outcome(),
                "tallies": self.figures(0),
                "units_expected": tally.expected[0],
                "units_reported": tally.reported[0],
                "until": None,
            },
        }

    def figures(self, unit: int) -> Json:
        """The sums of a unit that are known, by contest."""
        figures: Json = {contest: {} for contest in self.election.contests}
        for (contest, choice), sum_ in self.tally.sums[unit].items():
            figures[contest][choice] = decimal(sum_, self.election.contests[contest].decimals)
        return figures

    def findings(self, unit: int) -> list[Json]:
        """The findings of a unit."""
        return [self.finding(unit, finding) for finding in self.tally.findings.get(unit, [])]

    def finding(self, unit: int, finding: Finding) -> Json:
        """One finding, with its sentence in each language."""
        return {
            "code": finding.code,
            "source": finding.source,
            "severity": finding.severity,
            "expected": finding.expected,
            "found": finding.found,
            "fields": list(finding.fields),
            "text": {language: finding.sentence(language) for language in self.election.languages},
            "unit": self.units.ids[unit],
        }

    def heard(self) -> Json:
        """The share heard, for each contest."""
        part, whole = self.tally.heard()
        return {contest: ratio(part, whole) for contest in self.election.contests} if whole else {}

    def outcome(self) -> Json | None:
        """The seats, once all units reported."""
        asked = self.election.outcome
        if asked is None or self.tally.reported[0] != self.tally.expected[0]:
            return None
        lists = self.lists(self.election.contests[asked["contest"]], asked["seats_only"])
        return answer(Question(asked["method"], asked["seats"], lists, asked["quota"]))

    def lists(self, contest: Contest, seats_only: bool) -> list[Party]:
        """The lists of the question."""
        candidates = contest.candidates()
        totals = {choice.id: self._sum(choice) or 0 for choice in contest.lists}
        votes: dict[str, tuple[int, ...]] = {}
        for name, people in candidates.items():
            sums = [self._sum(person) for person in people]
            known = tuple(s for s in sums if s is not None)
            if known and len(known) == len(sums):
                votes[name] = known
        if seats_only:
            return [Party(int(name), total) for name, total in totals.items()]
        if all(sum(votes[name]) == totals[name] for name in votes):
            return [Party(int(name), total, votes.get(name)) for name, total in totals.items()]
        room = {name: len(people) for name, people in votes.items()}
        return [Party(int(name), total, None, room.get(name)) for name, total in totals.items()]

    def _sum(self, choice: Choice) -> int | None:
        return self.tally.sums[0].get((choice.contest, choice.id))

    def counted(self, unit: int) -> Reading | None:
        """The reading that counts, of a unit that is released."""
        return self.tally.counted.get(unit) if unit in self.fold.released else None

    def form(self, unit: int) -> Json | None:
        """What a unit's readings say."""
        form, counted = self.tally.form(unit), self.counted(unit)
        if form is None or counted is None:
            return None
        state = self.fold.of_unit[unit]
        of_witness: dict[Any, list[Reading]] = {witness: [] for witness in state.heads}
        for reading in state.readings:
            of_witness[reading.witness].append(reading)
        return {
            "assurance": self.tally.assurance(counted),
            "contradiction": state.contradiction,
            "counted": counted.id,
            "readings": [_reading(form, reading) for readings in of_witness.values() for reading in readings],
        }

    def turnout(self, unit: int) -> list[Json]:
        """The reports of turnout of a unit."""
        state = self.fold.of_unit.get(unit)
        reports = sorted(state.turnout) if state else []
        return [{"admitted": admitted, "until": made} for made, _, admitted in reports]

    def _area_line(self, unit: int) -> bytes:
        return _line(self.area(unit))

    def area(self, unit: int) -> Json:
        """`units/UNIT.json`."""
        return {
            "election": self.election.id,
            "figures": self.figures(unit),
            "mode": self.edition.mode,
            "name": self.units.names[unit],
            "own": self.form(unit),
            "position": self.tally.last_position[unit],
            "turnout": self.turnout(unit),
            "unit": self.units.ids[unit],
            "units": [self.inside(child) for child in self.units.children[unit]],
            "units_expected": self.tally.expected[unit],
            "units_reported": self.tally.reported[unit],
        }

    def inside(self, unit: int) -> Json:
        """A unit as the file of the area around it has it."""
        return {
            "findings": self.findings(unit),
            "form": self.form(unit),
            "name": self.units.names[unit],
            "turnout": self.turnout(unit),
            "unit": self.units.ids[unit],
            "units_expected": self.tally.expected[unit],
            "units_reported": self.tally.reported[unit],
        }

    def table(self, form: Form) -> bytes:
        """`FORM.csv`."""
        lines = [",".join(["unit", "name", "record", "position", *(f.code for f in form.fields)])]
        for unit in sorted(self.tally.counted):
            counted = self.counted(unit)
            if counted is not None and self.tally.form(unit) is form:
                name = cell(self.units.names[unit])
                cells = ["" if figure is None else str(figure) for figure in counted.figures]
                lines.append(",".join([self.units.ids[unit], name, counted.id, str(counted.position), *cells]))
        return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _reading(form: Form, reading: Reading) -> Json:
    said: Json = {
        "channel": reading.witness[0],
        "devices": reading.devices,
        "fields": {f.code: figure for f, figure in zip(form.fields, reading.figures) if figure is not None},
        "position": reading.position,
        "record": reading.id,
        "seq": reading.seq,
    }
    if reading.prev is not None:
        has_reason = reading.reason is not None and not is_blank(reading.reason)
        said |= {"replaces": reading.prev, "reason": reading.reason if has_reason else None}
    return said
