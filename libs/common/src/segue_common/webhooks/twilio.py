"""Twilio's signature on webhooks and socket upgrades.

https://www.twilio.com/docs/usage/webhooks/webhooks-security. Checked here and not by Twilio's own
validator, which computes it for each spelling of the address, every time.
"""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import HTTPConnection, Request

from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant, TwilioChannel
from segue_common.webhooks.requests import read_body, tenant_of

SIGNATURE = "x-twilio-signature"
# Twilio's own requests are far smaller.
# A body of ten thousand signs, each of which takes twelve in a form, and all that stands beside it.
MOST_BYTES = 192 * 1024
MOST_FIELDS = 1000
FORM_TYPE = "application/x-www-form-urlencoded"

Form = ImmutableMultiDict[str, str]


async def signed_form(
    request: Request, tenants: Mapping[str, Tenant], public_url: str
) -> tuple[Tenant, Form]:
    """The path's tenant and the form that Twilio posted to them; `public_url` is what it signs.

    Raises `Problem` 404, 413, 403 or 400. Nothing in a form is looked at before its signature
    has been found right.
    """
    tenant = tenant_of(request, tenants)
    channel = tenant.channels.twilio
    if channel is None:
        raise Problem(404, "This tenant has no Twilio channel.")
    body = await read_body(request, MOST_BYTES)
    if SIGNATURE not in request.headers:
        raise Problem(403, "The signature is missing.")
    form = _parse(request, body)
    if not _is_right(channel, public_url, request, form):
        raise Problem(403, "The signature does not fit the request.")
    return tenant, form


def socket_is_signed(
    connection: HTTPConnection, tenants: Mapping[str, Tenant], public_url: str
) -> bool:
    """Whether Twilio signed this upgrade request; `public_url` is the sockets', with ws or wss.

    An unknown tenant's request isn't signed.
    """
    tenant = tenants.get(connection.path_params["tenant"])
    channel = tenant.channels.twilio if tenant else None
    return channel is not None and _is_right(channel, public_url, connection, Form())


def _is_right(
    channel: TwilioChannel, public_url: str, connection: HTTPConnection, form: Form
) -> bool:
    given = connection.headers.get(SIGNATURE)
    if not given:
        return False
    url = public_url.rstrip("/") + path_and_query(connection)
    token, fields = channel.auth_token.get_secret_value().encode(), _fields(form)
    return any(
        hmac.compare_digest(_signature(token, spelling + fields), given.encode(errors="replace"))
        for spelling in _spellings(url)
    )


def _signature(token: bytes, signed: str) -> bytes:
    return b64encode(hmac.digest(token, signed.encode(), "sha1"))


def _fields(form: Form) -> str:
    """Every field's name and value, names and the values of one name in order, each once."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in form.multi_items():
        values[name].add(value)
    return "".join(name + value for name in sorted(values) for value in sorted(values[name]))


def _spellings(url: str) -> Iterator[str]:
    """The address as we know it; then, since Twilio may sign either, the one without its port or
    with its scheme's usual one."""
    yield url
    parts = urlsplit(url)
    if parts.port:
        bare = parts.netloc.rpartition(":")[0]
    else:
        bare = f"{parts.netloc}:{443 if parts.scheme in ('https', 'wss') else 80}"
    yield parts._replace(netloc=bare).geturl()


def path_and_query(connection: HTTPConnection) -> str:
    """The path as it was sent, with its query: Twilio signs exactly these characters."""
    raw = connection.scope.get("raw_path") or connection.url.path.encode()
    path = raw.decode("ascii", errors="replace").partition("?")[0]
    query = connection.scope["query_string"].decode("ascii", errors="replace")
    return f"{path}?{query}" if query else path


def _parse(request: Request, body: bytes) -> Form:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise Problem(400, f"The body must be {FORM_TYPE}.")
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Problem(400, "The body is not a well-formed form.") from error
    return ImmutableMultiDict(fields)
