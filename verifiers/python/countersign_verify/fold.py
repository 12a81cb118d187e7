"""The fold over the public records (spec/fold.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from .checks import Figures
from .codes import Invited
from .definition import Definition
from .errors import Budget, Refused
from .form import close
from .keyring import Enrolled, Entry, Keyring
from .records import Record
from .text import is_blank
from .values import MOST_COUNT

MOST_FIGURES = 50_000_000
MOST_POSITIONS = 65_536

Witness = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Reading:
    """A record of returns that was taken in."""

    position: int
    id: str
    witness: Witness
    unit: int
    seq: int
    devices: int
    figures: Figures = field(compare=False)
    prev: str | None
    reason: str | None

    @property
    def is_apart(self) -> bool:
        """Signed on at least as many devices as its witness has persons."""
        return self.devices >= len(self.witness[1])


@dataclass
class Unit:
    """What the fold knows of one unit."""

    readings: list[Reading] = field(default_factory=list)
    heads: dict[Witness, Reading] = field(default_factory=dict)
    counted: Reading | None = None
    contradiction: str | None = None
    turnout: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """A record that was taken in: what publicity asks of it."""

    position: int
    kind: str
    unit: int | None


@dataclass(frozen=True)
class Named:
    """What a record names, once it is known to exist and to be in range."""

    unit: int | None
    figures: Figures = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    invited: list[Invited] = field(default_factory=list)

    @property
    def in_unit(self) -> int:
        """The unit of a record of one; a record of keys has none."""
        assert self.unit is not None
        return self.unit


Rules = tuple[Callable[[Record], Named], Callable[[int, Record, list[Enrolled], Named], None]]


class Fold:
    """Takes records in, one by one."""

    def __init__(self, definition: Definition, leaves: Sequence[bytes]) -> None:
        self.definition = definition
        self.leaves = leaves
        self.election = definition.election
        self.units = definition.election.units
        self.keys = Keyring(definition)
        self.of_unit: dict[int, Unit] = {}
        self.released: set[int] = set()
        self.readings: dict[str, Reading] = {}
        self.taken: list[Taken] = []
        self.budget = Budget(MOST_FIGURES, "figures of readings")
        self.signatures = self.attests = 0
        self._kinds: dict[str, Rules] = {
            "key": (self._read_key, self._key),
            "invite": (self._read_invite, self._invite),
            "returns": (self._read_returns, self._returns),
            "turnout": (self._read_turnout, self._turnout),
            "decision": (self._read_decision, self._decision),
            "release": (self._read_release, self._release),
            "attest": (self._read_attest, self._attest),
        }

    def state(self, unit: int) -> Unit:
        """What is known of a unit, to be changed."""
        return self.of_unit.setdefault(unit, Unit())

    def take(self, position: int, record: Record) -> None:
        """Takes a record in, or refuses it and changes nothing."""
        if record.kind not in self._kinds:
            raise Refused("record", "another kind than definition", record.kind)
        if record.body["definition"] != self.definition.id:
            raise Refused(f"{record.kind}, definition", self.definition.id, record.body["definition"])
        read, place = self._kinds[record.kind]
        named = read(record)
        signed = self.keys.signers(position, record)
        self.signatures += len(signed)
        self.keys.check_signers(position, signed)
        place(position, record, signed, named)
        self.taken.append(Taken(position, record.kind, named.unit))

    def _unit(self, name: str) -> int:
        if name not in self.units.number:
            raise Refused("unit", "a unit", name)
        return self.units.number[name]

    def _check_channel(self, name: str) -> None:
        if name not in self.election.channels:
            raise Refused("channel", f"one of {sorted(self.election.channels)}", name)

    def _read_key(self, record: Record) -> Named:
        enrols = record.body["action"] == "enrol"
        return Named(None, entries=[self.keys.entry(self.definition.id, e, enrols) for e in record.body["keys"]])

    def _key(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        self.keys.check_keepers(signed, [entry.unit for entry in named.entries])
        reason = record.body.get("reason", "")
        if record.body["action"] == "enrol":
            self.keys.enrol(position, signed, named.entries, reason)
        else:
            self.keys.revoke(position, signed, named.entries, reason)

    def _read_invite(self, record: Record) -> Named:
        codes = record.body["codes"]
        return Named(None, invited=[Invited(c["commitment"], c["person"], self._unit(c["unit"])) for c in codes])

    def _invite(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        self.keys.check_keepers(signed, [invited.unit for invited in named.invited])
        self.keys.invite(position, named.invited)

    def _read_turnout(self, record: Record) -> Named:
        unit = self._unit(record.body["unit"])
        self._check_channel(record.body["channel"])
        if not 0 <= record.body["admitted"] <= MOST_COUNT:
            raise Refused("turnout, admitted", f"0 to {MOST_COUNT}", record.body["admitted"])
        return Named(unit)

    def _turnout(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        body, unit = record.body, named.in_unit
        self.keys.check_members(signed, unit, self.election.channels[body["channel"]])
        self.state(unit).turnout.append((body["made"], position, body["admitted"]))

    def _read_release(self, record: Record) -> Named:
        unit, made = self._unit(record.body["unit"]), record.body["made"]
        if made < self.election.release:
            raise Refused("release, made", f"{self.election.release} or later", made)
        return Named(unit)

    def _release(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        self.keys.check_officers(signed)
        todo = [named.in_unit]
        while todo:
            here = todo.pop()
            if here not in self.released:
                self.released.add(here)
                todo.extend(self.units.children[here])

    def _read_attest(self, record: Record) -> Named:
        return Named(self._unit(record.body["unit"]))

    def _attest(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        self.keys.check_members(signed, named.in_unit, max(self.election.channels.values(), default=1))
        first, last = record.body["first"], record.body["last"]
        if not first <= last < position:
            raise Refused("attest, range", f"one that ends below {position}", f"{first} to {last}")
        if last - first >= MOST_POSITIONS:
            raise Refused("attest, range", f"at most {MOST_POSITIONS} positions", last - first + 1)
        found = sha256(b"".join(sorted(self.leaves[first : last + 1]))).hexdigest()
        if record.body["hash"] != found:
            raise Refused(f"attest, hash of {first} to {last}", found, record.body["hash"])
        self.attests += 1

    def _read_decision(self, record: Record) -> Named:
        unit = self._unit(record.body["unit"])
        if is_blank(record.body["reason"]):
            raise Refused("decision", "a reason", record.body["reason"])
        return Named(unit)

    def _decision(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        self.keys.check_officers(signed)
        chosen = self.readings.get(record.body["chosen"])
        if chosen is None or chosen.unit != named.unit:
            raise Refused("decision, chosen", f"a reading of {record.body['unit']}", record.body["chosen"])
        state = self.state(chosen.unit)
        state.counted, state.contradiction = chosen, None
        state.heads[chosen.witness] = chosen

    def _read_returns(self, record: Record) -> Named:
        body = record.body
        unit = self._unit(body["unit"])
        self._check_channel(body["channel"])
        form = self.election.form_of(unit)
        if form is None:
            raise Refused("unit", "one with a form", body["unit"])
        lines = len(record.note.signatures)
        if not 1 <= body["devices"] <= lines:
            raise Refused("returns, devices", f"1 to {lines}", body["devices"])
        self.budget.spend(len(form.fields))
        return Named(unit, figures=close(form, self.units, unit, body["counts"]))

    def _returns(self, position: int, record: Record, signed: list[Enrolled], named: Named) -> None:
        channel = record.body["channel"]
        self.keys.check_members(signed, named.in_unit, self.election.channels[channel])
        witness = (channel, frozenset(enrolled.person for enrolled in signed))
        self._place(_reading(position, record, witness, named.in_unit, named.figures))

    def _place(self, reading: Reading) -> None:
        """Where a reading may stand, and whether it counts."""
        state = self.of_unit.get(reading.unit, Unit())
        head = state.heads.get(reading.witness)
        is_fork = head is not None and 1 <= reading.seq <= head.seq
        if not is_fork:
            _check_next(reading, head)
        state = self.state(reading.unit)
        state.readings.append(reading)
        self.readings[reading.id] = reading
        if is_fork:
            self._fork(state, reading.unit)
            return
        state.heads[reading.witness] = reading
        mine = state.counted is None or state.counted.witness == reading.witness
        if state.contradiction is None and mine:
            state.counted = reading

    def _fork(self, state: Unit, unit: int) -> None:
        if state.contradiction == "held":
            return
        if unit in self.released:
            state.contradiction = "disputed"
        else:
            state.contradiction, state.counted = "held", None

    def may_be_public(self, taken: Taken, shown: bytearray) -> bool:
        """Whether the text of a record may be public at the end of the fold."""
        if taken.kind in ("turnout", "release"):
            return True
        if taken.unit is None or taken.kind == "attest":
            return bool(shown[0])
        state = self.of_unit.get(taken.unit)
        return taken.unit in self.released and (state is None or state.contradiction != "held")

    def shown(self) -> bytearray:
        """For each unit whether it is shown: it or one inside it has turnout or is released."""
        shown = bytearray(len(self.units))
        for unit in range(len(self.units) - 1, -1, -1):
            state = self.of_unit.get(unit)
            if unit in self.released or (state is not None and state.turnout):
                shown[unit] = 1
            parent = self.units.parents[unit]
            if shown[unit] and parent is not None:
                shown[parent] = 1
        return shown


def _reading(position: int, record: Record, witness: Witness, unit: int, figures: Figures) -> Reading:
    body: dict[str, Any] = record.body
    return Reading(
        position=position,
        id=record.id,
        witness=witness,
        unit=unit,
        seq=body["seq"],
        devices=body["devices"],
        figures=figures,
        prev=body.get("prev"),
        reason=body.get("reason"),
    )


def _check_next(reading: Reading, head: Reading | None) -> None:
    """A first reading, or a correction of the witness's head."""
    if head is None:
        if reading.seq != 1 or reading.prev is not None:
            raise Refused("returns", "seq 1 and no prev, of a new witness", f"{reading.seq}, {reading.prev}")
        return
    if reading.seq != head.seq + 1 or reading.prev != head.id:
        raise Refused("returns", f"seq {head.seq + 1} and prev {head.id}", f"{reading.seq}, {reading.prev}")
    if reading.reason is None or is_blank(reading.reason):
        raise Refused("returns", "a reason for the correction", "none")
