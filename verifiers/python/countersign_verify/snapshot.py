"""head.json, the snapshot, and the packs (spec/bundle.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from . import canonical
from .errors import Refused
from .notes import Note, read_note
from .text import I64_LEAST, I64_MOST, U64_MOST, decimal, from_utf8, is_digest

MOST_SNAPSHOT = 134_217_728
MOST_HEAD = 65_536
MOST_PACK = 268_435_456
MOST_ENTRY_HEAD = 48
FIRST_LINE = "countersign/snapshot/v1"
FOLDERS = ("data/", "pack/", "tile/")

_LISTED = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]*) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that the snapshot names."""

    sha256: str
    length: int
    path: str

    @property
    def is_page(self) -> bool:
        """Its path ends in `.html` or `.css`."""
        return self.path.endswith((".html", ".css"))

    @property
    def is_known(self) -> bool:
        """It is of a kind that a bundle holds; a page lies elsewhere than the data."""
        return self.path == "checkpoint" or self.is_page != self.path.startswith(FOLDERS)

    def is_in(self, folder: str) -> bool:
        """It lies in this folder and is no page."""
        return self.path.startswith(folder) and not self.is_page


@dataclass(frozen=True)
class Snapshot:
    """What the publisher signed."""

    note: Note
    says: dict[str, Any]
    files: list[Listed]


def _u64(value: Any) -> bool:
    return type(value) is int and 0 <= value <= U64_MOST


def _i64(value: Any) -> bool:
    return type(value) is int and I64_LEAST <= value <= I64_MOST


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _digest(value: Any) -> bool:
    return isinstance(value, str) and is_digest(value)


def _mode(value: Any) -> bool:
    return value in ("live", "rehearsal")


SAID = {"definition": _digest, "election": _text, "mode": _mode, "sequence": _u64, "size": _u64, "time": _i64}
IN_HEAD = {"election": _text, "mode": _mode, "sequence": _u64, "size": _u64, "time": _i64}


def _members(line: str, members: dict[str, Any], place: str) -> dict[str, Any]:
    value = canonical.read(line)
    if not isinstance(value, dict) or value.keys() != members.keys():
        raise Refused(place, f"an object with the keys {sorted(members)}", line)
    for name, check in members.items():
        if not check(value[name]):
            raise Refused(f"{place}, {name}", "a value of its type", value[name])
    return value


def read_head(data: bytes) -> dict[str, Any]:
    """head.json: one canonical line that names a snapshot."""
    if len(data) > MOST_HEAD:
        raise Refused("line 1", f"at most {MOST_HEAD} bytes", len(data))
    line = from_utf8(data, "line 1")
    if not line.endswith("\n"):
        raise Refused("line 1", "a newline at the end", line[-20:])
    return _members(line[:-1], IN_HEAD | {"snapshot": _text, "snapshot_hash": _digest}, "line 1")


def check_head(head: dict[str, Any], says: dict[str, Any]) -> None:
    """head.json says what the snapshot says, and where that lies."""
    expected = {name: says[name] for name in IN_HEAD} | {"snapshot": f"snapshot/{says['sequence']}"}
    others = [name for name in expected if head[name] != expected[name]]
    if others:
        raise Refused("fields", [expected[name] for name in others], [head[name] for name in others])


def _listed(line: str, place: str) -> Listed:
    found = _LISTED.fullmatch(line)
    if found is None:
        raise Refused(place, "HASH LENGTH PATH", line)
    return Listed(found[1], decimal(found[2], place), found[3])


def read_snapshot(data: bytes) -> Snapshot:
    """The snapshot, whoever signed it."""
    note = read_note(data, MOST_SNAPSHOT)
    lines = note.text.split("\n")[:-1]
    if lines[0] != FIRST_LINE or len(lines) < 2:
        raise Refused("line 1", f"{FIRST_LINE} and a second line", lines[0])
    says = _members(lines[1], SAID, "line 2")
    files = [_listed(line, f"line {n}") for n, line in enumerate(lines[2:], 3)]
    for before, after in pairwise(files):
        if before.path >= after.path:
            raise Refused("text", f"a path behind {before.path}", after.path)
    return Snapshot(note, says, files)


def read_pack(data: bytes) -> list[tuple[int, bytes]]:
    """The records of a pack, with their positions."""
    if len(data) > MOST_PACK:
        raise Refused("length", f"at most {MOST_PACK} bytes", len(data))
    entries, at = [], 0
    while at < len(data):
        place = f"byte {at}"
        end = data.find(b"\n", at, at + MOST_ENTRY_HEAD)
        if end < 0:
            raise Refused(place, "a position and a length", "none")
        position, blank, length = from_utf8(data[at:end], place).partition(" ")
        if not blank:
            raise Refused(place, "a position and a length", position)
        start, size = end + 1, decimal(length, place)
        if size > len(data) - start:
            raise Refused(place, f"{size} bytes", len(data) - start)
        entries.append((decimal(position, place), data[start : start + size]))
        at = start + size
    return entries
