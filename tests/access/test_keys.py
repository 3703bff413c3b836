"""Facts of imgurl.access.keys."""

import itertools
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from imgurl.access.database import open_database
from imgurl.access.keys import CACHED_SECONDS, ApiKey, ApiKeys, Scope
from imgurl.access.tokens import new_token
from imgurl.database import reading
from imgurl.errors import BadApiKey, DatabaseDown
from tests.access.conftest import Clock, Opened, Statements


def test_a_key_is_found_by_its_text(engine: Engine, clock: Clock) -> None:
    """With all that was said when it was made."""
    keys = ApiKeys(engine, clock)
    expires = int(clock()) + 60
    token, key = keys.create("crm", [Scope.READ, Scope.RENDER], test=True, designs=["card", "spring"], expires=expires)
    found = keys.find(token.text)
    assert found == key
    assert (key.name, key.test, key.scopes) == ("crm", True, frozenset((Scope.READ, Scope.RENDER)))
    assert (key.designs, key.expires, key.created) == (("card", "spring"), expires, int(clock()))
    assert (key.revoked, key.shown) == (None, token.text[:13])


def test_a_key_lives_on_in_another_process(opened: Opened) -> None:
    """What one process made, another finds, and lists the same."""
    token, key = ApiKeys(opened()).create("crm", [Scope.ADMIN])
    other = ApiKeys(opened())
    assert other.find(token.text) == key
    assert other.list() == (key,)


def test_the_database_holds_no_secret(engine: Engine) -> None:
    """Only the SHA-256 of a key is kept, and its first four random characters."""
    token, _ = ApiKeys(engine).create("crm", [Scope.READ])
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT * FROM imgurl_api_keys")).all()
    stored = repr(rows)
    assert token.digest in stored
    assert [token.text[start : start + 8] for start in range(9, 44) if token.text[start : start + 8] in stored] == []


@pytest.mark.parametrize("change", ["checksum", "cut", "longer", "empty", "other"])
def test_a_mistyped_key_asks_no_database(engine: Engine, change: str) -> None:
    """A wrong checksum or form is refused without a query."""
    keys = ApiKeys(engine)
    token, _ = keys.create("crm", [Scope.READ])
    wrong = "A" if token.text[-1] != "A" else "B"
    text = {
        "checksum": token.text[:-1] + wrong,
        "cut": token.text[:-1],
        "longer": token.text + "A",
        "empty": "",
        "other": "Bearer " + token.text,
    }[change]
    statements = Statements(engine)
    assert keys.find(text) is None
    assert statements.asked == []


def test_an_unknown_key_is_asked_for_each_time(engine: Engine) -> None:
    """A good checksum alone opens nothing; one query each."""
    keys = ApiKeys(engine)
    statements = Statements(engine)
    token = new_token(test=False)
    assert [keys.find(token.text) for _ in range(3)] == [None] * 3
    assert len([asked for asked in statements.asked if asked.startswith("SELECT")]) == 3


def test_a_known_key_is_asked_for_once_in_a_while(engine: Engine) -> None:
    """Within the time a process remembers, there is one query however often a key is used."""
    keys = ApiKeys(engine)
    token, key = keys.create("crm", [Scope.READ])
    statements = Statements(engine)
    assert [keys.find(token.text) for _ in range(10)] == [key] * 10
    assert len([asked for asked in statements.asked if asked.startswith("SELECT")]) == 1
    assert CACHED_SECONDS < 5


def test_a_revoked_key_stops_here_at_once_and_elsewhere_soon(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that revokes knows at once; one that used the key a moment ago, when it asks again."""
    monkeypatch.setattr("imgurl.access.keys.CACHED_SECONDS", 0.5)
    here, there = ApiKeys(opened()), ApiKeys(opened())
    token, key = here.create("crm", [Scope.READ])
    assert here.find(token.text) == there.find(token.text) == key
    revoked = here.revoke(key.id)
    assert revoked is not None
    assert revoked.revoked is not None
    assert here.find(token.text) is None
    give_up = time.monotonic() + 5
    while there.find(token.text) is not None:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_revoked_key_stays_revoked(engine: Engine, clock: Clock) -> None:
    """A second time changes nothing, not even the time; a key that is not there is None."""
    keys = ApiKeys(engine, clock)
    _, key = keys.create("crm", [Scope.READ])
    first = keys.revoke(key.id)
    clock.now += 100
    assert keys.revoke(key.id) == first
    assert keys.revoke("nobody") is None
    assert [key.revoked for key in keys.list()] == [1_800_000_000]


def test_a_key_stops_when_it_expires(engine: Engine, clock: Clock) -> None:
    """To the second, also for a process that remembers it."""
    keys = ApiKeys(engine, clock)
    token, key = keys.create("crm", [Scope.READ], expires=int(clock()) + 60)
    clock.now += 59.9
    assert keys.find(token.text) == key
    clock.now += 0.1
    assert keys.find(token.text) is None


def test_two_keys_of_a_name_live_at_a_time(engine: Engine, clock: Clock) -> None:
    """One to be replaced and its successor; a third only when one of them has ended. Test keys count apart."""
    keys = ApiKeys(engine, clock)
    _, first = keys.create("crm", [Scope.READ])
    keys.create("crm", [Scope.READ], expires=int(clock()) + 60)
    with pytest.raises(BadApiKey, match="'crm' already has 2 active keys"):
        keys.create("crm", [Scope.READ])
    keys.create("shop", [Scope.READ])
    for _ in range(2):
        keys.create("crm", [Scope.READ], test=True)
    with pytest.raises(BadApiKey, match="'crm' already has 2 active test keys"):
        keys.create("crm", [Scope.READ], test=True)
    keys.revoke(first.id)
    keys.create("crm", [Scope.READ])
    clock.now += 61
    keys.create("crm", [Scope.READ])
    assert len([key for key in keys.list() if key.name == "crm" and not key.test]) == 4


def test_many_at_once_make_no_third_key(opened: Opened) -> None:
    """Eight processes that make a key of one name at the same time: two succeed."""
    stores = [ApiKeys(opened()) for _ in range(8)]
    outcomes: list[str] = []

    def make(keys: ApiKeys) -> None:
        try:
            keys.create("crm", [Scope.READ])
            outcomes.append("made")
        except BadApiKey:
            outcomes.append("refused")

    threads = [threading.Thread(target=make, args=(keys,)) for keys in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] * 2 + ["refused"] * 6


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "a key's name has"),
        ({"name": "My CRM"}, "a key's name has"),
        ({"name": "-crm"}, "a key's name has"),
        ({"name": "a" * 65}, "a key's name has"),
        ({"scopes": ()}, "at least one scope: read, render, batch, campaigns, edit, admin"),
        ({"expires": 1}, "must be in the future"),
        ({"expires": 10**12}, "must be in the future"),
        ({"designs": ()}, "the list of designs is empty"),
    ],
)
def test_a_key_that_can_not_be_is_refused(engine: Engine, wrong: dict[str, object], words: str) -> None:
    """With a sentence; nothing is made."""
    keys = ApiKeys(engine)
    given: dict[str, object] = {"name": "crm", "scopes": (Scope.READ,), **wrong}
    with pytest.raises(BadApiKey, match=words):
        keys.create(**given)  # type: ignore[arg-type]
    assert keys.list() == ()


@pytest.mark.parametrize(("held", "wanted"), list(itertools.product(Scope, Scope)))
def test_a_scope_allows_itself_and_admin_all(held: Scope, wanted: Scope) -> None:
    """The whole table: no scope but admin contains another."""
    key = ApiKey("1", "crm", False, frozenset([held]), None, None, 0, None, "imk_live_abcd")
    assert key.allows([wanted]) is (held in (wanted, Scope.ADMIN))


def test_a_key_may_be_for_some_designs(engine: Engine) -> None:
    """Those named and no other; without a list all."""
    keys = ApiKeys(engine)
    _, some = keys.create("crm", [Scope.READ], designs=["card"])
    _, every = keys.create("shop", [Scope.READ])
    assert [some.may_use("card"), some.may_use("other"), every.may_use("other")] == [True, False, True]


def test_jobs_belong_to_the_name(engine: Engine) -> None:
    """A key's successor sees its jobs; another name does not; what was only tried is kept apart."""
    keys = ApiKeys(engine)
    owners = [keys.create(name, [Scope.BATCH], test=test)[1].owner for name, test in
              [("crm", False), ("crm", False), ("shop", False), ("crm", True)]]  # fmt: skip
    assert owners == ["crm", "crm", "shop", "crm:test"]


def test_a_database_that_went_away_lets_nobody_in(tmp_path: Path) -> None:
    """Without the table of keys there is DatabaseDown, not None and not a key."""
    engine = open_database(tmp_path, None)
    keys = ApiKeys(engine)
    token, _ = keys.create("crm", [Scope.READ])
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE imgurl_api_keys"))
    with pytest.raises(DatabaseDown):
        keys.find(token.text)
    engine.dispose()
