"""Keys as text (spec/notes.md, "Keys as text (vkey)")."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec

from .errors import Refused
from .notes import is_key_name
from .text import from_base64

P256_TYPE = b"\xffcountersign/p256/v1\n"
WEBAUTHN_TYPE = b"\xffcountersign/webauthn/v1\n"
POINT_LENGTH = 65

ED25519_PRIME = 2**255 - 19
_ED25519_D = -121665 * pow(121666, -1, ED25519_PRIME) % ED25519_PRIME
_P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1

_KEY_ID = re.compile(r"[0-9a-f]{8}")
_PARTY = re.compile(r"[a-z0-9.-]{1,253}")


class KeyType(Enum):
    """How a key signs."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    WEBAUTHN = "WebAuthn"
    COSIGNATURE = "Ed25519 cosignature"


SIGNERS = frozenset({KeyType.ED25519, KeyType.P256, KeyType.WEBAUTHN})


@dataclass(frozen=True)
class Key:
    """A public key under a name."""

    name: str
    key_id: bytes
    type: KeyType
    point: bytes
    party: str = ""

    @property
    def label(self) -> tuple[str, bytes]:
        """Name and id: what a signature line says."""
        return self.name, self.key_id

    @property
    def identity(self) -> tuple[bool, bytes]:
        """Equal for two keys that are *the same key* (spec/fold.md, "Keys")."""
        return self.type in (KeyType.ED25519, KeyType.COSIGNATURE), self.point


def _small_orders() -> frozenset[bytes]:
    """The 14 encodings of points of small order (spec/notes.md, "Ed25519")."""
    p = ED25519_PRIME
    order_8 = [
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ]
    low = [y.to_bytes(32, "little") for y in (1, 0, p - 1, p, p + 1)] + order_8
    return frozenset(low + [e[:31] + bytes([e[31] | 0x80]) for e in low])


SMALL_ORDERS = _small_orders()


def is_ed25519_point(encoded: bytes) -> bool:
    """Decodes to a point that is not of small order."""
    if encoded in SMALL_ORDERS:
        return False
    p = ED25519_PRIME
    y = (int.from_bytes(encoded, "little") & (2**255 - 1)) % p
    square = (y * y - 1) * pow(_ED25519_D * y * y + 1, -1, p) % p
    return square == 0 or pow(square, (p - 1) // 2, p) == 1


def is_p256_point(encoded: bytes) -> bool:
    """An uncompressed point of the curve."""
    x, y = int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big")
    if encoded[0] != 0x04 or x >= _P256_PRIME or y >= _P256_PRIME:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
    except ValueError:
        return False
    return True


def _material(material: bytes) -> tuple[KeyType, bytes, str]:
    """Type, key and relying party of a key's bytes."""
    if material[:1] == b"\x01":
        return KeyType.ED25519, material[1:], ""
    if material[:1] == b"\x04":
        return KeyType.COSIGNATURE, material[1:], ""
    if material.startswith(P256_TYPE):
        return KeyType.P256, material[len(P256_TYPE) :], ""
    if material.startswith(WEBAUTHN_TYPE):
        rest = material[len(WEBAUTHN_TYPE) :]
        return KeyType.WEBAUTHN, rest[:POINT_LENGTH], rest[POINT_LENGTH:].decode("latin-1")
    raise Refused("key", "a key of a known type", material[:32].hex())


def _check_point(key_type: KeyType, point: bytes) -> None:
    edwards = key_type in (KeyType.ED25519, KeyType.COSIGNATURE)
    length = 32 if edwards else POINT_LENGTH
    if len(point) != length:
        raise Refused("key", f"{length} bytes", len(point))
    if not (is_ed25519_point(point) if edwards else is_p256_point(point)):
        raise Refused("key", f"a usable point for {key_type.value}", point.hex())


def key_id(name: str, material: bytes) -> bytes:
    """The first 4 bytes of SHA-256 of name, newline and material."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + material).digest()[:4]


def read_key(vkey: str, allowed: frozenset[KeyType] = SIGNERS) -> Key:
    """`NAME+ID+BASE64`, of one of the allowed types."""
    parts = vkey.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]) or _KEY_ID.fullmatch(parts[1]) is None:
        raise Refused("key", "NAME+ID+BASE64", vkey)
    name, written_id, encoded = parts
    material = from_base64(encoded, f"key {name}")
    found_id = key_id(name, material)
    if found_id.hex() != written_id:
        raise Refused(f"key {name}", f"the id {found_id.hex()}", written_id)
    key_type, point, party = _material(material)
    if key_type not in allowed:
        raise Refused(f"key {name}", " or ".join(sorted(t.value for t in allowed)), key_type.value)
    _check_point(key_type, point)
    if key_type is KeyType.WEBAUTHN and _PARTY.fullmatch(party) is None:
        raise Refused(f"key {name}", "a relying-party id", party)
    return Key(name, found_id, key_type, point, party)
