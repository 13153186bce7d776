"""Which web pages may use the routes of the widget."""

from urllib.parse import urlsplit

from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from starlette.requests import HTTPConnection
from starlette.responses import Response


def check_origin(connection: HTTPConnection, tenant: Tenant, public_url: str) -> str | None:
    """The page's origin, or 403 if the tenant hasn't named it; 404 where there is no web chat.

    Browsers always say where a page is from; a caller that doesn't is none, and gains nothing.
    Our own test page may always use the widget.
    """
    if tenant.channels.web is None:
        raise Problem(404, "This tenant has no web chat.")
    origin = connection.headers.get("origin")
    allowed = tenant.channels.web.origins
    if origin is None or not allowed or origin in allowed:
        return origin
    if origin in (_origin_of(public_url), _own_origin(connection)):
        return origin
    raise Problem(403, "The widget may not be used on this site.")


def share_with(response: Response, origin: str | None) -> Response:
    """Let the page's scripts read the response."""
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


def preflight(origin: str | None) -> Response:
    """The answer to a browser that asks before it posts."""
    response = Response(status_code=204)
    response.headers["Access-Control-Allow-Methods"] = "POST"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = "600"
    return share_with(response, origin)


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _own_origin(connection: HTTPConnection) -> str:
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.headers.get('host', '')}"
