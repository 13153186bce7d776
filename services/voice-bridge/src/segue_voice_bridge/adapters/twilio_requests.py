"""Twilio's webhooks as they arrive: size, shape and signature are checked before anything else."""

from collections.abc import Mapping

from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from twilio.request_validator import RequestValidator

from segue_voice_bridge.addresses import Addresses

SIGNATURE = "x-twilio-signature"
# The carrier's own requests are far smaller.
LARGEST_BODY = 64 * 1024
FORM = "application/x-www-form-urlencoded"


async def signed_form(
    request: Request, tenants: Mapping[str, Tenant], addresses: Addresses
) -> tuple[Tenant, Mapping[str, str]]:
    """The tenant and the fields of a signed form; raises `Problem` 404, 413, 400 or 403."""
    tenant = _tenant(request, tenants)
    body = await _body(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
        raise Problem(400, "The body must be a URL-encoded form.")
    try:
        form = QueryParams(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Problem(400, "The form is not UTF-8.") from error
    url = addresses.outside(_path(request))
    if not _is_signed(tenant, url, form, request):
        raise Problem(403, "The signature does not fit the request.")
    return tenant, form


def socket_is_signed(
    connection: HTTPConnection, tenants: Mapping[str, Tenant], addresses: Addresses
) -> bool:
    """Whether the upgrade request is signed over the socket's public URL; an unknown tenant's
    isn't."""
    tenant = tenants.get(connection.path_params["tenant"])
    url = addresses.socket(_path(connection))
    return tenant is not None and _is_signed(tenant, url, QueryParams(), connection)


def _tenant(request: Request, tenants: Mapping[str, Tenant]) -> Tenant:
    tenant = tenants.get(request.path_params["tenant"])
    if tenant is None or tenant.channels.twilio is None:
        raise Problem(404, "There is no such tenant.")
    return tenant


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, f"The body is larger than {LARGEST_BODY} bytes.")
    return bytes(body)


def _path(connection: HTTPConnection) -> str:
    query = connection.url.query
    return connection.url.path + (f"?{query}" if query else "")


def _is_signed(tenant: Tenant, url: str, form: QueryParams, connection: HTTPConnection) -> bool:
    channel = tenant.channels.twilio
    given = connection.headers.get(SIGNATURE)
    if channel is None or not given:
        return False
    validator = RequestValidator(channel.auth_token.get_secret_value())
    return bool(validator.validate(url, form, given))
