"""Structured logs: text for people, JSON for machines; no password, token, cookie, link or address in them."""

import logging
import sys

import structlog


def init_logging(level: str, form: str) -> None:
    """Send structlog's events to standard error at this level, as `text` or `json`."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log(room: str) -> structlog.stdlib.BoundLogger:
    """A logger that names its room."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(room=room)
    return logger
