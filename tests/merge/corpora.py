"""Both sides of the judgement of values: what people and companies are called, and what must not be drawn.

Combined by rule from the seeds in tests/data/value-corpus.json, the same in every run. No real persons or numbers.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

SEEDS: Final[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data" / "value-corpus.json").read_text())


def _paired(ones: Sequence[str], others: Sequence[str], rounds: int) -> Iterator[tuple[str, str]]:
    """Pair each of the ones with some of the others, every time with the next."""
    for turn in range(rounds):
        for index, one in enumerate(ones):
            yield one, others[(index * 7 + turn * 11) % len(others)]


def person_names() -> list[str]:
    """Return names as lists have them: whole, with initials, titles and degrees, in capitals."""
    full = list(_paired(SEEDS["given_names"], SEEDS["family_names"], 4))
    names = [f"{given} {family}" for given, family in full]
    names += [f"{given[0]}.{family}" for given, family in full[::3]]
    names += [f"{given[0]}. {family}" for given, family in full[1::3]]
    names += [f"{given}.{family}".upper() for given, family in full[2::5]]
    names += [f"{given}.{family}" for given, family in full[3::5]]
    names += [f"{family}, {given}" for given, family in full[::7]]
    names += [f"{given[0]}.{family[0]}.{family}" for given, family in full[::6]]
    return [*dict.fromkeys([*names, *SEEDS["dotted_names"]])]


def degree_names() -> list[str]:
    """Return degrees, alone and next to a name."""
    degrees = SEEDS["degrees"]
    names = [f"{given} {family}" for given, family in _paired(SEEDS["given_names"], SEEDS["family_names"], 3)]
    behind = [f"{name}, {degree}" for degree, name in _paired(degrees, names, 1)]
    before = [f"{degree} {name}" for degree, name in _paired(degrees, names[40:], 1)]
    return [*dict.fromkeys([*degrees, *behind, *before])]


def company_names() -> list[str]:
    """Return companies of forty countries with their forms."""
    pairs = _paired(SEEDS["company_forms"], SEEDS["company_bases"], 3)
    return [*dict.fromkeys(f"{base} {form}" for form, base in pairs)]


def event_names() -> list[str]:
    """Return events with their years and ranges."""
    spans = ("2024-2025", "2024/2025", "2024/25", "2024–25", "1998-2026", "2026", "20.–24.10.2026", "12-14 May 2026",
             "24.12.2026", "10:30-18:00", "No. 12", "2.0", "Vol.3")  # fmt: skip
    return [f"{event} {span}" for event, span in product(SEEDS["events"], spans)]


def plain_texts() -> list[str]:
    """Return what a text field holds and no one should lose."""
    seeds = [text for kind in ("dotted_words", "standards", "amounts", "dates", "addresses") for text in SEEDS[kind]]
    return [*dict.fromkeys([*person_names(), *degree_names(), *company_names(), *event_names(), *seeds])]


def hosts() -> list[str]:
    """Return web addresses in the clear."""
    pairs = list(_paired(SEEDS["endings"], SEEDS["hosts"], 6))
    plain = [f"{host}.{ending}" for ending, host in pairs]
    forms = ("www.{}", "https://{}", "{}/win", "go.{}", "{}?id=1", "http://{}/a-b", "a.b.{}", "{}/")
    shaped = [form.format(host) for host, form in zip(plain, forms * len(plain), strict=False)]
    common = ("com", "net", "org", "info", "example")
    capital = [f"{host}.{ending}".upper() for host, ending in product(SEEDS["hosts"], common)]
    title = [f"{host.title()}.{ending.title()}" for host, ending in product(SEEDS["hosts"], common)]
    return [*dict.fromkeys([*plain, *shaped, *capital, *title, *SEEDS["odd_hosts"]])]


def disguised_hosts() -> list[str]:
    """Return web addresses with a dot that hides."""
    pairs = product(SEEDS["hosts"][:8], ("com", "net", "org", "example"))
    forms = SEEDS["hidden_dots"]
    return [form.format(*pair) for pair in pairs for form in forms if not (form == "{0}. {1}" and pair[1] == "example")]


def addresses() -> list[str]:
    """Return what nobody but the signer may put on a picture: addresses, handles and phone numbers."""
    found = [*hosts(), *disguised_hosts()]
    framed = [frame.format(host) for host, frame in zip(found, SEEDS["frames"] * len(found), strict=False)]
    mails = [form.format(host) for form, host in product(SEEDS["mails"], ("evil.com", "evil.example", "mail.evil.de"))]
    phones = SEEDS["phones"]
    called = [frame.format(phone) for phone, frame in zip(phones, SEEDS["frames"] * len(phones), strict=False)]
    return [*dict.fromkeys([*found, *framed, *mails, *SEEDS["handles"], *phones, *called])]
