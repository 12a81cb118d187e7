"""Rules of a form with their names resolved (spec/definition.md, "Rules")."""

from __future__ import annotations

from typing import Any

from .errors import Refused
from .forms import Form, Rule

FIELDS = {
    "sum-equals": ("parts",),
    "sums-equal": ("left", "right"),
    "sum-at-most": ("parts", "limit"),
    "total-given": ("parts",),
    "one-ticked": ("ticks",),
    "zero-when": ("fields",),
    "both-or-neither": ("some", "also"),
    "not-all-zero": ("of",),
}
FIELD = {
    "sum-equals": ("total",),
    "total-given": ("total",),
    "tick-true": ("tick",),
    "difference-is": ("field", "larger", "smaller"),
    "share-below": ("part", "whole"),
    "difference-below": ("left", "right", "whole"),
    "not-zero": ("field",),
    "at-most": ("field", "limit"),
}
SECTIONS = {
    "list-totals-given": ("totals", "candidates"),
    "list-sums": ("totals", "candidates"),
    "lists-equal": ("left", "right"),
}


def _resolve(form: Form, check: dict[str, Any]) -> dict[str, Any]:
    """The keys of a check, with fields by number."""
    kind = check["kind"]
    asks = dict(check)
    for key in FIELDS.get(kind, ()):
        asks[key] = form.fields_of(check[key])
    for key in FIELD.get(kind, ()):
        asks[key] = form.field(check[key])
    for key in SECTIONS.get(kind, ()):
        asks[key] = form.section(check[key])
    if check.get("when") is not None:
        when = check["when"]
        asks["when"] = (form.field(when["left"]), when["is"], form.field(when["right"]))
    return asks


def _lists(form: Form, totals: range, candidates: range) -> list[tuple[int, tuple[int, ...]]]:
    """Each total with the fields of its candidates; a list without such fields is left out."""
    by_list: dict[tuple[str, str], list[int]] = {}
    for number in candidates:
        about = form.fields[number].about
        if about is not None and about.list_id is not None:
            by_list.setdefault((about.contest, about.list_id), []).append(number)
    found = []
    for total in totals:
        about = form.fields[total].about
        if about is not None and (about.contest, about.id) in by_list:
            found.append((total, tuple(by_list[about.contest, about.id])))
    return found


def add_rules(form: Form, described: list[dict[str, Any]], kinds: set[str]) -> None:
    """The rules of a form that is built."""
    for rule in described:
        for kind in rule["only"]:
            if kind not in kinds:
                raise Refused(f"{form.place}, rule {rule['code']}", "a kind of unit", kind)
        check = rule["check"]
        asks = _resolve(form, check)
        if check["kind"] == "lists-equal":
            form.check_alike(check["left"], check["right"])
        if check["kind"] in ("list-totals-given", "list-sums"):
            asks["lists"] = _lists(form, asks["totals"], asks["candidates"])
        form.rules.append(
            Rule(
                code=rule["code"],
                severity=rule["severity"],
                source=rule["source"],
                text=rule["text"],
                kind=check["kind"],
                asks=asks,
                only=frozenset(rule["only"]),
                stops=rule["then"] == "stop",
            )
        )
