"""What a studio is ordered to do, and what it says. Light: nothing that draws is loaded with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from imgurl.cache.keys import RenderKey
from imgurl.design.library import Design, Variant
from imgurl.errors import BadDesign, Problem, RenderFailed
from imgurl.pipeline.picture import Picture, PictureKind
from imgurl.renderers.orders import Order, Urgency

#: Whose pictures nobody signed a link for: those of the server itself.
OWN = "imgurl"

Drawing = TypeVar("Drawing", bound="DrawPicture")

# What is encoded ahead in mails, and can be.
PREPARED_FORMATS = ("png", "jpg")

# The answer to a ``keep_order`` for an image that is on disk now.
KEPT = b"kept"

# Why a remote picture can't be shown that a renderer died of.
DIED_OF_IT = "it can't be read as a picture: whoever tried died of it"


@dataclass(frozen=True, slots=True)
class DesignFiles:
    """A design as it is sent: the bytes that its version is the digest of."""

    id: str
    version: str
    text: str
    assets: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Supply:
    """What a studio may lack for an order: a design, and the bytes of remote pictures by their digests."""

    design: DesignFiles | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """What a studio is opened with. Neither keys nor passwords are among it: renderers have no use for them.

    ``designs`` are prepared before the first order, for ``formats`` (None is the one that each is sent in), and so are
    all their variants if ``has_variants``. Without ``disk`` no image is written. If ``is_quick``, what is encoded ahead
    gets the best effort only where it is ordered, otherwise at once.
    """

    fonts: Path
    disk: Path | None = None
    disk_bytes: int = 0
    designs: tuple[DesignFiles, ...] = ()
    formats: tuple[str, ...] | None = None
    has_variants: bool = False
    is_quick: bool = True


@dataclass(frozen=True, slots=True)
class DrawPicture:
    """Draw a picture, and keep it on disk under its key."""

    version: str
    variant: Variant
    texts: Mapping[str, str]
    ext: str
    dpr: int
    kind: PictureKind
    is_test: bool
    key: RenderKey
    #: The digests of the remote pictures that it shows.
    remote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodePicture:
    """Decode a remote picture, and say why it can't be read, if it can't."""

    digest: str


@dataclass(frozen=True, slots=True)
class KeepPicture(DrawPicture):
    """Draw a picture and keep it on disk, and say whether that was done: nobody needs its file now."""


@dataclass(frozen=True, slots=True)
class LookAtPicture(DrawPicture):
    """Draw a picture for somebody who looks at a design, and say how its texts were fitted; it is kept nowhere.

    With a ``width`` its file is a thumbnail so wide.
    """

    width: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How the text of a layer was fitted: the step of the ladder, its size and that of the design, in px, its lines."""

    layer: str
    step: str
    size: float
    full_size: float
    lines: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer is that a group places by what others show: its pointer, and its box in px of the design."""

    layer: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody sees who looks at a design. ``weight`` are the bytes of the picture as it is sent."""

    body: bytes
    media_type: str
    width: int
    height: int
    weight: int
    fits: tuple[Fit, ...]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class CompileDesign:
    """Compile a design, and say which mistakes only that finds."""

    version: str


@dataclass(frozen=True, slots=True)
class RefineDesign:
    """Compress what is encoded ahead of a design with the best effort, for the next studio; say whether it was new."""

    version: str


Work = DrawPicture | DecodePicture | CompileDesign | RefineDesign


def files_of(design: Design) -> DesignFiles:
    """Return a design as it is sent."""
    return DesignFiles(design.id, design.version, design.text, design.assets)


def draw_order(picture: Picture, link: object = OWN, urgency: Urgency = Urgency.OPENED) -> Order:
    """Return the order for a picture; ``link`` is who shares the renderers with others."""
    return _picture_order(picture, DrawPicture, link, urgency)


def keep_order(picture: Picture) -> Order:
    """Return the order that draws a picture ahead; the answer is ``KEPT`` if it is on disk then."""
    return _picture_order(picture, KeepPicture, OWN, Urgency.AHEAD)


def look_order(picture: Picture, width: int | None = None) -> Order:
    """Return the order for a look at a picture, as a thumbnail so wide; ``look_in`` reads the answer."""
    work = replace(_work_of(picture, LookAtPicture), width=width)
    kind = picture.design.version, picture.design.variant, picture.ext, picture.dpr, "look"
    return Order((picture.key, width), work, OWN, Urgency.OPENED, kind, partial(_supply_of, picture))


def look_in(answer: bytes) -> Look:
    """Return what the answer to a ``look_order`` shows."""
    head, _, body = answer.partition(b"\n")
    facts = json.loads(head)
    fits, places = (tuple(kind(*one) for one in facts[key]) for key, kind in (("fits", Fit), ("places", Place)))
    return Look(body, **{**facts, "fits": fits, "places": places})


def answer_of_look(look: Look) -> bytes:
    """Return the answer to a ``look_order``."""
    facts = {
        "media_type": look.media_type, "width": look.width, "height": look.height, "weight": look.weight,
        "fits": [[fit.layer, fit.step, fit.size, fit.full_size, fit.lines] for fit in look.fits],
        "places": [[one.layer, one.x, one.y, one.width, one.height] for one in look.places],
    }  # fmt: skip
    return json.dumps(facts).encode() + b"\n" + look.body


def decode_order(digest: str, body: bytes) -> Order:
    """Return the order that finds out whether a remote picture can be read; the answer is why not, or nothing."""
    work = DecodePicture(digest)
    return Order(work, work, OWN, Urgency.OPENED, "remote picture", partial(Supply, pictures={digest: body}))


def compile_order(design: Design) -> Order:
    """Return the order that finds out whether a design can be drawn; ``problems_in`` reads the answer."""
    return _design_order(design, CompileDesign(design.version), Urgency.OPENED)


def refine_order(design: Design) -> Order:
    """Return the order for the best effort; it gives way to all others."""
    return _design_order(design, RefineDesign(design.version), Urgency.AHEAD)


def problems_in(design: str, answer: bytes) -> BadDesign | None:
    """Return what is wrong with a design according to the answer to a ``compile_order``."""
    problems = [Problem(pointer, sentence) for pointer, sentence in json.loads(answer)]
    return BadDesign(design, problems) if problems else None


def uncompiled(design: str, error: RenderFailed) -> BadDesign:
    """Return what is wrong with a design whose ``compile_order`` failed."""
    return BadDesign(design, (Problem("", f"the design could not be compiled: {error}"),))


def answer_of(error: BadDesign | None) -> bytes:
    """Return the answer to a ``compile_order``."""
    return json.dumps([[problem.pointer, problem.sentence] for problem in error.problems] if error else []).encode()


def _picture_order(picture: Picture, kind_of_work: type[DrawPicture], link: object, urgency: Urgency) -> Order:
    design = picture.design
    kind = design.version, design.variant, picture.ext, picture.dpr, picture.is_test
    return Order(picture.key, _work_of(picture, kind_of_work), link, urgency, kind, partial(_supply_of, picture))


def _work_of(picture: Picture, kind_of_work: type[Drawing]) -> Drawing:
    design = picture.design
    return kind_of_work(
        design.version,
        design.variant,
        picture.texts,
        picture.ext,
        picture.dpr,
        picture.kind,
        picture.is_test,
        picture.key,
        tuple(picture.remote_pictures),
    )


def _design_order(design: Design, work: CompileDesign | RefineDesign, urgency: Urgency) -> Order:
    kind = type(work).__name__, design.version
    return Order(work, work, OWN, urgency, kind, lambda: Supply(files_of(design)))


def _supply_of(picture: Picture) -> Supply:
    return Supply(files_of(picture.design), picture.remote_pictures)
