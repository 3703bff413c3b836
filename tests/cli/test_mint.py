"""``imgurl mint`` for one URL."""

import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from imgurl.cli.running import FILE, announced
from imgurl.config import shipped
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import SignedUrl, parse_target
from tests.cli.conftest import Ran, Run
from tests.pipeline.factories import pipeline_over
from tests.web.designs import card, write_design
from tests.web.server import K1, K2

pytestmark = pytest.mark.usefixtures("keys")

BASE = "https://img.example.com"


def read(url: str, base: str = BASE) -> SignedUrl:
    """Read a minted URL, check its signature."""
    assert url.startswith(base + "/i/")
    path, _, query = url.removeprefix(base).strip().encode().partition(b"?")
    signed = parse_target(path, query)
    assert KeyRing((K1, K2)).verify(signed) is K1
    return signed


def test_the_url_stands_alone_on_standard_output(run: Run) -> None:
    """One line, the URL; nothing on standard error; the values are in it, sealed."""
    ran = run("mint", "cert-2025", "--set", "full_name=Ava Johnson", "--set", "event_name=Öl & Wein = gut")
    assert (ran.code, ran.err, len(ran.out.splitlines())) == (0, "", 1)
    url = read(ran.out)
    assert (url.design, url.ext) == ("cert-2025", "jpg")
    assert url.sealed == {"full_name": "Ava Johnson", "event_name": "Öl & Wein = gut"}
    assert (url.open_names, url.open_query) == ((), "")


def test_open_fields_get_the_platforms_tags(run: Run) -> None:
    """--open with --esp writes the platform's tags behind the signature, in its own names, and the end marker."""
    ran = run("mint", "newsletter-hero-april", "--open", "first_name=FNAME", "--open", "city", "--esp", "mailchimp",
              "--set", "offer_name=24 % off", "--set", "city=Paris")  # fmt: skip
    url = read(ran.out)
    assert (url.open_names, url.dialect) == (("city", "first_name"), "mailchimp")
    assert url.sealed == {"offer_name": "24 % off", "city": "Paris"}
    assert url.open_query == "city=*|URL:CITY|*&first_name=*|URL:FNAME|*&_z=1"


def test_without_a_platform_the_tags_are_neutral(run: Run) -> None:
    """Without --esp an open field is written @@name@@, which is one text in a URL and in HTML."""
    url = read(run("mint", "sales-banner-01", "--open", "first_name").out)
    assert (url.open_query, url.dialect) == ("first_name=@@first_name@@&_z=1", None)


def test_each_control_is_sealed(run: Run, fonts: FontCatalogue) -> None:
    """--format, --pin, --dpr and --campaign are in the sealed part."""
    url = read(run("mint", "sales-banner-01", "--format", "webp", "--pin", "--dpr", "2", "--campaign", "april_26").out)
    assert (url.ext, url.dpr, url.campaign) == ("webp", 2, "april_26")
    assert pipeline_over(shipped("designs"), fonts).library.find("sales-banner-01").version[:16] == url.pin


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5_400), ("12h", 43_200), ("30d", 2_592_000), ("8w", 4_838_400)])
def test_a_lifetime_ends_from_now(run: Run, text: str, seconds: int) -> None:
    """--expires with a lifetime is now and that much."""
    expires = read(run("mint", "sales-banner-01", "--expires", text).out).expires
    assert expires is not None
    assert abs(expires - time.time() - seconds) < 30


def test_a_day_ends_at_its_end(run: Run) -> None:
    """--expires with a day is the last second of it, UTC."""
    assert read(run("mint", "sales-banner-01", "--expires", "2099-12-31").out).expires == 4_102_444_799


def test_the_base_of_the_link_is_given_or_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """--base-url wins over IMGURL_BASE_URL; a slash at the end does not double."""
    monkeypatch.setenv("IMGURL_BASE_URL", "https://img.example.com/")
    from_environment = run("mint", "sales-banner-01").out
    output = run("mint", "sales-banner-01", "--base-url", "https://other.example/").out
    read(from_environment, "https://img.example.com")
    read(output, "https://other.example")


class Images(HTMLParser):
    """Collects the attributes of each <img>."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an image's attributes."""
        assert tag == "img"
        self.found.append(dict(attrs))


def test_html_of_a_pdf_is_a_link(run: Run) -> None:
    """No mail program shows a page as an image; what an <img> is like is not said of it."""
    arguments = ("mint", "cert-2025", "--set", "full_name=Zoë <Z>", "--format", "pdf")
    url, tag = run(*arguments).out.strip(), run(*arguments, "--html").out.strip()
    assert "/i/cert-2025.pdf?" in url
    assert tag.startswith("<a\nhref=")
    assert unescape(tag.split('"')[1]) == url
    assert tag.endswith("&lt;Z&gt;, the 2025 programme</a>")
    for option in (("--width", "300"), ("--alt", "personal", "--esp", "klaviyo")):
        ran = run(*arguments, "--html", *option)
        assert (ran.code, "a PDF gets a link" in ran.err) == (2, True)


def test_html_is_an_image_ready_to_paste(run: Run) -> None:
    """--html prints an <img> whose decoded source is the URL, with the design's size and an alternative text."""
    arguments = ("mint", "sales-banner-01", "--set", 'first_name=Zoë "Z"', "--set", "company_name=Öl & Co")
    url, tag = run(*arguments).out.strip(), run(*arguments, "--html").out
    parser = Images()
    parser.feed(tag)
    (image,) = parser.found
    assert image["src"] == url
    assert (image["width"], image["height"], image["alt"]) == ("600", "200", 'Zoë "Z", an idea for Öl & Co')
    assert [line.partition("=")[0] for line in tag.splitlines()] == ["<img", "src", "width", "height", "alt", "style"]


@pytest.mark.parametrize(
    ("design", "options", "size"),
    [
        ("newsletter-hero-april", (), ("600", "315")),
        ("newsletter-hero-april", ("--width", "480"), ("480", "252")),
        ("newsletter-hero-april", ("--width", "1200", "--dpr", "2"), ("1200", "630")),
        ("cert-2025", ("--open", "full_name"), ("600", "424")),
        ("sales-banner-01", (), ("600", "200")),
        ("sales-banner-01", ("--width", "1"), ("1", "1")),
    ],
)
def test_an_image_is_as_wide_as_a_mail(run: Run, design: str, options: tuple[str, ...], size: tuple[str, str]) -> None:
    """600 pixels where the design is wider, or what --width says; the height in proportion, rounded."""
    parser = Images()
    parser.feed(run("mint", design, *options, "--html").out)
    (image,) = parser.found
    assert (image["width"], image["height"]) == size


@pytest.mark.parametrize(
    ("arguments", "alt"),
    [
        (("cert-2025", "--open", "full_name"), "Certificate: Active Participation, the 2025 programme"),
        (("product-card", "--open", "product_name"), "New in the shop"),
        (("product-card", "--set", "product_name=Cup", "--set", "price=12.5"), "Cup, $12.50"),
        (("sales-banner-01", "--open", "first_name", "--set", "first_name=you"), "you, an idea for your team"),
    ],
)
def test_the_alternative_text_says_what_the_image_says(run: Run, arguments: tuple[str, ...], alt: str) -> None:
    """For a recipient without values: fallbacks, prices as they are drawn, and no holes."""
    parser = Images()
    parser.feed(run("mint", *arguments, "--html").out)
    assert [image["alt"] for image in parser.found] == [alt]


def test_a_personal_text_holds_the_platforms_tag(run: Run) -> None:
    """--alt personal: the tag for HTML, not for URLs, with the fallback included."""
    arguments = ("--open", "first_name", "--open", "city=Town", "--esp", "klaviyo", "--html", "--alt", "personal")
    parser = Images()
    parser.feed(run("mint", "newsletter-hero-april", *arguments).out)
    (image,) = parser.found
    name = "{% if first_name %}{{first_name}}{% else %}there{% endif %}"
    offer = "New arrivals, every week"
    assert image["alt"] == (
        f"{{% if person.Town %}}Hi {name}, spring is here in {{{{person.Town}}}}: {offer}"
        f"{{% else %}}Hi {name}, spring is here: {offer}{{% endif %}}"
    )


def test_a_price_stays_general_in_a_personal_text(run: Run) -> None:
    """The platform would write 12.5 where the image says $12.50."""
    arguments = ("--open", "product_name", "--open", "price", "--esp", "kit", "--html", "--alt", "personal")
    ran = run("mint", "product-card", *arguments)
    assert "{{subscriber.product_name|escape}}" in ran.out
    assert ran.out.count("subscriber.price") == 1  # in the URL


def test_a_platform_that_does_not_escape_gets_no_personal_text(run: Run) -> None:
    """It is said, and the text is the same for all."""
    arguments = ("newsletter-hero-april", "--open", "first_name", "--esp", "instantly", "--html")
    general, personal = run("mint", *arguments), run("mint", *arguments, "--alt", "personal")
    assert (personal.code, personal.out) == (0, general.out)
    assert "imgurl: the alt text is the same for all: Instantly: it is not known to escape" in personal.err


def test_what_a_platform_needs_is_said(run: Run) -> None:
    """Its note, besides the link on standard output; only if it has a tag to fill."""
    told = run("mint", "newsletter-hero-april", "--open", "first_name", "--esp", "sfmc")
    untold = run("mint", "newsletter-hero-april", "--esp", "sfmc")
    assert told.err.startswith("imgurl: Salesforce Marketing Cloud: AMPscript has no form of this tag without single")
    assert untold.err == ""


def test_a_long_line_is_warned_of(run: Run) -> None:
    """Mail servers break lines of more than 998 bytes: 980 are let pass in silence, 981 are not."""

    def minted(label: str) -> tuple[int, Ran]:
        values = ("--set", f"event_name={'春' * 76}", "--set", "full_name=春", "--set", f"award_title={'春' * 10}")
        ran = run("mint", "cert-2025", "--html", *values, "--campaign", label)
        return max(len(line.encode()) for line in ran.out.splitlines()), ran

    length, _ = minted("c")
    label = "c" * (1 + 980 - length)
    (allowed, silent), (over, warned) = minted(label), minted(label + "c")
    assert (allowed, silent.err, over) == (980, "", 981)
    assert warned.err == (
        "imgurl: a line of this HTML has 981 bytes, and mail servers break lines of more than 998; send the HTML part "
        "as quoted-printable or base64\n"
    )


@pytest.mark.parametrize(
    ("base", "warned"),
    [
        ("http://127.0.0.1:8000", True), ("http://localhost", True), ("http://[::1]:80", True),
        ("http://a.localhost", True), ("http://127.1.2.3", True), ("https://img.example.com", False),
        ("http://10.0.0.5", False), ("https://localhost.example.com", False),
    ],
)  # fmt: skip
def test_a_link_to_this_machine_is_warned_of(run: Run, base: str, warned: bool) -> None:
    """No reader of a mail can open it; the link is printed all the same."""
    ran = run("mint", "sales-banner-01", "--base-url", base)
    assert (ran.code, ran.out.startswith(base + "/i/")) == (0, True)
    assert ("open on this machine only; for mail give the server's public address" in ran.err) == warned


def test_the_running_servers_address_is_known(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links begin with it while the server lives; what a dead one left behind tells nothing."""
    monkeypatch.delenv("IMGURL_BASE_URL")
    data = tmp_path / "imgurl-data"
    with announced(data, "http://127.0.0.1:45071"):
        alive = run("mint", "sales-banner-01").out
    (data / FILE).write_text("http://127.0.0.1:45071\n")
    dead = run("mint", "sales-banner-01").out
    assert (alive.partition("/i/")[0], dead.partition("/i/")[0]) == ("http://127.0.0.1:45071", "http://127.0.0.1:8000")


def test_html_for_a_platform_has_the_fallbacks_in_its_text(run: Run) -> None:
    """What the platform fills is not known here: the alternative text has the fallback, the source the bare tag."""
    tag = run("mint", "newsletter-hero-april", "--open", "first_name", "--esp", "mailchimp", "--html").out
    parser = Images()
    parser.feed(tag)
    (image,) = parser.found
    assert image["alt"] == "Hi there, spring is here: New arrivals, every week"
    assert "first_name=*|URL:FNAME|*" in tag or "first_name=*|URL:FIRST_NAME|*" in tag


WRONG = [
    (
        ("newsletter",),
        "there is no design 'newsletter': did you mean 'newsletter-hero-april' or 'newsletter-hero-languages'?",
    ),
    (("cert2025",), "there is no design 'cert2025': did you mean 'cert-2025'?"),
    (("xyz",), "there is no design 'xyz'"),
    (("sales-banner-01", "--set", "firstName=Ava"), "the design has no field 'firstName': did you mean 'first_name'"),
    (("sales-banner-01", "--open", "lastname"), "the design has no field 'lastname'"),
    (("sales-banner-01", "--set", "first_name"), "--set takes NAME=VALUE, not 'first_name'"),
    (("sales-banner-01", "--set", "=Ava"), "--set takes NAME=VALUE, not '=Ava'"),
    (("sales-banner-01", "--set", "first_name=Zo\udceb"), "--set 'first_name' has bytes that are not in"),
    (("sales-banner-01", "--set", "first_name=A", "--set", "first_name=B"), "--set gives 'first_name' twice"),
    (("sales-banner-01", "--open", "first_name", "--open", "first_name=X"), "--open gives 'first_name' twice"),
    (("sales-banner-01", "--set", "first_name=asdf"), "is a placeholder"),
    (("sales-banner-01", "--set", "first_name=*|FNAME|*"), "is a merge tag that was not replaced"),
    (("sales-banner-01", "--set", "first_name=null"), 'is a placeholder such as "null" or "undefined"'),
    (("sales-banner-01", "--set", f"company_name={'x' * 61}"), "is too long"),
    (("cert-2025", "--set", "full_name= "), "the value for 'full_name' is blank; it is required and has no fallback"),
    (("cert-2025",), "the value for 'full_name' is missing; it is required and has no fallback"),
    (("sales-banner-01", "--open", "first_name", "--set", "first_name={{x}}"), "is a merge tag that was not replaced"),
    (("product-card", "--set", "price=cheap"), "is not a number; write for example 1299.5"),
    (("sales-banner-01", "--expires", "soon"), "'soon' is not a lifetime; write for example 30d, 12h or 2026-12-31"),
    (("sales-banner-01", "--expires", "2026-02-30"), "'2026-02-30' is not a lifetime"),
    (("sales-banner-01", "--expires", "2020-01-01"), "is in the past"),
    (("sales-banner-01", "--expires", "0d"), "'0d' is not a lifetime"),
    (
        ("sales-banner-01", "--open", "first_name", "--esp", "mailchmp"),
        "no mail platform is called 'mailchmp': did you",
    ),
    (("sales-banner-01", "--esp", "mailchmp"), "no mail platform is called 'mailchmp': did you mean 'mailchimp'?"),
    (("sales-banner-01", "--format", "svg"), "'svg' is not one of 'png', 'jpg', 'gif', 'webp', 'avif', 'pdf'"),
    (("sales-banner-01", "--width", "300"), "--width and --alt say what the <img> is like; add --html"),
    (("sales-banner-01", "--alt", "personal"), "--width and --alt say what the <img> is like; add --html"),
    (
        ("sales-banner-01", "--html", "--alt", "personal"),
        "--alt personal needs --esp, the platform whose tags it writes",
    ),
    (("sales-banner-01", "--html", "--width", "0"), "0 is not in the range 1<=x<=4096"),
    (("sales-banner-01", "--dpr", "4"), "4 is not in the range 1<=x<=3"),
    (("cert-2025", "--dpr", "3"), "this design is too large for more than 2"),
    (("sales-banner-01", "--campaign", "April 26"), "labels are lowercase letters, digits, - and _"),
    (("sales-banner-01", "--csv", "none.csv", "--out", "x.csv"), "File 'none.csv' does not exist"),
    (("sales-banner-01", "--out", "x.csv"), "--csv and --out go together"),
    ((), "Missing argument 'DESIGN'"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(wrong[0])[:50] for wrong in WRONG])
def test_wrong_use_is_reported_in_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, one sentence on standard error that says what to do, nothing on standard output."""
    ran = run("mint", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.said
    assert "Traceback" not in ran.err


def test_a_field_that_is_not_openable_stays_shut(run: Run, small: Path) -> None:
    """A design decides which fields a mail platform may fill."""
    ran = run("mint", "card", "--open", "code")
    assert (ran.code, ran.out) == (2, "")
    assert ran.said == (
        "imgurl: the field 'code' may not be filled by a mail platform: seal a value, or write \"openable\": true into "
        "the design; --set code=… seals one"
    )


def test_a_value_against_its_pattern_is_refused(run: Run, small: Path) -> None:
    """A pattern is kept by the minter already."""
    ran = run("mint", "card", "--set", "code=b2")
    assert (ran.code, ran.out, ran.said) == (2, "", "imgurl: the value for 'code' does not match the field's pattern")


def test_the_format_has_a_former_name(run: Run) -> None:
    """--ext works as before, and --help does not show it."""
    assert read(run("mint", "sales-banner-01", "--ext", "webp").out).ext == "webp"
    shown = run("mint", "--help").out
    assert ("--format" in shown, "--ext" in shown) == (True, False)


def test_values_are_tidied_as_those_of_lists_are(run: Run) -> None:
    """One line, without blanks around it."""
    assert read(run("mint", "sales-banner-01", "--set", "first_name= Ava\nLee ").out).sealed == {
        "first_name": "Ava Lee"
    }


def test_an_address_is_minted_with_a_warning(run: Run) -> None:
    """In the words that lists and the API have for it."""
    ran = run("mint", "sales-banner-01", "--set", "first_name=www.evil.example")
    assert ran.code == 0
    assert ran.said.startswith("imgurl: first_name looks like a web address")


def test_a_blank_optional_value_is_not_a_mistake(run: Run) -> None:
    """A list has blank cells: an optional field may be given blank."""
    assert run("mint", "sales-banner-01", "--set", "rep_name=").code == 0


def test_a_broken_design_is_not_minted_for(run: Run, small: Path) -> None:
    """A design with mistakes: they are printed, exit code 1, nothing on standard output."""
    (small / "card" / "design.json").write_text('{"title": ""}')
    ran = run("mint", "card")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("imgurl: design 'card' has ")
    assert "/size: this key is required" in ran.err


def test_without_a_key_nothing_is_minted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key yet: exit code 1 and the ways to get one."""
    monkeypatch.delenv("IMGURL_SIGNING_KEYS")
    ran = run("mint", "cert-2025", "--set", "full_name=Ava")
    assert (ran.code, ran.out) == (1, "")
    assert "'imgurl keys add' creates one now" in ran.said


def test_a_wrong_key_setting_never_shows_the_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A malformed IMGURL_SIGNING_KEYS is named without repeating what is in it."""
    monkeypatch.setenv("IMGURL_SIGNING_KEYS", "k1:sing:c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0")
    ran = run("mint", "cert-2025", "--set", "full_name=Ava")
    assert (ran.code, ran.out) == (1, "")
    assert "is not a key state" in ran.said
    assert "c2VjcmV0" not in ran.err


def test_a_code_that_will_not_be_drawn_is_warned_of(run: Run, tmp_path: Path) -> None:
    """The link is printed all the same."""
    code = {"type": "barcode", "id": "ean", "symbology": "ean13", "data": "<<article>>"}
    layer = code | {"box": {"x": 0, "y": 0, "width": 400, "height": 100}}
    fields = [{"name": "article", "type": "text", "sample": "4006381333931", "fallback": ""}]
    document = card(fields=fields, alt="", default_values={}, size={"width": 400, "height": 120}, layers=[layer])
    write_design(tmp_path / "designs", "shelf", document)
    options = ("--designs", tmp_path / "designs", "--base-url", "https://img.example.com")
    for digit, warning in (("1", ""), ("2", "imgurl: the layer ean is not drawn: '4006381333932' has a wrong check")):
        minted = run("mint", "shelf", "--set", f"article=400638133393{digit}", *options)
        assert (minted.code, minted.out[:25]) == (0, "https://img.example.com/i")
        assert minted.err[: len(warning) or None] == warning
