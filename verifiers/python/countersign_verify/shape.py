"""Readers of JSON values with a shape (spec/definition.md, "How it is read")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Refused
from .text import is_id

Reader = Callable[[Any, str], Any]


class _Needed:
    """Stands where a key has no default."""


NEEDED = _Needed()


@dataclass(frozen=True)
class Key:
    """A key of an object: its name, what reads it, what it is when it is missing."""

    name: str
    reader: Reader
    default: Any = NEEDED
    nullable: bool = False

    def read(self, value: Any, place: str) -> Any:
        """The value of the key where it is there."""
        if value is None and self.nullable:
            return self.default
        return self.reader(value, f"{place}.{self.name}")

    def missing(self, place: str) -> Any:
        """The value of the key where it is not there."""
        if isinstance(self.default, _Needed):
            raise Refused(place, f"the key {self.name}", "none")
        return self.default


@dataclass(frozen=True)
class Text:
    """One string, or one for each language."""

    value: str | Mapping[str, str]

    def has(self, language: str) -> bool:
        """There is a string for this language."""
        return isinstance(self.value, str) or language in self.value

    def of(self, language: str) -> str:
        """The string of a language that is there."""
        return self.value if isinstance(self.value, str) else self.value[language]


def string(value: Any, place: str) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise Refused(place, "a string", type(value).__name__)
    return value


def identifier(value: Any, place: str) -> str:
    """An id."""
    found = string(value, place)
    if not is_id(found):
        raise Refused(place, "an id", found)
    return found


def boolean(value: Any, place: str) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise Refused(place, "true or false", type(value).__name__)
    return value


def text(value: Any, place: str) -> Text:
    """A string, or an object of language and string."""
    strings = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(s, str) for s in strings):
        raise Refused(place, "a string, or an object of strings", type(value).__name__)
    return Text(value)


def whole(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`."""

    def read(value: Any, place: str) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Refused(place, f"a number from {least} to {most}", value)
        return value

    return read


def word(*words: str) -> Reader:
    """A word out of a fixed set."""

    def read(value: Any, place: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise Refused(place, " or ".join(words), value)
        return value

    return read


def array(reader: Reader) -> Reader:
    """An array of one kind of values."""

    def read(value: Any, place: str) -> list[Any]:
        if not isinstance(value, list):
            raise Refused(place, "an array", type(value).__name__)
        return [reader(v, f"{place}[{n}]") for n, v in enumerate(value)]

    return read


def mapping(reader: Reader, key: Reader = string) -> Reader:
    """An object with keys that are not listed."""

    def read(value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Refused(place, "an object", type(value).__name__)
        return {key(k, place): reader(v, f"{place}.{k}") for k, v in value.items()}

    return read


def _members(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(place, "an object", type(value).__name__)
    return value


def record(*keys: Key) -> Callable[[Any, str], dict[str, Any]]:
    """An object with listed keys."""
    names = {key.name for key in keys}

    def read(value: Any, place: str) -> dict[str, Any]:
        members = _members(value, place)
        strange = members.keys() - names
        if strange:
            raise Refused(place, "no other key", min(strange))
        return {k.name: k.read(members[k.name], place) if k.name in members else k.missing(place) for k in keys}

    return read


def tagged(variants: Mapping[str, tuple[Key, ...]]) -> Reader:
    """An object whose `kind` says which keys it has."""
    pick = word(*variants)
    readers = {kind: record(Key("kind", pick), *keys) for kind, keys in variants.items()}

    def read(value: Any, place: str) -> dict[str, Any]:
        kind = pick(_members(value, place).get("kind"), f"{place}.kind")
        return readers[kind](value, place)

    return read


def first_twice(values: list[Any]) -> Any | None:
    """The first value that stood there before, or None."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def each_once(values: list[Any], place: str) -> None:
    """No value stands twice."""
    twice = first_twice(values)
    if twice is not None:
        raise Refused(place, "each once", f"{twice} twice")


def texts_in(value: Any) -> list[Text]:
    """Every text somewhere inside what was read."""
    found, todo = [], [value]
    while todo:
        here = todo.pop()
        if isinstance(here, Text):
            found.append(here)
        elif isinstance(here, dict):
            todo.extend(here.values())
        elif isinstance(here, list):
            todo.extend(here)
    return found
