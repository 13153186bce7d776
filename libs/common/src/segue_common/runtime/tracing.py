"""W3C trace context across Kafka: the `traceparent` header of a record."""

import re
import secrets

HEADER = "traceparent"
_FORM = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


def new_trace() -> str:
    """The traceparent of a message that enters Segue."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(parent: str | None) -> str:
    """A traceparent of the same trace, for what follows from `parent`."""
    if parent is None or not _FORM.match(parent):
        return new_trace()
    return f"{parent[:36]}{secrets.token_hex(8)}{parent[52:]}"
