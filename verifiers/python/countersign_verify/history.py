"""The history of keys (spec/bundle.md, "data/keys/history.csv")."""

from __future__ import annotations

from .keyring import Change, Keyring

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = "position,action,unit,person,role,key,reason"


def cell(text: str) -> str:
    """A text between quotes, which no program of tables takes for a formula."""
    guard = "'" if text.startswith(FORMULA_STARTS) else ""
    return '"' + guard + text.replace('"', '""') + '"'


def _line(change: Change, unit: str) -> str:
    key = "" if change.key is None else f"{change.key.name}+{change.key.key_id.hex()}"
    texts = cell(change.person), change.role, cell(key), cell(change.reason)
    return ",".join([str(change.position), change.action, unit, *texts])


def history(keys: Keyring, is_shown: bool) -> bytes:
    """What became of all keys; before anything is shown only the names of the columns."""
    changes = keys.changes if is_shown else []
    lines = [COLUMNS, *(_line(change, keys.units.ids[change.unit]) for change in changes)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")
