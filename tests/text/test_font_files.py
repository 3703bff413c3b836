"""Dropped-in font files: what they say of themselves, and what is wrong with them."""

import contextlib
import io
from dataclasses import replace
from typing import Any

import brotli
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2DirectoryEntry
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.text.font_files import MAX_FONT_BYTES, MAX_FONT_FILES, BadFont, faces_of, families_of
from imgurl.text.fonts import FontCatalogue
from imgurl.text.woff2 import HEADER_BYTES, MAX_UNPACKED_BYTES, checked, unpacked
from tests.text.fontmaking import LETTERS, font_file

INTER = "inter/Inter.ttf"


def add_italic_axis(font: Any) -> None:
    """Give a variable font an axis of italics besides its own."""
    axis = type(font["fvar"].axes[0])()
    axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue = "ital", 0, 0, 1
    axis.axisNameID = 2
    font["fvar"].axes.append(axis)
    font["fvar"].instances = []
    for tag in ("gvar", "HVAR", "MVAR", "avar", "STAT"):
        if tag in font:
            del font[tag]


def the_mistake(body: bytes) -> str:
    """Return what is wrong with a file."""
    with pytest.raises(BadFont) as caught:
        faces_of("fonts/a.ttf", body)
    return str(caught.value)


class TestFaces:
    """A file says which face it is."""

    @pytest.mark.parametrize("is_woff2", [False, True])
    def test_family_weight_and_slope(self, is_woff2: bool) -> None:
        """From name and OS/2, in a plain file and in a packed one."""
        body = font_file("Acme Sans", usWeightClass=650, fsSelection=1, is_woff2=is_woff2)
        family, (face,) = faces_of("fonts/a.ttf", body)
        assert (family, face.weight, face.style, face.axes) == ("Acme Sans", 650, "italic", {})

    def test_the_family_of_all_weights(self) -> None:
        """The name for lists that show all weights goes before the one for lists of four faces."""
        body = font_file("Acme Black", change=lambda font: font["name"].setName("Acme", 16, 3, 1, 0x409))
        assert faces_of("fonts/a.ttf", body)[0] == "Acme"

    def test_axes(self) -> None:
        """The range of weights and of optical sizes is that of fvar."""
        family, (face,) = faces_of("fonts/a.ttf", font_file("Acme Var", INTER))
        assert (family, face.axes, face.weights) == (
            "Acme Var", {"wght": (100, 900), "opsz": (14, 32)}, (100, 900),
        )  # fmt: skip

    def test_an_axis_of_italics_makes_two_faces(self) -> None:
        """One file, upright at 0 and italic at 1."""
        _, faces = faces_of("fonts/a.ttf", font_file("Acme Var", INTER, change=add_italic_axis))
        assert [(face.style, dict(face.fixed)) for face in faces] == [("normal", {}), ("italic", {"ital": 1.0})]

    @pytest.mark.parametrize(
        ("family", "width", "expected"),
        [("Acme", 5, "Acme"), ("Acme", 3, "Acme Condensed"), ("Acme Condensed", 2, "Acme Condensed")],
    )
    def test_another_width_is_another_family(self, family: str, width: int, expected: str) -> None:
        """Designs name no width; a family whose name says it keeps its name."""
        assert faces_of("fonts/a.ttf", font_file(family, usWidthClass=width))[0] == expected

    @pytest.mark.parametrize(
        ("bits", "is_restricted"), [(0, False), (2, True), (4, False), (8, False), (0x104, False), (0x200, True)]
    )
    def test_licence_bits(self, bits: int, is_restricted: bool) -> None:
        """Only "restricted" and "bitmaps alone" forbid embedding; it does not forbid to draw pictures."""
        _, (face,) = faces_of("fonts/a.ttf", font_file(fsType=bits))
        assert face.is_restricted is is_restricted


class TestMistakes:
    """What can't be used is said in a sentence, whatever the bytes are."""

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (b"", "is not a font"),
            (b"<svg>", "is not a font; fonts are TTF, OTF or WOFF2 files"),
            (b"ttcf" + bytes(40), "is a collection of fonts; save each font as a file of its own"),
            (b"wOFF" + bytes(40), "is WOFF, an old form; convert it to WOFF2, TTF or OTF"),
            (b"\0\1\0\0" + bytes(8), "lacks cmap and name and head and maxp"),
            (b"\0\1\0\0" + b"\xff" * 40, "is damaged"),
            (b"wOF2" + bytes(60), "damaged"),
            (b"wOF2" + b"\xff" * 60, "is damaged"),
            (bytes(MAX_FONT_BYTES + 1), "has 20.0 MB; a font may have 20 MB"),
        ],
    )
    def test_other_files(self, body: bytes, sentence: str) -> None:
        """Each with what to do."""
        assert sentence in the_mistake(body)

    def test_no_name(self) -> None:
        """A font that no design could name."""
        assert "has no name of a family" in the_mistake(font_file(" "))

    def test_no_outlines(self) -> None:
        """A font with nothing to draw."""

        def strip(font: Any) -> None:
            del font["glyf"], font["loca"]

        assert "lacks outlines" in the_mistake(font_file(change=strip))

    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def test_no_damage_raises_anything_else(self, data: st.DataObject) -> None:
        """A font with some bytes changed or cut is read or refused, packed or not."""
        body = bytearray(font_file(is_woff2=data.draw(st.booleans())))
        for _ in range(data.draw(st.integers(1, 8))):
            body[data.draw(st.integers(4, len(body) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.sampled_from([len(body), len(body) // 2, 50]))
        with contextlib.suppress(BadFont):
            assert len(faces_of("fonts/a.ttf", bytes(body[:cut]))[1]) in (1, 2)

    def test_two_equal_faces(self) -> None:
        """Nobody could know which is drawn; a variable one covers the weight of another."""
        bodies = {"a.ttf": font_file(), "b.woff2": font_file(is_woff2=True), "c.ttf": font_file(usWeightClass=700)}
        found = families_of(bodies.items())
        assert found.problems == {"b.woff2": "is the same face as a.ttf, Acme Sans 400; remove one of them"}
        variable = families_of({"a.ttf": font_file("A", INTER), "b.ttf": font_file("A")}.items())
        assert variable.problems_of("A") == ("b.ttf is the same face as a.ttf, A 100 to 900; remove one of them",)

    def test_a_family_of_the_catalogue(self, fonts: FontCatalogue) -> None:
        """A file that would change what other designs mean by a name is not used."""
        found = families_of([("a.ttf", font_file("Inter"))], fonts.families)
        assert found.families == {}
        assert "which imgurl has already" in found.unreadable["a.ttf"]

    def test_too_many_files(self) -> None:
        """A folder has so many at the most."""
        body = b"<svg>"
        found = families_of((f"{number}.ttf", body) for number in range(MAX_FONT_FILES + 1))
        assert [name for name, said in found.problems.items() if "one too many" in said] == [f"{MAX_FONT_FILES}.ttf"]


class TestWoff2:
    """Packed fonts are drawn as unpacked ones."""

    def test_what_is_unpacked_draws_the_same(self, fonts: FontCatalogue) -> None:
        """Glyph boxes and advances of the packed file are those of the plain one."""
        measured = []
        for is_woff2 in (False, True):
            _, faces = faces_of("fonts/a.ttf", font_file(is_woff2=is_woff2))
            font = fonts.with_families({"Acme Sans": faces}).stack("Acme Sans").primary
            glyphs = [font.hb_font.get_nominal_glyph(ord(letter)) for letter in LETTERS]
            measured.append(
                [
                    (tuple(font.hb_font.get_glyph_extents(glyph)), font.hb_font.get_glyph_h_advance(glyph))
                    for glyph in glyphs
                ]
            )
        assert measured[0] == measured[1]
        assert len(set(measured[0])) > 5

    @pytest.mark.parametrize("is_table", [True, False])
    def test_what_would_fill_the_memory(self, is_table: bool) -> None:
        """A few bytes of zeros that stand for a gigabyte: in the tables they are refused, as metadata passed over."""
        body = font_file(is_woff2=True)
        bomb = brotli.compress(bytes(MAX_UNPACKED_BYTES * 40))
        assert len(bomb) < 1_000
        if is_table:
            stream = io.BytesIO(body)
            stream.seek(HEADER_BYTES)
            for _ in range(int.from_bytes(body[12:14])):
                WOFF2DirectoryEntry().fromFile(stream)
            packed = body[: stream.tell()] + bomb
            packed = packed[:20] + len(bomb).to_bytes(4) + packed[24:]
            with pytest.raises(ValueError, match="larger than 2 MB when it is unpacked; convert it to TTF or OTF"):
                checked(packed)
        else:
            place = len(body).to_bytes(4) + len(bomb).to_bytes(4) + (MAX_UNPACKED_BYTES * 40).to_bytes(4)
            assert unpacked(body[:28] + place + body[40:]) == unpacked(body)

    def test_a_damaged_one_is_found_when_it_is_opened(self, fonts: FontCatalogue) -> None:
        """Its end is missing: the sentence names the file."""
        body = font_file(is_woff2=True)
        _, faces = faces_of("fonts/a.ttf", body)
        broken = tuple(replace(face, body=body[:-20]) for face in faces)
        with pytest.raises(ValueError, match=r"^fonts/a\.ttf is damaged"):
            fonts.with_families({"Acme Sans": broken}).open("Acme Sans")


def test_own_families_share_the_fonts_of_the_catalogue(fonts: FontCatalogue) -> None:
    """What the catalogue has is one object with and without them, so that letters are kept once."""
    _, faces = faces_of("fonts/a.ttf", font_file())
    more = fonts.with_families({"Acme Sans": faces})
    assert more.stack("Inter").primary is fonts.stack("Inter").primary
    assert more.stack("Acme Sans").fonts[1:] == tuple(fonts.stack(name).primary for name in fonts.fallback)
    assert more.digests == fonts.digests
    assert TTFont(io.BytesIO(faces[0].body)).getBestCmap().keys() == more.stack("Acme Sans").primary.coverage
