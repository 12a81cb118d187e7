"""Arithmetic that vectors only sample, held against the rules word for word."""

from __future__ import annotations

import random
import unittest
from collections.abc import Iterator
from fractions import Fraction

from countersign_verify.caucus import Worksheet, legal_awards, smallest_viable
from countersign_verify.keys import ED25519_PRIME, SMALL_ORDERS, is_ed25519_point
from countersign_verify.rounds import Count, Party, Ratio, Rounds


def repairs(
    held: tuple[int, ...],
    touched: frozenset[int],
    elects: int,
    groups: list[int],
    attendance: int,
    viable: list[int],
) -> Iterator[tuple[int, ...]]:
    """Every award that the repairs of spec/caucus.md reach, one delegate at a time."""
    if sum(held) == elects:
        yield held
        return
    decimal = [g * elects % attendance for g in groups]
    up = [2 * r >= attendance for r in decimal]
    if sum(held) > elects:
        among = [g for g in viable if up[g] and g not in touched and held[g] > 1]
        among = among or [g for g in viable if held[g] > 1]
        tied = [g for g in among if decimal[g] == min(decimal[a] for a in among)]
        step = -1
    else:
        among = [g for g in viable if not up[g] and decimal[g] > 0 and g not in touched] or viable
        tied = [g for g in among if decimal[g] == max(decimal[a] for a in among)]
        step = 1
    for group in tied:
        moved = tuple(h + step * (g == group) for g, h in enumerate(held))
        yield from repairs(moved, touched | {group}, elects, groups, attendance, viable)


def awards_by_hand(elects: int, attendance: int, groups: list[int]) -> set[tuple[int, ...]]:
    """Legal awards by trying every way."""
    least = smallest_viable(elects, attendance)
    viable = [g for g, people in enumerate(groups) if least is not None and people >= least]
    if least is None or attendance == 0 or not viable or len(viable) > elects:
        return set()
    held = [0] * len(groups)
    for g in viable:
        q, r = divmod(groups[g] * elects, attendance)
        held[g] = q + (2 * r >= attendance)
    return set(repairs(tuple(held), frozenset(), elects, groups, attendance, viable))


class Caucus(unittest.TestCase):
    """The awards in closed form are those of the rules."""

    def test_legal_awards(self) -> None:
        dice = random.Random(2020)
        tried = 0
        for _ in range(4_000):
            groups = [dice.choice([0, 1, 2, 3, 5, 5, 8, 10, 10]) for _ in range(dice.randint(1, 5))]
            elects, attendance = dice.randint(2, 8), max(sum(groups) + dice.choice([0, 0, 1, 3, 9]), 1)
            by_hand = awards_by_hand(elects, attendance, groups)
            awards = legal_awards(elects, attendance, groups)
            tried += len(by_hand)
            with self.subTest(elects=elects, attendance=attendance, groups=groups):
                self.assertEqual(awards is None, not by_hand)
                if awards is not None:
                    self.assertEqual(tuple(awards.least()), min(by_hand))
                    for award in near(by_hand, dice):
                        self.assertEqual(awards.has(list(award)), award in by_hand)
        self.assertGreater(tried, 4_000)

    def test_range_of_attendances(self) -> None:
        for people, is_legal in ((1_874, True), (1_875, False)):
            groups = [10_000 - people, people]
            failure = Worksheet(4, groups, groups, [4, 0], [4, 0]).failure("award-legal")
            self.assertEqual(failure is None, is_legal, people)


def near(awards: set[tuple[int, ...]], dice: random.Random) -> set[tuple[int, ...]]:
    """The awards, and others that move one delegate."""
    others = set(awards)
    for award in sorted(awards):
        moved = list(award)
        moved[dice.randrange(len(moved))] += 1
        moved[dice.randrange(len(moved))] -= 1
        others.add(tuple(moved))
    return others


class Ratios(unittest.TestCase):
    """Values are compared as fractions; denominator 0 is above all."""

    def test_order(self) -> None:
        dice = random.Random(6)
        for _ in range(2_000):
            a, b, c, d = (dice.randint(0, 9) for _ in range(4))
            mine, theirs = Ratio(a, b), Ratio(c, d)
            first = (1, Fraction(a)) if b == 0 else (0, Fraction(a, b))
            second = (1, Fraction(c)) if d == 0 else (0, Fraction(c, d))
            self.assertEqual(mine < theirs, first < second)
            self.assertEqual(mine == theirs, first == second)

    def test_many_seats(self) -> None:
        count = Count([Party(n, 1_000 + n * n) for n in range(1_000)], 20_000)
        Rounds("largest-average", None, lambda at: True, lambda at: Ratio(1_000 + at * at, count.seats[at] + 1)).run(
            count
        )
        self.assertEqual((sum(count.seats), count.left), (20_000, 0))


class Points(unittest.TestCase):
    """The list of small orders is what multiplying by 8 says."""

    def test_small_orders(self) -> None:
        self.assertEqual(len(SMALL_ORDERS), 14)
        for encoded in SMALL_ORDERS:
            self.assertTrue(is_small_order(encoded))
            self.assertFalse(is_ed25519_point(encoded))

    def test_points(self) -> None:
        base = (4 * pow(5, -1, ED25519_PRIME) % ED25519_PRIME).to_bytes(32, "little")
        self.assertTrue(is_ed25519_point(base))
        self.assertFalse(is_small_order(base))


def is_small_order(encoded: bytes) -> bool:
    """Three doublings of the point's y end at y = 1: 8 times it is the neutral element."""
    p = ED25519_PRIME
    d = -121665 * pow(121666, -1, p) % p
    y = (int.from_bytes(encoded, "little") & (2**255 - 1)) % p
    for _ in range(3):
        xx = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        y = (y * y + xx) * pow(1 - d * xx * y * y, -1, p) % p
    return y == 1


if __name__ == "__main__":
    unittest.main()
