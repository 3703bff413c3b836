"""docs/guides: they print what ``imgurl`` prints, and what platforms make of that shows each recipient's name.

Facts come from ``imgurl.merge.dialects``. ``WRITE_GOLDEN=1`` writes them, and the code to paste, into the guides again.
"""

import asyncio
import html
import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from click.testing import CliRunner

from imgurl.cache.memory import MemoryCache
from imgurl.cli import cli
from imgurl.config import shipped
from imgurl.merge.alternative import why_not_personal
from imgurl.merge.dialects import DIALECTS, Dialect, find_dialect, neutral_tag
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.orders import StudioSettings
from imgurl.pipeline.studio import open_studio
from imgurl.renderers.thread import DrawingThread
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.keychange import make_first_key
from imgurl.urls.keyfile import read_key_file
from imgurl.web.campaigns import Campaigns
from imgurl.web.gathering import Makers
from imgurl.web.images import ImageEndpoint, Notes
from imgurl.web.logs import ImageLog
from imgurl.web.metrics import Metrics
from imgurl.web.render_queue import RenderQueue
from tests.mail_road import engines
from tests.mailtools.mail import images_of
from tests.pages import PAGES, ROOT, block, commands
from tests.pipeline.factories import pipeline_over
from tests.servers.process import needed
from tests.test_docs_platforms import prose
from tests.web.asgi import ask

FOLDER: Final = "docs/guides"
GUIDES: Final = sorted(page for page in PAGES if page.startswith(f"{FOLDER}/"))
#: The guide of each platform that has one.
PLATFORMS: Final = {
    "mailchimp": "mailchimp", "klaviyo": "klaviyo", "hubspot": "hubspot", "braze": "braze",
    "customer-io": "customerio", "brevo": "brevo", "instantly": "instantly", "marketo": "marketo",
    "salesforce-marketing-cloud": "sfmc", "sendgrid": "sendgrid",
}  # fmt: skip
#: Signs in a query that browsers send as they are.
SENT: Final = "!$%&'()*+,-./:;=?@[\\]^_`{|}~"
NEUTRAL: Final = "any-other-platform"
FIELDS: Final = ("first_name", "last_name", "email", "company_name", "city", "plan_tier")
MAX_LINES: Final = 120
NAMES: Final = (
    "Ava", "Zoë", "李雷", "Анна", "👩‍🚀 Li", "O'Brien", "AT&T", '"Bob" Lee', "C++", "C#", "50% Ann", "Ann Marie",
    "a<b>c", "A/B?c=d", "",
)  # fmt: skip
CITIES: Final = ("San Francisco", "Zürich", "Łódź & Co", "")
RECIPIENTS: Final = tuple({"first_name": name, "city": city} for name, city in zip(NAMES, cycle(CITIES)))
BASE: Final = "https://img.example.com"
DESIGN: Final = "newsletter-hero-april"
OFFER: Final = "24 % off"
#: What a signature, and the letters that show a page's charset, are in a guide.
SIGNATURE: Final = re.compile(r"(?<=_s=)[\w-]{43}")
MARK: Final = re.compile(r"(?<=_z=)(?:&#\d+;)+")


def page_of(name: str) -> str:
    """Return the path of a guide from the root of the repository."""
    return f"{FOLDER}/{name}.md"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as after a first start, with the list of the first page."""
    folder = tmp_path_factory.mktemp("guides")
    make_first_key(folder / "imgurl-data")
    (folder / "contacts.csv").write_text(block("docs/getting-started.md", "csv"), encoding="utf-8")
    return folder


def printed(command: str, folder: Path) -> str:
    """Return what a command prints in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(cli, shlex.split(command)[1:])
    finally:
        os.chdir(before)
    assert done.exit_code == 0, f"{command}\n{done.output}"
    return done.stdout


def rewritten(page: str, pattern: str, expected: str) -> None:
    """Check the one part of a page that a pattern finds; with ``WRITE_GOLDEN`` write it."""
    (found,) = re.findall(pattern, PAGES[page], re.DOTALL | re.MULTILINE)
    if found != expected and os.environ.get("WRITE_GOLDEN"):
        path = ROOT / page
        (place,) = re.finditer(pattern, text := path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        path.write_text(text[: place.start(1)] + expected + text[place.end(1) :], encoding="utf-8")
        pytest.fail(f"wrote a part of {page}; look at it, then run without WRITE_GOLDEN")
    assert found == expected, f"run this test with WRITE_GOLDEN=1, and look at {page}"


def code(text: str) -> str:
    """Return a text as code in a cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def facts(dialect: Dialect) -> Iterator[str]:
    """Yield the lines that a guide has of its platform."""
    yield f"| field of the design | field in {dialect.platform} | tag in the link |"
    yield "|---|---|---|"
    for name in FIELDS:
        own = ", one of your own" if name == "plan_tier" else ""
        theirs, _ = dialect.field_for(name)
        yield f"| `{name}`{own} | `{theirs}` | {code(dialect.tag_for(name))} |"
    yield ""
    yield "| | |"
    yield "|---|---|"
    raw = "no: imgurl restores what can be restored, see [raw values](every-platform.md#raw-values)"
    yield f"| is the value URL-encoded? | {'yes' if dialect.encoded else raw} |"
    yield f"| from a recipient without the value arrives (the fallback is drawn) | {prose(dialect.missing)} |"
    yield f"| from a test send or preview arrives | {prose(dialect.test_send)} |"
    why_not = why_not_personal(dialect)
    yield f"| the name in the alternative text | {f'no: {why_not}' if why_not else '`--alt personal`'} |"


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_facts_are_those_of_the_code(name: str) -> None:
    """Tags, encoding, what arrives for nothing and from a test send, and the note are the platform's."""
    dialect = find_dialect(PLATFORMS[name])
    expected = "\n".join(facts(dialect))
    rewritten(page_of(name), r"<!-- facts -->\n(.*?)\n<!-- end of facts -->", expected)
    assert not dialect.note or dialect.note in " ".join(PAGES[page_of(name)].replace("`", "").split())


@pytest.mark.parametrize("page", [page for page in GUIDES if any("--html" in line for line in commands(page))])
def test_the_code_to_paste_is_what_the_command_prints(page: str, data: Path) -> None:
    """But for the signature, and the letters that show the charset."""
    (command,) = (line for line in commands(page) if "--html" in line)
    pasted = MARK.sub("…", SIGNATURE.sub("…", printed(command, data)))
    rewritten(page, r"^```html\n(<img.*?)^```$", pasted)


def test_the_commands_of_the_guides_run(data: Path) -> None:
    """Those that print no code to paste, in the order of the pages."""
    others = [line for page in GUIDES for line in commands(page) if "--html" not in line]
    assert others
    for command in others:
        printed(command, data)


def test_each_guide_is_read_in_one_go() -> None:
    """It is short, leads to what all platforms have in common, and names the pages of the vendor that it follows."""
    assert {page_of(name) for name in (*PLATFORMS, NEUTRAL)} <= set(GUIDES)
    for page in GUIDES:
        assert len(PAGES[page].splitlines()) <= MAX_LINES, page
    for name in PLATFORMS:
        assert "](every-platform.md" in PAGES[page_of(name)]
        assert re.search(r"https://\S+", PAGES[page_of(name)].partition("## Sources")[2]), name


@dataclass(frozen=True)
class Engine:
    """What a platform makes of its tags: where it has the name and the city of a recipient, and how it fills a mail."""

    paths: Mapping[str, str]
    fill: engines.Fill

    def mails(self, template: str, recipients: Sequence[Mapping[str, str]]) -> list[str]:
        """Return the mail of each recipient."""
        return self.fill(template, [self._data(recipient) for recipient in recipients])

    def _data(self, recipient: Mapping[str, str]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, path in self.paths.items():
            *outer, last = path.split(".")
            place = data
            for key in outer:
                place = place.setdefault(key, {})
            place[last] = recipient[name]
        return data


def replacing(tag: str, encode: Callable[[str], str]) -> engines.Fill:
    """Fill mails as platforms without a language do: a tag becomes a value, wherever it is."""

    def fill(template: str, recipients: Sequence[dict[str, Any]]) -> list[str]:
        return [
            re.sub(tag, lambda found, data=data: encode(data[found[1]]), template)  # type: ignore[misc]
            for data in recipients
        ]

    return fill


@cache
def scripted() -> Mapping[str, str]:
    """Return what the script of Marketo's note makes of each value, in one run of Velocity."""
    values = sorted({*NAMES, *CITIES})
    made = engines.PLATFORMS["Velocity"].fill("{{my.first_name}}", [{"my": {"first_name": value}} for value in values])
    return dict(zip(values, made, strict=True))


def by_engine(engine: str, **paths: str) -> Engine:
    """Return one of the engines that tests/mail_road sends mails with."""
    return Engine(paths, engines.PLATFORMS[engine].fill)


ENGINES: Final = {
    "mailchimp": Engine({"first_name": "FNAME", "city": "CITY"}, replacing(r"\*\|URL:(\w+)\|\*", quote_plus)),
    "klaviyo": by_engine("Django", first_name="first_name", city="person.City", image_path="person.image_path"),
    "hubspot": by_engine(
        "Jinja2", first_name="contact.firstname", city="contact.city", image_path="contact.image_path"
    ),
    "braze": by_engine("brazejs", first_name="first_name", city="city", image_path="custom_attribute.image_path"),
    "customer-io": by_engine(
        "liquidjs, strict", first_name="customer.first_name", city="customer.city", image_path="customer.image_path"
    ),
    "brevo": by_engine("Twig", first_name="contact.FIRSTNAME", city="contact.CITY", image_path="contact.IMAGE_PATH"),
    "instantly": Engine({"first_name": "firstName", "city": "city"}, replacing(r"\{\{(\w+)\}\}", str)),
    "marketo": Engine(
        {"first_name": "first_name", "city": "city"}, replacing(r"\{\{my\.(\w+)\}\}", lambda value: scripted()[value])
    ),
    "salesforce-marketing-cloud": Engine(
        {"first_name": "FirstName", "city": "City"},
        replacing(r"%%=URLEncode\(AttributeValue\('(\w+)'\),1,1\)=%%", quote),
    ),
    "sendgrid": by_engine("Handlebars", first_name="first_name", city="city", image_path="image_path"),
    NEUTRAL: Engine({"first_name": "first_name", "city": "city"}, replacing("@@(\\w+)@@", quote)),
}  # fmt: skip
#: Signs that end the link where the platform inserts a value as it is.
ENDS: Final = {"brevo": "#", "sendgrid": "#", "instantly": '#"'}


@dataclass(frozen=True)
class Server:
    """The image endpoint over the shipped design, in this process, and what the same design shows for plain values."""

    endpoint: ImageEndpoint
    pipeline: PressPipeline

    def etag_of(self, values: Mapping[str, str]) -> str:
        """Return the ETag of what a recipient with these values is to see."""
        given = {name: value for name, value in values.items() if value}
        picture = self.pipeline.picture_of(self.pipeline.library.find(DESIGN), {"offer_name": OFFER, **given}, "jpg")
        return picture.key.etag

    def shows(self, url: str | None, values: Mapping[str, str]) -> bool:
        """Say whether a URL shows these values: who has the picture already is told so, and nothing is drawn."""
        parts = urlsplit((url or "").translate({9: None, 10: None, 13: None}))
        # As a browser sends it from a page in UTF-8.
        target = f"{parts.path}?{quote(parts.query, safe=SENT)}"
        answer = asyncio.run(ask(self.endpoint, target, headers={"If-None-Match": self.etag_of(values)}))
        return answer.status == 304


@pytest.fixture(scope="module")
def server(data: Path, fonts: FontCatalogue) -> Server:
    """A server with the key of the guides' links."""
    pipeline = pipeline_over(shipped("designs"), fonts)
    keys = read_key_file(data / "imgurl-data" / "keys.json")
    thread = DrawingThread(lambda: open_studio(StudioSettings(fonts.folder, None, 0)))
    queue = RenderQueue(thread, 10, 20.0, lambda *_: None)
    log: list[str] = []
    notes = Notes(ImageLog(log.append), Campaigns())
    memory = MemoryCache(1_000_000)
    return Server(ImageEndpoint(pipeline, lambda: keys, memory, Makers(queue), Metrics(), notes), pipeline)


def shown(guide: str, value: str) -> str:
    """Return what a recipient sees of a value: nothing is the fallback, and so is one whose end a sign has cut off."""
    return "" if set(ENDS.get(guide, "")) & set(value) else value


#: Whose link is in the column of links.
SOMEBODY: Final = {"first_name": "Zoë & Bob", "city": "Łódź"}


def path_of_somebody(data: Path) -> str:
    """Return what ``mint --csv`` writes into ``image_path``."""
    values = " ".join(
        shlex.join(["--set", f"{name}={value}"]) for name, value in (*SOMEBODY.items(), ("offer_name", OFFER))
    )
    return printed(f"imgurl mint {DESIGN} {values} --base-url {BASE}", data).strip().removeprefix(f"{BASE}/i/")


def column_of(guide: str) -> tuple[str, str, str]:
    """Return the ``<img>`` that a guide gives for a column: what is before its tag, the tag, and the rest."""
    (found,) = re.findall(r'(<img src="https://[^"]*?/i/)([^"/]+)(" width="600" alt="[^"]*">)', PAGES[page_of(guide)])
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("guide", ENGINES)
def test_each_recipient_sees_their_own_picture(guide: str, data: Path, server: Server) -> None:
    """The code of the guide, filled by the platform's engine, or by replacing its tags, and opened as a browser does.

    With the city left to the platform as well. Whoever does not see the picture reads the same name.
    """
    command = next(line for line in commands(page_of(guide)) if "--html" in line)
    # One guide has another design.
    for said, instead in (("sales-banner-01", f"{DESIGN} --set offer_name='{OFFER}'"), ("--open company_name", "")):
        command = command.replace(said, instead)
    path = path_of_somebody(data)
    pieces = {"name": printed(command, data), "both": printed(f"{command} --open city", data)}
    if "image_path" in ENGINES[guide].paths:
        pieces["column"] = "".join(column_of(guide))
    template = "\n".join(f'<p id="{html_id}">{piece}</p>' for html_id, piece in pieces.items())
    recipients = [{**recipient, "image_path": path} for recipient in RECIPIENTS]
    for recipient, mail in zip(RECIPIENTS, ENGINES[guide].mails(template, recipients), strict=True):
        images = images_of(mail)
        seen = {name: shown(guide, value) for name, value in recipient.items()}
        expected = {"name": seen | {"city": ""}, "both": seen, "column": SOMEBODY}
        for html_id in pieces:
            assert server.shows(images[html_id]["src"], expected[html_id]), (html_id, recipient, images)
        if "--alt personal" in command:
            assert images["name"]["alt"] == f"Hi {recipient['first_name'] or 'there'}, spring is here: {OFFER}"


def test_every_guide_is_tried() -> None:
    """Each platform with a guide has an engine."""
    assert set(ENGINES) == {*PLATFORMS, NEUTRAL}


@pytest.mark.parametrize("guide", [guide for guide in PLATFORMS if "image_path" not in ENGINES[guide].paths])
def test_a_column_of_links_shows_the_sealed_values(guide: str, data: Path, server: Server) -> None:
    """Where the platform inserts the path as it is, and where it escapes it for HTML."""
    before, tag, after = column_of(guide)
    assert "path" in tag.lower()
    for path in (path_of_somebody(data), html.escape(path_of_somebody(data))):
        (image,) = images_of(f"{before}{path}{after}").values()
        assert server.shows(image["src"], SOMEBODY)


def test_the_script_of_a_landing_page(data: Path, server: Server) -> None:
    """Run by Node.js with names from the address of the page, it makes links that show them."""
    page = page_of("landing-pages")
    (command,) = (line for line in commands(page) if DESIGN in line)
    link, _, rest = printed(command, data).strip().partition(neutral_tag("first_name"))
    assert rest == "&_z=1"
    script = f"""
        const made = [];
        for (const name of {json.dumps(NAMES)}) {{
          const image = {{ dataset: {{ link: {json.dumps(link)} }} }};
          const document = {{ querySelectorAll: () => [image] }};
          const location = {{ search: "?" + new URLSearchParams({{ first_name: name }}) }};
          {block(page, "js")}
          made.push(image.src);
        }}
        process.stdout.write(JSON.stringify(made));
    """
    node = needed("node", "nodejs")
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, timeout=60, check=True)
    for name, url in zip(NAMES, json.loads(done.stdout), strict=True):
        assert server.shows(url, {"first_name": name}), name


TOOLS: Final = "docs/mail-html-tools.md"
#: Rows of the page about tools, by words in them, and which tags are in danger there, or out of it.
IN_DANGER: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "old lxml": ("survive them", lambda tag: not set(tag) & set("{}|[]<>^`\\ ")),
    "XML": ("writes `$` and quotes as entities", lambda tag: bool(set(tag) & set("$'\""))),
}


@pytest.mark.parametrize("what", IN_DANGER)
def test_the_tools_page_names_the_platforms_in_danger(what: str) -> None:
    """Which platforms a tool breaks follows from the signs in their tags; the page names these, and no others."""
    words, holds = IN_DANGER[what]
    (row,) = (line for line in PAGES[TOOLS].splitlines() if line.startswith("|") and words in line)
    named = {dialect.platform for dialect in DIALECTS if re.search(rf"\b{dialect.platform.partition(' ')[0]}\b", row)}
    assert named == {dialect.platform for dialect in DIALECTS if holds(dialect.tag)}
