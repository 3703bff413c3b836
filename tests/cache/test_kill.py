"""kill -9 in the middle of cache writes: no damaged and no foreign image is ever read."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import imgurl
from imgurl.cache.disk import ORPHAN_SECONDS, DiskCache
from imgurl.cache.keys import RenderKey

KILLS = 200
KEYS = tuple(RenderKey(f"{number:02x}" * 32, "png") for number in range(12))

# Bodies of 64 B to 256 kB: the digest of their key and the number of their writing, again and again.
WRITER = """
import itertools, sys
from pathlib import Path
from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
disk = DiskCache(Path(sys.argv[1]), 4_000_000)
keys = [RenderKey(f"{number:02x}" * 32, "png") for number in range(12)]
for count in itertools.count():
    key = keys[count * 5 % 12]
    block = f"{key.digest[:48]}{int(sys.argv[2]) * 100_000 + count:016d}".encode()
    disk.put(key, block * (1 << count % 13))
    if count == 0:
        print(flush=True)
"""


def test_no_damaged_image_after_200_kills(tmp_path: Path) -> None:
    """A writer is killed 200 times at random moments; every read of every key is a miss or a whole body of that key."""
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
        killed += writer.wait() == -9
        hits += sum(is_whole(reader, key) for key in KEYS)
    assert killed == KILLS
    assert hits > KILLS
    assert_orphans_are_swept(tmp_path / "cache", reader)


def start_writer(folder: Path, number: int) -> subprocess.Popen[bytes]:
    """Start a process that writes without end; return when its first entry is written."""
    writer = subprocess.Popen(
        [sys.executable, "-S", "-c", WRITER, str(folder), str(number)],
        env={"PYTHONPATH": str(Path(imgurl.__file__).parents[1])},
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    with writer.stdout:
        writer.stdout.readline()
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
