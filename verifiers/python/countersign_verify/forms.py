"""Forms resolved: fields, sections and rules by number (spec/definition.md, "Forms resolved")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .contests import Choice, Contest
from .errors import Refused
from .shape import Text, each_once
from .values import MOST_COUNT

Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Quotient:
    """Where a field that is not on paper comes from: source / (numerator / denominator)."""

    source: int
    scale: int
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form."""

    code: str
    about: Choice | None = None
    adds: bool = False
    required: bool = False
    at_most: int = MOST_COUNT
    parts: tuple[int, ...] | None = None
    quotient: Quotient | None = None

    @property
    def on_paper(self) -> bool:
        """It is typed, and not worked out."""
        return self.parts is None and self.quotient is None

    @property
    def column(self) -> Column | None:
        """What of the tally it adds to."""
        return (self.about.contest, self.about.id) if self.about and self.adds else None


@dataclass(frozen=True)
class Rule:
    """A check of a form, its names resolved."""

    code: str
    severity: str
    source: str
    text: Text
    kind: str
    asks: dict[str, Any]
    only: frozenset[str]
    stops: bool


@dataclass(frozen=True)
class Caucus:
    """What the sections of a caucus worksheet mean, group by group."""

    first: range
    final: range
    award: range
    delegates: range
    elects: str


@dataclass
class Form:
    """A form."""

    id: str
    kinds: list[str]
    fields: list[Field] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)
    sections: dict[str, range] = field(default_factory=dict)
    columns: set[Column] = field(default_factory=set)
    caucus: Caucus | None = None
    rules: list[Rule] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Its name in a report."""
        return f"form {self.id}"

    def field(self, code: str) -> int:
        """A field by its code."""
        if code not in self.number:
            raise Refused(self.place, "the code of a field", code)
        return self.number[code]

    def section(self, name: str) -> range:
        """The fields of a section."""
        if name not in self.sections:
            raise Refused(self.place, "a section", name)
        return self.sections[name]

    def fields_of(self, names: list[str]) -> tuple[int, ...]:
        """Fields by code, or all of a section as `@section`."""
        found: list[int] = []
        for name in names:
            found.extend(self.section(name[1:]) if name.startswith("@") else [self.field(name)])
        return tuple(found)

    def check_alike(self, *names: str) -> None:
        """Sections are about the same selections, one by one."""
        first = self._selections(self.section(names[0]), names[0])
        for name in names[1:]:
            if self._selections(self.section(name), name) != first:
                raise Refused(f"{self.place}, section {name}", f"the selections of {names[0]}", "others")

    def _selections(self, section: range, name: str) -> list[str]:
        about = [self.fields[n].about for n in section]
        if any(choice is None for choice in about):
            raise Refused(f"{self.place}, section {name}", "fields about selections", "another field")
        return [choice.id for choice in about if choice is not None]

    def add(self, new: Field) -> None:
        """One more field behind the others."""
        if new.code in self.number:
            raise Refused(self.place, "each code once", f"{new.code} twice")
        self.number[new.code] = len(self.fields)
        self.fields.append(new)


class _Builder:
    """Makes a form of its description."""

    def __init__(self, description: dict[str, Any], contests: dict[str, Contest], attributes: set[str]) -> None:
        self.form = Form(description["id"], description["kinds"])
        self.contests = contests
        self.attributes = attributes
        self.bodies: dict[str, Callable[[dict[str, Any]], None]] = {
            "fields": self._fields,
            "selections": self._selections,
            "candidates": self._candidates,
            "quotient": self._quotient,
        }

    def add_section(self, section: dict[str, Any]) -> None:
        """The fields of a section, behind those of the sections above it."""
        first = len(self.form.fields)
        self.bodies[section["body"]["kind"]](section["body"])
        self.form.sections[section["id"]] = range(first, len(self.form.fields))
        if section["body"]["kind"] == "quotient":
            self.form.check_alike(section["body"]["quotient"]["section"], section["id"])

    def _contest(self, name: str) -> Contest:
        if name not in self.contests:
            raise Refused(self.form.place, "a contest", name)
        return self.contests[name]

    def _fields(self, body: dict[str, Any]) -> None:
        for described in body["fields"]:
            self.form.add(
                Field(
                    code=described["code"],
                    about=self._counted(described["counts"]),
                    adds=described["counts"] is not None,
                    required=described["presence"] == "required" and described["sum"] is None,
                    at_most=described["at_most"],
                    parts=None if described["sum"] is None else (),
                )
            )

    def _counted(self, counts: dict[str, str] | None) -> Choice | None:
        if counts is None:
            return None
        choice = self._contest(counts["contest"]).choices.get(counts["selection"])
        if choice is None:
            raise Refused(self.form.place, f"a selection of {counts['contest']}", counts["selection"])
        return choice

    def _selections(self, body: dict[str, Any]) -> None:
        for choice in self._contest(body["contest"]).lists:
            code, adds = body["prefix"] + choice.id, body["source"] == "tally"
            self.form.add(Field(code, choice, adds, body["presence"] == "required"))

    def _candidates(self, body: dict[str, Any]) -> None:
        for choice in self._contest(body["contest"]).choices.values():
            if choice.list_id is not None:
                self.form.add(Field(choice.id, choice, True, body["presence"] == "required"))

    def _quotient(self, body: dict[str, Any]) -> None:
        asked = body["quotient"]
        source = self.form.section(asked["section"])
        for name in (asked["numerator"], asked["denominator"]):
            if name not in self.attributes:
                raise Refused(self.form.place, "an attribute", name)
        lists = self._contest(body["contest"]).lists
        if len(lists) != len(source):
            raise Refused(self.form.place, f"{len(source)} selections", len(lists))
        for n, choice in zip(source, lists):
            about = self.form.fields[n].about
            scale = 10 ** self.contests[about.contest].decimals if about else 1
            quotient = Quotient(n, scale, asked["numerator"], asked["denominator"])
            self.form.add(Field(body["prefix"] + choice.id, choice, True, quotient=quotient))

    def resolve_sums(self, sections: list[dict[str, Any]]) -> None:
        """The parts of sums, which may stand below where they are typed."""
        for section in sections:
            if section["body"]["kind"] == "fields":
                for described in section["body"]["fields"]:
                    if described["sum"] is not None:
                        self._resolve_sum(described["code"], described["sum"])

    def _resolve_sum(self, code: str, names: list[str]) -> None:
        at = self.form.number[code]
        parts = self.form.fields_of(names)
        for part in parts:
            if not self.form.fields[part].on_paper and part >= at:
                raise Refused(f"{self.form.place}, {code}", "parts from above it", self.form.fields[part].code)
        old = self.form.fields[at]
        self.form.fields[at] = Field(code, old.about, old.adds, False, old.at_most, parts)

    def add_columns(self) -> None:
        """What of the tally the form adds to; nothing twice."""
        columns = [f.column for f in self.form.fields if f.column is not None]
        each_once(columns, f"{self.form.place}, figures")
        self.form.columns.update(columns)

    def add_caucus(self, caucus: dict[str, str] | None) -> None:
        """What the sections of a caucus worksheet mean; only asked where a rule asks."""
        if caucus is None:
            raise Refused(self.form.place, "a caucus, for its rule", "none")
        if caucus["elects"] not in self.attributes:
            raise Refused(self.form.place, "an attribute", caucus["elects"])
        sections = {name: self.form.section(caucus[name]) for name in ("first", "final", "award", "delegates")}
        self.form.check_alike(caucus["first"], caucus["final"], caucus["award"], caucus["delegates"])
        self.form.caucus = Caucus(**sections, elects=caucus["elects"])


def build_form(description: dict[str, Any], contests: dict[str, Contest], attributes: set[str]) -> Form:
    """A form of its description, without its rules."""
    builder = _Builder(description, contests, attributes)
    if ":" in description["id"]:
        raise Refused(builder.form.place, "an id without a colon", description["id"])
    each_once([s["id"] for s in description["sections"]], f"{builder.form.place}, sections")
    for section in description["sections"]:
        builder.add_section(section)
    builder.resolve_sums(description["sections"])
    builder.add_columns()
    if any(rule["check"]["kind"] == "caucus" for rule in description["rules"]):
        builder.add_caucus(description["caucus"])
    return builder.form
