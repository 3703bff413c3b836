#!/usr/bin/env bash
# resvg_py 0.5.0: the parameter dpi is 0 unless given, said to be the SVG's default; in truth lengths in mm, cm, in and
# pt are multiplied by it, and an SVG from a drawing program, whose width is in millimetres, has "an invalid size". em
# and px are fine. With dpi=96 it is as in browsers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check resvg_py==0.5.0 2> /dev/null
cat > probe.py <<'PROBE'
import struct
import resvg_py
for width, height in (("10em", "5em"), ("50mm", "20mm"), ("3in", "1in"), ("300pt", "100pt")):
    for options in ({}, {"dpi": 96}):
        try:
            png = bytes(resvg_py.svg_to_bytes(svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>', **options))
            print(width, options, struct.unpack(">II", png[16:24]))
        except ValueError as error:
            print(width, options, error)
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
10em {} (160, 80)
10em {'dpi': 96} (160, 80)
50mm {} SVG has an invalid size
50mm {'dpi': 96} (189, 76)
3in {} SVG has an invalid size
3in {'dpi': 96} (288, 96)
300pt {} SVG has an invalid size
300pt {'dpi': 96} (400, 133)
SEEN
echo "as stated"
