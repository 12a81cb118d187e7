"""Keys of the fold: who may sign what, and from when on (spec/fold.md, "Keys" and "Who signs")."""

from __future__ import annotations

from dataclasses import dataclass

from .definition import Definition
from .errors import Refused
from .keys import Key, read_key
from .records import Record
from .signatures import check_signature
from .units import Units


@dataclass
class Enrolled:
    """A key of a person; of an officer it has no unit. It signs behind `since`, and not behind `revoked`."""

    key: Key
    person: str
    unit: int | None
    since: int
    revoked: int | None = None

    @property
    def is_officer(self) -> bool:
        """It came with the definition."""
        return self.unit is None


@dataclass(frozen=True)
class Entry:
    """A key that a record names, with its person and unit."""

    key: Key
    person: str
    unit: int


class Keyring:
    """Every key that was ever enrolled."""

    def __init__(self, definition: Definition) -> None:
        self.units: Units = definition.election.units
        self.least_officers = definition.election.officers
        self.channels = definition.election.channels
        self.by_label: dict[tuple[str, bytes], Enrolled] = {}
        self.identities: set[tuple[bool, bytes]] = set()
        for officer in definition.officers:
            self._add(Enrolled(officer.key, officer.person, None, 0))

    def _add(self, enrolled: Enrolled) -> None:
        self.by_label[enrolled.key.label] = enrolled
        self.identities.add(enrolled.key.identity)

    def signers(self, position: int, record: Record) -> list[Enrolled]:
        """Who signed: every line names a key that was enrolled above, and holds."""
        signed: list[Enrolled] = []
        for line in record.note.signatures:
            enrolled = self.by_label.get((line.name, line.key_id))
            if enrolled is None or enrolled.since >= position:
                raise Refused("signature", "one by a key that was enrolled before", f"one by {line.name}")
            check_signature(enrolled.key, record.note.signed_bytes, line)
            signed.append(enrolled)
        return signed

    def check_signers(self, position: int, signed: list[Enrolled]) -> None:
        """No key is revoked, and no person signed twice."""
        for enrolled in signed:
            if enrolled.revoked is not None and enrolled.revoked < position:
                place = f"signature of {enrolled.key.name}"
                raise Refused(place, "a key that is not revoked", f"one revoked at position {enrolled.revoked}")
        if len({e.person for e in signed}) != len(signed):
            raise Refused("signatures", "each person once", sorted(e.person for e in signed))

    def check_officers(self, signed: list[Enrolled]) -> None:
        """Officers signed, as many as must."""
        for enrolled in signed:
            if not enrolled.is_officer:
                raise Refused("signature", "an officer's key", enrolled.key.name)
        if len(signed) < self.least_officers:
            raise Refused("signatures", f"{self.least_officers} officers", len(signed))

    def check_members(self, signed: list[Enrolled], unit: int, channel: str) -> None:
        """Members of the unit, or of one that holds it, signed, as many as the channel asks."""
        for enrolled in signed:
            if enrolled.unit is None or not self.units.holds(enrolled.unit, unit):
                raise Refused("signature", f"a key for {self.units.ids[unit]}", enrolled.key.name)
        if len(signed) < self.channels[channel]:
            raise Refused("signatures", f"{self.channels[channel]} persons", len(signed))

    def entries(self, described: list[dict[str, str]]) -> list[Entry]:
        """The keys that a record names: each can be read, each unit is one."""
        found = []
        for entry in described:
            if entry["unit"] not in self.units.number:
                raise Refused("key", "a unit", entry["unit"])
            found.append(Entry(read_key(entry["vkey"]), entry["person"], self.units.number[entry["unit"]]))
        return found

    def enrol(self, position: int, entries: list[Entry]) -> None:
        """Takes in new keys; all of them or none."""
        identities: set[tuple[bool, bytes]] = set()
        labels: set[tuple[str, bytes]] = set()
        for key in (entry.key for entry in entries):
            if key.identity in self.identities or key.identity in identities:
                raise Refused(f"key {key.name}", "a key that was never enrolled", "one that was")
            if key.label in self.by_label or key.label in labels:
                raise Refused(f"key {key.name}", "a name and id that no key has", "those of another")
            identities.add(key.identity)
            labels.add(key.label)
        for entry in entries:
            self._add(Enrolled(entry.key, entry.person, entry.unit, position))

    def revoke(self, position: int, entries: list[Entry]) -> None:
        """Takes keys out of use; all of them or none."""
        officers: dict[str, int] = {}
        for enrolled in self.by_label.values():
            if enrolled.is_officer and enrolled.revoked is None:
                officers[enrolled.person] = officers.get(enrolled.person, 0) + 1
        gone: dict[tuple[str, bytes], Enrolled] = {}
        for entry in entries:
            enrolled = self._to_revoke(entry)
            if enrolled.is_officer and enrolled.key.label not in gone:
                officers[enrolled.person] -= 1
            if enrolled.is_officer and sum(n > 0 for n in officers.values()) < self.least_officers:
                raise Refused(f"key {enrolled.key.name}", f"{self.least_officers} officers left", "fewer")
            gone[enrolled.key.label] = enrolled
        for enrolled in gone.values():
            enrolled.revoked = position

    def _to_revoke(self, entry: Entry) -> Enrolled:
        key = entry.key
        enrolled = self.by_label.get(key.label)
        if enrolled is None or enrolled.key != key or enrolled.revoked is not None:
            raise Refused(f"key {key.name}", "an enrolled key that is not revoked", key.point.hex())
        expected, ids = (enrolled.person, enrolled.unit or 0), self.units.ids
        if (entry.person, entry.unit) != expected:
            said = f"{entry.person} of {ids[entry.unit]}"
            raise Refused(f"key {key.name}", f"{expected[0]} of {ids[expected[1]]}", said)
        return enrolled
