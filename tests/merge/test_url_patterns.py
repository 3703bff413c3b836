"""URLs with values in them: a value changes neither the host nor the structure of the path."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.merge.url_patterns import filled, host_of, pattern_mistake

PATH = "https://cdn.example.com/logos/<<a>>-<<b>>/x.png?size=2"
QUERY = "https://cdn.example.com/logo?domain=<<a>>&name=x<<b>>&size=2"

awkward = st.text() | st.text(alphabet="./\\%?#&=@:a;")


@given(awkward, awkward)
def test_a_path_keeps_its_segments(first: str, second: str) -> None:
    """Whatever is put in, it is one segment of the same host, or there is no URL."""
    url = filled(PATH, {"a": first, "b": second})
    if url is None:
        assert (
            not first
            or not second
            or set("/\\") & {*first, *second}
            or f"{first}-{second}" in (".", "..")
            or (len(first + second) > 150 or not _is_utf8(first + second))
        )
        return
    parts = urlsplit(url.text)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "cdn.example.com", "size=2", "")
    assert [unquote(segment) for segment in parts.path.split("/")] == ["", "logos", f"{first}-{second}", "x.png"]


@given(awkward, awkward)
def test_a_query_keeps_its_names(first: str, second: str) -> None:
    """And what a server reads in it is the very value."""
    url = filled(QUERY, {"a": first, "b": second})
    if url is not None:
        parts = urlsplit(url.text)
        assert (parts.netloc, parts.path) == ("cdn.example.com", "/logo")
        assert parse_qsl(parts.query, keep_blank_values=True) == [
            ("domain", first), ("name", "x" + second), ("size", "2"),
        ]  # fmt: skip


@pytest.mark.parametrize("value", [".", "..", "a/b", "a\\b", "/", ""])
def test_what_would_change_the_path_gives_no_url(value: str) -> None:
    """Servers take %2E%2E for .., and some %2F for a slash."""
    assert filled("https://cdn.example.com/logos/<<a>>/x.png", {"a": value}) is None


def test_dots_within_a_segment_are_a_value_like_any_other() -> None:
    """A domain has some."""
    url = filled("https://cdn.example.com/<<a>>.png", {"a": "acme..com"})
    assert url is not None
    assert url.text == "https://cdn.example.com/acme..com.png"
    assert filled("https://cdn.example.com/.<<a>>", {"a": "."}) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "https://<<a>>/x", "https://<<a>>.example.com/x", "https://cdn.example.com<<a>>", "https://cdn.example.com:<<a>>/",
        "http://cdn.example.com/<<a>>", "<<a>>", "https://cdn.example.com/[[<<a>>]]", "https://u@cdn.example.com/<<a>>",
        "https://cdn.example.com/../<<a>>", "https://cdn.example.com/x#<<a>>", "https://10.0.0.1/<<a>>", "cdn/<<a>>",
        "https://cdn.example.com/a b<<a>>",
    ],
)  # fmt: skip
def test_what_is_no_pattern(pattern: str) -> None:
    """A placeholder in the host or the port, another scheme, optional pieces, what is no URL around it."""
    assert "is not a URL that can be fetched" in pattern_mistake(pattern)


@pytest.mark.parametrize("pattern", [PATH, QUERY, "https://cdn.example.com", "https://cdn.example.com?a=<<a>>"])
def test_what_is_one(pattern: str) -> None:
    """Also without placeholders, and without a path."""
    assert pattern_mistake(pattern) == ""
    assert host_of(pattern) == "cdn.example.com"


def _is_utf8(text: str) -> bool:
    return not any(0xD800 <= ord(sign) < 0xE000 for sign in text)
