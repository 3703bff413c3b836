"""Facts of imgurl.merge.iso_2022_jp: names whose bytes are those of ASCII."""

import re
from urllib.parse import quote, unquote

import pytest

from imgurl.merge.charsets import jis_character
from imgurl.merge.dialects import find_dialect
from imgurl.merge.iso_2022_jp import in_utf_8
from imgurl.merge.open_part import read_open_part

NAMES = (
    "山田",
    "愛子",
    "チエ",
    "髙橋",
    "ヤマダ",
    "さくら",
    "小林",
    "松本",
    "佐々木",
    "ポール",
    "李雷",
    "鈴木一郎",
    "常",
    "Ｊｏｈｎ",
    "高橋 健",
)


def as_a_browser(name: str) -> str:
    """Encode a name as the URL Standard does in a page in ISO-2022-JP; with the rows of NEC and IBM."""
    sent = ""
    for part in re.split("([ -~]+)", name):
        if not part or part.isascii():
            sent += part.replace(" ", "%20")
            continue
        pairs = b"".join(pair_of(letter) for letter in part)
        inside = "".join(f"%{byte:02X}" if chr(byte) in "\"#'<>" else chr(byte) for byte in pairs)
        sent += f"%1B$B{inside}%1B(B"
    return sent


def pair_of(letter: str) -> bytes:
    """Return the two bytes of a letter, found by trying all."""
    cells = range(0x21, 0x7F)
    return next(bytes((row, cell)) for row in cells for cell in cells if read(row, cell) == letter)


def read(row: int, cell: int) -> str:
    """Return the letter of two bytes, "" where there is none."""
    try:
        return jis_character(row, cell).decode()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("esp", ["sendgrid", None])
def test_a_name_is_read(name: str, esp: str | None) -> None:
    """Although its bytes may be Although its bytes may be &, = and %, and are bare, = and %, unencoded."""
    dialect = find_dialect(esp) if esp else None
    part = read_open_part(
        f"city={as_a_browser('東京')}&first_name={as_a_browser(name)}&_z=1", ["first_name", "city"], dialect
    )
    assert {key: value.text for key, value in part.values.items()} == {"city": "東京", "first_name": name}


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("%1B$B;3ED%1B(B", "山田"),
        ("%1B$B0&;R%1B(B", "愛子"),
        ("%1B$B%A%(%1B(B", "チエ"),
        ("%1B$B|b66%1B(B", "髙橋"),
        ("%1B$@;3ED%1B(J", "山田"),
        ("%1b%24B%3B3ED%1b%28B", "山田"),
        ("\x1b$B;3ED\x1b(B", "山田"),
    ],
)
def test_captured_names_are_read(sent: str, name: str) -> None:
    """What browsers sent, and the same from an encoder."""
    assert unquote(in_utf_8(sent)) == name


def test_python_knows_the_same_letters() -> None:
    """JIS X 0208 as the standard library reads it, but for seven signs that Windows maps elsewhere."""
    cells = [(row, cell) for row in range(0x21, 0x75) for cell in range(0x21, 0x7F)]
    pairs = [(read(*pair), bytes((0x1B, 0x24, 0x42, *pair, 0x1B, 0x28, 0x42))) for pair in cells]
    known = [(ours, sent.decode("iso2022_jp", "ignore")) for ours, sent in pairs]
    differing = [(ours, theirs) for ours, theirs in known if theirs and ours != theirs]
    assert len([theirs for _, theirs in known if theirs]) == 6_879
    assert {theirs for _, theirs in differing} <= set("‖−〜¢£¬\\")


@pytest.mark.parametrize("sent", ["%1B$B;3E", "Ava%1B", "%1B$B;3E%1B(B", "%1B(J%5C%1B(B", "%1B$B~~%1B(B", "\x1bAva"])
@pytest.mark.parametrize("esp", ["mailchimp", "sendgrid", None])
def test_what_is_left_of_an_escape_falls_back(sent: str, esp: str | None) -> None:
    """Cut, torn, of another set: nobody's name has an escape character."""
    dialect = find_dialect(esp) if esp else None
    value = read_open_part(f"first_name={sent}&_z=1", ["first_name"], dialect).values["first_name"]
    assert (value.text, value.flag) == (None, "undecodable")


def test_other_queries_are_left_alone() -> None:
    """Byte by byte."""
    query = "".join(map(chr, range(0x1C, 256))) + quote("Zoë")
    assert in_utf_8(query) == query


def test_a_garbled_name_costs_little() -> None:
    """The readings that are tried have a bound: where nearly each byte has two of them, the name falls back at last."""
    assert "\x1b" in unquote(in_utf_8("%1B$B" + "%22" * 2_000 + "~%1B(B"))
