"""The disk cache: whole entries or none, bounded in bytes, never an error."""

import os
import threading
import time
from pathlib import Path

import pytest

from imgurl.cache.disk import ORPHAN_SECONDS, DiskCache
from imgurl.cache.entry import HEADER_BYTES, pack
from imgurl.cache.keys import RenderKey
from tests.cache.contract import CacheContract, key_of

BODY = bytes(range(256)) * 4

# Where an entry is damaged: its first bytes, the middle, the last byte (faults, row 12).
ENTRY_LENGTH = HEADER_BYTES + len(BODY)
PLACES = (0, 1, ENTRY_LENGTH // 2, ENTRY_LENGTH - 1)


class TestDiskCache(CacheContract):
    """The contract, for a roomy disk cache."""

    @pytest.fixture
    def cache(self, tmp_path: Path) -> DiskCache:
        """A cache of ten megabytes."""
        return DiskCache(tmp_path / "cache", 10_000_000)


@pytest.fixture
def disk(tmp_path: Path) -> DiskCache:
    """A cache of a megabyte."""
    return DiskCache(tmp_path / "cache", 1_000_000)


def entry_path(tmp_path: Path, key: RenderKey) -> Path:
    """Return the file of a key."""
    return tmp_path / "cache" / key.digest[:2] / key.file_name


def put_used(tmp_path: Path, name: str, ages: tuple[float, float], size: int = 1_000) -> RenderKey:
    """Put an entry that was written and last read so many seconds ago."""
    key = key_of(name)
    assert DiskCache(tmp_path / "cache", 1_000_000).put(key, bytes(size))
    wait_for_sweeps()
    written, used = (time.time() - age for age in ages)
    os.utime(entry_path(tmp_path, key), (used, written))
    return key


def wait_for_sweeps() -> None:
    """Wait until no sweep runs."""
    for thread in threading.enumerate():
        if thread.name == "cache-sweep":
            thread.join(10)


def open_files(folder: Path) -> list[Path]:
    """Return what this process holds open below a folder; other tests' connections come and go meanwhile."""
    handles = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [path.resolve() for path in handles if folder in path.resolve().parents]


def test_a_file_is_an_entry_of_its_key(disk: DiskCache, tmp_path: Path) -> None:
    """What is on disk is an entry of its key."""
    disk.put(key_of("Ava"), BODY)
    assert pack(key_of("Ava"), BODY) == entry_path(tmp_path, key_of("Ava")).read_bytes()


def test_another_process_finds_the_entry(disk: DiskCache, tmp_path: Path) -> None:
    """Two caches on one folder share their entries."""
    disk.put(key_of("Ava"), BODY)
    assert DiskCache(tmp_path / "cache", 1_000_000).get(key_of("Ava")) == BODY


@pytest.mark.parametrize("length", PLACES)
def test_a_truncated_entry_is_a_miss_and_goes_away(disk: DiskCache, tmp_path: Path, length: int) -> None:
    """A file that was cut, at any place, gives nothing and is deleted."""
    disk.put(key_of("Ava"), BODY)
    path = entry_path(tmp_path, key_of("Ava"))
    os.truncate(path, length)
    assert disk.get(key_of("Ava")) is None
    assert not path.exists()


@pytest.mark.parametrize("place", PLACES)
def test_an_entry_of_zeros_from_some_place_on_is_a_miss(disk: DiskCache, tmp_path: Path, place: int) -> None:
    """Zeros in place of the end of a file, as a power cut leaves them, give nothing and the file is deleted."""
    disk.put(key_of("Ava"), BODY)
    path = entry_path(tmp_path, key_of("Ava"))
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + bytes(len(whole) - place))
    assert disk.get(key_of("Ava")) is None
    assert not path.exists()


@pytest.mark.parametrize("place", PLACES)
def test_an_entry_with_a_flipped_bit_is_a_miss(disk: DiskCache, tmp_path: Path, place: int) -> None:
    """One wrong bit, at any place, gives nothing and the file is deleted."""
    disk.put(key_of("Ava"), BODY)
    path = entry_path(tmp_path, key_of("Ava"))
    whole = bytearray(path.read_bytes())
    whole[place] ^= 0x01
    path.write_bytes(whole)
    assert disk.get(key_of("Ava")) is None
    assert not path.exists()


@pytest.mark.parametrize("foreign", [b"", b"\x00", b"\x89PNG\r\n\x1a\n" + bytes(200), os.urandom(5_000)], ids=len)
def test_a_foreign_file_is_a_miss_and_goes_away(disk: DiskCache, tmp_path: Path, foreign: bytes) -> None:
    """A file that somebody put under an entry's name is not served; the place can be used again."""
    path = entry_path(tmp_path, key_of("Ava"))
    path.parent.mkdir(parents=True)
    path.write_bytes(foreign)
    assert disk.get(key_of("Ava")) is None
    assert not path.exists()
    assert disk.put(key_of("Ava"), BODY)
    assert disk.get(key_of("Ava")) == BODY


def test_an_entry_under_another_name_is_a_miss(disk: DiskCache, tmp_path: Path) -> None:
    """A good entry that was copied or moved is another recipient's picture: not served, and it goes away."""
    disk.put(key_of("Leo"), BODY)
    path = entry_path(tmp_path, key_of("Ava"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(entry_path(tmp_path, key_of("Leo")).read_bytes())
    assert (disk.get(key_of("Ava")), path.exists(), disk.get(key_of("Leo"))) == (None, False, BODY)


def test_a_clock_that_was_ahead_keeps_nothing_for_ever(tmp_path: Path) -> None:
    """An entry used in the future, as it seems, goes first, and reading it sets its time right."""
    disk = DiskCache(tmp_path / "cache", 2_500)
    ahead, read_since = (put_used(tmp_path, name, (-9_000, -9_000)) for name in ("ahead", "read since"))
    assert disk.get(read_since) is not None
    old = put_used(tmp_path, "old", (9_000, 9_000))
    disk.sweep()
    assert [entry_path(tmp_path, key).exists() for key in (ahead, read_since, old)] == [False, True, True]


def test_a_whole_entry_with_bytes_after_it_is_a_miss(disk: DiskCache, tmp_path: Path) -> None:
    """The length counts: more than an entry is not an entry."""
    disk.put(key_of("Ava"), BODY)
    with entry_path(tmp_path, key_of("Ava")).open("ab") as file:
        file.write(b"\x00")
    assert disk.get(key_of("Ava")) is None


def test_a_link_is_not_followed(disk: DiskCache, tmp_path: Path) -> None:
    """A symbolic link in place of an entry gives nothing even where it leads to a good entry; its target stays."""
    disk.put(key_of("Leo"), BODY)
    target = entry_path(tmp_path, key_of("Leo"))
    path = entry_path(tmp_path, key_of("Ava"))
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)
    assert disk.get(key_of("Ava")) is None
    assert disk.put(key_of("Ava"), b"her own")
    assert [disk.get(key_of("Ava")), disk.get(key_of("Leo"))] == [b"her own", BODY]
    assert not path.is_symlink()


def test_a_folder_in_the_place_of_an_entry_is_a_miss(disk: DiskCache, tmp_path: Path) -> None:
    """A folder under an entry's name gives nothing, holds no file open, and only this entry can't be written."""
    path = entry_path(tmp_path, key_of("Ava"))
    path.mkdir(parents=True)
    (path / "somebody's").write_text("file")
    assert [disk.get(key_of("Ava")) for _ in range(20)] == [None] * 20
    with (path / "somebody's").open():
        assert open_files(tmp_path) == [path / "somebody's"]
    assert not disk.put(key_of("Ava"), BODY)
    assert disk.is_writing
    assert disk.put(key_of("Leo"), BODY)
    assert [f.name for f in path.parent.iterdir()] == [path.name]


def test_a_pipe_in_the_place_of_an_entry_does_not_block(disk: DiskCache, tmp_path: Path) -> None:
    """A named pipe, which a reader would wait at for ever, is a miss at once."""
    path = entry_path(tmp_path, key_of("Ava"))
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    found: list[bytes | None] = []
    reader = threading.Thread(target=lambda: found.append(disk.get(key_of("Ava"))), daemon=True)
    reader.start()
    reader.join(5)
    assert found == [None]


def test_an_unusable_folder_costs_the_cache_only(tmp_path: Path) -> None:
    """Where the folder can't be made, put says so and get is a miss; nothing is raised."""
    (tmp_path / "file").write_text("in the way")
    disk = DiskCache(tmp_path / "file" / "cache", 1_000_000)
    assert not disk.put(key_of("Ava"), BODY)
    assert disk.get(key_of("Ava")) is None
    assert disk.sweep() == 0


def test_after_a_failure_writing_pauses_and_reading_goes_on(disk: DiskCache, tmp_path: Path) -> None:
    """After a failed write the next ones are not tried for a while; what is there is still read."""
    disk.put(key_of("Leo"), BODY)
    blocked = tmp_path / "cache" / key_of("Ava").digest[:2]
    assert blocked != entry_path(tmp_path, key_of("Leo")).parent
    blocked.write_text("a file where a folder should be")
    assert not disk.put(key_of("Ava"), BODY)
    assert not disk.is_writing
    blocked.unlink()
    assert not disk.put(key_of("Ava"), BODY)
    assert disk.get(key_of("Leo")) == BODY


def test_a_limit_of_no_bytes_switches_the_cache_off(tmp_path: Path) -> None:
    """With a limit of 0 nothing is written, not even the folder."""
    disk = DiskCache(tmp_path / "cache", 0)
    assert not disk.put(key_of("Ava"), BODY)
    assert not (tmp_path / "cache").exists()


def test_a_sweep_drops_the_least_recently_used_first(tmp_path: Path) -> None:
    """Over the limit, entries go by their last use, whether that was writing or reading."""
    disk = DiskCache(tmp_path / "cache", 2_500)
    old = put_used(tmp_path, "old", (9_000, 9_000))
    read_lately = put_used(tmp_path, "read lately", (8_000, 10))
    older = put_used(tmp_path, "older", (9_500, 9_500))
    new = put_used(tmp_path, "new", (100, 100))
    wait_for_sweeps()
    left = disk.sweep()
    assert 2 * (1_000 + HEADER_BYTES) <= left <= 2_500
    assert [entry_path(tmp_path, key).exists() for key in (older, old, read_lately, new)] == [False, False, True, True]


def test_reading_counts_as_use(tmp_path: Path) -> None:
    """An entry that was just read outlives a newer one that was not."""
    disk = DiskCache(tmp_path / "cache", 1_500)
    hot = put_used(tmp_path, "hot", (7_200, 7_200), size=100)
    cold = put_used(tmp_path, "cold", (1_800, 1_800), size=100)
    assert disk.get(hot) is not None
    put_used(tmp_path, "large", (10, 10), size=1_200)
    disk.sweep()
    assert [entry_path(tmp_path, key).exists() for key in (hot, cold)] == [True, False]


def test_the_time_of_use_is_not_left_to_the_disk(disk: DiskCache, tmp_path: Path) -> None:
    """A read renews the entry's own time: disks mounted noatime keep no other."""
    key = put_used(tmp_path, "Ava", (7_200, 7_200))
    disk.get(key)
    assert time.time() - entry_path(tmp_path, key).stat().st_mtime < 60


def test_writing_keeps_the_cache_below_its_limit(tmp_path: Path) -> None:
    """Many times the limit is written; what stays on disk is below the limit, and the newest entries are there."""
    limit = 100_000
    disk = DiskCache(tmp_path / "cache", limit)
    for number in range(300):
        disk.put(key_of(str(number)), bytes(5_000))
        if number % 20 == 19:
            wait_for_sweeps()
    wait_for_sweeps()
    held = sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*.png"))
    assert 0.5 * limit < held <= limit
    assert disk.get(key_of("299")) == bytes(5_000)


def test_a_sweep_below_the_limit_drops_nothing(disk: DiskCache, tmp_path: Path) -> None:
    """Room enough: every entry stays, however old."""
    put_used(tmp_path, "ancient", (1e8, 1e8))
    wait_for_sweeps()
    assert disk.sweep() == 1_000 + HEADER_BYTES


def test_temporary_files_of_the_dead_are_swept(disk: DiskCache, tmp_path: Path) -> None:
    """A temporary file goes when it is older than an hour; a younger one may belong to a living process."""
    disk.put(key_of("Ava"), BODY)
    wait_for_sweeps()
    folder = entry_path(tmp_path, key_of("Ava")).parent
    old, young = folder / ".new-old", folder / ".new-young"
    for path, age in ((old, ORPHAN_SECONDS + 60), (young, ORPHAN_SECONDS - 60)):
        path.write_bytes(b"half an ent")
        os.utime(path, (time.time() - age, time.time() - age))
    disk.sweep()
    assert [old.exists(), young.exists()] == [False, True]
    assert disk.get(key_of("Ava")) == BODY


def test_the_first_write_of_a_process_sweeps(tmp_path: Path) -> None:
    """A new process looks at what others left behind as soon as it writes."""
    DiskCache(tmp_path / "cache", 1_000_000).put(key_of("Ava"), bytes(50_000))
    wait_for_sweeps()
    os.utime(entry_path(tmp_path, key_of("Ava")), (1e9, 1e9))
    DiskCache(tmp_path / "cache", 20_000).put(key_of("Leo"), BODY)
    wait_for_sweeps()
    assert not entry_path(tmp_path, key_of("Ava")).exists()


def test_threads_share_a_cache(tmp_path: Path) -> None:
    """Eight threads write, read and sweep at once: each hit is the body of its key."""
    disk = DiskCache(tmp_path / "cache", 60_000)
    wrong: list[str] = []

    def work(seed: int) -> None:
        for step in range(150):
            name = str((seed * 7 + step) % 20)
            disk.put(key_of(name), name.encode() * 2_000)
            body = disk.get(key_of(name))
            if body is not None and body != name.encode() * 2_000:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for_sweeps()
    assert wrong == []
    assert disk.is_writing
