"""What a definition may ask for, counted from its words (spec/overview.md, "Limits")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .errors import Refused
from .rules import FIELDS, SECTIONS

MOST_LANGUAGES = 64
MOST_OF_A_KIND = 1_000
MOST_ATTRIBUTES = 100
MOST_SELECTIONS = 262_144
MOST_FIELDS = 262_144
MOST_NAMED = 1_000_000
MOST_GROUPS = 100
MOST_FIELDS_TOLD = 4
MOST_CELLS = 200_000_000

FIELDS_MARK = "{fields}"

Described = dict[str, Any]


def _at_most(most: int, what: str, found: int) -> None:
    if found > most:
        raise Refused(what, f"at most {most}", found)


class _Counted:
    """The selections of contests, and the fields of sections, as many as their words ask for."""

    def __init__(self, head: Described) -> None:
        lists = {name: len(described) for name, described in head["selections"].items()}
        people = {name: sum(s["candidates"] for s in described) for name, described in head["selections"].items()}
        self.lists = {c["id"]: lists.get(c["selections"], 0) for c in head["contests"]}
        self.candidates = {c["id"]: people.get(c["selections"], 0) for c in head["contests"]}
        self.selections = sum(lists.get(c["selections"], 0) + people.get(c["selections"], 0) for c in head["contests"])

    def fields(self, body: Described) -> int:
        """How many fields a section has."""
        if body["kind"] == "fields":
            return len(body["fields"])
        of = self.candidates if body["kind"] == "candidates" else self.lists
        return of.get(body["contest"], 0)


def _texts(rules: Iterable[Described]) -> None:
    for rule in rules:
        value = rule["text"].value
        for told in value.values() if isinstance(value, dict) else (value,):
            _at_most(MOST_FIELDS_TOLD, f"rule {rule['code']}, {FIELDS_MARK} in a text", told.count(FIELDS_MARK))


def _names(form: Described) -> Iterator[str]:
    """Every name in the sums and in the arrays of the rules of a form; a section's begins with `@`."""
    for section in form["sections"]:
        for field in section["body"].get("fields", ()):
            yield from field["sum"] or ()
    for rule in form["rules"]:
        check = rule["check"]
        for key in FIELDS.get(check["kind"], ()):
            yield from check[key]
        for key in SECTIONS.get(check["kind"], ()):
            yield f"@{check[key]}"


def _check_form(form: Described, sizes: dict[str, int]) -> None:
    place = f"form {form['id']}"
    _at_most(MOST_OF_A_KIND, f"{place}, sections", len(form["sections"]))
    _at_most(MOST_OF_A_KIND, f"{place}, rules", len(form["rules"]))
    _texts(form["rules"])
    if form["caucus"] is not None:
        _at_most(MOST_GROUPS, f"{place}, groups of a caucus", sizes.get(form["caucus"]["first"], 0))


def _check_forms(head: Described, counted: _Counted, rows: int) -> None:
    fields = named = 0
    for form in head["forms"]:
        sizes = {s["id"]: counted.fields(s["body"]) for s in form["sections"]}
        _check_form(form, sizes)
        own = sum(counted.fields(s["body"]) for s in form["sections"])
        _at_most(MOST_CELLS, f"form {form['id']}, units x fields", rows * own)
        fields += own
        named += sum(sizes.get(name[1:], 0) if name.startswith("@") else 1 for name in _names(form))
    _at_most(MOST_FIELDS, "fields of forms", fields)
    _at_most(MOST_NAMED, "fields that sums and rules name", named)


def check_limits(head: Described, rows: int) -> None:
    """The head, and so many rows of units, ask for no more than the limits."""
    for name in ("kinds", "contests", "forms", "across"):
        _at_most(MOST_OF_A_KIND, name, len(head[name]))
    _at_most(MOST_LANGUAGES, "languages", len(head["languages"]))
    _at_most(MOST_ATTRIBUTES, "attributes", len(head["attributes"]))
    _at_most(MOST_OF_A_KIND, "channels", len(head["signatures"]["channels"]))
    _texts(head["across"])
    counted = _Counted(head)
    _at_most(MOST_SELECTIONS, "selections of contests", counted.selections)
    _at_most(MOST_CELLS, "units x selections", rows * counted.selections)
    places = sum(len(s["in"]) for selections in head["selections"].values() for s in selections)
    _at_most(MOST_CELLS, "units x places of selections", rows * places)
    _check_forms(head, counted, rows)
