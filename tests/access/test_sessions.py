"""Sessions that were ended: known to every process, forgotten once they would be too old anyway."""

from collections.abc import Callable

from sqlalchemy import Engine, func, select

from imgurl.access.database import ENDED_SESSIONS
from imgurl.access.passes import SESSION_SECONDS
from imgurl.access.sessions import EndedSessions
from imgurl.database import reading


def test_an_ended_session_is_known_everywhere(opened: Callable[[], Engine]) -> None:
    """At once, in whatever process; ended twice is ended; another one is not; its text is not in the database."""
    here, there = EndedSessions(opened()), EndedSessions(opened())
    here.end("session")
    here.end("session")
    assert (there.has("session"), there.has("another")) == (True, False)
    with reading(opened()) as connection:
        assert "session" not in connection.execute(select(ENDED_SESSIONS.c.digest)).scalars().all()


def test_what_is_too_old_anyway_is_forgotten(opened: Callable[[], Engine]) -> None:
    """When the next one ends."""
    now = [1_000_000.0]
    ended = EndedSessions(opened(), lambda: now[0])
    ended.end("first")
    now[0] += SESSION_SECONDS + 1
    ended.end("second")
    with reading(opened()) as connection:
        assert connection.execute(select(func.count()).select_from(ENDED_SESSIONS)).scalar_one() == 1
    assert (ended.has("first"), ended.has("second")) == (False, True)
