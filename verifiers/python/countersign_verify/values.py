"""Readers of the values that stand in `head` (spec/definition.md, "How it is read" and "Moments")."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from .errors import Refused
from .shape import Key, Reader, array, record, string, tagged, text, word
from .text import WHITE_SPACE, digits

MOST_COUNT = 999_999_999
MOST_CANDIDATES = 65_535
MOST_CODE = 64
LAST_MOMENT = 253_402_207_200

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}")
_DAYS_TO_1970 = date(1970, 1, 1).toordinal()
_YEARS_OF_CYCLE, _DAYS_OF_CYCLE = 400, 146_097


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970 in the Gregorian calendar, which repeats after 400 years; there is a year 0."""
    shifted = date(year or _YEARS_OF_CYCLE, month, day).toordinal()
    return shifted - _DAYS_TO_1970 - (0 if year else _DAYS_OF_CYCLE)


def moment(value: Any, place: str) -> int:
    """A moment with an offset, as whole seconds since 1970 (spec/definition.md, "Moments")."""
    found = _MOMENT.fullmatch(string(value, place))
    if found is None:
        raise Refused(place, "a moment as 2025-10-29T21:00:00+01:00", value)
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    hours, minutes = int(found[8] or 0), int(found[9] or 0)
    if max(hour, hours) > 23 or max(minute, minutes, second) > 59:
        raise Refused(place, "a time of the day", value)
    try:
        days = _days(year, month, day)
    except ValueError:
        raise Refused(place, "a day of the calendar", value) from None
    offset = (hours * 60 + minutes) * (-1 if found[7] == "-" else 1)
    seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
    if seconds > LAST_MOMENT:
        raise Refused(place, "9999-12-30T22:00:00Z or earlier", value)
    return seconds


def language(value: Any, place: str) -> str:
    """Two letters a-z."""
    found = string(value, place)
    if _LANGUAGE.fullmatch(found) is None:
        raise Refused(place, "two letters a-z", found)
    return found


def prefix(value: Any, place: str) -> str:
    """What stands before an id in a code: no white space, control character, comma or quote."""
    found = string(value, place)
    if len(found.encode("utf-8")) > MOST_CODE:
        raise Refused(place, f"at most {MOST_CODE} bytes", found)
    for c in found:
        if c in WHITE_SPACE or c < " " or "\u007f" <= c <= "\u009f" or c in ",\"'":
            raise Refused(place, "no white space, control character, comma or quote", found)
    return found


def code(value: Any, place: str) -> str:
    """A field's code: a prefix that is not empty."""
    found = prefix(value, place)
    if found == "":
        raise Refused(place, "a code", "an empty one")
    return found


def share(value: Any, place: str) -> Fraction:
    """`n/d` or `n`."""
    numerator, slash, denominator = string(value, place).partition("/")
    n, d = digits(numerator), digits(denominator) if slash else 1
    if n is None or not d:
        raise Refused(place, "a share n/d", value)
    return Fraction(n, d)


def candidates(value: Any, place: str) -> int:
    """How many candidates a list has; their names say it too."""
    if isinstance(value, list):
        return len(array(string)(value, place))
    if type(value) is not int or not 0 <= value <= MOST_CANDIDATES:
        raise Refused(place, f"a number from 0 to {MOST_CANDIDATES}", value)
    return value


def keys(reader: Reader, *names: str) -> tuple[Key, ...]:
    """Keys that are read alike."""
    return tuple(Key(name, reader) for name in names)


def rule(checks: dict[str, tuple[Key, ...]], *more: Key) -> Reader:
    """A rule: its check by kind, and what else it says."""
    return record(
        Key("code", string),
        Key("severity", word("error", "warning")),
        Key("check", tagged(checks)),
        Key("source", string),
        Key("text", text),
        *more,
    )
