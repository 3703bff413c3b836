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


def modules_of(symbology: str, data: str, error_correction: str = "", *, is_linear: bool = False) -> Image.Image | None:
    """Return the mask of a code without its quiet zone, a pixel a module; None if it can't hold the data.

    ``error_correction`` is that of a QR code. A code of lines alone is one pixel high.
    """
    options: dict[str, object] = {"ec_level": error_correction} if error_correction else {}
    if symbology == "datamatrix":
        options["forceSquare"] = True
    # Without it zxing-cpp writes Zoë in Latin-1 and Привет in Shift JIS and does not say so, and readers guess.
    if not data.isascii():
        options["eci"] = "UTF-8"
    try:
        code = zxingcpp.create_barcode(data, FORMATS[symbology], **options)
    except ValueError:
        return None
    mask = ImageChops.invert(Image.fromarray(np.asarray(code.to_image(scale=1, add_quiet_zones=False))))
    # zxing-cpp gives lines a height of its own, in EAN codes with some that are longer.
    return mask.crop((0, 0, mask.width, 1)) if is_linear else mask


def enlarged(mask: Image.Image, across: int, down: int) -> Image.Image:
    """Return a mask with each pixel as ``across`` × ``down`` of them, as sharp as it was."""
    return mask.resize((mask.width * across, mask.height * down), Image.Resampling.NEAREST)
