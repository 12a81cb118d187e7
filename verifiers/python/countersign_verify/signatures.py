"""Whether a signature holds (spec/notes.md, from "Ed25519" to "Which signature lines must hold")."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from .clientdata import read_client_data
from .errors import Refused
from .keys import SMALL_ORDERS, Key, KeyType
from .notes import Note, Signature

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
MOST_TIME = 2**63 - 1


def _misfit(key: Key) -> Refused:
    return Refused(f"signature of {key.name}", f"one that fits the text and the {key.type.value} key", "another")


def check_ed25519(key: Key, text: bytes, signature: bytes) -> None:
    """Strict: canonical R of no small order, S below the order, no cofactor."""
    if len(signature) != 64:
        raise Refused(f"signature of {key.name}", "64 bytes", len(signature))
    if signature[:32] in SMALL_ORDERS or int.from_bytes(signature[32:], "little") >= ED25519_ORDER:
        raise _misfit(key)
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key.point).verify(signature, text)
    except InvalidSignature:
        raise _misfit(key) from None


def _check_ecdsa(key: Key, text: bytes, r: int, s: int) -> None:
    if not (1 <= r < P256_ORDER and 1 <= s < P256_ORDER):
        raise _misfit(key)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.point)
    try:
        public.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise _misfit(key) from None


def check_p256(key: Key, text: bytes, signature: bytes) -> None:
    """64 bytes, r and s; both forms of s."""
    if len(signature) != 64:
        raise Refused(f"signature of {key.name}", "64 bytes", len(signature))
    _check_ecdsa(key, text, int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def _assertion_parts(signature: bytes) -> list[bytes]:
    parts, rest = [], signature
    for name in ("authenticatorData", "clientDataJSON", "signature"):
        length = int.from_bytes(rest[:2], "big")
        if len(rest) < 2 + length:
            raise Refused(f"assertion, {name}", f"{length} bytes", max(len(rest) - 2, 0))
        parts.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    if rest:
        raise Refused("assertion", "nothing behind the signature", f"{len(rest)} bytes")
    return parts


def _check_authenticator(key: Key, data: bytes) -> None:
    if len(data) < 37:
        raise Refused("authenticatorData", "37 bytes", len(data))
    party = hashlib.sha256(key.party.encode("ascii")).digest()
    if data[:32] != party:
        raise Refused("authenticatorData", party.hex(), data[:32].hex())
    if not data[32] & 1:
        raise Refused("authenticatorData", "a user who was present", f"flags {data[32]:#04x}")


def check_webauthn(key: Key, text: bytes, signature: bytes) -> None:
    """An assertion whose challenge is SHA-256 of the text."""
    authenticator, client, der = _assertion_parts(signature)
    kind, challenge = read_client_data(client)
    asked = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).decode("ascii").rstrip("=")
    if kind != "webauthn.get":
        raise Refused("clientDataJSON, type", "webauthn.get", kind)
    if challenge != asked:
        raise Refused("clientDataJSON, challenge", asked, challenge)
    _check_authenticator(key, authenticator)
    try:
        r, s = decode_dss_signature(der)
        strict = encode_dss_signature(r, s) == der
    except ValueError:
        raise _misfit(key) from None
    if not strict:
        raise _misfit(key)
    _check_ecdsa(key, authenticator + hashlib.sha256(client).digest(), r, s)


def check_cosignature(key: Key, text: bytes, signature: bytes) -> int:
    """A witness's word (spec/log.md, "Cosignatures"); its time."""
    if len(signature) != 72:
        raise Refused(f"cosignature of {key.name}", "72 bytes", len(signature))
    time = int.from_bytes(signature[:8], "big")
    if time > MOST_TIME:
        raise Refused(f"cosignature of {key.name}", "a time below 2^63", time)
    check_ed25519(key, b"cosignature/v1\ntime %d\n" % time + text, signature[8:])
    return time


_CHECKS = {KeyType.ED25519: check_ed25519, KeyType.P256: check_p256, KeyType.WEBAUTHN: check_webauthn}


def check_bytes(key: Key, text: bytes, signature: bytes) -> None:
    """A signature's own bytes, without a line around them, hold over the text."""
    _CHECKS[key.type](key, text, signature)


def check_signature(key: Key, text: bytes, signature: Signature) -> None:
    """A line that names this key holds over the text."""
    if (signature.name, signature.key_id) != key.label:
        raise Refused("signature", f"one by {key.name}", f"one by {signature.name}")
    check_bytes(key, text, signature.signature)


def signers(note: Note, keys: Iterable[Key]) -> list[Key]:
    """The keys that signed: every line that names one of them must hold, and one at least."""
    known = {key.label: key for key in keys}
    signed = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            check_signature(key, note.signed_bytes, line)
            signed.append(key)
    if not signed:
        raise Refused("signatures", "one by a known key", [s.name for s in note.signatures])
    return signed
