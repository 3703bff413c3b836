"""Links through fronts that do one thing wrong: the doctor names it, and nothing else."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from imgurl.cli.drawing import open_server_view
from imgurl.config import Secret, Settings
from imgurl.doctor.findings import Finding, Verdict
from imgurl.doctor.journey import FRONT, look_at_links
from imgurl.pipeline.path import Pipeline
from imgurl.urls.keyfile import load_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from tests.doctor.fronts import Passing, front, good
from tests.web.designs import card, write_design
from tests.web.server import K2 as OTHER_KEY
from tests.web.server import KEYS, Server, keys_setting, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the small design, which draws on a thread."""
    folder = tmp_path_factory.mktemp("server")
    write_design(folder / "designs")
    with running_server(folder, designs=str(folder / "designs"), signing_keys=KEYS, renderers="0") as running:
        yield running


@pytest.fixture(scope="module")
def settings(server: Server) -> Settings:
    """The server's own settings, as the command reads them."""
    return Settings(
        designs=server.folder / "designs", data=server.folder / "imgurl-data", signing_keys=Secret(KEYS),
        host="127.0.0.1", port=server.port,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(settings: Settings) -> Pipeline:
    """What the command shows."""
    return open_server_view(settings)


def ring_of(settings: Settings) -> KeyRing:
    """Return the keys of settings."""
    return load_keys(settings.data, settings.signing_keys.value if settings.signing_keys else None)


def findings(settings: Settings, pipeline: Pipeline) -> list[Finding]:
    """Look at links, and return what is not in order."""
    found = look_at_links(settings, settings.own_address, pipeline, ring_of(settings))
    return [one for one in found if one.verdict in (Verdict.WARNING, Verdict.PROBLEM)]


def test_a_server_is_in_order(settings: Settings, pipeline: Pipeline) -> None:
    """Ready, with the picture that is meant, and the time of this machine; nothing in front."""
    found = list(look_at_links(settings, settings.own_address, pipeline, ring_of(settings)))
    assert [(one.check, one.verdict) for one in found] == [
        ("server", Verdict.OK), ("link", Verdict.OK), ("clock", Verdict.OK), (FRONT, Verdict.SKIPPED),
    ]  # fmt: skip


def test_without_keys_or_designs_the_server_is_asked_all_the_same(settings: Settings, pipeline: Pipeline) -> None:
    """It is there, and no link can be made; what links begin with is not asked where it is no URL."""
    ring, here = ring_of(settings), settings.own_address
    for found in (look_at_links(settings, here, pipeline, None), look_at_links(settings, here, None, ring)):
        assert [(one.check, one.verdict) for one in found] == [("server", Verdict.OK), ("link", Verdict.SKIPPED)]
    no_url = [*look_at_links(replace(settings, base_url="http://[x"), here, pipeline, ring)]
    assert (no_url[-1].check, no_url[-1].verdict) == (FRONT, Verdict.SKIPPED)


def test_a_good_front_is_in_order(server: Server, settings: Settings, pipeline: Pipeline) -> None:
    """All links arrive and come back unchanged."""
    with front(server.port) as base:
        found = list(look_at_links(replace(settings, base_url=base), settings.own_address, pipeline, ring_of(settings)))
    assert (found[-1].check, found[-1].verdict) == (FRONT, Verdict.OK)
    assert "20 links" in found[-1].sentence


def compressed(passing: Passing, _: str) -> Passing:
    """Compress pictures, as a front does whose rules don't look at the type."""
    return replace(passing, headers=passing.headers | {"content-encoding": "gzip"}, body=gzip.compress(passing.body))


def optimised(passing: Passing, _: str) -> Passing:
    """Put other bytes in place of a picture's."""
    return replace(passing, body=passing.body[:-2] + b"\0\0")


def without(name: str) -> Callable[[Passing, str], Passing]:
    """Return a fault that drops a header."""
    return lambda passing, _: replace(passing, headers={k: v for k, v in passing.headers.items() if k != name})


def with_header(name: str, value: str) -> Callable[[Passing, str], Passing]:
    """Return a fault that sets a header."""
    return lambda passing, _: replace(passing, headers=passing.headers | {name: value})


def never_304(passing: Passing, _: str) -> Passing:
    """Send the picture of nothing for a 304, as a front does that does not know it."""
    return replace(passing, status=200) if passing.status == 304 else passing


def refusing(part: str) -> Callable[[str], str | None]:
    """Return a firewall that refuses targets with a part."""
    return lambda target: None if part in target else target


@pytest.mark.parametrize(
    ("request_fault", "answer_fault", "verdict", "named"),
    [
        (refusing("--"), good, Verdict.PROBLEM, "refused before they reach the server: a signature with two dashes"),
        (refusing("Select"), good, Verdict.PROBLEM, "refused before they reach the server: a word of SQL"),
        (lambda t: None if len(t) > 4_000 else t, good, Verdict.PROBLEM, "the server: a link of 8,000 bytes"),
        (lambda t: t.replace("%%FirstName", "FirstName"), good, Verdict.PROBLEM, "changed on their way"),
        (lambda t: t.replace("O'Brien", "OBrien"), good, Verdict.PROBLEM, "show something else: an apostrophe"),
        (unquote, good, Verdict.PROBLEM, "changed on their way"),
        (lambda t: t, compressed, Verdict.WARNING, "compressed once more (gzip)"),
        (lambda t: t, optimised, Verdict.PROBLEM, "pictures are changed on their way"),
        (lambda t: t, without("etag"), Verdict.PROBLEM, "the header etag says ''"),
        (lambda t: t, with_header("cache-control", "public, max-age=9"), Verdict.PROBLEM, "the header cache-control"),
        (lambda t: t, with_header("set-cookie", "a=b"), Verdict.WARNING, "a cookie is set"),
        (lambda t: t, never_304, Verdict.WARNING, "gets it again (200 instead of 304)"),
        (lambda t: None, good, Verdict.PROBLEM, "a good link is answered with 403, and by the server itself with 200"),
        (lambda t: t, with_header("date", "Thu, 01 Jan 2026 00:00:00 GMT"), Verdict.PROBLEM, "apart"),
    ],
)  # fmt: skip
def test_a_fault_of_a_front_is_named(
    server: Server, settings: Settings, pipeline: Pipeline, request_fault: Callable[[str], str | None],
    answer_fault: Callable[[Passing, str], Passing], verdict: Verdict, named: str,
) -> None:  # fmt: skip
    """With its verdict and a cure."""
    with front(server.port, request=request_fault, answer=answer_fault) as base:
        found = findings(replace(settings, base_url=base), pipeline)
    assert any(named in one.sentence and one.verdict is verdict and one.cure for one in found), found


def test_a_cache_that_leaves_the_query_out_shows_somebody_elses_name(
    server: Server, settings: Settings, pipeline: Pipeline
) -> None:
    """The gravest fault of all: one recipient's picture for everybody."""
    kept: dict[str, Passing] = {}

    def from_cache(passing: Passing, target: str) -> Passing:
        return kept.setdefault(target.partition("?")[0], passing)

    with front(server.port, answer=from_cache) as base:
        found = findings(replace(settings, base_url=base), pipeline)
    assert "recipients see somebody else's name" in " ".join(one.sentence for one in found)


def test_a_server_with_other_keys_or_designs_is_named(
    server: Server, settings: Settings, pipeline: Pipeline, tmp_path: Path
) -> None:
    """The command and the server have to look at the same things."""
    stranger = SigningKey("k9", KeyState.SIGN, OTHER_KEY.secret)
    others = replace(settings, signing_keys=Secret(keys_setting(stranger)))
    (found,) = findings(others, pipeline)
    assert "it has other keys" in found.sentence
    write_design(tmp_path / "designs", document=card(background="#123456", layers=[]))
    other = replace(settings, designs=tmp_path / "designs")
    (found,) = findings(other, open_server_view(other))
    assert "another picture than this command would draw" in found.sentence


def test_no_server_is_named(settings: Settings, pipeline: Pipeline) -> None:
    """With what to do; and something else that answers there."""
    (found,) = findings(replace(settings, port=9), pipeline)
    assert (found.check, found.verdict) == ("server", Verdict.PROBLEM)
    assert "imgurl serve" in found.cure
