"""Figures for Prometheus. Those of several processes are added up through files in a shared folder.

Names and units are those of https://prometheus.io/docs/practices/naming/: counters end in ``_total``, times are
seconds, sizes bytes.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache

import psutil
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.values import MultiProcessValue

from imgurl.config import FIGURES_FOLDER, MAIN_PROCESS, variable
from imgurl.gathering.counting import Fetch, Kind, Wait
from imgurl.jobs.port import ChunkCount
from imgurl.renderers.facts import Facts
from imgurl.renderers.failures import Death, StudioFailed

# Seconds: from a small banner to a photograph as AVIF.
RENDER_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

# Seconds: from a page of the API to a long list that is uploaded.
API_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)

# Seconds: from links alone to five hundred large images.
CHUNK_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)

# Seconds; an attempt takes five at most.
WEBHOOK_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

# Counters of image requests that are kept by what is counted: status, outcome, source, design, fields.
MAX_KEPT = 4_096

# How late the figures of what is answered directly may be.
SETTLE_SECONDS = 0.05

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

#: What one request adds one to, each.
Counters = tuple[Counter, ...]


class RendererMetrics:
    """The figures of what draws for one server process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._alive = Gauge(
            "imgurl_renderers", "Processes that draw.", multiprocess_mode="livesum", registry=registry
        )  # fmt: skip
        self._deaths = Counter(
            "imgurl_renderer_deaths",
            "Ends of processes that draw: by themselves (died), by us (killed); or of what they come from (zygote).",
            ("how",), registry=registry,
        )  # fmt: skip
        self._poisoned = Gauge(
            "imgurl_pictures_poisoned", "Pictures that are not drawn for now, because each has ended two renderers.",
            multiprocess_mode="livesum", registry=registry,
        )  # fmt: skip
        self._queue_seconds = Gauge(
            "imgurl_render_queue_seconds", "Time that what waits to be drawn is expected to take one renderer.",
            multiprocess_mode="livesum", registry=registry,
        )  # fmt: skip
        for how in ("died", "killed", "zygote"):
            self._deaths.labels(how)

    def report(self, event: Death | StudioFailed) -> None:
        """Count and log the end of a process that draws, or that it could not be opened as it should be."""
        if isinstance(event, Death):
            how = "zygote" if event.process == "zygote" else "killed" if event.is_overdue else "died"
            self._deaths.labels(how).inc()
        structlog.get_logger().error("renderer ended" if isinstance(event, Death) else "studio failed", how=str(event))

    def note(self, facts: Facts) -> None:
        """Note how those are that draw."""
        self._alive.set(len(facts.renderers))
        self._poisoned.set(facts.poisoned)
        self._queue_seconds.set(facts.waiting_seconds)


class FetchMetrics:
    """The figures of what is fetched from other hosts for one server process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._fetches = Counter(
            "imgurl_fetches",
            "Fetches by kind (picture, source) and outcome (ok, absent, unusable, failed, left_alone).",
            ("kind", "outcome"), registry=registry,
        )  # fmt: skip
        self._waits = Counter(
            "imgurl_fetch_waits",
            "Images that joined a fetch begun for another (shared), or did not wait for its end (late), by kind.",
            ("kind", "how"), registry=registry,
        )  # fmt: skip
        for kind in Kind:
            for outcome in Fetch:
                self._fetches.labels(kind.value, outcome.value)
            for how in Wait:
                self._waits.labels(kind.value, how.value)

    def count(self, kind: Kind, what: Fetch | Wait) -> None:
        """Count how a fetch ended, or how it went with one who waited for it."""
        family = self._fetches if isinstance(what, Fetch) else self._waits
        family.labels(kind.value, what.value).inc()


class Metrics:
    """The figures of one server process. Mutable state: these, and what is to be counted soon."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self.renderers, self.fetches = RendererMetrics(registry), FetchMetrics(registry)
        self.requests = Counter(
            "imgurl_requests", "Image requests by status and outcome.", ("status", "outcome"), registry=registry
        )  # fmt: skip
        self.test_requests = Counter(
            "imgurl_test_requests", "Requests for pictures of test keys; the other figures leave them out.",
            registry=registry,
        )  # fmt: skip
        self.served = Counter(
            "imgurl_served", "Images by where they came from: memory, disk, render, default.", ("source",),
            registry=registry,
        )  # fmt: skip
        self.fallbacks = Counter(
            "imgurl_fallbacks", "Values that were missing or refused, by design and field.", ("design", "field"),
            registry=registry,
        )  # fmt: skip
        self.render_seconds = Histogram(
            "imgurl_render_seconds", "Time to draw and encode an image.", buckets=RENDER_BUCKETS, registry=registry
        )  # fmt: skip
        self.render_failures = Counter(
            "imgurl_render_failures", "Pictures that could not be drawn, by design.", ("design",), registry=registry
        )  # fmt: skip
        self.waiting = Gauge(
            "imgurl_renders_waiting", "Requests that wait for their picture to be drawn.", multiprocess_mode="livesum",
            registry=registry,
        )  # fmt: skip
        self.broken_designs = Gauge(
            "imgurl_broken_designs", "Designs with mistakes.", multiprocess_mode="livemax", registry=registry
        )  # fmt: skip
        self.cache_lookups = Counter(
            "imgurl_cache_lookups", "Lookups of finished images by cache (memory, disk, store) and result (hit, miss).",
            ("cache", "result"), registry=registry,
        )  # fmt: skip
        self.memory_cache_bytes = Gauge(
            "imgurl_memory_cache_bytes", "Finished images kept in memory, of all server processes.",
            multiprocess_mode="livesum", registry=registry,
        )  # fmt: skip
        self.log_lines_lost = Counter(
            "imgurl_log_lines_lost", "Lines of the log that nobody took in time.", registry=registry
        )  # fmt: skip
        self.campaign_counts_lost = Counter(
            "imgurl_campaign_counts_lost", "Counts of campaigns that found no place in memory.", registry=registry
        )  # fmt: skip
        self._api_requests = Counter(
            "imgurl_api_requests", "Requests of the API by method, route and status.", ("method", "route", "status"),
            registry=registry,
        )  # fmt: skip
        self._api_seconds = Histogram(
            "imgurl_api_request_seconds", "Time to answer a request of the API, by route.", ("route",),
            buckets=API_BUCKETS, registry=registry,
        )  # fmt: skip
        self._soon: dict[Counters, int] = {}
        self._settling: asyncio.TimerHandle | None = None
        # Looking up a counter by its labels takes as long as counting.
        self.lookup_counter = lru_cache(self._lookup_counter)
        self.image_counters = lru_cache(MAX_KEPT)(self._image_counters)
        self._show_from_the_start()

    def _show_from_the_start(self) -> None:
        """Make counters that are shown before the first event, so that a rate is known.

        See https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics.
        """
        self.requests.labels("200", "ok")
        for source in ("memory", "disk", "render", "default"):
            self.served.labels(source)
        for cache in ("memory", "disk"):
            for is_hit in (True, False):
                self.lookup_counter(cache, is_hit=is_hit)

    def count_soon(self, counters: Counters) -> None:
        """Add one to each of these counters within moments: many requests at once cost little more than one.

        Called on the event loop, as is ``settle``.
        """
        self._soon[counters] = self._soon.get(counters, 0) + 1
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self.settle)

    def settle(self) -> None:
        """Count what is to be counted soon."""
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        for counters, count in self._soon.items():
            for counter in counters:
                counter.inc(count)
        self._soon.clear()

    def image_refused(self, status: int) -> None:
        """Count a request for an image that was refused before it was whole."""
        self.requests.labels(str(status), "refused").inc()

    def count_lookup(self, cache: str, *, is_hit: bool) -> None:
        """Count a look into a cache."""
        self.lookup_counter(cache, is_hit=is_hit).inc()

    def _lookup_counter(self, cache: str, *, is_hit: bool) -> Counter:
        return self.cache_lookups.labels(cache, "hit" if is_hit else "miss")

    def _image_counters(self, status: int, outcome: str, source: str, design: str, fields: tuple[str, ...]) -> Counters:
        """Return the counters of an image request; ``source`` is "" if it had no image of its own."""
        counters = [self.requests.labels(str(status), outcome)]
        counters += [self.fallbacks.labels(design, field) for field in fields]
        return (*counters, self.served.labels(source)) if source else tuple(counters)

    def count_api(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request of the API; ``route`` is the pattern of its path, "" for an unknown page."""
        # Labels of a closed set only: a method may be any word.
        method, route = method if method in METHODS else "other", route or "none"
        self._api_requests.labels(method, route, str(status)).inc()
        self._api_seconds.labels(route).observe(seconds)

    def exposition(self, jobs: Mapping[str, int] | None = None) -> bytes:
        """Return all figures in Prometheus' text format, of all processes if there are several.

        ``jobs`` says how many jobs there are in each state.
        """
        registry = self._registry
        if variable(FIGURES_FOLDER) is not None:
            _forget_dead(variable(FIGURES_FOLDER) or "")
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_Now(jobs or {}, int(variable(MAIN_PROCESS) or os.getpid())))
        return generate_latest(registry) + generate_latest(now)


class JobMetrics:
    """The figures of one worker process. They are added to those of the server that runs it.

    The files of a server process are named after its process id. Workers come and go, and theirs are named after the
    worker, so that the next one of that name continues where the last one ended.
    """

    def __init__(self, worker_id: str) -> None:
        if variable(FIGURES_FOLDER) is not None:
            # As the library's own guide says for servers whose processes have stable numbers.
            values.ValueClass = MultiProcessValue(lambda: "worker-" + worker_id.replace("_", "-"))  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        self._rows = Counter(
            "imgurl_job_rows", "Rows of batches that workers did, by result (done, failed).", ("result",),
            registry=registry,
        )  # fmt: skip
        self._chunk_seconds = Histogram(
            "imgurl_job_chunk_seconds", "Time to do a chunk of a batch.", buckets=CHUNK_BUCKETS, registry=registry
        )  # fmt: skip
        self._task_failures = Counter(
            "imgurl_job_task_failures", "Tasks of jobs that failed, to be tried again or for good.", registry=registry
        )  # fmt: skip
        self._webhooks = Counter(
            "imgurl_webhook_deliveries", "Attempts to deliver a webhook by outcome (ok, retry, gone, refused).",
            ("outcome",), registry=registry,
        )  # fmt: skip
        self._webhook_seconds = Histogram(
            "imgurl_webhook_seconds", "Time of an attempt to deliver a webhook.", buckets=WEBHOOK_BUCKETS,
            registry=registry,
        )  # fmt: skip

    def chunk(self, count: ChunkCount, seconds: float) -> None:
        """Count a chunk that was done."""
        self._rows.labels("done").inc(count.done)
        self._rows.labels("failed").inc(count.failed)
        self._chunk_seconds.observe(seconds)

    def task_failed(self) -> None:
        """Count a task that failed."""
        self._task_failures.inc()

    def webhook(self, outcome: str, seconds: float) -> None:
        """Count an attempt to deliver a webhook."""
        self._webhooks.labels(outcome).inc()
        self._webhook_seconds.observe(seconds)


class _Now:
    """What is not counted but looked up when the figures are read: jobs in the ledger, and our processes."""

    def __init__(self, jobs: Mapping[str, int], main: int) -> None:
        self._jobs = jobs
        self._main = main

    def collect(self) -> Iterator[Metric]:
        """Yield the families."""
        jobs = GaugeMetricFamily("imgurl_jobs", "Jobs in the ledger by state.", labels=("state",))
        for state, count in self._jobs.items():
            jobs.add_metric((state,), count)
        yield jobs
        labels = ("kind", "pid")
        cpu = CounterMetricFamily(
            "imgurl_process_cpu_seconds",
            "Time on a processor, by process (main, server, worker, renderer).",
            labels=labels,
        )
        memory = GaugeMetricFamily("imgurl_process_resident_memory_bytes", "Memory in use, by process.", labels=labels)
        files = GaugeMetricFamily("imgurl_process_open_fds", "Open file descriptors, by process.", labels=labels)
        began = GaugeMetricFamily("imgurl_process_start_time_seconds", "Start, in Unix seconds.", labels=labels)
        for kind, process in _processes(self._main):
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    figures = (times.user + times.system, process.memory_info().rss, process.create_time())
                    open_files = process.num_fds() if hasattr(process, "num_fds") else 0
            except psutil.Error:
                # It has ended in the meantime.
                continue
            key = (kind, str(process.pid))
            cpu.add_metric(key, figures[0])
            memory.add_metric(key, figures[1])
            began.add_metric(key, figures[2])
            files.add_metric(key, open_files)
        yield from (cpu, memory, files, began)


def _processes(main: int) -> Iterator[tuple[str, psutil.Process]]:
    """Yield the processes of this server with their kinds; one process may be main and server in one."""
    try:
        first = psutil.Process(main)
        yield "server" if main == os.getpid() else "main", first
        for process in first.children(recursive=True):
            command = process.cmdline()
            if "--until-stdin-closes" in command:
                yield "worker", process
            elif any("imgurl.renderers.zygote" in word for word in command):
                yield "renderer", process
            elif any("spawn_main" in word for word in command):
                yield "server", process
    except psutil.Error:
        return


def _forget_dead(folder: str) -> None:
    """Delete the figures of ended processes that count only while a process lives."""
    for name in os.listdir(folder):
        pid = name.removesuffix(".db").rpartition("_")[2]
        if name.startswith("gauge_live") and pid.isdigit() and not psutil.pid_exists(int(pid)):
            multiprocess.mark_process_dead(int(pid), folder)  # type: ignore[no-untyped-call]
