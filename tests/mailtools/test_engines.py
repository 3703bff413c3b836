"""What the template engines of mail platforms make of the tags, behind the tools that write the mail."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

import django.template
import jinja2
import liquid
import pytest

from imgurl.merge.judge import Flag
from tests.mailtools.mail import images_of, pieces_of, run_node, written_by
from tests.merge.factories import make, resolve_one

NAMES: Final = (
    "Ava", "Zoë", "O'Brien", "AT&T", '"Bob" Lee', "C++", "50% Ann", "李雷", "Ann Marie", "A/B?c=d", "👩‍🚀 Li", "a<b>c",
)  # fmt: skip
#: A recipient whose name is nothing, null, or not there at all.
NOBODY: Final[tuple[Mapping[str, Any], ...]] = ({"name": ""}, {"name": None}, {})
RECIPIENTS: Final = (*({"name": name} for name in NAMES), *NOBODY)
TOOLS: Final = ("React Email", "Maizzle 5", "premailer")

#: The engine of each platform, or what is nearest to it, and where a recipient's name is in its data.
PLATFORMS: Final = {
    "klaviyo": ("Django", ("first_name",)),
    "hubspot": ("Jinja", ("contact", "firstname")),
    "kit": ("Liquid in Python", ("subscriber", "first_name")),
    "drip": ("liquidjs", ("subscriber", "first_name")),
    "customerio": ("liquidjs, strict", ("customer", "first_name")),
    "braze": ("brazejs", ("first_name",)),
    "iterable": ("handlebars", ("firstName",)),
    "sendgrid": ("handlebars", ("first_name",)),
}

DJANGO: Final = django.template.Engine()
ENGINES: Final[Mapping[str, Callable[[str, dict[str, Any]], str]]] = {
    "Django": lambda template, data: DJANGO.from_string(template).render(django.template.Context(data)),
    # HubL escapes only where it is asked to.
    "Jinja": lambda template, data: jinja2.Environment(autoescape=False).from_string(template).render(data),
    "Liquid in Python": lambda template, data: liquid.Environment().from_string(template).render(**data),
}


def data_of(recipient: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return a recipient as a platform has them."""
    *outer, name = path
    data = {name: recipient["name"]} if recipient else {}
    for key in outer:
        data = {key: data}
    return data


def template_of(esp: str, tool: str) -> str:
    """Return the paragraph of a platform's image as a tool writes it."""
    return f'<p id="{esp}-1"{pieces_of(written_by(tool))[f"{esp}-1"]}'


@cache
def filled_by_node() -> Mapping[tuple[str, str], list[str]]:
    """Return what the engines that run on Node make of each platform's template from each tool."""
    cases = [(esp, tool) for esp, (engine, _) in PLATFORMS.items() if engine not in ENGINES for tool in TOOLS]
    jobs = [
        {"engine": PLATFORMS[esp][0], "template": template_of(esp, tool), "data": data_of(one, PLATFORMS[esp][1])}
        for esp, tool in cases
        for one in RECIPIENTS
    ]
    texts = iter(run_node("engines.mjs", jobs))
    return {case: list(islice(texts, len(RECIPIENTS))) for case in cases}


def filled(esp: str, tool: str) -> list[str]:
    """Fill the template for each recipient; an engine that refuses it raises."""
    engine, path = PLATFORMS[esp]
    if engine not in ENGINES:
        return filled_by_node()[esp, tool]
    return [ENGINES[engine](template_of(esp, tool), data_of(one, path)) for one in RECIPIENTS]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("esp", PLATFORMS)
def test_every_name_arrives_after_every_tool(esp: str, tool: str) -> None:
    """The engine takes the template; the image shows the name, or its fallback; the alternative text says the same."""
    field = make("first_name", fallback="there", openable=True)
    shown, said = [], []
    for text in filled(esp, tool):
        image = images_of(text)[f"{esp}-1"]
        _, _, open_query = (image["src"] or "").partition("&first_name=")
        # As a browser sends it from a page in UTF-8.
        sent = quote(f"first_name={open_query}", safe="!$%&'()*+,-./:;=?@[\\]^_`{|}~")
        shown.append(resolve_one(sent, field, esp))
        said.append(image["alt"])
    names = [*NAMES, *["there"] * len(NOBODY)]
    assert [value.text for value in shown] == names
    assert {value.flags for value in shown[len(NAMES) :]} <= {(Flag.MISSING,), (Flag.NULL_WORD,)}
    # Customer.io's text is the same for all: its older Liquid takes escape for a URL encoder.
    greeted = ["there"] * len(names) if esp == "customerio" else names
    assert said == [f'Hi {name}, "spring" & more' for name in greeted]
