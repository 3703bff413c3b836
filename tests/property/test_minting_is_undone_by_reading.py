"""Reading and verifying a minted URL gives back what was minted."""

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.merge.dialects import BY_ID
from imgurl.merge.entities import entity_in
from imgurl.merge.judge import Flag
from imgurl.merge.tracking import is_tracking_name
from imgurl.urls.mint import Minter
from imgurl.urls.target import EXTENSIONS, parse_target
from tests.merge.factories import make, resolve_open
from tests.urls.reading import FIRST, RING, SECOND, signature_by_hand

names = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
orders = st.fixed_dictionaries(
    {
        "design": st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True),
        "values": st.dictionaries(names, values, max_size=5),
    },
    optional={
        "open": st.lists(names, max_size=4, unique=True),
        "esp": st.sampled_from(sorted(BY_ID)),
        "ext": st.sampled_from(EXTENSIONS),
        "expires": st.integers(int(time.time()) + 3_600, 99_999_999_999),
        "pin": st.from_regex(r"[0-9a-f]{12,64}", fullmatch=True),
        "dpr": st.integers(1, 3),
        "campaign": st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True),
    },
)


@given(orders, st.sampled_from([FIRST, SECOND]))
@settings(max_examples=200, deadline=None)
def test_what_was_minted_is_read(order: dict[str, Any], key: Any) -> None:
    """Every control, every value, the key, and a signature that the standard library makes too."""
    minted = Minter(key, "https://img.example.com").mint(**order)
    path, _, query = minted.removeprefix("https://img.example.com").encode().partition(b"?")
    url = parse_target(path, query)
    assert RING.verify(url) is key
    assert signature_by_hand(key.secret, url.design, url.ext, url.pairs) == url.signature
    read = {
        "design": url.design, "values": url.sealed, "open": list(url.open_names), "esp": url.dialect, "ext": url.ext,
        "expires": url.expires, "pin": url.pin, "dpr": url.dpr, "campaign": url.campaign,
    }  # fmt: skip
    plain: dict[str, Any] = {
        "open": [],
        "esp": None,
        "ext": "png",
        "expires": None,
        "pin": None,
        "dpr": 1,
        "campaign": None,
    }
    assert plain | order | {"open": sorted(order.get("open", ()))} == read


@given(orders)
@settings(max_examples=200, deadline=None)
def test_a_minted_url_that_nobody_filled_shows_fallbacks(order: dict[str, Any]) -> None:
    """Every tag of the open part is known for what it is, whatever the fields are called."""
    minted = Minter(FIRST, "").mint(**order)
    path, query = (part.encode() for part in minted.split("?", 1))
    url = parse_target(path, query)
    allowed = [name for name in url.open_names if not is_tracking_name(name) and not entity_in(name)]
    fields = [make(name, fallback="there") for name in allowed]
    resolved = resolve_open(url.open_query, *fields, esp=url.dialect)
    assert {field.name: "there" for field in fields} == resolved.texts
    assert tuple(field.name for field in fields) == resolved.fields_with(Flag.UNRESOLVED)
