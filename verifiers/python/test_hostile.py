"""Broken input of every kind ends in a refusal, never in another exception."""

from __future__ import annotations

import base64
import copy
import errno
import io
import json
import random
import tempfile
import unittest
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from unittest import mock

from countersign_verify import canonical
from countersign_verify.clientdata import read_client_data
from countersign_verify.definition import Definition, read_election
from countersign_verify.errors import NotChecked, Refused
from countersign_verify.fold import Fold
from countersign_verify.form import close, findings
from countersign_verify.policy import read_policy
from countersign_verify.receipt import read_receipt
from countersign_verify.records import Record, read_record
from countersign_verify.snapshot import read_pack, read_snapshot
from countersign_verify.verdict import verify
from test_fold import ANNA, BRAM, ENROLLED, VISSER, Signer, definition, record
from test_keys import asked, asks, code, invite, keys, registrar, vouch
from vectors import Broken, load, write_files

JUNK: list[Any] = [
    None, 0, 1, -1, 2**64 - 1, -(2**63), True, False, "", [], {}, "x", "@lists", "nl", [[]], {"a": None},
    ["fields", []], "1/0", "1/2", 999_999_999, "0000-01-01T00:00:00Z", "A", "\u2028",
    ["sum-equals", ["E.1"], "E.1"], 65_535,
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*at, key)
        yield from places(one, (*at, key))


def inside(value: Any, at: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for key in at:
        value = value[key]
    return value


def spoil(value: Any, dice: random.Random) -> None:
    """Changes one place of a JSON value."""
    every = list(places(value))
    at = dice.choice(every)
    around = inside(value, at[:-1])
    match dice.randrange(5):
        case 0 | 1:
            around[at[-1]] = copy.deepcopy(dice.choice(JUNK))
        case 2:
            around[at[-1]] = copy.deepcopy(inside(value, dice.choice(every)))
        case 3:
            del around[at[-1]]
        case _ if isinstance(around, list):
            around.append(copy.deepcopy(dice.choice(around)))


def flipped(data: bytes, dice: random.Random) -> bytes:
    """Bytes with some of them changed, left out or doubled."""
    spoiled = bytearray(data or b"\n")
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(spoiled))
        match dice.randrange(4):
            case 0:
                spoiled[at] ^= 1 << dice.randrange(8)
            case 1:
                spoiled[at] = dice.choice(b'\n \x00\xff"{}[]0-9+')
            case 2:
                del spoiled[at : at + dice.randint(1, 40)]
            case _:
                spoiled[at:at] = spoiled[at : at + dice.randint(1, 40)]
        spoiled = spoiled or bytearray(b"\n")
    return bytes(spoiled)


def refuses(what: Callable[[], Any]) -> bool:
    """Whether it is refused; any other exception goes through."""
    try:
        what()
    except (Refused, NotChecked) as error:
        return bool(str(error))
    return False


class Bytes(unittest.TestCase):
    """Readers of bytes."""

    def spoil_all(self, read: Callable[[bytes], Any], samples: list[bytes]) -> None:
        dice = random.Random(23)
        refused = sum(refuses(lambda: read(flipped(dice.choice(samples), dice))) for _ in range(3_000))
        self.assertGreater(refused, 100)

    def test_records(self) -> None:
        self.spoil_all(read_record, [base64.b64decode(row["note_base64"]) for row in load("records.json") + in_folds()])

    def test_policies(self) -> None:
        self.spoil_all(read_policy, [row["policy"].encode() for row in load("policy.json")["files"] if row["policy"]])

    def test_receipts(self) -> None:
        self.spoil_all(read_receipt, [row["receipt"].encode() for row in load("proof.json")])

    def test_packs(self) -> None:
        samples = [base64.b64decode(row["pack_base64"]) for row in load("pack.json")]
        self.spoil_all(read_pack, [sample for sample in samples if sample])

    def test_snapshots(self) -> None:
        self.spoil_all(read_snapshot, [Broken().base("night")["snapshot/7"]])

    def test_depth(self) -> None:
        for depth, refused in ((127, False), (128, True), (500_000, True)):
            self.assertEqual(refuses(lambda: canonical.read("[" * depth + "]" * depth)), refused, depth)

    def test_client_data(self) -> None:
        self.assertEqual(read_client_data(b'["webauthn.get","c"]'), ("webauthn.get", "c"))
        self.assertEqual(read_client_data(b'{"type":"t","x":{"type":1},"challenge":"c","x":1e9}'), ("t", "c"))
        deep = b'{"type":"t","x":' + b"[" * 30_000 + b"]" * 30_000 + b',"challenge":"c"}'
        self.assertEqual(read_client_data(deep), ("t", "c"))
        passed = b'{"x":{"\xff":"\\ud800"},"type":"\\u0074","y":[1,{"z":[]}],"challenge":"c"} '
        self.assertEqual(read_client_data(passed), ("t", "c"))
        for text in (
            b'{"type":"t","type":"t","challenge":"c"}',
            b'{"type":"t","\\u0074ype":"t","challenge":"c"}',
            b'{"type":"t","challenge":"\\ud800"}',
            b'{"type":"t","challenge":"c","\xff":1}',
            b'{"type":"t","challenge":"c","x":[1,]}',
            b'{"type":"t","challenge":"c","x":{"y":1,}}',
            b'{"type":"t","challenge":"c","x":{1:1}}',
            b'{"type":"t","challenge":"c","x":[1}}',
            b'{"type":"t","challenge":"c","x":01}',
            b'{"type":"t","challenge":"c","x":"\t"}',
            b'{"type":"t","challenge":"c","x":"\\x"}',
            b'{"type":"t","challenge":"c"}}',
            b'{"type":1,"challenge":"c"}',
            b'{"type":"t"}',
            b"{}",
            b"{",
            b"",
            b"[1,2,3]",
            b"\xff",
            b'{"x":NaN}',
            b"[" * 99_999,
        ):
            self.assertTrue(refuses(lambda: read_client_data(text)), text[:60])


def in_folds() -> list[Any]:
    """Records of every kind."""
    return [one for row in load("fold.json") for one in row["records"]]


class Definitions(unittest.TestCase):
    """Heads and units that somebody tampered with."""

    def test_spoiled(self) -> None:
        dice = random.Random(7)
        rows = [row for row in load("definition.json") if row["holds"]]
        refused = 0
        for _ in range(1_500):
            row = copy.deepcopy({key: dice.choice(rows)[key] for key in ("head", "units")})
            spoil(row["head"], dice)
            refused += refuses(lambda: read_election(row["head"], row["units"]))
        self.assertGreater(refused, 500)

    def test_spoiled_forms(self) -> None:
        dice = random.Random(8)
        vectors = load("forms-every-check.json")
        counts = [row["counts"] for row in vectors["forms"]]
        for _ in range(600):
            head = copy.deepcopy(vectors["head"])
            spoil(head["forms"][0]["rules"], dice)
            refuses(lambda: fill_in(head, vectors["units"], dice.choice(counts)))


def fill_in(head: Any, units: Any, counts: dict[str, int]) -> None:
    """A form of every unit with the same counts."""
    election = read_election(head, units)
    for unit in range(len(election.units)):
        form = election.form_of(unit)
        if form is not None:
            figures = close(form, election.units, unit, counts)
            for finding in findings(form, election.units, unit, figures):
                finding.sentence(election.languages[0])


class Records(unittest.TestCase):
    """Records of keys and of ranges that somebody tampered with, and signed."""

    def test_spoiled(self) -> None:
        dice = random.Random(11)
        eva, given = Signer("eva", 20), invite(code("eva", "abc"), code("bo", "xyz", "B"))
        samples = [
            ([VISSER], given),
            ([VISSER], keys("enrol", [VISSER], asked(eva, "abc"), registrar(Signer("rik", 30), "M"), reason="x")),
            ([VISSER], keys("revoke", [VISSER], ANNA.at("A"), VISSER.at("M"), reason="x")),
            ([ANNA, BRAM], vouch([ANNA, BRAM], [ENROLLED, given], 1)),
        ]
        election, refused = definition(asks(registrars=1)), 0
        for number in range(1_000):
            by, sample = samples[number % len(samples)]
            body = copy.deepcopy(sample.body)
            if number >= len(samples):
                spoil(body, dice)
            refused += refuses(lambda: take_last(election, sample.kind, by, body, given))
        self.assertGreater(refused, 500)
        self.assertLess(refused, 1_000 - len(samples))


def take_last(election: Definition, kind: str, by: list[Signer], body: dict[str, Any], given: Record) -> None:
    """A record behind one of keys and one of codes, or in the place of the latter."""
    last = record(kind, by, **body)
    log = [ENROLLED] if kind == "invite" else [ENROLLED, given]
    fold = Fold(election, [bytes(32), *(bytes.fromhex(one.id) for one in log), bytes(32)])
    for position, one in enumerate([*log, last], 1):
        fold.take(position, one)


class Bundles(unittest.TestCase):
    """Whole bundles."""

    def setUp(self) -> None:
        bundles = Broken()
        self.files = bundles.base("night")
        self.policy = read_policy((bundles.policy({"base": "night"}) or "").encode())

    def verdict(self, files: dict[str, bytes], prepare: Callable[[Path], object] = lambda root: None) -> bool:
        with tempfile.TemporaryDirectory() as root:
            write_files(root, files)
            prepare(Path(root))
            return verify(root, self.policy, None).holds

    def test_holds(self) -> None:
        self.assertTrue(self.verdict(self.files))

    def test_every_file_spoiled(self) -> None:
        dice = random.Random(9)
        for path, data in self.files.items():
            for _ in range(5):
                spoiled = flipped(data, dice)
                with self.subTest(path):
                    self.assertEqual(self.verdict(self.files | {path: spoiled}), spoiled == data)

    def test_what_is_no_plain_file(self) -> None:
        self.assertFalse(self.verdict(self.files, lambda root: (root / "x").symlink_to(root / "head.json")))
        self.assertFalse(self.verdict(self.files, lambda root: (root / ".hidden").write_bytes(b"")))
        self.assertFalse(self.verdict(self.files, lambda root: swap_for_link(root / "index.html")))
        self.assertFalse(self.verdict(self.files, lambda root: swap_for_link(root / "data")))
        self.assertTrue(self.verdict(self.files, lambda root: (root / "empty").mkdir()))

    def test_paths_that_lead_out(self) -> None:
        for path in ("../x.html", "/etc/x.html", "a/../index.html", "", "x\x7f.css"):
            with self.subTest(path):
                self.assertFalse(self.verdict(relisted(self.files, {path: b"x"})))

    def test_a_snapshot_elsewhere(self) -> None:
        for path in ("snapshot/8", "snapshot/07", "index.txt"):
            head = json.loads(self.files["head.json"]) | {"snapshot": path}
            files = {name: data for name, data in self.files.items() if name != "snapshot/7"}
            files |= {path: self.files["snapshot/7"], "head.json": canonical.write(head).encode() + b"\n"}
            self.assertFalse(self.verdict(files), path)

    def test_a_disk_that_fails(self) -> None:
        with mock.patch("countersign_verify.folder.open_plain", failing_file):
            self.assertFalse(self.verdict(self.files))

    def test_a_machine_without_zones(self) -> None:
        with mock.patch("zoneinfo.available_timezones", return_value=set()):
            with self.assertRaises(NotChecked):
                self.verdict(self.files)
            self.assertFalse(self.verdict(self.files | {"data/tally.json": b"{}\n"}))

    def test_a_new_edition_each_time(self) -> None:
        editions = count()
        with mock.patch("countersign_verify.verdict._head_of", lambda root: next(editions)):
            self.assertTrue(self.verdict(self.files))
            with self.assertRaises(NotChecked):
                self.verdict(self.files | {"index.html": b""})


def failing_file(path: str) -> BinaryIO:
    """A file that opens and cannot be read."""
    return io.BufferedReader(FailingDisk(path))


class FailingDisk(io.FileIO):
    """Any read of it fails."""

    def readinto(self, _: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def readall(self) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def swap_for_link(path: Path) -> None:
    """The same bytes, but behind a link."""
    target = path.rename(path.parent.parent / f"{path.parent.name}-{path.name}")
    path.symlink_to(target)


def relisted(files: dict[str, bytes], more: dict[str, bytes]) -> dict[str, bytes]:
    """A bundle that lists other files; its snapshot is signed by nobody."""
    listed = {path: data for path, data in files.items() if path not in ("head.json", "snapshot/7")} | more
    lines = "".join(f"{sha256(d).hexdigest()} {len(d)} {p}\n" for p, d in sorted(listed.items()))
    text, _, signature = files["snapshot/7"].rpartition(b"\n\n")
    snapshot = b"\n".join(text.split(b"\n")[:2]) + b"\n" + lines.encode() + b"\n" + signature
    head = json.loads(files["head.json"]) | {"snapshot_hash": sha256(snapshot).hexdigest()}
    inside = {path: data for path, data in listed.items() if path not in more}
    return inside | {"snapshot/7": snapshot, "head.json": canonical.write(head).encode() + b"\n"}


if __name__ == "__main__":
    unittest.main()
