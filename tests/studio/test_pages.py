"""The Studio as somebody uses it who makes a mailing: every page, every button, and the way from a design to a mail."""

import base64
import csv
import io
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Response, Route, ViewportSize, expect

from tests.studio.browser import PATIENCE, Studio, link_of, run, studio_in
from tests.web.server import Server

HERO = "/studio/designs/newsletter-hero-april"
PAGES = {
    "/studio": ".gallery .tile img",
    "/studio?view=list": ".card table a",
    HERO: ".eight li img",
    f"{HERO}/embed": ".thumb img",
    f"{HERO}/embed?kind=column": ".drop",
    f"{HERO}/mailbox": ".inboxes img",
    "/studio/explain": "textarea",
    "/studio/campaigns": "main .void, main .stat",
    "/studio/nowhere": ".void",
}
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
LIST = """Vorname,Stadt,E-Mail
Zoë,São Paulo,zoe@example.com
Wolfgang Amadeus Theophilus,Llanfair,w@example.com
Q,,q@example.com
"""


# What somebody may open first beside those: as heavy as they are.
FIRST = {**PAGES, f"{HERO}/preflight": ".drop", "/studio/new": ".newcards"}


@dataclass(frozen=True, slots=True)
class FirstView:
    """What axe-core found on a page, and the bytes of each answer while it was opened, by address."""

    findings: list[str]
    sizes: list[tuple[str, int]]


@pytest.fixture(scope="module")
def first_views(browser: Browser, server: Server) -> dict[str, FirstView]:
    """Each page on a wide light screen, opened first, with nothing kept by the browser or said on its console."""
    views = {}
    for path, selector in FIRST.items():
        with studio_in(browser, server, viewport=sized("wide"), color_scheme="light", locale="en-US") as studio:
            answers = list[Response]()
            _note_answers(studio, answers)
            studio.open(path, selector)
            sizes = [(answer.url, _length(answer)) for answer in answers]
            views[path] = FirstView(studio.findings(), sizes)
    return views


def sized(width: str) -> ViewportSize:
    """Return the size of a window."""
    wide, high = WIDTHS[width]
    return {"width": wide, "height": high}


def test_axe_finds_nothing(first_views: dict[str, FirstView]) -> None:
    """On every page, on a wide light screen."""
    assert {path: view.findings for path, view in first_views.items() if view.findings} == {}


def test_axe_finds_nothing_on_a_phone(browser: Browser, server: Server) -> None:
    """On every page, on a dark phone; and nothing is said on the console."""
    with studio_in(browser, server, viewport=sized("phone"), color_scheme="dark", locale="en-US") as studio:
        found = {}
        for path, selector in PAGES.items():
            studio.open(path, selector)
            found[path] = studio.findings()
        assert {path: findings for path, findings in found.items() if findings} == {}


def test_a_link_works_once(browser: Browser, server: Server) -> None:
    """The first who opens it is in, also when they open it again.

    The second is told how to get another, and can sign in with a key.
    """
    link = link_of(server)
    for answer in ("Designs", "Sign in to imgurl"):
        context = browser.new_context(locale="en-US")
        page = context.new_page()
        for _ in range(2):
            page.goto(link)
            expect(page.get_by_role("heading", level=1)).to_have_text(answer, timeout=60_000)
        context.close()


def test_the_whole_way(studio: Studio) -> None:
    """Choose a design, type a name, get the code, paste it with a recipient's value, open it: the same picture."""
    page = studio.page
    studio.type_a_name("Zoë")
    page.get_by_role("link", name="Get the code").click()
    page.get_by_role("radio", name="Klaviyo").check(force=True)
    page.wait_for_selector("pre:has-text('{{first_name|urlencode}}')")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Only this computer can open them")
    page.get_by_role("button", name="Copy anyway").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    assert code.startswith("<img\nsrc=")
    filled = code.replace("{{first_name|urlencode}}", quote("Zoë")).replace("{{person.City|urlencode}}", "Chicago")
    assert "{{" not in filled.partition("alt=")[0]
    studio_page = page.context.new_page()
    studio_page.set_content(filled.replace("alt=", 'id="it" alt='))
    studio_page.wait_for_function("document.getElementById('it').complete")
    source = studio_page.evaluate("document.getElementById('it').currentSrc")
    target = urlsplit(source)
    answer = studio.server.ask(f"{target.path}?{target.query}")
    assert answer.status == 200
    values = {"first_name": "Zoë", "city": "Chicago", "offer_name": "24 % off everything green"}
    look = studio.post("/designs/newsletter-hero-april/look", {"data": values})
    assert base64.b64decode(look["image"]) == answer.body


def test_everything_in_the_preview(studio: Studio) -> None:
    """Formats, pixels, zoom; values of a pasted contact and of a list's rows, each with where it came from."""
    page = studio.page
    studio.open(HERO, ".eight li img")
    page.get_by_role("button", name="PNG").click()
    page.wait_for_url("**format=png")
    page.get_by_role("button", name="2×").click()
    page.wait_for_selector(".hero img[width='2400']")
    page.get_by_role("button", name="100 %").click()
    page.wait_for_selector(".hero.full-size")
    page.reload()
    page.wait_for_selector(".hero.full-size img[width='2400']")
    page.get_by_role("button", name="1×").click()
    page.get_by_role("button", name="Fit").click()

    page.get_by_role("button", name="One contact").click()
    page.get_by_label("A contact").fill("First name: JÜRGEN\nTown: Bonn")
    page.wait_for_selector(".hero img[alt^='Hi Jürgen, spring is here in Bonn']")
    assert "Here: the contact." in page.locator("#value-city-from").inner_text()

    page.get_by_role("button", name="A list").click()
    page.set_input_files("input[type=file]", {"name": "april.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.wait_for_selector(".hero img[alt^='Hi Zoë, spring is here in São Paulo']")
    assert "column “Stadt”" in page.locator("#value-city-from").inner_text()
    page.get_by_role("button", name="Next row").click()
    page.get_by_role("button", name="Next row").click()
    page.wait_for_selector(".hero img[alt^='Hi Q, spring is here:']")
    assert page.get_by_role("button", name="Next row").is_disabled()
    expect(page.locator(".eight")).to_contain_text("Wolfgang Amadeus Theophilus")
    expect(page.locator("aside .from.warned")).to_contain_text("No value.")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "newsletter-hero-april.png"
    page.get_by_role("button", name="Copy its link").click()
    page.get_by_label("Public address").fill("https://img.example.com")
    page.get_by_role("button", name="Copy with this address").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("navigator.clipboard.readText()").startswith(
        "https://img.example.com/i/newsletter-hero-april.png?"
    )
    page.get_by_role("button", name="Sample").click()
    page.wait_for_selector(".hero img[alt^='Hi Ava']")


def test_values_stay_out_of_addresses(studio: Studio) -> None:
    """What is typed for a recipient is in no address that is asked for, and in no storage of the browser."""
    page, addresses = studio.page, list[str]()
    page.on("request", lambda request: addresses.append(request.url))
    studio.open(HERO, ".eight li img")
    page.fill("#value-first_name", "Xanthippe")
    page.wait_for_selector(".hero img[alt^='Hi Xanthippe']")
    page.goto(studio.base + f"{HERO}/mailbox")
    page.wait_for_selector(".inboxes img")
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert not [address for address in [*addresses, kept, page.url] if "anthippe" in address]


def test_code_for_every_platform(studio: Studio) -> None:
    """Who fills what, a fallback, width, format, last day and campaign are in the code, after a reload too."""
    page = studio.page
    studio.open(f"{HERO}/embed", ".thumb img")
    page.get_by_role("button", name="more…").click()
    page.get_by_role("button", name="Instantly").click()
    page.wait_for_selector("pre:has-text('{{firstName}}')")
    expect(page.locator(".out")).to_contain_text("Instantly cannot protect names with & or #.")
    page.get_by_label("Fallback for First name").fill("friend")
    page.get_by_label("Instantly field for First name").fill("givenName")
    page.get_by_label("Instantly field for First name").press("Tab")
    page.wait_for_selector("pre:has-text('{{givenName}}')")
    page.wait_for_selector("pre:has-text('first_name=friend')")
    page.get_by_label("Who fills City").select_option("you")
    page.get_by_label("City", exact=True).fill("Oslo")
    page.wait_for_selector("pre:has-text('city=Oslo')")
    page.fill("#width", "300")
    page.press("#width", "Tab")
    page.wait_for_selector("pre:has-text('width=\"300\"')")
    page.select_option("#format", "png")
    page.wait_for_selector("pre:has-text('newsletter-hero-april.png')")
    page.fill("#until", "2031-12-31")
    page.press("#until", "Tab")
    page.wait_for_selector("pre:has-text('_x=')")
    page.fill("#campaign", "april-2026")
    page.press("#campaign", "Tab")
    page.wait_for_selector("pre:has-text('_c=april-2026')")
    page.reload()
    page.wait_for_selector("pre:has-text('_c=april-2026')")
    for kind, text in (("Plain link", "http://127.0.0.1"), ("Landing page", "<img"), ("Image tag", "{{firstName}}")):
        page.get_by_role("button", name=kind).click()
        expect(page.locator("pre")).to_contain_text(text)
    page.fill("#server", "https://img.example.com")
    page.press("#server", "Tab")
    page.wait_for_selector("pre:has-text('https://img.example.com/i/')")


def test_a_column_of_links(studio: Studio) -> None:
    """A list comes back with a link for each row, and each opens."""
    page = studio.page
    studio.open(f"{HERO}/embed", ".thumb img")
    page.get_by_role("button", name="One column per recipient").click()
    page.set_input_files("input[type=file]", {"name": "april.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("link", name="Download").click(timeout=120_000)
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["Vorname"] for row in rows] == ["Zoë", "Wolfgang Amadeus Theophilus", "Q"]
    for row in rows:
        url = urlsplit(row["image_url"])
        assert studio.server.ask(f"{url.path}?{url.query}").status == 200


def test_a_mail_in_a_mailbox(studio: Studio) -> None:
    """The sample on each screen; one's own HTML in frames, where nothing runs and nothing of others is loaded."""
    page = studio.page
    studio.open(f"{HERO}/mailbox", ".inboxes img")
    expect(page.locator(".blocked")).to_contain_text("Hi Ava")
    page.locator(".shut button").click()
    expect(page.locator(".blocked")).to_have_count(0)
    page.get_by_label("Recipient").select_option(label="Nothing known")
    page.wait_for_selector(".inboxes img[alt^='Hi there']")
    for name, count in (("600 px", 2), ("Phone", 3), ("Side by side", 3)):
        page.get_by_role("button", name=name).click()
        expect(page.locator(".inboxes > figure")).to_have_count(count)
    page.get_by_label("Recipient").select_option(index=0)
    fields = {"first_name": {"is_open": True}, "city": {"is_open": True}}
    code = studio.post("/designs/newsletter-hero-april/embed", {"platform": "mailchimp", "fields": fields})["html"]
    page.get_by_role("button", name="Your HTML").click()
    mail = f"""<html><head><style>p {{ color: teal; background: url(https://elsewhere.example/b.png) }}</style>
        <script>document.title = "ran"</script></head><body onload="alert(1)"><p style="font-size: 30px">Hello</p>{code}
        <img src="https://elsewhere.example/a.png"><iframe src="https://elsewhere.example"></iframe></body></html>"""
    page.fill("#source", mail)
    page.press("#source", "Tab")
    expect(page.locator(".hint")).to_contain_text("1 picture of yours. 1 picture of others is left out.")
    frame = page.frame_locator("iframe[name='mail-wide-light-open']")
    expect(frame.locator("p")).to_have_css("font-size", "30px")
    source = frame.locator("img").first.get_attribute("src") or ""
    assert source.startswith("/i/newsletter-hero-april.jpg?")
    assert "first_name=Ava" in source
    assert (
        frame.locator("img").first.evaluate("async image => { await image.decode(); return image.naturalWidth }")
        == 1200
    )
    assert frame.locator("script, iframe, [onload]").count() == 0


def test_a_mail_is_explained(studio: Studio) -> None:
    """Each image of ours in a mail's source, whoever encoded it: what was missing, not filled, or changed."""
    page = studio.page
    fields = {"first_name": {"is_open": True}, "city": {"is_open": True}, "offer_name": {"text": "24 % off"}}
    url = studio.post("/designs/newsletter-hero-april/embed", {"platform": "mailchimp", "fields": fields})["url"]
    sent = url.replace("*|URL:FNAME|*", quote("JÜRGEN")).replace("*|URL:CITY|*", "")
    forged = sent.replace("24+%25", "99+%25")
    proxied = f"https://ci3.example.com/proxy/abc#{sent.replace('J%C3%9CRGEN', 'Li')}"
    letter = EmailMessage()
    letter["Subject"] = "Spring is here"
    letter.set_content("plain")
    images = "".join(
        f'<p><img src="{one.replace("&", "&amp;")}"></p>'
        for one in (sent, url, forged, proxied, "https://x.example/a.png")
    )
    letter.add_alternative(f"<html><body>{images}</body></html>", subtype="html", cte="quoted-printable")
    studio.open("/studio/explain", "textarea")
    page.set_input_files("input[type=file]", {"name": "it.eml", "mimeType": "message/rfc822", "buffer": bytes(letter)})
    expect(page.locator(".verdict h2")).to_have_text("Jürgen sees this picture. Missing, so a fallback is shown: City.")
    expect(page.get_by_role("status").filter(has_text="images")).to_have_text(
        "4 images of yours found. 1 of others left alone."
    )
    assert page.locator(".duo tbody tr").first.inner_text().split("\t")[1:3] == ["JÜRGEN", "Jürgen"]
    assert studio.findings() == []
    verdicts = []
    for number in range(1, 4):
        page.locator("button.hit").nth(number).click()
        verdicts.append(page.locator(".verdict h2").inner_text())
    assert verdicts[0].startswith("A tag was not filled: First name still says *|URL:FNAME|*.")
    assert verdicts[1].startswith("Refused:")
    assert verdicts[2].startswith("Li sees this picture.")
    page.fill("textarea", "hello")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".void")).to_contain_text("No image of yours is in it")


def test_a_campaign_is_stopped_and_started(studio: Studio) -> None:
    """What was opened is counted by day; stopped, a link shows the default picture, until it is started again."""
    page = studio.page
    fields = {"first_name": {"is_open": True}, "city": {"text": "Oslo"}, "offer_name": {"text": "24 % off"}}
    order = {"platform": "mailchimp", "fields": fields, "campaign": "may-2026"}
    url = studio.post("/designs/newsletter-hero-april/embed", order)["url"].replace("*|URL:FNAME|*", "Ava")
    target = urlsplit(url)
    path = f"{target.path}?{target.query}"
    assert [studio.server.ask(path).status for _ in range(4)] == [200] * 4
    deadline = time.monotonic() + 60
    while True:
        studio.open("/studio/campaigns?campaign=may-2026", "main")
        if page.locator(".stat dd").count() and page.locator(".stat dd").first.inner_text() == "4":
            break
        assert time.monotonic() < deadline
        time.sleep(1)
    assert studio.findings() == []
    page.get_by_text("As a table").click()
    expect(page.locator("details tbody tr")).to_have_count(10)
    page.get_by_label("Days", exact=True).select_option("30")
    expect(page.locator("details tbody tr")).to_have_count(30)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert "newsletter-hero-april,other,4,4,0,0" in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Stop may-2026").first.click()
    assert studio.findings() == []
    page.get_by_role("button", name="Stop it").click()
    expect(page.locator(".chip", has_text="Stopped")).to_be_visible()
    _await_outcome(studio.server, path, "stopped")
    page.get_by_role("button", name="Start may-2026").first.click()
    expect(page.locator(".chip", has_text="Running")).to_be_visible()
    _await_outcome(studio.server, path, "ok")


def _await_outcome(server: Server, path: str, outcome: str) -> None:
    deadline = time.monotonic() + 30
    while server.ask(path)["x-imgurl-outcome"] != outcome:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_what_is_around_every_page(studio: Studio) -> None:
    """Find by keys, appearance, help, language, who is signed in; signed out, a page asks for a key."""
    page = studio.page
    studio.open("/studio", ".find")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_label("Find a design").fill("cert")
    page.keyboard.press("Enter")
    page.wait_for_url("**/designs/cert-2025")
    page.wait_for_selector(".eight li img")
    page.get_by_role("button", name="Dark appearance").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert studio.findings() == []
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("link", name="Code holen")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    page.keyboard.press("?")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Get the code")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="signed in as").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("API key").fill("imk_live_nonsense")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".complaint")).to_contain_text("This key does not work.")
    studio.complaints.clear()  # the browser reports each 401
    key = run(studio.server, "keys", "api", "create", "--name", "mara", "--scope", "read")
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".gallery .tile img")
    expect(page.get_by_role("button", name="signed in as mara")).to_be_visible()


def test_a_server_that_is_away(studio: Studio) -> None:
    """The last picture stays, a strip says what is wrong, and once the server is back the next key draws again."""
    page = studio.page
    studio.open(HERO, ".eight li img")

    def fail(route: Route) -> None:
        route.abort()

    page.route("**/studio/api/**", fail)
    page.fill("#value-first_name", "Mia")
    expect(page.locator(".strap.warn")).to_contain_text("No answer from the server.")
    assert page.locator(".hero img").get_attribute("alt", timeout=1_000).startswith("Hi Ava")  # type: ignore[union-attr]
    page.unroute("**/studio/api/**", fail)
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".strap.warn")).to_have_count(0)
    page.fill("#value-first_name", "Mina")
    page.wait_for_selector(".hero img[alt^='Hi Mina']")
    studio.complaints.clear()  # the browser reports each failed request


def test_a_thumbnail_that_did_not_come_comes_later(studio: Studio) -> None:
    """A server with too much to do refuses the pictures of the gallery once: they are asked for again by themselves."""
    refused: set[str] = set()

    def refuse_once(route: Route) -> None:
        address = route.request.url
        if address in refused:
            route.continue_()
        else:
            refused.add(address)
            route.fulfill(status=503)

    studio.page.route("**/faces/**", refuse_once)
    studio.page.goto(studio.base + "/studio")
    studio.page.wait_for_selector(".gallery .tile img")
    for picture in studio.page.locator(".gallery .tile img").all():
        expect(picture).to_have_js_property("complete", value=True, timeout=PATIENCE)
        expect(picture).not_to_have_js_property("naturalWidth", 0, timeout=PATIENCE)
    assert len(refused) == studio.page.locator(".tile").count()


# What a first view loads at most, as it is sent, in bytes: the page with its scripts, styles and Inter; the thumbnail
# of a design on average; and a font for names in Arabic, which the awkward eight have.
MAX_BYTES_OF_PAGE = 100_000
# With the fourteen shipped designs 150 kB in all.
MAX_BYTES_OF_FACE = 3_570
MAX_BYTES_OF_NAMES = 200_000


def test_every_first_view_is_light(first_views: dict[str, FirstView]) -> None:
    """Whatever page somebody opens first, with nothing kept by the browser."""
    for path, view in first_views.items():
        files = {url: size for url, size in view.sizes if "/studio/api/" not in url}
        names = {url: size for url, size in files.items() if "/studio/f/" in url}
        faces = [size for url, size in view.sizes if "/faces/" in url]
        assert sum(files.values()) - sum(names.values()) <= MAX_BYTES_OF_PAGE, (path, files)
        assert sum(names.values()) <= MAX_BYTES_OF_NAMES, (path, names)
        assert sum(faces) <= len(faces) * MAX_BYTES_OF_FACE, (path, faces)


def _note_answers(studio: Studio, answers: list[Response]) -> None:
    studio.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes no built-in


def _length(answer: Response) -> int:
    return 0 if answer.url.startswith("blob:") else int(answer.headers.get("content-length", 0))


def test_the_keys_and_who_may_not(browser: Browser, server: Server) -> None:
    """``?`` opens the table of keys; an address asks for one way to begin; whoever may not begin is not invited to."""
    with studio_in(browser, server, viewport={"width": 390, "height": 844}, locale="de-DE") as studio:
        page = studio.page
        studio.open("/studio/new?from=svg", ".newcards")
        expect(page.locator(".newcards form")).to_have_count(1)
        page.get_by_role("link", name="Alle Wege").click()
        expect(page.locator(".newcards form")).to_have_count(3)
        page.locator("h1").click()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog").get_by_role("row", name="Gruppieren, Gruppe auflösen")).to_contain_text(
            "Strg G"
        )
        page.keyboard.press("Escape")
        refused = studio.post("/designs/newsletter-hero-april/contact", {"text": " "})
        assert (refused["status"], refused["code"]) == (400, "no-value")
        studio.open(f"{HERO}/preflight", ".drop")
        page.set_input_files(
            "main input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
        )
        for name in ("Bericht herunterladen", "Alle vorab zeichnen"):
            expect(page.get_by_role("button", name=name)).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".bar").get_by_text("Andere Liste")).to_be_visible()
        key = run(server, "keys", "api", "create", "--name", "reader", "--scope", "read")
        page.context.clear_cookies()
        page.goto(studio.base + "/studio")
        page.get_by_label("API-Schlüssel").fill(key)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_selector(".gallery .tile img")
        expect(page.get_by_role("link", name="Neues Design")).to_have_count(0)
        studio.open("/studio/new", ".note")
        expect(page.locator("form")).to_have_count(0)
