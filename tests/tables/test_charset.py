"""Facts of imgurl.tables.charset: a list in another charset than UTF-8 is read right, and said, or refused."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.errors import BadTable
from imgurl.tables.charset import Charset, find_charset, is_western, is_word, named_charset, transcoded
from imgurl.tables.sniff import sniff
from tests.tables.factories import chopped, read

NAMES = {
    "cp1252": "Zoë Müller,José Núñez,Søren Ågård,João Gonçalves,Hélène Lefèvre,Jürgen Groß",
    "cp1250": "Łukasz Wójcik,Paweł Świątek,Jiří Dvořák,Věra Šťastná,Gergő Szűcs,Żaneta Gdańska",
    "cp1257": "Jūratė Petrauskienė,Žydrūnas Šiauliai,Jānis Bērziņš,Rūta Kalniņa,Eglė Šukytė,Mārtiņš Liepa",
    "cp1254": "Çağla Yılmaz,Şükrü Öztürk,Işıl Doğan,Gökçe Şahin,Özgür Iğdır,Ayşe Güneş",
    "cp1251": "Иван Петров,Анна Сергеева,Ольга Киева,Дмитрий Москвин,Наталья Зуева,Юрий Щукин",
    "koi8-r": "Иван Петров,Анна Сергеева,Ольга Киева,Дмитрий Москвин,Наталья Зуева,Юрий Щукин",
    "cp1253": "Γιώργος Νίκου,Μαρία Ελένη,Νίκος Πάτρας,Ελένη Αθηνά,Σοφία Λαμία,Άρης Δήμου",
    "mac-roman": "Zoë Müller,José Núñez,Søren Ågård,João Gonçalves,Hélène Lefèvre,Jürgen Groß",
    "shift_jis": "山田太郎,佐藤花子,鈴木さくら,高橋ケン,田中美咲,伊藤翔",
    "gbk": "李雷,韩梅梅,王芳,张伟,刘洋,陈静",
    "big5": "陳大文,林美玲,黃志明,張淑芬,李國華,王麗珍",
    "euc-kr": "김민준,이서연,박지훈,최수진,정하은,강도윤",
    "utf-16": "Łukasz Wójcik,Иван Петров,山田太郎,Zoë Müller,Ava Lee,Leo",
    "utf-16-le": "Łukasz Wójcik,Иван Петров,山田太郎,Zoë Müller,Ava Lee,Leo",
    "utf-16-be": "Łukasz Wójcik,Иван Петров,山田太郎,Zoë Müller,Ava Lee,Leo",
    "utf-32": "Łukasz Wójcik,Иван Петров,山田太郎,Zoë Müller,Ava Lee,Leo",
}  # fmt: skip


def list_of(names: str) -> str:
    """Return a list of these names, half of its rows plain."""
    rows = [row for name in names.split(",") for row in (f"{name},Northwind", "Ava Johnson,Contoso")]
    return "\r\n".join(["full_name,company_name", *rows, ""])


@pytest.mark.parametrize("charset", NAMES)
def test_names_are_read_in_the_charset_they_are_written_in(charset: str) -> None:
    """Twelve charsets of the world and UTF-16 with and without a mark; a guess says names of the list."""
    names = NAMES[charset]
    data = list_of(names).encode(charset)
    text = "".join(part.decode() for part in transcoded([data], sniff(data).encoding)).lstrip("\ufeff")
    assert text == list_of(names)
    assert (names.split(",")[0].split(" ")[0] in sniff(data).guess) == (not charset.startswith("utf"))


@pytest.mark.parametrize("charset", [*NAMES, "iso-8859-2", "iso2022_jp", "cp037", "utf-7"])
def test_a_charset_that_is_said_is_taken(charset: str) -> None:
    """Every one that Python knows, also those in which a comma is another byte; nothing is a guess then."""
    names = NAMES.get(charset, "Ava Johnson,Leo Martin")
    data = list_of(names).encode(charset)
    form = sniff(data, "list.csv", charset)
    text = b"".join(transcoded([data], form.encoding)).decode().removeprefix("\ufeff")
    assert (text, form.guess, form.columns) == (list_of(names), "", ("full_name", "company_name"))


def test_a_guess_is_said_in_each_row_that_it_changes() -> None:
    """A row in ASCII is the same in every charset."""
    text = list_of(NAMES["cp1250"])
    data = text.encode("cp1250")
    form = sniff(data)
    warned = [bool(row.warnings) for row in read(text.encode("cp1250"))]
    assert warned == [True, False] * 6
    assert "cp1250, a guess (Łukasz, Wójcik, Paweł)" in form.read_as


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Łukasz", True), ("£ukasz", False), ("Paweł", True), ("Pawe³", False), ("Èâàí", False), ("Иван", True),
        ("хБЮМ", False), ("Zo‘", False), ("MŸller", False), ("Müller", True), ("MÜLLER", True), ("Ö", True),
        ("Łódź", True), ("Dvořák", True), ("Иvan", False), ("山田さくら", True), ("김민준", True), ("Αθήνα", True),
        ("¿Qué", True), ("«Élan»", True), ("Jos¾", False), ("ZoÃ«", False),
    ],
)  # fmt: skip
def test_words_are_distinguished_from_what_a_wrong_charset_makes(word: str, expected: bool) -> None:
    """One script, letters of one language, capitals where they belong, no signs in the middle."""
    assert is_word(word) is expected


def test_a_list_that_is_in_no_charset_is_refused() -> None:
    """Bytes that make no word anywhere: the sentence says what to do."""
    with pytest.raises(BadTable, match="its charset cannot be detected; save it as 'CSV UTF-8', or give its charset"):
        find_charset(b"first_name\n" + bytes(range(0x80, 0xA0)) + b"\n\x81\x8d\xff\xfe\n", is_all=True)


def test_damaged_utf_8_is_not_another_charset() -> None:
    """A letter and half of another one: the list is UTF-8, and the row says what is wrong."""
    assert find_charset(b"first_name\nZ\xc3\xab\xeb\n", is_all=True) == Charset()


@pytest.mark.parametrize(
    ("raw", "expected"), [(b"Ren\xe9e,M\xfcller", True), (b"Pawe\xb3", False), (b"\xc8\xe2\xe0\xed", False)]
)
def test_one_row_is_western_only_beyond_doubt(raw: bytes, expected: bool) -> None:
    """In a list that is UTF-8, nothing else tells the charset of a row."""
    assert is_western(raw) is expected


@given(st.text(st.sampled_from("aZ,\r\n山Łë🏴"), max_size=60), st.lists(st.integers(0, 5), max_size=20))
def test_a_list_becomes_utf_8_however_it_is_chopped(text: str, lengths: list[int]) -> None:
    """A letter may be cut anywhere."""
    for charset in ("utf-16", "utf-16-le", "gb18030", "utf-8"):
        data = text.encode(charset)
        assert b"".join(transcoded(chopped(data, lengths), charset)).decode() == text


def test_names_of_charsets_are_those_of_python() -> None:
    """And of browsers, which read a subset as its superset."""
    found = {
        name: named_charset(name) for name in ("UTF8", "latin-1", "ISO-8859-9", "Shift_JIS", "x-mac-roman", "koi8-r")
    }
    assert found == {
        "UTF8": "utf-8", "latin-1": "cp1252", "ISO-8859-9": "cp1254", "Shift_JIS": "cp932",
        "x-mac-roman": codecs.lookup("mac-roman").name, "koi8-r": "koi8-r",
    }  # fmt: skip
