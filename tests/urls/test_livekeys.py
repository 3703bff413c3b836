"""Facts of imgurl.urls.livekeys: keys are read again when they were changed, and a mistake changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from imgurl.errors import SettingsError
from imgurl.urls.keychange import change_keys
from imgurl.urls.keyfile import FILE_NAME
from imgurl.urls.livekeys import LOOK_SECONDS, LiveKeys, live_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey, encode_secret
from tests.urls.reading import FIRST, RING, SECOND

REVOKED = KeyRing((FIRST, replace(SECOND, state=KeyState.REVOKED)))


@dataclass
class Clock:
    """Time that passes when a test says so."""

    now: float = 100.0

    def __call__(self) -> float:
        """Return seconds."""
        return self.now

    def look_again(self) -> None:
        """Let so much time pass that the file is looked at."""
        self.now += LOOK_SECONDS


@dataclass(frozen=True)
class Place:
    """A key file with the keys of the vectors, and who reads it."""

    path: Path
    clock: Clock
    keys: Callable[[], KeyRing]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A key file that is being read."""
    change_keys(tmp_path, lambda _: RING.keys)
    clock = Clock()
    return Place(tmp_path / FILE_NAME, clock, LiveKeys(tmp_path / FILE_NAME, clock))


def test_a_change_counts_within_a_second(place: Place) -> None:
    """Not before the next look, which comes after half a second at most; without a change it is the same object."""
    assert LOOK_SECONDS <= 0.5
    first = place.keys()
    change_keys(place.path.parent, lambda _: REVOKED.keys)
    assert place.keys() is first
    place.clock.look_again()
    second = place.keys()
    assert second == REVOKED
    place.clock.look_again()
    assert place.keys() is second


def test_a_change_is_in_the_log_without_secrets(place: Place) -> None:
    """Which keys there are now, with their states."""
    change_keys(place.path.parent, lambda _: REVOKED.keys)
    place.clock.look_again()
    with capture_logs() as lines:
        place.keys()
    assert lines == [{"event": "keys reloaded", "keys": {"k1": "sign", "k2": "revoked"}, "log_level": "info"}]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_text("{"), "damaged"),
        (lambda path: path.write_text('{"keys": []}'), "no signing key"),
        (lambda path: path.write_text(path.read_text().replace("sign", "sing")), "not a key state"),
        (lambda path: path.unlink(), "does not exist"),
        (lambda path: path.chmod(0o644), "others may read"),
    ],
)
def test_a_broken_edit_keeps_the_last_good_keys(place: Place, spoil: Callable[[Path], object], said: str) -> None:
    """It is in the log once, not at each look; mended, the file counts again."""
    good = place.path.read_bytes()
    spoil(place.path)
    with capture_logs() as lines:
        for _ in range(3):
            place.clock.look_again()
            assert place.keys() == RING
    (line,) = lines
    assert (line["log_level"], said in line["reason"]) == ("error", True)
    assert encode_secret(FIRST.secret) not in str(line)
    place.path.unlink(missing_ok=True)
    place.path.write_bytes(good)
    place.path.chmod(0o600)
    change_keys(place.path.parent, lambda _: REVOKED.keys)
    place.clock.look_again()
    assert place.keys() == REVOKED


def test_a_replaced_file_of_the_same_length_is_seen(place: Place) -> None:
    """States of the same length in another order: neither size nor name of the file tells, it is another file."""
    swapped = (replace(FIRST, state=KeyState.REVOKED), SigningKey("k2", KeyState.SIGN, SECOND.secret))
    change_keys(place.path.parent, lambda _: swapped)
    place.clock.look_again()
    assert place.keys().signing.id == "k2"


def test_without_keys_there_is_nothing_to_read(tmp_path: Path) -> None:
    """At the start a missing key is an error: no key, no server."""
    with pytest.raises(SettingsError, match="there is no signing key"):
        live_keys(tmp_path, None)


def test_keys_of_the_environment_stay(tmp_path: Path) -> None:
    """The file is not even looked at."""
    (tmp_path / FILE_NAME).write_text("damaged")
    keys = live_keys(tmp_path, f"k1:sign:{encode_secret(FIRST.secret)}")
    assert keys() is keys()
    assert keys() == KeyRing((FIRST,))
