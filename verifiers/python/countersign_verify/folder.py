"""The files of a bundle in a folder (spec/bundle.md, "Paths")."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from .errors import BadInput, Refused

CHUNK = 1 << 20

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}")


def _unreadable(error: OSError) -> Refused:
    return Refused("file", "one that can be read", error.strerror)


def open_plain(path: str) -> BinaryIO:
    """A plain file, opened to be read; a link is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _unreadable(error) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("file", "a plain one", "another thing")
    return os.fdopen(handle, "rb")


class Folder:
    """A folder, walked once: its plain files, and what else lies there."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.files: set[str] = set()
        self.faults: list[tuple[str, Refused]] = []
        try:
            entries = os.scandir(root)
        except (OSError, ValueError) as error:
            raise BadInput(f"{root}: expected a folder that can be opened, found {error}") from None
        with entries:
            todo = self._note("", entries)
        while todo:
            todo.extend(self._walk(todo.pop()))

    def _walk(self, inner: str) -> list[str]:
        """Notes the files of one folder; the folders inside it."""
        try:
            with os.scandir(os.path.join(self.root, inner)) as entries:
                return self._note(inner, entries)
        except OSError as error:
            self.faults.append((inner, _unreadable(error)))
            return []

    def _note(self, inner: str, entries: Iterator[os.DirEntry[str]]) -> list[str]:
        inside: list[str] = []
        try:
            for entry in entries:
                self._add(f"{inner}/{entry.name}" if inner else entry.name, entry, inside)
        except OSError as error:
            self.faults.append((inner, _unreadable(error)))
        return inside

    def _add(self, path: str, entry: os.DirEntry[str], inside: list[str]) -> None:
        if _SEGMENT.fullmatch(entry.name) is None:
            self.faults.append((path, Refused("file", "a name of A-Z a-z 0-9 . _ -", entry.name)))
        elif entry.is_dir(follow_symlinks=False):
            inside.append(path)
        elif entry.is_file(follow_symlinks=False):
            self.files.add(path)
        else:
            self.faults.append((path, Refused("file", "a plain one", "another thing")))

    @contextmanager
    def _open(self, path: str) -> Iterator[BinaryIO]:
        """A file of the folder; one that cannot be read was not shown."""
        if path not in self.files:
            raise Refused("file", "one in the folder", "none")
        try:
            with open_plain(os.path.join(self.root, path)) as file:
                yield file
        except OSError as error:
            raise _unreadable(error) from None

    def read(self, path: str, most: int) -> bytes:
        """The first bytes of a file, at most so many and one."""
        with self._open(path) as file:
            return file.read(most + 1)

    def check(self, path: str, length: int, sha256: str) -> None:
        """A file has this length and this hash; it is read in pieces."""
        hashed = hashlib.sha256()
        with self._open(path) as file:
            found = os.fstat(file.fileno()).st_size
            if found != length:
                raise Refused("SHA-256", f"{sha256} of {length} bytes", f"{found} bytes")
            while chunk := file.read(CHUNK):
                hashed.update(chunk)
        if hashed.hexdigest() != sha256:
            raise Refused("SHA-256", sha256, hashed.hexdigest())

    def read_hashed(self, path: str, most: int, sha256: str) -> bytes:
        """The bytes of a file that has at most so many, and this hash."""
        data = self.read(path, most)
        if len(data) > most:
            raise Refused("length", f"at most {most} bytes", "more")
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise Refused("SHA-256", sha256, found)
        return data
