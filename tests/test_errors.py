"""Facts of imgurl.errors: one tree, each leaf with its facts and the status that fits it."""

import inspect
import pickle

import pytest

import imgurl.errors
from imgurl.errors import (
    BadApiKey,
    BadDesign,
    BadSignature,
    BadTarget,
    BadValue,
    DatabaseDown,
    ImgurlError,
    InvalidUrl,
    NotAnImageUrl,
    NotOpenable,
    Problem,
    RenderFailed,
    RetiredKey,
    RevokedKey,
    SettingsError,
    StorageError,
    TargetTooLong,
    UnknownDesign,
    UnknownDialect,
    UnknownField,
    UnknownKey,
    pointer_of,
)

CLASSES = [thing for _, thing in inspect.getmembers(imgurl.errors, inspect.isclass) if issubclass(thing, Exception)]


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (SettingsError("x"), 500),
        (InvalidUrl("x"), 403),
        (BadTarget("x"), 403),
        (UnknownKey("k9"), 403),
        (RevokedKey("k1"), 403),
        (BadSignature(), 403),
        (NotAnImageUrl("x"), 404),
        (TargetTooLong(9_000, 8_192), 414),
        (UnknownDesign("x", ()), 404),
        (BadDesign("x", ()), 500),
        (BadValue("x", "is wrong"), 400),
        (UnknownField("x", ()), 400),
        (NotOpenable("x"), 400),
        (UnknownDialect("x", ()), 400),
        (RenderFailed("x"), 500),
        (StorageError("x"), 503),
        (BadApiKey("x"), 400),
        (DatabaseDown("OperationalError"), 503),
    ],
)
def test_each_error_has_the_status_that_fits_it(error: ImgurlError, hint: int) -> None:
    """As the tree at the head of the module says."""
    assert hint == error.status_hint


def test_what_passes_by_itself_is_not_permanent() -> None:
    """A database, a store, a server's setting or a drawing may work at the next try; what was asked wrongly never."""
    passing = {cls.__name__ for cls in CLASSES if issubclass(cls, ImgurlError) and not cls.is_permanent}
    assert passing == {
        "ImgurlError", "SettingsError", "BadDesign", "DatabaseDown", "StorageError", "WorkerTaken", "RenderFailed",
        "PreflightFailed",
    }  # fmt: skip
    # A retired key is a setting's mistake to a server, and the end of a batch that signs with it.
    assert (RetiredKey("k1").is_permanent, RetiredKey("k1").status_hint) == (True, 500)


def test_there_is_one_tree() -> None:
    """Every error of the module is an ImgurlError and is in its docstring."""
    assert [cls for cls in CLASSES if not issubclass(cls, ImgurlError)] == []
    drawn = imgurl.errors.__doc__ or ""
    assert [cls.__name__ for cls in CLASSES if cls.__name__ not in drawn] == []


def test_whatever_is_wrong_with_a_sealed_part_is_refused_alike() -> None:
    """One except clause catches all of it, and nothing else."""
    refused = {cls.__name__ for cls in CLASSES if issubclass(cls, InvalidUrl)}
    assert refused == {"InvalidUrl", "BadTarget", "UnknownKey", "RevokedKey", "BadSignature"}


def test_errors_carry_their_facts() -> None:
    """Not only words."""
    assert UnknownKey("k9").key_id == RevokedKey("k9").key_id == "k9"
    assert (TargetTooLong(9_000, 8_192).length, TargetTooLong(9_000, 8_192).limit) == (9_000, 8_192)
    assert UnknownDesign("sprng", ["spring"]).design == "sprng"
    assert (BadValue("city", "is blank").field, BadValue("city", "is blank").reason) == ("city", "is blank")
    assert UnknownField("x", ()).field == NotOpenable("x").field == "x"
    assert UnknownDialect("x", ()).dialect == "x"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UnknownKey("k9"), "no key with the id 'k9' is known here"),
        (RevokedKey("k1"), "the key 'k1' was revoked: URLs signed with it are dead for good"),
        (BadSignature(), "the signature does not belong to this sealed part"),
        (TargetTooLong(9_000, 8_192), "the URL is 9,000 bytes long, the limit is 8,192"),
        (UnknownDesign("sprng", ["spring", "winter"]), "there is no design 'sprng': did you mean 'spring'?"),
        (UnknownDesign("sprng", []), "there is no design 'sprng'"),
        (BadValue("city", "is blank"), "the value for 'city' is blank"),
        (
            UnknownField("firstName", ["first_name", "city"]),
            "the design has no field 'firstName': did you mean 'first_name'?; its fields are: first_name, city",
        ),
        (UnknownField("x", []), "the design has no field 'x'; its fields are: none at all"),
        (
            NotOpenable("offer"),
            "the field 'offer' may not be filled by a mail platform: seal a value, or write \"openable\": true into "
            "the design",
        ),
        (
            UnknownDialect("kitt", ["kit", "drip"]),
            "no mail platform is called 'kitt': did you mean 'kit'?; known are: kit, drip",
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(error: ImgurlError, said: str) -> None:
    """In one sentence."""
    assert said == str(error)


def test_a_bad_design_tells_all_its_mistakes_at_once() -> None:
    """Each with a pointer to where it is."""
    problems = [Problem("/size/width", "write a whole number here"), Problem("", "is empty")]
    error = BadDesign("spring", iter(problems))
    assert tuple(problems) == error.problems
    expected = "design 'spring' has 2 mistakes:\n  /size/width: write a whole number here\n  /: is empty"
    assert expected == str(error)
    assert str(BadDesign("spring", problems[:1])).startswith("design 'spring' has 1 mistake:\n")


def test_a_problem_can_cross_a_process() -> None:
    """It is plain data."""
    problem = Problem("/a", "b")
    assert problem == pickle.loads(pickle.dumps(problem))


def test_a_pointer_escapes_its_parts() -> None:
    """RFC 6901, 3: ~ first."""
    assert (pointer_of(["a/b~1", "2"]), pointer_of([])) == ("/a~1b~01/2", "")
