"""JSON logs: one object a line, with the conversation ID, never message text or numbers."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

current_conversation: ContextVar[str | None] = ContextVar("current_conversation", default=None)


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; `extra={"fields": {...}}` adds fields."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
        }
        if conversation := current_conversation.get():
            line["conversation_id"] = conversation
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _innermost(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """asyncio writes the repr of a lost exception below its first line; it may quote a person."""
    text = record.getMessage()
    return text.partition("\n")[0] if record.name == "asyncio" else text


def _innermost(trace: TracebackType | None) -> list[str]:
    """The last frames of a traceback as file:line, without values, which may be personal."""
    frames = traceback.extract_tb(trace)[-4:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    return path.rsplit("/src/", 1)[-1].rsplit("/site-packages/", 1)[-1]


def configure_logging(service: str, level: str) -> None:
    """Send every log line of the process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    # Third parties log requests and records, which hold numbers and text.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for ours in ("common", "dialogue", service.replace("-", "_")):
        logging.getLogger(f"segue_{ours}").setLevel(level)
