"""Tree, tiles and checkpoint of the log (spec/log.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import Refused
from .keys import Key
from .notes import Note, is_key_name, read_note
from .signatures import signers
from .text import decimal, from_base64

MOST_CHECKPOINT = 65_536
TILE_WIDTH = 256
LEVELS = 8
HASH_LENGTH = 32
ENTRY_HEAD = b"\x00\x20"


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962: a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """The root over hashes of one row: pairs first, an odd one is carried up as it is."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    row = hashes
    while len(row) > 1:
        above = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = above + row[len(above) * 2 :]
    return row[0]


def rows_of(leaves: list[bytes]) -> Iterator[list[bytes]]:
    """The hashes of levels 0 to 7: each is the roots of the full tiles below."""
    row = leaves
    for _ in range(LEVELS):
        yield row
        full = len(row) // TILE_WIDTH
        row = [root_of(row[i * TILE_WIDTH : (i + 1) * TILE_WIDTH]) for i in range(full)]


def tile_path(row: str, number: int, width: int) -> str:
    """Where a tile lies: `tile/0/x001/x234/067.p/17`."""
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{row}/{'/'.join(groups)}{partial}"


def tiles_of_row(row: str, nodes: int) -> Iterator[tuple[str, int, int]]:
    """Path, first node and width of each tile of a row."""
    for first in range(0, nodes, TILE_WIDTH):
        width = min(TILE_WIDTH, nodes - first)
        yield tile_path(row, first // TILE_WIDTH, width), first, width


def tile_paths(size: int) -> Iterator[str]:
    """Every tile of a log of this size."""
    yield from (path for path, _, _ in tiles_of_row("entries", size))
    for level in range(LEVELS):
        yield from (path for path, _, _ in tiles_of_row(str(level), size >> (8 * level)))


def read_entries(data: bytes, width: int) -> list[bytes]:
    """The entries of a tile of the row of entries."""
    step = len(ENTRY_HEAD) + HASH_LENGTH
    if len(data) != width * step:
        raise Refused("length", width * step, len(data))
    for at in range(0, len(data), step):
        if data[at : at + 2] != ENTRY_HEAD:
            raise Refused(f"byte {at}", ENTRY_HEAD.hex(), data[at : at + 2].hex())
    return [data[at + 2 : at + step] for at in range(0, len(data), step)]


def check_hashes(data: bytes, expected: list[bytes]) -> None:
    """A tile of hashes holds what the entries give."""
    if len(data) != len(expected) * HASH_LENGTH:
        raise Refused("length", len(expected) * HASH_LENGTH, len(data))
    for number, hashed in enumerate(expected):
        found = data[number * HASH_LENGTH : (number + 1) * HASH_LENGTH]
        if found != hashed:
            raise Refused(f"hash {number}", hashed.hex(), found.hex())


def inclusion_root(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root to which a proof leads (RFC 9162, section 2.1.3.2)."""
    if index >= size:
        raise Refused("proof", f"a position below {size}", index)
    hashed, node, last = leaf, index, size - 1
    for step in proof:
        if last == 0:
            raise Refused("proof", "no more hashes", f"{len(proof)} of them")
        if node & 1 or node == last:
            hashed = node_hash(step, hashed)
            while node & 1 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise Refused("proof", "more hashes", f"{len(proof)} of them")
    return hashed


def consistency_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """The proof that a log has grown from its first `old` leaves (RFC 9162, section 2.1.4.1)."""
    if old in (0, len(leaves)):
        return [] if whole else [root_of(leaves)]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= left:
        return consistency_proof(old, leaves[:left], whole) + [root_of(leaves[left:])]
    return consistency_proof(old - left, leaves[left:], False) + [root_of(leaves[:left])]


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    """The proof leads from one root to the other (RFC 9162, section 2.1.4.2)."""
    if old > new:
        raise Refused("proof", f"a size of at most {new}", old)
    if old in (0, new):
        expected = root_of([]) if old == 0 else new_root
        if proof or old_root != expected:
            raise Refused("proof", f"{expected.hex()} and no hashes", f"{old_root.hex()} and {len(proof)}")
        return
    found = _grown_roots(old, new, [old_root, *proof] if old & (old - 1) == 0 else proof)
    if found != (old_root, new_root):
        raise Refused("proof", f"{old_root.hex()}, {new_root.hex()}", ", ".join(root.hex() for root in found))


def _grown_roots(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """Both roots as a path gives them that begins with a complete subtree of the first `old` leaves."""
    if not path:
        raise Refused("proof", "more hashes", "none")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_root = new_root = path[0]
    for step in path[1:]:
        if last == 0:
            raise Refused("proof", "no more hashes", f"{len(path)} of them")
        if node & 1 or node == last:
            old_root, new_root = node_hash(step, old_root), node_hash(step, new_root)
            while node & 1 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            new_root = node_hash(new_root, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise Refused("proof", "more hashes", f"{len(path)} of them")
    return old_root, new_root


@dataclass(frozen=True)
class Checkpoint:
    """What the log signed."""

    origin: str
    size: int
    root: bytes


def read_hash(line: str, place: str) -> bytes:
    """The base64 of a hash."""
    hashed = from_base64(line, place)
    if len(hashed) != HASH_LENGTH:
        raise Refused(place, f"{HASH_LENGTH} bytes", len(hashed))
    return hashed


def read_checkpoint(note: Note) -> Checkpoint:
    """The text of a checkpoint, signatures not looked at."""
    lines = note.text.split("\n")[:-1]
    if len(lines) < 3:
        raise Refused("text", "three lines or more", len(lines))
    if not is_key_name(lines[0]):
        raise Refused("line 1", "a key name", lines[0])
    size = decimal(lines[1], "line 2")
    root = read_hash(lines[2], "line 3")
    if "" in lines[3:]:
        raise Refused("text", "extension lines that are not empty", "an empty one")
    return Checkpoint(lines[0], size, root)


def check_origin(checkpoint: Checkpoint, signed: list[Key]) -> None:
    """The origin is the name of a key that signed."""
    names = [key.name for key in signed]
    if checkpoint.origin not in names:
        raise Refused("line 1", f"the name of a key that signed: {names}", checkpoint.origin)


def open_checkpoint(data: bytes, log: Key) -> Checkpoint:
    """A checkpoint that the log's key signed."""
    note = read_note(data, MOST_CHECKPOINT)
    signed = signers(note, [log])
    checkpoint = read_checkpoint(note)
    check_origin(checkpoint, signed)
    return checkpoint
