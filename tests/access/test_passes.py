"""Links and sessions of the Studio: signed, for a while, and each for one purpose."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.access import passes
from imgurl.access.passes import Passes

OURS = Passes(lambda: b"a" * 32)
OTHERS = Passes(lambda: b"b" * 32)


def test_what_was_written_is_read() -> None:
    """A link's number has the form of a key's id, and a session names its key."""
    number = OURS.read_link(OURS.new_link())
    assert number is not None
    assert len(bytes.fromhex(number)) == passes.NUMBER_BYTES
    assert OURS.read_session(OURS.new_session("0123456789ab")) == "0123456789ab"


def test_a_link_is_no_session_and_nobody_elses() -> None:
    """Neither passes for the other, and a server with another key takes neither."""
    link, session = OURS.new_link(), OURS.new_session("0123456789ab")
    assert OURS.read_session(link) is None
    assert OURS.read_link(session) is None
    assert OTHERS.read_link(link) is None
    assert OTHERS.read_session(session) is None


def test_a_link_can_be_part_of_an_address() -> None:
    """None of its characters needs an escape in a path."""
    link = OURS.new_link()
    assert quote(link, safe="") == link


def test_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link after ten minutes, a session after seven days."""
    link, session = OURS.new_link(), OURS.new_session("0123456789ab")
    monkeypatch.setattr(passes, "LINK_SECONDS", -1)
    monkeypatch.setattr(passes, "SESSION_SECONDS", -1)
    assert OURS.read_link(link) is None
    assert OURS.read_session(session) is None


@given(text=st.text())
def test_any_other_text_is_refused(text: str) -> None:
    """Whatever somebody makes up, and nothing is raised."""
    assert OURS.read_link(text) is None
    assert OURS.read_session(text) is None
    assert not OURS.may_change(OURS.new_session("0123456789ab"), text)


def test_a_change_needs_the_token_of_its_session() -> None:
    """That of another session does not do."""
    mine, other = OURS.new_session("0123456789ab"), OURS.new_session("ba9876543210")
    assert OURS.may_change(mine, OURS.change_token(mine))
    assert not OURS.may_change(mine, OURS.change_token(other))
