"""One-time codes: commitments, proofs, and which are open (spec/records.md, "Codes and proofs"; spec/fold.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256

from . import canonical
from .errors import Refused
from .keys import Key
from .signatures import check_bytes
from .text import from_base64


def _lines(first: str, members: dict[str, str]) -> bytes:
    return f"{first}\n{canonical.line_of(members)}\n".encode()


@dataclass(frozen=True)
class Claim:
    """That a person asks for a key of a unit, with a code."""

    code: str
    definition: str
    person: str
    unit: str

    def commitment(self, salt: str) -> str:
        """What stood in the invitation, if it was for this claim."""
        return sha256(_lines("countersign/code/v1", asdict(self) | {"salt": salt})).hexdigest()

    def check_proof(self, vkey: str, key: Key, proof: str) -> None:
        """The key has signed the claim; `vkey` is the key as it is written."""
        text = _lines("countersign/enrol/v1", asdict(self) | {"vkey": vkey})
        check_bytes(key, text, from_base64(proof, f"key {key.name}, proof"))


@dataclass(frozen=True)
class Invited:
    """A commitment, and whom it is for."""

    commitment: str
    person: str
    unit: int


class Codes:
    """Every commitment that was ever given out, and those that are open."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self.open: dict[tuple[str, int], str] = {}

    def give(self, invited: list[Invited]) -> None:
        """Opens commitments; all of them or none."""
        given: set[str] = set()
        persons: set[tuple[str, int]] = set()
        for one in invited:
            if one.commitment in self.given or one.commitment in given:
                raise Refused(f"code of {one.person}", "a commitment for the first time", one.commitment)
            if (one.person, one.unit) in persons:
                raise Refused(f"code of {one.person}", "one for each person and unit", "two")
            given.add(one.commitment)
            persons.add((one.person, one.unit))
        self.given |= given
        self.open |= {(one.person, one.unit): one.commitment for one in invited}

    def check_open(self, used: Iterable[Invited]) -> None:
        """Each commitment is the one that is open for its person and unit, and none is used twice."""
        seen: set[str] = set()
        for one in used:
            found = self.open.get((one.person, one.unit))
            if found != one.commitment:
                raise Refused(f"code of {one.person}", found or "an open code", one.commitment)
            if one.commitment in seen:
                raise Refused(f"code of {one.person}", "each code once", "one twice")
            seen.add(one.commitment)

    def use(self, used: Iterable[Invited]) -> None:
        """These are open no more."""
        for one in used:
            del self.open[one.person, one.unit]
