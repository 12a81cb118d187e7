"""Rounds: seats one by one to the largest value (spec/outcome.md, "Rounds")."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import total_ordering
from math import gcd
from typing import Any

MOST_COMPARED = 100_000


@total_ordering
@dataclass(frozen=True, eq=False)
class Ratio:
    """An exact value; with denominator 0 it is above every other, and there the larger numerator is above."""

    numerator: int
    denominator: int

    def _key(self, other: Ratio) -> tuple[int, int]:
        if self.denominator == 0 or other.denominator == 0:
            mine, theirs = (self.denominator == 0, 0), (other.denominator == 0, 0)
            if self.denominator == other.denominator == 0:
                mine, theirs = (True, self.numerator), (True, other.numerator)
            return (1, 0) if mine > theirs else (0, 1) if mine < theirs else (0, 0)
        return self.numerator * other.denominator, other.numerator * self.denominator

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ratio):
            return NotImplemented
        mine, theirs = self._key(other)
        return mine == theirs

    def __lt__(self, other: Ratio) -> bool:
        mine, theirs = self._key(other)
        return mine < theirs

    def __str__(self) -> str:
        if self.denominator == 0:
            return "1/0"
        common = gcd(self.numerator, self.denominator) or 1
        numerator, denominator = self.numerator // common, self.denominator // common
        return str(numerator) if denominator == 1 else f"{numerator}/{denominator}"


@dataclass(frozen=True)
class Party:
    """A list as the question has it: votes by candidate where they are known."""

    number: int
    total: int
    votes: tuple[int, ...] | None = None
    candidates: int | None = None

    @property
    def room(self) -> int | None:
        """How many seats it can take; None is without limit."""
        return self.candidates if self.votes is None else len(self.votes)


class LotRequired(Exception):
    """The rules ask for a lot, and there is none."""

    def __init__(self, purpose: str, among: list[str], seats_left: int) -> None:
        super().__init__(purpose, among, seats_left)
        self.purpose, self.among, self.seats_left = purpose, among, seats_left


@dataclass
class Count:
    """Seats while they are dealt out, and the steps so far."""

    parties: list[Party]
    size: int
    seats: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0

    def __post_init__(self) -> None:
        self.seats = [0] * len(self.parties)
        self.left = self.size

    @property
    def votes(self) -> int:
        """V: all votes."""
        return sum(party.total for party in self.parties)

    @property
    def all(self) -> range:
        """The lists, by place in the question."""
        return range(len(self.parties))

    def has_room(self, at: int) -> bool:
        """The list can take one seat more."""
        room = self.parties[at].room
        return room is None or self.seats[at] < room

    def add_step(self, kind: str, at: int, article: str | None, **more: Any) -> None:
        """One more step; the list has its seats of after it."""
        step = {"kind": kind, "list": str(self.parties[at].number), "seats": self.seats[at], **more}
        if article is not None:
            step["article"] = article
        self.steps.append(step)

    def full_seats(self, at: int, number: int, value: Ratio, article: str | None) -> None:
        """All full seats of a list at once."""
        if number >= 1:
            self.seats[at] += number
            self.left -= number
            self.add_step("full", at, article, value=str(value))

    def exhaust(self, article: str | None) -> None:
        """Lists with more seats than candidates lose them."""
        for at in self.all:
            room = self.parties[at].room
            while room is not None and self.seats[at] > room:
                self.seats[at] -= 1
                self.left += 1
                self.add_step("exhausted", at, article)


@dataclass
class Rounds:
    """A sequence of rounds: what it is called, who takes part, and the value of each."""

    kind: str
    article: str | None
    takes_part: Callable[[int], bool]
    value: Callable[[int], Ratio]
    once: bool = False
    won: set[int] = field(default_factory=set)

    @property
    def purpose(self) -> str:
        """What a lot is for."""
        return self.kind

    def _in(self, at: int) -> bool:
        return not (self.once and at in self.won) and self.takes_part(at)

    def run(self, count: Count) -> list[int]:
        """Deals out the seats that are left; the winners of the last turn."""
        queue = _Queue([(self.value(at), at) for at in count.all if self._in(at)])
        last: list[int] = []
        while count.left > 0 and queue:
            compared = self._compared(count, queue)
            value, winners = queue.pop_largest()
            if len(winners) > count.left:
                raise LotRequired(self.purpose, [str(count.parties[w].number) for w in winners], count.left)
            for winner in winners:
                count.seats[winner] += 1
                count.left -= 1
                count.add_step(self.kind, winner, self.article, value=str(value), **compared)
                compared = {}
            self.won.update(winners)
            queue.push((self.value(w), w) for w in winners if self._in(w))
            last = winners
        return last

    def _compared(self, count: Count, queue: _Queue) -> dict[str, Any]:
        if count.size * len(count.parties) > MOST_COMPARED:
            return {}
        return {"compared": {str(count.parties[at].number): str(value) for value, at in queue.entries()}}


@total_ordering
@dataclass(frozen=True)
class _Entry:
    """A list in the queue: the largest value first, then the order of lists."""

    value: Ratio
    at: int

    def __lt__(self, other: _Entry) -> bool:
        return self.at < other.at if self.value == other.value else other.value < self.value


class _Queue:
    """Lists by value: what one list wins changes no other's value."""

    def __init__(self, entries: list[tuple[Ratio, int]]) -> None:
        self._heap = [_Entry(value, at) for value, at in entries]
        heapq.heapify(self._heap)

    def __bool__(self) -> bool:
        return bool(self._heap)

    def entries(self) -> list[tuple[Ratio, int]]:
        """Everybody who takes part."""
        return [(entry.value, entry.at) for entry in self._heap]

    def push(self, entries: Any) -> None:
        """Back in with a new value."""
        for value, at in entries:
            heapq.heappush(self._heap, _Entry(value, at))

    def pop_largest(self) -> tuple[Ratio, list[int]]:
        """The largest value and all who have it, in the order of lists."""
        first = heapq.heappop(self._heap)
        winners = [first.at]
        while self._heap and self._heap[0].value == first.value:
            winners.append(heapq.heappop(self._heap).at)
        return first.value, winners
