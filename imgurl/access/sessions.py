"""Sessions that were ended before their time, so that a copy of their cookie is of no use."""

import time
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from imgurl.access.database import ENDED_SESSIONS
from imgurl.access.passes import SESSION_SECONDS
from imgurl.database import reading, writing


class EndedSessions:
    """Remembers, for all processes of a server, which sessions have ended, until they would be too old anyway.

    Of a session only its digest is kept: who reads the database can't sign in with it.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def end(self, session: str) -> None:
        """End a session for good; ending it again changes nothing. Raises DatabaseDown."""
        now = int(self._clock())
        try:
            with writing(self._engine) as connection:
                connection.execute(delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.forgotten < now))
                connection.execute(
                    insert(ENDED_SESSIONS).values(digest=_digest(session), forgotten=now + SESSION_SECONDS)
                )
        except IntegrityError:
            if not self.has(session):
                raise

    def has(self, session: str) -> bool:
        """Say whether a session has been ended. Raises DatabaseDown."""
        with reading(self._engine) as connection:
            of_session = select(ENDED_SESSIONS.c.digest).where(ENDED_SESSIONS.c.digest == _digest(session))
            return connection.execute(of_session).first() is not None


def _digest(session: str) -> str:
    return sha256(session.encode("utf-8", "replace")).hexdigest()
