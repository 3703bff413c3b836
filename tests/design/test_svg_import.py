"""An SVG becomes a design that shows the same, and what was simplified is said."""

import json
from typing import Any

import pytest

from imgurl.design.library import make_design
from imgurl.design.svg_import import ImportedSvg, import_svg
from imgurl.errors import BadUpload
from imgurl.text.fonts import FontCatalogue

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def imported(inner: str, fonts: FontCatalogue, root: str = 'width="600" height="300" fill="none"') -> ImportedSvg:
    """Return the design of an SVG, which has no mistakes."""
    head = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    found = import_svg(f"<svg {head} {root}>{inner}</svg>".encode(), "Test", fonts)
    make_design("test", found.text, found.assets, found.assets.__getitem__, fonts)
    return found


def layers(found: ImportedSvg) -> list[dict[str, Any]]:
    """Return the layers of a design."""
    return list(json.loads(found.text)["layers"])


def test_shapes_are_shapes(fonts: FontCatalogue) -> None:
    """Rectangles, rounded ones, ellipses, straight lines; edges are inside of the box."""
    found = imported(
        '<g transform="translate(10 20)" fill="#ff0000"><rect x="1" y="2" width="30" height="40"/>'
        '<rect width="30" height="40" rx="6" fill-opacity="0.5"/><circle cx="20" cy="20" r="10"/></g>'
        '<rect x="1" y="1" width="10" height="10" stroke="#000" stroke-width="2"/><path stroke="none" d="M0 0h9"/>'
        '<line x1="5" y1="9" x2="25" y2="9" stroke="#0f0" stroke-width="4"/>',
        fonts,
    )
    box = [tuple(layer["box"].values()) for layer in layers(found)]
    assert box == [(11, 22, 30, 40), (10, 20, 30, 40), (20, 30, 20, 20), (0, 0, 12, 12), (5, 7, 20, 4)]
    assert [layer["shape"] for layer in layers(found)] == ["rectangle", "rounded", "ellipse", "rectangle", "rectangle"]
    assert layers(found)[1]["fill"] == "rgb(255 0 0 / 50%)"
    assert found.simplified == ()


def test_texts_become_texts_with_fields(fonts: FontCatalogue) -> None:
    """Lines are joined, ``<<First name>>`` is the field first_name, and the font is the nearest there is."""
    found = imported(
        '<text fill="white" font-family="Helvetica" font-size="20" font-weight="bold" text-anchor="middle">'
        '<tspan x="300" y="50">Hi &lt;&lt;First name&gt;&gt;,</tspan>'
        '<tspan x="300" y="75">in [[&lt;&lt;city&gt;&gt;</tspan></text>',
        fonts,
    )
    (layer,) = layers(found)
    assert layer["text"] == "Hi <<first_name>>,\nin \\[[<<city>>"
    assert (layer["align"], layer["max_lines"], layer["line_height"], layer["font"]["weight"]) == (
        "center",
        2,
        1.25,
        700,
    )
    assert (layer["box"]["x"], layer["box"]["width"]) == (0, 600)
    assert [field["name"] for field in json.loads(found.text)["fields"]] == ["first_name", "city"]
    assert any("First name" in one for one in found.simplified)
    assert any("Helvetica" in one for one in found.simplified)


def test_what_no_layer_can_be_is_kept_as_a_picture(fonts: FontCatalogue) -> None:
    """Paths that follow each other are one picture, in their order between layers; a text in a turned group is out."""
    found = imported(
        '<path id="leaf" d="M0 0h9v9z" fill="#f00"/><path d="M0 0h9v9z" fill="#00f"/>'
        '<rect width="30" height="40" fill="#0f0"/>'
        '<g id="badge" transform="rotate(10) skewX(20)"><rect width="9" height="9" fill="#000"/>'
        '<text y="9">New</text></g>',
        fonts,
    )
    kinds = [layer["type"] for layer in layers(found)]
    assert kinds == ["image", "shape", "image", "text"]
    assert sorted(found.assets) == ["drawing-1.svg", "drawing-2.svg"]
    assert b"<text" not in found.assets["drawing-2.svg"]
    assert any("leaf" in one and "drawing-1.svg" in one for one in found.simplified)
    assert any("New" in one for one in found.simplified)


def test_pictures_are_files(fonts: FontCatalogue) -> None:
    """A picture, and one that fills a shape as Figma writes it, are files; the same one is there once."""
    image = f'<image id="i" width="8" height="8" xlink:href="data:image/png;base64,{PIXEL}"/>'
    found = imported(
        f'{image}<rect x="9" width="8" height="8" rx="2" fill="url(#p)"/>'
        f'<defs><pattern id="p" width="1" height="1"><use xlink:href="#i"/></pattern></defs>',
        fonts,
    )
    assert [layer["asset"] for layer in layers(found)] == ["picture-1.png", "picture-1.png"]
    assert [layer["fit"] for layer in layers(found)] == ["contain", "cover"]
    assert layers(found)[1]["radius"] == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"\x89PNG\r\n", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG"), (b"GIF89a", "GIF"), (b"RIFF\0\0\0\0WEBP", "WebP")],
)
def test_a_picture_of_another_kind_is_named(body: bytes, kind: str, fonts: FontCatalogue) -> None:
    """Whatever it is called."""
    with pytest.raises(BadUpload, match=f"is not an SVG but a {kind}; export it as SVG"):
        import_svg(body, "x", fonts)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<p/>", b"<svg/>", b'<svg xmlns="http://www.w3.org/2000/svg"/>', b"<svg",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'.encode("utf-16"),
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9999 9"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text font-size="1e999">x</text></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + 100 * b"<g>" + 100 * b"</g>" + b"</svg>",
    ],
)  # fmt: skip
def test_what_is_no_svg_is_refused(body: bytes, fonts: FontCatalogue) -> None:
    """With a sentence, not with a crash."""
    with pytest.raises(BadUpload):
        import_svg(body, "Test", fonts)
