"""What a plate is known by. Light: no pixel library is loaded to know the key of an image."""

from hashlib import sha256
from importlib.metadata import version

import PIL
import uharfbuzz
from icu4py import icu_version

from imgurl.design.library import Design
from imgurl.design.svg import is_svg
from imgurl.version import __version__

# Raised by one whenever the same design and values are drawn with other pixels than before.
DRAWING = 4

# Another version of any of these may draw other pixels, so all of them are part of what an image is known by.
RENDERER = (
    f"imgurl {__version__}, drawing {DRAWING}, pillow {PIL.__version__}, uharfbuzz {uharfbuzz.__version__}, "
    f"icu {icu_version}, zxing-cpp {version('zxing-cpp')}"
)


def plate_digest(design: Design, dpr: int) -> str:
    """Return what a plate is known by, 64 hex digits, without compiling it."""
    vectors = f", resvg {version('resvg_py')}" if any(map(is_svg, design.assets)) else ""
    return sha256(f"{design.version}{design.variant} @{dpr} {RENDERER}{vectors}".encode()).hexdigest()
