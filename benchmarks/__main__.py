"""``python -m benchmarks text`` and what else there is to measure."""

import importlib
import sys

MEASUREMENTS = (
    "text",
    "render",
    "serve",
    "scale",
    "batch",
    "draw",
    "start",
    "soak",
    "faults",
    "edges",
    "countdown",
    "layers",
    "preflight",
    "capacity",
    "campaign",
)

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in MEASUREMENTS:
        sys.exit(f"usage: python -m benchmarks {{{','.join(MEASUREMENTS)}}} [--json FILE] …")
    importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
