"""Where the test vectors lie, and how tests read them."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from countersign_verify.command import main
from countersign_verify.errors import Refused

HERE = Path(__file__).resolve().parent
PLACE = HERE / "../../docs/spec/vectors"

T = TypeVar("T")


def folder() -> Path:
    """The folder of vectors: of the variable COUNTERSIGN_VECTORS, or of this project."""
    named = os.environ.get("COUNTERSIGN_VECTORS")
    place = Path(named) if named else PLACE
    if not place.is_dir():
        raise FileNotFoundError(f"{place}: expected the test vectors; COUNTERSIGN_VECTORS can name their folder")
    return place


def load(name: str) -> Any:
    """One file of vectors."""
    return json.loads((folder() / name).read_text(encoding="utf-8"))


def unpack(files: dict[str, str]) -> dict[str, bytes]:
    """Files in base64 by path."""
    return {path: base64.b64decode(data) for path, data in files.items()}


class Broken:
    """The bundles of bundles-broken.json: a few bases, and what each case changes of one."""

    def __init__(self) -> None:
        vectors = load("bundles-broken.json")
        self.cases, self._bases = vectors["cases"], vectors["bases"]
        self._bytes = {name: text.encode() for name, text in vectors["files"].items()} | unpack(vectors["files_base64"])

    def base(self, name: str) -> dict[str, bytes]:
        """The files of a base."""
        return {path: self._bytes[file] for path, file in self._bases[name]["files"].items()}

    def files(self, case: dict[str, Any]) -> dict[str, bytes]:
        """The files of a case."""
        files = self.base(case["base"]) | {path: self._bytes[file] for path, file in case["write"].items()}
        for path in case["remove"]:
            del files[path]
        return files

    def policy(self, case: dict[str, Any]) -> str | None:
        """The policy of a case: its own, none, or that of its base."""
        policy: str | None = case.get("policy", self._bases[case["base"]]["policy"])
        return policy


def run(*words: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of the command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(words))
    return status, out.getvalue(), err.getvalue()


def attempt(what: Callable[[], T]) -> T | None:
    """What comes out, or None where it is refused."""
    try:
        return what()
    except Refused:
        return None


def write_files(root: str, files: dict[str, bytes]) -> None:
    """Files by path, below a folder."""
    for path, data in files.items():
        target = Path(root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
