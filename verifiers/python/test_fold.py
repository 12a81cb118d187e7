"""The rules of the fold, one by one, with keys of our own."""

from __future__ import annotations

import base64
import unittest
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countersign_verify import canonical
from countersign_verify.data import DataFiles, Edition
from countersign_verify.definition import Definition, read_definition
from countersign_verify.errors import Refused
from countersign_verify.fold import Fold
from countersign_verify.keys import key_id
from countersign_verify.records import Record, read_record
from countersign_verify.tally import Tally

DEFINITION = "d" * 64
SALT = "5" * 64
CLOSE = "2026-03-18T21:00:00Z"
CLOSED = 1_773_867_600


class Signer:
    """A person with a key."""

    def __init__(self, person: str, seed: int, name: str | None = None) -> None:
        self.person, self.name = person, name or f"{person}/{seed}"
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.material = b"\x01" + self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = key_id(self.name, self.material)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.material).decode()}"

    def sign(self, text: bytes) -> bytes:
        return self.private.sign(text)

    def line(self, text: bytes) -> bytes:
        signed = base64.b64encode(self.id + self.sign(text))
        return f"\u2014 {self.name} ".encode() + signed + b"\n"

    def at(self, unit: str) -> dict[str, str]:
        return {"person": self.person, "unit": unit, "vkey": self.vkey}


VISSER, SMIT = Signer("visser", 1), Signer("smit", 2)
ANNA, BRAM, CAS, DORA = Signer("anna", 3), Signer("bram", 4), Signer("cas", 5), Signer("dora", 6)
AREA = Signer("elif", 7)


def head() -> dict[str, Any]:
    """An election of one form: two fields, a sum, and rules."""
    fields = [{"code": code, "name": "", "counts": {"contest": "votes", "selection": code}} for code in ("1", "2")]
    rules = [
        {"code": "Z", "severity": "error", "source": "", "text": "", "then": "stop",
         "check": {"kind": "not-zero", "field": "1"}},
        {"code": "M", "severity": "error", "source": "", "text": "",
         "check": {"kind": "not-all-zero", "of": ["1", "2"]}},
    ]  # fmt: skip
    return {
        "id": "e",
        "name": "",
        "languages": ["en"],
        "calendar": {"zone": "UTC", "polls_close": CLOSE, "release": CLOSE},
        "kinds": [{"id": kind, "one": "", "many": ""} for kind in ("whole", "station")],
        "selections": {"lists": [{"id": "1", "name": ""}, {"id": "2", "name": ""}]},
        "contests": [{"id": "votes", "name": "", "selections": "lists", "decimals": 1}],
        "forms": [
            {
                "id": "f",
                "name": "",
                "kinds": ["station"],
                "sections": [{"id": "s", "name": "", "body": {"kind": "fields", "fields": fields}}],
                "rules": rules,
            }
        ],
        "across": [
            {"code": "C", "severity": "warning", "source": "", "text": "{found}",
             "check": {"kind": "no-copy", "sections": ["s"], "above": 5}},
        ],
        "signatures": {"channels": {"app": {"persons": 2}, "phone": {"persons": 1}}, "officers": 1},
    }  # fmt: skip


def definition(change: Callable[[dict[str, Any]], object] = lambda election: None) -> Definition:
    """The definition, its head changed."""
    election = head()
    change(election)
    rows = [
        ["M", "whole", "", "M"],
        ["A", "station", "M", '="A"'],
        ["B", "station", "M", "B"],
        ["C", "station", "M", "C"],
    ]
    body = {
        "head": election,
        "log": VISSER.vkey,
        "mode": "live",
        "officers": [{"person": o.person, "vkey": o.vkey} for o in (VISSER, SMIT)],
        "publisher": VISSER.vkey,
        "units": {"columns": ["id", "kind", "parent", "name"], "rows": rows},
    }
    return read_definition(DEFINITION, body)


def record(kind: str, signers: list[Signer], **body: Any) -> Record:
    """A signed record."""
    line = canonical.line_of({"definition": DEFINITION, "salt": SALT} | body)
    text = f"countersign/{kind}/v1\n{line}\n".encode()
    return read_record(text + b"\n" + b"".join(signer.line(text) for signer in signers))


def returns(
    signers: list[Signer], unit: str = "A", seq: int = 1, counts: tuple[int, int] = (6, 5), **more: Any
) -> Record:
    """A reading of a station."""
    said = {"channel": "app", "devices": 2, "seq": seq, "unit": unit} | more
    return record("returns", signers, counts={"1": counts[0], "2": counts[1]}, **said)


def release(unit: str = "M", made: int = CLOSED) -> Record:
    """A release by an officer."""
    return record("release", [VISSER], unit=unit, made=made)


def enrol(*keys: dict[str, Any], by: Signer = VISSER) -> Record:
    """Keys that come."""
    return record("key", [by], action="enrol", keys=list(keys))


def revoke(*keys: dict[str, str], by: Signer = VISSER) -> Record:
    """Keys that go."""
    return record("key", [by], action="revoke", keys=list(keys))


def decide(chosen: Record, unit: str = "A", reason: str = "recounted") -> Record:
    """A decision by an officer."""
    return record("decision", [VISSER], chosen=chosen.id, reason=reason, unit=unit)


ENROLLED = enrol(*(s.at("A") for s in (ANNA, BRAM, CAS, DORA)), AREA.at("M"))
ONE = returns([ANNA, BRAM])


class FoldRules(unittest.TestCase):
    """Which records are taken in, and what follows."""

    def fold(self, *records: Record, change: Callable[[dict[str, Any]], object] = lambda election: None) -> Fold:
        fold = Fold(definition(change), [bytes(32), *(bytes.fromhex(one.id) for one in records)])
        for position, one in enumerate(records, 1):
            fold.take(position, one)
        return fold

    def refused(self, *records: Record, change: Callable[[dict[str, Any]], object] = lambda election: None) -> None:
        fold = self.fold(*records[:-1], change=change)
        with self.assertRaises(Refused):
            fold.take(len(records), records[-1])

    def public(self, fold: Fold) -> list[bool]:
        shown = fold.shown()
        return [fold.may_be_public(taken, shown) for taken in fold.taken]

    def files(self, fold: Fold) -> dict[str, Any]:
        written = {path: write().decode() for path, write in DataFiles(Tally(fold), Edition("live", 1, 1, 1))}
        return {path: canonical.parse(text) if path.endswith(".json") else text for path, text in written.items()}

    def counted(self, fold: Fold) -> str | None:
        reading = fold.of_unit[fold.units.number["A"]].counted
        return reading.id if reading else None

    def test_who_signs(self) -> None:
        self.fold(ENROLLED, returns([ANNA, AREA], "A"))
        self.refused(ONE)
        self.refused(ENROLLED, returns([ANNA], devices=1))
        self.refused(ENROLLED, returns([ANNA, BRAM], "B"))
        self.refused(ENROLLED, returns([ANNA, VISSER]))
        self.refused(ENROLLED, returns([ANNA, BRAM], devices=3))
        self.refused(ENROLLED, returns([ANNA, BRAM], channel="fax"))
        self.refused(ENROLLED, record("release", [ANNA], unit="M", made=CLOSED))
        self.refused(enrol(ANNA.at("A"), by=ANNA))

    def test_enrol(self) -> None:
        self.refused(ENROLLED, enrol(Signer("eve", 3, "other").at("A")))
        self.refused(ENROLLED, enrol(Signer("eve", 1, "other").at("A")))
        self.refused(enrol(ANNA.at("A"), ANNA.at("B")))
        self.refused(enrol(ANNA.at("X")))
        self.fold(ENROLLED, enrol())

    def test_revoke(self) -> None:
        self.refused(ENROLLED, revoke(ANNA.at("A")), ONE)
        self.refused(ENROLLED, revoke(ANNA.at("B")))
        self.refused(ENROLLED, revoke(ANNA.at("A")), revoke(ANNA.at("A")))
        self.fold(ENROLLED, revoke(ANNA.at("A"), ANNA.at("A")))
        self.fold(revoke(VISSER.at("M")), enrol(by=SMIT))
        self.refused(revoke(VISSER.at("M")), enrol())
        self.refused(revoke(VISSER.at("M"), SMIT.at("M")))
        self.refused(revoke(VISSER.at("A")))

    def test_order_of_readings(self) -> None:
        self.refused(ENROLLED, returns([ANNA, BRAM], seq=2))
        self.refused(ENROLLED, ONE, returns([ANNA, BRAM], seq=2, prev=ONE.id))
        self.refused(ENROLLED, ONE, returns([ANNA, BRAM], seq=2, prev=ONE.id, reason=" \u2003"))
        self.refused(ENROLLED, ONE, returns([ANNA, BRAM], seq=0))
        self.refused(ENROLLED, ONE, returns([ANNA, BRAM], seq=3, prev=ONE.id, reason="x"))
        two = returns([ANNA, BRAM], seq=2, prev=ONE.id, reason="x")
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, two)), two.id)

    def test_forks(self) -> None:
        fork = returns([BRAM, ANNA], counts=(1, 1))
        held = self.fold(ENROLLED, ONE, fork)
        self.assertEqual(self.counted(held), None)
        disputed = self.fold(ENROLLED, ONE, release(), fork)
        self.assertEqual(self.counted(disputed), ONE.id)
        two = returns([ANNA, BRAM], seq=2, prev=ONE.id, reason="x")
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, release(), fork, two)), ONE.id)
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, fork, two)), None)
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, fork, decide(fork))), fork.id)
        self.refused(ENROLLED, ONE, fork, decide(fork), two)

    def test_decisions(self) -> None:
        other = returns([CAS, DORA])
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, other)), ONE.id)
        self.assertEqual(self.counted(self.fold(ENROLLED, ONE, other, decide(other))), other.id)
        self.refused(ENROLLED, ONE, decide(ONE, reason="\u3000"))
        self.refused(ENROLLED, ONE, decide(ONE, unit="B"))
        self.refused(ENROLLED, decide(ONE))

    def test_release(self) -> None:
        self.refused(ENROLLED, release(made=CLOSED - 1))
        self.refused(ENROLLED, release("X"))
        self.fold(ENROLLED, release("A"), release("M"), release("A"))

    def test_public(self) -> None:
        self.assertEqual(self.public(self.fold(ENROLLED)), [False])
        self.assertEqual(self.public(self.fold(ENROLLED, ONE, decide(ONE))), [False, False, False])
        self.assertEqual(self.public(self.fold(ENROLLED, ONE, release("B"))), [True, False, True])
        self.assertEqual(self.public(self.fold(ENROLLED, ONE, release("A"))), [True, True, True])
        fork = returns([ANNA, BRAM], counts=(1, 1))
        self.assertEqual(self.public(self.fold(ENROLLED, ONE, fork, release())), [True, False, False, True])

    def test_assurance(self) -> None:
        for other, expected in (
            (returns([CAS, DORA]), "two-agree"),
            (returns([CAS, DORA], devices=1), "one-source"),
            (returns([CAS, ANNA]), "one-source"),
            (returns([CAS, DORA], counts=(6, 4)), "one-source"),
        ):
            files = self.files(self.fold(ENROLLED, ONE, other, release()))
            form = files["data/units/M.json"]["units"][0]["form"]
            self.assertEqual(form["assurance"], expected)

    def test_data(self) -> None:
        two = returns([ANNA, BRAM], seq=2, prev=ONE.id, reason="x", counts=(0, 0))
        more = enrol(Signer("anna", 8).at("B"), Signer("bram", 9).at("C"))
        elsewhere = [
            returns([AREA, Signer("anna", 8)], "B", counts=(6, 0)),
            returns([AREA, Signer("bram", 9)], "C", counts=(6, 0)),
        ]
        files = self.files(self.fold(ENROLLED, more, ONE, two, *elsewhere, release()))
        tally = files["data/tally.json"]["tally"]
        self.assertEqual(tally["tallies"], {"votes": {"1": "1.2", "2": "0"}})
        self.assertEqual([(f["code"], f["unit"], f["found"]) for f in tally["findings"]],
                         [("Z", "A", 0), ("C", "B", "C"), ("C", "C", "B")])  # fmt: skip
        self.assertEqual(files["data/f.csv"].split("\n")[1], f'A,"\'=""A""",{two.id},4,0,0')


if __name__ == "__main__":
    unittest.main()
