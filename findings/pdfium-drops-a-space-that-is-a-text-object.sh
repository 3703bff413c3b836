#!/usr/bin/env bash
# PDFium (pypdfium2 5.15.2): a text object in which nothing is drawn is no text. A space that has a text object of its
# own, as between words in two fonts, is lost, and "Ava Li" is copied from Chrome as "AvaLi" if the space is narrow; the
# same space at the end of an object with a letter in it is kept. An emoji drawn as a picture has the same fate: the
# invisible glyph over it must have an outline, or its text is gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check pypdfium2==5.15.2 2> /dev/null
cat > probe.py <<'PROBE'
import pypdfium2

def page(content):
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>",
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 6\n0000000000 65535 f \n%btrailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(body))

def read(content):
    return pypdfium2.PdfDocument(page(content))[0].get_textpage().get_text_range()

# The space is 1.7 points wide, set at 6 points between words of 20: 'Ava' ends at 44.46.
print("its own object:", read(b"BT /F 20 Tf 10 20 Td (Ava) Tj ET BT /F 6 Tf 44.46 20 Td ( ) Tj ET BT /F 20 Tf 46.13 20 Td (Li) Tj ET"))
print("with a letter:", read(b"BT /F 20 Tf 10 20 Td (Ava) Tj ET BT /F 6 Tf 44.46 20 Td ( .) Tj ET BT /F 20 Tf 47.8 20 Td (Li) Tj ET"))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
its own object: AvaLi
with a letter: Ava .Li
SEEN
echo "as stated"
