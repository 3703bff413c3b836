"""Facts of imgurl.web.api.minting: from the values of a request to what is signed, and to the 400 that says why not."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from imgurl.design.library import Design, load_library
from imgurl.errors import ImgurlError
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.controls import Controls
from imgurl.urls.mint import Minter
from imgurl.web.api.minting import LinkRequest, SealedValues, check, controls_of, minted, seal, shown_by
from imgurl.web.api.schemas import LinksRequest
from tests.web.api.client import BASE, Api
from tests.web.designs import card, write_design
from tests.web.server import K1

GOOD: dict[str, Any] = {"tint": "red", "first_name": "Ava", "code": "A1"}


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory, fonts: FontCatalogue) -> Design:
    """The small design, with a field that is required."""
    folder: Path = tmp_path_factory.mktemp("minting")
    fields = [*card()["fields"], {"name": "offer", "sample": "x", "required": True}]
    write_design(folder, "offer", card(fields=fields, default_values={"tint": "#ffff00", "offer": "News"}))
    return load_library(folder, fonts).find("offer")


def request(data: dict[str, Any] | None = None, **more: Any) -> LinkRequest:
    """Return a request with good values, some of them changed."""
    return LinkRequest({**GOOD, "offer": "News", **(data or {})}, more.pop("fallbacks", {}), **more)


def problems(call: Callable[[], object]) -> dict[str, str]:
    """Return what a call refuses: sentences by pointer."""
    with pytest.raises(ImgurlError) as caught:
        call()
    assert caught.value.status_hint == 400
    return {problem.pointer: problem.sentence for problem in cast("Any", caught.value).errors}


def test_good_values_are_sealed(design: Design) -> None:
    """Each as the text that JSON's value is drawn as."""
    check(design, request())
    assert seal(design, request({"code": "B2"})) == SealedValues({**GOOD, "code": "B2", "offer": "News"}, (), ())
    assert seal(design, request({"offer": 12.5})).values["offer"] == "12.5"
    assert seal(design, request({"offer": True})).values["offer"] == "true"


def test_every_wrong_value_is_named(design: Design) -> None:
    """With its place in the request; what is right about the row does not matter then."""
    link = replace(request({"tint": "reddish", "code": "abc", "offer": None}), place="/rows/7")
    assert problems(lambda: seal(design, link)) == {
        "/rows/7/tint": "is not a CSS colour; write for example 1a73e8, #1a73e8 or tomato",
        "/rows/7/code": "does not match the field's pattern",
        "/rows/7/offer": "is blank; it is required and has no fallback",
    }


def test_a_fallback_does_not_mend_a_wrong_value(design: Design) -> None:
    """The caller made a mistake, and learns of it; a list of thousands shows the fallback instead."""
    link = request({"tint": "reddish"}, fallbacks={"tint": "blue"})
    assert list(problems(lambda: seal(design, link))) == ["/data/tint"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "is blank"), (" ", "is blank"), ("null", "is a placeholder such as \"null\" or \"undefined\""),
        ("asdf", "is a placeholder"), ("2026-03-01", "is not a name"),
    ],
)  # fmt: skip
def test_what_is_not_a_value_takes_the_fallback_of_the_request(design: Design, value: str | None, reason: str) -> None:
    """And the answer says so; without one it is the design's."""
    sealed = seal(design, request({"first_name": value}, fallbacks={"first_name": "you"}))
    assert (sealed.values["first_name"], sealed.fallen_back) == ("you", ("first_name",))
    own = seal(design, request({"first_name": value}))
    assert ("first_name" in own.values, own.fallen_back) == (False, ())
    for (warning,) in (sealed.warnings, own.warnings):
        assert warning.startswith(f"first_name {reason}")
        assert warning.endswith("; the fallback is shown")


def test_a_field_that_may_be_blank_is_left_blank_without_a_word(design: Design) -> None:
    """Where its value is missing; a placeholder in it is worth a warning."""
    for value in ("", " ", None):
        assert seal(design, request({"code": value})).warnings == ()
    bare = replace(request(), data={"offer": "News"})
    assert seal(design, bare).warnings == (
        "tint is missing; the fallback is shown", "first_name is missing; the fallback is shown",
    )  # fmt: skip
    assert len(seal(design, request({"code": "null"})).warnings) == 1


def test_the_designs_own_fallback_counts_as_the_requests(design: Design) -> None:
    """It needs no place in the URL, and the answer says where it came from."""
    sealed = seal(design, request({"first_name": ""}, fallbacks={"first_name": "there"}))
    assert ("first_name" in sealed.values, sealed.fallen_back) == (False, ("first_name",))


def test_an_open_field_needs_no_value(design: Design) -> None:
    """Its fallback is signed as it is written, its own value where there is one."""
    opened = {"first_name": None}
    link = request({"first_name": ""}, fallbacks={"first_name": "Valued customer"}, opened=opened)
    check(design, link)
    assert seal(design, link).values["first_name"] == "Valued customer"
    assert seal(design, link).warnings == seal(design, link).fallen_back == ()
    assert seal(design, request(opened=opened)).values["first_name"] == "Ava"


def test_names_and_fallbacks_are_checked_before_values(design: Design) -> None:
    """All at once: names that the design does not have, fallbacks that break a rule, fields that may not be open."""
    link = request(
        {"firstName": "Ava", "a/b~": "1"}, fallbacks={"zip": "1", "tint": "reddish", "code": " "},
        opened={"code": None, "nobody": None},
    )  # fmt: skip
    reported = problems(lambda: check(design, link))
    assert list(reported) == [
        "/data/firstName", "/data/a~1b~0", "/fallbacks/zip", "/fallbacks/tint", "/open/code", "/open/nobody",
    ]  # fmt: skip
    assert "did you mean 'first_name'?" in reported["/data/firstName"]
    assert reported["/open/code"].startswith("may not be filled by a mail platform")
    # No sentence of the API names an option of the command line.
    assert "--" not in " ".join(reported.values())


def test_unknown_names_may_be_left_out(design: Design) -> None:
    """With ignore_unknown: those of values with a warning, those of fallbacks without."""
    link = request({"zip": "1"}, fallbacks={"town": "x"}, ignore_unknown=True)
    check(design, link)
    assert seal(design, link).warnings == ("zip is left out: the design has no such field",)


def test_what_the_minter_refuses_is_a_mistake_of_the_request(design: Design) -> None:
    """Where it is about a field, with its place."""
    minter = Minter(K1, BASE)
    wrong = SealedValues({"first_name": "a\nb"}, (), ())
    reported = problems(lambda: minted(minter, design, wrong, request(), Controls()))
    assert reported == {
        "/data/first_name": f"the value for 'first_name' {reported['/data/first_name'].split(maxsplit=4)[4]}"
    }
    long = SealedValues({f"f{number}": "李" * 200 for number in range(5)}, (), ())
    assert list(problems(lambda: minted(minter, design, long, request(), Controls()))) == [""]


def test_controls_are_those_of_the_request(shared: Api) -> None:
    """The format as URLs have it, the design's by default; a lifetime in seconds or words; a pin of today's version."""
    design = shared.pipeline.library.find("card")
    assert controls_of(LinksRequest(design_id="card"), design, shared.pipeline) == Controls(design.document.format)
    asked = LinksRequest(design_id="card", format="jpeg", expires_in="2099-12-31", pin=True, dpr=2, campaign="spring")
    pin = design.version[:16]
    assert controls_of(asked, design, shared.pipeline) == Controls("jpg", 4_102_444_799, pin, 2, "spring")
    begun = controls_of(LinksRequest(design_id="card", pin=design.version[:12]), design, shared.pipeline)
    assert begun.pin == pin
    expires = controls_of(LinksRequest(design_id="card", expires_in=60), design, shared.pipeline).expires
    assert expires is not None
    assert 58 <= expires - time.time() <= 61


@pytest.mark.parametrize(
    ("asked", "pointer", "sentence"),
    [
        ({"expires_in": "2001-01-01"}, "/expires_in", "that day is over"),
        ({"expires_in": "2026-02-30"}, "/expires_in", "'2026-02-30' is"),
        ({"pin": "0123456789ab"}, "/pin", "no version of this design"),
    ],
)
def test_a_control_that_can_not_be_is_refused(shared: Api, asked: dict[str, Any], pointer: str, sentence: str) -> None:
    """400 with its place."""
    design = shared.pipeline.library.find("card")
    reported = problems(lambda: controls_of(LinksRequest(design_id="card", **asked), design, shared.pipeline))
    assert list(reported) == [pointer]
    assert reported[pointer].startswith(sentence)


def test_a_minted_link_is_read_as_a_request_is(shared: Api) -> None:
    """So that what is drawn is what a request will look for."""
    minter = Minter(K1, BASE)
    picture = shown_by(minter.mint("card", GOOD, dpr=2), minter, shared.pipeline, {})
    assert (picture.design.id, picture.dpr) == ("card", 2)
    assert {value.field: value.text for value in picture.values} == {**GOOD, "tint": "#ff0000"}
