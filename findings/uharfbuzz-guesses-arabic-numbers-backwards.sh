#!/usr/bin/env bash
# uharfbuzz 0.57.0: guess_segment_properties takes a text with Arabic digits, or with a Hebrew or Arabic word in it, for
# right to left as a whole, and so the digits are laid out backwards, 321 for 123: HarfBuzz does not order text, and the
# guess does not say that it ought to be. A price or a voucher's number on an image is another number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @expo-google-fonts/noto-sans-arabic@0.4.3 @expo-google-fonts/noto-sans-hebrew@0.4.1
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check uharfbuzz==0.57.0 2> /dev/null
cat > probe.py <<'PROBE'
from pathlib import Path
import uharfbuzz as hb
root = Path("node_modules/@expo-google-fonts")
for font, text in (("noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf", "\u0661\u0662\u0663"), ("noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf", "\u05d3\u05df 123"), ("noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf", "123")):
    face = hb.Font(hb.Face(hb.Blob.from_file_path(root / font)))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face, buffer)
    print(ascii(text), buffer.direction, "from the left:", " ".join(face.glyph_to_string(info.codepoint) for info in buffer.glyph_infos))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
'\u0661\u0662\u0663' rtl from the left: uni0663 uni0662 uni0661
'\u05d3\u05df 123' rtl from the left: three two one space uni05DF uni05D3
'123' ltr from the left: one two three
SEEN
echo "as stated"
