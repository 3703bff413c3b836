"""A studio that does the worst when a value says so."""

import ctypes
import time
from hashlib import sha256

from imgurl.pipeline.orders import DecodePicture, DrawPicture, StudioSettings, Work
from imgurl.pipeline.studio import Studio, open_studio
from imgurl.renderers.orders import Drawn

HANG, HANG_NATIVELY, EAT, CRASH, SLOW = "Hang", "Native", "Eat", "Crash", "Slow"

# A remote picture that takes over whoever decodes it.
DEADLY_PICTURE = b"\x89PNG\r\n\x1a\nEvil"
DEADLY = sha256(DEADLY_PICTURE).hexdigest()


class FaultyStudio:
    """Draws as the real one, unless a first name is the name of a fault."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def draw(self, work: Work) -> Drawn:
        """Draw, or fail."""
        if isinstance(work, DrawPicture):
            _fail(work.texts.get("first_name", ""))
        elif isinstance(work, DecodePicture) and work.digest == DEADLY:
            _fail(CRASH)
        return self._studio.draw(work)

    def learn(self, supply: object) -> None:
        """Take in a design."""
        self._studio.learn(supply)  # type: ignore[arg-type]


def open_faulty(settings: StudioSettings) -> FaultyStudio:
    """Open the studio of these tests."""
    return FaultyStudio(open_studio(settings))


def _fail(name: str) -> None:
    fault = name.partition(" ")[0]
    if fault == HANG:
        while True:
            pass
    if fault == HANG_NATIVELY:
        sum(range(10**12))
    if fault == EAT:
        hoard = []
        while True:
            hoard.append(bytearray(64_000_000))
    if fault == CRASH:
        ctypes.string_at(0)
    if fault == SLOW:
        time.sleep(0.3)
