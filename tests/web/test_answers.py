"""Headers and bodies of the answers."""

import json
from io import BytesIO

import pytest
from PIL import Image

from imgurl.cache.keys import render_key
from imgurl.formats import MEDIA_TYPES
from imgurl.web.answers import TRANSPARENT_PNG, degraded_answer, header_of, matches_etag, refused_answer

ETAG = '"0123456789abcdef0123456789abcdef01234567"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (ETAG, True),
        (f"W/{ETAG}", True),
        (f'"other", {ETAG}', True),
        (f'W/"other",W/{ETAG} , "third"', True),
        ("*", True),
        ('"other"', False),
        (ETAG.strip('"'), False),
        (ETAG.upper(), False),
        (ETAG[:-2] + '"', False),
        (f"w/{ETAG}", False),
        (ETAG[:-1] + '-gzip"', True),
        ("W/" + ETAG[:-1] + '-gzip"', True),
        (f'"a,b", W/"c", {ETAG[:-1]}-gzip"', True),
        (ETAG[:-1] + '-br"', True),
        (ETAG[:-1] + ';gzip"', True),
        (ETAG[:-1] + '-gzip-gzip"', False),
        (ETAG[:-1] + '-other"', False),
        (ETAG[:-1] + '"-gzip', True),
        (f'"x{ETAG}', False),
        (f'"a, {ETAG[1:]}', False),
        (" * ", True),
        ('"*"', False),
        ("", False),
    ],
)
def test_if_none_match_is_compared_weakly(header: str, expected: bool) -> None:
    """A list of ETags, weak ones too, or a star (RFC 9110, 13.1.2); ETags are case-sensitive and quoted."""
    assert matches_etag(header, ETAG) is expected


def test_the_transparent_picture_is_one_clear_pixel() -> None:
    """The refusal's picture is a valid PNG of one pixel that shows nothing."""
    with Image.open(BytesIO(TRANSPARENT_PNG)) as image:
        assert (image.format, image.size) == ("PNG", (1, 1))
        assert image.convert("RGBA").getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("ext", MEDIA_TYPES)
def test_a_degraded_answer_says_what_it_is(ext: str) -> None:
    """The default image goes out with its own type and ETag, and no cache may keep it."""
    key = render_key("plate", {}, ext)
    answer = degraded_answer((key, b"default"))
    headers = dict(answer.headers)
    assert (answer.status, answer.body, headers[b"content-length"]) == (200, b"default", b"7")
    assert MEDIA_TYPES[ext] == headers[b"content-type"].decode()
    assert (key.etag, b"no-store", b"default") == (
        headers[b"etag"].decode(), headers[b"cache-control"], headers[b"x-imgurl-outcome"]
    )  # fmt: skip


def test_a_problem_document_carries_the_request_id() -> None:
    """Who asks for JSON can name the request in a report."""
    answer = refused_answer(403, "Forbidden", "not signed", "1a2b", as_json=True)
    expected = {
        "type": "about:blank", "title": "Forbidden", "status": 403, "detail": "not signed", "request_id": "1a2b"
    }  # fmt: skip
    assert expected == json.loads(answer.body)
    assert dict(answer.headers)[b"content-length"].decode() == str(len(answer.body))


def test_headers_of_one_name_are_a_list() -> None:
    """A header that is not there is empty; bytes are read as Latin-1, so that none can fail (RFC 9110, 5.3)."""
    headers = [(b"accept", b"caf\xe9"), (b"accept", b"second")]
    assert [header_of(headers, b"accept"), header_of(headers, b"if-none-match")] == ["café, second", ""]
