"""Who is calling, as far as the network tells."""

from starlette.requests import HTTPConnection


def caller_of(connection: HTTPConnection) -> str:
    """The caller's network address; behind a trusted proxy, the one that it names."""
    return connection.client.host if connection.client else "unknown"
