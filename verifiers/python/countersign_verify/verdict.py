"""The order of checks (spec/overview.md, "The order of checks")."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from .data import DataFiles, Edition, first_difference
from .definition import Definition, read_definition
from .errors import Budget, NotChecked, Refused
from .evidence import SplitView
from .fold import Fold
from .folder import Folder, open_plain
from .log import (
    TILE_WIDTH,
    Checkpoint,
    check_hashes,
    consistency_proof,
    leaf_hash,
    open_checkpoint,
    read_entries,
    root_of,
    rows_of,
    tile_paths,
    tiles_of_row,
)
from .policy import Policy
from .records import OF_KEYS, read_record, type_line
from .report import Verdict
from .signatures import signers
from .snapshot import MOST_HEAD, MOST_SNAPSHOT, Listed, Snapshot, check_head, read_head, read_pack, read_snapshot
from .tally import Tally
from .text import to_base64

ATTEMPTS = 5
MOST_TEXTS = 1 << 30
MOST_TOLD = 24
SEEN = "the checkpoint seen before"
BEGINNINGS_OF_KEYS = tuple(f"{type_line(kind)}\n".encode() for kind in OF_KEYS)


class Stop(Exception):
    """What follows has nothing to stand on."""


@dataclass(frozen=True)
class Text:
    """The bytes of a record, and the pack that they came from."""

    pack: str
    note: bytes


class Check:
    """One pass over a bundle."""

    def __init__(self, folder: Folder, policy: Policy | None, seen: bytes | None) -> None:
        self.folder = folder
        self.policy = policy
        self.seen = seen
        self.verdict = Verdict("unproven" if policy is None else "pinned")
        self.there: dict[str, Listed] = {}
        self.texts: dict[int, Text] = {}
        self.snapshot_path = ""

    def run(self) -> Verdict:
        """All checks, up to the first that stops."""
        try:
            self._run()
        except Stop:
            pass
        except (NotChecked, MemoryError):
            if self.verdict.holds:
                raise
        return self.verdict

    def _run(self) -> None:
        snapshot = self._open_snapshot()
        self._check_folder(snapshot)
        self._check_files(snapshot)
        self._open_packs(snapshot)
        definition = self._open_definition()
        data, checkpoint = self._open_checkpoint(definition, snapshot)
        entries = self._read_log(checkpoint)
        self._check_history(definition, data, checkpoint, entries)
        self._check_log(checkpoint, entries, snapshot)
        self._check_publisher(definition, snapshot)
        fold = self._fold(definition, entries)
        self._check_public(fold)
        self._check_data(fold, snapshot)
        if not definition.election.zone_is_known:
            raise NotChecked("this machine has no table of time zones")

    def _stop(self, file: str, refused: Refused) -> Stop:
        self.verdict.fail(file, refused)
        return Stop()

    def _open_snapshot(self) -> Snapshot:
        """Checks 1 to 4."""
        try:
            head = read_head(self.folder.read("head.json", MOST_HEAD))
        except Refused as refused:
            raise self._stop("head.json", refused if refused.place == "file" else refused.within("line 1")) from None
        path = self.snapshot_path = head["snapshot"]
        try:
            data = self.folder.read_hashed(path, MOST_SNAPSHOT, head["snapshot_hash"])
        except Refused as refused:
            raise self._stop(path, refused) from None
        try:
            snapshot = read_snapshot(data)
        except Refused as refused:
            raise self._stop(path, refused.within("snapshot")) from None
        try:
            check_head(head, snapshot.says)
        except Refused as refused:
            self.verdict.fail("head.json", refused)
        return snapshot

    def _check_folder(self, snapshot: Snapshot) -> None:
        """Check 5."""
        known = {listed.path for listed in snapshot.files} | {self.snapshot_path, "head.json"}
        others = [
            (name, Refused("file", "one that the snapshot lists", "another")) for name in self.folder.files - known
        ]
        for name, fault in sorted(chain(self.folder.faults, others), key=lambda told: told[0]):
            self.verdict.fail(name, fault)

    def _check_files(self, snapshot: Snapshot) -> None:
        """Checks 6 to 8."""
        for listed in snapshot.files:
            if not listed.is_known:
                self.verdict.fail(listed.path, Refused("file", "one of a kind that a bundle holds", "another"))
        for listed in snapshot.files:
            try:
                self.folder.check(listed.path, listed.length, listed.sha256)
                self.there[listed.path] = listed
            except Refused as refused:
                self.verdict.fail(listed.path, refused)
        self.verdict.checked["files"] = len(snapshot.files) + 2
        size, most = snapshot.says["size"], len(snapshot.files)
        if -(-size // TILE_WIDTH) > most:
            raise self._stop("head.json", Refused("size", f"a log of at most {most} tiles of entries", size))

    def _read(self, path: str) -> bytes:
        """A listed file that is there."""
        listed = self.there.get(path)
        if listed is None:
            raise Refused("file", "one that is listed and there", "none")
        return self.folder.read_hashed(listed.path, listed.length, listed.sha256)

    def _open_packs(self, snapshot: Snapshot) -> None:
        """Check 9."""
        budget = Budget(MOST_TEXTS, "bytes of packs")
        for listed in [entry for entry in self.there.values() if entry.is_in("pack/")]:
            if listed.path != f"pack/{listed.sha256}":
                self.verdict.fail(listed.path, Refused("name", f"pack/{listed.sha256}", listed.path))
            budget.spend(listed.length)
            try:
                entries = read_pack(self._read(listed.path))
            except Refused as refused:
                self.verdict.fail(listed.path, refused)
                continue
            for position, note in entries:
                self._add_text(snapshot.says["size"], position, Text(listed.path, note))

    def _add_text(self, size: int, position: int, text: Text) -> None:
        if position >= size:
            self.verdict.fail(text.pack, Refused(f"position {position}", f"a position below {size}", position))
        elif position in self.texts:
            self.verdict.fail(text.pack, Refused(f"position {position}", "each position once", "it twice"))
        else:
            self.texts[position] = text

    def _open_definition(self) -> Definition:
        """Checks 10 to 12."""
        text, place = self.texts.get(0), "position 0"
        if text is None:
            raise self._stop("pack", Refused(place, "the definition", "no text"))
        try:
            record = read_record(text.note)
            if record.kind != "definition":
                raise Refused("kind", "a definition", record.kind)
            definition = read_definition(record.id, record.body)
        except Refused as refused:
            raise self._stop(text.pack, refused.within(place)) from None
        if self.policy is not None and self.policy.definition != definition.id:
            self.verdict.fail(text.pack, Refused(place, self.policy.definition, definition.id))
        return definition

    def _open_checkpoint(self, definition: Definition, snapshot: Snapshot) -> tuple[bytes, Checkpoint]:
        """Checks 13 to 15; a checkpoint that is not there is read as an empty one."""
        data = self._read("checkpoint") if "checkpoint" in self.there else b""
        if self.policy is not None:
            try:
                self.verdict.cosigned = self.policy.accept(data).cosigned
            except Refused as refused:
                self.verdict.fail("checkpoint", refused.within("signatures"))
        if self.verdict.cosigned:
            self.verdict.checked["cosignatures"] = len(self.verdict.cosigned)
        try:
            checkpoint = open_checkpoint(data, definition.log)
        except Refused as refused:
            raise self._stop("checkpoint", refused.within("signature")) from None
        if checkpoint.size != snapshot.says["size"]:
            raise self._stop("checkpoint", Refused("line 2", snapshot.says["size"], checkpoint.size))
        return data, checkpoint

    def _read_log(self, checkpoint: Checkpoint) -> list[bytes]:
        """Check 16: the entries, and every tile of hashes."""
        entries: list[bytes] = []
        for path, _, width in tiles_of_row("entries", checkpoint.size):
            try:
                entries.extend(read_entries(self._read(path), width))
            except Refused as refused:
                raise self._stop(path, refused.within("tile")) from None
        for level, row in enumerate(rows_of([leaf_hash(entry) for entry in entries])):
            for path, first, width in tiles_of_row(str(level), len(row)):
                self._check_tile(path, row[first : first + width])
        self.verdict.checked["leaves"] = len(entries)
        return entries

    def _check_tile(self, path: str, hashes: list[bytes]) -> None:
        try:
            check_hashes(self._read(path), hashes)
        except Refused as refused:
            raise self._stop(path, refused.within("tile")) from None

    def _check_history(self, definition: Definition, data: bytes, checkpoint: Checkpoint, entries: list[bytes]) -> None:
        """Checks 17 and 17a."""
        leaves = [leaf_hash(entry) for entry in entries]
        root = root_of(leaves)
        if root != checkpoint.root:
            self.verdict.fail("checkpoint", Refused("line 3", to_base64(root), to_base64(checkpoint.root)))
        if self.seen is None:
            return
        try:
            seen = open_checkpoint(self.seen, definition.log)
        except Refused as refused:
            self.verdict.fail(SEEN, refused.within("signature"))
            return
        if seen.size > len(leaves):
            self.verdict.fail("checkpoint", Refused("line 2", f"at least {seen.size}, seen before", len(leaves)))
            return
        there = root_of(leaves[: seen.size])
        if there == seen.root:
            self.verdict.checked["checkpoint seen before"] = 1
            return
        self.verdict.fail("checkpoint", Refused("history", f"a log that continues {seen.size} entries", "another"))
        if root == checkpoint.root:
            proof = consistency_proof(seen.size, leaves)
            self.verdict.evidence = SplitView(seen.size, there, proof, self.seen, data).written()

    def _check_log(self, checkpoint: Checkpoint, entries: list[bytes], snapshot: Snapshot) -> None:
        """Checks 18 and 19."""
        tiles = set(tile_paths(checkpoint.size))
        for listed in snapshot.files:
            if listed.is_in("tile/") and listed.path not in tiles:
                self.verdict.fail(listed.path, Refused("file", f"a tile of {checkpoint.size} entries", "another"))
        first: dict[bytes, int] = {}
        for position, entry in enumerate(entries):
            if first.setdefault(entry, position) != position:
                refused = Refused(f"position {position}", "an id for the first time", f"that of {first[entry]}")
                self.verdict.fail("tile/entries", refused)

    def _check_publisher(self, definition: Definition, snapshot: Snapshot) -> None:
        """Check 20."""
        try:
            signers(snapshot.note, [definition.publisher])
        except Refused as refused:
            self.verdict.fail(self.snapshot_path, refused.within("signature"))
        expected = {"definition": definition.id, "election": definition.election.id, "mode": definition.mode}
        for name, value in expected.items():
            if snapshot.says[name] != value:
                self.verdict.fail(self.snapshot_path, Refused(name, value, snapshot.says[name]))

    def _fold(self, definition: Definition, entries: list[bytes]) -> Fold:
        """Checks 21 and 22: first all records of keys, then the others."""
        fold = Fold(definition, entries)
        keys = [p for p in sorted(self.texts) if self._is_of_keys(p)]
        for position in keys:
            if not self._take(fold, position, entries):
                raise Stop()
        for position in sorted(self.texts.keys() - set(keys)):
            self._take(fold, position, entries)
        checked = self.verdict.checked
        checked["signatures"], checked["records"] = fold.signatures, len(self.texts)
        checked["keys"], checked["attests"] = len(fold.keys.by_label), fold.attests
        self.verdict.withheld = [p for p in range(len(entries)) if p not in self.texts]
        return fold

    def _is_of_keys(self, position: int) -> bool:
        note = self.texts[position].note
        if position == 0 or not note.startswith(BEGINNINGS_OF_KEYS):
            return False
        try:
            return read_record(note).kind in OF_KEYS
        except Refused:
            return False

    def _take(self, fold: Fold, position: int, entries: list[bytes]) -> bool:
        """Takes the text at a position in; at position 0 only its id is asked."""
        text = self.texts[position]
        try:
            record = read_record(text.note)
            if record.id != entries[position].hex():
                raise Refused("id", entries[position].hex(), record.id)
            if position > 0:
                fold.take(position, record)
        except Refused as refused:
            self.verdict.fail(text.pack, refused.within(f"position {position}"))
            return False
        return True

    def _check_public(self, fold: Fold) -> None:
        """Check 23."""
        shown_units = fold.shown()
        for taken in sorted(fold.taken, key=lambda taken: taken.position):
            if not fold.may_be_public(taken, shown_units):
                refused = Refused(f"position {taken.position}", "a text that may be public", taken.kind)
                self.verdict.fail(self.texts[taken.position].pack, refused)

    def _check_data(self, fold: Fold, snapshot: Snapshot) -> None:
        """Check 24."""
        listed = {entry.path: entry for entry in snapshot.files if entry.is_in("data/")}
        tally, says = Tally(fold), snapshot.says
        files = dict(DataFiles(tally, Edition(says["mode"], says["sequence"], says["size"], says["time"])))
        for path in listed:
            if path not in files:
                self.verdict.fail(path, Refused("file", "one that follows from the records", "another"))
        for path, write in files.items():
            if path not in listed:
                self.verdict.fail(path, Refused("file", "one that follows from the records", "none"))
            elif path in self.there:
                self._check_file(listed[path], write())
        self.verdict.checked["data files recomputed"] = len(files)
        self.verdict.checked["figures recomputed"] = tally.known

    def _check_file(self, listed: Listed, expected: bytes) -> None:
        """A data file is what follows from the records, or where it is another."""
        if (listed.length, listed.sha256) == (len(expected), sha256(expected).hexdigest()):
            return
        try:
            found = self.folder.read(listed.path, len(expected) + MOST_TOLD)
        except Refused as refused:
            self.verdict.fail(listed.path, refused)
            return
        at = first_difference(expected, found)
        parts = [data[at : at + MOST_TOLD].decode("utf-8", "replace") for data in (expected, found)]
        self.verdict.fail(listed.path, Refused(f"byte {at}", *parts))


def _head_of(root: str) -> bytes | None:
    """The bytes of head.json as it is now."""
    try:
        with open_plain(os.path.join(root, "head.json")) as file:
            return file.read(MOST_HEAD)
    except (Refused, OSError):
        return None


def verify(root: str, policy: Policy | None, seen: bytes | None) -> Verdict:
    """The verdict on a folder; again where a new edition came out meanwhile."""
    began = time.monotonic_ns()
    for _ in range(ATTEMPTS):
        before = _head_of(root)
        verdict = Check(Folder(root), policy, seen).run()
        verdict.nanoseconds = time.monotonic_ns() - began
        if verdict.holds or _head_of(root) == before:
            return verdict
    raise NotChecked(f"a new edition came out during each of {ATTEMPTS} attempts")
