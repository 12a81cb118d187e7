"""Every vector of docs/spec/vectors, completely: `python3 -m unittest`."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from countersign_verify import canonical, log, notes, receipt
from countersign_verify.data import DataFiles, Edition
from countersign_verify.definition import read_definition, read_election
from countersign_verify.errors import Refused
from countersign_verify.fold import Fold
from countersign_verify.folder import Folder
from countersign_verify.form import close, findings
from countersign_verify.keys import read_key
from countersign_verify.outcome import Question, answer
from countersign_verify.policy import read_policy
from countersign_verify.records import read_record
from countersign_verify.report import Verdict
from countersign_verify.rounds import Party
from countersign_verify.signatures import check_signature, signers
from countersign_verify.snapshot import read_pack
from countersign_verify.tally import Tally
from countersign_verify.verdict import verify
from vectors import Broken, attempt, folder, load, run, unpack, write_files

MOST_NOTE = 1 << 24

COVERED = {
    "bundles-broken.json",
    "bundles-small.json",
    "canonical.json",
    "checkpoint.json",
    "definition.json",
    "fold.json",
    "folder.json",
    "forms-caucus.json",
    "forms-dutch.json",
    "forms-every-check.json",
    "notes.json",
    "outcome.json",
    "pack.json",
    "policy.json",
    "proof.json",
    "receipt.json",
    "records.json",
    "tree.json",
}


def entries_of(size: int) -> list[bytes]:
    """The entries of the vectors' logs."""
    return [hashlib.sha256(n.to_bytes(8, "big")).digest() for n in range(size)]


def leaves_of(size: int) -> list[bytes]:
    """Their hashes."""
    return [log.leaf_hash(entry) for entry in entries_of(size)]


class Vectors(unittest.TestCase):
    """One test for each file; each row is told by its name where it fails."""

    maxDiff = None

    def rows(self, name: str, rows: list[Any]) -> list[Any]:
        """The rows of a file, counted on the screen."""
        self.assertTrue(rows, name)
        print(f"{len(rows):5} {name}")
        return rows

    def check(self, row: dict[str, Any], found: Any, expected: Any) -> None:
        with self.subTest(row.get("name", row.get("json", row.get("unit", "")))):
            self.assertEqual(found, expected)

    def test_every_file_has_a_test(self) -> None:
        self.assertEqual({path.name for path in folder().glob("*.json")}, COVERED)

    def test_canonical(self) -> None:
        for row in self.rows("canonical", load("canonical.json")):
            self.check(row, attempt(lambda: canonical.line_of(canonical.parse(row["json"]))), row["line"])

    def test_records(self) -> None:
        for row in self.rows("records", load("records.json")):
            record = attempt(lambda: read_record(base64.b64decode(row["note_base64"])))
            found = (record.id, record.kind) if record else (None, None)
            self.check(row, found, (row["id"], row["kind"]))

    def test_keys(self) -> None:
        for row in self.rows("notes, keys", load("notes.json")["keys"]):
            key = attempt(lambda: read_key(row["vkey"]))
            self.check(row, key.key_id.hex() if key else None, row["key_id"])

    def test_signatures(self) -> None:
        for row in self.rows("notes, signatures", load("notes.json")["signatures"]):
            line = notes.read_signature(row["line"], "line")
            self.check(row, line.signature.hex(), row["signature_hex"])

            def holds() -> bool:
                check_signature(read_key(row["vkey"]), row["text"].encode(), line)
                return True

            self.check(row, attempt(holds) is not None, row["holds"])

    def test_notes(self) -> None:
        for row in self.rows("notes, notes", load("notes.json")["notes"]):
            data = base64.b64decode(row["note_base64"])
            signed = attempt(lambda: signers(notes.read_note(data, MOST_NOTE), [read_key(row["known"])]))
            self.check(row, signed is not None, row["holds"])

    def test_definition(self) -> None:
        for row in self.rows("definition", load("definition.json")):
            definition = attempt(lambda: read_definition("", row | {"mode": "live"}))
            self.check(row, definition is not None, row["holds"])

    def test_roots_and_tiles(self) -> None:
        tree = load("tree.json")
        self.assertEqual([e.hex() for e in entries_of(3)], tree["first_entries_hex"])
        self.assertEqual(leaves_of(1)[0].hex(), tree["first_leaf_hex"])
        for row in self.rows("tree, roots", tree["roots"]):
            self.check(row, log.root_of(leaves_of(row["size"])).hex(), row["root_hex"])
        for row in self.rows("tree, tiles", tree["tiles"]):
            expected = sorted((f["path"], f["length"], f["sha256"]) for f in row["files"])
            self.check(row, sorted(tile_files(row["size"])), expected)

    def test_paths(self) -> None:
        for row in self.rows("tree, paths", load("tree.json")["paths"]):
            number, last = 0, {}
            for path in log.tile_paths(row["size"]):
                number += 1
                last[path.split("/")[1]] = path
            self.check(row, number, row["files"])
            self.check(row, last["entries"], row["last_entries"])
            self.check(row, [last.get(str(level)) for level in range(4)], row["last_of_level"])

    def test_proofs(self) -> None:
        tree = load("tree.json")
        for row in self.rows("tree, inclusion", tree["inclusion"]):
            leaves, proof = leaves_of(row["size"]), [bytes.fromhex(h) for h in row["proof_hex"]]
            found = log.inclusion_root(leaves[row["index"]], row["index"], row["size"], proof)
            self.check(row, found, log.root_of(leaves))
        for row in self.rows("tree, consistency", tree["consistency"]):
            old, new = leaves_of(row["old"]), leaves_of(row["new"])
            proof = log.consistency_proof(row["old"], new)
            self.check(row, [h.hex() for h in proof], row["proof_hex"])
            log.check_consistency(row["old"], log.root_of(old), row["new"], log.root_of(new), proof)

    def test_checkpoint(self) -> None:
        for row in self.rows("checkpoint", load("checkpoint.json")):
            read = attempt(lambda: log.open_checkpoint(base64.b64decode(row["note_base64"]), read_key(row["log"])))
            self.check(row, {"root_hex": read.root.hex(), "size": read.size} if read else None, row["read"])

    def test_policy(self) -> None:
        vectors = load("policy.json")
        for row in self.rows("policy, files", vectors["files"]):
            policy = attempt(lambda: read_policy(row["policy"].encode()))
            self.check(row, policy is not None, row["reads"])
            self.check(row, policy.definition if policy else None, row["definition"])
        for row in self.rows("policy, checkpoints", vectors["checkpoints"]):
            policy = read_policy(row["policy"].encode())
            accepted = attempt(lambda: policy.accept(base64.b64decode(row["note_base64"])))
            self.check(row, [list(c) for c in accepted.cosigned] if accepted else None, row["cosigned"])

    def test_proof(self) -> None:
        for row in self.rows("proof", load("proof.json")):

            def holds() -> bool:
                read = receipt.read_receipt(row["receipt"].encode())
                read.check(bytes.fromhex(row["entry_hex"]), log.open_checkpoint(read.checkpoint, read_key(row["log"])))
                return True

            self.check(row, attempt(holds) is not None, row["holds"])

    def test_pack(self) -> None:
        for row in self.rows("pack", load("pack.json")):
            data = base64.b64decode(row["pack_base64"])
            self.check(row, f"pack/{hashlib.sha256(data).hexdigest()}", row["path"])
            self.check(row, attempt(lambda: read_pack(data)), pack_of(row["records"]))

    def test_forms(self) -> None:
        for name in ("forms-dutch", "forms-every-check", "forms-caucus"):
            vectors = load(f"{name}.json")
            election = read_election(vectors["head"], vectors["units"])
            for row in self.rows(name, vectors["forms"]):
                found = attempt(lambda: form_of(election, row["unit"], row["counts"])) or (None, None)
                self.check(row, found, (row["figures"], row["findings"]))

    def test_outcome(self) -> None:
        for row in self.rows("outcome", load("outcome.json")):
            self.check(row, answer(question_of(row["question"])), row["answer"])

    def test_fold(self) -> None:
        for row in self.rows("fold", load("fold.json")):
            self.check(row, data_of(row), row["data"])

    def test_receipt(self) -> None:
        for row in self.rows("receipt", load("receipt.json")):
            with tempfile.TemporaryDirectory() as root:
                names = {"receipt": row["receipt"].encode(), "record": base64.b64decode(row["record_base64"])}
                names |= {} if row["policy"] is None else {"policy": row["policy"].encode()}
                write_files(root, names)
                words = [word for name in names for word in (f"--{name}", f"{root}/{name}")]
                status, out, _ = run(*words, "--json")
            self.check(row, status, row["status"])
            said = json.loads(out) if out else {}
            self.check(row, said.get("promise"), row["promise"])
            self.check(row, (len(said.get("failed", [])), bool(out)), (int(status == 1), status != 2))

    def test_folder(self) -> None:
        for row in self.rows("folder", load("folder.json")):
            with tempfile.TemporaryDirectory() as root:
                write_files(root, {"bundle/index.html": b"", "bundle/data/tally.json": b"", "outside": b""})
                make(Path(root) / "bundle" / row["path"], row)
                found = Folder(f"{root}/bundle")
            self.check(row, not found.faults, row["lists"])
            self.check(row, row["path"] in found.files, row["lists"] and row["kind"] == "file")

    def check_bundle(self, row: dict[str, Any], files: dict[str, bytes], policy: str | None) -> Verdict:
        seen = base64.b64decode(row["seen_base64"]) if "seen_base64" in row else None
        with tempfile.TemporaryDirectory() as root:
            write_files(root, files)
            found = verify(root, None if policy is None else read_policy(policy.encode()), seen)
        expected = row["verdict"]
        said = {
            "holds": found.holds,
            "origin": found.origin,
            "status": found.status,
            "withheld": found.withheld,
            "checked": [[one["what"], one["count"]] for one in found.as_json()["checked"]],
            "failed": [(failure["file"], failure["place"]) for failure in found.failed],
        }
        failed = [(file, place) for file, place, _, _ in expected["failed"]]
        self.check(row, said, expected | {"failed": failed})
        return found

    def test_small_bundles(self) -> None:
        for row in self.rows("bundles-small", load("bundles-small.json")):
            self.check_bundle(row, unpack(row["files_base64"]), row["policy"])

    def test_broken_bundles(self) -> None:
        bundles = Broken()
        hold = 0
        for row in self.rows("bundles-broken", bundles.cases):
            found = self.check_bundle(row, bundles.files(row), bundles.policy(row))
            hold += found.holds
        print(f"      {hold} of them hold, {len(bundles.cases) - hold} do not")


def make(path: Path, row: dict[str, Any]) -> None:
    """What a row of folder.json puts into the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    match row["kind"]:
        case "file":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(row["to"])
        case "pipe":
            os.mkfifo(path)
        case kind:
            raise ValueError(kind)


def tile_files(size: int) -> list[tuple[str, int, str]]:
    """Path, length and hash of every tile of a log."""
    files = []
    for path, first, width in log.tiles_of_row("entries", size):
        files.append((path, b"".join(log.ENTRY_HEAD + e for e in entries_of(size)[first : first + width])))
    for level, row in enumerate(log.rows_of(leaves_of(size))):
        for path, first, width in log.tiles_of_row(str(level), len(row)):
            files.append((path, b"".join(row[first : first + width])))
    return [(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in files]


def pack_of(records: list[dict[str, Any]] | None) -> list[tuple[int, bytes]] | None:
    """The records of a pack as the vector has them."""
    return None if records is None else [(r["position"], base64.b64decode(r["note_base64"])) for r in records]


def form_of(election: Any, unit_id: str, counts: dict[str, int]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Figures and findings of a form, as the vectors have them."""
    unit = election.units.number.get(unit_id)
    form = None if unit is None else election.form_of(unit)
    if form is None:
        raise Refused("unit", "one with a form", unit_id)
    figures = close(form, election.units, unit, counts)
    said = [
        {
            "code": finding.code,
            "expected": finding.expected,
            "found": finding.found,
            "fields": list(finding.fields),
            "text": finding.sentence(election.languages[0]),
        }
        for finding in findings(form, election.units, unit, figures)
    ]
    return {f.code: figure for f, figure in zip(form.fields, figures) if figure is not None}, said


def question_of(asked: dict[str, Any]) -> Question:
    """A question of the vectors."""
    lists = [
        Party(one["number"], one["total"], tuple(one["votes"]) if "votes" in one else None, one.get("candidates"))
        for one in asked["lists"]
    ]
    return Question(asked["method"], asked["seats"], lists, asked.get("quota"))


def data_of(row: dict[str, Any]) -> dict[str, str]:
    """The data files that follow from a row's records."""
    records = [(r["position"], read_record(base64.b64decode(r["note_base64"]))) for r in row["records"]]
    definition = read_definition(records[0][1].id, records[0][1].body)
    ids = {position: bytes.fromhex(record.id) for position, record in records}
    fold = Fold(definition, [ids.get(position, bytes(32)) for position in range(row["edition"]["size"])])
    for position, record in records[1:]:
        fold.take(position, record)
    said = row["edition"]
    edition = Edition(definition.mode, said["sequence"], said["size"], said["time"])
    return {path: write().decode("utf-8") for path, write in DataFiles(Tally(fold), edition)}


if __name__ == "__main__":
    unittest.main()
