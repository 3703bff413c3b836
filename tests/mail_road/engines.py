"""Mails for recipients, filled by the template engine of their platform."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from imgurl.merge.dialects import find_dialect
from tests.mailtools.mail import run_node
from tests.mailtools.test_engines import ENGINES, data_of
from tests.servers.process import missing, needed

HERE: Final = Path(__file__).parent
TWIG: Final = Path("/usr/share/php/Twig/autoload.php")
JARS: Final = tuple(
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("velocity", "velocity-tools", "commons-collections3", "commons-lang")
)

Fill = Callable[[str, Sequence[dict[str, Any]]], list[str]]


@dataclass(frozen=True)
class Platform:
    """A mail platform: its id, where it has a recipient's first name, and its engine.

    ``fill`` takes a mail with tags and the data of each recipient, and returns the mail of each.
    """

    esp: str
    path: tuple[str, ...]
    fill: Fill

    def mails(self, template: str, names: Sequence[str]) -> list[str]:
        """Return the mail of each recipient."""
        return self.fill(template, [data_of({"name": name}, self.path) for name in names])


def _in_python(engine: str) -> Fill:
    return lambda template, recipients: [ENGINES[engine](template, data) for data in recipients]


def _on_node(engine: str) -> Fill:
    def fill(template: str, recipients: Sequence[dict[str, Any]]) -> list[str]:
        jobs = [{"engine": engine, "template": template, "data": data} for data in recipients]
        return list(run_node("engines.mjs", jobs))

    return fill


def _twig(template: str, recipients: Sequence[dict[str, Any]]) -> list[str]:
    if not TWIG.exists():
        missing("Twig", "php-twig")
    jobs = json.dumps([{"template": template, "data": data} for data in recipients])
    done = subprocess.run(
        [needed("php", "php-cli"), HERE / "twig.php"],
        input=jobs, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout))


def _velocity(template: str, recipients: Sequence[dict[str, Any]]) -> list[str]:
    """Fill Marketo's token with what its Velocity script makes, the one that imgurl's note gives."""
    if not all(jar.exists() for jar in JARS):
        missing("Velocity", "libvelocity-tools-java")
    note = find_dialect("marketo").note
    (script,) = re.findall(r"\$!esc\S+\)", note)
    names = [data["my"]["first_name"] for data in recipients]
    classes = ":".join(map(str, JARS))
    done = subprocess.run(
        [needed("java", "default-jdk-headless"), "-cp", classes, HERE / "Scripts.java", script],
        input="\n".join(names), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    made = done.stdout.removesuffix("\n").split("\n")
    return [template.replace("{{my.first_name}}", text) for text in made]


PLATFORMS: Final = {
    "Django": Platform("klaviyo", ("first_name",), _in_python("Django")),
    "Jinja2": Platform("hubspot", ("contact", "firstname"), _in_python("Jinja")),
    "nunjucks": Platform("hubspot", ("contact", "firstname"), _on_node("nunjucks")),
    "python-liquid": Platform("kit", ("subscriber", "first_name"), _in_python("Liquid in Python")),
    "liquidjs": Platform("drip", ("subscriber", "first_name"), _on_node("liquidjs")),
    "liquidjs, strict": Platform("customerio", ("customer", "first_name"), _on_node("liquidjs, strict")),
    "brazejs": Platform("braze", ("first_name",), _on_node("brazejs")),
    "Handlebars, a helper": Platform("iterable", ("firstName",), _on_node("handlebars")),
    "Handlebars": Platform("sendgrid", ("first_name",), _on_node("handlebars")),
    "Mustache": Platform("intercom", ("first_name",), _on_node("mustache")),
    "Mustache, unescaped": Platform("resend", ("FIRST_NAME",), _on_node("mustache")),
    "Velocity": Platform("marketo", ("my", "first_name"), _velocity),
    "Twig": Platform("brevo", ("contact", "FIRSTNAME"), _twig),
}
