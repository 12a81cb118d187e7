"""From votes to seats (spec/outcome.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .elected import elect
from .rounds import Count, LotRequired, Party, Ratio, Rounds
from .shape import first_twice

LARGE_COUNCIL = 19

ARTICLES_P = ("P 6", "P 7", "P 8", "P 9", "P 10")
ARTICLES_U = ("U 8", "U 9", "U 9", "U 10", "U 11")

DIVISORS: dict[str, Callable[[int, int], Ratio]] = {
    "dhondt": lambda v, s: Ratio(v, s + 1),
    "sainte-lague": lambda v, s: Ratio(v, 2 * s + 1),
    "modified-sainte-lague": lambda v, s: Ratio(5 * v, 7) if s == 0 else Ratio(v, 2 * s + 1),
    "huntington-hill": lambda v, s: Ratio(v * v, s * (s + 1)),
    "adams": lambda v, s: Ratio(v, s),
    "dean": lambda v, s: Ratio(v * (2 * s + 1), 2 * s * (s + 1)),
}


@dataclass(frozen=True)
class Question:
    """What is asked: a method, seats, lists."""

    method: str
    seats: int
    lists: list[Party]
    quota: str | None = None


@dataclass
class _Dutch:
    """The methods of the Kieswet, chapters P and U."""

    method: str
    count: Count
    sequences: list[Rounds] = field(default_factory=list)
    room_asked: bool = False

    def __post_init__(self) -> None:
        articles = ARTICLES_U if self.method == "nl-senate" else ARTICLES_P
        self.full, self.averages, self.surpluses, self.majority, self.exhausted = articles
        self.votes, self.size = self.count.votes, self.count.size
        large = self.size >= LARGE_COUNCIL or self.method != "nl-council"
        last = Rounds("largest-average", self.averages if large else self.surpluses, self._average_part, self._average)
        if not large:
            self.sequences = [
                Rounds("largest-surplus", self.surpluses, self._surplus_part, self._surplus, once=True),
                Rounds("largest-average", self.surpluses, self._average_part, self._average, once=True),
            ]
        self.sequences.append(last)

    def _v(self, at: int) -> int:
        return self.count.parties[at].total

    def _roomy(self, at: int) -> bool:
        return not self.room_asked or self.count.has_room(at)

    def _surplus_part(self, at: int) -> bool:
        return self._roomy(at) and 4 * self._v(at) * self.size >= 3 * self.votes

    def _surplus(self, at: int) -> Ratio:
        return Ratio(self._v(at) * self.size % self.votes, self.size)

    def _average_part(self, at: int) -> bool:
        if self.method in ("nl-parliament", "nl-european") and self._v(at) * self.size < self.votes:
            return False
        return self._roomy(at) and self._v(at) > 0

    def _average(self, at: int) -> Ratio:
        return Ratio(self._v(at), self.count.seats[at] + 1)

    def _residual(self) -> list[int]:
        last: list[int] = []
        for rounds in self.sequences:
            last = rounds.run(self.count) or last
        return last

    def _absolute_majority(self, last: list[int]) -> None:
        """P 9: most of the votes, but not most of the seats."""
        count = self.count
        most = next((at for at in count.all if 2 * self._v(at) > self.votes), None)
        if most is None or 2 * count.seats[most] > self.size:
            return
        others = [at for at in last if at != most]
        if len(others) > 1:
            raise LotRequired("absolute-majority", [str(count.parties[at].number) for at in others], 1)
        for loser in others:
            count.seats[loser] -= 1
            count.seats[most] += 1
            count.add_step("absolute-majority", most, self.majority, **{"from": str(count.parties[loser].number)})
            self.sequences[0].won.discard(loser)

    def run(self) -> str | None:
        """Deals out all seats; the quota."""
        if self.votes == 0:
            return None
        for at in self.count.all:
            share = Ratio(self._v(at) * self.size, self.votes)
            self.count.full_seats(at, share.numerator // share.denominator, share, self.full)
        self._absolute_majority(self._residual())
        self.count.exhaust(self.exhausted)
        self.room_asked = True
        self._residual()
        return str(Ratio(self.votes, self.size))


def _divisor(count: Count, value: Callable[[int, int], Ratio]) -> None:
    parties = count.parties
    Rounds(
        "largest-average",
        None,
        lambda at: parties[at].total > 0 and count.has_room(at),
        lambda at: value(parties[at].total, count.seats[at]),
    ).run(count)


def _first_past_the_post(count: Count) -> None:
    parties = count.parties
    Rounds("most-votes", None, lambda at: parties[at].total > 0, lambda at: Ratio(parties[at].total, 1), once=True).run(
        count
    )


def _quota(name: str | None, votes: int, seats: int) -> tuple[int, int]:
    """N and D of hamilton's quota."""
    if name == "droop":
        return votes // (seats + 1) + 1, 1
    return votes, seats + {"hagenbach-bischoff": 1, "imperiali": 2}.get(name or "", 0)


def _hamilton(count: Count, name: str | None) -> str:
    """Full quotas, then the largest remainders, again and again where room runs out."""
    n, d = _quota(name, count.votes, count.size)
    parties = count.parties

    def full(at: int) -> int:
        return parties[at].total * d // n if n else 0

    while d > 1 and sum(full(at) for at in count.all) > count.size:
        d -= 1
    for at in count.all:
        count.full_seats(at, full(at), Ratio(parties[at].total * d, n), None)
    count.exhaust(None)
    dealt = True
    while count.left > 0 and dealt:
        dealt = bool(
            Rounds(
                "largest-surplus",
                None,
                lambda at: parties[at].total > 0 and count.has_room(at),
                lambda at: Ratio(parties[at].total * d % n, d),
                once=True,
            ).run(count)
        )
    return str(Ratio(n, d))


def _deal(question: Question, count: Count) -> str | None:
    """Deals out the seats; the quota where the method has one."""
    if question.method in DIVISORS:
        _divisor(count, DIVISORS[question.method])
    elif question.method == "first-past-the-post":
        _first_past_the_post(count)
    elif question.method == "hamilton":
        return _hamilton(count, question.quota)
    else:
        return _Dutch(question.method, count).run()
    return None


def _seats(count: Count) -> dict[str, int]:
    return {str(party.number): seats for party, seats in zip(count.parties, count.seats)}


def answer(question: Question) -> dict[str, Any]:
    """The answer, as it stands in `tally.json`."""
    twice = first_twice([party.number for party in question.lists])
    if twice is not None:
        return {"error": f"list {twice}: it stands there twice", "status": "error"}
    count = Count(question.lists, question.seats)
    try:
        quota = _deal(question, count)
        people = elect(question.method, count) if quota is not None else {}
    except LotRequired as lot:
        return {
            "status": "lot_required",
            "for": lot.purpose,
            "among": lot.among,
            "seats_left": lot.seats_left,
            "seats": _seats(count),
            "steps": count.steps,
        }
    complete = {"status": "complete", "seats": _seats(count), "unassigned": count.left, "steps": count.steps}
    return complete | people | ({} if quota is None else {"quota": quota})
