"""What pictures show that is somewhere else: what they need, what comes of it, and how long it may be kept."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from imgurl.design.library import Design, make_design
from imgurl.gathering.needs import Found, Gathered, LiveSource, Missing, RemotePicture
from imgurl.merge.judge import Flag
from imgurl.merge.kinds import picture_name
from imgurl.merge.resolve import Origin
from imgurl.pipeline.picture import Outcome, Picture, PictureKind
from imgurl.pipeline.showing import Surroundings, picture_of, picture_of_url
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl
from tests.design.documents import box, document, field, text_layer
from tests.plate.countdowns import countdown, sale

CHEAP = {"field": "price", "at_most": 100}
NOW = 1_800_000_000.0
HOSTS = ["cdn.example.com", "api.example.com"]
API = "https://api.example.com"
LOGO = "https://cdn.example.com/logos/<<domain>>.png"
VALUES = {"domain": "acme.com", "avatar": "https://cdn.example.com/ava.jpg", "sku": "A1", "price": "89"}
SHOP = LiveSource("shop", "https://api.example.com/p/A1", tuple(HOSTS), (("price", "$.price"),), 300, 3_600, 0.8, "key")
FACE = RemotePicture("https://cdn.example.com/ava.jpg", tuple(HOSTS), 3_600)
ACME = RemotePicture("https://cdn.example.com/logos/acme.com.png", tuple(HOSTS), 86_400)
AROUND = Surroundings(lambda _: True, 86_400, frozenset(HOSTS))


def found(digest: str = "a" * 64, left: float = 3_000.0) -> Found:
    """Return a picture that was fetched."""
    return Found(10.0, left, digest, b"picture")


def price(value: Any = Decimal("79.5"), left: float = 200.0) -> Found:
    """Return the values of the source."""
    return Found(100.0, left, values={} if value is None else {"price": value})


ALL: Gathered = {SHOP: price(), FACE: found("b" * 64), ACME: found()}


@pytest.fixture(scope="module")
def design(fonts: FontCatalogue) -> Design:
    """A design with a logo, a portrait and a live price."""
    return make(fonts)


def make(fonts: FontCatalogue, **more: Any) -> Design:
    """Make a design."""
    raw = document(
        hosts=HOSTS,
        fields=[
            field("domain", openable=True), field("avatar", type="url", sample="https://cdn.example.com/a.png"),
            field("sku"), field("price", type="money", sample="5", fallback="99"),
        ],
        sources={"shop": {"url": f"{API}/p/<<sku>>", "values": {"price": "$.price"}, "headers": "key"}},
        layers=[
            {"type": "image", "url": LOGO, "box": box()},
            {"type": "image", "field": "avatar", "ttl": 3_600, "box": box(), "when": CHEAP},
            text_layer("<<price>>"),
        ],
    ) | more  # fmt: skip
    return make_design("test", json.dumps(raw), (), lambda name: b"", fonts)


def shown(design: Design, gathered: Gathered = {}, around: Surroundings = AROUND, **controls: str) -> Picture:  # noqa: B006
    """Return what a link shows with what was gathered."""
    url = SignedUrl("test", "png", {**VALUES, **controls}, "")
    return picture_of_url(url, design, KeyState.SIGN, NOW, replace(around, gathered=gathered))


class TestNeeds:
    """What is to be gathered."""

    def test_pictures_and_sources_by_the_values(self, design: Design) -> None:
        """Each once, with its own lifetime; those of layers that are not drawn are not needed."""
        assert shown(design).needs == (SHOP, ACME, FACE)
        assert shown(design, price="150").needs == (SHOP, ACME)

    @pytest.mark.parametrize("hosts", [(), ("cdn.example.org",)])
    def test_a_host_that_the_operator_has_not_listed_is_not_needed(
        self, design: Design, hosts: tuple[str, ...]
    ) -> None:
        """The picture is as if the design did without: it may be kept like any other, and costs nothing."""
        picture = shown(design, around=replace(AROUND, hosts=frozenset(hosts)))
        assert (picture.needs, picture.outcome, picture.max_age) == ((), Outcome.OK, 86_400)
        assert picture.texts["price"] == "$89.00"

    def test_only_the_listed_ones_are(self, design: Design) -> None:
        """Of the two."""
        assert shown(design, around=replace(AROUND, hosts=frozenset(("api.example.com",)))).needs == (SHOP,)

    def test_without_a_value_there_is_no_url(self, design: Design) -> None:
        """And nothing is missing: the recipient has none."""
        picture = shown(design, domain="", avatar="", sku="")
        assert (picture.needs, picture.max_age) == ((), 86_400)

    @pytest.mark.parametrize(("avatar", "flag"), [
        ("https://evil.example/ava.jpg", Flag.OTHER_HOST), ("http://cdn.example.com/a.jpg", Flag.NOT_A_URL),
        ("https://cdn.example.com@10.0.0.1/", Flag.NOT_A_URL), ("https://169.254.169.254/", Flag.NOT_A_URL),
    ])  # fmt: skip
    def test_a_url_elsewhere_is_refused_like_any_bad_value(self, design: Design, avatar: str, flag: Flag) -> None:
        """By the field's own rules, so that whoever signs is told."""
        picture = shown(design, avatar=avatar)
        assert picture.needs == (SHOP, ACME)
        (value,) = (value for value in picture.values if value.field == "avatar")
        assert (value.text, value.flags) == ("", (flag,))

    def test_an_open_value_does_not_leave_its_place(self, design: Design) -> None:
        """What anybody may write into a link is one segment of a path, or nothing."""
        for domain in ("../../admin", "a/b", "..", "a?b#c"):
            needs = shown(design, domain=domain).needs
            pictures = [need.url for need in needs if isinstance(need, RemotePicture)]
            assert pictures in ([FACE.url], ["https://cdn.example.com/logos/a%3Fb%23c.png", FACE.url])

    def test_a_picture_that_depends_on_a_live_value_waits_for_it(self, fonts: FontCatalogue) -> None:
        """It is needed in the second round, by the live value."""
        layers = [{"type": "image", "url": "https://cdn.example.com/<<price>>.png", "box": box()}]
        design = make(fonts, layers=layers)
        assert shown(design).needs == (SHOP,)
        (need,) = shown(design, {SHOP: price()}).needs
        assert need.url == "https://cdn.example.com/79.5.png"

    def test_those_of_the_case_that_is_shown_are(self, fonts: FontCatalogue) -> None:
        """Also in groups; which case that is, a live value may say."""
        logo, face = {"type": "image", "url": LOGO, "box": box()}, {"type": "image", "field": "avatar", "box": box()}
        group = {"type": "group", "box": box(), "layers": [logo, {**face, "when": {"field": "sku", "is": "B2"}}]}
        choose = {"type": "choose", "cases": [{"when": CHEAP, "layers": [group]}], "else": [face]}
        design = make(fonts, layers=[choose, text_layer("<<price>>")])
        cheap, dear = shown(design, {SHOP: price()}), shown(design, {SHOP: price(Decimal(150))})
        assert cheap.needs == (ACME,)
        assert [need.url for need in dear.needs] == [FACE.url]
        assert (cheap.design.variant.cases, dear.design.variant.cases) == ((0,), (1,))

    def test_expired_and_retired_links_need_nothing(self, design: Design) -> None:
        """Their picture has no values."""
        assert shown(design, _x="1000000000").needs == ()
        url = SignedUrl("test", "png", VALUES, "")
        assert picture_of_url(url, design, KeyState.RETIRED, NOW, AROUND).needs == ()


class TestGathered:
    """What comes of it."""

    def test_live_values_and_pictures_are_in_the_texts(self, design: Design) -> None:
        """And so in the key; what a picture is known by is the digest of its bytes."""
        picture = shown(design, ALL)
        assert (picture.needs, picture.outcome, picture.gathered) == ((), Outcome.OK, ALL)
        assert picture.texts["price"] == "$79.50"
        assert picture.texts[picture_name(LOGO)] == "a" * 64
        assert picture.texts[picture_name("<<avatar>>")] == "b" * 64
        assert picture.remote_pictures == {"a" * 64: b"picture", "b" * 64: b"picture"}
        (value,) = (value for value in picture.values if value.field == "price")
        assert value.origin is Origin.LIVE

    def test_other_bytes_and_other_values_make_other_keys(self, design: Design) -> None:
        """The same ones make the same key, however old they are."""
        key = shown(design, ALL).key
        assert shown(design, {**ALL, ACME: found("c" * 64)}).key != key
        assert shown(design, {**ALL, SHOP: price(Decimal(1))}).key != key
        assert shown(design, {**ALL, ACME: Missing("down")}).key != key
        assert shown(design, {**ALL, ACME: found(left=1.0), SHOP: price(left=2.0)}).key == key

    def test_conditions_see_the_live_value(self, design: Design) -> None:
        """A price over a hundred takes the portrait away."""
        assert shown(design, {**ALL, SHOP: price(Decimal(150))}).gathered.keys() == {SHOP, ACME}

    def test_without_a_live_value_that_of_the_link_is_drawn(self, design: Design) -> None:
        """And is said to be a fallback."""
        for lacking in (Missing("down"), price(None), price("soon")):
            picture = shown(design, {**ALL, SHOP: lacking})
            assert (picture.texts["price"], picture.outcome, picture.concerned) == (
                "$89.00", Outcome.FALLBACK, ("price",),
            )  # fmt: skip

    def test_a_picture_that_is_missing_is_a_fallback(self, design: Design) -> None:
        """With the reason, which has no URL in it."""
        picture = shown(design, {**ALL, ACME: Missing("'cdn.example.com' answered with 500")})
        assert (picture.outcome, picture_name(LOGO) in picture.texts) == (Outcome.FALLBACK, False)
        assert picture.reason == "a remote picture could not be had: 'cdn.example.com' answered with 500"

    def test_values_given_directly_are_shown_so_too(self, design: Design) -> None:
        """As commands and previews do it."""
        assert picture_of(design, VALUES, "png", 1, AROUND).needs == (SHOP, ACME, FACE)
        assert picture_of(design, VALUES, "png", 1, replace(AROUND, gathered=ALL)).texts["price"] == "$79.50"

    def test_a_required_live_value(self, fonts: FontCatalogue) -> None:
        """Without one the default image is shown, and asks for it; with one the picture is."""
        fields = [field("sku"), {"name": "price", "type": "money", "sample": "5", "required": True}]
        design = make(fonts, fields=fields, layers=[text_layer("<<price>>")], default_values={"price": "1"})
        bare = replace(SHOP, hosts=tuple(HOSTS))
        before = shown(design, price="")
        assert (before.kind, before.needs, before.max_age) == (PictureKind.DEFAULT, (bare,), None)
        assert shown(design, {bare: price()}, price="").kind is PictureKind.VALUES


class TestAge:
    """How long a client may keep it."""

    def test_it_ends_when_the_first_thing_gathered_is_out_of_date(self, design: Design) -> None:
        """Whatever the design allows; a pinned link is no longer for ever."""
        assert shown(design, ALL).max_age == 200
        pinned = shown(design, ALL, _v=design.version[:16])
        assert (pinned.max_age, pinned.immutable) == (200, False)
        assert shown(design, ALL, _x=f"{NOW + 50:.0f}").max_age == 50

    @pytest.mark.parametrize(
        "gathered", [{}, {**ALL, SHOP: price(left=0.0)}, {**ALL, ACME: found(left=0.0)}, {**ALL, FACE: Missing("down")}]
    )
    def test_what_is_degraded_is_not_kept(self, design: Design, gathered: Gathered) -> None:
        """Late, out of date or missing: the next one who asks may get better."""
        assert shown(design, gathered).max_age is None

    def test_that_there_is_no_picture_is_an_answer(self, design: Design) -> None:
        """Said by its host: the fallback may be kept for as long as that is good."""
        picture = shown(design, {**ALL, ACME: Found(0.0, 150.0)})
        assert (picture.outcome, picture.max_age) == (Outcome.FALLBACK, 150)
        assert picture.reason == "a remote picture does not exist"

    def test_an_earlier_value_says_how_old_it_is(self, design: Design) -> None:
        """It is what it is meant to be, but for its age."""
        picture = shown(design, {**ALL, SHOP: price(left=0.0)})
        assert (picture.outcome, picture.texts["price"]) == (Outcome.OK, "$79.50")
        assert picture.reason == "the source 'shop' is 100 s old, and there is no newer one yet"


class TestClocks:
    """A countdown beside what is somewhere else, to an end that is there, too."""

    ENDS = "2026-12-06T18:00:00+01:00"
    END = datetime.fromisoformat(ENDS).timestamp()
    SOURCE = LiveSource("shop", f"{API}/sale", tuple(HOSTS), (("ends", "$.ends"),), 300, 3_600, 0.8, "")
    LOGO = RemotePicture("https://cdn.example.com/logo.png", tuple(HOSTS), 86_400)

    @pytest.fixture
    def ending_sale(self, fonts: FontCatalogue) -> Design:
        """A sale with a logo; the shop says when it ends."""
        raw = sale(countdown(), {"type": "image", "url": self.LOGO.url, "box": box()}) | {
            "hosts": HOSTS,
            "sources": {"shop": {"url": self.SOURCE.url, "values": {"ends": "$.ends"}}},
        }
        return make_design("test", json.dumps(raw), (), lambda name: b"", fonts)

    def shown(self, ending_sale: Design, ext: str, now: float, gathered: Gathered, **controls: str) -> Picture:
        """Return what a link shows at a time."""
        url = SignedUrl("test", ext, {"first_name": "Ava", **controls}, "")
        return picture_of_url(url, ending_sale, KeyState.SIGN, now, replace(AROUND, gathered=gathered))

    def ending(self, left: float = 200.0) -> Gathered:
        """Return what is gathered if all is well."""
        return {self.SOURCE: Found(100.0, left, values={"ends": self.ENDS}), self.LOGO: found()}

    def test_it_runs_to_the_end_that_was_fetched(self, ending_sale: Design) -> None:
        """From the second in which it is opened; the logo is in the key, which does not last."""
        now = self.END - 90
        picture = self.shown(ending_sale, "gif", now, self.ending())
        assert (picture.texts["ends.left"], picture.is_live, picture.changes_at) == ("90", True, now + 1)
        assert (picture.needs, picture.key.lasts, picture.max_age) == ((), False, 0)
        assert picture.texts[picture_name(self.LOGO.url)] == "a" * 64
        other = self.shown(ending_sale, "gif", now, {**self.ending(), self.LOGO: found("b" * 64)})
        assert len({picture.key, other.key, self.shown(ending_sale, "gif", now + 1, self.ending()).key}) == 3

    def test_before_the_end_is_known_it_stands_still(self, ending_sale: Design) -> None:
        """Or runs to the end in the link; nobody keeps it, because the next one who asks may see another end."""
        for gathered in ({}, {**self.ending(), self.SOURCE: Missing("down")}):
            picture = self.shown(ending_sale, "gif", self.END - 90, gathered)
            assert (picture.texts["ends.left"], picture.is_live, picture.max_age) == ("", False, None)
            linked = self.shown(ending_sale, "gif", self.END - 90, gathered, ends=f"{self.END + 10:.0f}")
            assert (linked.texts["ends.left"], linked.is_live, linked.max_age) == ("100", True, None)

    def test_it_is_kept_until_the_first_change(self, ending_sale: Design) -> None:
        """Half of what is left of the countdown, or until what was fetched is out of date; never for ever."""
        pin = {"_v": ending_sale.version[:16]}
        for left, age in ((90.0, 45), (1_000.0, 200)):
            picture = self.shown(ending_sale, "png", self.END - left, self.ending(), **pin)
            assert (picture.max_age, picture.immutable, picture.changes_at) == (age, False, self.END)
        over = self.shown(ending_sale, "png", self.END, self.ending(), **pin)
        assert (over.texts["ends.left"], over.max_age, over.immutable, over.changes_at) == ("0", 200, False, None)
