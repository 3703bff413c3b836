"""Objects of a PDF: how values are written, and the file around them."""

from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.pdf.objects import Objects, number, syntax, text_string
from tests.pdf.readers import check_by_qpdf


def empty_page(title: str = "") -> bytes:
    """Return a file of one empty page."""
    objects = Objects()
    pages = objects.reserve()
    page = objects.add({"Type": b"/Page", "Parent": pages, "MediaBox": [0, 0, 10, 10]})
    objects.put(pages, {"Type": b"/Pages", "Kids": [page], "Count": 1})
    root = objects.add({"Type": b"/Catalog", "Pages": pages})
    return objects.file(root, objects.add({"Title": title}))


@given(st.floats(-1e6, 1e6))
def test_numbers_have_no_exponent_and_are_near(value: float) -> None:
    """PDF has no exponents; a thousandth of a px is seen by nobody."""
    written = number(value)
    assert set(written) <= set(b"-.0123456789")
    assert abs(float(written) - value) <= 0.0005 + 1e-9


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_texts_are_read_back(text: str) -> None:
    """A title in any script, with brackets and backslashes."""
    assert pypdfium2.PdfDocument(empty_page(text)).get_metadata_value("Title") == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"A": 1, "B": [1.5, True]}, b"<</A 1 /B [1.5 true]>>"),
        ("Ava (1)", rb"(Ava \(1\))"),
        ("李", b"<FEFF674E>"),
        (-0.0001, b"0"),
        (b"/Name", b"/Name"),
    ],
)
def test_values_are_written_as_syntax(value: object, written: bytes) -> None:
    """Each type in its own form."""
    assert syntax(value) == written


def test_what_pdf_lacks_is_no_value() -> None:
    """A mistake of ours, not a file that nobody can open."""
    with pytest.raises(TypeError, match="a PDF has no NoneType"):
        syntax(None)


def test_the_file_is_sound_and_always_the_same(tmp_path: Path) -> None:
    """qpdf finds nothing; no time is in it; another title makes another file identifier."""
    check_by_qpdf(empty_page("One"), tmp_path)
    assert empty_page("One") == empty_page("One")
    assert empty_page("One").split(b"/ID")[1] != empty_page("Two").split(b"/ID")[1]


def test_small_streams_are_not_compressed_and_large_ones_are() -> None:
    """Whichever is smaller."""
    objects = Objects()
    root = objects.add({})
    objects.add_stream(b"short")
    objects.add_stream(b"long " * 1_000)
    body = objects.file(root, root)
    assert b"stream\nshort\nendstream" in body
    assert body.count(b"/FlateDecode") == 1
    assert len(body) < 1_000


def test_ascii_texts_stay_readable() -> None:
    """For those who look into a file."""
    assert text_string("Certificate 2025") == b"(Certificate 2025)"
