"""What can go wrong: something does not hold, or cannot be judged."""

from __future__ import annotations

MOST_SHOWN = 200


def shown(value: object) -> str:
    """A value for one line of a report, cut to what a person can read."""
    text = value if isinstance(value, str) else repr(value)
    printable = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:MOST_SHOWN])
    return printable + ("…" if len(text) > MOST_SHOWN else "")


class Refused(Exception):
    """The thing at hand is not taken in: where, what was expected, what was found."""

    def __init__(self, place: str, expected: object, found: object) -> None:
        super().__init__(place, expected, found)
        self.place = shown(place)
        self.expected = shown(expected)
        self.found = shown(found)

    def within(self, place: str) -> Refused:
        """The same, told as a fault of what is around it."""
        return Refused(place, f"{self.place}: {self.expected}", self.found)

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}, found {self.found}"


class BadInput(Exception):
    """The arguments, the folder or the policy cannot be used (status 2)."""


class NotChecked(Exception):
    """No verdict is possible: the bundle asks for more than this verifier does (status 3)."""


class Budget:
    """So many of something are worked with, and no more: a bundle can ask for more than memory holds."""

    def __init__(self, most: int, what: str) -> None:
        self.most, self.what, self.spent = most, what, 0

    def spend(self, number: int) -> None:
        """So many more."""
        self.spent += number
        if self.spent > self.most:
            raise NotChecked(f"the bundle asks for more than {self.most} {self.what}")
