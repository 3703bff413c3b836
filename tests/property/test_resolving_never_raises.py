"""Whatever the open part is, values come out: dirty values are not errors."""

import unicodedata
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.merge.dialects import BY_ID
from imgurl.merge.fields import MAX_CODE_POINTS
from imgurl.merge.kinds import FieldType
from imgurl.merge.open_part import MAX_VALUE_BYTES, read_open_part
from imgurl.merge.resolve import FALLBACKS, resolve
from tests.merge.factories import make
from tests.property.strategies import PIECES, any_text

FIELDS: Final = (
    make("first_name", type="name", fallback="there", casing="name"),
    make("city", fallback="", casing="upper", locale="tr-TR"),
    make("offer", required=True, pattern="[A-Z]+", links=True),
    make("price", type="money", fallback="9.50", locale="de-DE", currency="EUR"),
    make("count", type="number", locale="ar-EG"),
    make("until", type="date", input=["%d.%m.%Y", "%m/%d/%Y"]),
    make("tier", type="choice", choices=["gold", "Straße"], casing="title"),
    make("vip", type="flag", fallback="no"),
    make("lang", type="language", choices=["en", "de", "zh-Hant"], fallback="en"),
    make("accent", type="color", fallback="tomato"),
    make("code", max_length=3),
)
CHOICES: Final = {FieldType.CHOICE: ["gold"], FieldType.LANGUAGE: ["de", "zh-Hant", "pt-BR"]}
NAMES: Final = tuple(field.name for field in FIELDS)

dialects = st.sampled_from([None, *BY_ID.values()])
wire = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.one_of(
            st.sampled_from([piece.encode() for piece in PIECES]),
            st.sampled_from([f"&{name}=".encode() for name in NAMES]),
            st.binary(max_size=8),
            any_text.map(lambda text: text.encode("utf-8", "surrogatepass")),
        ),
        max_size=20,
    ).map(b"".join),
)


@given(wire, dialects, st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_bytes_as_an_open_part(query: bytes, dialect: object, ended: bool) -> None:
    """Each field has a value of one line, bounded, drawable; with the end marker or without."""
    found = BY_ID.get(getattr(dialect, "id", ""))
    part = read_open_part((query + b"&_z=1" * ended).decode("latin-1"), NAMES, found)
    resolved = resolve(FIELDS, {}, NAMES, part, found)
    assert tuple(value.field for value in resolved.values) == NAMES
    for value, field in zip(resolved.values, FIELDS, strict=True):
        assert len(value.text) <= 3 * MAX_CODE_POINTS
        assert value.text == value.text.encode().decode()
        assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value.text)
        assert value.flags or value.origin not in FALLBACKS
        assert value.text or value.origin in FALLBACKS
        assert (field.name in resolved.lacking) == (not value.text and field.required)
    assert all(len(value.text or "") <= MAX_VALUE_BYTES for value in part.values.values())


@given(any_text, dialects)
@settings(max_examples=200, deadline=None)
def test_any_text_in_every_field(text: str, dialect: object) -> None:
    """Sealed, as a fallback of the URL, and open."""
    found = BY_ID.get(getattr(dialect, "id", ""))
    sealed = dict.fromkeys(NAMES, text)
    wire_text = "&".join(f"{name}={text}" for name in NAMES).encode("utf-8", "surrogatepass").decode("latin-1")
    part = read_open_part(wire_text + "&_z=1", NAMES, found)
    for resolved in (resolve(FIELDS, sealed), resolve(FIELDS, sealed, NAMES, part, found)):
        assert tuple(resolved.texts) == NAMES
        assert resolved.texts["tier"] in ("Gold", "Straße", "")
        assert resolved.texts["vip"] in ("true", "false")
        assert resolved.texts["accent"].startswith("#")


@given(
    st.sampled_from(list(FieldType)),
    any_text,
    st.sampled_from(["en-US", "de-DE", "ar-EG", "ja-JP", "fr-CH", "hi-IN", "xx"]),
)
@settings(max_examples=200, deadline=None)
def test_any_text_as_every_type_in_every_locale(kind: FieldType, text: str, locale: str) -> None:
    """ICU is never handed anything it chokes on."""
    hosts = ["cdn.example.com"] * (kind is FieldType.URL)
    field = make(type=kind.value, locale=locale, choices=CHOICES.get(kind, []), hosts=hosts)
    (value,) = resolve([field], {"x": text}).values
    assert value.text or value.flags
