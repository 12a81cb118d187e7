"""What a check says in the end (spec/overview.md, "Verdict and exit status")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .errors import Refused, shown

HOLDS, FAILS, BAD_INPUT, NOT_PROVEN = 0, 1, 2, 3

MOST_FAILURES = 1_000
COUNTED = (
    "files",
    "cosignatures",
    "checkpoint seen before",
    "leaves",
    "signatures",
    "records",
    "keys",
    "attests",
    "data files recomputed",
    "figures recomputed",
    "receipts",
)


def cosigned_json(cosigned: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Witnesses and the times that they wrote."""
    return [{"witness": witness, "time": time} for witness, time in cosigned]


@dataclass
class Report:
    """What held and what did not."""

    origin: str
    failed: list[dict[str, str]] = field(default_factory=list)
    withheld: list[int] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    nanoseconds: int = 0

    @property
    def holds(self) -> bool:
        """Nothing failed."""
        return not self.failed

    @property
    def status(self) -> int:
        """The exit status."""
        if not self.holds:
            return FAILS
        return HOLDS if self.origin == "pinned" else NOT_PROVEN

    def fail(self, file: str, refused: Refused) -> None:
        """One more thing that does not hold."""
        if len(self.failed) < MOST_FAILURES:
            failure = {"file": file, "place": refused.place, "expected": refused.expected, "found": refused.found}
            self.failed.append({key: shown(value) for key, value in failure.items()})

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it. The time is the only number that is not exact; nothing follows from it."""
        return {
            "holds": self.holds,
            "origin": self.origin,
            "checked": [{"what": what, "count": self.checked[what]} for what in COUNTED if what in self.checked],
            "failed": self.failed,
            "withheld": self.withheld,
            "unopenable": [],
            "seconds": self.nanoseconds / 1_000_000_000,
        }


@dataclass
class Verdict(Report):
    """On a bundle: also who cosigned its checkpoint, and the proof of a second history."""

    cosigned: list[tuple[str, int]] = field(default_factory=list)
    evidence: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return super().as_json() | {"cosigned": cosigned_json(self.cosigned)}
