"""The command line: arguments in, a report and an exit status out."""

from __future__ import annotations

import argparse
import io
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

from . import canonical
from .errors import BadInput, NotChecked, Refused
from .evidence import MOST_BYTES as MOST_SPLIT_VIEW
from .evidence import check_split_view, read_split_view
from .log import MOST_CHECKPOINT
from .policy import MOST_BYTES as MOST_POLICY
from .policy import Policy, read_policy
from .receipt import MOST_BYTES as MOST_RECEIPT
from .receipt import ReceiptReport, check_receipt, read_receipt
from .records import MOST_BYTES as MOST_RECORD
from .records import read_record
from .report import BAD_INPUT, FAILS, HOLDS, NOT_PROVEN, Report, Verdict
from .verdict import verify

MOST_MEMORY = 6 << 30
MOST_SECONDS = 3_600

T = TypeVar("T")


class _Arguments(argparse.ArgumentParser):
    """Arguments whose faults are told in one line."""

    def error(self, message: str) -> NoReturn:
        """Bad input; the base class prints more and ends the program."""
        raise BadInput(message)


# What each way to ask takes besides its first argument: what must be there, what may be there.
_WAYS = {
    "bundle": (frozenset[str](), frozenset({"policy", "seen", "evidence", "json"})),
    "receipt": (frozenset({"record"}), frozenset({"policy", "json"})),
    "split_view": (frozenset({"policy"}), frozenset[str]()),
}


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = _Arguments(
        prog="verify.py", description="Verifies a Countersign bundle, or a receipt.", allow_abbrev=False
    )
    parser.add_argument("bundle", nargs="?", metavar="DIR", help="the folder of the bundle")
    parser.add_argument("--policy", metavar="FILE", help="pins the definition and the log's key")
    parser.add_argument("--seen", metavar="CHECKPOINT", help="a checkpoint kept from earlier")
    parser.add_argument("--evidence", metavar="FILE", help="keeps the proof that the log has shown two histories")
    parser.add_argument("--json", action="store_true", help="the verdict as one line of JSON")
    parser.add_argument("--receipt", metavar="FILE", help="a receipt to verify, in place of a bundle")
    parser.add_argument("--record", metavar="FILE", help="the record that the receipt is for")
    parser.add_argument("--split-view", metavar="FILE", help="a proof of two histories to verify, in place of a bundle")
    arguments = parser.parse_args(words)
    given = {name for name, value in vars(arguments).items() if value not in (None, False)}
    ways = [way for way in _WAYS if way in given]
    if len(ways) != 1:
        raise BadInput("expected one of DIR, --receipt FILE and --split-view FILE")
    must, may = _WAYS[ways[0]]
    others = given - must - may - {ways[0]}
    if others or not must <= given or ("evidence" in given and "seen" not in given):
        raise BadInput(f"expected with {ways[0]}: {sorted(must)}, perhaps {sorted(may)}; found {sorted(given)}")
    return arguments


def _read(path: str, most: int) -> bytes:
    """The first bytes of a file, at most so many and one."""
    try:
        with open(path, "rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {error}") from None


def _input(path: str, most: int, read: Callable[[bytes], T]) -> T:
    """What a file holds, of which the whole check is about."""
    try:
        return read(_read(path, most))
    except Refused as refused:
        raise BadInput(f"{path}: {refused}") from None


def _policy(path: str | None) -> Policy | None:
    if path is None:
        return None
    policy = _input(path, MOST_POLICY, read_policy)
    if policy.definition is None:
        raise BadInput(f"{path}: expected a line #definition, found none")
    return policy


def _print(report: Report) -> None:
    for what, count in report.checked.items():
        print(f"{count} {what}")
    for failure in report.failed:
        print("FAILED {file}, {place}: expected {expected}, found {found}".format(**failure))
    if isinstance(report, Verdict):
        print(f"{len(report.withheld)} texts withheld")
    if isinstance(report, ReceiptReport) and report.holds:
        print("record {record} stands at position {position} in the log {log} of {size}".format(**report.promise))
        print(f"the policy's quorum is {'' if report.promise['quorum'] else 'not '}met")
    pinned = "pinned by the policy" if report.origin == "pinned" else "unproven: no policy was given"
    print(f"{'HOLDS' if report.holds else 'DOES NOT HOLD'}; the origin is {pinned}")


def _tell(report: Report, as_json: bool) -> int:
    if as_json:
        print(canonical.write(report.as_json()))
    else:
        _print(report)
    return report.status


def _keep(path: str, evidence: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(evidence)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {error}") from None


def _verify_bundle(arguments: argparse.Namespace) -> int:
    policy = _policy(arguments.policy)
    seen = None if arguments.seen is None else _read(arguments.seen, MOST_CHECKPOINT)
    verdict = verify(arguments.bundle, policy, seen)
    if arguments.evidence is not None and verdict.evidence is not None:
        _keep(arguments.evidence, verdict.evidence)
    return _tell(verdict, arguments.json)


def _verify_receipt(arguments: argparse.Namespace) -> int:
    began = time.monotonic_ns()
    policy = _policy(arguments.policy)
    record = _input(arguments.record, MOST_RECORD, read_record)
    report = check_receipt(_input(arguments.receipt, MOST_RECEIPT, read_receipt), record, policy)
    report.nanoseconds = time.monotonic_ns() - began
    return _tell(report, arguments.json)


def _verify_split_view(arguments: argparse.Namespace) -> int:
    policy = _policy(arguments.policy) or Policy()
    proof = _input(arguments.split_view, MOST_SPLIT_VIEW, read_split_view)
    try:
        print(f"PROVED: the log {check_split_view(proof, policy)} has shown two histories")
        return HOLDS
    except Refused as refused:
        print(f"NOT PROVED: {refused}")
        return FAILS


def _out_of_time(_signal: int, _frame: object) -> NoReturn:
    raise NotChecked(f"it took more than {MOST_SECONDS} seconds")


def _limit() -> None:
    """No bundle may take the machine: beyond these limits there is no verdict."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(MOST_SECONDS)


def main(words: list[str]) -> int:
    """Runs the command; its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        _limit()
        arguments = _arguments(words)
        if arguments.split_view is not None:
            return _verify_split_view(arguments)
        return _verify_bundle(arguments) if arguments.receipt is None else _verify_receipt(arguments)
    except BadInput as error:
        print(f"bad input: {error}", file=sys.stderr)
        return BAD_INPUT
    except (NotChecked, OSError) as error:
        print(f"not checked: {error}", file=sys.stderr)
        return NOT_PROVEN
    except MemoryError:
        print(f"not checked: it takes more than {MOST_MEMORY >> 30} GiB of memory", file=sys.stderr)
        return NOT_PROVEN
    finally:
        signal.alarm(0)
