"""Canonical JSON (spec/notes.md, "Canonical JSON")."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, NoReturn

from .errors import Refused
from .text import I64_LEAST, U64_MOST

MOST_DEPTH = 127

Json = Any


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("JSON", "each key once", "a key that stands twice")
    return members


def _whole(digits: str) -> int:
    if len(digits) > 20 or not I64_LEAST <= int(digits) <= U64_MOST:
        raise Refused("JSON", "a number from -2^63 to 2^64 - 1", digits)
    if digits == "-0":
        raise Refused("JSON", "0", digits)
    return int(digits)


def _no_number(text: str) -> NoReturn:
    raise Refused("JSON", "a whole number", text)


_READER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number
)
_WRITER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


def _depth(value: Json) -> int:
    """How deep arrays and objects nest, the outermost counted."""
    deepest, level = 0, [value]
    while level:
        level = [v for v in level if isinstance(v, (dict, list))]
        deepest += 1 if level else 0
        level = [w for v in level for w in (v.values() if isinstance(v, dict) else v)]
    return deepest


def parse(text: str) -> Json:
    """The value of a JSON text that can be canonical."""
    try:
        value = _READER.decode(text)
    except RecursionError:
        raise Refused("JSON", f"at most {MOST_DEPTH} arrays and objects deep", "more") from None
    except ValueError as error:
        raise Refused("JSON", "JSON", error) from None
    if text.count("[") + text.count("{") > MOST_DEPTH and _depth(value) > MOST_DEPTH:
        raise Refused("JSON", f"at most {MOST_DEPTH} arrays and objects deep", "more")
    return value


def write(value: Json) -> str:
    """The line of a value, without asking for normal form."""
    return _WRITER.encode(value)


def line_of(value: Json) -> str:
    """The canonical line of a value."""
    line = write(value)
    if not line.isascii() and not unicodedata.is_normalized("NFC", line):
        raise Refused("JSON", "normal form C", "another form")
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("JSON", "text", "a lone surrogate") from None
    return line


def read(line: str) -> Json:
    """The value of a line that must be canonical."""
    value = parse(line)
    expected = line_of(value)
    if expected != line:
        at = next((i for i, (a, b) in enumerate(zip(expected, line)) if a != b), min(len(expected), len(line)))
        raise Refused(f"JSON, character {at}", expected[at : at + 20], line[at : at + 20])
    return value
