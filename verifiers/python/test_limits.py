"""What a definition may ask for: the most of each is taken, one more is refused (spec/overview.md, "Limits")."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any
from unittest import mock

from countersign_verify import canonical, limits
from countersign_verify.definition import read_election
from countersign_verify.errors import Refused
from countersign_verify.head import HEAD
from countersign_verify.records import read_record
from countersign_verify.snapshot import read_head, read_pack
from countersign_verify.values import code, moment
from test_fold import definition, head
from vectors import attempt, load

Change = Callable[[dict[str, Any], int], object]


def _section(name: str, fields: int) -> dict[str, Any]:
    described = [{"code": f"{name}.{n}", "name": ""} for n in range(fields)]
    return {"id": name, "name": "", "body": {"kind": "fields", "fields": described}}


def _rule(**check: Any) -> dict[str, Any]:
    return {"code": "R", "severity": "error", "source": "", "text": "", "check": check}


def _languages(election: dict[str, Any], n: int) -> None:
    election["languages"] = [chr(97 + i // 26) + chr(97 + i % 26) for i in range(n)]


def _candidates(election: dict[str, Any], n: int) -> None:
    """So many selections in all: two lists, and their candidates, of two contests about them."""
    first, second = election["selections"]["lists"]
    first["candidates"], second["candidates"] = [""] * (n // 4 - 1), [""] * ((n - n // 4 * 2) // 2 - 1)
    election["contests"].append(election["contests"][0] | {"id": "more"})
    if n % 2:
        election["selections"]["one"] = [{"id": "one", "name": ""}]
        election["contests"].append({"id": "one", "name": "", "selections": "one"})


def _fields(election: dict[str, Any], n: int) -> None:
    """So many fields: the candidates in two sections, and the two of the form."""
    election["selections"]["lists"][0]["candidates"] = [""] * ((n - 2) // 2)
    body = {"kind": "candidates", "contest": "votes"}
    election["forms"][0]["sections"] += [{"id": name, "name": "", "body": body} for name in ("c", "d")]
    election["forms"][0]["sections"].append(_section("o", n % 2))


def _named(election: dict[str, Any], n: int) -> None:
    """So many names, by section, by field and in a sum; two are there already."""
    form, thousands = election["forms"][0], (n - 5) // 1_000
    form["sections"] += [_section("t", 1_000), _section("p", 1)]
    form["sections"][-1]["body"]["fields"][0]["sum"] = ["1", "2", "1"]
    form["rules"].append(_rule(kind="not-all-zero", of=["@t"] * (thousands - 2) + ["1"] * ((n - 5) % 1_000)))
    form["rules"].append(_rule(kind="lists-equal", left="t", right="t"))


def _told(where: str) -> Change:
    def change(election: dict[str, Any], n: int) -> None:
        rules = election["across"] if where == "across" else election["forms"][0]["rules"]
        rules[0]["text"] = {"en": "{fields}{found}" * n, "nl": "{fields}"}

    return change


def _groups(election: dict[str, Any], n: int) -> None:
    form = election["forms"][0]
    form["sections"].append(_section("g", n))
    form["caucus"] = {"first": "g", "final": "", "award": "", "delegates": "", "elects": ""}


def _extend(values: Callable[[dict[str, Any]], list[Any]], make: Callable[[int], Any]) -> Change:
    """An array that is made this long."""

    def change(election: dict[str, Any], n: int) -> None:
        array = values(election)
        array.extend(make(i) for i in range(n - len(array)))

    return change


def _text(i: int) -> dict[str, Any]:
    return {"id": f"n{i}", "name": ""}


def _channels(election: dict[str, Any], n: int) -> None:
    election["signatures"]["channels"] = {f"c{i}": {"persons": 1} for i in range(n)}


LIMITS: list[tuple[str, int, Change]] = [
    ("languages", 64, _languages),
    ("kinds", 1_000, _extend(lambda e: e["kinds"], lambda i: {"id": f"k{i}", "one": "", "many": ""})),
    ("contests", 1_000, _extend(lambda e: e["contests"], lambda i: _text(i) | {"selections": "lists"})),
    ("forms", 1_000, _extend(lambda e: e["forms"], lambda i: _text(i) | {"kinds": [], "sections": []})),
    ("across", 1_000, _extend(lambda e: e["across"], lambda i: _rule(kind="readings-agree"))),
    ("channels", 1_000, _channels),
    ("sections", 1_000, _extend(lambda e: e["forms"][0]["sections"], lambda i: _section(f"s{i}", 0))),
    ("rules", 1_000, _extend(lambda e: e["forms"][0]["rules"], lambda i: _rule(kind="not-zero", field="1"))),
    ("attributes", 100, _extend(lambda e: e.setdefault("attributes", []), lambda i: {"id": f"a{i}", "kind": "text"})),
    ("selections", 262_144, _candidates),
    ("fields", 262_144, _fields),
    ("named", 1_000_000, _named),
    ("groups", 100, _groups),
    ("fields told by a form", 4, _told("form")),
    ("fields told across", 4, _told("across")),
]


class Limits(unittest.TestCase):
    """Heads that ask for the most, and for one more."""

    def test_limits(self) -> None:
        for name, most, change in LIMITS:
            with self.subTest(name):
                self.ask(change, most)
                with self.assertRaises(Refused) as refused:
                    self.ask(change, most + 1)
                self.assertEqual(
                    (refused.exception.expected, refused.exception.found), (f"at most {most}", f"{most + 1}")
                )

    def ask(self, change: Change, n: int, rows: int = 4) -> None:
        election = head()
        change(election, n)
        limits.check_limits(HEAD(election, "head"), rows)

    def test_cells(self) -> None:
        for change in (_fields, _candidates, lambda e, n: e["selections"]["lists"][0].update({"in": ["A"] * n})):
            self.ask(change, 200_000, 1_000)
            with self.assertRaises(Refused):
                self.ask(change, 200_002, 1_000)

    def test_elected(self) -> None:
        vectors = load("forms-caucus.json")
        units = vectors["units"]
        column = units["columns"].index(vectors["head"]["forms"][0]["caucus"]["elects"])
        for number, is_taken in (("1000", True), ("1001", False)):
            units["rows"][0] = [number if at == column else cell for at, cell in enumerate(units["rows"][0])]
            self.assertEqual(attempt(lambda: read_election(vectors["head"], units)) is not None, is_taken)

    def test_bytes(self) -> None:
        said = {"mode": "live", "sequence": 7, "size": 1, "snapshot": "", "snapshot_hash": "0" * 64, "time": 0}
        least = len(canonical.write(said | {"election": ""})) + 1
        for more, is_taken in ((65_536 - least, True), (65_537 - least, False)):
            line = canonical.write(said | {"election": "x" * more}) + "\n"
            self.assertEqual(attempt(lambda: read_head(line.encode())) is not None, is_taken)
        with mock.patch("countersign_verify.snapshot.MOST_PACK", 10):
            self.assertEqual(len(read_pack(b"1 2\nab1 1\nc"[:6])), 1)
            self.assertIsNone(attempt(lambda: read_pack(b"1 2\nab1 1\nc")))

    def test_numbers_of_lists(self) -> None:
        for name, is_taken in (("3", True), ("03", False), ("18446744073709551616", False), ("x", False)):
            asked = {"contest": "more", "method": "dhondt", "seats": 1}
            lists = {"more": [{"id": name, "name": ""}]}
            with self.subTest(name):
                found = attempt(lambda: definition(lambda e: _ask(e, lists, asked)))
                self.assertEqual(found is not None, is_taken)

    def test_no_copy(self) -> None:
        definition(lambda e: e["across"][0]["check"].update(sections=["s", "s"]))
        with self.assertRaises(Refused):
            definition(lambda e: e["across"][0]["check"].update(sections=["s", "x"]))


def _ask(election: dict[str, Any], lists: dict[str, Any], outcome: dict[str, Any]) -> None:
    """An outcome of a contest more."""
    election["selections"] |= lists
    election["contests"].append({"id": "more", "name": "", "selections": "more"})
    election["outcome"] = outcome


class Values(unittest.TestCase):
    """Codes and moments."""

    def test_codes(self) -> None:
        for value, is_one in (("a" * 64, True), ("a" * 65, False), ("\u00e9" * 32, True), ("\u00e9" * 33, False)):
            with self.subTest(value):
                self.assertEqual(self.reads(code, value), is_one)

    def test_moments(self) -> None:
        for value, seconds in (
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.999999999Z", 0),
            ("1969-12-31T23:59:59.5Z", -1),
            ("1970-01-01T00:00:00-00:00", 0),
            ("1970-01-01T00:00:00+23:59", -86_340),
            ("0000-03-01T00:00:00Z", -62_162_035_200),
            ("0000-02-29T00:00:00Z", -62_162_121_600),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-30T22:00:00Z", 253_402_207_200),
            ("9999-12-30T23:00:00+01:00", 253_402_207_200),
        ):
            with self.subTest(value):
                self.assertEqual(moment(value, "here"), seconds)

    def test_what_is_no_moment(self) -> None:
        for value in (
            "9999-12-30T22:00:01Z",
            "9999-12-31T00:00:00+01:00",
            "2025-10-29T24:00:00Z",
            "2025-10-29T23:60:00Z",
            "2025-10-29T23:59:60Z",
            "2025-10-29T21:00:00+24:00",
            "2025-10-29T21:00:00+01:60",
            "2025-10-29T21:00:00",
            "2025-10-29t21:00:00Z",
            "2025-10-29T21:00:00z",
            "2025-10-29T21:00:00.Z",
            "2025-10-29T21:00:00.1234567890Z",
            "1900-02-29T00:00:00Z",
            "2025-00-10T00:00:00Z",
            "\u0662025-10-29T21:00:00Z",
            "+2025-10-29T21:00:00Z",
            "",
        ):
            with self.subTest(value):
                self.assertFalse(self.reads(moment, value))

    def reads(self, read: Callable[[Any, str], Any], value: str) -> bool:
        try:
            read(value, "here")
        except Refused:
            return False
        return True


class LengthOfARecord(unittest.TestCase):
    """Only what begins as a definition may have more than 16 MiB (spec/records.md)."""

    def test_which_length_is_asked(self) -> None:
        for kind, most in (("definition", 134_217_728), ("returns", 16_777_216)):
            first = f"countersign/{kind}/v1\n".encode()
            for length in (most, most + 1):
                with self.subTest(kind=kind, length=length), self.assertRaises(Refused) as refused:
                    read_record(first.ljust(length, b"x"))
                told = str(refused.exception)
                self.assertEqual(f"at most {most} bytes" in told, length > most, told)


if __name__ == "__main__":
    unittest.main()
