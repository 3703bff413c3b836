"""Marks in pictures: what was drawn is read back, and the picture of anything else is found wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.client import Answer
from benchmarks.marks import (
    DESIGN,
    LINKS,
    VALUES,
    Link,
    Mark,
    NotAMark,
    Reader,
    Verdict,
    model_marks,
    read_blocks,
    write_design,
)
from benchmarks.tally import UNCHANGED, WRONG, outcome_of
from imgurl.config import shipped
from imgurl.design.library import load_design
from imgurl.plate.compile import compile_plate
from imgurl.plate.render import render
from imgurl.text.fonts import load_catalogue
from imgurl.urls.mint import Minter
from imgurl.urls.signing import KeyState, SigningKey

Draw = Callable[..., bytes]
MARKS = st.builds(Mark, st.integers(0, LINKS - 1), st.integers(0, VALUES - 1))
ASKED = Mark(3, 0xABCDEF)


@pytest.fixture(scope="module", params=[False, True], ids=["light", "heavy"])
def draw(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Draw:
    """Draws a mark; values that are given otherwise replace those of the mark."""
    folder = tmp_path_factory.mktemp("designs")
    write_design(folder, heavy=request.param)
    fonts = load_catalogue(shipped("fonts"))
    plate = compile_plate(load_design(folder / DESIGN, fonts), fonts)

    def drawn(mark: Mark, ext: str = "png", **otherwise: str) -> bytes:
        return render(plate, mark.values | otherwise, ext).body

    return drawn


@pytest.fixture(scope="module")
def reader(draw: Draw) -> Reader:
    """A reader that has seen the letters."""
    return Reader({mark: draw(mark) for mark in model_marks()})


@pytest.mark.parametrize("ext", ["png", "jpg", "gif"])
@given(mark=MARKS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mark_is_read_back_from_its_picture(mark: Mark, ext: str, draw: Draw, reader: Reader) -> None:
    """Every format keeps colours and letters apart."""
    assert reader.read(draw(mark, ext)) == mark
    assert reader.verdict(mark, draw(mark, ext)) is Verdict.RIGHT


@pytest.mark.parametrize("ext", ["png", "jpg"])
@pytest.mark.parametrize(
    "shown",
    [Mark(3, 0xABCDEE), Mark(3, 0xBBCDEF), Mark(4, 0xABCDEF), Mark(0, 0)],
    ids=["last-letter", "first-letter", "link", "empty"],
)
def test_the_picture_of_another_request_is_wrong(shown: Mark, ext: str, draw: Draw, reader: Reader) -> None:
    """Another value of the same link (a stale picture) and the same value of another link are both found."""
    assert reader.verdict(ASKED, draw(shown, ext)) is Verdict.WRONG


def test_a_picture_put_together_from_two_is_wrong(draw: Draw, reader: Reader) -> None:
    """Letters of an older value between the right blocks, a block of an older one beside the right letters."""
    assert reader.verdict(ASKED, draw(ASKED, code=Mark(3, 0xABCDEE).code)) is Verdict.WRONG
    assert reader.verdict(ASKED, draw(ASKED, code="")) is Verdict.WRONG
    for place in range(8):
        other = Mark(0xABC, 0x123456).values[f"c{place}"]
        assert reader.verdict(ASKED, draw(ASKED, **{f"c{place}": other})) is Verdict.WRONG


def test_what_is_no_whole_picture_is_wrong(draw: Draw, reader: Reader) -> None:
    """Half a file, none at all, and text."""
    body = draw(ASKED)
    for broken in (body[: len(body) // 2], b"", b"not an image"):
        assert reader.verdict(ASKED, broken) is Verdict.WRONG


def test_the_default_image_is_neither_right_nor_wrong(draw: Draw, reader: Reader) -> None:
    """It is told apart from every mark, the second time by its bytes."""
    grey = dict.fromkeys((f"c{place}" for place in range(8)), "#808080")
    body = draw(ASKED, **grey, code="")
    assert [reader.verdict(ASKED, body) for _ in range(2)] == [Verdict.DEFAULT] * 2
    assert reader.verdict(ASKED, draw(ASKED)) is Verdict.RIGHT


def test_letters_that_look_alike_are_not_learnt(draw: Draw) -> None:
    """A server that draws one letter for two can't be measured, and one whose models are mixed up neither."""
    pictures = {mark: draw(mark) for mark in model_marks()}
    first, second, *_ = model_marks()
    with pytest.raises(NotAMark):
        Reader(pictures | {second: draw(second, code=first.code)})
    with pytest.raises(NotAMark):
        Reader(pictures | {second: pictures[first]})


@given(mark=MARKS, place=st.integers(0, 7), channel=st.integers(0, 2), level=st.sampled_from((0, 85, 170, 255)))
def test_no_single_change_of_a_block_makes_another_mark(mark: Mark, place: int, channel: int, level: int) -> None:
    """The check sum finds each channel of each block that is of another picture."""
    pixels = np.zeros((200, 600, 3), np.float32)
    for block, color in enumerate(mark.colors):
        pixels[24:72, 24 + 64 * block : 72 + 64 * block] = list(bytes.fromhex(color[1:]))
    assert read_blocks(pixels) == mark
    pixels[24:72, 24 + 64 * place : 72 + 64 * place, channel] = level
    try:
        found = read_blocks(pixels)
    except NotAMark:
        return
    # 12 bits of check sum let one of 4,096 damages through, and each of those is a mark that nobody asked for.
    assert (found == mark) == (bytes.fromhex(mark.colors[place][1:])[channel] == level)


def test_each_value_of_a_link_has_a_target_of_its_own() -> None:
    """A link is signed once: its values share the signature, and the sealed part."""
    link = Link(Minter(SigningKey.generate("bench", KeyState.SIGN), ""), 5, "jpg")
    one, other = link.target(1), link.target(2)
    assert one != other
    assert "@@" not in one
    assert one.partition("&c2=")[0] == other.partition("&c2=")[0]


@pytest.mark.parametrize(
    ("sent", "own", "outcome"),
    [('"own"', '"own"', UNCHANGED), ('"other"', '"own"', WRONG), ('"other"', "", WRONG), ("", "", WRONG)],
)
def test_not_modified_is_right_for_the_pictures_own_etag_only(
    sent: str, own: str, outcome: str, reader: Reader
) -> None:
    """A 304 to another ETag leaves another picture, or a stale one, in front of the recipient."""
    assert outcome_of(Answer(304), ASKED, reader, sent, own) == outcome


def test_what_is_no_image_is_told_by_its_status(reader: Reader) -> None:
    """And what is no answer by what became of it."""
    assert outcome_of(Answer(503, body=b"busy"), ASKED, reader) == "status 503"
    assert outcome_of(Answer(0, error="torn"), ASKED, reader) == "torn"


def test_designs_are_written_where_a_server_looks(tmp_path: Path) -> None:
    """The folder of designs need not exist."""
    write_design(tmp_path / "designs")
    assert (tmp_path / "designs" / DESIGN / "design.json").exists()
