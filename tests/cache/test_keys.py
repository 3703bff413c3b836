"""The render key."""

import re
from hashlib import sha256

from imgurl.cache.keys import RenderKey, remote_picture_key, remote_record_key, render_key


def test_the_key_is_the_digest_of_netstrings() -> None:
    """The key is the SHA-256 over kind, plate, format and the values by ascending name, as netstrings."""
    written = b"6:values,5:plate,3:png,4:city,4:Rome,10:first_name,4:Zo\xc3\xab,"
    expected = RenderKey(sha256(written).hexdigest(), "png")
    assert expected == render_key("plate", {"first_name": "Zoë", "city": "Rome"}, "png")


def test_a_remote_picture_and_its_record_are_no_image() -> None:
    """They are kept beside images, and no key of one is that of another, whatever the URL."""
    digest = render_key("p", {}, "png").digest
    keys = {render_key("p", {}, "png"), remote_picture_key(digest), remote_record_key(digest), remote_record_key("a")}
    assert len({key.file_name for key in keys}) == 4


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
