#!/usr/bin/env bash
# resvg_py 0.5.0: of width and height, said to be the target in pixels, the image gets one only when both are given and
# do not have the ratio of the SVG; it is fitted into the box and has the size of what it fills, no border is added. An
# <img> of a mail that states the size asked for distorts it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check resvg_py==0.5.0 2> /dev/null
cat > probe.py <<'PROBE'
import struct
import resvg_py
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200"/>'
for options in ({"width": 300}, {"width": 300, "height": 100}, {"width": 300, "height": 300}, {"width": 300, "height": 50}):
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, **options))
    print(options, struct.unpack(">II", png[16:24]))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
{'width': 300} (300, 100)
{'width': 300, 'height': 100} (300, 100)
{'width': 300, 'height': 300} (300, 100)
{'width': 300, 'height': 50} (150, 50)
SEEN
echo "as stated"
