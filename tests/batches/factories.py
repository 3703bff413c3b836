"""Batches of the small design, run in a store on disk."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from imgurl.batches.files import JobFiles
from imgurl.batches.order import BatchOptions, BatchOrder, accept_order, prepare
from imgurl.batches.tally import Tally
from imgurl.batches.work import BatchWork
from imgurl.design.library import load_library
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.storage import Storage, open_storage
from imgurl.tables.form import Kind
from imgurl.tables.sniff import HEAD_BYTES, sniff
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.controls import Controls
from imgurl.urls.signing import KeyRing
from imgurl.urls.target import SignedUrl, parse_target
from tests.web.designs import card, write_design
from tests.web.server import K1, K2

RING: Final = KeyRing((K1, K2))
BASE: Final = "https://img.example.com"
NOW: Final = 1_800_000_000

CONTROLS: Final = frozenset(("ext", "expires", "pin", "dpr", "campaign"))

LIST: Final = (
    b"email,First Name,tint,code,note\n"
    b"ava@example.com,Ava,#ff0000,B2,one\n"
    b"leo@example.com,,#0000ff,,two\n"
    b"mia@example.com,Mia,nocolour,C3,three\n"
)  # fmt: skip


def required() -> dict[str, Any]:
    """Return the small design with a required field, first_name."""
    tint, name, code = card()["fields"]
    return card(
        fields=[tint, {**name, "required": True, "fallback": None}, code],
        default_values={"tint": "#ffff00", "first_name": "there"},
    )


@dataclass(frozen=True)
class BatchRunner:
    """Runs batches: a store and designs in a folder."""

    folder: Path
    storage: Storage
    fonts: FontCatalogue

    def work(self, *, chunk_rows: int = 2, pipeline: WarmingPipeline | None = None, keys: KeyRing = RING) -> BatchWork:
        """Return what does the batches, with very small chunks."""
        return BatchWork(self.storage, pipeline, lambda: keys, chunk_rows=chunk_rows)

    def files(self, job_id: str = "job") -> JobFiles:
        """Return the files of a batch."""
        return JobFiles(self.storage, job_id)

    def order(self, data: bytes, hint: str = "", design: str = "card", **options: Any) -> BatchOrder:
        """Return a checked order."""
        shown = load_library(self.folder / "designs", self.fonts).find(design)
        controls = Controls(**{name: options.pop(name) for name in CONTROLS & options.keys()})
        chosen = BatchOptions(design, controls=controls, **{"created": NOW, **options})
        return prepare(chosen, sniff(data[:HEAD_BYTES], hint), shown, RING, BASE)

    def accept(self, data: bytes = LIST, job_id: str = "job", **options: Any) -> None:
        """Accept a batch."""
        order = self.order(data, **options)
        files = self.files(job_id)
        files.list.put(data)
        accept_order(files, order)

    def done(self, data: bytes = LIST, job_id: str = "job", *, work: BatchWork | None = None, **options: Any) -> Tally:
        """Do a whole batch."""
        self.accept(data, job_id, **options)
        return self.do(job_id, work or self.work())

    def do(self, job_id: str, work: BatchWork) -> Tally:
        """Do all of a batch that was accepted."""
        plan = work.split(job_id)
        tally = sum((work.run_chunk(job_id, number) for number in range(plan.chunks)), start=Tally())
        work.finish(job_id)
        return tally

    def result(self, kind: Kind = Kind.CSV, job_id: str = "job") -> bytes:
        """Return a whole result."""
        return b"".join(self.work().result(job_id, kind))

    def rows(self, job_id: str = "job") -> list[dict[str, str]]:
        """Return the rows of a result as CSV."""
        return list(csv.DictReader(io.StringIO(self.result(Kind.CSV, job_id).decode(), newline="")))

    def objects(self, job_id: str = "job") -> list[dict[str, Any]]:
        """Return the rows of a result as NDJSON."""
        return [json.loads(line) for line in self.result(Kind.NDJSON, job_id).splitlines()]


def make_runner(folder: Path, fonts: FontCatalogue) -> BatchRunner:
    """Return a runner with the small design, and the one that requires a name."""
    write_design(folder / "designs")
    write_design(folder / "designs", "named", required())
    return BatchRunner(folder, open_storage((folder / "store").as_uri()), fonts)


def read(url: str, base: str = BASE) -> SignedUrl:
    """Read a URL of a result as a server does, its signature checked."""
    assert url.startswith(base + "/i/")
    path, _, query = url.removeprefix(base).encode().partition(b"?")
    signed = parse_target(path, query)
    RING.verify(signed)
    return signed


def sealed(rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the values that the URLs of rows hold."""
    return [read(row["image_url"]).sealed for row in rows]
