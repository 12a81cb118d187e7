"""Receipts: proofs that a record stands in the log (spec/receipts.md, "A receipt")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import Refused
from .log import MOST_CHECKPOINT, Checkpoint, inclusion_root, leaf_hash, read_checkpoint, read_hash
from .notes import read_note
from .policy import Accepted, Policy
from .records import Record
from .report import Report, cosigned_json
from .text import decimal, from_base64, from_utf8

MOST_BYTES = 131_072
MOST_HASHES = 64
FIRST_LINE = "c2sp.org/tlog-proof@v1"

_INDEX = re.compile(r"index (.*)")


@dataclass(frozen=True)
class Receipt:
    """A position, the hashes beside the way up, and the checkpoint's note."""

    index: int
    hashes: list[bytes]
    checkpoint: bytes

    def check(self, entry: bytes, checkpoint: Checkpoint) -> None:
        """The hashes lead from the entry to the checkpoint's root."""
        root = inclusion_root(leaf_hash(entry), self.index, checkpoint.size, self.hashes)
        if root != checkpoint.root:
            raise Refused(f"receipt, index {self.index}", checkpoint.root.hex(), root.hex())


def read_receipt(data: bytes) -> Receipt:
    """A receipt, its checkpoint not yet opened."""
    if len(data) > MOST_BYTES:
        raise Refused("receipt", f"at most {MOST_BYTES} bytes", len(data))
    head, empty, note = from_utf8(data, "receipt").partition("\n\n")
    if not empty:
        raise Refused("receipt", "an empty line behind the head", "none")
    lines = head.split("\n")
    if lines.pop(0) != FIRST_LINE:
        raise Refused("receipt, line 1", FIRST_LINE, head.split("\n")[0])
    if lines and lines[0].startswith("extra "):
        from_base64(lines.pop(0)[len("extra ") :], "receipt, extra")
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise Refused("receipt", "index POSITION", head)
    if len(lines) > MOST_HASHES:
        raise Refused("receipt", f"at most {MOST_HASHES} hashes", len(lines))
    checkpoint = note.encode("utf-8")
    read_note(checkpoint, MOST_CHECKPOINT)
    return Receipt(
        decimal(index[1], "receipt, index"), [read_hash(line, "receipt, hash") for line in lines], checkpoint
    )


@dataclass
class ReceiptReport(Report):
    """On a receipt: also what the log has promised."""

    promise: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return super().as_json() | ({"promise": self.promise} if self.holds else {})


def check_receipt(receipt: Receipt, record: Record, policy: Policy | None) -> ReceiptReport:
    """Checks 4 and 5; without a policy no signature is looked at."""
    report = ReceiptReport("unproven" if policy is None else "pinned", checked={"receipts": 1})
    try:
        if policy is None:
            accepted = Accepted(read_checkpoint(read_note(receipt.checkpoint, MOST_CHECKPOINT)), [], False)
        else:
            accepted = policy.open(receipt.checkpoint)
        receipt.check(bytes.fromhex(record.id), accepted.checkpoint)
    except Refused as refused:
        report.fail("the receipt", refused)
        return report
    report.promise = {
        "record": record.id,
        "log": accepted.checkpoint.origin,
        "position": receipt.index,
        "size": accepted.checkpoint.size,
        "cosigned": cosigned_json(accepted.cosigned),
        "quorum": accepted.quorum,
    }
    return report
