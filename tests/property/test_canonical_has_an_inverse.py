"""The canonical bytes of a model can be read back, so two models never share them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.urls.canonical import canonical, from_canonical
from tests.property.strategies import unicode_text
from tests.urls.reading import canonical_by_hand

models = st.tuples(unicode_text, unicode_text, st.dictionaries(unicode_text, unicode_text, max_size=6))
pieces = st.sampled_from(
    [b"12:imgurl-url-1,", b"6:spring,", b"3:png,", b"1:0,", b"1:1,", b"2:_k,", b"2:k1,", b":", b",", b"0"]
)


@given(models)
@settings(max_examples=200, deadline=None)
def test_every_model_is_read_back(model: tuple[str, str, dict[str, str]]) -> None:
    """Over all of Unicode, in design, format, names and values."""
    assert model == from_canonical(canonical(*model))


@given(models)
@settings(max_examples=200, deadline=None)
def test_a_second_hand_writes_the_same_bytes(model: tuple[str, str, dict[str, str]]) -> None:
    """The specification read once more."""
    assert canonical_by_hand(*model) == canonical(*model)


@given(models, models)
@settings(max_examples=200, deadline=None)
def test_two_models_have_two_byte_strings(
    one: tuple[str, str, dict[str, str]], other: tuple[str, str, dict[str, str]]
) -> None:
    """And one model has one, however its pairs are ordered."""
    turned = (one[0], one[1], dict(reversed(one[2].items())))
    assert canonical(*one) == canonical(*turned)
    assert (one == other) == (canonical(*one) == canonical(*other))


@given(st.one_of(st.binary(max_size=80), st.lists(pieces, max_size=12).map(b"".join)))
@settings(max_examples=200, deadline=None)
def test_no_model_has_a_second_byte_string(data: bytes) -> None:
    """Bytes are refused, or they are the canonical ones of what was read from them."""
    try:
        model = from_canonical(data)
    except ValueError:
        return
    assert data == canonical(*model)


@given(models, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
@settings(max_examples=200, deadline=None)
def test_a_changed_byte_is_another_model_or_none(
    model: tuple[str, str, dict[str, str]], position: int, change: int
) -> None:
    """No byte of the canonical form is without meaning."""
    data = bytearray(canonical(*model))
    data[position % len(data)] ^= change
    try:
        read = from_canonical(bytes(data))
    except ValueError:
        return
    assert model != read
