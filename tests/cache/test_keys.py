"""The render key."""

import re
from hashlib import sha256

from imgurl.cache.keys import RenderKey, render_key


def test_the_key_is_the_digest_of_netstrings() -> None:
    """The key is the SHA-256 over kind, plate, format and the values by ascending name, as netstrings."""
    written = b"6:values,5:plate,3:png,4:city,4:Rome,10:first_name,4:Zo\xc3\xab,"
    expected = RenderKey(sha256(written).hexdigest(), "png")
    assert expected == render_key("plate", {"first_name": "Zoë", "city": "Rome"}, "png")


def test_what_was_gathered_is_one_part_more() -> None:
    """Without it the key is that of the values alone; with it no values make the same key."""
    texts = {"a": "1"}
    digest = "f" * 64
    assert render_key("p", texts, "png", gathered="") == render_key("p", texts, "png")
    keys = {render_key("p", texts, "png"), render_key("p", texts, "png", gathered=digest)}
    keys |= {render_key("p", texts | {digest: ""}, "png"), render_key("p", texts, "png", gathered=digest[:-1])}
    assert len(keys) == 4


def test_the_order_of_values_does_not_matter() -> None:
    """Equal values in another order are one picture."""
    assert render_key("p", {"a": "1", "b": "2"}, "png") == render_key("p", {"b": "2", "a": "1"}, "png")


def test_every_part_makes_another_key() -> None:
    """Plate, names, values, format and kind each tell pictures apart, also where their joined text is the same."""
    keys = {
        render_key("p", {"a": "1"}, "png"),
        render_key("q", {"a": "1"}, "png"),
        render_key("p", {"b": "1"}, "png"),
        render_key("p", {"a": "2"}, "png"),
        render_key("p", {"a": "1"}, "jpg"),
        render_key("p", {"a": "1"}, "png", kind="expired"),
        render_key("p", {}, "png"),
        render_key("p", {"a": ""}, "png"),
        render_key("p", {"a": "1b2"}, "png"),
        render_key("p", {"a": "1", "b": "2"}, "png"),
        render_key("p", {"a": "1,1:b,1:2"}, "png"),
    }
    assert len(keys) == 11


def test_the_etag_is_strong_and_quoted() -> None:
    """An ETag is 40 hex digits in double quotes, without W/ (RFC 9110, 8.8.3)."""
    key = render_key("p", {}, "png")
    assert re.fullmatch('"[0-9a-f]{40}"', key.etag)
    assert key.etag.strip('"') == key.digest[:40]


def test_the_file_name_has_digest_and_format() -> None:
    """An entry's file is named by the whole digest and the extension."""
    key = render_key("p", {}, "webp")
    assert f"{key.digest}.webp" == key.file_name
