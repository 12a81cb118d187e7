"""Words of spec/README.md: white space, ids, hex, base64, decimals."""

from __future__ import annotations

import base64
import binascii
import re

from .errors import Refused

WHITE_SPACE = frozenset(
    [chr(c) for c in range(0x09, 0x0E)]
    + [chr(c) for c in range(0x2000, 0x200B)]
    + list("\u0020\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000")
)
U64_MOST = 2**64 - 1
I64_LEAST = -(2**63)
I64_MOST = 2**63 - 1

_ID = re.compile(r"[A-Za-z0-9:_][A-Za-z0-9:._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_DIGITS = re.compile(r"[0-9]+")


def is_id(text: str) -> bool:
    """1 to 64 of `A-Z a-z 0-9 : . _ -`, no dot or dash first."""
    return _ID.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """64 lower-case hex digits."""
    return _DIGEST.fullmatch(text) is not None


def is_blank(text: str) -> bool:
    """Nothing but white space."""
    return all(c in WHITE_SPACE for c in text)


def has_white_space(text: str) -> bool:
    """At least one character of white space."""
    return any(c in WHITE_SPACE for c in text)


def decimal(text: str, place: str) -> int:
    """A decimal below 2^64, without a leading zero."""
    if _DECIMAL.fullmatch(text) is None or int(text) > U64_MOST:
        raise Refused(place, "a decimal below 2^64", text)
    return int(text)


def digits(text: str) -> int | None:
    """A number below 2^64 of digits only, leading zeros allowed; else None."""
    if _DIGITS.fullmatch(text) is None:
        return None
    significant = text.lstrip("0") or "0"
    if len(significant) > 20 or int(significant) > U64_MOST:
        return None
    return int(significant)


def from_base64(text: str, place: str) -> bytes:
    """RFC 4648, section 4, in its one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(place, "base64", text) from None
    if to_base64(data) != text:
        raise Refused(place, "base64 in its one form", text)
    return data


def to_base64(data: bytes) -> str:
    """The one form of these bytes."""
    return base64.b64encode(data).decode("ascii")


def from_utf8(data: bytes, place: str) -> str:
    """The text of bytes that must be UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(place, "UTF-8", f"another byte at {error.start}") from None
