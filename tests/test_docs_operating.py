"""docs/operating.md and docs/costs.md say of settings, metrics and weights what is so."""

import re
from dataclasses import fields

import pytest
from click.testing import CliRunner

from imgurl.cli import cli
from imgurl.config import Settings, shipped, variable_of
from imgurl.web.metrics import JobMetrics, Metrics
from tests.design.documents import SHIPPED
from tests.pages import PAGES

OPERATING = PAGES["docs/operating.md"]
ROWS = re.findall(r"^\| `(IMGURL_[A-Z_]+)` \|(.*?)\|.*\|$", OPERATING.partition("## Settings")[2], re.MULTILINE)
SETTINGS = {name: default.strip() for name, default in ROWS}


def test_every_setting_is_on_the_page_with_its_default() -> None:
    """The table has the settings of the code in their order, and the defaults that are values."""
    expected = {}
    for setting in fields(Settings):
        is_shipped = setting.default in (shipped("designs"), shipped("fonts"))
        shown = "the shipped ones" if is_shipped else f"`{setting.default}`" if setting.default else ""
        expected[variable_of(setting.name)] = shown
    assert list(SETTINGS.items()) == list(expected.items())


def test_every_setting_named_on_a_page_exists() -> None:
    """No page names a setting that is not there."""
    named = {name for text in PAGES.values() for name in re.findall(r"\bIMGURL_[A-Z_]+\b", text)}
    # Names that belong to the examples: the key of an API caller, the secret of a signer, and PHP's constant.
    assert named - {"IMGURL_API_KEY", "IMGURL_SECRET", "IMGURL_MARK"} <= set(SETTINGS)


def test_every_metric_is_on_the_page() -> None:
    """Names in the table are those that /metrics prints, of server and workers, and no others."""
    printed = Metrics().exposition({}).decode()
    families = set(re.findall(r"^# TYPE (imgurl_\S+)(?<!_created) ", printed, re.MULTILINE))
    for metric in vars(JobMetrics("docs")).values():
        for family in metric.collect():
            families.add(f"{family.name}_total" if family.type == "counter" else family.name)
    rows = OPERATING.partition("| metric |")[2].partition("\n\n")[0]
    listed = {name for row in rows.splitlines() for name in re.findall(r"`(imgurl_\w+)`", row.split(" | ")[0])}
    assert listed == families


@pytest.mark.parametrize("page", ["docs/costs.md"])
def test_the_weights_are_those_of_the_shipped_designs(page: str) -> None:
    """What ``imgurl designs check`` says, within a tenth, as encoders differ by a little; all designs are good."""
    ran = CliRunner().invoke(cli, ["designs", "check"], catch_exceptions=False)
    assert (ran.exit_code, ran.stderr) == (0, "")
    found = ran.stdout
    checked = {
        design: (size, {ext: int(weight) for ext, weight in re.findall(r"(\w+) (\d+) kB", weights)}, send)
        for design, size, weights, send in re.findall(r"^(\S+): good, (\S+); (.*): send (\w+)", found, re.MULTILINE)
    }
    rows = re.findall(
        r"^\| `(\S+)` \| (\S+) \| (\d+) kB \| (\d+) kB \| (\d+) kB \| (\w+) \|$", PAGES[page], re.MULTILINE
    )
    assert {design for design, *_ in rows} == set(checked) == set(SHIPPED)
    for design, size, png, jpg, gif, send in rows:
        assert (size, send) == (checked[design][0], checked[design][2])
        for ext, weight in (("png", png), ("jpg", jpg), ("gif", gif)):
            assert checked[design][1][ext] == pytest.approx(int(weight), rel=0.1)
