"""JSON logs, one object a line. They contain no merge value, no signature, no query, no secret."""

import json
import logging
import sys
from datetime import UTC, datetime

import structlog


class JsonLines(logging.Formatter):
    """Writes what other libraries log, uvicorn above all, as one JSON object a line too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        facts = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        facts["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps(facts)


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
    # uvicorn's own lines: start, stop, trouble. Its access log would contain queries and is off.
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=number, handlers=[handler])
    logging.getLogger("uvicorn.access").disabled = True
