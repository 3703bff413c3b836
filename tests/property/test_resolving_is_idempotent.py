"""What is drawn for a text, a name or a choice is drawn again when it is given as the value itself."""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.merge.casing import set_casing
from imgurl.merge.dialects import BY_ID
from imgurl.merge.kinds import FieldCasing
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import resolve
from tests.merge.factories import make
from tests.property.strategies import PIECES, any_text, unicode_text

FIELDS: Final = (
    make("first_name", type="name", fallback="there"),
    make("city", fallback="your city"),
    make("offer", fallback="", links=True, max_length=200),
    make("tier", type="choice", choices=["gold", "Straße", "İ"], fallback="gold"),
)
NAMES: Final = tuple(field.name for field in FIELDS)

words = st.lists(st.sampled_from("aAzZéÉøØßẞñÑçÇαΑσςΣжЖїЇıIiİ李م '\u2019-.&3\u0301\u0323"), max_size=24).map("".join)
wire = st.lists(
    st.one_of(
        st.sampled_from([piece.encode() for piece in PIECES]),
        st.sampled_from([f"&{name}=".encode() for name in NAMES]),
        any_text.map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=20),
    ),
    max_size=10,
).map(b"".join)


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(any_text, unicode_text)))
@settings(max_examples=200, deadline=None)
def test_sealed_texts(values: dict[str, str]) -> None:
    """Over all of Unicode."""
    texts = resolve(FIELDS, values).texts
    assert texts == resolve(FIELDS, texts).texts


@given(wire, st.sampled_from([None, *sorted(BY_ID)]))
@settings(max_examples=200, deadline=None)
def test_open_texts(query: bytes, esp: str | None) -> None:
    """However they were spelt on the wire: so all spellings share one picture with the plain one."""
    dialect = BY_ID.get(esp or "")
    part = read_open_part(query.decode("latin-1") + "&_z=1", NAMES, dialect)
    texts = resolve(FIELDS, {}, NAMES, part, dialect).texts
    assert texts == resolve(FIELDS, texts).texts


@given(words, st.sampled_from(list(FieldCasing)), st.sampled_from(["en-US", "tr-TR", "az", "de-DE"]))
@settings(max_examples=200, deadline=None)
def test_casing(text: str, casing: FieldCasing, locale: str) -> None:
    """Letters that are set as specified stay so."""
    once = set_casing(text, casing, locale)
    assert once == set_casing(once, casing, locale)
