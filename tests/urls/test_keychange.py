"""Facts of imgurl.urls.keychange: the first key is made once, and no change is lost, however many change at a time."""

import errno
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from imgurl.errors import SettingsError
from imgurl.urls.keychange import LOCK_NAME, change_keys, make_first_key
from imgurl.urls.keyfile import FILE_NAME, load_keys
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from tests.urls.reading import FIRST, RING, SECOND

# Processes that do the same at the same time, and how often; 200 rounds of each were run too.
AT_ONCE = 4
ROUNDS = 20


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes of their own, as two servers have them."""
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        yield pool


def first_key(folder: Path) -> KeyRing:
    """Make the first key, as a start of the server does."""
    return make_first_key(folder)


def add_key(folder: Path) -> str:
    """Add a key, as the command does; return its id."""

    def added(keys: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
        state = KeyState.VERIFY if keys else KeyState.SIGN
        return (*keys, SigningKey.generate(f"k{len(keys) + 1}", state))

    return change_keys(folder, added).keys[-1].id


def test_parallel_first_starts_make_one_key(processes: ProcessPoolExecutor, tmp_path: Path) -> None:
    """Four first starts on one folder, again and again: one key, which all of them have and which stays in the file."""
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        rings = list(processes.map(first_key, [folder] * AT_ONCE))
        assert rings == [load_keys(folder, None)] * AT_ONCE


def test_parallel_changes_lose_nothing(processes: ProcessPoolExecutor, tmp_path: Path) -> None:
    """Four that add a key at the same time, also the very first one: four keys, no id twice, one that signs."""
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        added = list(processes.map(add_key, [folder] * AT_ONCE))
        ring = load_keys(folder, None)
        assert sorted(added) == [key.id for key in ring.keys] == ["k1", "k2", "k3", "k4"]
        assert ring.signing.id == "k1"


def test_a_first_start_while_a_key_is_added(processes: ProcessPoolExecutor, tmp_path: Path) -> None:
    """A server that starts while keys are added finds the key that signs, whoever made it."""
    for number in range(ROUNDS // 2):
        folder = tmp_path / str(number)
        adding = [processes.submit(add_key, folder) for _ in range(AT_ONCE - 1)]
        ring = processes.submit(first_key, folder).result()
        for added in adding:
            added.result()
        assert ring.signing == load_keys(folder, None).signing


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    """k1 signs; a second start finds it."""
    first = make_first_key(tmp_path)
    assert [(key.id, key.state) for key in first.keys] == [("k1", KeyState.SIGN)]
    assert make_first_key(tmp_path) == first


def test_a_first_key_never_takes_the_place_of_another(tmp_path: Path) -> None:
    """Where locks do not reach (two machines on one folder), the name goes to one and the other one takes that key."""
    strangers: list[KeyRing] = []

    def late(keys: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
        if not strangers:
            # While this one makes its key another machine, whose lock is not ours, lays down its own.
            other = tmp_path / "other"
            strangers.append(make_first_key(other))
            (other / FILE_NAME).rename(tmp_path / FILE_NAME)
        return keys or (SigningKey.generate("k1", KeyState.SIGN),)

    assert change_keys(tmp_path, late) == strangers[0] == load_keys(tmp_path, None)


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the lock alone keeps others away."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    ring = make_first_key(tmp_path)
    assert ring == make_first_key(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((FILE_NAME, LOCK_NAME))


def test_what_was_changed_is_loaded_again(tmp_path: Path) -> None:
    """Ids, states, secrets and their order survive."""
    assert change_keys(tmp_path, lambda _: RING.keys) == RING
    assert load_keys(tmp_path, None) == RING


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600, made as the first one and changed; the folder is made, and holds nothing else but the lock."""
    folder = tmp_path / "a" / "b"
    for keys in ((FIRST,), (FIRST, SECOND)):
        change_keys(folder, lambda _, keys=keys: keys)  # type: ignore[misc]
        assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
        assert sorted(path.name for path in folder.iterdir()) == sorted((FILE_NAME, LOCK_NAME))


def test_a_change_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """What the change raises passes, and so does a result that is not a key ring; the file is as it was."""
    change_keys(tmp_path, lambda _: RING.keys)
    before = (tmp_path / FILE_NAME).read_bytes()

    def fail(_: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
        raise ValueError("not so")

    with pytest.raises(ValueError, match="not so"):
        change_keys(tmp_path, fail)
    with pytest.raises(SettingsError, match="exactly one key"):
        change_keys(tmp_path, lambda _: (SECOND,))
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((FILE_NAME, LOCK_NAME))


@pytest.mark.parametrize("content", ["damaged", "{}"])
def test_a_file_that_is_wrong_is_never_replaced(tmp_path: Path, content: str) -> None:
    """A file that can't be read is somebody's keys, not an empty place."""
    path = tmp_path / FILE_NAME
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="damaged"):
        make_first_key(tmp_path)
    with pytest.raises(SettingsError, match="damaged"):
        change_keys(tmp_path, lambda _: RING.keys)
    assert path.read_text() == content


def test_a_disk_that_is_full_makes_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is on the disk before anybody gets it: else its links would die with the process."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        make_first_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [LOCK_NAME]
