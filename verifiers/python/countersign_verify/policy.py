"""The policy file, and the checkpoints that it accepts (spec/log.md, "Policy file")."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import Refused
from .keys import Key, KeyType, read_key
from .log import MOST_CHECKPOINT, Checkpoint, check_origin, read_checkpoint
from .notes import read_note
from .signatures import check_cosignature, signers
from .text import digits, from_utf8, is_digest

MOST_BYTES = 65_536
MOST_OF_A_KIND = 64
LOG_TYPES = frozenset({KeyType.ED25519})
WITNESS_TYPES = frozenset({KeyType.COSIGNATURE})


@dataclass(frozen=True)
class Accepted:
    """A checkpoint, the names and times of its cosignatures in the order of its lines, and whether they suffice."""

    checkpoint: Checkpoint
    cosigned: list[tuple[str, int]]
    quorum: bool


@dataclass
class Policy:
    """Which definition, which logs, whose cosignatures."""

    definition: str | None = None
    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str | None = None

    def open(self, data: bytes) -> Accepted:
        """The checkpoint of one of the logs, who cosigned it, and whether they are enough."""
        note = read_note(data, MOST_CHECKPOINT)
        signed = signers(note, self.logs)
        checkpoint = read_checkpoint(note)
        check_origin(checkpoint, signed)
        by_label = {key.label: (name, key) for name, key in self.witnesses.items()}
        cosigned: list[tuple[str, int]] = []
        for line in note.signatures:
            name, key = by_label.get((line.name, line.key_id), ("", None))
            if key is not None:
                cosigned.append((name, check_cosignature(key, note.signed_bytes, line.signature)))
        return Accepted(checkpoint, cosigned, self._is_met({name for name, _ in cosigned}))

    def accept(self, data: bytes) -> Accepted:
        """The same, and the quorum is met."""
        accepted = self.open(data)
        if not accepted.quorum:
            names = [name for name, _ in accepted.cosigned]
            raise Refused("checkpoint", f"cosignatures that meet {self.quorum}", names)
        return accepted

    def _is_met(self, cosigned: set[str]) -> bool:
        met = cosigned | {"none"}
        for name, (least, members) in self.groups.items():
            if sum(member in met for member in members) >= least:
                met.add(name)
        return self.quorum in met


@dataclass
class _Reader:
    """A policy while its lines are read."""

    policy: Policy = field(default_factory=Policy)
    identities: set[tuple[str, bytes]] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)

    def line(self, words: list[str], place: str) -> None:
        """One line, split into words."""
        if not words:
            return
        if words[0] == "#definition":
            self._definition(words, place)
        elif not words[0].startswith("#"):
            self._keyword(words, place)

    def _keyword(self, words: list[str], place: str) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._add_log(vkey, place)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._add_witness(name, vkey, place)
            case ["group", name, threshold, _, *_]:
                self._add_group(name, threshold, words[3:], place)
            case ["quorum", name]:
                self._set_quorum(name, place)
            case _:
                raise Refused(place, "a line of log, witness, group or quorum", " ".join(words))

    def _definition(self, words: list[str], place: str) -> None:
        if len(words) != 2 or not is_digest(words[1]) or self.policy.definition is not None:
            raise Refused(place, "one definition by 64 hex digits", " ".join(words[1:]))
        self.policy.definition = words[1]

    def _new_key(self, row: str, vkey: str, types: frozenset[KeyType], place: str) -> Key:
        key = read_key(vkey, types)
        if (row, key.point) in self.identities:
            raise Refused(place, "a new key", vkey)
        self.identities.add((row, key.point))
        return key

    def _add_log(self, vkey: str, place: str) -> None:
        self.policy.logs.append(self._new_key("log", vkey, LOG_TYPES, place))
        self._check_number(len(self.policy.logs), place)

    def _add_witness(self, name: str, vkey: str, place: str) -> None:
        self._check_free(name, place)
        self.policy.witnesses[name] = self._new_key("witness", vkey, WITNESS_TYPES, place)
        self._check_number(len(self.policy.witnesses), place)

    def _add_group(self, name: str, threshold: str, members: list[str], place: str) -> None:
        self._check_free(name, place)
        for member in members:
            if not self._is_defined(member) or member in self.grouped:
                raise Refused(place, "a member from above that is in no group yet", member)
            self.grouped.add(member)
        least = {"all": len(members), "any": 1}.get(threshold, digits(threshold) or 0)
        if not 1 <= least <= len(members) or threshold.startswith("0"):
            raise Refused(place, f"all, any or 1 to {len(members)}", threshold)
        self.policy.groups[name] = (least, members)
        self._check_number(len(self.policy.groups), place)

    def _set_quorum(self, name: str, place: str) -> None:
        if self.policy.quorum is not None:
            raise Refused(place, "one quorum", name)
        if name != "none" and not self._is_defined(name):
            raise Refused(place, "a witness or group from above", name)
        self.policy.quorum = name

    def _is_defined(self, name: str) -> bool:
        return name in self.policy.witnesses or name in self.policy.groups

    def _check_free(self, name: str, place: str) -> None:
        if name == "none" or self._is_defined(name):
            raise Refused(place, "a free name", name)

    def _check_number(self, number: int, place: str) -> None:
        if number > MOST_OF_A_KIND:
            raise Refused(place, f"at most {MOST_OF_A_KIND} of a kind", number)


def _check_characters(text: str) -> None:
    for character in text:
        if (character < "\u0020" and character not in "\t\n") or character == "\u007f":
            raise Refused("policy", "printable text", f"U+{ord(character):04X}")


def read_policy(data: bytes) -> Policy:
    """A policy file."""
    if len(data) > MOST_BYTES:
        raise Refused("policy", f"at most {MOST_BYTES} bytes", len(data))
    text = from_utf8(data, "policy")
    if text and not text.endswith("\n"):
        raise Refused("policy", "a newline at the end", text[-20:])
    _check_characters(text)
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        reader.line(words, f"policy, line {number}")
    if reader.policy.quorum is None:
        raise Refused("policy", "a quorum", "none")
    return reader.policy
