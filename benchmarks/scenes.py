"""The benchmark's designs as scenes: what every candidate draws, down to font files and baselines.

A scene is a flat background (the plate's base as a PNG) and one line of text for each slot. Variable fonts are cut to
the one instance that a slot uses, so that a candidate which knows no axes draws the same outlines.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from imgurl.color import parse_color
from imgurl.config import shipped
from imgurl.design.layers.text import TextLayer
from imgurl.design.library import load_design
from imgurl.merge.template import parse_template
from imgurl.plate.compile import Plate, Slot, compile_plate
from imgurl.text.fonts import FontCatalogue, load_catalogue, nearest_face
from imgurl.text.layout import TextBox, lay_out
from imgurl.text.paragraph import TextSpan

FOLDER = Path(__file__).parent / "designs"
DESIGNS = ("hero", "cert", "banner")
PICTURES = {"hero": "newsletter-hero-april/spring.jpg"}

GIVEN = ("Ava", "Leo", "Mia", "Noah", "Zoe", "Ida", "Max", "Eva", "Tom", "Liv", "Emma", "Hugo", "Nora", "Otto",
         "Lena", "Paul", "Clara", "Felix", "Ruth", "Oscar")  # fmt: skip
SYLLABLES = ("al", "ber", "cor", "dan", "el", "fer", "gan", "hol", "in", "jor", "kel", "lan", "mor", "nor", "ol",
             "per", "quin", "ros", "sten", "tor", "ul", "ver", "wil", "yor", "zan", "bran", "cliff", "drum", "fen",
             "glen", "har", "ives")  # fmt: skip
FAMILY = tuple(f"{first}{second}".capitalize() for second in SYLLABLES for first in SYLLABLES)
CITIES = ("Chicago", "Boston", "Denver", "Austin", "Lisbon", "Vienna", "Oslo", "Seattle", "Dublin")
OFFERS = ("24 % off everything green", "New arrivals, every week", "Free delivery until Friday", "Two for one tulips")
AWARDS = ("Excellence in Service Design", "Best Newcomer", "Outstanding Research", "Active Participation")


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a scene. ``top`` and ``line_height`` in px are for candidates that lay out as CSS does."""

    font: str
    family: str
    size: float
    color: tuple[int, int, int]
    x: int
    baseline: int
    top: int
    width: int
    line_height: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What a candidate gets before the first image."""

    name: str
    plate: Plate
    background: Path
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, object]:
        """Return the scene as workers take it."""
        return {
            "name": self.name,
            "width": self.plate.width,
            "height": self.plate.height,
            "background": str(self.background),
            "lines": [asdict(line) for line in self.lines],
        }


def values(count: int) -> list[dict[str, str]]:
    """Return values for all fields of all designs. No name comes twice; cities, offers and awards do, as in a list."""
    names = [(first, last) for last in FAMILY for first in GIVEN]
    if count > len(names):
        raise ValueError(f"there are {len(names):,} names")
    return [
        {
            "first_name": f"{first} {last}",
            "full_name": f"{first} {last}",
            "city": CITIES[index % len(CITIES)],
            "company": f"{last} & {first}",
            "offer": OFFERS[index % len(OFFERS)],
            "award": AWARDS[index % len(AWARDS)],
        }
        for index, (first, last) in enumerate(names[:count])
    ]


def load_scenes(folder: Path) -> list[Scene]:
    """Compile the designs; backgrounds, fonts and a fontconfig file go into the folder."""
    fonts = load_catalogue(shipped("fonts"))
    (folder / "fonts").mkdir()
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder / 'fonts'}</dir><cachedir>{folder / 'fontcache'}</cachedir></fontconfig>"
    )
    return [_scene(name, folder, fonts) for name in DESIGNS]


def texts_of(scene: Scene, chosen: Mapping[str, str]) -> list[str]:
    """Return what the lines of a scene say for some values."""
    return [parse_template(layer.text).text(chosen) for layer in _layers(scene.plate)]


def _scene(name: str, folder: Path, fonts: FontCatalogue) -> Scene:
    shutil.copytree(FOLDER / name, folder / name)
    if name in PICTURES:
        picture = shipped("designs") / PICTURES[name]
        shutil.copyfile(picture, folder / name / picture.name)
    plate = compile_plate(load_design(folder / name, fonts), fonts)
    background = folder / f"{name}.png"
    plate.base_with_overlays.save(background, compress_level=1)
    return Scene(name, plate, background, tuple(_line(layer, folder, fonts) for layer in _layers(plate)))


def _layers(plate: Plate) -> list[TextLayer]:
    return [step.layer for step in plate.steps if isinstance(step, Slot) and isinstance(step.layer, TextLayer)]


def _line(layer: TextLayer, folder: Path, fonts: FontCatalogue) -> Line:
    font, box = layer.font, layer.box
    stack = fonts.stack(font.family, font.weight, font.style, font.size)
    laid = lay_out(
        (TextSpan("H"),),
        (stack,),
        TextBox(box.width, box.height, font.size, font.size, line_height=layer.line_height, valign=layer.valign),
    )
    path = _instance(layer, folder / "fonts", fonts)
    return Line(
        str(path),
        path.stem,
        font.size,
        parse_color(str(layer.color)).rgb,
        box.x,
        box.y + round(laid.lines[0].baseline),
        box.y,
        box.width,
        font.size * layer.line_height,
    )


def _instance(layer: TextLayer, folder: Path, fonts: FontCatalogue) -> Path:
    """Save the one instance of a font that a layer uses, under a family name of its own."""
    font = layer.font
    face = nearest_face(fonts.families[font.family], font.weight, font.style)
    axes = {"wght": float(font.weight), "opsz": float(round(font.size))}
    place = {tag: min(max(axes[tag], low), high) for tag, (low, high) in face.axes.items()}
    name = "".join(filter(str.isalnum, face.path.stem + "".join(f"{tag}{value:g}" for tag, value in place.items())))
    path = folder / f"{name}.ttf"
    if not path.exists():
        cut = _latin(TTFont(face.path))
        if place:
            cut = instancer.instantiateVariableFont(cut, place)
        for record in list(cut["name"].names):
            if record.nameID in (16, 17, 21, 22, 25):
                cut["name"].removeNames(record.nameID)
        for number, text in ((1, name), (2, "Regular"), (3, name), (4, name), (6, name)):
            cut["name"].setName(text, number, 3, 1, 0x409)
            cut["name"].setName(text, number, 1, 0, 0)
        _plain(cut)
        cut.save(path)
    return path


def _latin(font: TTFont) -> TTFont:
    """Keep Latin letters and the features that are on by themselves: cutting the whole of Inter takes 5 s a time."""
    options = subset.Options(notdef_outline=True, name_IDs=["*"], glyph_names=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=range(0x20, 0x180))
    subsetter.subset(font)
    return font


def _plain(font: TTFont) -> None:
    """Call the instance regular and upright: it is the only face of its family."""
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0b100001 | 0b1000000
    font["head"].macStyle = 0
    font["post"].italicAngle = 0


def dump(scene: Scene) -> str:
    """Return the scene on one line of JSON."""
    return json.dumps(scene.as_json())
