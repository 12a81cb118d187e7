"""The arithmetic of a caucus worksheet (spec/caucus.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

Groups = list[int]

LEAST_RANGE = 25
MOST_RANGE = 2_500


def smallest_viable(elects: int, attendance: int) -> int | None:
    """T(E, A): the smallest viable group."""
    if elects < 2:
        return None
    share = {2: 25, 3: None}.get(elects, 15)
    return -(-attendance // 6) if share is None else -(-share * attendance // 100)


def must_realign(elects: int, attendance: int, groups: Groups) -> int | None:
    """The k-th smallest of the viable groups, if they are k more than the delegates."""
    least = smallest_viable(elects, attendance)
    viable = sorted(people for people in groups if least is not None and people >= least)
    over = len(viable) - elects
    return viable[over - 1] if over > 0 else None


@dataclass
class Awards:
    """All legal awards at once: what is held for certain, and what ties leave free.

    Each repair moves one delegate of a group that is tied; ties of one decimal are broken in every
    way, so that only the last tie of all leaves a choice: `amount` delegates that `tied` groups lose
    or gain (`step`), each at most its `room` (None: without limit).
    """

    held: Groups
    step: int = 0
    amount: int = 0
    tied: list[int] = field(default_factory=list)
    room: list[int | None] = field(default_factory=list)

    def has(self, award: Groups) -> bool:
        """This award is one of them."""
        moved = 0
        rooms = dict(zip(self.tied, self.room))
        for group, held in enumerate(self.held):
            gain = (award[group] - held) * (self.step or 1)
            most = rooms.get(group, 0)
            if gain < 0 or (most is not None and gain > most):
                return False
            moved += gain
        return moved == self.amount

    def least(self) -> Groups:
        """The least of them, compared group by group from the first."""
        award, left = list(self.held), self.amount
        order = list(zip(self.tied, self.room))
        for group, room in order if self.step < 0 else reversed(order):
            moved = left if room is None else min(room, left)
            award[group] += self.step * moved
            left -= moved
        return award

    def repair(self, step: int, over: int, classes: Iterable[list[int]], room: Callable[[int], int | None]) -> int:
        """Moves delegates class by class until `over` is settled; what is left of it."""
        for tied in classes:
            rooms = [room(group) for group in tied]
            total = sum(r for r in rooms if r is not None)
            if None in rooms or over <= total:
                self.step, self.amount, self.tied, self.room = step, over, tied, rooms
                return 0
            for group, most in zip(tied, rooms):
                self.held[group] += step * (most or 0)
            over -= total
        return over


def _classes(groups: list[int], decimals: list[int], largest_first: bool) -> list[list[int]]:
    """Groups of one decimal together, in the order in which repairs take them."""
    ordered = sorted(groups, key=lambda g: (-decimals[g] if largest_first else decimals[g], g))
    return [list(tied) for _, tied in groupby(ordered, key=lambda g: decimals[g])]


def legal_awards(elects: int, attendance: int, groups: Groups) -> Awards | None:
    """Every award that the rules can give to two delegates or more; None if there is none."""
    least = smallest_viable(elects, attendance)
    if least is None or attendance == 0:
        return None
    viable = [g for g, people in enumerate(groups) if people >= least]
    if not viable or len(viable) > elects:
        return None
    decimals = [people * elects % attendance for people in groups]
    up = {g for g in viable if 2 * decimals[g] >= attendance}
    held = [0] * len(groups)
    for g in viable:
        held[g] = groups[g] * elects // attendance + (g in up)
    awards, over = Awards(held), sum(held) - elects
    if over > 0:
        over = _take(awards, over, viable, up, decimals)
    elif over < 0:
        over = _give(awards, -over, viable, up, decimals)
    return awards if over == 0 else None


def _take(awards: Awards, over: int, viable: list[int], up: set[int], decimals: list[int]) -> int:
    """Too many: those that rounded up lose one each, then all that hold more than one."""
    first = [g for g in viable if g in up and awards.held[g] > 1]
    over = awards.repair(-1, over, _classes(first, decimals, False), lambda g: 1)
    if over == 0:
        return 0
    rest = [g for g in viable if awards.held[g] > 1]
    return awards.repair(-1, over, _classes(rest, decimals, False), lambda g: awards.held[g] - 1)


def _give(awards: Awards, under: int, viable: list[int], up: set[int], decimals: list[int]) -> int:
    """Too few: those that did not round up gain one each, then those of the largest decimal the rest."""
    first = [g for g in viable if g not in up and decimals[g] > 0]
    under = awards.repair(1, under, _classes(first, decimals, True), lambda g: 1)
    if under == 0:
        return 0
    return awards.repair(1, under, _classes(viable, decimals, True), lambda g: None)


Failure = tuple[list[int], int | str, int | str]


@dataclass(frozen=True)
class Worksheet:
    """The four columns of a worksheet, all figures known, and somebody there."""

    elects: int
    first: Groups
    final: Groups
    award: Groups
    delegates: Groups

    @property
    def least(self) -> int | None:
        """T for the attendance of the first alignment."""
        return smallest_viable(self.elects, sum(self.first))

    def failure(self, asks: str) -> tuple[str, Failure] | None:
        """The section and the groups that a check is about, with expected and found; None if it holds."""
        least = self.least
        if asks == "delegates":
            return self._delegates()
        if least is None:
            return None
        return {
            "viable-stays": self._viable_stays,
            "award-viable": self._award_viable,
            "viable-awarded": self._viable_awarded,
            "award-order": lambda _: self._award_order(),
            "award-legal": lambda _: self._award_legal(),
            "viable-fit": self._viable_fit,
        }[asks](least)

    @property
    def _all(self) -> list[int]:
        return list(range(len(self.first)))

    def _delegates(self) -> tuple[str, Failure] | None:
        total = sum(self.delegates)
        return None if total == self.elects else ("delegates", (self._all, self.elects, total))

    def _viable_stays(self, least: int) -> tuple[str, Failure] | None:
        above = must_realign(self.elects, sum(self.first), self.first)
        left = [
            g
            for g, people in enumerate(self.first)
            if people >= least and self.final[g] < people and (above is None or people > above)
        ]
        return ("final", (left, self.first[left[0]], self.final[left[0]])) if left else None

    def _award_viable(self, least: int) -> tuple[str, Failure] | None:
        small = [g for g in self._all if self.award[g] > 0 and self.final[g] < least]
        return ("award", (small, least, self.final[small[0]])) if small else None

    def _viable_awarded(self, least: int) -> tuple[str, Failure] | None:
        viable = [g for g in self._all if self.final[g] >= least]
        without = [g for g in viable if self.award[g] == 0]
        return ("award", (without, 1, 0)) if without and len(viable) <= self.elects else None

    def _award_order(self) -> tuple[str, Failure] | None:
        fewest: dict[int, int] = {}
        least: int | None = None
        for people, awards in groupby(sorted(self._all, key=lambda g: -self.final[g]), key=lambda g: self.final[g]):
            if least is not None:
                fewest[people] = least
            least = min([self.award[g] for g in awards] + ([] if least is None else [least]))
        for a in self._all:
            if self.final[a] in fewest and fewest[self.final[a]] < self.award[a]:
                b = next(b for b in self._all if self.final[a] < self.final[b] and self.award[a] > self.award[b])
                return "award", ([a, b], self.award[b], self.award[a])
        return None

    def _viable_fit(self, least: int) -> tuple[str, Failure] | None:
        viable = sum(people >= least for people in self.final)
        return ("final", (self._all, self.elects, viable)) if viable > self.elects else None

    def _award_legal(self) -> tuple[str, Failure] | None:
        least = max(sum(self.first), sum(self.final))
        more = min(max(least // 4, LEAST_RANGE), MOST_RANGE)
        instead: Groups | None = None
        for attendance in range(least, least + more + 1):
            awards = legal_awards(self.elects, attendance, self.final)
            if awards is not None and awards.has(self.delegates):
                return None
            if awards is not None and instead is None:
                instead = awards.least()
        return "delegates", (self._all, self._printed(instead, instead), self._printed(self.delegates, instead))

    def _printed(self, award: Groups | None, instead: Groups | None) -> str:
        if award is None:
            return ""
        shown = [g for g in self._all if self.final[g] or self.delegates[g] or (instead and instead[g])]
        return "/".join(str(award[g]) for g in shown)
