"""From ``imgurl mint --html`` to the picture that a recipient sees: template engine, Postfix, Chromium, imgurl."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage, Message
from email.policy import SMTP
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from imgurl.cli import cli
from imgurl.config import shipped
from imgurl.merge.alternative import TEXT_FORMS
from imgurl.merge.dialects import find_dialect
from tests.browser.conftest import chromium  # noqa: F401 - a fixture
from tests.browser.requests import Page
from tests.mail_road.browser import Road, road_to
from tests.mail_road.engines import PLATFORMS
from tests.mail_road.postfix import EIGHT_BIT, SEVEN_BIT, Postfix, postfix  # noqa: F401 - a fixture
from tests.mailtools.mail import images_of
from tests.web.server import running_server

NAMES: Final = (
    "Ava", "Zoë", "李雷", "髙橋", "Анна", "Ελένη", "👩‍🚀 Li", "O'Brien", "AT&T", '"Bob" Lee', "C++", "C#", "50% Ann",
    "Ann Marie", "a<b>c", "A/B?c=d", " ", "",
)  # fmt: skip
#: Charsets of the HTML part, each with a greeting that it has.
CHARSETS: Final = {"utf-8": "Grüße, 你好", "shift_jis": "こんにちは", "koi8-r": "Привет"}
ENCODINGS: Final = ("quoted-printable", "base64", "8bit")
DESIGN: Final = "newsletter-hero-april"
OFFER: Final = "24 % off & more"
#: Lines that mail servers take; Postfix breaks a longer one after so many bytes.
MAX_LINE: Final = 998
#: Every so many characters of a link it is broken once.
STEP: Final = 11
FOLDED_NAME: Final = "Zoë Ann"
#: One whose encoder writes %20, one without, and one that writes a plus.
FOLDED_ENGINES: Final = ("Django", "Handlebars", "Velocity")


@dataclass(frozen=True)
class Mail:
    """A mail for one recipient: what it was made with, and its HTML part."""

    engine: str
    name: str
    charset: str
    encoding: str
    domain: str
    html: str

    @property
    def shown_name(self) -> str | None:
        """The name in the picture; None for the fallback.

        Only where the platform has no encoder: # ends a link, and so does a quote that is not escaped.
        """
        encoded = find_dialect(PLATFORMS[self.engine].esp).encoded
        ends = {"Mustache, unescaped": '#"'}.get(self.engine, "#")
        return None if not self.name.strip() or (not encoded and set(ends) & set(self.name)) else self.name

    @property
    def alt(self) -> str:
        """The alternative text: for each recipient where the platform can, or for all.

        Braze alone can ask whether a text is blank; to the other engines, spaces are a name.
        """
        esp = PLATFORMS[self.engine].esp
        is_personal = esp in TEXT_FORMS and (self.name.strip() if esp == "braze" else self.name)
        return f"Hi {self.name if is_personal else 'there'}, spring is here: {OFFER}"

    def content(self) -> bytes:
        """Return the MIME message. What the charset lacks is a reference in the HTML, as mailers write it."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "Sender <sender@example.com>", "Recipient <to@example.com>"
        message["Subject"] = "Spring is here"
        message.set_content("Spring is here.\n")
        html = self.html.encode(self.charset, "xmlcharrefreplace").decode(self.charset)
        message.add_alternative(html, subtype="html", charset=self.charset, cte=self.encoding)
        return message.as_bytes()


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Road, Path]]:
    """The way to a running imgurl, and its data folder."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(shipped("designs") / DESIGN, folder / "designs" / DESIGN)
    options = ("--designs", str(folder / "designs"))
    with running_server(folder, *options, render_deadline="60") as server, road_to(server.port) as road:
        yield road, folder / "imgurl-data"


def snippet(engine: str, road: Road, data: Path) -> str:
    """Return what a marketer pastes for the platform of an engine."""
    esp, campaign = PLATFORMS[engine].esp, "".join(filter(str.isalnum, engine.lower()))
    done = CliRunner().invoke(cli, [
        "mint", DESIGN, "--open", "first_name", "--set", f"offer_name={OFFER}", "--html", "--esp", esp,
        "--alt", "personal" if esp in TEXT_FORMS else "general", "--campaign", campaign,
        "--base-url", road.address, "--data", str(data),
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    return done.stdout


@cache
def rendered(name: str | None, data: Path) -> bytes:
    """Return what ``imgurl render`` makes for a recipient, with the designs beside a data folder."""
    path = data / "rendered.jpg"
    named = [] if name is None else ["--set", f"first_name={name}"]
    done = CliRunner().invoke(cli, [
        "render", DESIGN, "--set", f"offer_name={OFFER}", *named, "-o", str(path),
        "--designs", str(data.with_name("designs")),
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    return path.read_bytes()


def html_part(message: Message) -> Message:
    """Return the HTML part of a mail that arrived."""
    (part,) = (part for part in message.walk() if part.get_content_type() == "text/html")
    return part


def page_of(part: Message) -> Page:
    """Return an HTML part as a mail program reads it."""
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return Page(content, str(part.get_content_charset()))


def mails_of_all(road: Road, data: Path) -> Iterator[Mail]:
    """Yield a mail for each engine and name; charsets, encodings and next servers take turns, so that all meet."""
    for shift, (engine, platform) in enumerate(PLATFORMS.items()):
        template = f"<!doctype html>\n<title>Spring</title>\n<p>GREETING</p>\n{snippet(engine, road, data)}"
        for place, (name, html) in enumerate(zip(NAMES, platform.mails(template, NAMES), strict=True)):
            charset = tuple(CHARSETS)[(place + shift) % len(CHARSETS)]
            encoding = ENCODINGS[(place // len(CHARSETS) + shift) % len(ENCODINGS)]
            domain = (EIGHT_BIT, SEVEN_BIT)[place // (len(CHARSETS) * len(ENCODINGS)) % 2]
            yield Mail(engine, name, charset, encoding, domain, html.replace("GREETING", CHARSETS[charset]))


def test_each_recipient_sees_their_picture(
    road: tuple[Road, Path], postfix: Postfix, chromium: str, tmp_path: Path,  # noqa: F811 - fixtures
) -> None:  # fmt: skip
    """Byte for byte what ``render`` makes, through each engine, in each charset and transfer encoding.

    And whoever does not see it reads the same name.
    """
    mails = list(mails_of_all(*road))
    arrived = postfix.deliver([(mail.domain, mail.content()) for mail in mails])
    pages = [page_of(html_part(message)) for message in arrived]
    shown = road[0].open_all(chromium, pages, tmp_path)
    wrong = [
        (mail.engine, mail.charset, mail.encoding, mail.name, [(image.outcome, image.target) for image in images])
        for mail, images in zip(mails, shown.values(), strict=True)
        if [image.body for image in images] != [rendered(mail.shown_name, road[1])]
    ]
    assert wrong == []
    for mail, page in zip(mails, pages, strict=True):
        (image,) = images_of(page.body.decode(page.charset)).values()
        assert image["alt"] == mail.alt, mail
    assert {(mail.engine, mail.charset, mail.encoding) for mail in mails} == set(
        product(PLATFORMS, CHARSETS, ENCODINGS)
    )


@cache
def folded_html(engine: str, pasted: str) -> str:
    """Return what is pasted for an engine as the recipient gets it, on one line, in ASCII."""
    (filled,) = PLATFORMS[engine].mails(pasted.replace("\n", " "), [FOLDED_NAME])
    return filled.encode("ascii", "xmlcharrefreplace").decode()


def on_one_line(engine: str, road: Road, data: Path, domain: str) -> Iterator[tuple[int, Mail]]:
    """Yield mails whose HTML is one line that is too long, the link being broken at one place after the other.

    The place is what of the link is before it, in characters. A broken host is beyond repair, for nobody is asked.
    """
    html = folded_html(engine, snippet(engine, road, data))
    before, _, after = html.partition(road.address)
    link = road.address + after.partition('"')[0]
    for place in range(len(road.address) + 1, len(link), STEP):
        filling = "x" * (MAX_LINE - place - len(f"<!---->{before}"))
        mail = Mail(engine, FOLDED_NAME, "utf-8", "7bit", domain, f"<!--{filling}-->{html} Bye")
        yield place, mail if domain == EIGHT_BIT else replace(mail, encoding="8bit", html=f"{mail.html}, Zoë")


@pytest.mark.parametrize("domain", [EIGHT_BIT, SEVEN_BIT])
def test_a_line_that_is_too_long(
    domain: str, road: tuple[Road, Path], postfix: Postfix, chromium: str, tmp_path: Path,  # noqa: F811 - fixtures
) -> None:  # fmt: skip
    """Postfix breaks the link, and imgurl repairs it; only inside the value itself it can happen that a space stays.

    And where the platform writes spaces as a plus, not there either. Where Postfix writes quoted-printable, because the
    next server takes 7-bit lines alone, nothing is broken.
    """
    server, data = road
    broken = [case for engine in FOLDED_ENGINES for case in on_one_line(engine, server, data, domain)]
    mails = [mail for _, mail in broken]
    parts = [html_part(message) for message in postfix.deliver([(mail.domain, mail.content()) for mail in mails])]
    pages = [page_of(part) for part in parts]
    assert {b"\n " in page.body for page in pages} == {domain == EIGHT_BIT}
    as_sent = {part["Content-Transfer-Encoding"] for part in parts}
    assert as_sent == {"7bit" if domain == EIGHT_BIT else "quoted-printable"}
    shown = server.open_all(chromium, pages, tmp_path)
    right, fallback = rendered(FOLDED_NAME, data), rendered(None, data)
    spaced = [rendered(f"{FOLDED_NAME[:cut]} {FOLDED_NAME[cut:]}", data) for cut in range(1, len(FOLDED_NAME))]
    wrong = []
    for (place, mail), images in zip(broken, shown.values(), strict=True):
        (image,) = images
        if image.body != right:
            assert image.body in [*spaced, fallback], (mail.engine, place, image.outcome, image.target)
            wrong.append((mail.engine, place))
    assert {engine for engine, _ in wrong} <= ({"Django", "Handlebars"} if domain == EIGHT_BIT else set())
    assert len(wrong) <= len(broken) / 30
