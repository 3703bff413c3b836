"""Rebuilds every picture of the shipped designs: python designs/art.py [name ...].

All pictures are original work made by this script and the modules in designs/artkit; nothing is
downloaded or traced. They are released under CC0 1.0 (public domain dedication). Every random
number comes from a fixed seed, so the same library versions give the same bytes.

Names: spring, silk, kettle, engrave (certificate paper), seal (seal and signature).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

from artkit import engrave, kettle, seal, silk, spring  # noqa: E402

MAKERS: dict[str, Callable[[Path], None]] = {
    "spring": spring.make,
    "silk": silk.make,
    "kettle": kettle.make,
    "engrave": engrave.make,
    "seal": seal.make,
}


def main(names: list[str]) -> int:
    """Draw the named pictures, or all of them."""
    unknown = [name for name in names if name not in MAKERS]
    if unknown:
        print(f"unknown picture: {', '.join(unknown)}; known: {', '.join(MAKERS)}", file=sys.stderr)
        return 2
    for name in names or list(MAKERS):
        print(f"drawing {name}", flush=True)
        MAKERS[name](Path(__file__).resolve().parent)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
