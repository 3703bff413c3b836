"""The image endpoint over real HTTP, on both parsers: statuses, headers and bodies as the table of answers has them."""

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, cast

import pytest

from imgurl.config import shipped
from imgurl.merge.dialects import BY_ID
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import MAX_TARGET_BYTES, parse_target
from tests.pipeline.factories import pipeline_over
from tests.web.server import K2, MINTER, VECTORS, Answer, Server, parse_answer, request, signed

CASES = cast("list[dict[str, Any]]", VECTORS["cases"])
FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}

ALWAYS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "x-robots-tag": "noindex",
}
# All there is: no Vary, no Set-Cookie, no Location, no Server.
NAMES_OF_A_REFUSAL = {
    *ALWAYS, "cache-control", "x-imgurl-outcome", "content-type", "content-length", "date", "connection",
}  # fmt: skip
NAMES_OF_A_PICTURE = NAMES_OF_A_REFUSAL | {"etag"}

BANNER = {"first_name": "Ava", "company_name": "Northwind", "rep_name": "Leo"}

# The open part behind a signature over one open field, without the value.
OPEN_BANNER = signed("sales-banner-01", {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}, "&first_name=")

# Headers that servers have been known to listen to (threats, row 39).
UNHELPFUL = {
    "Accept": "image/webp;q=0, image/avif",
    "Accept-Encoding": "gzip, br, zstd",
    "Accept-Language": "tlh, de;q=0.1",
    "Accept-Charset": "utf-16",
    "Authorization": "Bearer somebody",
    "Cache-Control": "no-cache",
    "Client-IP": "10.0.0.1",
    "Cookie": "first_name=Mallory; session=1",
    "DNT": "1",
    "DPR": "3",
    "Expect-CT": "max-age=0",
    "Forwarded": "for=10.0.0.1;host=evil.example;proto=https",
    "Front-End-Https": "on",
    "If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT",
    "If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT",
    "If-Match": '"another"',
    "If-Range": '"another"',
    "Origin": "https://evil.example",
    "Pragma": "no-cache",
    "Range": "bytes=0-9,5-14,-1",
    "Referer": "https://evil.example/?first_name=Mallory",
    "Save-Data": "on",
    "Sec-Fetch-Dest": "script",
    "TE": "trailers",
    "User-Agent": "Mozilla/5.0 (compatible; GoogleImageProxy)",
    "Via": "1.1 evil",
    "Width": "4096",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "https",
    "X-HTTP-Method-Override": "DELETE",
    "X-Original-URL": "/i/cert-2025.png",
    "X-Rewrite-URL": "/i/cert-2025.png",
}


def assert_transparent_pixel(answer: Answer) -> None:
    """Check that an answer is the refusal's picture."""
    picture = answer.picture()
    assert (picture.format, picture.size) == ("PNG", (1, 1))
    assert picture.convert("RGBA").getpixel((0, 0)) in {(0, 0, 0, 0), (255, 255, 255, 0)}


def assert_refusal(answer: Answer, status: int) -> None:
    """Check all of an answer to a URL that is not one of ours."""
    assert answer.status == status
    assert answer.names - {"allow"} == NAMES_OF_A_REFUSAL
    expected = {**ALWAYS, "cache-control": "no-store", "x-imgurl-outcome": "refused", "content-type": "image/png"}
    assert expected == {name: answer[name] for name in expected}
    assert str(len(answer.body)) == answer["content-length"]
    assert_transparent_pixel(answer)


def assert_picture(answer: Answer, ext: str) -> None:
    """Check what every answer with a picture has."""
    assert answer.status == 200
    assert answer.names == NAMES_OF_A_PICTURE
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert str(len(answer.body)) == answer["content-length"]
    assert answer["content-type"] == f"image/{'jpeg' if ext == 'jpg' else ext}"
    assert re.fullmatch('"[0-9a-f]{40}"', answer["etag"])
    picture = answer.picture()
    assert FORMATS[ext] == picture.format
    assert min(picture.size) >= 200


def without_date(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """Return status and headers but the time."""
    return answer.status, [(name, value) for name, value in answer.headers if name != "date"]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_each_vector_gives_its_status(server: Server, case: dict[str, Any]) -> None:
    """Each target of the vector file, sent as it is, is answered with its status, and with a picture in any case."""
    answer = server.ask(case["target"])
    assert case["expect"] == answer.status
    if case["expect"] == 200:
        assert_picture(answer, re.findall(r"\.([a-z]+)\?", case["target"])[0])
    else:
        assert_refusal(answer, case["expect"])


@pytest.mark.parametrize("ext", FORMATS)
def test_each_format_is_what_it_says(server: Server, ext: str) -> None:
    """Each extension gives an image of its format in the design's size."""
    answer = server.ask(MINTER.mint("sales-banner-01", BANNER, ext=ext))
    assert_picture(answer, ext)
    assert answer.picture().size == (600, 200)


def test_dpr_multiplies_the_pixels_up_to_the_limit(server: Server) -> None:
    """A signed _dpr of 2 doubles both sides; 3 is more than a certificate may have and gives its most."""
    two = server.ask(signed("sales-banner-01", {"_dpr": "2"}))
    three = server.ask(signed("cert-2025", {"_dpr": "3", "full_name": "Ava"}, ext="jpg"))
    assert [two.picture().size, three.picture().size] == [(1200, 400), (3200, 2262)]


NOW = int(time.time())
IN_TEN_MINUTES = NOW + 600


def banner_link(values: dict[str, str] | None = None, **controls: Any) -> str:
    """Return a link to the banner with all its values."""
    return MINTER.mint("sales-banner-01", {**BANNER, **(values or {})}, **controls)


ANSWERS = [
    ("resolved", banner_link(), "public, max-age=86400", "ok"),
    ("open values", OPEN_BANNER + "Mia&_z=1", "public, max-age=86400", "ok"),
    ("fallback", signed("sales-banner-01", {"first_name": "Ava", "rep_name": "Leo"}),
     "public, max-age=86400", "fallback; company_name"),
    ("refused value", OPEN_BANNER + "evil.example&_z=1", "public, max-age=86400", "fallback; first_name"),
    ("unresolved tag", OPEN_BANNER + "*|FNAME|*&_z=1", "no-store", "unresolved; first_name"),
    ("cut", OPEN_BANNER + "Mi", "public, max-age=86400", "cut; first_name"),
    ("required and missing", signed("cert-2025", {}), "public, max-age=86400", "default; full_name"),
    ("required and unresolved", signed("cert-2025", {"_o": "full_name"}, "&full_name=%%FullName%%&_z=1"),
     "no-store", "default; full_name"),
    ("expired", signed("sales-banner-01", {**BANNER, "_x": "1000000000"}), "no-store", "expired"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "cache_control", "outcome"), [answer[1:] for answer in ANSWERS], ids=[answer[0] for answer in ANSWERS]
)
def test_the_table_of_answers(server: Server, target: str, cache_control: str, outcome: str) -> None:
    """Each case of the table has its Cache-Control and its outcome, with names of fields and never a value."""
    answer = server.ask(target)
    assert_picture(answer, "png")
    assert (cache_control, outcome) == (answer["cache-control"], answer["x-imgurl-outcome"])


def version_of(design: str, fonts: FontCatalogue) -> str:
    """Return the version digest of a shipped design."""
    return pipeline_over(shipped("designs"), fonts).library.find(design).version


def test_a_pinned_url_may_be_kept_for_a_year(server: Server, fonts: FontCatalogue) -> None:
    """With the version in the URL the picture never changes."""
    answer = server.ask(banner_link(pin=version_of("sales-banner-01", fonts)[:12]))
    assert_picture(answer, "png")
    assert answer["cache-control"] == "public, max-age=31536000, immutable"


def test_a_pin_to_a_version_that_nobody_has_is_not_kept(server: Server) -> None:
    """The version that is there is shown, and no cache may keep it under the pin."""
    answer = server.ask(banner_link(pin="0123456789ab"))
    assert_picture(answer, "png")
    assert answer["cache-control"] == "no-store"


@pytest.mark.parametrize("pinned", [False, True])
def test_nobody_may_keep_a_picture_beyond_its_expiry(server: Server, fonts: FontCatalogue, pinned: bool) -> None:
    """Expires is the end of the link; max-age is half of what is left, pinned or not, in a 304 too."""
    pin = version_of("sales-banner-01", fonts)[:16] if pinned else None
    expires = int(time.time()) + 600
    answer = server.ask(banner_link(expires=expires, pin=pin))
    unchanged = server.ask(banner_link(expires=expires, pin=pin), headers={"If-None-Match": answer["etag"]})
    half = (expires - int(time.time())) // 2 + 1
    for one in (answer, unchanged):
        age = int(re.findall(r"max-age=(\d+)", one["cache-control"])[0])
        assert half - 20 <= age <= half
        assert one["cache-control"].endswith("immutable") == pinned
        assert parsedate_to_datetime(one["expires"]).timestamp() == expires


def test_a_cache_without_age_does_not_outlive_a_link(server: Server) -> None:
    """A cache that keeps a picture for max-age and hands the same number on: both times end before the link does."""
    expires = int(time.time()) + 20
    answer = server.ask(banner_link(expires=expires))
    age = int(re.findall(r"max-age=(\d+)", answer["cache-control"])[0])
    assert 2 * age <= 20
    far = server.ask(banner_link(expires=int(time.time()) + 10 * 86_400))
    assert (far["cache-control"], far["expires"]) == ("public, max-age=86400", "")


def test_clocks_may_differ_by_a_minute(server: Server) -> None:
    """Just expired: the picture is still shown, for no cache to keep; after a minute it is not."""
    just = server.ask(signed("sales-banner-01", {**BANNER, "_x": str(int(time.time()) - 20)}))
    over = server.ask(signed("sales-banner-01", {**BANNER, "_x": str(int(time.time()) - 90)}))
    assert [just["x-imgurl-outcome"], over["x-imgurl-outcome"]] == ["ok", "expired"]
    assert [just["cache-control"], over["cache-control"]] == ["public, max-age=0", "no-store"]


def test_an_unknown_design_is_404(server: Server) -> None:
    """A good signature over a design that is not there: 404."""
    assert_refusal(server.ask(signed("winter", {})), 404)


@pytest.mark.parametrize(
    "target",
    [
        "/i/%73ales-banner-01.png?_k=k1", "/i/Sales-banner-01.png", "/i/./sales-banner-01.png", "/i/../i/cert-2025.png",
        "/i/spring.png;v=1", "/i/spring.png%00.jpg", "/i/a%2Fb.png", "/i/", "/i/.png", "/i/spring", "/i/spring.svg",
        "/i/spring.jpeg", "/i/spring.PNG", "/i/-spring.png", f"/i/{'a' * 65}.png", "/i/spring.png/",
    ],
)  # fmt: skip
def test_a_path_that_is_not_of_the_grammar_is_404(server: Server, target: str) -> None:
    """The raw path is matched as it came: no decoding, no tidying."""
    assert_refusal(server.ask(target), 404)


@pytest.mark.parametrize(
    "change",
    [
        ("_s=", "cacheKey=1&_s="), ("_s=", "key=1&_s="), ("_s=", "_w=99999&_s="), ("_s=", "_dpr=nan&_s="),
        ("_s=", "_dpr=4&_s="), ("_s=", "&_s="), ("_s=", "a&_s="), ("_s=", "=x&_s="), ("_s=", "%zz=1&_s="),
        ("Ava", "%FF"), ("Ava", "A%va"), ("Ava", "%C0%AF"), ("Ava", "%ED%A0%80"), ("Ava", "Av%00a"), ("Ava", "%2541va"),
        ("_k=k1", "_k=K1"), ("_k=k1", "_k=..%2Fk1"), ("_k=k1", "_k="), ("_k=k1", "_k=k1%00"), ("_k=k1", "_k=k2"),
        ("&", ";"), ("?", "?_s=x&"), ("?", "?api_key=x&"),
    ],
    ids=" to ".join,
)  # fmt: skip
def test_a_damaged_sealed_part_is_403(server: Server, change: tuple[str, str]) -> None:
    """Whatever is wrong before the signature, and however: one answer."""
    assert_refusal(server.ask(banner_link().replace(*change, 1)), 403)


def test_a_url_of_the_longest_length_is_read(server: Server) -> None:
    """8,192 bytes are read; one more is 414. Then the next request is answered as ever."""
    target = OPEN_BANNER + "Mia&utm_source="
    target += "x" * (MAX_TARGET_BYTES - len(target) - len("&_z=1")) + "&_z=1"
    assert len(target) == 8_192
    assert server.ask(target).status == 200
    assert_refusal(server.ask(target + "x"), 414)
    assert_refusal(server.ask(target + "x" * 40_000), 414)
    assert server.ask(target).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_405(server: Server, method: str) -> None:
    """Images are read with GET and HEAD, and the answer says so (RFC 9110, 15.5.6)."""
    answer = server.ask(banner_link(), method)
    assert_refusal(answer, 405)
    assert answer["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        (banner_link().replace("Ava", "Eve"), "GET", 403),
        ("/i/nothing.svg", "GET", 404),
        (signed("newsletter-hero-apri", {}), "GET", 404),
        (banner_link() + "x" * 9_000, "GET", 414),
        (banner_link(), "POST", 405),
    ],
)
def test_who_asks_for_json_is_told_the_problem(server: Server, target: str, method: str, status: int) -> None:
    """With Accept: application/json a refusal is a problem document (RFC 9457) with the same headers."""
    answer = server.ask(target, method, {"Accept": "application/json"})
    problem = json.loads(answer.body)
    assert (status, "application/problem+json") == (answer.status, answer["content-type"])
    assert {"type", "title", "status", "detail", "request_id"} == problem.keys()
    assert (status, "about:blank") == (problem["status"], problem["type"])
    assert answer.names - {"allow"} == NAMES_OF_A_REFUSAL
    assert answer["cache-control"] == "no-store"


def test_every_refused_signature_gets_the_same_sentence(server: Server) -> None:
    """The JSON problem does not help forging: a wrong value, key or signature read the same."""
    targets = [
        banner_link().replace("Ava", "Eve"), banner_link().replace("_k=k1", "_k=k9"), banner_link()[:-5],
        banner_link().replace("_k=k1&", ""), signed("sales-banner-01", BANNER, key=K2).replace("_k=k2", "_k=k1"),
    ]  # fmt: skip
    problems = [json.loads(server.ask(target, headers={"Accept": "application/json"}).body) for target in targets]
    assert len({problem["detail"] for problem in problems}) == 1
    assert {problem["status"] for problem in problems} == {403}


def test_a_picture_does_not_depend_on_accept(server: Server) -> None:
    """Who asks for JSON at a good URL gets the picture all the same: the format is in the URL."""
    plain, asking = (server.ask(banner_link(), headers=headers) for headers in ({}, {"Accept": "application/json"}))
    assert without_date(plain) == without_date(asking)
    assert plain.body == asking.body


@pytest.mark.parametrize(
    "target",
    [banner_link(), banner_link({"first_name": "Head first"}), banner_link().replace("Ava", "Eve"), "/i/no.svg"],
    ids=["known", "never drawn", "403", "404"],
)
def test_head_is_get_without_the_body(server: Server, target: str) -> None:
    """HEAD has status and headers of GET, the length included, and no body."""
    head, get = server.ask(target, "HEAD"), server.ask(target)
    assert without_date(head) == without_date(get)
    assert (b"", int(get["content-length"])) == (head.body, len(get.body))


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" , W/{},"x"', "*", "gzip", "W/gzip"])
def test_who_has_the_picture_is_told_so(server: Server, form: str) -> None:
    """If-None-Match with the ETag, weak, in a list, compressed on its way, or a star: 304 with the headers, no body."""
    get = server.ask(banner_link())
    header = form.replace("gzip", get["etag"][:-1] + '-gzip"').format(get["etag"])
    answer = server.ask(banner_link(), headers={"If-None-Match": header})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.names == NAMES_OF_A_PICTURE - {"content-type", "content-length"}
    names = ("etag", "cache-control", "x-imgurl-outcome", *ALWAYS)
    assert [get[name] for name in names] == [answer[name] for name in names]


def test_another_etag_gets_the_picture(server: Server) -> None:
    """If-None-Match with another picture's ETag: 200."""
    other = server.ask(banner_link({"first_name": "Mia"}))
    answer = server.ask(banner_link(), headers={"If-None-Match": f'{other["etag"]}, "{"0" * 40}"'})
    assert_picture(answer, "png")
    assert answer["etag"] != other["etag"]


def test_a_304_renders_nothing(server: Server, fonts: FontCatalogue) -> None:
    """The ETag of a picture is known before it is drawn; asking with it draws nothing and reads no cache."""
    target = banner_link({"first_name": "Never Drawn"})
    path, _, query = target.encode().partition(b"?")
    picture = pipeline_over(shipped("designs"), fonts).resolve(parse_target(path, query), KeyState.SIGN, time.time())
    before = server.figures()
    answer = server.ask(target, headers={"If-None-Match": picture.key.etag})
    after = server.figures()
    assert answer.status == 304
    assert served(before) == served(after)
    assert server.ask(target)["etag"] == picture.key.etag
    assert served(server.figures())["imgurl_render_seconds_count"] == served(after)["imgurl_render_seconds_count"] + 1


def served(figures: dict[str, float]) -> dict[str, float]:
    """Return the figures of what was drawn, and of where pictures came from."""
    names = ("imgurl_render_seconds_count", "imgurl_served_total")
    return {name: value for name, value in figures.items() if name.startswith(names)}


def test_refusals_touch_nothing(server: Server) -> None:
    """A forged URL draws nothing, reads no cache, and is counted as refused."""
    before = server.figures()
    for number in range(5):
        server.ask(banner_link().replace("Ava", f"Eve{number}"))
    after = server.figures()
    refused = 'imgurl_requests_total{outcome="refused",status="403"}'
    assert served(before) == served(after)
    assert after[refused] - before.get(refused, 0.0) == 5.0


def test_the_second_request_comes_from_memory(server: Server) -> None:
    """One is drawn, the next are served from memory, with the same bytes; a dirty spelling shares the picture."""
    before = served(server.figures())
    spellings = ("Zara%20Smith", "Zara+Smith", "%20Zara%20%20Smith%E2%80%8B", "Zara Smith".replace(" ", "%09"))
    answers = [server.ask(f"{OPEN_BANNER}{spelling}&_z=1") for spelling in spellings]
    after = served(server.figures())
    grown = {name: after[name] - before.get(name, 0.0) for name in after}
    assert len({answer.body for answer in answers}) == len({answer["etag"] for answer in answers}) == 1
    assert (grown['imgurl_served_total{source="render"}'], grown['imgurl_served_total{source="memory"}']) == (1.0, 3.0)


@pytest.mark.parametrize("name", UNHELPFUL)
def test_no_request_header_changes_a_picture(server: Server, name: str) -> None:
    """What is not in the URL does not change the answer: no header of a client, a proxy or an attacker does."""
    plain = server.ask(banner_link())
    answer = server.ask(banner_link(), headers={name: UNHELPFUL[name]})
    assert without_date(plain) == without_date(answer)
    assert plain.body == answer.body


def test_a_host_of_somebody_else_changes_nothing(server: Server) -> None:
    """The Host header is not looked at, also where it is malformed."""
    plain = server.ask(banner_link())
    for host in ("evil.example", "evil/../i", "a b", ""):
        assert without_date(plain) == without_date(server.ask(banner_link(), headers={"Host": host}))


def test_after_large_headers_the_answer_is_clean(server: Server) -> None:
    """A header of 9 kB does no harm to the answer that a cache would keep (cache-poisoned denial of service)."""
    assert server.ask(banner_link(), headers={"X-Large": "x" * 9_000}).status in {200, 431}
    assert_picture(server.ask(banner_link()), "png")


def test_a_body_on_get_is_ignored(server: Server) -> None:
    """A GET that brings a body gets its picture."""
    sent = request(banner_link(), headers={"Content-Length": "11"}) + b"first_name="
    assert_picture(parse_answer(server.exchange(sent)), "png")


SLOPPY = f"{OPEN_BANNER}Zoë Lee&_z=1".encode()


def segments_of(sent: bytes) -> list[list[bytes]]:
    """Return ways to send bytes in two pieces: cut at each kind of place of a request line."""
    places = (1, 4, 20, sent.index(b"\xc3") + 1, sent.index(b" Lee"), sent.index(b" HTTP"), sent.index(b"\r\n") + 1)
    return [[sent[:place], sent[place:]] for place in places]


def test_a_sloppy_link_is_the_same_picture_however_it_comes(server: Server) -> None:
    """In two pieces, behind an empty line, second on a connection, in absolute form: 200 and the same bytes."""
    plain = server.ask(OPEN_BANNER + "Zo%C3%AB%20Lee&_z=1")
    sent = request(SLOPPY)
    answers = [parse_answer(server.exchange_in_pieces(pieces)) for pieces in segments_of(sent)]
    answers.append(parse_answer(server.exchange(b"\r\n" + sent)))
    answers.append(parse_answer(server.exchange(sent.replace(b"GET /", b"GET http://img.example/"))))
    first = request("/healthz", headers={"Connection": "keep-alive"})
    second = ([first + sent], [first, sent], [first + sent[:30], sent[30:]])
    answers += [parse_answer(server.exchange_in_pieces(pieces).partition(b"ok\n")[2]) for pieces in second]
    assert [answer.status for answer in answers] == [200] * len(answers)
    assert {answer.body for answer in answers} == {plain.body}
    assert {answer["etag"] for answer in answers} == {plain["etag"]}


@pytest.mark.parametrize("target", ["/i/nothing.svg", banner_link(), "/healthz", "/nothing"])
def test_absolute_form_is_origin_form(server: Server, target: str) -> None:
    """With scheme and host in the target, whichever: the same answer on both parsers (RFC 9112, 3.2.2)."""
    plain = server.ask(target)
    absolute = server.ask("http://elsewhere.example:8080" + target)
    assert (plain.status, plain.body) == (absolute.status, absolute.body)


def test_a_body_that_looks_like_a_request_is_a_body(server: Server) -> None:
    """Its length is kept, no request is made of it, and the next request on the connection is answered."""
    body = b"GET /i/x.png?n=\xeb\xeb\xeb HTTP/1.1\r\n\r\n"
    post = request("/nothing", "POST", {"Connection": "keep-alive", "Content-Length": str(len(body))})
    received = server.exchange_in_pieces([post, body, request("/healthz")])
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"404", b"200"]
    assert received.endswith(b"ok\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(SLOPPY).replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nBad header\r\n"), 400),
        (request(OPEN_BANNER + "x" * 9_000), 414),
        (request(OPEN_BANNER + "x" * 900_000), 414),
        (request(OPEN_BANNER, headers={"X-Large": "x" * 17_000}), 431),
        (request(OPEN_BANNER, headers={f"X-{number}": "x" for number in range(70)}), 431),
    ],
    ids=["400", "414", "414 while it is sent", "431 bytes", "431 lines"],
)
def test_what_is_refused_before_it_is_read_is_a_refusal(server: Server, sent: bytes, status: int) -> None:
    """A picture that shows nothing and that nobody may keep, and the client that sends on gets to read it."""
    assert_refusal(parse_answer(server.exchange(sent)), status)


def test_the_limit_is_on_what_came(server: Server) -> None:
    """8,192 bytes that a client did not encode are read: 16,000 or more once encoded."""
    target = OPEN_BANNER.encode() + b"Mia&utm_source="
    target += b"\xeb" * (MAX_TARGET_BYTES - len(target) - len(b"&_z=1")) + b"&_z=1"
    assert server.ask(target).status == 200
    assert_refusal(server.ask(target + b"x"), 414)


@pytest.mark.parametrize("target", ["/", "/nothing", "/healthz", "/readyz", "/metrics", "/v1/nothing", "/v1/designs"])
def test_no_answer_except_pictures_may_be_kept(server: Server, target: str) -> None:
    """Also where something is not there: without a word, caches keep a 404 as long as they see fit."""
    for method in ("GET", "POST"):
        assert "no-store" in server.ask(target, method)["cache-control"]


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Twenty requests in one packet: twenty answers, in their order."""
    targets = [signed("sales-banner-01", {"first_name": "Ava"}, ext=("png", "gif")[n % 2]) for n in range(20)]
    sent = b"".join(request(target, "HEAD", {"Connection": "keep-alive"}) for target in targets)
    received = server.exchange(sent + request("/healthz", "HEAD"))
    kinds = re.findall(rb"content-type: (image/\w+|text/plain)", received)
    assert kinds == [b"image/png", b"image/gif"] * 10 + [b"text/plain"]
    assert received.count(b"HTTP/1.1 200 OK") == 21


def test_any_printable_byte_in_an_open_value_gets_a_picture(server: Server) -> None:
    """Each of the 94 printable ASCII bytes raw in an open value, also % and & and #: 200 and a picture."""
    answers = [server.ask(f"{OPEN_BANNER}Z{chr(byte)}o&_z=1".encode()) for byte in range(0x21, 0x7F)]
    assert {(200, "image/png")} == {(answer.status, answer["content-type"]) for answer in answers}


def test_any_escaped_byte_in_an_open_value_gets_a_picture(server: Server) -> None:
    """Each of the 256 bytes percent-encoded in an open value: 200 and a picture."""
    answers = [server.ask(f"{OPEN_BANNER}Z%{byte:02X}o&_z=1") for byte in range(256)]
    assert {(200, "image/png")} == {(answer.status, answer["content-type"]) for answer in answers}


@pytest.mark.parametrize("name", ["Zoë".encode(), "Zoë".encode("cp1252"), b"Ben Lee", "李雷".encode(), b"a\x7f\x01b"])
def test_a_value_that_nobody_encoded_gets_a_picture(server: Server, name: bytes) -> None:
    """A mail platform that does not encode, and a client that does not either: 200 and a picture with the name."""
    answer = server.ask(f"{OPEN_BANNER}".encode() + name + b"&_z=1")
    assert (answer.status, answer["x-imgurl-outcome"]) == (200, "ok")


def test_both_parsers_agree_on_a_fragment(server: Server) -> None:
    """A # cuts the URL wherever it is, as in every client: the cut value falls back on both parsers."""
    in_value = server.ask(f"{OPEN_BANNER}C#frag&_z=1")
    behind_signature = server.ask(banner_link() + "#frag")
    assert (in_value.status, in_value["x-imgurl-outcome"]) == (200, "cut; first_name")
    assert (behind_signature.status, behind_signature["x-imgurl-outcome"]) == (200, "ok")


@pytest.mark.parametrize("dialect", ["mailchimp", "sfmc", "hubspot", "klaviyo"])
def test_a_link_that_nobody_filled_in_shows_its_fallback(server: Server, dialect: str) -> None:
    """A preview shows the link with its tags as they are: the fallback, and no cache keeps it."""
    link = MINTER.mint("sales-banner-01", {"company_name": "Acme", "rep_name": "Leo"}, open=["first_name"], esp=dialect)
    assert dialect in BY_ID
    answer = server.ask(link.replace(" ", "%20").replace('"', "%22"))
    assert_picture(answer, "png")
    assert (answer["cache-control"], answer["x-imgurl-outcome"]) == ("no-store", "unresolved; first_name")
