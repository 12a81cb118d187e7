"""Records: signed notes of eight kinds (spec/records.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import canonical
from .errors import Refused
from .notes import Note, read_note
from .text import I64_LEAST, I64_MOST, U64_MOST, is_digest

MOST_BYTES = 16_777_216
MOST_DEFINITION_BYTES = 134_217_728

Check = Callable[[Any], bool]

_TYPE_LINE = re.compile(r"countersign/(definition|key|invite|returns|turnout|decision|release|attest)/v1")


@dataclass(frozen=True)
class Record:
    """A record: its kind, its members, its note."""

    kind: str
    id: str
    body: dict[str, Any]
    note: Note


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and is_digest(value)


def _is_json(_: Any) -> bool:
    return True


def _whole(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _array(each: Check) -> Check:
    return lambda value: isinstance(value, list) and all(each(v) for v in value)


def _map(each: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(each(v) for v in value.values())


def _object(optional: dict[str, Check] | None = None, **members: Check) -> Check:
    known = members | (optional or {})
    return lambda value: (
        isinstance(value, dict)
        and members.keys() <= value.keys() <= known.keys()
        and all(known[k](v) for k, v in value.items())
    )


_I64 = _whole(I64_LEAST, I64_MOST)
_U64 = _whole(0, U64_MOST)
_U32 = _whole(0, 2**32 - 1)
_U8 = _whole(0, 255)

_COMMON = {"definition": _is_digest, "salt": _is_digest}

_OPENING = _object(code=_is_text, salt=_is_digest)
_ENTRY = _object(
    {"opening": _OPENING, "proof": _is_text, "role": _one_of("registrar")},
    person=_is_text,
    unit=_is_text,
    vkey=_is_text,
)
_CODE = _object(commitment=_is_digest, person=_is_text, unit=_is_text)

KINDS: dict[str, dict[str, Check]] = {
    "definition": {
        "head": _is_json,
        "log": _is_text,
        "mode": _one_of("live", "rehearsal"),
        "officers": _array(_object(person=_is_text, vkey=_is_text)),
        "publisher": _is_text,
        "salt": _is_digest,
        "units": _object(columns=_array(_is_text), rows=_array(_array(_is_text))),
    },
    "key": _COMMON
    | {
        "action": _one_of("enrol", "revoke"),
        "keys": _array(_ENTRY),
        "reason": _is_text,
    },
    "invite": _COMMON | {"codes": _array(_CODE)},
    "returns": _COMMON
    | {
        "channel": _is_text,
        "counts": _map(_I64),
        "devices": _U8,
        "made": _I64,
        "photo": _is_digest,
        "prev": _is_digest,
        "reason": _is_text,
        "seq": _U32,
        "unit": _is_text,
    },
    "turnout": _COMMON | {"admitted": _I64, "channel": _is_text, "made": _I64, "seq": _U32, "unit": _is_text},
    "decision": _COMMON | {"chosen": _is_digest, "reason": _is_text, "unit": _is_text},
    "release": _COMMON | {"made": _I64, "unit": _is_text},
    "attest": _COMMON | {"first": _U64, "hash": _is_digest, "last": _U64, "unit": _is_text},
}

OPTIONAL: dict[str, frozenset[str]] = {
    "key": frozenset({"reason"}),
    "returns": frozenset({"made", "photo", "prev", "reason"}),
}
OF_KEYS = ("key", "invite")


def type_line(kind: str) -> str:
    """The first line of a record."""
    return f"countersign/{kind}/v1"


def _check_members(kind: str, body: Any) -> None:
    members = KINDS[kind]
    if not isinstance(body, dict):
        raise Refused(kind, "an object", type(body).__name__)
    strange = sorted(body.keys() - members.keys())
    missing = sorted(members.keys() - body.keys() - OPTIONAL.get(kind, frozenset()))
    if strange or missing:
        raise Refused(kind, f"the keys {sorted(members)}", f"without {missing}, with {strange}")
    for name, value in body.items():
        if not members[name](value):
            raise Refused(f"{kind}, {name}", "a value of its type", canonical.write(value)[:80])


def read_record(data: bytes) -> Record:
    """A record; its signatures are not checked here."""
    is_definition = data.startswith(b"countersign/definition/v1\n")
    note = read_note(data, MOST_DEFINITION_BYTES if is_definition else MOST_BYTES)
    lines = note.text.split("\n")[:-1]
    if len(lines) != 2:
        raise Refused("record", "2 lines", len(lines))
    kind = _TYPE_LINE.fullmatch(lines[0])
    if kind is None:
        raise Refused("record, line 1", "countersign/KIND/v1", lines[0])
    body = canonical.read(lines[1])
    _check_members(kind[1], body)
    return Record(kind[1], hashlib.sha256(note.signed_bytes).hexdigest(), body, note)
