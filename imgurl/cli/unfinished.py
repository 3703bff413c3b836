"""The folder next to ``--out`` that holds a batch until it is finished, so that it can be resumed."""

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import click
from filelock import FileLock, Timeout

from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOrder, accept_order
from imgurl.files import whole_file, write_whole
from imgurl.storage import open_storage
from imgurl.tables.charset import transcoded

# The one job in the store of a folder.
JOB = "batch"

ENDING = ".unfinished"
# Until a run is complete: what was asked for, a lock, the store of the batch.
REQUEST, LOCK, FILES = "asked.json", "lock", "files"

# The request and the result are not secret: the umask decides who may read them.
FILE_MODE = 0o666

READ_BYTES = 1_048_576

# What the digest of the list is called in a request.
LIST = "the list"


class Unfinished:
    """A batch of the command line that is not finished: its list, what was asked for, and the chunks that are done."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out.with_name(out.name + ENDING)
        self._files = self._folder / FILES

    @property
    def store_url(self) -> str:
        """The store of the batch."""
        return (self._files).absolute().as_uri()

    @property
    def is_begun(self) -> bool:
        """Whether there is a batch to resume."""
        return (self._folder / REQUEST).exists()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if it is missing, and keep other runs out. Raises click.UsageError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        others = {path.name for path in self._folder.iterdir()} - {REQUEST, LOCK, FILES}
        if others:
            raise click.UsageError(f"{self._folder} contains '{min(others)}', which imgurl did not make; move it away")
        lock = FileLock(self._folder / LOCK, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise click.UsageError(f"another run is writing {self._out}; wait for it, or name another --out") from None
        try:
            yield
        finally:
            lock.release()

    def begin(self, source: Path, order: BatchOrder, request: Mapping[str, object]) -> None:
        """Store a batch, in place of an earlier one. The request is written last: with it, the batch is begun."""
        self._folder.joinpath(REQUEST).unlink(missing_ok=True)
        shutil.rmtree(self._files, ignore_errors=True)
        files = JobFiles(open_storage(self.store_url), JOB)
        encoding = order.form.encoding
        files.list.put_stream(transcoded(_read(source), encoding))
        stored = digest_of(files.list.stream())
        if digest_of_file(source) != request[LIST] or digest_of(transcoded(_read(source), encoding)) != stored:
            raise click.UsageError(f"{source} is being written; try again when it is complete")
        accept_order(files, order)
        path = self._folder / REQUEST
        write_whole(path, json.dumps(request, indent=1).encode(), mode=FILE_MODE, durable=False, folder=self._files)

    def check_same(self, request: Mapping[str, object]) -> None:
        """Raise click.UsageError if the batch was begun with another request."""
        before = json.loads((self._folder / REQUEST).read_text())
        differences = [
            _difference(name, before.get(name), value) for name, value in request.items() if before.get(name) != value
        ]
        if differences:
            raise click.UsageError(
                f"{self._folder} holds an unfinished run, and {', '.join(differences)}. Use the same options to "
                "resume it, or add --restart to start over"
            )

    def publish(self, parts: Iterable[bytes]) -> None:
        """Write the result, whole or not at all, and delete the folder."""
        with whole_file(self._out, mode=FILE_MODE, durable=True, folder=self._files) as file:
            file.writelines(parts)
        # First what makes it a batch: a kill in the middle leaves nothing to resume.
        self._folder.joinpath(REQUEST).unlink()
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
