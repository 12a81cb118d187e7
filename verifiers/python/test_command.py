"""The command: arguments, what it prints, exit statuses."""

from __future__ import annotations

import base64
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from countersign_verify.report import BAD_INPUT, FAILS, HOLDS, NOT_PROVEN
from vectors import Broken, load, run, unpack, write_files


class Command(unittest.TestCase):
    """On a bundle that holds."""

    def setUp(self) -> None:
        row = next(row for row in load("bundles-small.json") if row["verdict"]["withheld"] == [3])
        self.files = unpack(row["files_base64"])
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bundle, self.policy = f"{folder.name}/bundle", f"{folder.name}/policy.txt"
        self.seen = f"{folder.name}/seen"
        write_files(self.bundle, self.files)
        Path(self.policy).write_text(row["policy"], encoding="utf-8")
        Path(self.seen).write_bytes(self.files["checkpoint"])

    def test_statuses(self) -> None:
        other = f"{self.policy}.other"
        Path(other).write_text("quorum none\n", encoding="utf-8")
        for words, expected in (
            ([self.bundle, "--policy", self.policy], HOLDS),
            ([self.bundle, "--policy", self.policy, "--json"], HOLDS),
            ([self.bundle, "--policy", self.policy, "--seen", self.seen], HOLDS),
            ([self.bundle], NOT_PROVEN),
            ([], BAD_INPUT),
            (["--fast"], BAD_INPUT),
            ([f"{self.bundle}/none"], BAD_INPUT),
            ([self.bundle, "--policy", f"{self.bundle}/none"], BAD_INPUT),
            ([self.bundle, "--policy", other], BAD_INPUT),
            ([self.bundle, "--seen", f"{self.bundle}/none"], BAD_INPUT),
            ([self.bundle, "--evidence", self.seen], BAD_INPUT),
            ([self.bundle, "--receipt", self.seen, "--record", self.seen], BAD_INPUT),
            ([self.bundle, "--pol", self.policy], BAD_INPUT),
            (["--receipt", self.seen], BAD_INPUT),
            (["--split-view", self.seen], BAD_INPUT),
            (["--split-view", self.seen, "--policy", self.policy], BAD_INPUT),
        ):
            status, _, err = run(*words)
            with self.subTest(words):
                self.assertEqual(status, expected)
                self.assertEqual(err.count("\n"), int(expected == BAD_INPUT))

    def test_failure(self) -> None:
        Path(self.bundle, "data/tally.json").write_bytes(b"{}\n")
        for words in ([self.bundle], [self.bundle, "--policy", self.policy]):
            status, out, _ = run(*words, "--json")
            verdict = json.loads(out)
            self.assertEqual((status, verdict["holds"]), (FAILS, False))
            self.assertEqual(verdict["failed"][0]["file"], "data/tally.json")
            self.assertEqual(set(verdict["failed"][0]), {"file", "place", "expected", "found"})

    def test_json(self) -> None:
        _, out, _ = run(self.bundle, "--policy", self.policy, "--json")
        verdict = json.loads(out)
        keys = {"holds", "origin", "checked", "failed", "withheld", "unopenable", "seconds", "cosigned"}
        self.assertEqual((out.count("\n"), set(verdict)), (1, keys))
        self.assertEqual((verdict["origin"], verdict["withheld"], verdict["unopenable"]), ("pinned", [3], []))

    def test_seen(self) -> None:
        other = base64.b64decode(load("checkpoint.json")[0]["note_base64"])
        Path(self.seen).write_bytes(other)
        self.assertEqual(run(self.bundle, "--policy", self.policy, "--seen", self.seen)[0], FAILS)


class Histories(unittest.TestCase):
    """A log that shows two histories convicts itself."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.policy, self.seen, self.proof = (str(self.root / name) for name in ("policy", "seen", "proof"))

    def evidence(self, case: dict[str, Any], bundles: Broken) -> bytes | None:
        """The proof that comes of a case, if there is one."""
        bundle = self.root / case["name"]
        write_files(str(bundle), bundles.files(case))
        Path(self.policy).write_text(bundles.policy(case) or "", encoding="utf-8")
        Path(self.seen).write_bytes(base64.b64decode(case["seen_base64"]))
        Path(self.proof).unlink(missing_ok=True)
        asked = ("--policy", self.policy, "--seen", self.seen, "--evidence", self.proof)
        self.assertEqual(run(str(bundle), *asked)[0], case["verdict"]["status"])
        return Path(self.proof).read_bytes() if Path(self.proof).exists() else None

    def split_view(self, proof: bytes) -> int:
        Path(self.proof).write_bytes(proof)
        return run("--split-view", self.proof, "--policy", self.policy)[0]

    def test_evidence(self) -> None:
        bundles, proved = Broken(), 0
        for case in bundles.cases:
            if "seen_base64" not in case:
                continue
            with self.subTest(case["name"]):
                proof = self.evidence(case, bundles)
                places = [place for _, place, _, _ in case["verdict"]["failed"]]
                self.assertEqual(proof is not None, "history" in places)
                if proof is not None:
                    self.assertEqual(self.split_view(proof), HOLDS)
                    self.check_changes(proof, Path(self.seen).read_bytes())
                    proved += 1
        self.assertEqual(proved, 3)

    def check_changes(self, proof: bytes, seen: bytes) -> None:
        """Proofs of the same, and what is none."""
        head, _, notes = proof.partition(b"\n\n")
        lines = head.split(b"\n")
        size, root = lines[1].split(b" ")
        honest = seen.split(b"\n")[2]
        for status, changed in (
            (FAILS, [lines[0], size + b" " + honest, *lines[2:]]),
            (FAILS, [lines[0], b"%d " % (int(size) + 1) + root, *lines[2:]]),
            (FAILS, [*lines, root]),
            (FAILS, [lines[0], b"0 " + root]),
            (BAD_INPUT, [*lines, *[root] * 65]),
            (BAD_INPUT, [*lines, root[:-1]]),
            (BAD_INPUT, [b"countersign/split-view/v2", *lines[1:]]),
            (BAD_INPUT, [lines[0], b"0" + size + b" " + root, *lines[2:]]),
            (BAD_INPUT, lines[:1]),
        ):
            self.assertEqual(self.split_view(b"\n".join(changed) + b"\n\n" + notes), status, changed)
        for status, changed_notes in (
            (FAILS, seen + b"\n" + seen),
            (BAD_INPUT, seen),
            (BAD_INPUT, seen + b"\n"),
            (BAD_INPUT, seen + b"\n" + seen[:-1]),
        ):
            self.assertEqual(self.split_view(head + b"\n\n" + changed_notes), status, changed_notes)


if __name__ == "__main__":
    unittest.main()
