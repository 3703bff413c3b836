"""A line of a mail that is broken inside a link, at whatever place: the right picture, or the fallback."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

import pytest

from imgurl.errors import ImgurlError
from imgurl.merge.dialects import BY_ID
from imgurl.merge.open_part import read_open_part
from imgurl.merge.resolve import FALLBACKS, Resolved, resolve
from imgurl.urls.reading import read_url
from tests.merge.factories import make
from tests.urls.folding import BASE, Mail, asked_for, broken
from tests.urls.reading import RING

FIELDS: Final = (
    make("first_name", type="name", fallback="there"),
    make("full_name", type="name", fallback="Our Guest"),
    make("rep_name", type="name", fallback="us"),
    make("city", fallback="your city"),
    make("company_name", fallback="your company"),
    make("event_name", fallback="our event", max_length=200),
    make("offer_name", fallback="an offer", max_length=200, links=True),
)

MAILS: Final = {
    "raw": Mail(
        "sales-banner-01",
        {"rep_name": "Leo Martin"},
        {"first_name": "Alexandra", "company_name": "Northwind"},
        "instantly",
    ),
    "raw-spaces": Mail(
        "hero", {"offer_name": "24 % off"}, {"first_name": "Mary Ann", "city": "San Francisco"}, "sendgrid"
    ),
    "raw-capitals": Mail(
        "hero", {"offer_name": "A b"}, {"first_name": "Ian McDonald", "company_name": "AT&amp;T"}, "smartlead"
    ),
    "raw-entities": Mail(
        "hero",
        {"offer_name": "Tea & cake"},
        {"first_name": "O&#39;Brien", "city": "Villeneuve d&#x27;Ascq"},
        "sendgrid",
    ),
    "raw-accents": Mail("hero", {"offer_name": "25 %"}, {"first_name": "José", "city": "São Paulo"}, "lemlist"),
    "raw-cjk": Mail("hero", {"offer_name": "春天 特卖"}, {"first_name": "李雷", "city": "東京 都"}, "sendgrid"),
    "percent-20": Mail(
        "hero", {"offer_name": "24 % off"}, {"first_name": "Alexandra", "city": "San%20Francisco"}, "mailchimp"
    ),
    "plus": Mail(
        "hero", {"offer_name": "24 % off"}, {"first_name": "Ana+Lu%C3%ADsa", "city": "San+Francisco"}, "mailchimp"
    ),
    "encoded-accents": Mail(
        "hero", {"offer_name": "a"}, {"first_name": "Zo%C3%AB", "city": "S%c3%a3o%20Paulo"}, "klaviyo"
    ),
    "encoded-entities": Mail(
        "hero", {"offer_name": "a"}, {"first_name": "O%26%23x27%3BBrien", "city": "K%C3%B6ln"}, "iterable"
    ),
    "no-platform": Mail(
        "hero", {"offer_name": "a b", "city": "your city"}, {"first_name": "O%26%2339%3BBrien", "city": "K%C3%B6ln"}
    ),
    "no-platform-plus": Mail(
        "hero", {"offer_name": "a b"}, {"first_name": "S%C3%B8ren+Lund", "city": "H%E1%BB%93+Ch%C3%AD+Minh"}
    ),
    "no-platform-raw": Mail(
        "hero", {"offer_name": "a b"}, {"first_name": "Mary Ann", "city": "Ōsaka"}, is_marked=False
    ),
    "long": Mail(
        "cert-2025",
        {
            "full_name": "桜" * 14 + " " + "Мария" * 4,
            "offer_name": "特卖" * 20,
            "event_name": " ".join(["Весна и лето"] * 5),
        },
        {},
    ),
}


def shown(source: bytes) -> tuple[str, str, dict[str, str], Resolved] | int:
    """Return what a link in a mail says if written so: design, format, sealed pairs, open fields; else the status."""
    try:
        url = read_url(*asked_for(source), RING).url
    except ImgurlError as error:
        return error.status_hint
    dialect = BY_ID.get(url.dialect or "")
    part = read_open_part(url.open_query, url.open_names, dialect)
    fields = [field for field in FIELDS if field.name in url.open_names]
    return url.design, url.ext, dict(url.pairs), resolve(fields, url.sealed, url.open_names, part, dialect)


def with_one_space(text: str) -> set[str]:
    """Return a text with a space at each of its places."""
    return {f"{text[:place]} {text[place:]}" for place in range(len(text) + 1)}


def outcome(source: bytes, right: tuple[str, str, dict[str, str], Resolved]) -> str:
    """Say what a broken link shows: ``right``, ``fallback``, ``space`` for one too many, ``wrong``, or its status."""
    got = shown(source)
    if isinstance(got, int):
        return str(got)
    if got[:3] != right[:3]:
        return "wrong"
    found = {"right"}
    for value, wanted in zip(got[3].values, right[3].values, strict=True):
        if value.text == wanted.text:
            continue
        is_spaced = value.text in with_one_space(wanted.text)
        found.add("fallback" if value.origin in FALLBACKS else "space" if is_spaced else "wrong")
    return next(kind for kind in ("wrong", "space", "fallback", "right") if kind in found)


def outcomes(mail: Mail, *, spaces_as_plus: bool, every: int = 1) -> Iterator[tuple[bytes, str]]:
    """Yield each broken form of a link with what it shows, or some of them: one of ``every`` in a row."""
    source = mail.source(spaces_as_plus=spaces_as_plus)
    right = shown(source)
    assert not isinstance(right, int)
    assert not right[3].fallbacks
    for damaged in islice(broken(source), 0, None, every):
        yield damaged, outcome(damaged, right)


@pytest.mark.parametrize("spaces_as_plus", [True, False], ids=["plus", "percent-20"])
@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_one_broken_line_anywhere(mail: Mail, spaces_as_plus: bool) -> None:
    """Never a refusal, never a wrong text but for one space inside an open value, of whichever server the break is."""
    bad = [
        (damaged[len(BASE) :], kind)
        for damaged, kind in outcomes(mail, spaces_as_plus=spaces_as_plus)
        if kind not in ("right", "fallback", "space")
    ]
    assert not bad


def test_most_broken_links_show_the_right_picture() -> None:
    """At least nineteen of twenty; one in a hundred falls back at the most."""
    found = Counter(kind for mail in MAILS.values() for _, kind in outcomes(mail, spaces_as_plus=True, every=5))
    assert found["right"] > 0.95 * found.total()
    assert found["fallback"] < 0.02 * found.total()


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
@pytest.mark.parametrize("sent", [b"+", b" ", b"!+", b"! "])
def test_a_client_may_send_the_space_otherwise(mail: Mail, sent: bytes) -> None:
    """As a plus or bare, in the path or the sealed part: the right link is found all the same."""
    path, query = asked_for(mail.source())
    target, length = path + b"?" + query, len(path) + 1 + query.index(b"_s=") + 46
    expected = read_url(path, query, RING).url
    for place in range(3, length + 1, 1 + length // 400):
        damaged_path, _, damaged_query = (target[:place] + sent + target[place:]).partition(b"?")
        read = read_url(damaged_path, damaged_query, RING)
        assert (expected.design, expected.ext, expected.pairs) == (read.url.design, read.url.ext, read.url.pairs)
        assert read.repairs


def test_two_broken_lines_in_a_sealed_part() -> None:
    """A link of more than 998 bytes is broken twice; of one minted now both are taken out."""
    source = MAILS["long"].source()
    right = shown(source)
    assert len(source) > 998
    assert not isinstance(right, int)
    for first in range(40, len(source), 7):
        once = source[:first] + b"\r\n " + source[first:]
        assert right[:3] == shown(once[:998] + b"!\r\n " + once[998:])[:3]  # type: ignore[index]
