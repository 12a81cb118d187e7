#!/usr/bin/env python3
"""Verifies a Countersign bundle, or a receipt. See README.md."""

from __future__ import annotations

import sys

from countersign_verify.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
