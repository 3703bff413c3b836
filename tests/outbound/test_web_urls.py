"""URLs that others name: which are requests' targets at all, and which hosts a list holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.outbound.web_urls import MAX_URL, is_host_pattern, is_listed, read_host_list, read_web_url

# Addresses of threats row 47 as literals, as a resolver takes them.
LITERALS = [
    "127.0.0.1", "127.1", "0", "0.0.0.0", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "169.254.169.254",
    "100.64.0.1", "168.63.129.16", "224.0.0.1", "[::]", "[::1]", "[::ffff:7f00:1]", "[fd00:ec2::254]",
    "[64:ff9b::7f00:1]", "①②⑦.⓪.⓪.①", "１２７.0.0.1",
]  # fmt: skip

HOSTS = frozenset(("cdn.example.com", "*.shop.example", "localhost"))


@pytest.mark.parametrize("host", LITERALS)
def test_an_address_is_no_host(host: str) -> None:
    """In none of its spellings: neither in a URL nor in a list."""
    assert read_web_url(f"https://{host}/a.png") is None
    assert not is_host_pattern(host)


@pytest.mark.parametrize(
    "text",
    [
        "http://cdn.example.com/a.png", "https://cdn.example.com:80/a.png", "https://cdn.example.com:8443/a.png",
        "https://user@cdn.example.com/a.png", "https://user:word@cdn.example.com/", "https://cdn.example.com\\@evil.com/",
        "https://cdn.example.com/#a", "https://cdn.example.com/a b", "https://cdn.example.com/ä", "//cdn.example.com/",
        "ftp://cdn.example.com/", "file:///etc/passwd", "javascript:alert(1)", "data:image/png;base64,AA", "",
        "https://", "https:///a", "https://.com/", "https://-a.com/", "https://a..com/", "https://cdn.example.com./",
        "https://localhost/", "https://cdn.example.com:0443/", "https://cdn.example.com:99999/", "https://cdn_1.com/",
        "https://cdn.example.com/" + "a" * MAX_URL, "https://cdn.example.com\n/", "\thttps://cdn.example.com/",
    ],
)  # fmt: skip
def test_what_is_not_fetched(text: str) -> None:
    """Another scheme, port, user, fragment or backslash; a space, a letter beyond ASCII, what parsers differ on."""
    assert read_web_url(text) is None


@pytest.mark.parametrize(
    ("text", "host", "is_local"),
    [
        ("https://cdn.example.com/a.png?b=%20c", "cdn.example.com", False),
        ("https://CDN.Example.com:443", "cdn.example.com", False),
        ("http://localhost:9000/a", "localhost", True),
        ("http://localhost", "localhost", True),
    ],
)
def test_what_is_fetched(text: str, host: str, is_local: bool) -> None:
    """https at its own port; http for localhost alone, at any port. The text stays as it is."""
    url = read_web_url(text)
    assert url is not None
    assert (url.text, url.host, url.is_local) == (text, host, is_local)


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("cdn.example.com", True), ("a.shop.example", True), ("a.b.shop.example", True), ("shop.example", False),
        ("evilshop.example", False), ("a.cdn.example.com", False), ("example.com", False), ("localhost", True),
        ("a.localhost", False),
    ],
)  # fmt: skip
def test_what_a_list_holds(host: str, listed: bool) -> None:
    """The very name, or what is below the domain of a star."""
    assert is_listed(host, HOSTS) is listed


@given(st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,3}", fullmatch=True), st.sets(st.sampled_from(["a.b", "*.a.b", "b"])))
def test_a_list_is_as_its_patterns_say(host: str, patterns: set[str]) -> None:
    """The look-up agrees with going through the patterns one by one."""
    slowly = any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in patterns)
    assert is_listed(host, frozenset(patterns)) is slowly


@pytest.mark.parametrize(
    "pattern", ["*", "*.com", "*.", "a.*.com", "**.a.com", "https://a.com", "a.com/", "a.com:443", ""]
)
def test_what_is_no_pattern(pattern: str) -> None:
    """A star stands for all below a domain of two labels at least, and for nothing else."""
    assert not is_host_pattern(pattern)


def test_a_list_is_read() -> None:
    """With spaces and capitals; a mistake is named."""
    assert read_host_list(" CDN.example.com, *.shop.example ,localhost,") == HOSTS
    assert read_host_list("") == frozenset()
    with pytest.raises(ValueError, match=r"'10\.0\.0\.1' is not a host name"):
        read_host_list("cdn.example.com,10.0.0.1")
