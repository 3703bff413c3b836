"""Codes for scanners as masks of one pixel a module, drawn by zxing-cpp."""

import numpy as np
import zxingcpp
from PIL import Image, ImageChops

FORMATS = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "code128": zxingcpp.BarcodeFormat.Code128,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "upca": zxingcpp.BarcodeFormat.UPCA,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
}


# The width of a PDF417 code without its columns, and of each of them, in modules (ISO/IEC 15438).
ENDS, COLUMN = 69, 17


def modules_of(symbology: str, data: str, error_correction: str = "", columns: int = 0) -> Image.Image | None:
    """Return the mask of a code without its quiet zone, a pixel a module; None if it can't hold the data.

    ``error_correction`` is that of a QR code, ``columns`` are those of a PDF417 code, 0 for as many as look well.
    """
    options: dict[str, object] = {"ec_level": error_correction} if error_correction else {}
    if columns:
        options["columns"] = columns
    if symbology == "datamatrix":
        options["forceSquare"] = True
    # Without it zxing-cpp writes Zoë in Latin-1 and Привет in Shift JIS and does not say so, and readers guess.
    if not data.isascii():
        options["eci"] = "UTF-8"
    try:
        code = zxingcpp.create_barcode(data, FORMATS[symbology], **options)
    except ValueError:
        return None
    return ImageChops.invert(Image.fromarray(np.asarray(code.to_image(scale=1, add_quiet_zones=False))))


def columns_of(modules: Image.Image) -> int:
    """Return how many columns a PDF417 code has."""
    return (modules.width - ENDS) // COLUMN


def lines_of(modules: Image.Image) -> Image.Image:
    """Return one row of a code of lines, which zxing-cpp draws with a height of its own."""
    return modules.crop((0, 0, modules.width, 1))


def enlarged(mask: Image.Image, across: int, down: int) -> Image.Image:
    """Return a mask with each pixel as ``across`` × ``down`` of them, as sharp as it was."""
    return mask.resize((mask.width * across, mask.height * down), Image.Resampling.NEAREST)
