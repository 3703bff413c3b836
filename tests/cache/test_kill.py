"""kill -9 in the middle of cache writes: no damaged and no foreign image is ever read."""

import os
import random
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from imgurl.cache.disk import ORPHAN_SECONDS, DiskCache
from imgurl.cache.keys import RenderKey
from tests.cache.writer import KEYS, write
from tests.forks import forks

KILLS = 100


def test_no_damaged_image_after_100_kills(tmp_path: Path) -> None:
    """A writer is killed 100 times at random moments; every read of every key is a miss or a whole body of that key."""
    chance = random.Random(2)
    reader = DiskCache(tmp_path / "cache", 4_000_000)
    hits = 0
    killed = 0
    for round_number in range(KILLS):
        writer = start_writer(tmp_path / "cache", round_number)
        end = time.monotonic() + chance.uniform(0.0, 0.008)
        while time.monotonic() < end:
            hits += is_whole(reader, chance.choice(KEYS))
        writer.kill()
        writer.join()
        killed += writer.exitcode == -9
        hits += sum(is_whole(reader, key) for key in KEYS)
    assert killed == KILLS
    assert hits > KILLS
    assert_orphans_are_swept(tmp_path / "cache", reader)


def start_writer(folder: Path, number: int) -> ForkServerProcess:
    """Start a process that writes without end; return when its first entry is written."""
    ours, theirs = forks().Pipe(duplex=False)
    writer = forks().Process(target=write, args=(folder, number, theirs))
    writer.start()
    theirs.close()
    with ours:
        assert ours.recv() == number
    return writer


def is_whole(reader: DiskCache, key: RenderKey) -> bool:
    """Read a key: False for a miss, True for a whole body of its own; fails on anything else."""
    body = reader.get(key)
    if body is None:
        return False
    block = body[:64]
    assert block[:48].decode() == key.digest[:48], "another key's image"
    assert block * (len(body) // 64) == body, "a torn image"
    return True


def assert_orphans_are_swept(folder: Path, reader: DiskCache) -> None:
    """What the killed left half-written goes after its hour; every whole entry stays readable."""
    orphans = list(folder.rglob(".new-*"))
    for path in orphans:
        os.utime(path, (time.time() - ORPHAN_SECONDS - 60,) * 2)
    reader.sweep()
    assert list(folder.rglob(".new-*")) == []
    assert all(is_whole(reader, RenderKey(path.stem, "png")) for path in folder.rglob("*.png"))
