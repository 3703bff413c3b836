"""Codes to draw, and three readers of them: zxing-cpp's, zbar and libdmtx."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

from tests.design.documents import box, document, field

TICKET = "K7QX-2M4P"
FIELDS = [
    field("ticket", sample=TICKET, pattern="[A-Z0-9-]+", max_length=12),
    field("guest", type="name", max_length=20),
    field("ean", sample="4006381333931", max_length=13),
    field("upc", sample="036000291452", max_length=12),
]

#: A layer of each kind, as small as its longest value lets it be, and what is read of it for the samples.
LAYERS: dict[str, tuple[dict[str, Any], str]] = {
    "qr": ({"type": "qr", "data": "https://example.com/t/<<ticket>>", "box": box(17, 13, 111, 111)},
           f"https://example.com/t/{TICKET}"),
    "code128": ({"type": "barcode", "symbology": "code128", "data": "<<ticket>>", "box": box(17, 13, 561, 60)}, TICKET),
    "ean13": ({"type": "barcode", "symbology": "ean13", "data": "<<ean>>", "box": box(17, 13, 351, 60)},
              "4006381333931"),
    "upca": ({"type": "barcode", "symbology": "upca", "data": "<<upc>>", "box": box(17, 13, 339, 60)}, "036000291452"),
    "pdf417": ({"type": "barcode", "symbology": "pdf417", "data": "<<ticket>>", "box": box(17, 13, 372, 75)}, TICKET),
    "datamatrix": ({"type": "barcode", "symbology": "datamatrix", "data": "<<ticket>>", "box": box(17, 13, 60, 60)},
                   TICKET),
    "aztec": ({"type": "barcode", "symbology": "aztec", "data": "<<ticket>>", "box": box(17, 13, 92, 92)}, TICKET),
}  # fmt: skip


def design_with(layer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document with a code on a ground of strong colours."""
    ground = {
        "type": "linear",
        "angle": 60,
        "stops": [{"offset": 0, "color": "#101935"}, {"offset": 1, "color": "#ffb13d"}],
    }
    size = {"width": layer["box"]["width"] + 34, "height": layer["box"]["height"] + 26}
    return document(size=size, background=ground, fields=FIELDS, layers=[layer]) | more


def read(picture: Image.Image) -> list[str]:
    """Return what zxing-cpp reads in a picture; a UPC-A code is an EAN-13 code with one more 0."""
    found = zxingcpp.read_barcodes(np.asarray(picture.convert("RGB")))
    return [code.text[1:] if len(code.text) == 13 and code.text.startswith("00") else code.text for code in found]


def at_half_size(picture: Image.Image, filter_: Image.Resampling) -> Image.Image:
    """Return a picture as a camera sees it on a screen at half its size: fewer pixels, each many of the camera's."""
    half = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), filter_)
    return half.resize((half.width * 4, half.height * 4), Image.Resampling.BICUBIC)


def read_by_others(file: Path) -> str:
    """Return what zbar reads in a file, or libdmtx, which reads Data Matrix."""
    kinds = [f"-S{kind}.enable" for kind in ("qrcode", "code128", "ean13", "upca")]
    zbar = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sdisable", *kinds, file], check=False, capture_output=True, text=True
    )
    if zbar.stdout:
        return zbar.stdout.strip()
    return subprocess.run(
        ["dmtxread", "-N1", "-m2000", file], check=False, capture_output=True, text=True
    ).stdout.strip()
