"""``imgurl explain``."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from imgurl.merge.charsets import mark_in
from tests.cli.conftest import Run
from tests.web.designs import card, write_design
from tests.web.server import K1, K2, MINTER, VECTORS, keys_setting, signed

pytestmark = pytest.mark.usefixtures("keys", "few")

KEYS_IN_ORDER = ["url", "status", "outcome", "reason", "notes", "design", "key", "fields", "warnings", "gathered"]
BANNER = {"first_name": "Ava", "company_name": "Acme", "rep_name": "Leo"}
LINK = MINTER.mint("sales-banner-01", BANNER)
SHIFT_JIS = "".join(f"%{byte:02X}" for byte in mark_in("Shift_JIS"))


def told(run: Run, url: str) -> dict[str, Any]:
    """Return what ``explain --json`` prints for a URL."""
    ran = run("explain", "--json", url)
    assert (ran.code, ran.err) == (0, "")
    result: dict[str, Any] = json.loads(ran.out)
    assert list(result) == KEYS_IN_ORDER
    assert result["url"] == url
    return result


def test_a_good_url_in_words(run: Run) -> None:
    """Status and outcome, design and key, each field with its text and where it came from."""
    expected = (
        "200 ok\n"
        "design sales-banner-01, key k1\n"
        "  first_name: 'Ava' from sealed\n"
        "  company_name: 'Acme' from sealed\n"
        "  rep_name: 'Leo' from sealed\n"
    )
    assert expected == run("explain", LINK).out


def test_a_good_url_as_data(run: Run) -> None:
    """--json has the same facts under fixed names."""
    expected = {
        "url": LINK, "status": 200, "outcome": "ok", "reason": "", "notes": [], "design": "sales-banner-01",
        "key": "k1",
        "fields": {name: {"text": text, "from": "sealed", "flags": []} for name, text in BANNER.items()},
        "warnings": [],
        "gathered": [],
    }  # fmt: skip
    assert expected == told(run, LINK)


def test_a_whole_url_and_its_target_are_the_same(run: Run) -> None:
    """With host or without, with a fragment or spaces around it: the same answer."""
    spellings = [LINK, f"https://img.example.com{LINK}", f"http://x:8000{LINK}#top"]
    facts = [{**told(run, url), "url": ""} for url in spellings]
    assert facts[0] == facts[1] == facts[2]


def test_each_origin_is_reported(run: Run) -> None:
    """Sealed, open, fallback of the URL, fallback of the design."""
    pairs = {"_o": "company_name.first_name", "company_name": "you", "rep_name": "Leo"}
    facts = told(run, signed("sales-banner-01", pairs, "&first_name=Mia&_z=1"))
    origins = {name: (field["text"], field["from"]) for name, field in facts["fields"].items()}
    assert origins == {
        "first_name": ("Mia", "open"), "company_name": ("you", "url-fallback"), "rep_name": ("Leo", "sealed")
    }  # fmt: skip
    bare = told(run, signed("sales-banner-01", {}))
    assert bare["fields"]["first_name"] == {"text": "Hello", "from": "design-fallback", "flags": ["missing"]}


@pytest.mark.parametrize(
    ("behind", "outcome", "flag", "reason"),
    [
        ("&first_name=*|FNAME|*&_z=1", "unresolved", "unresolved", "a merge tag was not replaced: first_name"),
        ("&first_name=Mi", "cut", "cut", "the end of the URL is missing"),
        ("&first_name=evil.example&_z=1", "fallback", "link", "the fallback is shown for: first_name"),
        ("&first_name=null&_z=1", "fallback", "null-word", "the fallback is shown for: first_name"),
        ("&first_name=%20Mia%20&_z=1", "ok", "cleaned", ""),
    ],
)
def test_each_flag_is_reported(run: Run, behind: str, outcome: str, flag: str, reason: str) -> None:
    """Why a value was not drawn, or what was done to it."""
    pairs = {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}
    facts = told(run, signed("sales-banner-01", pairs, behind))
    assert (200, outcome) == (facts["status"], facts["outcome"])
    assert flag in facts["fields"]["first_name"]["flags"]
    assert facts["reason"].startswith(reason)


@pytest.mark.parametrize(
    ("behind", "sentence"),
    [
        ("&first_name=*%7CFNAME%7C*&_z=1", "brackets were percent-encoded: most likely an HTML tool did that before"),
        ("&first_name=%7B%7Bfirst_name%7D%7D&_z=1", "brackets were percent-encoded"),
        ("&first_name={{first_name}}&_z=1", "is a merge tag that was not replaced"),
        ("&first_name=asdf&_z=1", "is a placeholder"),
        ("&first_name=evil.example&_z=1", "looks like a web address"),
        (f"&first_name={'x' * 41}&_z=1", "first_name is too long: at most 40 characters"),
        ("&first_name=Ava%20undefined&_z=1", 'contains a placeholder such as "null" or "undefined", which is left out'),
    ],
)
def test_what_was_found_is_reported_in_words(run: Run, behind: str, sentence: str) -> None:
    """As data and for people, with the name of the field in front."""
    pairs = {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}
    link = signed("sales-banner-01", pairs, behind)
    (warning,) = told(run, link)["warnings"]
    assert warning.startswith("first_name ")
    assert sentence in warning
    assert f"  {warning}\n" in run("explain", link).out


def test_a_signers_address_is_drawn_and_reported(run: Run) -> None:
    """It is a warning, not a refusal."""
    facts = told(run, signed("sales-banner-01", {**BANNER, "company_name": "Northwind, call +1 415 555 0132"}))
    assert facts["outcome"] == "ok"
    assert facts["fields"]["company_name"]["text"] == "Northwind, call +1 415 555 0132"
    assert [warning.partition(" ")[0] for warning in facts["warnings"]] == ["company_name"]


TICKET = {
    "title": "Ticket",
    "size": {"width": 500, "height": 200},
    "fields": [
        {"name": "ean", "sample": "4006381333931", "fallback": ""},
        {"name": "series", "sample": "3,5", "fallback": ""},
    ],
    "layers": [
        {"id": "article", "type": "barcode", "symbology": "ean13", "data": "<<ean>>"}
        | {"box": {"x": 0, "y": 0, "width": 400, "height": 80}},
        {"type": "chart", "field": "series", "box": {"x": 0, "y": 100, "width": 400, "height": 80}},
    ],
}


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        ({"ean": "4006381333931", "series": "3,5"}, []),
        (
            {"ean": "4006381333930", "series": "3 to 5"},
            [
                "the layer article is not drawn: '4006381333930' has a wrong check digit, the last one",
                "the layer /layers/1 is not drawn: '3 to 5' is not a list of at most 50 numbers such as 3,5,8.5,2",
            ],
        ),
        ({}, ["the layer article is not drawn: a value of its data is missing"]),
    ],
)
def test_what_a_layer_cannot_use_is_reported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], warnings: list[str]
) -> None:
    """A code that would mean something else, a chart of words: they are not drawn, and the signer reads why."""
    write_design(tmp_path / "designs", "ticket", TICKET)
    monkeypatch.setenv("IMGURL_DESIGNS", str(tmp_path / "designs"))
    assert told(run, signed("ticket", values))["warnings"] == warnings


REFUSED = [
    (LINK.replace(".png", ".jpg"), "the format was changed: it was .png"),
    (LINK.replace("sales-banner-01", "cert-2025"), "the design was changed: it was 'sales-banner-01'"),
    (LINK.replace("&_s=", "&city=Rome&_s="), "'city' was added after signing"),
    (LINK.replace("Acme", "Other"), "a value, a name or the design before _s was changed after signing"),
    (LINK.replace("_k=k1", "_k=k2"), "the key id _k was changed: it was 'k1' when the URL was signed"),
    (LINK.replace("_k=k1", "_k=k9"), "the key id _k was changed: it was 'k1' when the URL was signed"),
    (LINK.replace("&_s=", "&_o=city&_s="), "'_o' was added after signing"),
    (LINK[:-3], "the signature has 40 characters; it must be 43"),
    (LINK.partition("&_s=")[0], "the signature _s is missing: the URL was cut, or never signed"),
    (LINK.replace("Ava", "A%va"), "a % before the signature does not begin an escape"),
    (LINK.replace("Ava", "%FF"), "the sealed part is not UTF-8"),
    (LINK.replace("&", "&first_name=Eve&", 1), "'first_name' appears twice before the signature"),
    (LINK.replace("_k=k1&", ""), "the control _k (id of the signing key) is missing"),
    (MINTER.mint("sales-banner-01", {"company_name": "A & B"}).replace("%26", "%26amp%3B"),
     "the value of 'company_name' was HTML-escaped after signing"),
    (MINTER.mint("sales-banner-01", {"company_name": "A & B", "rep_name": "Zoë"}).replace("%26", "%2526"),
     "the value of 'company_name' was percent-encoded twice"),
]  # fmt: skip


MAILED = signed("sales-banner-01", {"_o": "first_name", "_m": "sendgrid", "company_name": "A & B"}, "&first_name=")


@pytest.mark.parametrize(
    ("url", "note", "name"),
    [
        (
            MAILED.replace("company", "com%20pany") + "Mia&_z=1",
            "a mail server broke the line here: sendgrid&com%20pany",
            "Mia",
        ),
        (MAILED + "Mia&%20_z=1", "a mail server broke the line here: &%20_z=1", "Mia"),
        (MAILED + "Mi!%20a&_z=1", "a mail server broke the line here: first_name=Mi!%20a", "Mia"),
        (
            MAILED.replace("/i/sales", "/i/sa!%20les") + "Mia&_z=1",
            "a mail server broke the line here: /i/sa!%20les",
            "Mia",
        ),
        (MAILED.replace("%", "%25") + "Mia%25&_z=1", "percent-encoded twice by a Qt client", "Mia%"),
        (MAILED + "%8ER%93c&_z=" + SHIFT_JIS, "sent from a page in Shift_JIS", "山田"),
    ],
)
def test_what_happened_on_the_way_is_reported(run: Run, url: str, note: str, name: str) -> None:
    """A link that was put together shows its values, and the notes say what was undone."""
    facts = told(run, url)
    assert (facts["status"], facts["fields"]["first_name"]["text"]) == (200, name)
    assert [sentence[: len(note)] for sentence in facts["notes"]] == [note]
    assert f"note: {note}" in run("explain", url).out


def test_a_link_with_its_lines_broken_may_be_pasted(run: Run) -> None:
    """As it is in the source of the mail."""
    facts = told(run, (MAILED + "Mia&_z=1").replace("company", "com\r\n pany"))
    assert (facts["status"], facts["notes"][0][:33]) == (200, "a mail server broke the line here")


def test_a_page_in_utf_8_is_not_worth_a_note(run: Run) -> None:
    """Nor is a link without a mark."""
    for mark in ("1", "%C3%A9%C4%85%C5%9F"):
        assert told(run, f"{MAILED}Mia&_z={mark}")["notes"] == []


@pytest.mark.parametrize(("url", "sentence"), REFUSED, ids=[refused[1][:40] for refused in REFUSED])
def test_a_refused_url_says_which_part_is_wrong(run: Run, url: str, sentence: str) -> None:
    """403, and the likely accident in words; no field is reported."""
    facts = told(run, url)
    assert (facts["status"], facts["outcome"], facts["fields"]) == (403, "refused", {})
    assert sentence in facts["reason"]


def test_every_vector_is_explained_with_its_status(run: Run) -> None:
    """From standard input, one JSON object a line, in order: the statuses are those of the server."""
    targets = [case["target"] for case in VECTORS["cases"]]
    ran = run("explain", "-", stdin="\n".join(targets).encode())
    facts = [json.loads(line) for line in ran.out.splitlines()]
    assert [(case["target"], case["expect"]) for case in VECTORS["cases"]] == [(f["url"], f["status"]) for f in facts]
    assert {tuple(KEYS_IN_ORDER)} == {tuple(fact) for fact in facts}
    assert [fact for fact in facts if fact["status"] != 200 and not fact["reason"]] == []


def test_blank_and_odd_lines_do_no_harm(run: Run) -> None:
    """Blank lines are passed over; what is not a URL is reported as such; the others are explained."""
    ran = run(
        "explain", "-", stdin=f"\n  \nhello\n{LINK}\r\nhttps://x/y?z\n\x00\n{'/i/x.png?' + 'a' * 9_000}\n".encode()
    )
    facts = [json.loads(line) for line in ran.out.splitlines()]
    assert [fact["status"] for fact in facts] == [404, 200, 404, 404, 414]
    assert [fact["url"] for fact in facts][:2] == ["hello", LINK]


def test_bytes_that_are_not_utf8_are_explained(run: Run) -> None:
    """A log may hold raw bytes: they are explained as the server would read them, and the other lines go on."""
    link = signed("sales-banner-01", {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}, "&first_name=")
    ran = run("explain", "-", stdin=link.encode() + b"Ren\xe9&_z=1\n" + link.encode() + "Zoë&_z=1\n".encode())
    assert (ran.code, ran.err) == (0, "")
    facts = [json.loads(line) for line in ran.out.splitlines()]
    assert [fact["fields"]["first_name"]["text"] for fact in facts] == ["René", "Zoë"]


def test_a_url_of_bytes_on_the_command_line(run: Run) -> None:
    """An argument that is not UTF-8 reaches the program as lone surrogates; it is explained all the same."""
    link = signed("sales-banner-01", {"_o": "first_name", "company_name": "Acme", "rep_name": "Leo"}, "&first_name=")
    ran = run("explain", "--json", link + b"Ren\xe9&_z=1".decode(errors="surrogateescape"))
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["fields"]["first_name"]["text"] == "René"


def test_an_unknown_design_is_404_with_near_names(run: Run) -> None:
    """A good signature over a design that is not there."""
    facts = told(run, signed("cert-2026", {}))
    assert (facts["status"], facts["outcome"], facts["design"], facts["key"]) == (404, "refused", "cert-2026", "k1")
    assert facts["reason"] == "there is no design 'cert-2026': did you mean 'cert-2025'?"


def test_an_expired_url_is_reported(run: Run) -> None:
    """Expired: 200 with the outcome expired."""
    facts = told(run, signed("sales-banner-01", {"_x": str(int(time.time()) - 3_600)}))
    assert (facts["status"], facts["outcome"], facts["reason"]) == (200, "expired", "the URL has expired")


def test_retired_and_revoked_keys_are_reported(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retired key: the default image. A revoked one: refused, by name."""
    from dataclasses import replace

    from imgurl.urls.signing import KeyState

    for state, status, reason in (
        (KeyState.RETIRED, 200, "the key that signed this URL is retired"),
        (KeyState.REVOKED, 403, "the key 'k2' was revoked: URLs signed with it are dead for good"),
    ):
        monkeypatch.setenv("IMGURL_SIGNING_KEYS", keys_setting(K1, replace(K2, state=state)))
        facts = told(run, signed("sales-banner-01", BANNER, key=K2))
        assert (status, reason) == (facts["status"], facts["reason"])


def test_a_pinned_version_is_found_in_the_data_folder(run: Run, small: Path, tmp_path: Path) -> None:
    """The same folders as the server's: a URL pinned to an older version is explained with that version's fields."""
    (tmp_path / "imgurl-data").mkdir()
    link = run("mint", "card", "--pin", "--set", "code=A1").out.strip()
    assert told(run, link)["outcome"] == "fallback"
    fields = [field for field in card()["fields"] if field["name"] != "code"]
    write_design(small, document=card(fields=fields))
    assert {"tint", "first_name", "code"} == told(run, link)["fields"].keys()


def test_without_a_key_nothing_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key: exit code 1 and one sentence."""
    monkeypatch.delenv("IMGURL_SIGNING_KEYS")
    ran = run("explain", LINK)
    assert (ran.code, ran.out) == (1, "")
    assert "there is no signing key" in ran.said


class TestCampaigns:
    """What the limits of a link's campaign make of it."""

    LINK = MINTER.mint("sales-banner-01", BANNER, campaign="spring")

    def test_a_stopped_campaign(self, run: Run) -> None:
        """Its link shows the default image, and of which campaign that is; one that was started again its own."""
        run("campaigns", "stop", "spring")
        stopped = told(run, self.LINK)
        assert (stopped["status"], stopped["outcome"]) == (200, "stopped")
        assert stopped["reason"] == "the campaign 'spring' is stopped: the default image is shown"
        assert stopped["fields"]["first_name"]["text"] == "Ava"
        run("campaigns", "start", "spring")
        assert told(run, self.LINK)["outcome"] == "ok"

    def test_a_budget_that_is_used_up(self, run: Run) -> None:
        """Images in a cache are still shown, so it is a warning."""
        run("campaigns", "budget", "spring", "--total", "0")
        used_up = told(run, self.LINK)
        assert (used_up["outcome"], used_up["warnings"]) == (
            "ok", ["the budget of the campaign 'spring' is used up: an image that is in no cache is the default image"],
        )  # fmt: skip
        assert "budget" in run("explain", self.LINK).out

    def test_a_database_that_can_t_be_read(self, run: Run, tmp_path: Path) -> None:
        """Everything else is said all the same."""
        (tmp_path / "imgurl-data").mkdir(exist_ok=True)
        (tmp_path / "imgurl-data" / "campaigns.db").write_bytes(b"this is no database at all" * 100)
        unknown = told(run, self.LINK)
        assert unknown["outcome"] == "ok"
        assert unknown["warnings"][0].startswith("whether the campaign 'spring' is stopped is not known: ")

    def test_nothing_is_made_by_looking(self, run: Run, tmp_path: Path) -> None:
        """Without a database there are no limits, and none is created."""
        assert told(run, self.LINK)["warnings"] == []
        assert not (tmp_path / "imgurl-data" / "campaigns.db").exists()
