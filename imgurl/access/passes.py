"""Signed texts that let a person into the Studio: one-time links, sessions, and the token that each change sends along.

They are signed with the key that signs new URLs, so every process and every machine of a server knows them, and a new
signing key ends all sessions.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

LINK_PURPOSE = "imgurl/studio/link/v1"
SESSION_PURPOSE = "imgurl/studio/session/v1"
CHANGE_PURPOSE = "imgurl/studio/change/v1"

LINK_SECONDS = 600
SESSION_SECONDS = 7 * 86_400

# Bytes of the number that makes each link and each session another one, as long as the id of an API key.
NUMBER_BYTES = 6


@dataclass(frozen=True, slots=True)
class Passes:
    """Writes and reads the signed texts of the Studio. ``secret`` returns the secret of the key that signs now."""

    secret: Callable[[], bytes]

    def new_link(self) -> str:
        """Return the end of a one-time link, good for ten minutes."""
        return self._texts(LINK_PURPOSE).dumps(secrets.token_hex(NUMBER_BYTES))

    def read_link(self, text: str) -> str | None:
        """Return the number of a link, None if it is not ours or too old. Whether it was used is not known here."""
        return self._read(LINK_PURPOSE, text, LINK_SECONDS)

    def new_session(self, key_id: str) -> str:
        """Return a session of an API key, unlike any other of that key."""
        return self._texts(SESSION_PURPOSE).dumps(f"{key_id}.{secrets.token_hex(NUMBER_BYTES)}")

    def read_session(self, text: str) -> str | None:
        """Return the id of a session's API key, None if the session is not ours or too old."""
        read = self._read(SESSION_PURPOSE, text, SESSION_SECONDS)
        return None if read is None else read.partition(".")[0]

    def change_token(self, session: str) -> str:
        """Return what requests of a session that change something have to send along."""
        return TimestampSigner(self.secret(), salt=CHANGE_PURPOSE, digest_method=sha256).get_signature(session).decode()

    def may_change(self, session: str, token: str) -> bool:
        """Say whether a request has the token of its session."""
        return hmac.compare_digest(self.change_token(session).encode(), token.encode("utf-8", "replace"))

    def _read(self, purpose: str, text: str, seconds: int) -> str | None:
        try:
            value: Any = self._texts(purpose).loads(text, max_age=seconds)
        except BadData:
            return None
        return value if isinstance(value, str) else None

    def _texts(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret(), salt=purpose, signer_kwargs={"digest_method": sha256})
