"""JSON logs, one object a line. They hold no merge value, no signature, no query, no secret."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Send all logs of the process to standard output as JSON."""
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    # uvicorn's own lines: start, stop, trouble. Its access log would hold queries and is off.
    logging.basicConfig(level=number, stream=sys.stdout, format='{"event": "%(message)s", "level": "%(levelname)s"}')
    logging.getLogger("uvicorn.access").disabled = True
