"""Verifies Countersign bundles from their specification alone.

It is no part of the program that writes bundles and shares no line with it: it was written from the
pages of `docs/spec`, so that two programs of different hands must come to one verdict. It only reads.

`verdict.verify` is the door; `verify.py`, beside this package, is the command.
"""
