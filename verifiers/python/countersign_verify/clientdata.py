"""The client data of an assertion (spec/notes.md, "WebAuthn"; spec/overview.md, "Edges").

Two members are read. What the others hold is passed over without a look into its strings, however deep
it nests; a general reader of JSON refuses some of that, so this one goes over the bytes itself.
"""

from __future__ import annotations

import json
import re

from .errors import Refused

_SPACE = re.compile(rb"[ \t\n\r]*+")
_STRING = re.compile(rb'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)"')
_SCALAR = re.compile(_STRING.pattern + rb"|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null")

CLOSING = {b"{": b"}", b"[": b"]"}


def _refused(expected: str, data: bytes, at: int) -> Refused:
    return Refused(f"clientDataJSON, byte {at}", expected, data[at : at + 20])


class _Scanner:
    """Goes over the bytes from the left."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def next(self) -> bytes:
        """The next byte that is no white space; empty at the end."""
        found = _SPACE.match(self.data, self.at)
        self.at = found.end() if found else self.at
        return self.data[self.at : self.at + 1]

    def take(self, expected: bytes) -> None:
        """This byte comes next."""
        if self.next() != expected:
            raise _refused(expected.decode("ascii"), self.data, self.at)
        self.at += 1

    def match(self, pattern: re.Pattern[bytes], expected: str) -> re.Match[bytes]:
        """A token comes next."""
        self.next()
        found = pattern.match(self.data, self.at)
        if found is None:
            raise _refused(expected, self.data, self.at)
        self.at = found.end()
        return found

    def string(self) -> str:
        """A string comes next, and it is text."""
        raw = self.match(_STRING, "a string")
        try:
            text: str = json.loads(raw[0].decode("utf-8"))
            text.encode("utf-8")
        except UnicodeError:
            raise _refused("text", self.data, raw.start()) from None
        return text

    def key(self) -> None:
        """The name of a member that is passed over, and its colon."""
        self.match(_STRING, "a string")
        self.take(b":")

    def _begin(self, open_: list[bytes]) -> bool:
        """The next value begins; whether it ends at once."""
        first = self.next()
        if first not in CLOSING:
            self.match(_SCALAR, "a value")
            return True
        self.at += 1
        if self.next() == CLOSING[first]:
            self.at += 1
            return True
        open_.append(CLOSING[first])
        if first == b"{":
            self.key()
        return False

    def _end(self, open_: list[bytes]) -> None:
        """Behind a value: closes what ends here, or goes on to the next value."""
        while open_ and self.next() == open_[-1]:
            self.at += 1
            open_.pop()
        if open_:
            self.take(b",")
            if open_[-1] == b"}":
                self.key()

    def skip(self) -> None:
        """Passes over one value."""
        open_: list[bytes] = []
        while True:
            if self._begin(open_):
                self._end(open_)
                if not open_:
                    return


def _object(scanner: _Scanner) -> tuple[str, str]:
    found: dict[str, str] = {}
    scanner.take(b"{")
    while True:
        name = scanner.string()
        scanner.take(b":")
        if name in found:
            raise Refused("clientDataJSON", f"{name} once", "twice")
        if name in ("type", "challenge"):
            found[name] = scanner.string()
        else:
            scanner.skip()
        if scanner.next() != b",":
            break
        scanner.take(b",")
    scanner.take(b"}")
    if len(found) != 2:
        raise Refused("clientDataJSON", "type and challenge", sorted(found))
    return found["type"], found["challenge"]


def _array(scanner: _Scanner) -> tuple[str, str]:
    scanner.take(b"[")
    kind = scanner.string()
    scanner.take(b",")
    challenge = scanner.string()
    scanner.take(b"]")
    return kind, challenge


def read_client_data(data: bytes) -> tuple[str, str]:
    """Type and challenge of clientDataJSON."""
    scanner = _Scanner(data)
    read = _array if scanner.next() == b"[" else _object
    found = read(scanner)
    if scanner.next() != b"":
        raise _refused("nothing behind it", data, scanner.at)
    return found
