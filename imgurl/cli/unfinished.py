"""The folder beside ``--out`` where a batch lies until it is finished, so that it can be gone on with."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import click
from filelock import FileLock, Timeout

from imgurl.batches.order import BatchOrder, accept_order
from imgurl.batches.places import input_key
from imgurl.storage import open_storage
from imgurl.tables.charset import transcoded

# The one job in the store of a folder.
JOB = "batch"

ENDING = ".unfinished"
ASKED, LOCK, FILES, RESULT = "asked.json", "lock", "files", "result"

READ_BYTES = 1_048_576

# What the list is called among what was asked.
LIST = "the list"


class Unfinished:
    """A batch of the command line on its way: its list, what was asked, and the chunks that are done."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out.with_name(out.name + ENDING)

    @property
    def store_url(self) -> str:
        """Where the files of the batch lie."""
        return (self._folder / FILES).absolute().as_uri()

    @property
    def is_begun(self) -> bool:
        """Whether there is a batch to go on with."""
        return (self._folder / ASKED).exists()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder if it is missing, and keep other runs out of it. Raises click.UsageError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        strange = {path.name for path in self._folder.iterdir()} - {ASKED, LOCK, FILES, RESULT}
        if strange:
            raise click.UsageError(f"{self._folder} holds '{min(strange)}', which is not ours; move it away")
        lock = FileLock(self._folder / LOCK, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise click.UsageError(f"another run is writing {self._out}; wait for it, or name another --out") from None
        try:
            yield
        finally:
            lock.release()

    def begin(self, source: Path, order: BatchOrder, asked: Mapping[str, object]) -> None:
        """Lay down a batch, in place of one that may be there. The file that says what was asked comes last."""
        self._folder.joinpath(ASKED).unlink(missing_ok=True)
        shutil.rmtree(self._folder / FILES, ignore_errors=True)
        storage = open_storage(self.store_url)
        encoding = order.form.encoding
        storage.put_stream(input_key(JOB), transcoded(_read(source), encoding))
        laid_down = digest_of(storage.stream(input_key(JOB)))
        if digest_of_file(source) != asked[LIST] or digest_of(transcoded(_read(source), encoding)) != laid_down:
            raise click.UsageError(f"{source} is being written; try again when it is complete")
        accept_order(storage, JOB, order)
        whole = self._folder / FILES / ASKED
        whole.write_text(json.dumps(asked, indent=1))
        whole.replace(self._folder / ASKED)

    def check_same(self, asked: Mapping[str, object]) -> None:
        """Raise click.UsageError where something else was asked when the batch was begun."""
        before = json.loads((self._folder / ASKED).read_text())
        told = [_difference(name, before.get(name), asked[name]) for name in asked if before.get(name) != asked[name]]
        if told:
            raise click.UsageError(
                f"{self._folder} holds an unfinished run, and {', '.join(told)}. Call it as it was begun to go on, or "
                "add --restart to begin anew"
            )

    def publish(self, parts: Iterable[bytes]) -> None:
        """Write the result, whole or not at all, and delete the folder."""
        whole = self._folder / RESULT
        with whole.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(self._out)
        # First what makes it a batch: whoever is killed in the middle leaves nothing to go on with.
        self._folder.joinpath(ASKED).unlink()
        shutil.rmtree(self._folder)


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of a list."""
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return digest_of(_read(path))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(READ_BYTES):
            yield part


def _difference(name: str, before: object, now: object) -> str:
    if name == LIST:
        return "the list has changed since"
    return f"{name} was {_shown(before)} and is {_shown(now)}"


def _shown(value: object) -> str:
    if value in (None, False, []):
        return "not given"
    return "given" if value is True else f"'{' '.join(map(str, value)) if isinstance(value, list) else value}'"
