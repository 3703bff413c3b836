"""Figures of the API, the caches, jobs, webhooks and processes, by the conventions of Prometheus."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from imgurl.config import FIGURES_FOLDER, Secret, Settings
from imgurl.jobs.lazy import open_jobs
from imgurl.jobs.port import FILE_NAME
from imgurl.web.app import create_app
from imgurl.web.metrics import Metrics
from tests.web.asgi import ask
from tests.web.designs import write_design
from tests.web.server import KEYS, signed


def samples(text: bytes) -> dict[str, float]:
    """Return the samples as the library's own reader finds them, with labels sorted."""
    return {
        sample.name + str(dict(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def settings(tmp_path: Path) -> Settings:
    """Return settings for the small design."""
    write_design(tmp_path / "designs")
    return Settings(
        designs=tmp_path / "designs",
        data=tmp_path / "data",
        signing_keys=Secret(KEYS),
        render_deadline=60,
        renderers=0,
    )


def test_names_and_units_are_prometheus_s() -> None:
    """Each family has a help text; counters end in _total, what is measured has its base unit as its last word."""
    families = list(text_string_to_metric_families(Metrics().exposition({"queued": 1}).decode()))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.documentation, family.name
        assert re.fullmatch(r"imgurl_[a-z_]+", family.name)
        assert not re.search(r"(_ms|_millis|_kb|_mb|_count|_sum)$", family.name)
        if family.type == "counter":
            assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples)
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


def test_requests_of_the_api_are_counted_by_route(tmp_path: Path) -> None:
    """The pattern of the path and not the path, a closed set of methods: nobody outside makes a label."""
    app = create_app(settings(tmp_path))

    async def main() -> dict[str, float]:
        async with app.router.lifespan_context(app):
            await ask(app, "/v1/designs")
            await ask(app, "/v1/designs/anything")
            await ask(app, "/v1/no-such-page")
            await ask(app, "/v1/no-such-page", "BREW")
            return samples((await ask(app, "/metrics")).body)

    found = asyncio.run(main())
    name = "imgurl_api_requests_total"
    assert {key: value for key, value in found.items() if key.startswith(name)} == {
        f"{name}{{'method': 'GET', 'route': '/v1/designs', 'status': '401'}}": 1.0,
        f"{name}{{'method': 'GET', 'route': '/v1/designs/{{id}}', 'status': '401'}}": 1.0,
        f"{name}{{'method': 'GET', 'route': 'none', 'status': '404'}}": 1.0,
        f"{name}{{'method': 'other', 'route': 'none', 'status': '404'}}": 1.0,
    }
    assert found["imgurl_api_request_seconds_count{'route': 'none'}"] == 2.0


def test_looks_into_the_caches_are_counted(tmp_path: Path) -> None:
    """A new picture is missed in both, and found in memory the second time; its bytes are counted."""
    app = create_app(settings(tmp_path))

    async def main() -> tuple[dict[str, float], int]:
        async with app.router.lifespan_context(app):
            first, _ = [await ask(app, signed("card", {"tint": "#ff0000"})) for _ in range(2)]
            return samples((await ask(app, "/metrics")).body), len(first.body)

    found, size = asyncio.run(main())
    looks = {
        key.partition("{")[2]: value for key, value in found.items() if key.startswith("imgurl_cache_lookups_total")
    }
    assert looks == {
        "'cache': 'memory', 'result': 'miss'}": 1.0,
        "'cache': 'disk', 'result': 'miss'}": 1.0,
        "'cache': 'memory', 'result': 'hit'}": 1.0,
        "'cache': 'disk', 'result': 'hit'}": 0.0,
    }
    assert found["imgurl_memory_cache_bytes{}"] >= size


def test_jobs_are_counted_by_state(tmp_path: Path) -> None:
    """From the rig, whichever process does them; asking makes no database where there is none."""
    app = create_app(settings(tmp_path))

    async def figures() -> dict[str, float]:
        return {
            key: v for key, v in samples((await ask(app, "/metrics")).body).items() if key.startswith("imgurl_jobs{")
        }

    async def main() -> list[dict[str, float]]:
        async with app.router.lifespan_context(app):
            before = await figures()
            assert not (tmp_path / "data" / FILE_NAME).exists()
            jobs = await asyncio.to_thread(open_jobs, tmp_path / "data", None)
            await asyncio.to_thread(jobs.submit, "job", "anna")
            after = await figures()
            jobs.close()
            return [before, after]

    before, after = asyncio.run(main())
    assert before == {}
    assert after == {
        f"imgurl_jobs{{'state': '{state}'}}": float(state == "queued")
        for state in ("queued", "running", "completed", "failed", "cancelled")
    }


def test_processes_are_looked_at() -> None:
    """Memory, processor time, files and start of this process, which is the server here."""
    found = samples(Metrics().exposition())
    label = f"{{'kind': 'server', 'pid': '{os.getpid()}'}}"
    for name in ("resident_memory_bytes", "cpu_seconds_total", "open_fds", "start_time_seconds"):
        assert found[f"imgurl_process_{name}{label}"] > 0


WORKER = """
import sys
from tests.jobs.ledger_rig import Tallied
from imgurl.web.metrics import JobMetrics, Metrics
figures = JobMetrics(sys.argv[1])
figures.chunk(Tallied(total=10, done=8, failed=2), 0.5)
figures.task_failed()
figures.webhook("retry", 0.1)
figures.webhook("ok", 0.2)
print(Metrics().exposition().decode())
"""


def test_a_worker_counts_what_it_does(tmp_path: Path) -> None:
    """Added up over workers through files, and over all that had one name: a worker that comes back goes on."""
    environment = {**os.environ, FIGURES_FOLDER: str(tmp_path)}
    for name in ("anna-1", "anna_2", "anna-1"):
        command = [sys.executable, "-c", WORKER, name]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        figures = samples(done.stdout)
    assert figures["imgurl_job_rows_total{'result': 'done'}"] == 24.0
    assert figures["imgurl_job_rows_total{'result': 'failed'}"] == 6.0
    assert figures["imgurl_job_chunk_seconds_sum{}"] == 1.5
    assert figures["imgurl_job_task_failures_total{}"] == 3.0
    assert figures["imgurl_webhook_deliveries_total{'outcome': 'retry'}"] == 3.0
    assert figures["imgurl_webhook_seconds_count{}"] == 6.0
    # What only counts while a process lives is gone with it.
    assert "imgurl_renders_waiting{}" in figures
    assert len(list(tmp_path.glob("counter_worker-anna-*"))) == 2
