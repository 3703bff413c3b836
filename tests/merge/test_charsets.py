"""Facts of imgurl.merge.charsets: what pages in other charsets than UTF-8 send, and what of it is drawn."""

import html
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from imgurl.merge.charsets import CODECS, MARK, charsets_of, decode_in, decode_western, decoded_again, mark_in
from imgurl.merge.clean import clean
from imgurl.merge.dialects import find_dialect
from imgurl.merge.iso_2022_jp import in_utf_8
from imgurl.merge.open_part import read_open_part

CORPUS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "charset-corpus.json").read_text(encoding="utf-8")
)
# Rows of names; the rest are signs and control characters, which the tests of the open part are about.
NAMES: Final = [row for row in CORPUS["rows"] if not row["charset"].startswith(("14.", "v"))]
MARKS: Final[dict[str, str]] = CORPUS["marks"]
# Charsets whose letters among those of the mark have the same bytes.
ALIKE: Final = (
    {"windows-1255", "ISO-8859-8"},
    {"windows-1257", "ISO-8859-13"},
)


def first_name(sent: str, mark: str = "1", esp: str | None = "sendgrid") -> str | None:
    """Return what is read of a name that came so."""
    dialect = find_dialect(esp) if esp else None
    return read_open_part(f"first_name={sent}&_z={mark}", ["first_name"], dialect).values["first_name"].text


def figures(esp: str | None, *, is_marked: bool) -> Counter[str]:
    """Count what becomes of the captured names: right, fallback or wrong."""
    found: Counter[str] = Counter()
    for row in NAMES:
        mark = MARKS.get(row["charset"], "1") if is_marked else "1"
        text = first_name(row["sent"], mark, esp)
        is_right = text is not None and clean(text) == html.unescape(row["name"])
        found["fallback" if text is None else "right" if is_right else "wrong"] += 1
    return found


@pytest.mark.parametrize("esp", ["sendgrid", None])
def test_names_from_pages_in_any_charset(esp: str | None) -> None:
    """With the mark, nearly all are right; without it, those that can't be known fall back."""
    marked, bare = figures(esp, is_marked=True), figures(esp, is_marked=False)
    assert marked.total() == bare.total() == len(NAMES) > 60
    assert marked["wrong"] <= 0.02 * len(NAMES)
    assert marked["right"] >= 0.95 * len(NAMES)
    assert bare["wrong"] <= 0.05 * len(NAMES)
    assert bare["right"] >= 0.45 * len(NAMES)


@pytest.mark.parametrize("charset", CODECS)
def test_the_mark_tells_the_charset(charset: str) -> None:
    """As Chromium sends it; two pairs have the same letters at the same bytes, and then both are named."""
    found = charsets_of(in_utf_8(MARKS[charset.lower()]))
    expected = next((pair for pair in ALIKE if charset in pair), {charset})
    assert set(found) == expected


@pytest.mark.parametrize("label", sorted(set(MARKS) - {charset.lower() for charset in CODECS}))
def test_other_labels_are_names_of_these(label: str) -> None:
    """iso-8859-1 is windows-1252 and so on; UTF-16 pages send UTF-8. x-user-defined has no letters at all."""
    expected = {
        "gb2312": "GBK",
        "iso-8859-1": "windows-1252",
        "iso-8859-11": "windows-874",
        "iso-8859-8-i": "windows-1255",
        "iso-8859-9": "windows-1254",
        "tis-620": "windows-874",
        "us-ascii": "windows-1252",
        "utf-16be": "UTF-8",
        "utf-16le": "UTF-8",
        "utf-7": "windows-1252",
        "x-mac-roman": "macintosh",
        "x-user-defined": "",
    }
    assert (charsets_of(MARKS[label]) or ("",))[0] == expected[label]


SENT: Final = {
    charset: "".join(f"%{byte:02X}" for byte in mark_in(charset))
    for charset in ("GBK", "KOI8-R", "windows-1251", "UTF-8")
}


@pytest.mark.parametrize("charset", SENT)
def test_a_mark_tells_after_accidents_too(charset: str) -> None:
    """Cut, encoded twice, broken by a mail server, in small hex digits, or as short as older links have it."""
    whole = SENT[charset]
    older = "".join(f"%{byte:02X}" for letter in MARK[:9] for byte in _in(charset, letter))
    place = whole.index("%26") if "%26" in whole else 6
    for mark in (whole[:-9], quote(whole, safe=""), whole[:place] + "!%20" + whole[place:], whole.lower(), older):
        assert charset in charsets_of(mark)
        assert len(charsets_of(mark)) <= 2


def _in(charset: str, letter: str) -> bytes:
    try:
        return letter.encode(CODECS[charset])
    except UnicodeEncodeError:
        return b"&#%d;" % ord(letter)


@pytest.mark.parametrize("mark", ["", "1", "x", "%E9x", "%FF%FE", "%26%2399%3B", "a" * 600])
def test_another_mark_tells_nothing(mark: str) -> None:
    """Then the rules for links without one hold."""
    assert charsets_of(mark) == ()
    assert first_name("Jos%C3%A9", mark) == "José"


def test_where_charsets_do_not_agree_nothing_is_known() -> None:
    """Of a mark that several charsets may have sent, only what they have in common."""
    assert decode_in(["windows-1252", "windows-1250"], b"Zo\xeb") == "Zoë"
    assert decode_in(["windows-1252", "windows-1250"], b"Pawe\xb3") is None


@pytest.mark.parametrize(
    ("sent", "charset", "text"),
    [
        ("%CE%B0", "gbk", "伟"),
        ("%D5%C5%CE%B0", "gbk", "张伟"),
        ("%C3%B6", "euc-kr", "철"),
        ("%FC%E2%B6%B6", "euc-jp", "髙橋"),
        ("%FB%FC%8B%B4", "shift_jis", "髙橋"),
        ("%83|%81[%83%8B", "shift_jis", "ポール"),
        ("Pawe%B3", "iso-8859-2", "Paweł"),
        ("Ay%FEe", "windows-1254", "Ayşe"),
        ("J%E2nis", "windows-1257", "Jānis"),
        ("Dvo%F8%E1k", "windows-1250", "Dvořák"),
        ("%83%83%87", "ibm866", "ГГЗ"),
        ("Ren%8E", "macintosh", "René"),
        ("%CE%EB%E5%EA%F1%B3%E9", "windows-1251", "Олексій"),
        ("Zo%26%23235%3B", "windows-1251", "Zoë"),
        ("%D0%90%D0%BD%D0%BD%D0%B0", "windows-1251", "Анна"),
    ],
)
def test_a_value_is_read_in_the_charset_of_its_page(sent: str, charset: str, text: str) -> None:
    """Also where its bytes happen to be UTF-8; but not where another program has encoded it before."""
    assert first_name(sent, MARKS[charset]) == text


def test_an_encoder_writes_utf_8_on_every_page() -> None:
    """A browser does not touch what a platform percent-encoded."""
    assert first_name("%E5%BC%A0%E4%BC%9F", MARKS["gbk"], "mailchimp") == "张伟"
    assert first_name("Zo%C3%AB", MARKS["windows-1252"], "mailchimp") == "Zoë"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("Ren%E9", "René"),
        ("J%FCrgen", "Jürgen"),
        ("Fran%E7ois", "François"),
        ("%D8yvind", "Øyvind"),
        ("M%FCller%20%26%20S%F6hne", "Müller & Söhne"),
        ("O%92Brien", "O’Brien"),
        ("%93Ava%94", "“Ava”"),
        ("%8Ai%9Ako", "Šiško"),
        ("Zo%EB%20%96%20Eva", "Zoë – Eva"),
        ("%E1%CE%CE%C1", None),
        ("%C0%ED%ED%E0", None),
        ("%B9%DA%C1%F6%BC%BA", None),
        ("%C0%EE%C0%D7", None),
        ("%8ER%93c", None),
        ("Pawe%B3", None),
        ("%A3ukasz", None),
        ("%A9%E1rka", None),
        ("Ay%FEe", None),
        ("%DDbrahim", None),
        ("%CA%C1%AA%D2%C2", None),
        ("Y%FDld%FDz", None),
        ("%E9F", None),
        ("%8Cc", None),
        ("%80", None),
        ("Ana%80", None),
        ("%D0or%F0e", None),
        ("%FF", None),
        ("%C4%E9%EC%DE%F4%F1%E9%EF%F2", None),
        ("%9D", None),
        ("1%B2", None),
    ],
)
def test_without_a_mark_only_what_can_be_no_other_charset(sent: str, text: str | None) -> None:
    """Words of Western Europe in Windows-1252; of the rest nobody can know whose letters they are."""
    assert [text] * 3 == [first_name(sent, esp=esp) for esp in ("sendgrid", "mailchimp", None)]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("Zo%C3%83%C2%AB", "Zoë"),
        ("%C3%84%C2%90or%C3%84%E2%80%98e", "Đorđe"),
        ("Anna%C3%A2%E2%82%AC%E2%84%A2s", "Anna’s"),
        ("%C3%A5%C2%B1%C2%B1", "山"),
        ("%C3%85%C2%A0tefan", "Štefan"),
        ("JO%C3%83O", "JOÃO"),
        ("%C3%82NGELA", "ÂNGELA"),
        ("Caf%C3%A9%C2%AE", "Café®"),
        ("%C3%90%C2%90", "А"),
        ("Jos%C3%A9%20%C3%83%C2%AB", "José Ã«"),
    ],
)
def test_utf_8_that_was_encoded_twice_is_put_together(sent: str, text: str) -> None:
    """Where all of it is; names that only look a little like it stay."""
    assert [text] * 3 == [first_name(sent, esp=esp) for esp in ("sendgrid", "mailchimp", None)]


def test_the_rules_are_for_what_they_say() -> None:
    """Of damaged UTF-8 nothing is read as Windows-1252, and plain text is left alone."""
    assert decode_western(b"Zo\xc3\xab\xc3") is None
    assert [decoded_again(text) for text in ("Ava", "Zoë", "山田", "Ã«x山")] == ["Ava", "Zoë", "山田", "Ã«x山"]
