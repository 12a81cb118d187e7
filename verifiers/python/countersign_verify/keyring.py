"""Keys of the fold: who may sign what, and from when on (spec/fold.md, "Keys" and "Who signs")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .codes import Claim, Codes, Invited
from .definition import Definition
from .errors import Refused
from .keys import Key, read_key
from .records import Record
from .signatures import check_signature
from .text import is_blank
from .units import ROOT, Units

OFFICER, REGISTRAR, MEMBER = "officer", "registrar", "member"


@dataclass
class Enrolled:
    """A key of a person, for a unit and all inside it. It signs behind `since`, and not behind `revoked`."""

    key: Key
    person: str
    unit: int
    role: str
    since: int
    number: int
    revoked: int | None = None


@dataclass(frozen=True)
class Entry:
    """A key that a record names, with its person and unit, and the commitment of the code that it came with."""

    key: Key
    person: str
    unit: int
    role: str
    commitment: str | None


@dataclass(frozen=True)
class Change:
    """What happened to a key, or a code that was given out."""

    position: int
    action: str
    unit: int
    person: str
    role: str
    key: Key | None
    reason: str


class Keyring:
    """Every key that was ever enrolled, and every code."""

    def __init__(self, definition: Definition) -> None:
        election = definition.election
        self.units: Units = election.units
        self.least_officers = election.officers
        self.least_registrars = election.registrars
        self.needs_codes = election.codes
        self.by_label: dict[tuple[str, bytes], Enrolled] = {}
        self.identities: set[tuple[bool, bytes]] = set()
        self.codes = Codes()
        self.changes: list[Change] = []
        for officer in definition.officers:
            self._add(0, Entry(officer.key, officer.person, ROOT, OFFICER, None), "")
        self.officers = list(self.by_label.values())

    def _add(self, position: int, entry: Entry, reason: str) -> None:
        enrolled = Enrolled(entry.key, entry.person, entry.unit, entry.role, position, len(self.by_label))
        self.by_label[entry.key.label] = enrolled
        self.identities.add(entry.key.identity)
        self._note(position, "enrol", enrolled, reason)

    def _note(self, position: int, action: str, enrolled: Enrolled, reason: str) -> None:
        said = "" if is_blank(reason) else reason
        change = Change(position, action, enrolled.unit, enrolled.person, enrolled.role, enrolled.key, said)
        self.changes.append(change)

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
            if enrolled.role != OFFICER:
                raise Refused("signature", "an officer's key", enrolled.key.name)
        if len(signed) < self.least_officers:
            raise Refused("signatures", f"{self.least_officers} officers", len(signed))

    def _check_role(self, enrolled: Enrolled, role: str, unit: int) -> None:
        """A key of this role, for the unit or one that holds it."""
        if enrolled.role != role or not self.units.holds(enrolled.unit, unit):
            raise Refused("signature", f"a {role}'s key for {self.units.ids[unit]}", enrolled.key.name)

    def check_members(self, signed: list[Enrolled], unit: int, least: int) -> None:
        """Members of the unit, or of one that holds it, signed, as many as must."""
        for enrolled in signed:
            self._check_role(enrolled, MEMBER, unit)
        if len(signed) < least:
            raise Refused("signatures", f"{least} persons", len(signed))

    def check_keepers(self, signed: list[Enrolled], units: list[int]) -> None:
        """Officers signed a record of keys, or registrars of these units, as many as must."""
        if self.least_registrars is None or not _by_registrars(signed):
            self.check_officers(signed)
            return
        for enrolled in signed:
            for unit in set(units):
                self._check_role(enrolled, REGISTRAR, unit)
        if len(signed) < self.least_registrars:
            raise Refused("signatures", f"{self.least_registrars} registrars", len(signed))

    def entry(self, definition: str, described: dict[str, Any], enrols: bool) -> Entry:
        """A key that a record names: it can be read, its unit is one, and its proof holds."""
        unit, key = described["unit"], read_key(described["vkey"])
        if unit not in self.units.number:
            raise Refused(f"key {key.name}", "a unit", unit)
        more = sorted(described.keys() & {"opening", "proof", "role"})
        if not enrols and more:
            raise Refused(f"key {key.name}", "person, unit and key of one to revoke", more)
        if "role" in described and self.least_registrars is None:
            raise Refused(f"key {key.name}", "no role, where there are no registrars", described["role"])
        commitment = self._commitment(definition, described, key, enrols)
        role = REGISTRAR if "role" in described else MEMBER
        return Entry(key, described["person"], self.units.number[unit], role, commitment)

    def _commitment(self, definition: str, described: dict[str, Any], key: Key, enrols: bool) -> str | None:
        opening, proof = described.get("opening"), described.get("proof")
        if opening is None and proof is None:
            if enrols and self.needs_codes:
                raise Refused(f"key {key.name}", "a code and a proof", "none")
            return None
        if opening is None or proof is None:
            raise Refused(f"key {key.name}", "a code and a proof", "one of them")
        claim = Claim(opening["code"], definition, described["person"], described["unit"])
        claim.check_proof(described["vkey"], key, proof)
        return claim.commitment(opening["salt"])

    def invite(self, position: int, invited: list[Invited]) -> None:
        """Gives out codes; all of them or none."""
        self.codes.give(invited)
        self.changes += [Change(position, "invite", one.unit, one.person, "", None, "") for one in invited]

    def enrol(self, position: int, signed: list[Enrolled], entries: list[Entry], reason: str) -> None:
        """Takes in new keys; all of them or none."""
        identities: set[tuple[bool, bytes]] = set()
        labels: set[tuple[str, bytes]] = set()
        for entry in entries:
            key = entry.key
            if entry.role == REGISTRAR and _by_registrars(signed):
                raise Refused(f"key {key.name}", "a member's key, by registrars", "a registrar's")
            if key.identity in self.identities or key.identity in identities:
                raise Refused(f"key {key.name}", "a key that was never enrolled", "one that was")
            if key.label in self.by_label or key.label in labels:
                raise Refused(f"key {key.name}", "a name and id that no key has", "those of another")
            identities.add(key.identity)
            labels.add(key.label)
        used = [Invited(e.commitment, e.person, e.unit) for e in entries if e.commitment is not None]
        self.codes.check_open(used)
        self.codes.use(used)
        for entry in entries:
            self._add(position, entry, reason)

    def revoke(self, position: int, signed: list[Enrolled], entries: list[Entry], reason: str) -> None:
        """Takes keys out of use; all of them or none."""
        officers: dict[str, int] = {}
        for enrolled in self.officers:
            if enrolled.revoked is None:
                officers[enrolled.person] = officers.get(enrolled.person, 0) + 1
        gone: dict[int, Enrolled] = {}
        for entry in entries:
            enrolled = self._to_revoke(entry)
            if enrolled.role != MEMBER and _by_registrars(signed):
                raise Refused(f"key {enrolled.key.name}", "a member's key, by registrars", f"one of {enrolled.role}s")
            if enrolled.role == OFFICER and enrolled.number not in gone:
                officers[enrolled.person] -= 1
            if enrolled.role == OFFICER and sum(n > 0 for n in officers.values()) < self.least_officers:
                raise Refused(f"key {enrolled.key.name}", f"{self.least_officers} officers left", "fewer")
            gone[enrolled.number] = enrolled
        for _, enrolled in sorted(gone.items()):
            enrolled.revoked = position
            self._note(position, "revoke", enrolled, reason)

    def _to_revoke(self, entry: Entry) -> Enrolled:
        key = entry.key
        enrolled = self.by_label.get(key.label)
        if enrolled is None or enrolled.key != key or enrolled.revoked is not None:
            raise Refused(f"key {key.name}", "an enrolled key that is not revoked", key.point.hex())
        ids = self.units.ids
        if (entry.person, entry.unit) != (enrolled.person, enrolled.unit):
            said = f"{entry.person} of {ids[entry.unit]}"
            raise Refused(f"key {key.name}", f"{enrolled.person} of {ids[enrolled.unit]}", said)
        return enrolled


def _by_registrars(signed: list[Enrolled]) -> bool:
    """Every signer's key is a registrar's."""
    return all(enrolled.role == REGISTRAR for enrolled in signed)
