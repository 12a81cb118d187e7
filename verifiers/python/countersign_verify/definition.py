"""The definition: an election that holds together, and its keys (spec/definition.md)."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from typing import Any

from . import head as shapes
from .contests import Contest, read_contests
from .errors import Refused
from .forms import Form, build_form
from .keys import Key, read_key
from .limits import check_limits
from .rules import add_rules
from .shape import each_once, texts_in
from .text import decimal
from .units import Units, read_units

NO_ZONES = frozenset({"localtime", "posixrules"})
MOST_ELECTED = 1_000

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


@dataclass(frozen=True)
class Election:
    """What was decided before the polls opened."""

    id: str
    languages: list[str]
    zone_is_known: bool
    release: int
    units: Units
    contests: dict[str, Contest]
    forms: dict[str, Form]
    form_of_kind: dict[str, Form]
    heard: str | None
    outcome: dict[str, Any] | None
    across: list[dict[str, Any]]
    channels: dict[str, int]
    officers: int
    registrars: int | None
    codes: bool

    def form_of(self, unit: int) -> Form | None:
        """The form that a unit fills in."""
        return self.form_of_kind.get(self.units.kinds[unit])

    def is_expected(self, unit: int) -> bool:
        """A leaf with a form."""
        return not self.units.is_area(unit) and self.form_of(unit) is not None


@dataclass(frozen=True)
class Officer:
    """A person who signs keys, releases and decisions."""

    person: str
    key: Key


@dataclass(frozen=True)
class Definition:
    """The record at position 0."""

    id: str
    mode: str
    election: Election
    log: Key
    publisher: Key
    officers: list[Officer]


def _is_known_zone(name: str) -> bool:
    """The machine's table has this zone; without a table it cannot be told."""
    zones = zoneinfo.available_timezones() - NO_ZONES
    if name not in zones and (zones or _ZONE.fullmatch(name) is None):
        raise Refused("calendar.zone", "a time zone of the IANA table", name)
    return name in zones


def _check_languages(head: dict[str, Any]) -> None:
    if not head["languages"]:
        raise Refused("languages", "one or more", "none")
    each_once(head["languages"], "languages")
    for text in texts_in(head):
        for language in head["languages"]:
            if not text.has(language):
                raise Refused("texts", f"one in {language}", dict(text.value) if isinstance(text.value, dict) else "")


def _check_calendar(calendar: dict[str, Any]) -> None:
    if calendar["release"] < calendar["polls_close"]:
        raise Refused("calendar.release", f"{calendar['polls_close']} or later", calendar["release"])


def _check_heard(head: dict[str, Any]) -> None:
    counts = {a["id"] for a in head["attributes"] if a["kind"] == "count"}
    if head["heard"] is not None and head["heard"]["attribute"] not in counts:
        raise Refused("heard", f"an attribute that counts, of {sorted(counts)}", head["heard"]["attribute"])


def _check_outcome(outcome: dict[str, Any] | None, contests: dict[str, Contest]) -> None:
    if outcome is None:
        return
    contest = contests.get(outcome["contest"])
    if contest is None:
        raise Refused("outcome", "a contest", outcome["contest"])
    for choice in contest.lists:
        decimal(choice.id, "outcome, list")
    if (outcome["method"] == "hamilton") != (outcome["quota"] is not None):
        raise Refused("outcome", "a quota for hamilton and no other", outcome["method"])


def _forms_by_kind(forms: list[Form], kinds: set[str]) -> dict[str, Form]:
    by_kind: dict[str, Form] = {}
    for form in forms:
        for kind in form.kinds:
            if kind not in kinds or kind in by_kind:
                raise Refused(form.place, "kinds of unit that no form has", kind)
            by_kind[kind] = form
    return by_kind


def _nested_forms(units: Units, by_kind: dict[str, Form]) -> set[tuple[str, str]]:
    """Pairs of forms where a unit with the second lies inside one with the first."""
    above: list[frozenset[str]] = []
    pairs: set[tuple[str, str]] = set()
    for unit, parent in enumerate(units.parents):
        outer: frozenset[str] = frozenset()
        if parent is not None:
            form = by_kind.get(units.kinds[parent])
            outer = above[parent] if form is None or form.id in above[parent] else above[parent] | {form.id}
        above.append(outer)
        own = by_kind.get(units.kinds[unit])
        if own is not None:
            pairs.update((name, own.id) for name in outer)
    return pairs


def _check_nesting(units: Units, forms: dict[str, Form], by_kind: dict[str, Form]) -> None:
    for outer, inner in sorted(_nested_forms(units, by_kind)):
        both = forms[outer].columns & forms[inner].columns
        if both:
            raise Refused(f"form {inner}", f"no figure of form {outer}, which holds it", min(both))


def _check_across(across: list[dict[str, Any]], forms: list[Form]) -> None:
    sections = {name for form in forms for name in form.sections}
    for rule in across:
        for name in rule["check"].get("sections", ()):
            if name not in sections:
                raise Refused(f"rule {rule['code']}", "a section of a form", name)


def _check_elected(forms: list[Form], units: Units) -> None:
    """No unit elects more than a worksheet can be worked out for (spec/caucus.md, "Terms")."""
    for attribute in {form.caucus.elects for form in forms if form.caucus is not None}:
        most = max((units.count(unit, attribute) or 0 for unit in range(len(units))), default=0)
        if most > MOST_ELECTED:
            raise Refused(f"units, {attribute}", f"at most {MOST_ELECTED} for a caucus", most)


def read_election(raw_head: Any, raw_units: dict[str, Any]) -> Election:
    """The election of a definition's `head` and `units`."""
    head = shapes.HEAD(raw_head, "head")
    check_limits(head, len(raw_units["rows"]))
    _check_languages(head)
    _check_calendar(head["calendar"])
    for name in ("kinds", "attributes", "forms"):
        each_once([entry["id"] for entry in head[name]], name)
    _check_heard(head)
    kinds = {kind["id"] for kind in head["kinds"]}
    units = read_units(raw_units, kinds, head["attributes"])
    contests = read_contests(head, units)
    _check_outcome(head["outcome"], contests)
    attributes = {a["id"] for a in head["attributes"]}
    forms = [build_form(f, contests, attributes) for f in head["forms"]]
    for form, described in zip(forms, head["forms"]):
        add_rules(form, described["rules"], kinds)
    _check_across(head["across"], forms)
    _check_elected(forms, units)
    by_id, by_kind = {form.id: form for form in forms}, _forms_by_kind(forms, kinds)
    _check_nesting(units, by_id, by_kind)
    return Election(
        id=head["id"],
        languages=head["languages"],
        zone_is_known=_is_known_zone(head["calendar"]["zone"]),
        release=head["calendar"]["release"],
        units=units,
        contests=contests,
        forms=by_id,
        form_of_kind=by_kind,
        heard=head["heard"]["attribute"] if head["heard"] else None,
        outcome=head["outcome"],
        across=head["across"],
        channels={name: channel["persons"] for name, channel in head["signatures"]["channels"].items()},
        officers=head["signatures"]["officers"],
        registrars=head["signatures"]["registrars"],
        codes=head["signatures"]["codes"],
    )


def _read_officers(described: list[dict[str, str]], least: int) -> list[Officer]:
    officers = [Officer(o["person"], read_key(o["vkey"])) for o in described]
    each_once([o.person for o in officers], "officers, persons")
    each_once([o.key.identity for o in officers], "officers, keys")
    each_once([o.key.label for o in officers], "officers, names of keys")
    if len(officers) < least:
        raise Refused("officers", f"at least {least}", len(officers))
    return officers


def read_definition(record_id: str, body: dict[str, Any]) -> Definition:
    """The definition in a record of that kind."""
    election = read_election(body["head"], body["units"])
    return Definition(
        id=record_id,
        mode=body["mode"],
        election=election,
        log=read_key(body["log"]),
        publisher=read_key(body["publisher"]),
        officers=_read_officers(body["officers"], election.officers),
    )
