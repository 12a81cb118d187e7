"""One-time codes, registrars, ranges vouched for, and the history of keys, rule by rule."""

from __future__ import annotations

import base64
import json
import unittest
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countersign_verify import canonical
from countersign_verify.data import DataFiles, Edition
from countersign_verify.errors import Refused
from countersign_verify.fold import Fold
from countersign_verify.keys import P256_TYPE, WEBAUTHN_TYPE, key_id
from countersign_verify.records import Record, read_record
from countersign_verify.tally import Tally
from test_fold import (
    ANNA,
    AREA,
    BRAM,
    CAS,
    CLOSED,
    DEFINITION,
    DORA,
    ENROLLED,
    ONE,
    SALT,
    SMIT,
    VISSER,
    Signer,
    definition,
    enrol,
    record,
    release,
    returns,
    revoke,
)
from vectors import attempt

Change = Callable[[dict[str, Any]], object]

PARTY = "example.org"


class P256Signer(Signer):
    """A person with a P-256 key."""

    head, party = P256_TYPE, ""

    def __init__(self, person: str, seed: int) -> None:
        self.person, self.name = person, f"{person}/{seed}"
        self.curve = ec.derive_private_key(seed + 1, ec.SECP256R1())
        point = self.curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.material = self.head + point + self.party.encode()
        self.id = key_id(self.name, self.material)

    def sign(self, text: bytes) -> bytes:
        r, s = decode_dss_signature(self.curve.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class WebAuthnSigner(P256Signer):
    """A person with a key that makes assertions."""

    head, party = WEBAUTHN_TYPE, PARTY

    def sign(self, text: bytes) -> bytes:
        challenge = base64.urlsafe_b64encode(sha256(text).digest()).decode().rstrip("=")
        client = json.dumps({"type": "webauthn.get", "challenge": challenge}).encode()
        authenticator = sha256(PARTY.encode()).digest() + b"\x01" + bytes(4)
        signed = self.curve.sign(authenticator + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return b"".join(len(part).to_bytes(2, "big") + part for part in (authenticator, client, signed))


def commitment(code: str, person: str, unit: str, salt: str = SALT, about: str = DEFINITION) -> str:
    """SHA-256 of the two lines, written by hand."""
    said = f'{{"code":"{code}","definition":"{about}","person":"{person}","salt":"{salt}","unit":"{unit}"}}'
    return sha256(f"countersign/code/v1\n{said}\n".encode()).hexdigest()


def proof(signer: Signer, **claim: str) -> str:
    """A proof over the two lines, written by hand."""
    said = ",".join(f'"{name}":"{claim[name]}"' for name in ("code", "definition", "person", "unit", "vkey"))
    return base64.b64encode(signer.sign(f"countersign/enrol/v1\n{{{said}}}\n".encode())).decode()


def asked(signer: Signer, words: str, place: str = "A", salt: str = SALT, /, **other: str) -> dict[str, Any]:
    """An entry with its code; `other` is what the proof says otherwise."""
    claim = {"code": words, "definition": DEFINITION, "person": signer.person, "unit": place, "vkey": signer.vkey}
    return signer.at(place) | {"opening": {"code": words, "salt": salt}, "proof": proof(signer, **claim | other)}


def code(person: str, words: str, unit: str = "A") -> dict[str, str]:
    """A commitment to a code."""
    return {"commitment": commitment(words, person, unit), "person": person, "unit": unit}


def invite(*codes: dict[str, str], by: list[Signer] | None = None) -> Record:
    """Codes that are given out."""
    return record("invite", by or [VISSER], codes=list(codes))


def registrar(signer: Signer, unit: str) -> dict[str, str]:
    """An entry of a registrar."""
    return signer.at(unit) | {"role": "registrar"}


def keys(action: str, by: list[Signer], *entries: dict[str, Any], **more: Any) -> Record:
    """A record of keys by several."""
    return record("key", by, action=action, keys=list(entries), **more)


def asks(**members: Any) -> Change:
    """A definition with other `signatures`."""
    return lambda election: election["signatures"].update(members)


class Case(unittest.TestCase):
    """Records of a log, taken in one by one."""

    def fold(self, *records: Record, change: Change = lambda election: None) -> Fold:
        fold = Fold(definition(change), [bytes(32), *(bytes.fromhex(one.id) for one in records)])
        for position, one in enumerate(records, 1):
            fold.take(position, one)
        return fold

    def refused(self, *records: Record, change: Change = lambda election: None) -> str:
        """The last of these is refused, and changes nothing; where."""
        before, fold = self.fold(*records[:-1], change=change), self.fold(*records[:-1], change=change)
        with self.assertRaises(Refused) as refused:
            fold.take(len(records), records[-1])
        self.assertEqual(
            (fold.keys.codes.open, fold.keys.codes.given), (before.keys.codes.open, before.keys.codes.given)
        )
        self.assertEqual((fold.keys.changes, fold.attests), (before.keys.changes, before.attests))
        return refused.exception.place


class Codes(Case):
    """Codes and proofs."""

    def test_a_proof_by_each_type_of_key(self) -> None:
        given = invite(code("eva", "abc"))
        others = {"code": "abd", "definition": "e" * 64, "person": "eve", "unit": "B", "vkey": ANNA.vkey}
        for make in (Signer, P256Signer, WebAuthnSigner):
            eva = make("eva", 20)
            with self.subTest(make.__name__):
                fold = self.fold(given, enrol(asked(eva, "abc")), returns([eva], channel="phone", devices=1))
                self.assertEqual(fold.keys.codes.open, {})
                for name, value in others.items():
                    self.refused(given, enrol(asked(eva, "abc", **{name: value})))
                self.refused(given, enrol(asked(eva, "abc") | {"proof": proof_of_a_line(eva)}))
                self.refused(given, enrol(asked(eva, "abc") | {"proof": ""}))
                self.refused(given, enrol(asked(eva, "abc", "A", "6" * 64)))
                self.refused(enrol(asked(eva, "abc")))

    def test_a_code_used_twice(self) -> None:
        eva, more = Signer("eva", 20), Signer("eva", 21)
        given, used = invite(code("eva", "abc")), enrol(asked(eva, "abc"))
        self.refused(given, enrol(asked(eva, "abc"), asked(more, "abc")))
        self.refused(given, used, enrol(asked(more, "abc")))
        self.refused(given, used, given)
        self.refused(given, invite(code("eva", "abc")))
        self.fold(given, used, invite(code("eva", "xyz")), enrol(asked(more, "xyz")))

    def test_what_is_refused_uses_no_code(self) -> None:
        eva = Signer("eva", 20)
        given = invite(code("eva", "abc"))
        self.refused(given, enrol(asked(eva, "abc"), VISSER.at("A")))
        self.refused(given, enrol(asked(eva, "abc"), ANNA.at("A"), ANNA.at("A")))
        self.refused(given, invite(code("bo", "x"), code("eva", "abc")))

    def test_one_code_takes_the_place_of_another(self) -> None:
        eva = Signer("eva", 20)
        given = [invite(code("eva", "abc")), invite(code("eva", "xyz"))]
        self.refused(*given, enrol(asked(eva, "abc")))
        self.fold(*given, enrol(asked(eva, "xyz")))
        self.refused(*given, invite(code("eva", "abc")))
        beside = invite(code("eva", "abc", "B"))
        self.fold(given[0], beside, enrol(asked(eva, "abc")))
        self.fold(given[0], invite(), enrol(asked(eva, "abc")))

    def test_one_record_of_codes(self) -> None:
        self.refused(invite(code("eva", "abc"), code("eva", "xyz")))
        self.refused(invite(code("eva", "abc") | {"person": "bo"}, code("eva", "abc")))
        self.refused(invite(code("eva", "abc", "X")))
        self.fold(invite(code("eva", "abc"), code("eva", "abc", "B"), code("bo", "abc")))

    def test_where_codes_are_asked_for(self) -> None:
        change = asks(codes=True)
        eva, given = Signer("eva", 20), invite(code("eva", "abc"))
        self.refused(given, enrol(eva.at("A")), change=change)
        self.fold(given, enrol(asked(eva, "abc")), change=change)
        self.fold(given, enrol(asked(eva, "abc")), revoke(eva.at("A")), change=change)
        self.fold(given, enrol(asked(eva, "abc")), change=asks(codes=False))
        for gone in ("opening", "proof"):
            entry = {name: value for name, value in asked(eva, "abc").items() if name != gone}
            self.refused(given, enrol(entry))
        self.refused(given, enrol(asked(eva, "abc")), revoke(asked(eva, "abc")))

    def test_a_claim_with_signs_and_letters(self) -> None:
        eva, odd = Signer('e"v\\a', 20), 'é\n"'
        said = {"code": odd, "definition": DEFINITION, "person": eva.person, "salt": SALT, "unit": "A"}
        line = f"countersign/code/v1\n{canonical.line_of(said)}\n".encode()
        given = invite({"commitment": sha256(line).hexdigest(), "person": eva.person, "unit": "A"})
        del said["salt"]
        line = f"countersign/enrol/v1\n{canonical.line_of(said | {'vkey': eva.vkey})}\n".encode()
        signed = base64.b64encode(eva.sign(line)).decode()
        self.fold(given, enrol(eva.at("A") | {"opening": {"code": odd, "salt": SALT}, "proof": signed}))


def proof_of_a_line(signer: Signer) -> str:
    """What stands in a signature line: the key id too."""
    return base64.b64encode(signer.id + signer.sign(b"")).decode()


AB, FAR = Signer("rik", 30), Signer("ria", 31)
TWO = asks(registrars=2)
ONE_IS_ENOUGH = asks(registrars=1)
EVA = Signer("eva", 20)


class Registrars(Case):
    """Who signs records of keys."""

    def all_of(self, *ways: tuple[bool, list[Record]], change: Change = ONE_IS_ENOUGH) -> None:
        for number, (is_taken, records) in enumerate(ways):
            with self.subTest(number):
                (self.fold if is_taken else self.refused)(*records, change=change)

    def test_areas(self) -> None:
        above, beside = enrol(registrar(AB, "M")), enrol(registrar(AB, "A"))
        self.all_of(
            (True, [above, keys("enrol", [AB], EVA.at("A"))]),
            (True, [above, keys("enrol", [AB], EVA.at("M"))]),
            (True, [beside, keys("enrol", [AB], EVA.at("A"))]),
            (False, [beside, keys("enrol", [AB], EVA.at("B"))]),
            (False, [beside, keys("enrol", [AB], EVA.at("M"))]),
            (False, [beside, keys("enrol", [AB], EVA.at("A"), ANNA.at("B"))]),
            (True, [beside, keys("enrol", [AB])]),
            (True, [beside, invite(code("eva", "abc"), by=[AB])]),
            (False, [beside, invite(code("eva", "abc", "B"), by=[AB])]),
            (True, [beside, invite(by=[AB])]),
        )

    def test_how_many(self) -> None:
        both, codes = enrol(registrar(AB, "M"), registrar(FAR, "B")), [code("eva", "abc", "B")]
        same = Signer("rik", 32)
        self.all_of(
            (True, [both, invite(*codes, by=[AB, FAR])]),
            (False, [both, invite(*codes, by=[AB])]),
            (False, [both, invite(code("eva", "abc"), by=[AB, FAR])]),
            (False, [both, enrol(registrar(same, "M")), invite(*codes, by=[AB, same])]),
            (False, [both, invite(*codes, by=[AB, VISSER])]),
            (False, [both, invite(*codes, by=[AB, FAR, VISSER])]),
            (False, [both, invite(by=[AB, VISSER])]),
            (False, [both, keys("enrol", [AB, FAR, VISSER])]),
            (True, [both, invite(*codes, by=[VISSER])]),
            change=TWO,
        )
        self.fold(both, invite(*codes, by=[AB]), change=asks(registrars=0))

    def test_what_they_may_not(self) -> None:
        both = enrol(registrar(AB, "M"), registrar(FAR, "M"), ANNA.at("A"))
        self.all_of(
            (False, [both, keys("enrol", [AB], registrar(EVA, "A"))]),
            (False, [both, keys("revoke", [AB], FAR.at("M"))]),
            (False, [both, keys("revoke", [AB], AB.at("M"))]),
            (False, [both, keys("revoke", [AB], VISSER.at("M"))]),
            (False, [both, keys("revoke", [AB], ANNA.at("A"), FAR.at("M"))]),
            (True, [both, keys("revoke", [AB], ANNA.at("A"))]),
            (True, [both, keys("revoke", [VISSER], FAR.at("M"))]),
            (False, [both, keys("revoke", [VISSER], registrar(FAR, "M"))]),
            (False, [both, revoke(AB.at("M")), invite(by=[AB])]),
            (False, [both, record("release", [AB], unit="M", made=CLOSED)]),
            (False, [both, returns([AB], channel="phone", devices=1)]),
            (False, [both, returns([AB, ANNA])]),
            (False, [both, record("turnout", [AB], unit="A", channel="phone", admitted=1, made=0, seq=1)]),
            (False, [both, invite(by=[ANNA])]),
            (False, [keys("enrol", [AB], EVA.at("A"))]),
        )

    def test_where_there_are_none(self) -> None:
        for change in (asks(), asks(registrars=None)):
            self.refused(enrol(registrar(AB, "M")), change=change)
        for wrong in (asks(registrars=256), asks(registrars="1"), asks(codes=None), asks(codes=1)):
            self.assertIsNone(attempt(lambda: definition(wrong)))


def vouch(
    signers: list[Signer], leaves: Sequence[Record | None], start: int, /, unit: str = "A", **more: Any
) -> Record:
    """A range of the log from `first` on; the definition, and what is withheld, have an id of zeros here."""
    ids = sorted(bytes.fromhex(one.id) if one else bytes(32) for one in leaves)
    said = {"first": start, "last": start + len(leaves) - 1, "hash": sha256(b"".join(ids)).hexdigest(), "unit": unit}
    return record("attest", signers, **said | more)


class Ranges(Case):
    """Who vouches for which range."""

    def test_ranges(self) -> None:
        by, log = [ANNA, BRAM], [ENROLLED, ONE, release()]
        self.assertEqual(self.fold(*log, vouch(by, [None, *log], 0)).attests, 1)
        for one in (vouch(by, [ONE], 2), vouch(by, [release()], 3), vouch(by, [None], 0)):
            self.fold(*log, one)
        self.fold(*log, vouch(by, [ONE, ENROLLED], 1))
        self.fold(*log, vouch(by, [ONE], 2), vouch(by, [ONE], 2, salt="6" * 64))
        for one in (
            vouch(by, [ENROLLED], 2),
            vouch(by, [ONE], 2, last=3),
            vouch(by, [], 2, last=1),
            vouch(by, [ONE], 2, first=3),
            vouch(by, [*log, None], 1),
            vouch(by, log, 1, last=4),
            vouch(by, log, 1, last=2**64 - 1),
            vouch(by, [ONE], 2, unit="X"),
        ):
            self.refused(*log, one)

    def test_up_to_its_own_record(self) -> None:
        """A range that ends at its own position holds the id of a text that holds its hash: it must end before."""
        by, log = [ANNA, BRAM], [ENROLLED, ONE]
        self.assertEqual(self.refused(*log, vouch(by, [ONE, None], 2)), "attest, range")
        fold = Fold(definition(), [bytes(32), *(bytes.fromhex(one.id) for one in log), bytes(32), bytes(32)])
        for position, one in enumerate(log, 1):
            fold.take(position, one)
        up_to_3 = vouch(by, [ONE, None], 2)
        with self.assertRaises(Refused):
            fold.take(3, up_to_3)
        fold.take(4, up_to_3)

    def test_who_vouches(self) -> None:
        def one(*by: Signer, unit: str = "A") -> Record:
            return vouch(list(by), [ENROLLED], 1, unit)

        self.fold(ENROLLED, one(ANNA, AREA))
        self.fold(ENROLLED, enrol(Signer("fay", 33).at("M")), one(AREA, Signer("fay", 33), unit="M"))
        for by, unit in (([ANNA], "A"), ([ANNA, VISSER], "A"), ([VISSER, SMIT], "M"), ([CAS, DORA], "B"),
                         ([ANNA, AREA], "M"), ([ANNA, Signer("anna", 34)], "A")):  # fmt: skip
            self.refused(ENROLLED, enrol(Signer("anna", 34).at("A")), one(*by, unit=unit))
        self.refused(ENROLLED, revoke(BRAM.at("A")), one(ANNA, BRAM))
        self.fold(ENROLLED, one(ANNA), change=asks(channels={}))
        self.refused(ENROLLED, one(ANNA, BRAM), change=asks(channels={"a": {"persons": 3}, "b": {"persons": 1}}))

    def test_registrars_do_not(self) -> None:
        both = enrol(registrar(AB, "M"), registrar(FAR, "M"), ANNA.at("A"))
        for by in ([AB, FAR], [AB, ANNA]):
            self.refused(both, vouch(by, [both], 1), change=ONE_IS_ENOUGH)

    def test_how_long(self) -> None:
        """At most 65,536 positions; one more is refused, though its hash is right."""
        by, most = [ANNA, BRAM], 65_536
        ids = [sha256(n.to_bytes(4, "big")).digest() for n in range(most)]
        leaves = [bytes(32), bytes.fromhex(ENROLLED.id), *ids]
        for first, last, is_taken in (
            (2, most + 1, True),
            (0, most - 1, True),
            (1, most + 1, False),
            (0, most, False),
            (0, most + 1, False),
        ):
            digest = sha256(b"".join(sorted(leaves[first : last + 1]))).hexdigest()
            fold = Fold(definition(), leaves)
            fold.take(1, ENROLLED)
            one = record("attest", by, first=first, last=last, hash=digest, unit="A")
            with self.subTest(last - first + 1):
                attempt(lambda: fold.take(most + 2, one))
                self.assertEqual(fold.attests, int(is_taken))

    def test_when_it_may_be_public(self) -> None:
        """When anything is shown, be it another unit; the range's own need not be released."""
        log = [ENROLLED, vouch([ANNA, BRAM], [ENROLLED], 1), invite(code("eva", "abc"))]
        reported = record("turnout", [AREA], unit="B", channel="phone", admitted=1, made=0, seq=1)
        for more, is_shown in (([], False), ([release("B")], True), ([reported], True), ([release()], True)):
            fold = self.fold(*log, *more)
            shown = fold.shown()
            public = [fold.may_be_public(taken, shown) for taken in fold.taken]
            self.assertEqual(public, [is_shown] * len(log) + [True] * len(more))


class History(Case):
    """data/keys/history.csv."""

    def lines(self, *records: Record, change: Change = lambda election: None) -> list[str]:
        fold = self.fold(*records, change=change)
        files = dict(DataFiles(Tally(fold), Edition("live", 1, 1, 1)))
        return files["data/keys/history.csv"]().decode().split("\n")

    def test_before_anything_is_shown(self) -> None:
        self.assertEqual(self.lines(ENROLLED), ["position,action,unit,person,role,key,reason", ""])

    def test_all_that_happened(self) -> None:
        odd = Signer('=e\n"', 20, '-k"')
        log = [
            enrol(odd.at("A"), registrar(AB, "B")),
            keys("enrol", [VISSER], ANNA.at("A"), reason=" \u3000\n"),
            invite(code("@bo", "x"), code("eva", "abc", "B")),
            keys("revoke", [VISSER], ANNA.at("A"), odd.at("A"), SMIT.at("M"), ANNA.at("A"), reason='+1, "lost"\n'),
            keys("revoke", [AB]),
            release("B"),
        ]
        reason = '"\'+1, ""lost""\n"'
        expected = [
            f'0,enrol,M,"visser",officer,"{VISSER.name}+{VISSER.id.hex()}",""',
            f'0,enrol,M,"smit",officer,"{SMIT.name}+{SMIT.id.hex()}",""',
            f'1,enrol,A,"\'=e\n""",member,"\'-k""+{odd.id.hex()}",""',
            f'1,enrol,B,"rik",registrar,"{AB.name}+{AB.id.hex()}",""',
            f'2,enrol,A,"anna",member,"{ANNA.name}+{ANNA.id.hex()}",""',
            '3,invite,A,"\'@bo",,"",""',
            '3,invite,B,"eva",,"",""',
            f'4,revoke,M,"smit",officer,"{SMIT.name}+{SMIT.id.hex()}",{reason}',
            f'4,revoke,A,"\'=e\n""",member,"\'-k""+{odd.id.hex()}",{reason}',
            f'4,revoke,A,"anna",member,"{ANNA.name}+{ANNA.id.hex()}",{reason}',
        ]
        found = "\n".join(self.lines(*log, change=ONE_IS_ENOUGH)[1:])
        self.assertEqual(found, "\n".join([*expected, ""]))


VKEY = ANNA.vkey
ENTRY = {"person": "p", "unit": "A", "vkey": VKEY}
CODE = {"commitment": SALT, "person": "p", "unit": "A"}
RANGE = {"first": 0, "hash": SALT, "last": 0, "unit": "A"}
OPENING = {"code": "c", "salt": SALT}


class Shapes(unittest.TestCase):
    """Which bodies are records of these kinds at all."""

    def test_shapes(self) -> None:
        key = {"action": "enrol", "keys": []}
        for is_one, kind, body in (
            (True, "key", key | {"keys": [ENTRY | {"opening": OPENING, "proof": "?", "role": "registrar"}]}),
            (True, "key", key | {"reason": ""}),
            (False, "key", key | {"reason": None}),
            (False, "key", key | {"keys": [ENTRY | {"opening": None}]}),
            (False, "key", key | {"keys": [ENTRY | {"opening": {"code": "c"}}]}),
            (False, "key", key | {"keys": [ENTRY | {"opening": OPENING | {"more": ""}}]}),
            (False, "key", key | {"keys": [ENTRY | {"opening": OPENING | {"salt": "A" * 64}}]}),
            (False, "key", key | {"keys": [ENTRY | {"role": "member"}]}),
            (False, "key", key | {"keys": [ENTRY | {"more": ""}]}),
            (False, "key", key | {"keys": [{"person": "p", "unit": "A"}]}),
            (True, "invite", {"codes": []}),
            (True, "invite", {"codes": [CODE]}),
            (False, "invite", {}),
            (False, "invite", {"codes": [], "reason": ""}),
            (False, "invite", {"codes": [CODE | {"commitment": "x"}]}),
            (False, "invite", {"codes": [CODE | {"salt": SALT}]}),
            (True, "attest", RANGE | {"first": 2**64 - 1}),
            (False, "attest", RANGE | {"first": -1}),
            (False, "attest", RANGE | {"last": True}),
            (False, "attest", RANGE | {"hash": ""}),
            (False, "attest", RANGE | {"made": 0}),
            (False, "vouch", RANGE),
        ):
            with self.subTest(f"{kind} {body}"):
                self.assertEqual(attempt(lambda: made(kind, body)) is not None, is_one)


def made(kind: str, body: dict[str, Any]) -> Record:
    """A record, signed by nobody in particular."""
    line = canonical.line_of({"definition": DEFINITION, "salt": SALT} | body)
    text = f"countersign/{kind}/v1\n{line}\n".encode()
    return read_record(text + b"\n" + ANNA.line(text))


if __name__ == "__main__":
    unittest.main()
