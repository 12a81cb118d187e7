"""Both verifiers on whole nights: `cargo xtask verifiers` plays them and keeps what the first says."""

from __future__ import annotations

import json
import os
import unittest
from pathlib import Path

from countersign_verify.policy import read_policy
from countersign_verify.verdict import verify

GOLDEN = os.environ.get("COUNTERSIGN_GOLDEN")


@unittest.skipUnless(GOLDEN, "COUNTERSIGN_GOLDEN names no folder of nights")
class Golden(unittest.TestCase):
    """One night of every election."""

    def test_the_two_say_the_same(self) -> None:
        nights = sorted(Path(GOLDEN or "").iterdir())
        self.assertGreater(len(nights), 0)
        for night in nights:
            with self.subTest(night.name):
                policy = read_policy((night / "policy.txt").read_bytes())
                found = verify(str(night / "bundle"), policy, None).as_json()
                expected = json.loads((night / "verdict.json").read_text(encoding="utf-8"))
                del found["seconds"], expected["seconds"]
                self.assertEqual(found, expected)
        print(f"{len(nights)} nights on which both verifiers agree")
