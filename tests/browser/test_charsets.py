"""Chromium sends the mark, and names next to it, in the charset of the page, as the table of charsets says."""

import html
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import pytest

from imgurl.merge.charsets import CODECS, MARK, mark_in
from imgurl.merge.dialects import find_dialect
from imgurl.merge.iso_2022_jp import in_utf_8
from imgurl.merge.open_part import read_open_part

from .requests import Page, targets_asked_for

REFERENCES: Final = "".join(f"&#{ord(letter)};" for letter in MARK)
# Names that a page in each of these charsets can hold.
NAMES: Final = {
    "UTF-8": "山田",
    "windows-1252": "Zoë",
    "windows-1251": "Олексій",
    "GBK": "张伟",
    "Shift_JIS": "髙橋",
    "EUC-KR": "철수",
    "windows-1250": "Dvořák",
    "Big5": "李雷",
    "windows-1254": "Ayşe",
    "windows-1256": "محمد",
    "windows-1253": "Γιώργος",
    "windows-1255": "שרה",
    "windows-874": "สมชาย",
    "windows-1257": "Jānis",
    "windows-1258": "Đô",
    "EUC-JP": "さくら",
    "ISO-2022-JP": "愛子",
    "KOI8-R": "Анна",
    "KOI8-U": "Олексій",
    "gb18030": "Zoë",
    "ISO-8859-2": "Paweł",
    "ISO-8859-15": "Œuvre",
    "IBM866": "Иван",
    "macintosh": "René",
    "x-mac-cyrillic": "Иван",
}


@pytest.fixture(scope="module")
def targets(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Chromium asks for from a page in each charset: the query by the charset's name."""
    pages = {charset: page(charset) for charset in CODECS}
    targets = targets_asked_for(chromium, pages, tmp_path_factory.mktemp("charsets"))
    split = (target.removeprefix("/i/").partition(".png?") for target in targets)
    return {charset: query for charset, _, query in split}


def page(charset: str) -> Page:
    """Return a page with one image: a name in the page's charset, and the mark in numeric references."""
    target = f"/i/{charset}.png?first_name={NAMES.get(charset, 'Ava')}&_z={REFERENCES}"
    return Page(f'<!doctype html><title>x</title><img src="{target}">'.encode(CODECS[charset]), charset)


@pytest.mark.parametrize("charset", CODECS)
def test_the_table_is_what_chromium_sends(charset: str, targets: dict[str, str]) -> None:
    """Byte by byte, for each charset of the Encoding Standard that a page can be in."""
    mark = targets[charset].partition("&_z=")[2]
    assert unquote_to_bytes(in_utf_8(mark)) == mark_in(charset)


@pytest.mark.parametrize("charset", NAMES)
def test_a_name_is_read_as_it_was_sent(charset: str, targets: dict[str, str]) -> None:
    """By the mark that came with it."""
    part = read_open_part(targets[charset], ["first_name"], find_dialect("sendgrid"))
    assert part.values["first_name"].text == NAMES[charset]
    assert charset in part.charsets


def test_the_captured_marks_are_of_this_mark() -> None:
    """The corpus of the other tests has what Chromium sends for the letters of today."""
    corpus: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data" / "charset-corpus.json").read_text())
    sent = {charset: unquote_to_bytes(in_utf_8(corpus["marks"][charset.lower()])) for charset in CODECS}
    assert {charset: mark_in(charset) for charset in CODECS} == sent
    assert html.unescape(REFERENCES) == MARK
