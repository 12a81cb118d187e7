"""The proof that a log has shown two histories (spec/receipts.md, "A checkpoint seen before")."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Refused
from .keys import Key
from .log import MOST_CHECKPOINT, check_consistency, open_checkpoint, read_hash
from .notes import read_note
from .policy import Policy
from .text import decimal, from_utf8, to_base64

MOST_BYTES = 139_264
MOST_HASHES = 64
FIRST_LINE = "countersign/split-view/v1"


@dataclass(frozen=True)
class SplitView:
    """Two checkpoints of a log, the root that the second history has at the first one's size, and its proof."""

    size: int
    root: bytes
    hashes: list[bytes]
    before: bytes
    after: bytes

    def written(self) -> bytes:
        """The bytes of the proof."""
        lines = [FIRST_LINE, f"{self.size} {to_base64(self.root)}", *(to_base64(hashed) for hashed in self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.before + b"\n" + self.after

    def check(self, log: Key) -> None:
        """The log's key signed both, and one is not the other's beginning."""
        first, second = open_checkpoint(self.before, log), open_checkpoint(self.after, log)
        if first.size != self.size:
            raise Refused("size", first.size, self.size)
        if first.root == self.root:
            raise Refused("root", "another than the first checkpoint's", to_base64(self.root))
        check_consistency(self.size, self.root, second.size, second.root, self.hashes)


def read_split_view(data: bytes) -> SplitView:
    """A proof, its checkpoints not yet opened."""
    if len(data) > MOST_BYTES:
        raise Refused("proof", f"at most {MOST_BYTES} bytes", len(data))
    head, empty, notes = from_utf8(data, "proof").partition("\n\n")
    lines = head.split("\n")
    if not empty or lines[0] != FIRST_LINE or len(lines) < 2:
        raise Refused("proof", f"{FIRST_LINE}, SIZE ROOT, and an empty line behind the head", lines[0])
    if len(lines) - 2 > MOST_HASHES:
        raise Refused("proof", f"at most {MOST_HASHES} hashes", len(lines) - 2)
    text, divided, rest = notes.partition("\n\n")
    signatures, ended, after = rest.partition("\n\n")
    if not divided or not ended:
        raise Refused("proof", "two notes", "fewer")
    size, _, root = lines[1].partition(" ")
    before = f"{text}\n\n{signatures}\n".encode()
    for note in (before, after.encode()):
        read_note(note, MOST_CHECKPOINT)
    hashes = [read_hash(line, "proof, hash") for line in lines[2:]]
    return SplitView(decimal(size, "proof, size"), read_hash(root, "proof, root"), hashes, before, after.encode())


def check_split_view(proof: SplitView, policy: Policy) -> str:
    """The name of the log of the policy that has shown two histories."""
    refused = Refused("policy", "a log", "none")
    for log in policy.logs:
        try:
            proof.check(log)
            return log.name
        except Refused as here:
            refused = here
    raise refused
