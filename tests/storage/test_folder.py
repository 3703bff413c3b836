"""Facts of imgurl.storage.folder: what is stored survives kills, power cuts and full disks."""

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgurl.errors import StorageError
from imgurl.storage import Storage, open_storage
from imgurl.storage.folder import ORPHAN_SECONDS, UNFINISHED
from imgurl.storage.objects import PART_BYTES
from tests.storage.streams import LARGE, MEGABYTE, OwnFailure, parts_of


def test_a_new_folder_is_for_its_owner_only(storage: Storage, folder: Path) -> None:
    """Names of people lie there: no other user of the machine may look."""
    storage.put("a", b"b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_appears_when_it_is_whole(storage: Storage, folder: Path) -> None:
    """While an upload runs there is nothing under its key; afterwards nothing else remains."""
    seen: list[bool] = []

    def watched() -> Iterator[bytes]:
        for part in parts_of(LARGE):
            seen.append((folder / "input").exists())
            yield part

    storage.put_stream("input", watched())
    assert set(seen) == {False}
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == [UNFINISHED, "input"]


def test_a_failed_upload_leaves_no_file(storage: Storage, folder: Path) -> None:
    """Where the parts fail, or the key can't be written, what was written so far goes away."""
    storage.put("a/b", b"x")
    with pytest.raises(OwnFailure):
        storage.put_stream("input", parts_of(LARGE, fail_at=PART_BYTES * 2))
    for write in (lambda: storage.put("a", b"y"), lambda: storage.put_stream("a", parts_of(LARGE))):
        with pytest.raises(StorageError, match="writing 'a'"):
            write()
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == ["a/b"]


def test_bytes_reach_the_disk_before_the_name(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is flushed, then renamed, then its folder is flushed: a power cut leaves no empty file under a key."""
    steps: list[str] = []
    replace = os.replace

    def rename(source: Path, target: Path) -> None:
        steps.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", lambda handle: steps.append(f"flush {'folder' if _is_folder(handle) else 'file'}"))
    monkeypatch.setattr(os, "replace", rename)
    storage.put("small", b"x")
    storage.put_stream("large", parts_of(PART_BYTES + 1))
    assert steps == ["flush file", "rename", "flush folder"] * 2
    storage.put("image", b"x", lasting=False)
    assert steps[6:] == ["rename"]
    assert storage.get("image") == b"x"


def _is_folder(handle: int) -> bool:
    return Path(f"/proc/self/fd/{handle}").resolve().is_dir()


def test_leftovers_of_the_dead_are_cleared_away(folder: Path) -> None:
    """Opening deletes unfinished files that are older than a day; younger ones may belong to a living process."""
    unfinished = folder / UNFINISHED
    unfinished.mkdir(parents=True)
    for name, age in (("old", ORPHAN_SECONDS + 60), ("young", ORPHAN_SECONDS - 60)):
        (unfinished / name).write_bytes(b"half an up")
        os.utime(unfinished / name, (time.time() - age, time.time() - age))
    open_storage(folder.as_uri())
    assert [path.name for path in unfinished.iterdir()] == ["young"]


def test_a_killed_writer_leaves_the_old_or_the_new(folder: Path) -> None:
    """A process that is killed while it overwrites a key, again and again, never leaves half a file."""
    script = (
        "import sys\nfrom imgurl.storage import open_storage\nstorage = open_storage(sys.argv[1])\n"
        "storage.put('key', b'a' * 3_000_000)\nprint(flush=True)\n"
        "while True:\n  for letter in (b'b', b'c'):\n    storage.put('key', letter * 3_000_000)\n"
    )
    for wait in (0.0, 0.01, 0.03, 0.05, 0.08):
        writer = subprocess.Popen([sys.executable, "-c", script, folder.as_uri()], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        body = open_storage(folder.as_uri()).get("key")
        assert body is not None
        assert body in {letter * 3_000_000 for letter in (b"a", b"b", b"c")}


def test_memory_does_not_grow_with_the_length(storage: Storage) -> None:
    """A stream of 200 MB is written and read with less than 40 MB of Python's memory."""

    def body() -> Iterator[bytes]:
        for _ in range(200):
            yield bytes(MEGABYTE)

    tracemalloc.start()
    try:
        assert storage.put_stream("large", body()) == 200 * MEGABYTE
        assert sum(map(len, storage.stream("large"))) == 200 * MEGABYTE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MEGABYTE


def test_a_disk_that_takes_no_more_is_a_sentence(storage: Storage, folder: Path) -> None:
    """Where writing fails in the middle: StorageError, the old content stays, no leftovers, and smaller files fit."""
    script = (
        "import resource, sys\nfrom imgurl.errors import StorageError\nfrom imgurl.storage import open_storage\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\nstorage = open_storage(sys.argv[1])\n"
        "for write in (storage.put, lambda key, body: storage.put_stream(key, [body] * 12)):\n"
        "  try:\n    write('key', bytes(1_500_000))\n"
        "  except StorageError as error:\n    print(error)\n"
        "storage.put('small', b'fits')\n"
    )
    storage.put("key", b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, folder.as_uri()], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("writing 'key' in the store failed") == 2
    assert done.stdout.count("File too large") == 2
    assert [storage.get("key"), storage.get("small")] == [b"old", b"fits"]
    assert list((folder / UNFINISHED).iterdir()) == []


def test_a_folder_s_path_stays_in_the_cause(storage: Storage, folder: Path) -> None:
    """What an API client may get to see does not hold the server's paths."""
    storage.put("a/b", b"")
    with pytest.raises(StorageError) as caught:
        storage.put("a", b"")
    assert str(folder) not in str(caught.value)
