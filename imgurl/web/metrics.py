"""Figures for Prometheus. With several server processes they are added up through files in a shared folder."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from imgurl.config import FIGURES_FOLDER, variable

# Seconds: from a small banner to a photograph as AVIF.
RENDER_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The figures of one server process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "imgurl_requests",
            "Image requests by status and outcome.",
            ("status", "outcome"),
            registry=self._registry,
        )
        self.test_requests = Counter(
            "imgurl_test_requests", "Requests for pictures of test keys; the other figures leave them out.",
            registry=self._registry,
        )  # fmt: skip
        self.served = Counter(
            "imgurl_served", "Images by where they came from: memory, disk, render, default.", ("source",),
            registry=self._registry,
        )  # fmt: skip
        self.fallbacks = Counter(
            "imgurl_fallbacks", "Values that were missing or refused, by design and field.", ("design", "field"),
            registry=self._registry,
        )  # fmt: skip
        self.render_seconds = Histogram(
            "imgurl_render_seconds", "Time to draw and encode an image.", buckets=RENDER_BUCKETS,
            registry=self._registry,
        )  # fmt: skip
        self.render_failures = Counter(
            "imgurl_render_failures", "Pictures that could not be drawn, by design.", ("design",),
            registry=self._registry,
        )  # fmt: skip
        self.waiting = Gauge(
            "imgurl_renders_waiting", "Requests that wait for their picture to be drawn.", multiprocess_mode="livesum",
            registry=self._registry,
        )  # fmt: skip
        self.broken_designs = Gauge(
            "imgurl_broken_designs",
            "Designs with mistakes.",
            multiprocess_mode="livemax",
            registry=self._registry,
        )

    def exposition(self) -> bytes:
        """Return all figures in Prometheus' text format, of all processes where there are several."""
        if variable(FIGURES_FOLDER) is None:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        multiprocess.MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        return generate_latest(everyone)
