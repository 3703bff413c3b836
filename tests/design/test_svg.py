"""SVG files: what is taken, what is refused and with which advice, how large they are."""

import gzip
import json
from pathlib import Path

import pytest

from imgurl.design.library import load_design
from imgurl.design.svg import MAX_DEPTH, MAX_ELEMENTS, read_svg
from imgurl.errors import BadDesign
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import document, image_layer, mistakes
from tests.design.svgs import DOT, HEAD, svg

FAMILIES = ("Inter", "Noto Sans")


def problems(body: bytes) -> tuple[str, ...]:
    """Return what is wrong with a file."""
    return read_svg(body, FAMILIES)[1]


class TestRefused:
    """What would do harm or look otherwise than meant, each with a sentence that says what to change."""

    @pytest.mark.parametrize(
        ("inner", "said"),
        [
            ("<script>x</script>", "uses <script>, which is not drawn"),
            ("<foreignObject/>", "uses <foreignObject>"),
            ("<animate/>", "uses <animate>"),
            ("<a href='#x'/>", "uses <a>"),
            ("<filter><feTurbulence/></filter>", "uses <feTurbulence>, a filter that takes too long"),
            ("<filter><feMorphology/></filter>", "uses <feMorphology>"),
            ("<filter><feImage href='#a'/></filter>", "uses <feImage>"),
            ("<rect onclick='x()'/>", "has the attribute 'onclick'"),
            ("<image href='/etc/passwd'/>", "refers to '/etc/passwd'"),
            ("<image href='logo.png'/>", "refers to 'logo.png'"),
            ("<image xlink:href='https://example.com/a.png'/>", "refers to 'https://example.com/a.png'"),
            ("<image href='data:image/svg+xml;base64,AAAA'/>", "refers to 'data:image/svg+xml;base64,AAAA'"),
            ("<use href='other.svg#a'/>", "refers to 'other.svg#a'"),
            ("<rect fill='url(https://example.com/#a)'/>", "refers to 'https://example.com/#a'"),
            ("<rect style='fill:url( \"a.svg#b\" )'/>", "refers to 'a.svg#b'"),
            ("<rect clip-path='url(a.svg#b)'/>", "refers to 'a.svg#b'"),
            ("<style>@import 'a.css';</style>", "imports a style sheet"),
            ("<style>rect { fill: url(a.svg#b) }</style>", "refers to 'a.svg#b'"),
            ("<style><![CDATA[@font-face { src: url(a.woff) }]]></style>", "refers to 'a.woff'"),
            ("<rect fill='var(--brand)'/>", "uses var(), which is drawn black; write the colour itself"),
            ("<rect style='stroke: oklch(70% 0.1 20)'/>", "uses oklch(), which is drawn black"),
            ("<style>rect { fill: COLOR-MIX(in srgb, red, blue) }</style>", "uses color-mix(), which is drawn black"),
            ("<stop stop-color='rgb(0 0 0 / 50%)'/>", "uses rgb() with '/', which is drawn black; write rgba("),
            ("<text font-family='Arial'>x</text>", "uses the font 'Arial', which is not among the fonts"),
            ("<text style=\"font-family:'Intre', sans-serif\">x</text>", "did you mean 'Inter'?"),
            ("<style>text { font: 12px Inter }</style><text>x</text>", "uses 'font:' in a style"),
            ("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH, "has more than 64 elements in each other"),
            ("<g/>" * MAX_ELEMENTS, "has more than 20,000 elements"),
            ("<use href='#a'/>" * 501, "has more than 500 <use>"),
            ("<g opacity='.5'/>" * 501, "has more than 500 groups with opacity"),
            ("<g>", "is not well-formed XML"),
        ],
    )
    def test_what_is_in_it(self, inner: str, said: str) -> None:
        """Found without drawing it."""
        (only,) = problems(svg(inner))
        assert said in only

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (gzip.compress(DOT), "is compressed (SVGZ)"),
            (DOT.replace(b"<rect", b"<!-- \xe9 --><rect"), "is neither UTF-8 nor UTF-16"),
            (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DOT, "has a DOCTYPE"),
            (b"<svg/>", 'does not begin with <svg xmlns="http://www.w3.org/2000/svg">'),
            (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "does not begin with <svg"),
            (b"", "is not well-formed XML"),
            (svg("", ""), "says nowhere how large it is"),
            (svg("", 'width="100%" height="100%"'), "says nowhere how large it is"),
            (svg("", 'width="10"'), "says nowhere how large it is"),
            (svg("", 'width="0" height="10"'), "says nowhere how large it is"),
            (DOT + b" " * 5_000_000, "has 5.0 MB; at most 5 are read"),
        ],
    )
    def test_the_file(self, body: bytes, said: str) -> None:
        """Before anything in it is looked at."""
        (only,) = problems(body)
        assert said in only

    def test_all_at_once_each_once(self) -> None:
        """As everything that is wrong with a design is told."""
        found = problems(svg("<script/><rect fill='var(--a)'/><rect fill='var(--b)'/><use href='x'/>"))
        assert [sentence.split()[1] for sentence in found] == ["<script>,", "var(),", "to"]


class TestTaken:
    """What editors write."""

    @pytest.mark.parametrize(
        "inner",
        [
            "<defs><linearGradient id='a'/></defs><rect fill='url(#a)'/>",
            "<style>.a { fill: #06c; clip-path: url('#a') }</style>",
            "<image href='data:image/png;base64,AAAA'/>",
            "<use xlink:href='#a'/>",
            "<metadata><x:rdf xmlns:x='urn:x' onload='no' href='https://example.com'/></metadata>",
            "<rect style='font-family:Arial'/>",
            "<text font-family='Inter, Arial'>var(--x) url(x)</text>",
            "<text style='font-family:sans-serif'>x</text>",
            "<g style='opacity:1'/>" * 600,
            "<title>lab(x)</title><g aria-label='lab(x)'/>",
            "<rect fill='rgb(1, 2, 3)' style='mix-blend-mode:multiply'/>",
        ],
    )
    def test_what_is_in_it(self, inner: str) -> None:
        """Nothing is wrong with it."""
        assert problems(svg(inner)) == ()

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_encodings(self, encoding: str) -> None:
        """By the byte order mark; what the file says of itself is left out."""
        body = f'<?xml version="1.0" encoding="{encoding}"?>\n{HEAD} viewBox="0 0 1 1"><title>李</title></svg>'
        read, wrong = read_svg(body.encode(encoding), FAMILIES)
        assert wrong == ()
        assert read is not None
        assert read.text.strip().startswith("<svg")
        assert "李" in read.text

    @pytest.mark.parametrize(
        ("attributes", "size"),
        [
            ('viewBox="0 0 40 20"', (40, 20)),
            ('viewBox="-5,-5,40,20" width="100%"', (40, 20)),
            ('width="10" viewBox="0 0 40 20"', (10, 5)),
            ('height="10px" viewBox="0 0 40 20"', (20, 10)),
            ('width="1in" height="72pt"', (96, 96)),
            ('width="25.4mm" height="2.54cm" viewBox="0 0 1 1"', (96, 96)),
            ('width="6pc" height="2em"', (96, 32)),
            ('width=".5e2" height="20"', (50, 20)),
        ],
    )
    def test_the_size(self, attributes: str, size: tuple[float, float]) -> None:
        """As in browsers, at 96 pixels an inch."""
        read, _ = read_svg(svg("", attributes), FAMILIES)
        assert read is not None
        assert (read.width, read.height) == pytest.approx(size)

    def test_the_fonts(self) -> None:
        """Those of texts only."""
        with_text, _ = read_svg(svg("<text font-family='Inter'>a</text>"), FAMILIES)
        without, _ = read_svg(svg("<g font-family='Inter'/>"), FAMILIES)
        assert with_text is not None
        assert without is not None
        assert (with_text.families, without.families) == (frozenset({"Inter"}), None)


class TestDesigns:
    """A design with SVGs."""

    def write(self, folder: Path, body: bytes) -> Path:
        """Write a design with one of these bytes."""
        design = folder / "test"
        design.mkdir(exist_ok=True)
        (design / "design.json").write_text(json.dumps(document(layers=[image_layer("logo.svg")])))
        (design / "logo.svg").write_bytes(body)
        return design

    def test_the_mistakes_of_a_file_are_the_designs(self, fonts: FontCatalogue, tmp_path: Path) -> None:
        """At the place that names it, all at once, before anything is drawn."""
        with pytest.raises(BadDesign) as caught:
            load_design(self.write(tmp_path, svg("<script/><image href='a.png'/>")), fonts)
        assert [problem.pointer for problem in caught.value.problems] == ["/layers/0/asset"] * 2
        assert all(problem.sentence.startswith("logo.svg ") for problem in caught.value.problems)

    def test_another_file_is_another_version(self, fonts: FontCatalogue, tmp_path: Path) -> None:
        """And so are other fonts in it."""
        versions = {
            load_design(self.write(tmp_path, body), fonts).version
            for body in (DOT, DOT + b"\n", svg("<text font-family='Inter'>a</text>"))
        }
        assert len(versions) == 3

    def test_a_name_may_hold_a_choice(self, fonts: FontCatalogue) -> None:
        """Like that of any picture."""
        layer = image_layer("<<tier>>.svg")
        tier = {"name": "tier", "type": "choice", "choices": ["gold"], "sample": "gold", "fallback": ""}
        assert mistakes(document(fields=[tier], layers=[layer]), fonts, ["gold.svg"]) == []
