"""The tree of units (spec/definition.md, "Units")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import Refused
from .shape import each_once
from .text import digits, is_id

FIXED_COLUMNS = ("id", "kind", "parent", "name")
FRONT_PAGE = "index"
ROOT = 0


@dataclass(frozen=True)
class Units:
    """Units by number, in the order of units: what lies inside a unit stands right behind it."""

    ids: list[str]
    kinds: list[str]
    names: list[str]
    parents: list[int | None]
    counts: list[dict[str, int]]
    ends: list[int]
    children: list[list[int]]
    number: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def holds(self, outer: int, inner: int) -> bool:
        """The inner unit is the outer one, or lies inside it."""
        return outer <= inner < self.ends[outer]

    def is_area(self, unit: int) -> bool:
        """There are units inside it."""
        return self.ends[unit] > unit + 1

    def count(self, unit: int, attribute: str) -> int | None:
        """An attribute that is a number; None where it is unknown or a text."""
        return self.counts[unit].get(attribute)


@dataclass(frozen=True)
class _Row:
    """One row of the table, with the row of its parent."""

    id: str
    kind: str
    parent: int | None
    name: str
    counts: dict[str, int]


def file_name(unit_id: str) -> str:
    """The name of a unit's files."""
    return unit_id.replace(":", "-")


def _count(cell: str, place: str) -> int:
    value = digits(cell)
    if value is None:
        raise Refused(place, "a whole number below 2^64", cell)
    return value


class _Table:
    """The columns by name, and the rows read so far."""

    def __init__(self, columns: list[str], kinds: set[str], attributes: list[dict[str, Any]]) -> None:
        first: dict[str, int] = {}
        for at, name in enumerate(columns):
            first.setdefault(name, at)
        needed = [*FIXED_COLUMNS, *(a["id"] for a in attributes)]
        missing = [name for name in needed if name not in first]
        if missing:
            raise Refused("units", f"a column {missing[0]}", "none")
        self.columns = {name: first[name] for name in FIXED_COLUMNS}
        self.kinds = kinds
        self.counts = {a["id"]: first[a["id"]] for a in attributes if a["kind"] == "count"}
        self.rows: list[_Row] = []
        self.by_id: dict[str, int] = {}

    def add(self, cells: list[str]) -> None:
        """One row more."""
        place = f"units, row {len(self.rows) + 1}"
        cell = {name: cells[at] if at < len(cells) else "" for name, at in self.columns.items()}
        if not is_id(cell["id"]) or cell["id"] in self.by_id:
            raise Refused(place, "a new id", cell["id"])
        if cell["kind"] not in self.kinds:
            raise Refused(place, "a kind", cell["kind"])
        parent = self.by_id.get(cell["parent"])
        if cell["parent"] and parent is None:
            raise Refused(place, "a parent in a row above", cell["parent"])
        known = {name: cells[at] for name, at in self.counts.items() if at < len(cells) and cells[at]}
        counts = {name: _count(value, f"{place}, {name}") for name, value in known.items()}
        self.by_id[cell["id"]] = len(self.rows)
        self.rows.append(_Row(cell["id"], cell["kind"], parent, cell["name"], counts))


def _ordered(rows: list[_Row]) -> list[int]:
    """Rows in the order of units."""
    inside: list[list[int]] = [[] for _ in rows]
    roots: list[int] = []
    for number, row in enumerate(rows):
        (roots if row.parent is None else inside[row.parent]).append(number)
    if len(roots) != 1:
        raise Refused("units", "one root", f"{len(roots)} roots")
    order, todo = [], roots
    while todo:
        here = todo.pop()
        order.append(here)
        todo.extend(reversed(inside[here]))
    return order


def _tree(rows: list[_Row], order: list[int]) -> Units:
    place_of = {row: at for at, row in enumerate(order)}
    sorted_rows = [rows[n] for n in order]
    parents = [None if row.parent is None else place_of[row.parent] for row in sorted_rows]
    ends = [n + 1 for n in range(len(rows))]
    children: list[list[int]] = [[] for _ in rows]
    for unit in range(len(rows) - 1, 0, -1):
        parent = parents[unit]
        if parent is not None:
            ends[parent] = max(ends[parent], ends[unit])
            children[parent].append(unit)
    for inside in children:
        inside.reverse()
    return Units(
        ids=[row.id for row in sorted_rows],
        kinds=[row.kind for row in sorted_rows],
        names=[row.name for row in sorted_rows],
        parents=parents,
        counts=[row.counts for row in sorted_rows],
        ends=ends,
        children=children,
        number={row.id: at for at, row in enumerate(sorted_rows)},
    )


def _check_files(files: list[str]) -> None:
    each_once(files, "units, names of files")
    if FRONT_PAGE in files:
        raise Refused("units", "another name than the front page's", FRONT_PAGE)


def read_units(table: dict[str, Any], kinds: set[str], attributes: list[dict[str, Any]]) -> Units:
    """The units of a definition."""
    reader = _Table(table["columns"], kinds, attributes)
    for cells in table["rows"]:
        reader.add(cells)
    _check_files([file_name(row.id) for row in reader.rows])
    return _tree(reader.rows, _ordered(reader.rows))
