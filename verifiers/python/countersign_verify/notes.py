"""Signed notes (spec/notes.md, "Signed notes")."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Refused
from .text import from_base64, from_utf8, has_white_space

MOST_SIGNATURES = 16


@dataclass(frozen=True)
class Signature:
    """One signature line: who says to have signed, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A text and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def signed_bytes(self) -> bytes:
        """What the signatures are over."""
        return self.text.encode("utf-8")


def is_key_name(name: str) -> bool:
    """Not empty; no `+`, no white space, no character below U+0020."""
    return name != "" and "+" not in name and not has_white_space(name) and min(name) >= "\u0020"


def read_signature(line: str, place: str) -> Signature:
    """`— NAME BASE64`, rule 5."""
    if not line.startswith("\u2014 "):
        raise Refused(place, "a signature line", line)
    name, blank, encoded = line[2:].partition(" ")
    if blank == "" or not is_key_name(name):
        raise Refused(place, "a key name and a blank", line)
    data = from_base64(encoded, place)
    if len(data) < 5:
        raise Refused(place, "a signature of at least 5 bytes", len(data))
    return Signature(name, data[:4], data[4:])


def _check_bytes(data: bytes, most: int) -> None:
    if len(data) > most:
        raise Refused("note", f"at most {most} bytes", len(data))
    low = set(data) & set(range(0x20)) - {0x0A}
    if low:
        raise Refused("note", "no control character but newline", f"byte {min(low):#04x}")
    if not data.endswith(b"\n"):
        raise Refused("note", "a newline at the end", data[-1:])


def read_note(data: bytes, most: int) -> Note:
    """A note of at most `most` bytes."""
    _check_bytes(data, most)
    whole = from_utf8(data, "note")
    cut = whole.rfind("\n\n")
    if cut < 0:
        raise Refused("note", "an empty line before the signatures", "none")
    lines = whole[cut + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= MOST_SIGNATURES:
        raise Refused("note", f"1 to {MOST_SIGNATURES} signature lines", len(lines))
    signatures = [read_signature(line, f"signature {n}") for n, line in enumerate(lines, 1)]
    return Note(whole[: cut + 1], tuple(signatures))
