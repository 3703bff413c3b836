"""Facts of imgurl.urls.keyfile: where keys are kept, and when they are not taken."""

import json
import traceback
from pathlib import Path

import pytest

from imgurl.errors import SettingsError
from imgurl.urls.keychange import change_keys
from imgurl.urls.keyfile import FILE_NAME, load_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey, encode_secret
from tests.urls.reading import FIRST, RING, SECOND

SECRET = encode_secret(FIRST.secret)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601, 0o677])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Its keys may be known: the message says to rotate."""
    change_keys(tmp_path, lambda _: RING.keys)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(SettingsError, match=r"others may read .* chmod 600 .* rotate"):
        load_keys(tmp_path, None)


def test_a_file_for_reading_only_is_taken(tmp_path: Path) -> None:
    """A mounted secret has the mode 0400."""
    change_keys(tmp_path, lambda _: RING.keys)
    (tmp_path / FILE_NAME).chmod(0o400)
    assert load_keys(tmp_path, None) == RING


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'"keys"',
        b"{}",
        b'{"keys": null}',
        b'{"keys": 7}',
        b'{"keys": [7]}',
        b'{"keys": [{}]}',
        b'{"keys": [{"id": "k1", "state": "sign"}]}',
        b'{"keys": {"id": "k1"}}',
        f'{{"keys": [{{"id": "k1", "state": "sign", "secret": "{SECRET}"}}'.encode(),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """The message names the file and what to do; neither it nor its causes repeat the content."""
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="damaged; restore it from a backup") as caught:
        load_keys(tmp_path, None)
    assert str(path) in str(caught.value)
    assert SECRET[:12] not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"id": "k1", "state": "signs", "secret": SECRET}, "not a key state"),
        ({"id": "k1", "state": "sign", "secret": "!" + SECRET[1:]}, "not base64url"),
        ({"id": "k1", "state": "sign", "secret": SECRET[:10]}, "at least 32"),
        ({"id": "k1", "state": "sign", "secret": None}, "at least 32"),
        ({"id": "K 1", "state": "sign", "secret": SECRET}, "key id"),
        ({"id": "k1", "state": "verify", "secret": SECRET}, "exactly one key"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entry: dict[str, str | None], said: str) -> None:
    """What an entry says is checked like any key, and its secret is not repeated."""
    path = tmp_path / FILE_NAME
    path.write_text(json.dumps({"keys": [entry]}))
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=said) as caught:
        load_keys(tmp_path, None)
    assert SECRET[1:13] not in "".join(traceback.format_exception(caught.value))


def test_a_file_with_no_keys_is_refused(tmp_path: Path) -> None:
    """An empty list is not a server without signatures."""
    path = tmp_path / FILE_NAME
    path.write_text('{"keys": []}')
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="no signing key"):
        load_keys(tmp_path, None)


def test_no_file_is_an_error_that_tells_the_ways_out(tmp_path: Path) -> None:
    """Three ways to a key are named."""
    with pytest.raises(SettingsError, match=r"imgurl serve.*imgurl keys add.*IMGURL_SIGNING_KEYS"):
        load_keys(tmp_path, None)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """Here a folder has its name."""
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(SettingsError, match="can't be read"):
        load_keys(tmp_path, None)


def test_keys_of_the_environment_come_first(tmp_path: Path) -> None:
    """The file is not even looked at."""
    (tmp_path / FILE_NAME).write_text("damaged")
    assert load_keys(tmp_path, f"k1:sign:{SECRET}") == KeyRing((FIRST,))


def test_an_empty_variable_is_not_no_variable(tmp_path: Path) -> None:
    """IMGURL_SIGNING_KEYS= fails closed instead of falling back on a file."""
    change_keys(tmp_path, lambda _: RING.keys)
    with pytest.raises(SettingsError, match="no signing key"):
        load_keys(tmp_path, "")


def test_a_key_of_every_state_is_kept(tmp_path: Path) -> None:
    """Retired and revoked keys stay in the file: their URLs must be distinguished from forgeries."""
    ring = KeyRing(
        (
            FIRST,
            SECOND,
            # Also secrets that anybody can guess: of the one all see the default image, of the other nothing.
            SigningKey("k3", KeyState.RETIRED, bytes(range(64, 96))),
            SigningKey("k4", KeyState.REVOKED, bytes(32)),
        )
    )
    change_keys(tmp_path, lambda _: ring.keys)
    assert load_keys(tmp_path, None) == ring
