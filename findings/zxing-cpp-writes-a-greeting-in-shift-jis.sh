#!/usr/bin/env bash
# zxing-cpp 3.1.1: a QR code of a text is in Latin-1 or, for Russian, in Shift JIS, without saying so in the code; one of
# the same text's UTF-8 bytes is read back by zxing-cpp itself as mojibake. Only eci="UTF-8" is read by everybody alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check zxing-cpp==3.1.1 numpy==2.4.6 2> /dev/null
cat > probe.py <<'PROBE'
import numpy
import zxingcpp
for text in ("Zoë", "Привет"):
    for content, options in ((text, {}), (text.encode(), {}), (text, {"eci": "UTF-8"})):
        code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, **options)
        (read,) = zxingcpp.read_barcodes(numpy.asarray(code.to_image(scale=5)))
        print(type(content).__name__, options, code.bytes, ascii(read.text), read.text == text)
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
str {} b'Zo\xeb' 'Zo\xeb' True
bytes {} b'Zo\xc3\xab' 'Zo\xc3\xab' False
str {'eci': 'UTF-8'} b'Zo\xc3\xab' 'Zo\xeb' True
str {} b'\x84P\x84\x82\x84y\x84r\x84u\x84\x84' '\u041f\u0440\u0438\u0432\u0435\u0442' True
bytes {} b'\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82' '\xd0<U+9F>\xd1<U+80>\xd0\xb8\xd0\xb2\xd0\xb5\xd1<U+82>' False
str {'eci': 'UTF-8'} b'\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82' '\u041f\u0440\u0438\u0432\u0435\u0442' True
SEEN
echo "as stated"
