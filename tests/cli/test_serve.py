"""``imgurl serve``: the first start, the second one, and what it refuses."""

import html
import re
import stat
from pathlib import Path
from urllib.parse import quote

import pytest

from imgurl.cli.running import FILE
from imgurl.config import Settings
from tests.cli.conftest import Run
from tests.web.designs import write_design
from tests.web.serving import Server, serving

DESIGNS = ["cert-2025", "newsletter-hero-april", "product-card", "sales-banner-01"]


def links_of(server: Server) -> list[str]:
    """Return the links that the greeting printed, without those inside HTML."""
    greeting = server.log.partition("\n{")[0]
    return re.findall(rf"^  http://127\.0\.0\.1:{server.port}(/i/\S+)$", greeting, re.MULTILINE)


def test_the_first_start_makes_a_key_and_prints_links_that_work(tmp_path: Path) -> None:
    """In an empty folder: a key file of mode 0600, one link per design that shows its samples, an <img> to paste."""
    with serving(tmp_path, render_deadline="60") as server:
        links = links_of(server)
        answers = [server.ask(link) for link in links]
        tag = re.findall(r'<img\s+src="([^"]+)"\s+width="600"\s+height="315"\s+alt="Hi there', server.log)
        source = html.unescape(tag[0].replace("*|URL:FNAME|*", "Mia"))
        pasted = server.ask(quote(re.sub(r"^http://[^/]+", "", source), safe="/?&=%+"))
        announced = (tmp_path / "imgurl-data" / FILE).read_text()
    file = tmp_path / "imgurl-data" / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [link.partition("/i/")[2].partition(".jpg?")[0] for link in links] == DESIGNS
    assert [(answer.status, answer["x-imgurl-outcome"], answer["content-type"]) for answer in answers] == [
        (200, "ok", "image/jpeg")
    ] * 4
    assert [answer.picture().size for answer in answers] == [(1600, 1131), (1200, 630), (800, 800), (600, 200)]
    assert (pasted.status, pasted["x-imgurl-outcome"]) == (200, "ok")
    assert announced == f"http://127.0.0.1:{server.port}\n"
    assert (tmp_path / "imgurl-data" / FILE).read_text() == ""
    assert "imgurl mint --help" in server.log
    assert "imgurl explain URL" in server.log


def test_the_second_start_keeps_the_key(tmp_path: Path) -> None:
    """Links of the first start work after the second one, whose pictures come from the disk cache."""
    with serving(tmp_path, render_deadline="60") as first:
        (link, *_) = links_of(first)
        before = first.ask(link)
        key = (tmp_path / "imgurl-data" / "keys.json").read_bytes()
    with serving(tmp_path, render_deadline="60") as second:
        after = second.ask(link)
        figures = second.figures()
    assert key == (tmp_path / "imgurl-data" / "keys.json").read_bytes()
    assert (before.status, before.body) == (after.status, after.body)
    assert figures['imgurl_served_total{source="disk"}'] == 1.0


def test_options_win_over_the_environment(tmp_path: Path) -> None:
    """--designs and --data on the command line, other ones in the environment: those of the command line are used."""
    write_design(tmp_path / "mine", "card")
    options = ("--designs", str(tmp_path / "mine"), "--data", str(tmp_path / "kept"))
    with serving(tmp_path, *options, designs="/nonexistent", data="/nonexistent") as server:
        (link,) = links_of(server)
        assert (server.ask(link).status, server.ask(link).picture().size) == (200, (40, 20))
    assert (tmp_path / "kept" / "keys.json").exists()


def test_help_lists_every_setting(run: Run) -> None:
    """serve --help names the environment variable of each setting, with what it does."""
    out = run("serve", "--help").out
    words = " ".join(out.split())
    for name, field in Settings.model_fields.items():
        assert f"IMGURL_{name.upper()}\n" in out
        assert " ".join((field.description or "?").split()) in words


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--port", "70000"), 2, "70000 is not in the range 0<=x<=65535"),
        (("--workers", "0"), 2, "0 is not in the range x>=1"),
        (("--designs", "nowhere"), 1, "the designs folder nowhere can't be read"),
        (("--host", "203.0.113.7"), 1, "203.0.113.7 port 8000 can't be listened on"),
    ],
)
def test_a_start_that_cannot_succeed_says_why(run: Run, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    """Wrong use is exit code 2, failure 1; one sentence, nothing on standard output."""
    ran = run("serve", *arguments)
    assert (code, "") == (ran.code, ran.out)
    assert sentence in ran.said


def test_a_folder_without_a_good_design_is_not_served(run: Run, tmp_path: Path) -> None:
    """Nothing to serve: exit code 1, and the command that says why."""
    write_design(tmp_path / "designs", "broken", {})
    ran = run("serve", "--designs", tmp_path / "designs")
    assert (ran.code, ran.out) == (1, "")
    assert "'imgurl designs check' says why" in ran.said


def test_a_file_in_place_of_the_data_folder_is_a_failure(run: Run, tmp_path: Path) -> None:
    """No place for the key: exit code 1 and the name of the file in the way."""
    (tmp_path / "imgurl-data").write_text("in the way")
    ran = run("serve")
    assert (ran.code, ran.out) == (1, "")
    assert "imgurl-data" in ran.said
